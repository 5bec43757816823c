package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// session is a commissioner's, opened past the passkey that this program does not have.
type session struct {
	token string
	at    int64 // Unix milliseconds
}

func (p *real) signIn(ctx context.Context, o *organisation) (session, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	in := session{base64.RawURLEncoding.EncodeToString(raw[:]), p.clock.Load()}
	hash := p.ring.MAC("session", []byte(string(viewer.Insight)+":"+in.token))
	return in, p.DB.Tx(ctx, func(tx *db.Tx) error {
		device, now, later := db.NewID(), db.At(tx.Now), db.At(tx.Now.Add(time.Hour))
		if err := exec1(tx, `INSERT INTO devices (id, organisation_id, account_id, name, history_open, created_at, last_seen_at)
 VALUES (?, ?, ?, 'Attack', TRUE, ?, ?)`, device, o.id, o.commissioner, now, now); err != nil {
			return err
		}
		return exec1(tx, `INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, created_at, last_active_at, unlocked, expires_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE, ?)`, db.NewID(), o.id, o.commissioner, device, string(viewer.Insight), hash, now, now, later)
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

func exec1(tx *db.Tx, statement string, args ...any) error {
	return db.Translate(tx.Gorm().Exec(statement, args...).Error)
}
