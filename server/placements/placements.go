// Package placements is about the next place: what a place says of itself, a move
// there, the way, a buddy, and how it went. Who a move is told to, and what of it each
// of them may see, is asked in one place (policy_move.go).
package placements

import (
	"cmp"
	"log/slog"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// subjectMove is what audit rows call a move.
const subjectMove = "move"

// errNotFound is the one answer for what is not there and what may not be seen.
var errNotFound = errs.New(errs.NotFound, "There is nothing here, or it isn't yours to see.")

// Names gives names and pictures of accounts of one organisation.
type Names interface {
	PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error)
}

// Keyring opens the keys of a young person and of their organisation.
type Keyring interface {
	PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error)
	OrganisationKeyTx(tx *db.Tx, orgID string) (*keys.Key, error)
}

// Waker wakes the open live streams of accounts: all, or those that may read.
type Waker interface {
	Wake(accountIDs ...string)
	WakeReaders(accountIDs ...string)
}

// Counter counts a face under a question, as if it had been asked by itself.
type Counter interface {
	CountTx(tx *db.Tx, orgID, youngPersonID, serviceID, question string, at time.Time, face int) error
}

// Config says what the service works with.
type Config struct {
	DB        *db.DB
	Keys      Keyring
	Names     Names
	Waker     Waker
	Count     Counter
	Files     *files.Service
	Hellos    []string // the cards buddies have
	PublicURL string   // where the code on a booklet leads
	Log       *slog.Logger
	WordsFor  time.Duration // how long after a move its words stay; three years when 0
	Every     time.Duration // how often what has no use any more is taken away; an hour when 0, never when less
}

// Service carries packs and moves.
type Service struct {
	db     *db.DB
	keys   Keyring
	names  Names
	waker  Waker
	count  Counter
	files  *files.Service
	hellos []string
	url    string
	log    *slog.Logger
	every  time.Duration

	wordsFor time.Duration
}

// New makes the service.
func New(c Config) *Service {
	return &Service{
		db: c.DB, keys: c.Keys, names: c.Names, waker: c.Waker, count: c.Count, files: c.Files, hellos: c.Hellos, url: c.PublicURL,
		log: c.Log, every: cmp.Or(c.Every, sweepEvery), wordsFor: cmp.Or(c.WordsFor, wordsFor),
	}
}

// wakeMoveTx wakes everybody whose screen may show the move, once the transaction is
// durable: who may see it is asked again when their page fetches. The young person's
// streams that may not read hear nothing of it.
func (s *Service) wakeMoveTx(tx *db.Tx, m Move) error {
	adults, err := aroundTx(tx, m)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() {
		if m.ToldAt != nil {
			s.waker.WakeReaders(m.YoungPersonID)
		}
		s.waker.Wake(adults...)
	})
	return nil
}

// wakeYoungTx is wakeMoveTx for what concerns the young person alone.
func (s *Service) wakeYoungTx(tx *db.Tx, m Move) {
	tx.AfterCommit(func() { s.waker.WakeReaders(m.YoungPersonID) })
}

// aroundTx names the adults who may see a move: those around the young person, whoever
// places them, the staff of both places, and the escort.
func aroundTx(tx *db.Tx, m Move) ([]string, error) {
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, a := range circle.Adults {
		if a.Staff {
			ids = append(ids, a.AccountID)
		}
	}
	placing, err := people.PlacingTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return nil, err
	}
	ids = append(ids, placing...)
	if m.ToldAt != nil {
		staff, err := people.PlacementStaffTx(tx, m.OrganisationID, m.ToServiceID, m.FromServiceID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, staff...)
	}
	if m.EscortID != "" {
		ids = append(ids, m.EscortID)
	}
	return ids, nil
}

// noteTx writes down what somebody did with a move.
func noteTx(tx *db.Tx, v viewer.Viewer, action string, m Move) error {
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action,
		ObjectKind: subjectMove, ObjectID: m.ID, SubjectID: m.YoungPersonID,
	})
}

// lookedTx writes down for the young person that somebody opened their move: once a
// person and day, because the page fetches itself anew at every change. Before they are
// told nothing is: what they read of who looked must not tell them.
func lookedTx(tx *db.Tx, v viewer.Viewer, m Move) error {
	if m.ToldAt == nil {
		return nil
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	morning := people.MomentOf(people.DayOf(tx.Now, loc), 0, loc)
	if looked, err := lookedSinceTx(tx, v, m, morning); err != nil || looked {
		return err
	}
	return noteTx(tx, v, actionLooked, m)
}

const actionLooked = "move.looked"
