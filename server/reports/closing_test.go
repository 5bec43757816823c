package reports_test

import (
	"encoding/json"
	"sync"
	"testing"

	"heard/server/db"
	"heard/server/listening"
	"heard/server/viewer"
)

// answering is somebody who met a worker in the period that is about to close.
type answering struct{ id, contact string }

func (w *world) answerers(n int) []answering {
	w.t.Helper()
	all := make([]answering, n)
	w.tx(func(tx *db.Tx) (err error) {
		now := db.At(tx.Now)
		for i := range all {
			a := &all[i]
			if a.id, err = w.k.App.Accounts.CreateTx(tx, w.org, viewer.NewAccount{Kind: viewer.KindYoungPerson, Name: "Kim"}); err != nil {
				return err
			}
			a.contact = db.NewID()
			err = tx.Gorm().Exec(`INSERT INTO contacts (id, organisation_id, young_person_id, worker_id, recorded_by, client_id, service_id, kind, outcome, at, created_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, 'visit', 'happened', ?, ?)`, a.contact, w.org, a.id, w.Sam.ID, w.Sam.ID, db.NewID(), w.Home, now, now).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all
}

// said sends an answer, and calls begun once its transaction has begun; it gives the
// period in which the answer counts.
func (w *world) said(a answering, begun func()) (string, error) {
	body, err := json.Marshal(map[string]any{"what": "answer", "id": db.NewID(), "contact": a.contact, "listened": 5})
	if err != nil {
		return "", err
	}
	v := viewer.Viewer{OrganisationID: w.org, AccountID: a.id, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true}
	counts := ""
	err = w.k.App.DB.Tx(w.t.Context(), func(tx *db.Tx) error {
		begun()
		receipt, err := w.k.App.Listening.AnswerTx(tx, v, body)
		if err == nil {
			counts = receipt.(listening.Receipt).CountsIn
		}
		return err
	})
	return counts, err
}

// Forty answers to contacts of a period are on their way while it closes and is
// published. Each was received before the close or counts in the next period, none is
// refused, and what is published is what counts: no answer comes into a period behind
// its release, and none is lost between the two.
func TestAnswersWhileTheirPeriodIsPublished(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		everybody := w.answerers(52)
		early, rest := everybody[:12], everybody[12:]
		w.moveTo("2026-04-14T22:59:59Z") // the last second of 2026-Q1
		counted := map[string]int{}
		for _, a := range early {
			p, err := w.said(a, func() {})
			must(t, err)
			counted[p]++
		}

		// Half of them have begun before the close, as many at once as the database writes
		// at once. They go on when the publishing does.
		before := len(rest) / 2
		if w.k.App.DB.Dialect() == db.SQLite {
			before = 1
		}
		var begun, all sync.WaitGroup
		begun.Add(before)
		publishing := make(chan struct{})
		var mu sync.Mutex
		send := func(a answering, first bool) {
			var once sync.Once
			all.Go(func() {
				p, err := w.said(a, func() {
					if first {
						once.Do(begun.Done)
						<-publishing
					}
				})
				mu.Lock()
				defer mu.Unlock()
				counted[p]++
				if err != nil {
					t.Error(err)
				}
			})
		}
		for _, a := range rest[:before] {
			send(a, true)
		}
		begun.Wait()
		w.moveTo(afterClose)
		for i, a := range rest[before:] {
			send(a, false)
			if i == 3 {
				all.Go(func() {
					if _, err := w.k.App.Reports.Publish(t.Context()); err != nil {
						t.Error(err)
					}
				})
				close(publishing)
			}
		}
		all.Wait()

		var releases, old, next int
		w.read(&releases, "SELECT COUNT(*) FROM releases")
		w.read(&old, "SELECT COUNT(*) FROM answers WHERE period = '2026-Q1'")
		w.read(&next, "SELECT COUNT(*) FROM answers WHERE period = '2026-Q2'")
		published := 0
		if c := w.cell("2026-Q1", w.Home, "listened"); !c.Hidden {
			published = *c.N
		}
		if releases != 1 || published != old {
			t.Errorf("%d releases; of %d answers in the period %d were published", releases, old, published)
		}
		if old != counted["2026-Q1"] || next != counted["2026-Q2"] || old+next != len(everybody) || old < len(early) {
			t.Errorf("%d and %d rows; the receipts say %v", old, next, counted)
		}
		var key int
		if w.read(&key, "SELECT COUNT(*) FROM period_keys WHERE period = '2026-Q1'"); key != 0 {
			t.Error("the key of the published period is there again")
		}
	})
}
