package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// measurePostgres compares cards over HTTP with the same rows written by pgx alone.
func measurePostgres(ctx context.Context, s settings) error {
	name := "heard_bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := onServer(ctx, s.server, "CREATE DATABASE "+name); err != nil {
		return err
	}
	address, err := inDatabase(s.server, name)
	if err != nil {
		return err
	}
	http, err := taps(ctx, s.lasting, address, 0)
	var floor result
	if err == nil {
		if address, err = inDatabase(s.admin, name); err == nil {
			floor, err = floorTaps(ctx, s.lasting, address)
		}
	}
	err = errors.Join(err, onServer(ctx, s.admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"))
	if err != nil {
		return err
	}
	line("tap_http_pg_rps", http.perSecond, "1/s")
	line("tap_http_pg_p99_ms", float64(http.p99.Microseconds())/1000, "ms")
	line("tap_floor_pg_rps", floor.perSecond, "1/s")
	line("tap_http_pg_ratio", http.perSecond/floor.perSecond, "x")
	return nil
}

// floorTaps writes the rows of one card as a careful program with pgx would: one
// transaction, a statement for each table. It is a superuser, which no row-level
// security slows down.
func floorTaps(ctx context.Context, lasting time.Duration, address string) (result, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return result{}, err
	}
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return result{}, err
	}
	defer pool.Close()
	f := &floor{pool: pool}
	if err := f.find(ctx); err != nil {
		return result{}, err
	}
	return drive(ctx, lasting, f.write)
}

type floor struct {
	pool                            *pgxpool.Pool
	organisation, young             string
	staff                           []string // who receives it
	cards, events, receivers, tells string
}

// find takes the people of a card that is there, and which columns its rows have.
func (f *floor) find(ctx context.Context) error {
	const newest = `SELECT c.organisation_id, c.young_person_id, array_agg(r.account_id)
		FROM cards c JOIN card_recipients r ON r.card_id = c.id GROUP BY c.id ORDER BY c.received_at DESC LIMIT 1`
	if err := f.pool.QueryRow(ctx, newest).Scan(&f.organisation, &f.young, &f.staff); err != nil {
		return fmt.Errorf("no card to write the like of: %w", err)
	}
	f.cards = `INSERT INTO cards (id, organisation_id, young_person_id, client_id, body_hash, device_id, session_id, card,
		kind, intensity, need, kept, tapped_at, received_at, state, version, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6, 'sad', 'feeling', 'quite', 'talk', FALSE, $7, $7, 'received', 1, $7)
		ON CONFLICT (young_person_id, client_id) DO NOTHING`
	f.events = `INSERT INTO card_events (card_id, seq, organisation_id, kind, at) VALUES ($1, 1, $2, 'received', $3)`
	f.receivers = `INSERT INTO card_recipients (card_id, account_id, organisation_id, role, added_at) SELECT $1, unnest($2::text[]), $3, 'keyworker', $4`
	f.tells = `INSERT INTO alerts (id, organisation_id, account_id, subject_kind, subject_id, body, urgency, ttl_seconds,
		status, created_at, due_at, attempts)
		SELECT unnest($1::text[]), $2, unnest($3::text[]), 'card', $4, 'card', 'high', 43200, 'waiting', $5, $5, 0`
	return nil
}

func (f *floor) write(ctx context.Context) error {
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now().UnixMilli()
	alerts := make([]string, len(f.staff))
	for i := range alerts {
		alerts[i] = uuid.Must(uuid.NewV7()).String()
	}
	return pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		for _, step := range []struct {
			sql  string
			args []any
		}{
			{f.cards, []any{id, f.organisation, f.young, uuid.Must(uuid.NewV7()).String(), make([]byte, 32), f.young, now}},
			{f.events, []any{id, f.organisation, now}},
			{f.receivers, []any{id, f.staff, f.organisation, now}},
			{f.tells, []any{alerts, f.organisation, f.staff, id, now}},
		} {
			if _, err := tx.Exec(ctx, step.sql, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

func onServer(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

func inDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
