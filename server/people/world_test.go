package people_test

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// world is one organisation with its people on a real database, and a clock that
// stands still until told.
type world struct {
	t     *testing.T
	db    *db.DB
	s     *people.Service
	now   time.Time
	org   string
	admin viewer.Viewer

	mu    sync.Mutex
	woken []string
	ended []string
}

// each runs a test on SQLite and, when HEARD_TEST_PG names a server, on PostgreSQL.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, newWorld(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)}))
	})
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, newWorld(t, db.Config{URL: freshPostgres(t, server)})) })
	}
}

func freshPostgres(t *testing.T, server string) string {
	t.Helper()
	name := "heard_people_" + strings.ReplaceAll(db.NewID(), "-", "")
	run := func(sql string) {
		conn, err := pgx.Connect(context.Background(), server)
		must(t, err)
		defer func() { _ = conn.Close(context.Background()) }()
		_, err = conn.Exec(context.Background(), sql)
		must(t, err)
	}
	run("CREATE DATABASE " + name)
	t.Cleanup(func() { run("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(server)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

func newWorld(t *testing.T, c db.Config) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	c.Now = func() time.Time { return w.now }
	var err error
	w.db, err = db.Open(t.Context(), c)
	must(t, err)
	t.Cleanup(func() { must(t, w.db.Close()) })
	must(t, w.db.Migrate(t.Context()))
	ring, err := keys.Load(filepath.Join(t.TempDir(), "key"), "")
	must(t, err)
	w.s = people.New(people.Config{DB: w.db, Ring: ring, Book: book{}, Enders: []people.AccessEnder{w}, Wake: w.wake})
	w.org, w.admin = w.organisation("Riverside")
	return w
}

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

// organisation makes one with its first administrator, by the console's way or,
// when there is one already, beside it.
func (w *world) organisation(name string) (string, viewer.Viewer) {
	w.t.Helper()
	var org, admin string
	w.tx(func(tx *db.Tx) (err error) {
		if org, err = w.s.CreateOrganisationTx(tx, people.NewOrganisation{Name: name}); err != nil {
			return err
		}
		admin, err = book{}.CreateTx(tx, org, viewer.NewAccount{Kind: viewer.KindAdmin, Name: "Ada Min"})
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

// book keeps accounts plainly in the accounts table, in place of the package
// above whose floor this one may not reach.
type book struct{}

type accountRow struct {
	ID, OrganisationID, Kind, Avatar string
	Name, Called, Phone, WrappedKey  []byte
	SuspendedAt                      *db.Millis
	CreatedAt                        db.Millis `gorm:"autoCreateTime:false"`
}

func (accountRow) TableName() string { return "accounts" }

func (r accountRow) account() viewer.Account {
	return viewer.Account{
		ID: r.ID, Kind: viewer.Kind(r.Kind), Name: string(r.Name), Called: string(r.Called), Avatar: r.Avatar,
		Phone: string(r.Phone), Suspended: r.SuspendedAt != nil, CreatedAt: r.CreatedAt.Time(),
	}
}

func (book) CreateTx(tx *db.Tx, orgID string, a viewer.NewAccount) (string, error) {
	row := accountRow{
		ID: db.NewID(), OrganisationID: orgID, Kind: string(a.Kind), Avatar: "a1", Name: []byte(a.Name),
		Called: []byte(a.Called), Phone: []byte(a.Phone), WrappedKey: []byte{1}, CreatedAt: db.At(tx.Now),
	}
	return row.ID, db.Translate(tx.Gorm().Create(&row).Error)
}

func (book) AccountTx(tx *db.Tx, orgID, id string) (viewer.Account, error) {
	var row accountRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	return row.account(), db.Translate(err)
}

func (book) AccountsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Account, error) {
	var rows []accountRow
	err := tx.Gorm().Where("organisation_id = ? AND id IN ?", orgID, ids).Find(&rows).Error
	found := map[string]viewer.Account{}
	for _, r := range rows {
		found[r.ID] = r.account()
	}
	return found, db.Translate(err)
}

func (b book) PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error) {
	accounts, err := b.AccountsTx(tx, orgID, ids)
	found := map[string]viewer.Person{}
	for id, a := range accounts {
		found[id] = a.Person()
	}
	return found, err
}

func (book) ListTx(tx *db.Tx, orgID string, kinds []viewer.Kind, after string, limit int) ([]viewer.Account, error) {
	var rows []accountRow
	err := tx.Gorm().Where("organisation_id = ? AND id > ?", orgID, after).Order("id").Find(&rows).Error
	var list []viewer.Account
	for _, r := range rows {
		if len(list) < limit && slices.Contains(kinds, viewer.Kind(r.Kind)) {
			list = append(list, r.account())
		}
	}
	return list, db.Translate(err)
}

func (book) ChangeTx(tx *db.Tx, orgID, id string, a viewer.NewAccount) error {
	return db.Translate(tx.Gorm().Model(&accountRow{}).Where("organisation_id = ? AND id = ?", orgID, id).Updates(map[string]any{
		"name": []byte(a.Name), "called": []byte(a.Called), "phone": []byte(a.Phone),
	}).Error)
}

func suspendedAt(tx *db.Tx, orgID, id string, at *db.Millis) error {
	return db.Translate(tx.Gorm().Model(&accountRow{}).Where("organisation_id = ? AND id = ?", orgID, id).Update("suspended_at", at).Error)
}

func (book) SuspendTx(tx *db.Tx, orgID, id string) error {
	now := db.At(tx.Now)
	return suspendedAt(tx, orgID, id, &now)
}

func (book) RestoreTx(tx *db.Tx, orgID, id string) error { return suspendedAt(tx, orgID, id, nil) }

func (book) InviteTx(tx *db.Tx, _, id, _ string) (viewer.Invitation, error) {
	return viewer.Invitation{URL: "https://heard.test/work/invite#" + id, ExpiresAt: tx.Now.Add(72 * time.Hour)}, nil
}
