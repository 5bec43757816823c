package people_test

import (
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// world is one organisation with its people in a running Heard, and the service
// under test beside it, so that a test sees whom it wakes and whose access it ends.
type world struct {
	t     *testing.T
	k     *testkit.Kit
	db    *db.DB
	s     *people.Service
	org   string
	admin viewer.Viewer

	mu    sync.Mutex
	woken []string
	ended []string
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) { test(t, newWorld(t, k)) })
}

func newWorld(t *testing.T, k *testkit.Kit) *world {
	t.Helper()
	w := &world{t: t, k: k, db: k.App.DB}
	w.s = people.New(people.Config{DB: k.App.DB, Book: k.App.Accounts, Enders: []people.AccessEnder{w}, Wake: w.wake})
	_, err := k.App.People.InviteFirstAdmin(t.Context(), "Riverside", "Ada Min")
	must(t, err)
	var admin string
	w.tx(func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT id, organisation_id FROM accounts").Row().Scan(&admin, &w.org)
	})
	w.admin = w.as(w.org, admin, viewer.KindAdmin)
	return w
}

func (w *world) now() time.Time { return w.k.Clock.Now() }

// moveTo moves the clock on to a time.
func (w *world) moveTo(at time.Time) { w.k.Clock.Forward(at.Sub(w.now())) }

func (w *world) wake(ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.woken = append(w.woken, ids...)
}

// EndAccessTx notes whose access ended.
func (w *world) EndAccessTx(_ *db.Tx, accountID string) error {
	w.ended = append(w.ended, accountID)
	return nil
}

func (w *world) tx(fn func(tx *db.Tx) error) {
	w.t.Helper()
	must(w.t, w.db.Tx(w.t.Context(), fn))
}

// organisation makes another one, with an administrator, past the console that
// makes only one.
func (w *world) organisation(name string) (string, viewer.Viewer) {
	w.t.Helper()
	var org, admin string
	w.tx(func(tx *db.Tx) (err error) {
		if org, err = w.k.App.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: name}); err != nil {
			return err
		}
		admin, err = w.k.App.Accounts.CreateTx(tx, org, viewer.NewAccount{Kind: viewer.KindAdmin, Name: "Ada Min"})
		if err != nil {
			return err
		}
		return tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, created_at, confirmed_at)
 VALUES (?, ?, ?, 'admin_of', 'organisation', ?, ?, ?, ?)`, db.NewID(), org, admin, org, db.At(tx.Now), db.At(tx.Now), db.At(tx.Now)).Error
	})
	return org, w.as(org, admin, viewer.KindAdmin)
}

// as gives a viewer in their place, unlocked.
func (w *world) as(org, id string, kind viewer.Kind) viewer.Viewer {
	place := map[viewer.Kind]viewer.Place{viewer.KindAdmin: viewer.Admin, viewer.KindStaff: viewer.Work, viewer.KindYoungPerson: viewer.Young}[kind]
	return viewer.Viewer{AccountID: id, OrganisationID: org, Place: place, Kind: kind, Reading: true, SessionID: "s", DeviceID: "d"}
}

func (w *world) staff(name string) viewer.Viewer {
	w.t.Helper()
	id, _, err := w.s.CreateStaff(w.t.Context(), w.admin, viewer.NewAccount{Kind: viewer.KindStaff, Name: name, Phone: "01632 960101"})
	must(w.t, err)
	return w.as(w.org, id, viewer.KindStaff)
}

func (w *world) service(name string, kind people.ServiceKind) string {
	w.t.Helper()
	id, err := w.s.CreateService(w.t.Context(), w.admin, name, kind)
	must(w.t, err)
	return id
}

func (w *world) team(service, name string) string {
	w.t.Helper()
	id, err := w.s.CreateTeam(w.t.Context(), w.admin, service, name)
	must(w.t, err)
	return id
}

func (w *world) young(name, service string) viewer.Viewer {
	w.t.Helper()
	id, err := w.s.CreateYoungPerson(w.t.Context(), w.admin, viewer.NewAccount{Name: name}, service)
	must(w.t, err)
	return w.as(w.org, id, viewer.KindYoungPerson)
}

func (w *world) propose(by viewer.Viewer, subject string, kind people.Kind, object string) (people.Relation, error) {
	return w.s.Propose(w.t.Context(), by, people.Ask{SubjectID: subject, Kind: kind, ObjectID: object, Reason: "as agreed"})
}

// grant makes a relation that is in force, whoever has to agree.
func (w *world) grant(by viewer.Viewer, subject string, kind people.Kind, object string) people.Relation {
	w.t.Helper()
	r, err := w.propose(by, subject, kind, object)
	must(w.t, err)
	if r.ConfirmedAt == nil {
		w.t.Fatalf("%s was not granted at once", kind)
	}
	return r
}

// home is a children's home with a lead, a keyworker and a young person.
type home struct {
	service, team     string
	lead, worker, leo viewer.Viewer
	keyworker         people.Relation
}

func (w *world) home() home {
	w.t.Helper()
	h := home{service: w.service("Willow House", people.ChildrensHome)}
	h.team = w.team(h.service, "Day team")
	h.lead, h.worker, h.leo = w.staff("Ruth Lane"), w.staff("Sam Okafor"), w.young("Leo", h.service)
	w.grant(w.admin, h.lead.AccountID, people.LeadOf, h.team)
	h.keyworker = w.grant(h.lead, h.worker.AccountID, people.KeyworkerOf, h.leo.AccountID)
	return h
}

func (w *world) standing(v viewer.Viewer, youngPersonID string) (people.Standing, error) {
	var s people.Standing
	err := w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		s, err = people.StandingTx(tx, v, youngPersonID)
		return err
	})
	return s, err
}

func (w *world) circle(org, youngPersonID string) (people.Circle, error) {
	var c people.Circle
	err := w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		c, err = people.CircleTx(tx, org, youngPersonID)
		return err
	})
	return c, err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != code {
		t.Fatalf("code %q (%v), want %q", got, err, code)
	}
}

func wantReason(t *testing.T, err error, code errs.Code, reason string) {
	t.Helper()
	wantCode(t, err, code)
	if got := errs.ReasonOf(err); got != reason {
		t.Fatalf("reason %q (%v), want %q", got, err, reason)
	}
}
