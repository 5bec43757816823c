package main

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"heard/server/app"
)

// byHand counts what people answered, as one would without releases. Arguments: organisation, question.
const byHand = `SELECT unit_id, period, question, SUM(CASE WHEN value = 5 THEN 1 ELSE 0 END) AS top,
 SUM(CASE WHEN value = 4 THEN 1 ELSE 0 END) AS second, SUM(CASE WHEN value <= 3 THEN 1 ELSE 0 END) AS lower
 FROM answers WHERE organisation_id = `

var onPostgres = where{"pg", makePostgres}

// postgresRecords is a database of its own on the bench's PostgreSQL, written to by a superuser: neither
// row-level security nor foreign keys slow down what is only being set up.
type postgresRecords struct {
	server, admin, name, url string
	conn                     *pgx.Conn
}

func makePostgres(ctx context.Context, s settings) (records, error) {
	p := &postgresRecords{server: s.server, admin: s.admin, name: "heard_bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")}
	if err := onServer(ctx, s.server, "CREATE DATABASE "+p.name); err != nil {
		return nil, err
	}
	if err := p.connect(ctx); err != nil {
		return nil, errors.Join(err, p.drop(ctx))
	}
	return p, nil
}

func (p *postgresRecords) connect(ctx context.Context) (err error) {
	if p.url, err = inDatabase(p.server, p.name); err != nil {
		return err
	}
	address, err := inDatabase(p.admin, p.name)
	if err != nil {
		return err
	}
	if p.conn, err = pgx.Connect(ctx, address); err != nil {
		return err
	}
	_, err = p.conn.Exec(ctx, "SET session_replication_role = replica")
	return err
}

func (p *postgresRecords) address() string { return p.url }

func (p *postgresRecords) fill(ctx context.Context, _ *app.App, b batch) error {
	_, err := p.conn.Exec(ctx, `INSERT INTO answers (organisation_id, unit_id, period, question, tag, value, face_order)
 SELECT $1, ($2::text[])[1 + n % cardinality($2::text[])], $3, $4, int8send(n) || substr(sha256(int8send(n)), 1, 24),
  ('{5,5,5,5,4,4,4,3,2,1}'::int[])[1 + n / cardinality($2::text[]) % 10], 'best_first' FROM generate_series($5::bigint, $6::bigint) n`,
		b.organisation, b.units, string(b.period), b.question, b.from, b.to)
	return err
}

func (p *postgresRecords) tidy(ctx context.Context) error {
	_, err := p.conn.Exec(ctx, "VACUUM (ANALYZE)")
	return err
}

func (p *postgresRecords) naive(ctx context.Context, l *ledger, question string) (groups int, err error) {
	rows, err := p.conn.Query(ctx, byHand+"$1 AND question LIKE $2 GROUP BY unit_id, period, question", l.organisation, question)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		groups++
	}
	return groups, rows.Err()
}

func (p *postgresRecords) drop(ctx context.Context) error {
	var err error
	if p.conn != nil {
		err = p.conn.Close(ctx)
	}
	return errors.Join(err, onServer(ctx, p.admin, "DROP DATABASE IF EXISTS "+p.name+" WITH (FORCE)"))
}
