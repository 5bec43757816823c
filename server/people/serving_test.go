package people_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
)

// What is read once for many contacts says of each what asking for it alone says: over
// services and workers that come and go, by relations, teams and shifts.
func TestManyContactsCountWhereEachDoes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(7, 1))
		day := func(n int) time.Time { return w.now().Add(time.Duration(n) * 24 * time.Hour) }
		var services, teams, young, workers []string
		for i := range 3 {
			services = append(services, w.service(fmt.Sprint("Service ", i), people.CAMHS))
			teams = append(teams, w.team(services[i], "Team"))
			workers = append(workers, w.staff(fmt.Sprint("Worker ", i)).AccountID)
			young = append(young, w.young(fmt.Sprint("Young ", i), services[i]).AccountID)
		}
		young = append(young, "nobody")
		w.tx(func(tx *db.Tx) error {
			put := func(subject, kind, to, object string) error {
				from := r.IntN(40)
				var until, ended, confirmed any
				if r.IntN(2) == 0 {
					until = db.At(day(from + 1 + r.IntN(30)))
				}
				if r.IntN(3) == 0 {
					ended = db.At(day(from + r.IntN(30)))
				}
				if r.IntN(8) > 0 {
					confirmed = db.At(day(from))
				}
				return tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to, created_at, confirmed_at, ended_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, db.NewID(), w.org, subject, kind, to, object, db.At(day(from)), until, db.At(day(from)), confirmed, ended).Error
			}
			for range 40 {
				i, j := r.IntN(3), r.IntN(3)
				if err := put(young[i], "served_by", "service", services[j]); err != nil {
					return err
				}
				kind := []string{"lead_of", "safeguarding_of", "cover_for", "on_shift", "keyworker_of"}[r.IntN(5)]
				to, object := "team", teams[j]
				if r.IntN(2) == 0 {
					to, object = "service", services[j]
				}
				if r.IntN(3) > 0 {
					continue // few enough that who works nowhere is there too
				}
				if err := put(workers[i], kind, to, object); err != nil {
					return err
				}
			}
			return tx.Gorm().Exec(`INSERT INTO rota_shifts (id, organisation_id, service_id, team_id, account_id, role, first_on, from_minute, to_minute, ends_next_day, repeats, changed_by, changed_at, created_at)
 VALUES (?, ?, ?, ?, ?, 'team', '2026-01-05', 540, 1020, FALSE, 'weekly', ?, 0, 0)`, db.NewID(), w.org, services[2], teams[2], workers[1], workers[1]).Error
		})
		found := map[string]int{}
		must(t, w.db.Read(t.Context(), func(tx *db.Tx) error {
			from, to := day(10), day(60)
			serving, err := people.ServingTx(tx, w.org, from, to)
			if err != nil {
				return err
			}
			for range 300 {
				worker, who := workers[r.IntN(len(workers))], young[r.IntN(len(young))]
				at := from.Add(time.Duration(r.IntN(50)) * 24 * time.Hour) // on the very moments at which things begin and end
				want, err := people.ContactServiceTx(tx, w.org, worker, who, at)
				if err != nil && errs.CodeOf(err) != errs.NotFound {
					return err
				}
				found[want]++
				if got := serving.ServiceOf(worker, who, at); got != want {
					t.Errorf("at %s it counts for %q, want %q", at, got, want)
				}
			}
			return nil
		}))
		if len(found) < 4 {
			t.Errorf("only %v were found", found)
		}
	})
}
