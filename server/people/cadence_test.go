package people_test

import (
	"fmt"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// serve gives a service so many young people, from a moment on.
func (w *world) serve(service string, count int, from time.Time) {
	w.t.Helper()
	for i := range count {
		w.tx(func(tx *db.Tx) error {
			id, err := w.k.App.Accounts.CreateTx(tx, w.org, viewer.NewAccount{Kind: viewer.KindYoungPerson, Name: fmt.Sprint("Made up ", i)})
			if err != nil {
				return err
			}
			return w.servedFrom(tx, id, service, from)
		})
	}
}

func (w *world) servedFrom(tx *db.Tx, youngPersonID, service string, from time.Time) error {
	at := db.At(from)
	return tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, created_at, confirmed_at)
 VALUES (?, ?, ?, 'served_by', 'service', ?, ?, ?, ?)`, db.NewID(), w.org, youngPersonID, service, at, at, at).Error
}

func (w *world) unit(service string, at time.Time) people.Unit {
	w.t.Helper()
	var u people.Unit
	w.tx(func(tx *db.Tx) (err error) {
		u, _, err = people.CountsInTx(tx, w.org, service, at)
		return err
	})
	return u
}

func (w *world) countsIn(service string, at time.Time) (people.Unit, figures.Period) {
	w.t.Helper()
	var u people.Unit
	var p figures.Period
	w.tx(func(tx *db.Tx) (err error) {
		u, p, err = people.CountsInTx(tx, w.org, service, at)
		return err
	})
	return u, p
}

func (w *world) served(workerID, youngPersonID string) (string, error) {
	var service string
	err := w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		service, err = people.ContactServiceTx(tx, w.org, workerID, youngPersonID, tx.Now)
		return err
	})
	return service, err
}

// The roster of 1 April decides, once, and stands until the next.
func TestTheRosterOfAprilDecidesTheCadence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
		big, middle, small, tiny := w.service("Big", people.CAMHS), w.service("Middle", people.SocialCare),
			w.service("Small", people.ChildrensHome), w.service("Tiny", people.ChildrensHome)
		w.serve(big, 60, before)
		w.serve(middle, 10, before)
		w.serve(small, 9, before)
		w.moveTo(time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC))
		w.serve(small, 1, w.now()) // a day too late to count

		pool := people.Unit{ID: people.PoolOf(w.org), Pool: true, Cadence: people.Quarterly}
		for service, want := range map[string]people.Unit{
			big: {ID: big, Cadence: people.Monthly}, middle: {ID: middle, Cadence: people.Quarterly}, small: pool, tiny: pool,
		} {
			if got := w.unit(service, w.now()); got != want {
				t.Errorf("counted as %+v, want %+v", got, want)
			}
		}
		w.serve(small, 70, before) // and nothing that comes to light later
		later := time.Date(2027, 3, 31, 22, 59, 0, 0, time.UTC)
		if got := w.unit(small, later); got != pool {
			t.Errorf("the decision of the year changed to %+v", got)
		}
		if got := w.unit(small, later.Add(time.Minute)); got.Pool || got.Cadence != people.Monthly {
			t.Errorf("on 1 April by the organisation's clocks it is %+v", got)
		}

		var units []people.UnitServices
		w.tx(func(tx *db.Tx) (err error) {
			units, err = people.UnitsTx(tx, w.org, 2026)
			return err
		})
		if len(units) != 3 || len(units[2].Services) != 2 || units[2].Unit != pool {
			t.Errorf("the units are %+v", units)
		}
	})
}

// An answer counts in its contact's period for fourteen days after the end, and
// then in the one open now, unless the period has been released before.
func TestALateAnswerCountsInTheOpenPeriod(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		service := w.service("Willow House", people.ChildrensHome)
		contact := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
		want := func(moment string, period figures.Period) {
			t.Helper()
			at, err := time.Parse(time.RFC3339, moment)
			must(t, err)
			w.moveTo(at)
			if _, got := w.countsIn(service, contact); got != period {
				t.Errorf("at %s it counts in %s, want %s", moment, got, period)
			}
		}
		want("2026-03-30T13:00:00Z", "2026-Q1")
		want("2026-04-14T22:59:59Z", "2026-Q1")
		want("2026-04-14T23:00:00Z", "2026-Q2") // midnight in London

		contact = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		want("2026-07-02T12:00:00Z", "2026-Q2")
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Exec("INSERT INTO releases (organisation_id, period, number, published_at) VALUES (?, '2026-Q2', 1, 0)", w.org).Error
		})
		want("2026-07-02T12:00:01Z", "2026-Q3")
	})
}

// A contact counts for the service its worker works in, and otherwise for the one
// that has served the young person longest.
func TestAContactCountsForTheWorkersService(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		clinic := w.service("Hill CAMHS", people.CAMHS)
		team := w.team(clinic, "Therapists")
		noor := w.staff("Noor Haddad")
		w.k.Clock.Forward(time.Hour)
		w.grant(w.admin, noor.AccountID, people.LeadOf, team)
		if got, err := w.served(noor.AccountID, h.leo.AccountID); err != nil || got != h.service {
			t.Errorf("before the clinic serves Leo it is %q, %v", got, err)
		}
		w.tx(func(tx *db.Tx) error { return w.servedFrom(tx, h.leo.AccountID, clinic, tx.Now) })
		if got, err := w.served(noor.AccountID, h.leo.AccountID); err != nil || got != clinic {
			t.Errorf("the clinic's lead counts for %q, %v", got, err)
		}
		if got, err := w.served(h.worker.AccountID, h.leo.AccountID); err != nil || got != h.service {
			t.Errorf("a keyworker of no team counts for %q, %v", got, err)
		}
		_, err := w.served(h.worker.AccountID, noor.AccountID)
		wantCode(t, err, errs.NotFound)
	})
}

// A period that is about to be published takes no more answers, even while it is open by
// the clock; others do.
func TestAClosedPeriodTakesNoAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		service := w.service("Willow House", people.ChildrensHome)
		contact := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
		w.moveTo(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
		closePeriod := func(want bool) {
			t.Helper()
			w.tx(func(tx *db.Tx) error {
				answered, err := people.ClosePeriodTx(tx, w.org, "2026-Q1")
				if answered != want {
					t.Errorf("closing says %v", answered)
				}
				return err
			})
		}
		closePeriod(false)
		if _, got := w.countsIn(service, contact); got != "2026-Q1" {
			t.Errorf("before there are answers it counts in %s", got)
		}
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Exec("INSERT INTO period_keys (organisation_id, period, wrapped) VALUES (?, '2026-Q1', ?)", w.org, []byte("k")).Error
		})
		closePeriod(true)
		if _, got := w.countsIn(service, contact); got != "2026-Q2" {
			t.Errorf("a late answer counts in %s", got)
		}
	})
}
