package feelings_test

import (
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// shift puts an adult on the rota of Willow House from now on for so long, with the
// access it gives, and says their shift.
func (w *world) shift(v viewer.Viewer, role string, forHow time.Duration) string {
	w.t.Helper()
	var id string
	w.tx(func(tx *db.Tx) error {
		var err error
		id, err = shiftTx(tx, w.place(), v, role, tx.Now, tx.Now.Add(forHow))
		return err
	})
	return id
}

// place is where a rota is.
type place struct{ org, service, team string }

func (w *world) place() place { return place{w.org, w.home, w.team} }

func shiftTx(tx *db.Tx, p place, v viewer.Viewer, role string, from, to time.Time) (string, error) {
	id, relation := db.NewID(), db.NewID()
	kind := "on_shift"
	if role == "cover" {
		kind = "cover_for"
	}
	g := tx.Gorm()
	if err := g.Exec(`INSERT INTO rota_plans (id, organisation_id, planned_from, due_at) VALUES (?, ?, ?, ?)
 ON CONFLICT (id) DO UPDATE SET planned_from = 0`, p.service, p.org, 0, db.At(tx.Now.AddDate(9, 0, 0))).Error; err != nil {
		return "", err
	}
	if err := g.Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to, created_at, confirmed_at)
 VALUES (?, ?, ?, ?, 'team', ?, ?, ?, ?, ?)`, relation, p.org, v.AccountID, kind, p.team, db.At(from), db.At(to.Add(2*time.Hour)), db.At(tx.Now), db.At(tx.Now)).Error; err != nil {
		return "", err
	}
	return id, g.Exec(`INSERT INTO rota_times (id, organisation_id, shift_id, on_date, service_id, team_id, account_id, role, starts_at, ends_at, relation_id)
 VALUES (?, ?, ?, '2026-03-02', ?, ?, ?, ?, ?, ?, ?)`, id, p.org, id, p.service, p.team, v.AccountID, role, db.At(from), db.At(to), relation).Error
}

// answers says that an adult answered the test push on a device: who is on a shift
// is on duty from then on.
func (w *world) answers(vs ...viewer.Viewer) {
	w.t.Helper()
	for _, v := range vs {
		w.tx(func(tx *db.Tx) error {
			if err := answerTx(tx, v); err != nil {
				return err
			}
			return w.cards.DutyStartedTx(tx, w.org, v.AccountID)
		})
	}
}

func answerTx(tx *db.Tx, v viewer.Viewer) error {
	return tx.Gorm().Exec(`INSERT INTO duty_answers (account_id, subscription_id, organisation_id, answered_at, made_up) VALUES (?, 'their phone', ?, ?, ?)
 ON CONFLICT (account_id, subscription_id) DO UPDATE SET answered_at = excluded.answered_at`, v.AccountID, v.OrganisationID, db.At(tx.Now), true).Error
}

// lapses says that an adult is no longer on duty; their shift runs on.
func (w *world) lapses(v viewer.Viewer) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error {
		if err := tx.Gorm().Exec("DELETE FROM duty_answers WHERE account_id = ?", v.AccountID).Error; err != nil {
			return err
		}
		return w.cards.DutyEndedTx(tx, w.org, v.AccountID)
	})
}

// goesHome ends an adult's shift.
func (w *world) goesHome(v viewer.Viewer) {
	w.t.Helper()
	w.exec("UPDATE rota_times SET ends_at = ? WHERE account_id = ?", db.At(w.now()), v.AccountID)
	w.tx(func(tx *db.Tx) error { return w.cards.DutyEndedTx(tx, w.org, v.AccountID) })
}

// limits sets how long each level has.
func (w *world) limits(l people.Limits) {
	w.t.Helper()
	w.exec(`INSERT INTO service_limits (service_id, organisation_id, not_safe, sit_with_me, other) VALUES (?, ?, ?, ?, ?)`,
		w.home, w.org, int(l.NotSafe.Seconds()), int(l.SitWithMe.Seconds()), int(l.Other.Seconds()))
}

// staff makes one more member of staff, without any relation.
func (w *world) staff(name string) viewer.Viewer { return w.account(w.org, name, viewer.KindStaff) }

// after lets time pass and has the service look at what is due.
func (w *world) after(d time.Duration) {
	w.t.Helper()
	w.forward(d)
	w.due(w.cards)
}

// told lists who was alerted of a card since this was asked last.
func (w *world) told(cardID string) []string {
	w.t.Helper()
	who := w.alertsOf(cardID, "waiting")
	w.exec("UPDATE alerts SET status = 'accepted', due_at = NULL WHERE subject_id = ? AND status = 'waiting'", cardID)
	return who
}
