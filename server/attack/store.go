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

func exec1(tx *db.Tx, statement string, args ...any) error {
	return db.Translate(tx.Gorm().Exec(statement, args...).Error)
}
