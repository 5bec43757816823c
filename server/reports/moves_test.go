package reports_test

import (
	"testing"
	"time"

	"heard/server/db"
)

// madeMove is a move with the open columns that figures are made of.
type madeMove struct {
	young, service       string // service "": nobody serves them
	told, packed, opened time.Duration
	ended, wanted        bool
	visit                string // kind and state of one asked for a day before
	choice, buddy        bool
	reviewed, skipped    []int // on the day
}

// move has somebody move now; what came before did so long before. 0 means never.
func (w *world) move(m madeMove) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error {
		ago := func(d time.Duration) any {
			if d == 0 {
				return nil
			}
			return db.At(tx.Now.Add(-d))
		}
		id, now := db.NewID(), db.At(tx.Now)
		var service, ended any
		if m.service != "" {
			service = m.service
		}
		if m.ended {
			ended = now
		}
		exec := func(sql string, args ...any) {
			w.t.Helper()
			must(w.t, tx.Gorm().Exec(sql, args...).Error)
		}
		exec(`INSERT INTO moves (id, organisation_id, young_person_id, service_id, emergency, sealed, made_by, made_at, told_at, packed_at, opened_at, buddy_wanted,
 moved_at, ended_at, revision, changed_at) VALUES (?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
			id, w.org, m.young, service, []byte{1}, w.Sam.ID, now, ago(m.told), ago(m.packed), ago(m.opened), m.wanted, now, ended, now)
		if m.visit != "" {
			exec(`INSERT INTO move_visits (id, organisation_id, move_id, kind, asked_by, asked_at, state, made_at) VALUES (?, ?, ?, ?, ?, ?, 'made', ?)`,
				db.NewID(), w.org, id, m.visit, m.young, now, ago(24*time.Hour))
		}
		if m.choice {
			exec(`INSERT INTO journey_choices (move_id, choice, organisation_id, wish, state, asked_at) VALUES (?, 'music', ?, ?, 'asked', ?)`,
				id, w.org, []byte{1}, ago(time.Hour))
		}
		if m.buddy {
			w.buddyForAWeek(tx, id, m.young)
		}
		for i, days := range [][]int{m.reviewed, m.skipped} {
			for _, day := range days {
				exec(`INSERT INTO move_reviews (organisation_id, move_id, day, sealed, told, longer, skipped, at) VALUES (?, ?, ?, ?, FALSE, FALSE, ?, ?)`,
					w.org, id, day, []byte{1}, i == 1, now)
			}
		}
		return nil
	})
}

// buddyForAWeek has Leo send somebody a card on each of the seven days after they moved.
func (w *world) buddyForAWeek(tx *db.Tx, move, young string) {
	w.t.Helper()
	buddy, now := db.NewID(), db.At(tx.Now)
	must(w.t, tx.Gorm().Exec(`INSERT INTO buddies (id, organisation_id, move_id, young_person_id, buddy_id, invited_by, invited_at, day_one) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		buddy, w.org, move, young, w.Leo.ID, w.Sam.ID, now, tx.Now.AddDate(0, 0, 1).Format(time.DateOnly)).Error)
	for day := 1; day <= 7; day++ {
		must(w.t, tx.Gorm().Exec(`INSERT INTO buddy_cards (id, organisation_id, buddies_id, from_id, card, client_id, at) VALUES (?, ?, ?, ?, 'hello', ?, ?)`,
			db.NewID(), w.org, buddy, w.Leo.ID, db.NewID(), db.At(tx.Now.AddDate(0, 0, day))).Error)
	}
}

// Twelve moves come out in the release of their quarter, with what was done for each; those that
// were taken back or of people whom nobody serves count nowhere, and nine of the next are hidden.
func TestMovesArePublished(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		young := w.young(14)
		for i, id := range young[:12] {
			m := madeMove{young: id, service: w.Home, wanted: i < 10, choice: i < 5, buddy: i < 3, reviewed: []int{1}}
			if i < 9 {
				m.told, m.packed = 72*time.Hour, 72*time.Hour
			}
			if i < 6 {
				m.opened = time.Hour
			}
			m.visit = []string{"visit", "video", ""}[i%3]
			if i < 2 {
				m.skipped = []int{7}
			} else {
				m.reviewed = append(m.reviewed, 7)
			}
			w.move(m)
		}
		w.move(madeMove{young: young[12], service: w.Home, ended: true, reviewed: []int{1}})
		w.move(madeMove{young: young[13], reviewed: []int{1}})
		w.moveTo("2026-04-03T09:00:00Z") // of the next quarter
		for _, id := range young[:9] {
			w.move(madeMove{young: id, service: w.Home, told: time.Hour, packed: time.Hour})
		}
		w.moveTo(afterClose)
		w.publish(1)
		for set, want := range map[string][3]int{
			"told_before": {9, 0, 12}, "notice": {259_200, 0, 12}, "visit_made": {4, 0, 12}, "pack_opened": {6, 0, 12}, "choices_made": {5, 0, 12},
			"buddy_week": {3, 0, 10}, "review_1": {12, 0, 12}, "review_7": {10, 0, 12},
		} {
			if c := w.cell("2026-Q1", w.Home, set); c.Hidden || [3]int{*c.A, *c.B, *c.N} != want {
				t.Errorf("%s is %+v, want %v", set, c, want)
			}
		}
		for _, set := range []string{"review_28", "settled"} {
			if c := w.cell("2026-Q1", w.Home, set); !c.Hidden {
				t.Errorf("%s of nobody is %+v", set, c)
			}
		}
		w.moveTo("2026-07-15T09:00:00Z")
		w.publish(1)
		for _, set := range []string{"told_before", "notice", "visit_made", "pack_opened", "choices_made", "buddy_week", "review_1"} {
			if c := w.cell("2026-Q2", w.Home, set); !c.Hidden || c.N != nil {
				t.Errorf("%s of nine is %+v", set, c)
			}
		}
		if c := w.cell("2026-Q2", w.Home, "review_28"); c.Hidden || *c.N != 12 || *c.A != 0 {
			t.Errorf("day 28 of the moves before is %+v", c) // twelve of January to March, nine of whom moved again later
		}
	})
}
