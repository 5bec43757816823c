package reports_test

import (
	"fmt"
	"testing"
	"time"

	"heard/server/db"
)

// told is one event of a card, so long after it came.
type told struct {
	kind   string
	by     string
	helped bool
	after  time.Duration
}

// card has a young person send a card, now, and what came of it.
func (w *world) card(young string, events ...told) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error {
		id, now := db.NewID(), db.At(tx.Now)
		err := tx.Gorm().Exec(`INSERT INTO cards (id, organisation_id, young_person_id, client_id, body_hash, device_id, session_id, card, kind, need, kept,
 tapped_at, received_at, state, version, changed_at) VALUES (?, ?, ?, ?, ?, '', '', 'sad', 'need', 'talk', FALSE, ?, ?, 'received', 1, ?)`,
			id, w.org, young, id, []byte{1}, now, now, now).Error
		for i, e := range events {
			if err != nil {
				return err
			}
			err = tx.Gorm().Exec(`INSERT INTO card_events (card_id, seq, organisation_id, kind, actor_id, helped, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				id, i+1, w.org, e.kind, e.by, e.helped, db.At(tx.Now.Add(e.after))).Error
		}
		return err
	})
}

// young makes people who are served by Oak House.
func (w *world) young(count int) []string {
	w.t.Helper()
	ids := make([]string, count)
	for i := range ids {
		ids[i] = w.k.YoungPerson(fmt.Sprintf("Young %d", i+1), w.Home).ID
	}
	w.k.Clock.Forward(time.Minute)
	return ids
}

func closed(young string, helped bool, after time.Duration) told {
	return told{"closed", young, helped, after}
}

// Ten cards that one young person closed are that young person: nobody reads what they
// thought of it, and it looks as if nobody had closed any.
func TestOneWhoClosedTenCardsIsHidden(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		w.card(w.Leo.ID)
		for range 10 {
			w.card(w.Leo.ID, closed(w.Leo.ID, true, time.Hour))
		}
		w.moveTo(afterClose)
		w.publish(1)
		if c := w.cell("2026-Q1", w.Home, "helped"); !c.Hidden || c.A != nil || c.N != nil {
			t.Errorf("one young person's judgement is %+v", c)
		}
		w.moveTo("2026-07-15T09:00:00Z") // nobody closed a card
		w.publish(1)
		if c := w.cell("2026-Q2", w.Home, "helped"); !c.Hidden {
			t.Errorf("nobody's judgement is %+v", c)
		}
	})
}

// Each young person counts once, with the last closing of any of their cards.
func TestTheLastClosingCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		for i, young := range w.young(12) {
			w.card(young, closed(young, i >= 8, 3*time.Hour)) // written first, closed last
			w.card(young, closed(young, i < 8, time.Hour), closed(w.Sam.ID, true, 4*time.Hour))
		}
		w.moveTo(afterClose)
		w.publish(1)
		c := w.cell("2026-Q1", w.Home, "helped")
		if c.Hidden || *c.A != 4 || *c.B != 0 || *c.C != 8 || *c.N != 12 {
			t.Errorf("four of twelve are %+v", c)
		}
	})
}

// Cards are counted, and young people decide whether the count is shown: ten cards of
// one, or of nine, are too few.
func TestFiguresOfCardsNeedTenYoungPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seen := func(young string) {
			w.card(young, told{"seen", w.Sam.ID, false, time.Minute}, told{"here", w.Sam.ID, false, 2 * time.Minute})
		}
		shown := func(period string, want int) {
			t.Helper()
			for _, set := range []string{"cards_in_time", "until_here"} {
				c := w.cell(period, w.Home, set)
				if c.Hidden != (want == 0) || !c.Hidden && *c.N != want {
					t.Errorf("%s in %s is %+v, want %d cards", set, period, c, want)
				}
			}
		}
		young := w.young(10)
		for range 10 {
			seen(young[0])
		}
		w.moveTo(afterClose)
		w.publish(1)
		shown("2026-Q1", 0)
		for _, id := range young[:9] {
			seen(id)
			seen(id)
		}
		w.moveTo("2026-07-15T09:00:00Z")
		w.publish(1)
		shown("2026-Q2", 0)
		for _, id := range young {
			seen(id)
			seen(id)
		}
		w.moveTo("2026-10-16T09:00:00Z")
		w.publish(1)
		shown("2026-Q3", 20)
	})
}
