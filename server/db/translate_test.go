package db_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/errs"
)

func TestErrorsGetTheirCode(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, insert("one")))
		timeout, cancel := context.WithTimeout(ctx, 0)
		defer cancel()
		gone := "nobody"
		for name, c := range map[string]struct {
			err    error
			code   errs.Code
			reason string
		}{
			"not found": {d.Read(ctx, func(tx *db.Tx) error {
				return db.Translate(tx.Gorm().Take(&thing{}, "name = ?", "two").Error)
			}), errs.NotFound, ""},
			"untranslated":      {d.Tx(ctx, func(*db.Tx) error { return gorm.ErrRecordNotFound }), errs.NotFound, ""},
			"unique":            {d.Tx(ctx, insert("one")), errs.Conflict, "duplicate"},
			"deadline":          {d.Tx(timeout, insert("late")), errs.Unavailable, ""},
			"no such table":     {d.Tx(ctx, func(tx *db.Tx) error { return tx.Gorm().Exec("SELECT * FROM nowhere").Error }), errs.Internal, ""},
			"ours passes":       {d.Tx(ctx, func(*db.Tx) error { return errs.New(errs.Forbidden, "No.").With("x") }), errs.Forbidden, "x"},
			"foreign passes":    {d.Tx(ctx, func(*db.Tx) error { return errors.New("of another kind") }), errs.Internal, ""},
			"a broken wire":     {db.Translate(fmt.Errorf("read: %w", io.ErrUnexpectedEOF)), errs.Unavailable, ""},
			"a crowded log":     {db.Translate(sqlite3.ExtendedErrorCode(sqlite3.PROTOCOL)), errs.Unavailable, ""},
			"a key left behind": {d.Tx(ctx, func(tx *db.Tx) error { return tx.Gorm().Create(&thing{ID: "x", Name: "x", ParentID: &gone}).Error }), errs.Internal, ""},
		} {
			if errs.CodeOf(c.err) != c.code || errs.ReasonOf(c.err) != c.reason && c.reason != "" {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if db.Translate(nil) != nil {
			t.Error("no error became one")
		}
	})
}

// What a person wrote must not come out of a failing statement, whichever way it
// fails: not in the error, and not in the log.
func TestNoValueLeavesInAnErrorOrTheLog(t *testing.T) {
	const canary = "my-private-words"
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, insert(canary)))
		type odd struct{ Canary string }
		for name, fails := range map[string]func(*db.Tx) error{
			"unique":    insert(canary),
			"not null":  func(tx *db.Tx) error { return tx.Gorm().Exec("INSERT INTO things (id) VALUES (?)", canary).Error },
			"no table":  func(tx *db.Tx) error { return tx.Gorm().Exec("INSERT INTO nowhere VALUES (?)", canary).Error },
			"wrong use": func(tx *db.Tx) error { return tx.Gorm().Find(canary).Error },
			"encode": func(tx *db.Tx) error {
				return tx.Gorm().Exec("INSERT INTO jobs (id, attempts) VALUES ('a', ?)", odd{canary}).Error
			},
			"scan": func(tx *db.Tx) error {
				var n int
				return tx.Gorm().Model(&thing{}).Select("name").Where("name = ?", canary).Row().Scan(&n)
			},
			"cast": func(tx *db.Tx) error {
				if tx.Dialect() == db.SQLite {
					return tx.Gorm().Exec("SELECT json(?)", canary).Error
				}
				return tx.Gorm().Exec("SELECT name::int FROM things").Error
			},
			"raw scan": func(tx *db.Tx) error {
				var n int
				return tx.Gorm().Raw("SELECT id FROM nowhere_at_all WHERE name = ?", canary).Scan(&n).Error
			},
			"panic": func(*db.Tx) error { panic(canary) },
		} {
			err := d.Tx(ctx, fails)
			if err == nil {
				t.Errorf("%s: did not fail", name)
				continue
			}
			if strings.Contains(fmt.Sprintf("%v %+v %v", err, err, db.Translate(err)), canary) {
				t.Errorf("%s: the error quotes the value: %v", name, err)
			}
		}
		logged := p.logged.String()
		if strings.Contains(logged, canary) {
			t.Errorf("the log quotes the value: %s", logged)
		}
		if !strings.Contains(logged, "statement failed") || !strings.Contains(logged, "INSERT INTO nowhere") {
			t.Errorf("the log does not say what failed: %s", logged)
		}
	})
}
