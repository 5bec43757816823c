package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// serverVar names the PostgreSQL server on which the attack makes a database of its own, as tests do.
const serverVar = "HEARD_TEST_PG"

func createDatabase(ctx context.Context) (address string, err error) {
	server, err := url.Parse(os.Getenv(serverVar))
	if err != nil || server.Host == "" {
		return "", errors.New(serverVar + " names no PostgreSQL server: run this through .ci/pg.sh")
	}
	name := "heard_attack_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	server.Path = "/" + name
	return server.String(), onServer(ctx, "CREATE DATABASE "+name)
}

func dropDatabase(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	at, err := url.Parse(address)
	if err != nil {
		return err
	}
	return onServer(ctx, "DROP DATABASE IF EXISTS "+strings.TrimPrefix(at.Path, "/")+" WITH (FORCE)")
}

func onServer(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, os.Getenv(serverVar))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}

// signIn opens a session on a device of its own.
func (p *real) signIn(ctx context.Context, orgID, accountID string, place viewer.Place, token string) error {
	hash := p.ring.MAC("session", []byte(string(place)+":"+token))
	return p.DB.Tx(ctx, func(tx *db.Tx) error {
		device, now, later := db.NewID(), db.At(tx.Now), db.At(tx.Now.Add(time.Hour))
		if err := exec1(tx, `INSERT INTO devices (id, organisation_id, account_id, name, history_open, created_at, last_seen_at)
 VALUES (?, ?, ?, 'Attack', TRUE, ?, ?)`, device, orgID, accountID, now, now); err != nil {
			return err
		}
		return exec1(tx, `INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, created_at, last_active_at, unlocked, expires_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE, ?)`, db.NewID(), orgID, accountID, device, string(place), hash, now, now, later)
	})
}

func insertService(tx *db.Tx, orgID, name string) (string, error) {
	id := db.NewID()
	return id, exec1(tx, "INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'camhs', ?, ?)", id, orgID, name, db.At(tx.Now))
}

// relate puts a confirmed relation in force.
func relate(tx *db.Tx, orgID, subjectID string, kind people.Kind, to people.ObjectKind, objectID string) error {
	now := db.At(tx.Now)
	return exec1(tx, `INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, created_at, confirmed_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, db.NewID(), orgID, subjectID, string(kind), string(to), objectID, now, now, now)
}

// serveElsewhere moves a young person to another service.
func serveElsewhere(tx *db.Tx, orgID, youngPersonID, from, to string) error {
	if err := exec1(tx, "UPDATE relations SET ended_at = ? WHERE subject_id = ? AND object_id = ? AND organisation_id = ?",
		db.At(tx.Now), youngPersonID, from, orgID); err != nil {
		return err
	}
	return relate(tx, orgID, youngPersonID, people.ServedBy, people.ToService, to)
}

// insertClosed writes a card that a worker came for, in time or late, and that its young person has closed.
func insertClosed(tx *db.Tx, o *organisation, youngPersonID string, inTime, helped bool) error {
	id, now := db.NewID(), db.At(tx.Now)
	happened := []string{"received", "seen", "here", "closed"}
	if !inTime {
		happened = slices.Insert(happened, 1, "overdue")
	}
	if err := exec1(tx, `INSERT INTO cards (id, organisation_id, young_person_id, client_id, body_hash, device_id, session_id, card, kind, kept,
 tapped_at, received_at, state, version, changed_at) VALUES (?, ?, ?, ?, ?, 'none', 'none', 'sad', 'feeling', FALSE, ?, ?, 'closed', ?, ?)`,
		id, o.id, youngPersonID, uuid.NewString(), []byte("none"), now, now, len(happened), now); err != nil {
		return err
	}
	by := map[string]any{"seen": o.keyworker, "here": o.keyworker, "closed": youngPersonID}
	said := map[string]any{"closed": helped}
	for i, kind := range happened {
		if err := exec1(tx, `INSERT INTO card_events (card_id, seq, organisation_id, kind, actor_id, helped, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, i+1, o.id, kind, by[kind], said[kind], now); err != nil {
			return err
		}
	}
	return nil
}

// insertTrip writes a move that was made on the first day of a month, so that every day on which somebody is asked how
// it went is of that month too, and what was said.
func insertTrip(tx *db.Tx, o *organisation, a act, at time.Time) error {
	id, before, nothing := db.NewID(), db.At(at.Add(-48*time.Hour)), []byte("none")
	if err := exec1(tx, `INSERT INTO moves (id, organisation_id, young_person_id, service_id, emergency, sealed, made_by, made_at, told_at, packed_at,
 choice, opened_at, buddy_wanted, moved_at, revision, changed_at) VALUES (?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, '', ?, TRUE, ?, 1, ?)`,
		id, o.id, a.who, o.services[a.service].id, nothing, o.keyworker, before, a.trip.when(told, before), before,
		a.trip.when(opened, before), db.At(at), before); err != nil {
		return err
	}
	if a.trip[visited] {
		if err := exec1(tx, `INSERT INTO move_visits (id, organisation_id, move_id, kind, asked_by, asked_at, state, made_at)
 VALUES (?, ?, ?, 'visit', ?, ?, 'made', ?)`, db.NewID(), o.id, id, a.who, before, before); err != nil {
			return err
		}
	}
	if a.trip[chose] {
		if err := exec1(tx, `INSERT INTO journey_choices (move_id, choice, organisation_id, wish, state, asked_at) VALUES (?, 'music', ?, ?, 'asked', ?)`,
			id, o.id, nothing, before); err != nil {
			return err
		}
	}
	for day, q := range map[int]question{1: after1, 7: after7, 28: after28} {
		if err := exec1(tx, `INSERT INTO move_reviews (organisation_id, move_id, day, sealed, told, longer, skipped, at) VALUES (?, ?, ?, ?, FALSE, FALSE, ?, ?)`,
			o.id, id, day, nothing, !a.trip[q], db.At(at.AddDate(0, 0, day))); err != nil {
			return err
		}
	}
	return insertBuddy(tx, o, id, a, at)
}

// insertBuddy writes a buddy who sent a card on each of seven days, or on the first alone.
func insertBuddy(tx *db.Tx, o *organisation, moveID string, a act, at time.Time) error {
	id, days := db.NewID(), map[bool]int{true: 7, false: 1}[a.trip[buddied]]
	buddy := o.services[other].young[0]
	if buddy == a.who {
		buddy = o.bystander
	}
	err := exec1(tx, `INSERT INTO buddies (id, organisation_id, move_id, young_person_id, buddy_id, invited_by, invited_at, day_one, ended_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, o.id, moveID, a.who, buddy, o.keyworker, db.At(at), at.AddDate(0, 0, 1).Format(time.DateOnly), db.At(at))
	for i := range days {
		err = errors.Join(err, exec1(tx, `INSERT INTO buddy_cards (id, organisation_id, buddies_id, from_id, card, client_id, at) VALUES (?, ?, ?, ?, 'hello', ?, ?)`,
			db.NewID(), o.id, id, buddy, uuid.NewString(), db.At(at.AddDate(0, 0, 1+i))))
	}
	return err
}

// when is a moment at which something was so, or none.
func (is trip) when(q question, at db.Millis) any {
	if !is[q] {
		return nil
	}
	return at
}

func exec1(tx *db.Tx, statement string, args ...any) error {
	return db.Translate(tx.Gorm().Exec(statement, args...).Error)
}
