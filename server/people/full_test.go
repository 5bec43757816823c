package people_test

import (
	"fmt"
	"testing"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
)

// TestShiftsOfThePastDoNotFillTheRota: only what is still to come counts against
// what one service can have.
func TestShiftsOfThePastDoNotFillTheRota(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		next := r.shift(r.jo, people.OnTeam, "2026-03-25", "08:00", "16:00", people.Once)
		id := r.add(next)
		copies := func(first string) {
			t.Helper()
			r.tx(func(tx *db.Tx) error {
				for i := range 500 {
					err := tx.Gorm().Exec(`INSERT INTO rota_shifts (id, organisation_id, service_id, team_id, account_id, role, first_on, from_minute, to_minute,
 ends_next_day, repeats, until_on, changed_by, changed_at, created_at) SELECT ?, organisation_id, service_id, team_id, account_id, role, ?, from_minute, to_minute,
 ends_next_day, repeats, until_on, changed_by, changed_at, created_at FROM rota_shifts WHERE id = ?`, fmt.Sprintf("%s-%03d", first, i), first, id).Error
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		copies("2025-01-01")
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-26", "08:00", "16:00", people.Once))
		copies("2026-12-01")
		_, err := r.s.AddShift(t.Context(), r.lead, r.shift(r.jo, people.OnTeam, "2026-03-27", "08:00", "16:00", people.Once), true)
		if errs.ReasonOf(err) != "full" {
			t.Fatalf("one more than there can be: %v", err)
		}
	})
}
