package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"heard/server/db"
	"heard/server/keys"
)

// books is the database as the harness reads it, past the server and past every bad wire.
type books struct{ db *db.DB }

func openBooks(ctx context.Context, databaseURL, folder, key string) (*books, error) {
	ring, err := keys.Load("", key)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{
		URL: databaseURL, Path: filepath.Join(folder, "heard.db"), Key: ring.DatabaseKey(), Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
	})
	return &books{d}, err
}

func (b *books) read(ctx context.Context, into any, query string, args ...any) error {
	return b.db.Read(ctx, func(tx *db.Tx) error { return db.Translate(tx.Gorm().Raw(query, args...).Scan(into).Error) })
}

func (b *books) write(ctx context.Context, statement string, args ...any) error {
	return b.db.Tx(ctx, func(tx *db.Tx) error { return db.Translate(tx.Gorm().Exec(statement, args...).Error) })
}

type cardRow struct {
	ID, YoungPersonID, ClientID, State string
	SentAs                             *string
	Kind                               string
	Need                               *string
	Kept                               bool
	ReceivedAt, ChangedAt              db.Millis
}

// cards are those of the run's own young people: the server's heartbeat sends cards too, for people made for it.
func (b *books) cards(ctx context.Context, young []string) (rows []cardRow, err error) {
	err = b.read(ctx, &rows, `SELECT id, young_person_id, client_id, state, sent_as, kind, need, kept, received_at, changed_at
		FROM cards WHERE young_person_id IN ?`, young)
	return rows, err
}

type eventRow struct {
	CardID, Kind      string
	Seq               int
	ActorID, Evidence *string
	At                db.Millis
}

func (b *books) events(ctx context.Context, young []string) (rows []eventRow, err error) {
	err = b.read(ctx, &rows, `SELECT e.card_id, e.kind, e.seq, e.actor_id, e.evidence, e.at
		FROM card_events e JOIN cards c ON c.id = e.card_id WHERE c.young_person_id IN ? ORDER BY e.card_id, e.seq`, young)
	return rows, err
}

type alertRow struct {
	ID, SubjectID, AccountID, Status string
	CreatedAt                        db.Millis
	DueAt, LeaseUntil                *db.Millis
	Attempts                         int
}

func (b *books) alerts(ctx context.Context, young []string) (rows []alertRow, err error) {
	err = b.read(ctx, &rows, `SELECT a.id, a.subject_id, a.account_id, a.status, a.created_at, a.due_at, a.lease_until, a.attempts
		FROM alerts a JOIN cards c ON c.id = a.subject_id WHERE a.subject_kind = 'card' AND c.young_person_id IN ?`, young)
	return rows, err
}

type dueRow struct {
	ID         string
	DueAt      db.Millis
	LeaseUntil *db.Millis
	Attempts   int
}

func (b *books) dues(ctx context.Context, young []string) (rows []dueRow, err error) {
	err = b.read(ctx, &rows, `SELECT d.id, d.due_at, d.lease_until, d.attempts
		FROM card_dues d JOIN cards c ON c.id = d.id WHERE c.young_person_id IN ?`, young)
	return rows, err
}

// waiting counts alerts that have been due for so long.
func (b *books) waiting(ctx context.Context, before time.Time) (n int, err error) {
	err = b.read(ctx, &n, `SELECT count(*) FROM alerts WHERE subject_kind = 'card' AND status = 'waiting' AND created_at < ?`, db.At(before))
	return n, err
}

func (b *books) close() { _ = b.db.Close() }
