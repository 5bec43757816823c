package outbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/outbox"
	"heard/server/testkit"
)

const day = 24 * time.Hour

func wordy(k *testkit.Kit, to ...*testkit.Person) testkit.Card {
	card := k.NewCard(to...)
	card.Words = canary
	return card
}

func TestASealedCardIsACardLikeAnyOther(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		card := wordy(k, w.Sam)
		e := f.seal(card)

		first := post(t, k, e).taken(t)
		again := post(t, k, e).taken(t)

		if first.Receipt.Duplicate || !again.Receipt.Duplicate || again.Receipt.ID != first.Receipt.ID || first.Receipt.ClientID != card.ID {
			t.Errorf("receipts\n%s\n%s", first.Text, again.Text)
		}
		// Sealed anew, as after a crash between sealing and sending, it is still the same card.
		body, err := json.Marshal(card)
		must(t, err)
		if anew := post(t, k, f.sealWith(e.Ticket, card.ID, body)).taken(t); anew.Receipt.ID != first.Receipt.ID || !anew.Receipt.Duplicate {
			t.Errorf("sealed anew it is another card: %s", anew.Text)
		}
		// And sent with the session, as by a page that had both ways.
		var direct struct {
			ID        string
			Duplicate bool
		}
		w.Leo.Post("/cards", card).Into(&direct)
		if direct.ID != first.Receipt.ID || !direct.Duplicate || cards(t, k) != 1 {
			t.Errorf("sent directly it is another card: %+v", direct)
		}
		if got := w.Sam.Get("/cards/" + first.Receipt.ID).OK(); !bytes.Contains(got.Body, []byte(canary)) {
			t.Errorf("Sam reads %s", got.Body)
		}
		if n := len(first.Header.Values("Set-Cookie")); n > 0 {
			t.Errorf("%d cookies", n)
		}
		if strings.Contains(k.Logs.String(), canary) || strings.Contains(k.Logs.String(), e.Ticket) {
			t.Error("the log holds words or tickets")
		}
	})
}

// What waited arrives after the session is over, whoever the browser belongs to by then.
func TestATicketOutlivesItsSession(t *testing.T) {
	for what, end := range map[string]func(k *testkit.Kit, w *testkit.World){
		"signed out":      func(_ *testkit.Kit, w *testkit.World) { w.Leo.Post("/sign-out", nil).OK() },
		"session expired": func(k *testkit.Kit, _ *testkit.World) { k.Clock.Forward(31 * day) },
	} {
		t.Run(what, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
				w := k.World()
				e := newPhone(t, k, w.Leo).seal(wordy(k, w.Sam))
				mia := k.YoungPerson("Mia", w.Home)
				end(k, w)
				if a := w.Leo.Get("/cards"); a.Status != http.StatusUnauthorized {
					t.Fatalf("the session goes on: %d", a.Status)
				}

				// Mia's cookie is on the request; the ticket decides.
				post(t, k, e, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "heard_young", Value: mia.Token()}) }).taken(t)

				if n := count(t, k, "SELECT count(*) FROM cards WHERE young_person_id = ?", w.Leo.ID); n != 1 {
					t.Errorf("%d cards of Leo's", n)
				}
			})
		})
	}
}

func TestATicketEndsWithWhatItStandsOn(t *testing.T) {
	for what, end := range map[string]func(k *testkit.Kit, w *testkit.World){
		"expired": func(k *testkit.Kit, _ *testkit.World) { k.Clock.Forward(outbox.TicketLife) },
		"suspended": func(k *testkit.Kit, w *testkit.World) {
			k.Admin().Post("/young-people/"+w.Leo.ID+"/suspend", nil).OK()
		},
		"suspended and back": func(k *testkit.Kit, w *testkit.World) {
			k.Admin().Post("/young-people/"+w.Leo.ID+"/suspend", nil).OK()
			k.Admin().Post("/young-people/"+w.Leo.ID+"/restore", nil).OK()
		},
		"device ended": func(_ *testkit.Kit, w *testkit.World) {
			var list struct{ Devices []struct{ ID string } }
			w.Leo.Get("/devices").Into(&list)
			w.Leo.Do("DELETE", "/devices/"+list.Devices[0].ID, nil).OK()
		},
	} {
		t.Run(what, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
				w := k.World()
				f := newPhone(t, k, w.Leo)
				sent, waiting := f.seal(wordy(k, w.Sam)), f.seal(wordy(k, w.Sam))
				receipt := post(t, k, sent).taken(t)
				end(k, w)

				post(t, k, waiting).refused(t, "a card that waited", outbox.ReasonTicketExpired)
				post(t, k, waiting).refused(t, "the same again", outbox.ReasonTicketExpired)

				if cards(t, k) != 1 || kept(t, k) != 1 {
					t.Errorf("%d cards, %d kept", cards(t, k), kept(t, k))
				}
				// A phone that never heard the answer must be able to let go.
				if again := post(t, k, sent).taken(t); again.Receipt.ID != receipt.Receipt.ID || !again.Receipt.Duplicate {
					t.Errorf("the receipt is another: %s", again.Text)
				}
			})
		})
	}
}

// A stranger stores nothing; whoever holds a genuine ticket loses nothing.
func TestWhatCannotBeOpenedIsKeptForWhoHasATicket(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f, mias := newPhone(t, k, w.Leo), newPhone(t, k, k.YoungPerson("Mia", w.Home))
		genuine := f.seal(wordy(k, w.Sam))
		change := func(f func(e *outbox.Envelope)) outbox.Envelope {
			e := genuine
			f(&e)
			return e
		}
		bend := func(text string) string {
			letter := byte('A')
			if text[5] == letter {
				letter = 'B'
			}
			return text[:5] + string(letter) + text[6:]
		}

		for what, e := range map[string]any{
			"a forged ticket": change(func(e *outbox.Envelope) { e.Ticket = strings.Repeat("A", 43) }),
			"no ticket":       change(func(e *outbox.Envelope) { e.Ticket = "" }),
			"nothing":         map[string]any{},
			"a list as ticket": map[string]any{
				"v": 1, "id": genuine.ID, "ticket": []string{genuine.Ticket}, "key": genuine.Key, "epk": genuine.EPK, "iv": genuine.IV, "sealed": genuine.Sealed,
			},
		} {
			post(t, k, e).refused(t, what, outbox.ReasonTicketWrong)
		}
		post(t, k, []byte(`["not", "an", "object"]`)).refused(t, "a list", outbox.ReasonUnreadable)
		if a := post(t, k, []byte(`{"v":1,`)); a.Status < 400 || a.Status >= 500 {
			t.Errorf("broken JSON: %d %s", a.Status, a.Text)
		}
		if cards(t, k) != 0 || kept(t, k) != 0 {
			t.Fatalf("a stranger has left %d cards and %d bodies", cards(t, k), kept(t, k))
		}

		unreadable := map[string]outbox.Envelope{
			"another person's ticket": change(func(e *outbox.Envelope) { e.Ticket = mias.tickets[0] }),
			"another ticket of Leo's": change(func(e *outbox.Envelope) { e.Ticket = f.tickets[3] }),
			"another id":              change(func(e *outbox.Envelope) { e.ID = k.NewCard().ID }),
			"no id":                   change(func(e *outbox.Envelope) { e.ID = "" }),
			"an unknown key":          change(func(e *outbox.Envelope) { e.Key = "0198c0de-0000-7000-8000-00000000dead" }),
			"a bent text":             change(func(e *outbox.Envelope) { e.Sealed = bend(e.Sealed) }),
			"half a text":             change(func(e *outbox.Envelope) { e.Sealed = e.Sealed[:40] }),
			"a bent IV":               change(func(e *outbox.Envelope) { e.IV = bend(e.IV) }),
			"a long IV":               change(func(e *outbox.Envelope) { e.IV += "AAAA" }),
			"a key off the curve":     change(func(e *outbox.Envelope) { e.EPK = bend(e.EPK) }),
			"a later version":         change(func(e *outbox.Envelope) { e.V = 2 }),
			"letters that are none":   change(func(e *outbox.Envelope) { e.Sealed = "###" }),
		}
		for what, e := range unreadable {
			post(t, k, e).refused(t, what, outbox.ReasonUnreadable)
			post(t, k, e).refused(t, what+" again", outbox.ReasonUnreadable)
		}
		if cards(t, k) != 0 || kept(t, k) != len(unreadable) {
			t.Errorf("%d cards, %d kept of %d", cards(t, k), kept(t, k), len(unreadable))
		}
		if got := reasons(w.Leo); len(got) != len(unreadable)-1 || slices.ContainsFunc(got, func(r string) bool { return r != outbox.ReasonUnreadable }) {
			t.Errorf("Leo is shown %q", got)
		}

		// None of it has spent the ticket, and Leo's card still arrives.
		post(t, k, genuine).taken(t)
	})
}

func TestTwoPostsAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		one := f.seal(wordy(k, w.Sam))
		rival := wordy(k, w.Sam)
		body, err := json.Marshal(rival)
		must(t, err)
		other := f.sealWith(one.Ticket, rival.ID, body)

		const each = 6
		answers := make([]answer, 2*each)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				e := one
				if i%2 == 1 {
					e = other
				}
				got, err := try(t, k, e)
				if err != nil {
					t.Error(err)
				}
				answers[i] = got
			})
		}
		all.Wait()

		ids, used := map[string]int{}, 0
		for _, a := range answers {
			switch {
			case a.Status == http.StatusOK:
				ids[a.Receipt.ID]++
			case a.Receipt.Reason == outbox.ReasonTicketUsed:
				used++
			default:
				t.Errorf("%d %s", a.Status, a.Text)
			}
		}
		if len(ids) != 1 || used != each || cards(t, k) != 1 {
			t.Errorf("cards %v, %d refused, %d stored", ids, used, cards(t, k))
		}
		if kept(t, k) != 1 {
			t.Errorf("%d kept of the one that lost", kept(t, k))
		}
	})
}

func TestTheSameTicketWithAnotherCard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		card := wordy(k, w.Sam)
		e := f.seal(card)
		post(t, k, e).taken(t)
		card.Words = "other words"
		body, err := json.Marshal(card)
		must(t, err)

		post(t, k, f.sealWith(e.Ticket, card.ID, body)).refused(t, "the same id", outbox.ReasonTicketUsed)
		post(t, k, f.sealWith(e.Ticket, "another", body)).refused(t, "another id", outbox.ReasonTicketUsed)

		if cards(t, k) != 1 || kept(t, k) != 2 {
			t.Errorf("%d cards, %d kept", cards(t, k), kept(t, k))
		}
	})
}

// A card's own refusal keeps it too; taken later after all, it is no longer shown as refused.
func TestARefusedCardMayStillArrive(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		long := wordy(k, w.Sam)
		long.Words = strings.Repeat(canary+" ", 200)
		if a := post(t, k, f.seal(long)); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%d %s", a.Status, a.Text)
		}
		post(t, k, f.sealWith(f.tickets[0], "x", []byte("no card"))).refused(t, "no card", "no_card")
		if kept(t, k) != 2 || cards(t, k) != 0 {
			t.Fatalf("%d kept, %d cards", kept(t, k), cards(t, k))
		}
		if n := count(t, k, "SELECT count(*) FROM refused_cards WHERE opened = ?", true); n != 2 {
			t.Errorf("%d opened", n)
		}

		// As after a restore that lacked the newest key, until it is brought back.
		mia := k.YoungPerson("Mia", w.Home)
		e := newPhone(t, k, mia).seal(wordy(k))
		rename(t, k, e.Key, "gone")
		post(t, k, e).refused(t, "without its key", outbox.ReasonUnreadable)
		if got := reasons(mia); len(got) != 1 {
			t.Errorf("Mia is shown %q", got)
		}
		rename(t, k, "gone", e.Key)
		post(t, k, e).taken(t)
		if got := reasons(mia); len(got) != 0 {
			t.Errorf("Mia is still shown %q", got)
		}
		if got := w.Leo.Get("/refused"); bytes.Contains(got.Body, []byte(canary)) || len(reasons(w.Leo)) != 2 {
			t.Errorf("Leo is shown %s", got.Body)
		}
	})
}

func rename(t *testing.T, k *testkit.Kit, from, to string) {
	t.Helper()
	must(t, k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Exec("UPDATE outbox_keys SET id = ? WHERE id = ?", to, from).Error
	}))
}

func TestSizesAndBounds(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		ticket := f.tickets[0]
		for _, n := range []int{outbox.MaxEnvelope, 300 << 10} {
			if a := post(t, k, f.sealWith(ticket, "huge", bytes.Repeat([]byte("x"), n))); a.Status != http.StatusRequestEntityTooLarge {
				t.Errorf("%d bytes: %d %s", n, a.Status, a.Text)
			}
		}
		if kept(t, k) != 0 {
			t.Errorf("%d huge bodies are kept", kept(t, k))
		}
		// What may hold a voice may be large, and few such are kept when they are refused.
		for i := range 6 {
			answer, err := json.Marshal(map[string]any{"what": "answer", "id": strconv.Itoa(i), "voice": strings.Repeat("x", 200<<10)})
			must(t, err)
			post(t, k, f.sealWith(ticket, strconv.Itoa(i), answer)).refused(t, "an answer with a voice", "no_id")
		}
		if n := kept(t, k); n != outbox.RefusedLarge {
			t.Errorf("%d large bodies are kept", n)
		}
		must(t, k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec("DELETE FROM refused_cards").Error }))
		// A ticket holder can't fill the disk either.
		for i := range outbox.RefusedPerAccount + 3 {
			post(t, k, f.sealWith(ticket, "x", bytes.Repeat([]byte("x"), i))).refused(t, "no card", "no_card")
		}
		if n := kept(t, k); n != outbox.RefusedPerAccount {
			t.Errorf("%d are kept", n)
		}
		// What comes after the flood is kept all the same.
		long := wordy(k, w.Sam)
		long.Words = strings.Repeat("x", 1001)
		body, err := json.Marshal(long)
		must(t, err)
		post(t, k, f.sealWith(f.tickets[1], long.ID, body)).refused(t, "too long", "words_too_long")
		if n := count(t, k, "SELECT count(*) FROM refused_cards WHERE reason = 'words_too_long'"); n != 1 || kept(t, k) != outbox.RefusedPerAccount {
			t.Errorf("%d of the last, %d in all", n, kept(t, k))
		}
	})
}

// A card that is kept already makes nothing give way when it comes again, and only what
// is kept as large counts among the large.
func TestARepeatOfARefusedCardDropsNoOther(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		ticket := f.tickets[0]
		kept := func() (ids []string) {
			t.Helper()
			must(t, k.App.DB.Read(t.Context(), func(tx *db.Tx) error {
				return tx.Gorm().Raw("SELECT id FROM refused_cards ORDER BY id").Scan(&ids).Error
			}))
			return ids
		}
		voice := func(i, size int) outbox.Envelope {
			answer, err := json.Marshal(map[string]any{"what": "answer", "id": strconv.Itoa(i), "voice": strings.Repeat("x", size)})
			must(t, err)
			return f.sealWith(ticket, strconv.Itoa(i), answer)
		}
		var last outbox.Envelope
		for i := range outbox.RefusedLarge {
			last = voice(i, 200<<10)
			post(t, k, last).refused(t, "an answer with a voice", "no_id")
			k.Clock.Forward(time.Second)
		}
		before := kept()
		post(t, k, last).refused(t, "the same again", "no_id")
		if after := kept(); !slices.Equal(after, before) || len(after) != outbox.RefusedLarge {
			t.Errorf("a large one that came again: %d are kept of %d", len(after), len(before))
		}
		// Sealed and written as text it is larger than any words; kept it is not.
		post(t, k, voice(9, outbox.MaxEnvelope-4<<10)).refused(t, "a short voice", "no_id")
		if after := kept(); len(after) != outbox.RefusedLarge+1 {
			t.Errorf("one that is kept as small: %d are kept", len(after))
		}
		for i := len(kept()); i < outbox.RefusedPerAccount; i++ {
			last = f.sealWith(ticket, "x", bytes.Repeat([]byte("x"), i))
			post(t, k, last).refused(t, "no card", "no_card")
		}
		before = kept()
		post(t, k, last).refused(t, "the same again", "no_card")
		if after := kept(); !slices.Equal(after, before) || len(after) != outbox.RefusedPerAccount {
			t.Errorf("the last of many came again: %d are kept of %d", len(after), len(before))
		}
	})
}
