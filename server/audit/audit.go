// Package audit keeps who did what: rows that are only ever added, chained by
// hash per organisation, so that a row changed or taken out later shows. Rows hold
// identifiers and actions, never words, so erasing a person leaves the chain whole.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Server is the actor of what the server does by itself.
const Server = "server"

// lookedEnding marks the actions by which somebody sees what is private to a
// young person, such as "card.looked".
const lookedEnding = ".looked"

// BrokeGlass is the action of opening a young person's things without a relation.
const BrokeGlass = "relation.broke_glass"

// FamilyLinkMade is the action of making a link by which a young person's family can
// answer. They see it, since whoever made it holds the link too.
const FamilyLinkMade = "family_link.made"

const maxRows = 200

// Entry is one thing that somebody did.
type Entry struct {
	OrganisationID string
	ActorID        string // empty: the server itself
	Action         string // "thing.done", such as "card.looked"
	ObjectKind     string
	ObjectID       string
	SubjectID      string // the young person it is about, if any
	Reason         string // a key or what a person gave as the reason for an act on record
}

// Row is an entry as it is shown.
type Row struct {
	ID         string
	ActorID    string
	Action     string
	ObjectKind string
	ObjectID   string
	Reason     string
	At         time.Time
}

// Append adds an entry at the end of the transaction: the chain is one for the
// whole organisation, and its lock is taken last and held shortest.
func Append(tx *db.Tx, e Entry) error {
	if e.OrganisationID == "" || e.Action == "" || e.ObjectKind == "" {
		return errs.New(errs.Internal, "An audit entry lacks its organisation, action or object.")
	}
	if e.ActorID == "" {
		e.ActorID = Server
	}
	tx.BeforeCommit(func() error { return appendRow(tx, e) })
	return nil
}

// Verify walks an organisation's chain from its start and returns an error that
// names the first row that is missing or changed.
func Verify(tx *db.Tx, organisationID string) error {
	want, prev := int64(1), genesis(organisationID)
	for {
		rows, err := chainAfter(tx, organisationID, want-1)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if r.Seq != want || string(r.PrevHash) != string(prev) || string(r.Hash) != string(r.digest()) {
				return errs.New(errs.Internal, fmt.Sprintf("The audit trail is broken at entry %d.", want)).With("audit_broken")
			}
			want, prev = want+1, r.Hash
		}
	}
}

// AboutSubject tells a young person who looked at their things or made a link for
// their family, newest first.
func AboutSubject(tx *db.Tx, v viewer.Viewer, limit int) ([]Row, error) {
	return lookedAt(tx, v, min(max(limit, 1), maxRows))
}

// genesis stands before the first row, so that a chain belongs to its organisation.
func genesis(organisationID string) []byte {
	h := sha256.Sum256([]byte("heard audit 1 " + organisationID))
	return h[:]
}

// digest is the hash of a row: of the hash before it and of every column, each
// with its length so that no two rows give the same bytes.
func (r row) digest() []byte {
	h := sha256.New()
	put := func(b []byte) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b))))
		h.Write(b)
	}
	put(r.PrevHash)
	for _, n := range []int64{r.Seq, int64(r.At)} {
		put(binary.BigEndian.AppendUint64(nil, uint64(n))) // #nosec G115 -- the bits are hashed
	}
	for _, s := range []string{r.ID, r.OrganisationID, r.ActorID, r.Action, r.ObjectKind, r.ObjectID, r.SubjectID, r.Reason} {
		put([]byte(s))
	}
	return h.Sum(nil)
}
