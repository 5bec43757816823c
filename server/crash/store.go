package main

import (
	"context"
	"errors"
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
	return b.db.Read(ctx, func(tx *db.Tx) error { return scan(tx, into, query, args...) })
}

func scan(tx *db.Tx, into any, query string, args ...any) error {
	return db.Translate(tx.Gorm().Raw(query, args...).Scan(into).Error)
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

type eventRow struct {
	CardID, Kind      string
	Seq               int
	ActorID, Evidence *string
	At                db.Millis
}

type alertRow struct {
	ID, SubjectID, AccountID, Status string
	CreatedAt                        db.Millis
	DueAt, LeaseUntil                *db.Millis
	Attempts                         int
}

type dueRow struct {
	ID, Kind   string
	DueAt      db.Millis
	LeaseUntil *db.Millis
	Attempts   int
}

// rows is what the database holds at one moment about the run's own young people: the server's heartbeat sends
// cards too, for people made for it.
type rows struct {
	cards  []cardRow
	events []eventRow
	alerts []alertRow
	dues   []dueRow
}

func (b *books) snapshot(ctx context.Context, young []string) (r rows, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) error {
		return errors.Join(
			scan(tx, &r.cards, `SELECT id, young_person_id, client_id, state, sent_as, kind, need, kept, received_at, changed_at
				FROM cards WHERE young_person_id IN ?`, young),
			scan(tx, &r.events, `SELECT e.card_id, e.kind, e.seq, e.actor_id, e.evidence, e.at
				FROM card_events e JOIN cards c ON c.id = e.card_id WHERE c.young_person_id IN ? ORDER BY e.card_id, e.seq`, young),
			scan(tx, &r.alerts, `SELECT a.id, a.subject_id, a.account_id, a.status, a.created_at, a.due_at, a.lease_until, a.attempts
				FROM alerts a JOIN cards c ON c.id = a.subject_id WHERE a.subject_kind = 'card' AND c.young_person_id IN ?`, young),
			scan(tx, &r.dues, `SELECT d.id, d.kind, d.due_at, d.lease_until, d.attempts
				FROM card_dues d JOIN cards c ON c.id = d.id WHERE c.young_person_id IN ?`, young),
		)
	})
	return r, err
}

// untold counts the alerts that could go out now and have not.
func (b *books) untold(ctx context.Context) (n int, err error) {
	err = b.read(ctx, &n, `SELECT count(*) FROM alerts WHERE status = 'waiting' AND due_at <= ?`, db.At(time.Now()))
	return n, err
}

// behind counts what should have been done before a moment: alerts, and cards that were due. An alert of before
// may bear a later time, by a clock that was ahead.
func (b *books) behind(ctx context.Context, before time.Time) (n int, err error) {
	ahead := db.At(before.Add(widestJump))
	err = b.read(ctx, &n, `SELECT (SELECT count(*) FROM alerts WHERE status = 'waiting' AND (created_at < ? OR due_at < ?))
		+ (SELECT count(*) FROM card_dues WHERE due_at < ?)`, ahead, ahead, db.At(before))
	return n, err
}

// The limits of a run are as short as it is; by the API a service can't set them so.
const (
	notSafeLimit   = 3 * time.Second
	sitWithMeLimit = 4 * time.Second
	otherLimit     = 30 * time.Minute
)

func (b *books) shorten(ctx context.Context, service string) error {
	return b.write(ctx, `INSERT INTO service_limits (service_id, organisation_id, not_safe, sit_with_me, other)
		SELECT id, organisation_id, ?, ?, ? FROM services WHERE id = ?`,
		int(notSafeLimit.Seconds()), int(sitWithMeLimit.Seconds()), int(otherLimit.Seconds()), service)
}

func (b *books) close() { _ = b.db.Close() }
