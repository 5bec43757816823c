package feelings_test

import (
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/server/db"
	"heard/server/feelings"
)

// TestCounts counts open cards by state and says how long the oldest have waited,
// and nothing of machines.
func TestCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		counts := func() (c feelings.Counts) {
			w.tx(func(tx *db.Tx) (err error) {
				c, err = w.cards.CountsTx(tx)
				return err
			})
			return c
		}
		if c := counts(); len(c.ByState) != 0 || c.OldestWaiting != nil || c.OldestDue != nil {
			t.Fatalf("nothing was sent: %+v", c)
		}
		first := w.now()
		id := w.tap(sad()).ID
		w.forward(time.Minute)
		w.tap(sad())
		w.exec("UPDATE accounts SET machine = ? WHERE id = ?", true, w.amy.AccountID)
		_, err := w.cards.Tap(t.Context(), w.amy, sad())
		must(t, err)
		w.seen(w.sam, id)
		c := counts()
		if len(c.ByState) != 2 || c.ByState[feelings.StateSeen] != 1 || c.ByState[feelings.StateReceived] != 1 || c.OldestDue != nil {
			t.Fatalf("%+v", c)
		}
		if c.OldestWaiting == nil || !c.OldestWaiting.Equal(first.Add(time.Minute)) {
			t.Fatalf("the oldest that waits: %v", c.OldestWaiting)
		}
		w.forward(time.Hour)
		if c := counts(); c.OldestDue == nil || !c.OldestDue.Equal(first.Add(31*time.Minute)) {
			t.Fatalf("the oldest that is due: %v", c.OldestDue)
		}
	})
}

// TestErasing takes a young person's old cards away with all that hangs on them,
// and nobody else's.
func TestErasing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old := w.tap(notSafe())
		_, err := w.cards.Tap(t.Context(), w.amy, sad())
		must(t, err)
		w.exec(`INSERT INTO alert_deliveries (id, organisation_id, alert_id, contact_id, channel, status, last_at)
 SELECT id, organisation_id, id, 'their number', 'sms', 'accepted', created_at FROM alerts`)
		w.forward(time.Hour)
		young := w.tap(sad())
		n := 0
		w.tx(func(tx *db.Tx) (err error) {
			n, err = w.cards.EraseCardsTx(tx, w.org, w.leo.AccountID, tx.Now.Add(-time.Minute))
			return err
		})
		if n != 1 || w.count("SELECT count(*) FROM cards") != 2 {
			t.Fatalf("%d erased", n)
		}
		for _, table := range []string{"card_events", "card_recipients", "card_switched_off"} {
			if w.count("SELECT count(*) FROM "+table+" WHERE card_id = ?", old.ID) != 0 {
				t.Errorf("something is left in %s", table)
			}
		}
		if w.count("SELECT count(*) FROM alerts WHERE subject_id = ?", old.ID) != 0 ||
			w.count("SELECT count(*) FROM alert_deliveries d WHERE NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = d.alert_id)") != 0 {
			t.Error("the alerts of an erased card are left")
		}
		if w.count("SELECT count(*) FROM alerts WHERE subject_id = ?", young.ID) != 2 || w.count("SELECT count(*) FROM alert_deliveries") != 1 {
			t.Error("alerts of another card were touched")
		}
		if w.count("SELECT count(*) FROM card_dues") != 2 || w.page(young.ID).State != feelings.StateReceived {
			t.Fatal("another card was touched")
		}
	})
}

// TestAnOpenCardOfBefore: what was open when levels came is looked at once, and
// gets the deadline the rules say, or none.
func TestAnOpenCardOfBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := "0011_card_dues.sqlite.sql"
		if w.config.URL != "" {
			file = "0011_card_dues.postgres.sql"
		}
		sql, err := migrations.FS.ReadFile(file)
		must(t, err)
		_, backfill, _ := strings.Cut(string(sql), "-- An open card of before")
		backfill, _, _ = strings.Cut(backfill[strings.Index(backfill, "INSERT"):], ";")

		waits, here, closed := w.tap(sad()).ID, w.tap(sad()).ID, w.tap(sad()).ID
		known := w.tap(feelings.Tap{ID: db.NewID(), Card: "just_know", Kind: "need"}).ID
		_, err = w.cards.Here(t.Context(), w.sam, here, 1)
		must(t, err)
		_, err = w.cards.Close(t.Context(), w.leo, closed, 1, nil)
		must(t, err)
		w.exec("DELETE FROM card_dues")
		w.exec(backfill)
		if w.count("SELECT count(*) FROM card_dues WHERE id IN (?, ?)", waits, known) != 2 || w.count("SELECT count(*) FROM card_dues") != 2 {
			t.Fatal("what waits has no due row, or what rests has one")
		}
		w.after(time.Minute)
		if w.count("SELECT count(*) FROM card_dues WHERE id = ? AND due_at = ?", waits, db.At(w.now().Add(29*time.Minute))) != 1 ||
			w.count("SELECT count(*) FROM card_dues") != 1 || w.page(waits).Version != 1 {
			t.Fatal("the card of before did not get its own deadline")
		}
	})
}

// heard notes what is measured.
type heard struct {
	kind  feelings.Kind
	after []time.Duration
}

func (h *heard) Seen(kind feelings.Kind, after time.Duration) {
	h.kind, h.after = kind, append(h.after, after)
}

// TestHowLongACardWaited is measured once, at the first press.
func TestHowLongACardWaited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := &heard{}
		w.cards = w.observed(h)
		id := w.tap(notSafe()).ID
		w.forward(90 * time.Second)
		w.seen(w.sam, id)
		w.forward(time.Minute)
		w.seen(w.jo, id)
		if len(h.after) != 1 || h.after[0] != 90*time.Second || h.kind != feelings.KindNotSafe {
			t.Fatalf("%+v", h)
		}
	})
}
