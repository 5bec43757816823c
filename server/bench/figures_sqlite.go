package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"heard/server/app"
	"heard/server/db"
)

const (
	atOnce     = 100_000 // rows in one transaction, which the writer gives half a minute
	fillWithin = 30 * time.Second
)

var onSQLite = where{"sqlite", func(context.Context, settings) (records, error) { return sqliteRecords{}, nil }}

// sqliteRecords is the app's own encrypted file.
type sqliteRecords struct{}

func (sqliteRecords) address() string { return "" }

func (sqliteRecords) fill(ctx context.Context, a *app.App, b batch) error {
	units, err := json.Marshal(b.units)
	if err != nil {
		return err
	}
	for ; b.from <= b.to; b.from += atOnce {
		err := within(ctx, fillWithin, a.DB.Tx, func(tx *db.Tx) error {
			return write(tx, `INSERT INTO answers (organisation_id, unit_id, period, question, tag, value, face_order)
 WITH RECURSIVE i (n) AS (SELECT CAST(? AS INTEGER) UNION ALL SELECT n + 1 FROM i WHERE n < ?),
  u (k, id, many) AS MATERIALIZED (SELECT key, value, json_array_length(?) FROM json_each(?))
 SELECT ?, u.id, ?, ?, unhex(printf('%016x', n) || hex(randomblob(24))),
  CASE WHEN n / u.many % 10 < 4 THEN 5 WHEN n / u.many % 10 < 7 THEN 4 ELSE 10 - n / u.many % 10 END, 'best_first'
 FROM i CROSS JOIN u ON u.k = n % ?`, b.from, min(b.from+atOnce-1, b.to), string(units), string(units),
				b.organisation, string(b.period), b.question, len(b.units))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func within(ctx context.Context, limit time.Duration, transact func(context.Context, func(*db.Tx) error) error, fn func(*db.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return transact(ctx, fn)
}

// naive sorts in files: the app's own connections sort in memory, where ten million rows find no room.
func (sqliteRecords) naive(ctx context.Context, l *ledger, question string) (groups int, err error) {
	file := url.URL{Path: filepath.Join(l.dir, "heard.db")}
	own, err := driver.Open("file:"+file.EscapedPath()+"?vfs=adiantum", func(conn *sqlite3.Conn) error {
		return conn.Exec("PRAGMA hexkey='" + hex.EncodeToString(l.ring.DatabaseKey()) + "'; PRAGMA query_only=on; PRAGMA temp_store=file; PRAGMA cache_size=-32000;")
	})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, own.Close()) }()
	rows, err := own.QueryContext(ctx, byHand+"? AND question LIKE ? GROUP BY unit_id, period, question", l.organisation, question)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		groups++
	}
	return groups, rows.Err()
}

func (sqliteRecords) tidy(context.Context) error { return nil }
func (sqliteRecords) drop(context.Context) error { return nil }
