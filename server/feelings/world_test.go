package feelings_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/assets"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/viewer"
)

// canary stands in every private text of these tests; it must never be found
// where it does not belong.
const canary = "canary-words"

// world is one organisation on a real database with real keys and alerts, and a
// clock that stands still until told.
type world struct {
	t      *testing.T
	config db.Config
	db     *db.DB
	ring   *keys.Ring
	alerts *notify.Service
	cards  *feelings.Service

	mu    sync.Mutex
	clock time.Time // zero: the real one, which a test may have made virtual
	woken []string
	met   []contact

	org, home, team                   string
	leo, amy                          viewer.Viewer // young people
	sam, jo, lea, sue, kit, ann, otto viewer.Viewer // staff
	dan                               viewer.Viewer // family
	relations                         map[string]string
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

// shared is one migrated database for all tests of this package on PostgreSQL,
// emptied before each: making one is far slower.
var shared struct {
	once      sync.Once
	name, url string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.name != "" {
		_ = execute(os.Getenv("HEARD_TEST_PG"), "DROP DATABASE "+shared.name+" WITH (FORCE)")
	}
	os.Exit(code)
}

func execute(server, sql string) error {
	conn, err := pgx.Connect(context.Background(), server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(context.Background(), sql)
	return err
}

func freshPostgres(t *testing.T, server string) string {
	t.Helper()
	shared.once.Do(func() {
		u, err := url.Parse(server)
		must(t, err)
		shared.name = "heard_feelings_" + strings.ReplaceAll(db.NewID(), "-", "")
		u.Path = "/" + shared.name
		shared.url = u.String()
		must(t, execute(server, "CREATE DATABASE "+shared.name))
		d, err := db.Open(t.Context(), db.Config{URL: shared.url, Log: slog.New(slog.DiscardHandler)})
		must(t, err)
		must(t, d.Migrate(t.Context()))
		must(t, d.Close())
	})
	must(t, execute(shared.url, "TRUNCATE organisations, card_dues, push_keys CASCADE"))
	return shared.url
}

func newWorld(t *testing.T, c db.Config) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC), relations: map[string]string{}}
	c.Now, c.Log = w.now, slog.New(slog.DiscardHandler)
	w.config = c
	var err error
	w.db, err = db.Open(t.Context(), c)
	must(t, err)
	t.Cleanup(func() { must(t, w.db.Close()) })
	if c.URL == "" {
		must(t, w.db.Migrate(t.Context()))
	}
	w.ring, err = keys.Load(filepath.Join(t.TempDir(), "key"), "")
	must(t, err)
	w.alerts, err = notify.New(t.Context(), notify.Config{DB: w.db, Ring: w.ring})
	must(t, err)
	w.cards = w.service()
	w.people()
	return w
}

// service makes one instance of the service; a test may want several.
func (w *world) service() *feelings.Service { return w.serviceEvery(5 * time.Millisecond) }

func (w *world) serviceEvery(poll time.Duration) *feelings.Service { return w.serviceOf(poll, nil) }

func (w *world) observed(o feelings.Observer) *feelings.Service { return w.serviceOf(time.Second, o) }

func (w *world) serviceOf(poll time.Duration, o feelings.Observer) *feelings.Service {
	return w.serviceWith(poll, o, w)
}

// heardBy makes a service whose contacts somebody else hears of, or nobody.
func (w *world) heardBy(c feelings.Contacts) *feelings.Service {
	return w.serviceWith(time.Second, nil, c)
}

func (w *world) serviceWith(poll time.Duration, o feelings.Observer, c feelings.Contacts) *feelings.Service {
	s, err := feelings.New(feelings.Config{
		DB: w.db, Deck: assets.Deck, Keys: w, Names: w, Alerts: w.alerts, MAC: w.ring, Waker: w, Now: w.now, Poll: poll, LeftEvery: -1, Observe: o,
		Contacts: c,
	})
	must(w.t, err)
	return s
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.clock.IsZero() {
		return time.Now().UTC()
	}
	return w.clock
}

func (w *world) forward(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// Wake notes who was woken.
func (w *world) Wake(ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.woken = append(w.woken, ids...)
}

// contact is what the service said of somebody who was there.
type contact struct {
	org, young, worker, card string
	at                       time.Time
}

// CardAnsweredTx notes a contact that became durable.
func (w *world) CardAnsweredTx(tx *db.Tx, org, young, worker, card string, at time.Time) error {
	tx.AfterCommit(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.met = append(w.met, contact{org, young, worker, card, at})
	})
	return nil
}

func (w *world) contacts(card string) []contact {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.met), func(c contact) bool { return c.card != card })
}

func (w *world) tx(fn func(tx *db.Tx) error) {
	w.t.Helper()
	must(w.t, w.db.Tx(w.t.Context(), fn))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error { return tx.Gorm().Exec(sql, args...).Error })
}

// people fills the organisation: Leo has two keyworkers, a lead, a safeguarding
// lead and his father; Amy has a keyworker of her own; Otto works elsewhere.
func (w *world) people() {
	w.org = w.organisation("Riverside")
	w.home = db.NewID()
	w.team = db.NewID()
	now := db.At(w.now())
	w.exec("INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'childrens_home', 'Willow House', ?)", w.home, w.org, now)
	w.exec("INSERT INTO teams (id, organisation_id, service_id, name, created_at) VALUES (?, ?, ?, 'Day team', ?)", w.team, w.org, w.home, now)
	w.leo, w.amy = w.account(w.org, "Leo", viewer.KindYoungPerson), w.account(w.org, "Amy", viewer.KindYoungPerson)
	w.sam, w.jo = w.account(w.org, "Sam", viewer.KindStaff), w.account(w.org, "Jo", viewer.KindStaff)
	w.lea, w.sue = w.account(w.org, "Lea", viewer.KindStaff), w.account(w.org, "Sue", viewer.KindStaff)
	w.kit, w.ann = w.account(w.org, "Kit", viewer.KindStaff), w.account(w.org, "Ann", viewer.KindStaff)
	w.dan = w.account(w.org, "Dan", viewer.KindFamily)
	w.otto = w.account(w.organisation("Elsewhere"), "Otto", viewer.KindStaff)
	for _, y := range []viewer.Viewer{w.leo, w.amy} {
		w.relate(y, "served_by", "service", w.home)
	}
	w.relate(w.sam, "keyworker_of", "young_person", w.leo.AccountID)
	w.relate(w.jo, "keyworker_of", "young_person", w.leo.AccountID)
	w.relate(w.kit, "keyworker_of", "young_person", w.amy.AccountID)
	w.relate(w.lea, "lead_of", "team", w.team)
	w.relate(w.sue, "safeguarding_of", "service", w.home)
	w.relate(w.dan, "family_of", "young_person", w.leo.AccountID)
}

func (w *world) organisation(name string) string {
	w.t.Helper()
	id := db.NewID()
	wrapped, _, err := w.ring.NewKey("organisation:" + id)
	must(w.t, err)
	w.exec("INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES (?, ?, ?, ?)", id, name, wrapped, db.At(w.now()))
	return id
}

func (w *world) account(org, name string, kind viewer.Kind) viewer.Viewer {
	w.t.Helper()
	var v viewer.Viewer
	w.tx(func(tx *db.Tx) (err error) {
		v, err = w.accountTx(tx, org, name, kind)
		return err
	})
	return v
}

func (w *world) accountTx(tx *db.Tx, org, name string, kind viewer.Kind) (viewer.Viewer, error) {
	id := db.NewID()
	v := viewer.Viewer{
		AccountID: id, OrganisationID: org, SessionID: "session-" + name, DeviceID: "device-" + name,
		Place: viewer.Work, Kind: kind, Reading: true,
	}
	if kind == viewer.KindYoungPerson {
		v.Place = viewer.Young
	}
	key, err := w.organisationKeyTx(tx, org)
	if err != nil {
		return v, err
	}
	wrapped, _, err := key.NewKey("account:" + id)
	if err != nil {
		return v, err
	}
	return v, tx.Gorm().Exec(`INSERT INTO accounts (id, organisation_id, kind, name, called, avatar, wrapped_key, created_at)
 VALUES (?, ?, ?, ?, ?, 'a1', ?, ?)`, id, org, string(kind), []byte(name), []byte(name), wrapped, db.At(tx.Now)).Error
}

// relate makes a relation that is in force for a year.
func (w *world) relate(v viewer.Viewer, kind, objectKind, object string) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) (err error) {
		w.relations[v.AccountID], err = relateTx(tx, v, kind, objectKind, object)
		return err
	})
}

func relateTx(tx *db.Tx, v viewer.Viewer, kind, objectKind, object string) (string, error) {
	id := db.NewID()
	return id, tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to, created_at, confirmed_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, v.OrganisationID, v.AccountID, kind, objectKind, object,
		db.At(tx.Now.Add(-time.Hour)), db.At(tx.Now.AddDate(1, 0, 0)), db.At(tx.Now), db.At(tx.Now)).Error
}

func (w *world) endRelations(v viewer.Viewer) {
	w.t.Helper()
	w.exec("UPDATE relations SET ended_at = ? WHERE subject_id = ?", db.At(w.now()), v.AccountID)
}

func (w *world) organisationKeyTx(tx *db.Tx, org string) (*keys.Key, error) {
	var wrapped []byte
	if err := tx.Gorm().Raw("SELECT wrapped_key FROM organisations WHERE id = ?", org).Row().Scan(&wrapped); err != nil {
		return nil, err
	}
	return w.ring.Unwrap(wrapped, "organisation:"+org)
}

// PersonKeyTx opens an account's own key.
func (w *world) PersonKeyTx(tx *db.Tx, org, id string) (*keys.Key, error) {
	key, err := w.organisationKeyTx(tx, org)
	if err != nil {
		return nil, err
	}
	var wrapped []byte
	if err := tx.Gorm().Raw("SELECT wrapped_key FROM accounts WHERE id = ?", id).Row().Scan(&wrapped); err != nil {
		return nil, err
	}
	return key.Unwrap(wrapped, "account:"+id)
}

// PersonsTx gives names.
func (w *world) PersonsTx(tx *db.Tx, org string, ids []string) (map[string]viewer.Person, error) {
	persons := map[string]viewer.Person{}
	var rows []struct {
		ID     string
		Called []byte
		Avatar string
	}
	if len(ids) == 0 {
		return persons, nil
	}
	err := tx.Gorm().Raw("SELECT id, called, avatar FROM accounts WHERE organisation_id = ? AND id IN ?", org, ids).Scan(&rows).Error
	for _, r := range rows {
		persons[r.ID] = viewer.Person{ID: r.ID, Name: string(r.Called), Avatar: r.Avatar}
	}
	return persons, err
}

// sad is an ordinary card with words.
func sad() feelings.Tap {
	return feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Intensity: "quite", Words: canary}
}

// tap sends a card as Leo.
func (w *world) tap(t feelings.Tap) feelings.Receipt {
	w.t.Helper()
	r, err := w.cards.Tap(w.t.Context(), w.leo, t)
	must(w.t, err)
	return r
}

// settle tells the service what became of a recipient's alert.
func (w *world) settle(cardID string, to viewer.Viewer, outcome notify.Outcome) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error {
		return w.cards.SettleTx(tx, notify.Settled{
			AlertID: db.NewID(), OrganisationID: w.org, AccountID: to.AccountID, SubjectKind: "card", SubjectID: cardID, Outcome: outcome,
		})
	})
}

// page gives the card as its young person sees it.
func (w *world) page(id string) feelings.View {
	w.t.Helper()
	view, err := w.cards.Page(w.t.Context(), w.leo, id)
	must(w.t, err)
	return view
}

// seen presses "I've seen this" on the card as it stands.
func (w *world) seen(v viewer.Viewer, id string) feelings.View {
	w.t.Helper()
	view, err := w.cards.Seen(w.t.Context(), v, id, w.page(id).Version)
	must(w.t, err)
	return view
}

// alertsOf lists whose alerts of a card stand in a status.
func (w *world) alertsOf(cardID, status string) []string {
	w.t.Helper()
	var ids []string
	w.tx(func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT account_id FROM alerts WHERE subject_id = ? AND status = ? ORDER BY account_id", cardID, status).Scan(&ids).Error
	})
	return ids
}

func (w *world) count(sql string, args ...any) int {
	w.t.Helper()
	var n int
	w.tx(func(tx *db.Tx) error { return tx.Gorm().Raw(sql, args...).Row().Scan(&n) })
	return n
}

func (w *world) takeWoken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	woken := w.woken
	w.woken = nil
	return woken
}

func ids(vs ...viewer.Viewer) []string {
	all := make([]string, len(vs))
	for i, v := range vs {
		all[i] = v.AccountID
	}
	slices.Sort(all)
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, err error, code errs.Code, reason string) {
	t.Helper()
	if errs.CodeOf(err) != code || errs.ReasonOf(err) != reason {
		t.Fatalf("got %q %q (%v), want %q %q", errs.CodeOf(err), errs.ReasonOf(err), err, code, reason)
	}
}
