package people_test

import (
	"testing"
	"time"

	"heard/server/app"
	"heard/server/db"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// rotaWorld is a home with a rota, beside those who stand for the notify and
// feelings packages: what they are told is written down.
type rotaWorld struct {
	*world
	home
	jo, eve viewer.Viewer

	asked   []string // test pushes, by account
	started []string
	ended   []string
}

func (r *rotaWorld) SendTestsTx(_ *db.Tx, _, accountID string) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, accountID)
	return 1, nil
}

func (r *rotaWorld) DutyStartedTx(_ *db.Tx, _, accountID string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = append(r.started, accountID)
	return nil
}

func (r *rotaWorld) DutyEndedTx(_ *db.Tx, _, accountID string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, accountID)
	return nil
}

// instance is one more server on the same database.
func (r *rotaWorld) instance() *people.Service {
	s := people.New(people.Config{DB: r.db, Book: r.k.App.Accounts, Enders: []people.AccessEnder{r.world}, Wake: r.wake, Tester: r})
	s.WatchDuty(r)
	return s
}

// eachRota begins on Monday 9 March 2026 at noon.
func eachRota(t *testing.T, test func(t *testing.T, r *rotaWorld)) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		// The running Heard keeps its hands off: the test's own service does the rota's work.
		w := newWorld(t, testkit.OpenWith(t, databaseURL, func(c *app.Config) { c.PollEvery = time.Hour }))
		r := &rotaWorld{world: w}
		w.s = r.instance()
		r.home = w.home()
		r.jo, r.eve = w.staff("Jo Bennett"), w.staff("Eve Adu")
		r.moveTo(time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC))
		test(t, r)
	})
}

// shift is one on the home's team, in London's time.
func (r *rotaWorld) shift(who viewer.Viewer, role people.ShiftRole, date, from, to string, repeat people.Repeat) people.Shift {
	s := people.Shift{
		TeamID: r.home.team, AccountID: who.AccountID, Role: role, First: day(r.t, date), Repeat: repeat,
		Hours: people.Hours{From: wall(r.t, from), To: wall(r.t, to)},
	}
	s.Hours.EndsNextDay = s.Hours.To <= s.Hours.From
	return s
}

func (r *rotaWorld) add(s people.Shift) string {
	r.t.Helper()
	id, err := r.s.AddShift(r.t.Context(), r.lead, s, true)
	must(r.t, err)
	return id
}

// run does what is due, until nothing is.
func (r *rotaWorld) run() {
	r.t.Helper()
	for {
		n, err := r.s.RotaOnce(r.t.Context())
		must(r.t, err)
		swept, err := r.s.SweepDuty(r.t.Context())
		must(r.t, err)
		if n+swept == 0 {
			return
		}
	}
}

// at moves the clock to a time of March 2026 and does what is due then.
func (r *rotaWorld) at(text string) {
	r.t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	must(r.t, err)
	r.moveTo(at)
	r.run()
}

// device gives somebody a phone that takes pushes.
func (r *rotaWorld) device(v viewer.Viewer) string {
	r.t.Helper()
	id := db.NewID()
	r.tx(func(tx *db.Tx) error {
		return tx.Gorm().Exec(`INSERT INTO push_subscriptions (id, organisation_id, account_id, session_id, endpoint_hash, endpoint, p256dh, auth, label, created_at, last_seen_at)
 VALUES (?, ?, ?, 's', ?, ?, ?, ?, 'Phone', ?, ?)`, id, r.org, v.AccountID, []byte(id), []byte{1}, []byte{1}, []byte{1}, db.At(tx.Now), db.At(tx.Now)).Error
	})
	return id
}

func (r *rotaWorld) lose(id string) {
	r.t.Helper()
	r.tx(func(tx *db.Tx) error {
		if err := tx.Gorm().Exec("UPDATE push_subscriptions SET gone_at = ? WHERE id = ?", db.At(tx.Now), id).Error; err != nil {
			return err
		}
		return r.s.SubscriptionLostTx(tx, r.org, "", id)
	})
}

// answer answers the test push on a device.
func (r *rotaWorld) answer(v viewer.Viewer, device string) {
	r.t.Helper()
	r.tx(func(tx *db.Tx) error { return r.s.TestAnsweredTx(tx, r.org, v.AccountID, device) })
	r.run()
}

func (r *rotaWorld) duty() people.Duty {
	r.t.Helper()
	var d people.Duty
	must(r.t, r.db.Read(r.t.Context(), func(tx *db.Tx) (err error) {
		d, err = people.DutyTx(tx, r.org, r.leo.AccountID)
		return err
	}))
	return d
}

// took gives what was written down since the last time, and forgets it.
func (r *rotaWorld) took(list *[]string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := *list
	*list = nil
	return taken
}

func (r *rotaWorld) notices(v viewer.Viewer) []people.NoticeView {
	r.t.Helper()
	list, err := r.s.Notices(r.t.Context(), v)
	must(r.t, err)
	return list
}

func (r *rotaWorld) state(v viewer.Viewer) people.DutyView {
	r.t.Helper()
	d, err := r.s.MyDuty(r.t.Context(), v)
	must(r.t, err)
	return d
}
