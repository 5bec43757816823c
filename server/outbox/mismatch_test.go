package outbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// TestAnotherIDInsideThanOutside: a phone that wrote another id into the card than on
// the envelope loses nothing by it. The card is taken once, and the receipt bears the
// id by which the phone knows it: else it would say "not sent" for ever.
func TestAnotherIDInsideThanOutside(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		for inside, change := range map[string]func(fields map[string]any){
			"another id":    func(fields map[string]any) { fields["id"] = db.NewID() },
			"none":          func(fields map[string]any) { delete(fields, "id") },
			"not even text": func(fields map[string]any) { fields["id"] = map[string]any{"a": 1} },
		} {
			card := wordy(k, w.Sam)
			card.Words += " <&> " + inside
			body := changed(t, card, change)
			ticket := f.tickets[0]
			f.tickets = f.tickets[1:]
			before := cards(t, k)

			first := post(t, k, f.sealWith(ticket, card.ID, body)).taken(t)
			again := post(t, k, f.sealWith(ticket, card.ID, body)).taken(t)

			if first.Receipt.ClientID != card.ID || first.Receipt.Duplicate || again.Receipt.ClientID != card.ID ||
				!again.Receipt.Duplicate || again.Receipt.ID != first.Receipt.ID || cards(t, k) != before+1 {
				t.Errorf("%s: %s\n%s", inside, first.Text, again.Text)
			}
			var read struct{ Words string }
			w.Sam.Get("/cards/" + first.Receipt.ID).Into(&read)
			if read.Words != card.Words {
				t.Errorf("%s: Sam reads %q", inside, read.Words)
			}
		}
		if strings.Contains(k.Logs.String(), canary) {
			t.Error("the log holds words")
		}
	})
}

// TestOneIDInsideTwoEnvelopes: they are two things on the phone, and so they are here.
func TestOneIDInsideTwoEnvelopes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		one, two := k.NewCard(w.Sam), k.NewCard(w.Sam)
		first := post(t, k, f.seal(one)).taken(t)
		body := changed(t, two, func(fields map[string]any) { fields["id"] = one.ID })
		second := post(t, k, f.sealWith(f.tickets[0], two.ID, body)).taken(t)
		if second.Receipt.ClientID != two.ID || second.Receipt.ID == first.Receipt.ID || second.Receipt.Duplicate || cards(t, k) != 2 {
			t.Errorf("%s\n%s", first.Text, second.Text)
		}
	})
}

func changed(t *testing.T, card testkit.Card, change func(fields map[string]any)) []byte {
	t.Helper()
	body, err := json.Marshal(card)
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(body, &fields))
	change(fields)
	body, err = json.Marshal(fields)
	must(t, err)
	return body
}
