package feelings_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
)

func TestATapReachesItsPeopleOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		if r.State != feelings.StateReceived || r.Version != 1 || r.Duplicate {
			t.Fatalf("receipt %+v", r)
		}
		if got := w.alertsOf(r.ID, "waiting"); !slices.Equal(got, ids(w.sam, w.jo)) {
			t.Fatalf("alerts for %v", got)
		}
		if woken := w.takeWoken(); !slices.Contains(woken, w.leo.AccountID) || !slices.Contains(woken, w.sam.AccountID) {
			t.Fatalf("woke %v", woken)
		}
		view := w.page(r.ID)
		if view.Words != canary || view.Card != "sad" || len(view.Audience) != 2 || view.Audience[0].Role != "keyworker" {
			t.Fatalf("view %+v", view)
		}
		if n := w.count("SELECT count(*) FROM alerts WHERE subject_id = ? AND body = 'card' AND urgency = 'high' AND ttl_seconds >= 43200", r.ID); n != 2 {
			t.Fatalf("%d alerts are as loud as they should be", n)
		}
	})
}

func TestTheSameTapManyTimesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := sad()
		var mu sync.Mutex
		var wg sync.WaitGroup
		first, cards := 0, map[string]bool{}
		for range 64 {
			wg.Go(func() {
				r, err := w.cards.Tap(w.t.Context(), w.leo, card)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || r.ClientID != card.ID {
					t.Errorf("receipt %+v, %v", r, err)
				}
				cards[r.ID] = true
				if !r.Duplicate {
					first++
				}
			})
		}
		wg.Wait()
		if first != 1 || len(cards) != 1 || w.count("SELECT count(*) FROM cards") != 1 || w.count("SELECT count(*) FROM alerts") != 2 {
			t.Fatalf("%d firsts, cards %v", first, cards)
		}
	})
}

func TestTheSameIDWithAnotherBodyIsAnotherCard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := sad()
		two := one
		two.Card = "angry"
		first := w.tap(one)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := w.cards.Tap(w.t.Context(), w.leo, two); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		second := w.tap(two)
		if second.ID == first.ID || !second.Duplicate || second.ClientID != one.ID {
			t.Fatalf("second %+v", second)
		}
		if n := w.count("SELECT count(*) FROM cards"); n != 2 {
			t.Fatalf("%d cards", n)
		}
		if n := w.count("SELECT count(*) FROM cards WHERE sent_as = ? AND client_id <> ?", one.ID, one.ID); n != 1 {
			t.Fatal("the second card does not say what the phone called it")
		}
		if got := w.alertsOf(second.ID, "waiting"); len(got) != 2 {
			t.Fatalf("the second card alerted %v", got)
		}
		if again := w.tap(one); again.ID != first.ID || !again.Duplicate {
			t.Fatalf("the first card answers %+v", again)
		}
	})
}

func TestAnotherPersonMayUseTheSameID(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := sad()
		w.tap(card)
		r, err := w.cards.Tap(t.Context(), w.amy, card)
		if err != nil || r.Duplicate || w.count("SELECT count(*) FROM cards") != 2 {
			t.Fatalf("receipt %+v, %v", r, err)
		}
	})
}

func TestWhatAPhoneSendsIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			body string
			want func(v feelings.View) bool
		}{
			"an unknown card":           {`{"id":"x1","card":"purple","kind":"feeling"}`, func(v feelings.View) bool { return v.Card == "something_else" && v.Kind == "feeling" }},
			"an unknown kind":           {`{"id":"x2","card":"sad","kind":"mood"}`, func(v feelings.View) bool { return v.Card == "sad" && v.Kind == "feeling" }},
			"a card without a kind":     {`{"id":"x3","card":"sad"}`, func(v feelings.View) bool { return v.Card == "sad" && v.Kind == "feeling" }},
			"a kind without a card":     {`{"id":"x4","kind":"not_safe"}`, func(v feelings.View) bool { return v.Card == "not_safe" && v.Kind == "not_safe" }},
			"not safe under a feeling":  {`{"id":"x5","card":"not_safe","kind":"feeling"}`, func(v feelings.View) bool { return v.Kind == "not_safe" }},
			"an unknown not-safe card":  {`{"id":"x6","card":"help","kind":"not_safe"}`, func(v feelings.View) bool { return v.Kind == "not_safe" && v.Card == "not_safe" }},
			"a need sent alone":         {`{"id":"x7","card":"sit_with_me","kind":"need"}`, func(v feelings.View) bool { return v.Kind == "need" && v.Need == "sit_with_me" }},
			"a need beside a feeling":   {`{"id":"x8","card":"sad","kind":"feeling","need":"talk"}`, func(v feelings.View) bool { return v.Need == "talk" }},
			"an unknown need":           {`{"id":"x9","card":"sad","kind":"feeling","need":"pizza"}`, func(v feelings.View) bool { return v.Need == "" }},
			"an unknown intensity":      {`{"id":"xa","card":"sad","intensity":"11"}`, func(v feelings.View) bool { return v.Intensity == "" }},
			"fields nobody knows":       {`{"id":"xb","card":"sad","mood":{"a":[1]},"v":9}`, func(v feelings.View) bool { return v.Card == "sad" }},
			"fields of the wrong type":  {`{"id":7,"card":"sad","words":5,"audience":"sam","kept":[],"tappedAt":12}`, func(v feelings.View) bool { return v.Card == "sad" && !v.Kept && len(v.Audience) == 2 }},
			"a time that can't be":      {`{"id":"xc","card":"sad","tappedAt":"2199-01-01T00:00:00Z"}`, func(v feelings.View) bool { return v.TappedAt.Equal(w.now()) }},
			"a time two hours ago":      {`{"id":"xd","card":"sad","tappedAt":"2026-03-02T12:00:00Z"}`, func(v feelings.View) bool { return v.TappedAt.Hour() == 12 }},
			"an id that is none":        {`{"id":"` + strings.Repeat("å", 300) + `","card":"sad"}`, func(v feelings.View) bool { return len(v.ClientID) == 36 }},
			"no id at all":              {`{"card":"sad"}`, func(v feelings.View) bool { return len(v.ClientID) == 36 }},
			"an audience of strangers":  {`{"id":"xe","card":"sad","audience":["nobody","` + w.otto.AccountID + `"]}`, func(v feelings.View) bool { return len(v.Audience) == 2 }},
			"a long list switched off":  {`{"id":"xi","card":"sad","switchedOff":[` + strings.Repeat(`"nobody",`, 200) + `"` + w.sam.AccountID + `"]}`, func(v feelings.View) bool { return len(v.Audience) == 1 }},
			"an audience of family":     {`{"id":"xf","card":"sad","audience":["` + w.dan.AccountID + `"]}`, func(v feelings.View) bool { return len(v.Audience) == 3 }},
			"words of a thousand signs": {`{"id":"xg","card":"sad","words":"` + strings.Repeat("ü", 1000) + `"}`, func(v feelings.View) bool { return len([]rune(v.Words)) == 1000 }},
			"a card kept": {`{"id":"xh","card":"sad","kept":true,"audience":["` + w.sam.AccountID + `"]}`, func(v feelings.View) bool {
				return v.Kept && v.State == "kept" && len(v.Audience) == 0 && len(v.Events) == 1
			}},
		} {
			t.Run(name, func(t *testing.T) {
				tap, err := feelings.ReadTap([]byte(c.body))
				must(t, err)
				r, err := w.cards.Tap(t.Context(), w.leo, tap)
				must(t, err)
				if v := w.page(r.ID); !c.want(v) {
					t.Fatalf("kept as %+v", v)
				}
				if again, err := w.cards.Tap(t.Context(), w.leo, tap); tap.TappedAt != "" && (err != nil || again.ID != r.ID) {
					t.Fatalf("a second try gave %+v, %v", again, err)
				}
			})
		}
	})
}

func TestWhatIsNoCardIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for body, reason := range map[string]string{
			``: "no_card", `[]`: "no_card", `null`: "no_card", `"sad"`: "no_card", `{"id":`: "no_card", `{}`: "no_card",
			`{"card":5}`: "no_card", `{"words":"` + canary + `"}`: "no_card",
			`{"card":"not_safe","kept":true}`:                                     "kept_not_safe",
			`{"card":"sad","words":"` + strings.Repeat("x", 1001) + canary + `"}`: "words_too_long",
		} {
			tap, err := feelings.ReadTap([]byte(body))
			if err == nil {
				_, err = w.cards.Tap(t.Context(), w.leo, tap)
			}
			want(t, err, errs.Invalid, reason)
			if strings.Contains(err.Error(), canary) {
				t.Error("the refusal repeats what was sent")
			}
		}
		if w.count("SELECT count(*) FROM cards") != 0 {
			t.Fatal("something was stored")
		}
	})
}

func TestKeptCardsAreNobodyElses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := sad()
		card.Kept, card.Audience = true, []string{w.sam.AccountID}
		r := w.tap(card)
		if r.State != feelings.StateKept || w.count("SELECT count(*) FROM alerts") != 0 || w.count("SELECT count(*) FROM card_recipients") != 0 {
			t.Fatalf("receipt %+v", r)
		}
		if _, err := w.cards.StaffPage(t.Context(), w.sam, r.ID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("a keyworker got %v", err)
		}
	})
}

func TestNotSafeReachesASafeguardingLead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		not := feelings.Tap{ID: db.NewID(), Card: "not_safe", Kind: "not_safe", Audience: ids(w.sam), Chosen: true}
		r := w.tap(not)
		if got := w.alertsOf(r.ID, "waiting"); !slices.Equal(got, ids(w.sam, w.sue)) {
			t.Fatalf("alerts for %v", got)
		}
		if n := w.count("SELECT count(*) FROM alerts WHERE subject_id = ? AND body = 'needs_you' AND ttl_seconds >= 3600", r.ID); n != 2 {
			t.Fatalf("%d alerts say that someone needs them", n)
		}
		not.ID, not.SwitchedOff = db.NewID(), ids(w.sue)
		if got := w.alertsOf(w.tap(not).ID, "waiting"); !slices.Equal(got, ids(w.sam, w.lea)) {
			t.Fatalf("with that lead switched off another lead is told, not %v", got)
		}
	})
}

func TestACardIsNeverWithoutStaffWhileThereAreAny(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		send := func(audience, off []string) feelings.View {
			return w.page(w.tap(feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Audience: audience, SwitchedOff: off, Chosen: true}).ID)
		}
		who := func(v feelings.View) []string {
			var got []string
			for _, a := range v.Audience {
				got = append(got, a.ID)
			}
			slices.Sort(got)
			return got
		}
		if v := send(nil, ids(w.sam)); !slices.Equal(who(v), ids(w.jo)) {
			t.Fatalf("without Sam: %v", v.Audience)
		}
		if v := send(ids(w.sam), ids(w.sam)); !slices.Equal(who(v), ids(w.jo)) {
			t.Fatalf("switched off wins over chosen: %v", v.Audience)
		}
		if v := send(nil, ids(w.sam, w.jo)); !slices.Equal(who(v), ids(w.lea)) {
			t.Fatalf("without keyworkers: %v", v.Audience)
		}
		v := send(nil, ids(w.sam, w.jo, w.lea, w.sue))
		if v.State != feelings.StateNobody || v.Who != nil || len(v.Audience) != 0 || v.Next.Kind != "none" {
			t.Fatalf("with nobody left: %+v", v)
		}
		w.endRelations(w.sam)
		if v := send(ids(w.sam), nil); !slices.Equal(who(v), ids(w.jo)) {
			t.Fatalf("Sam has left: %v", v.Audience)
		}
	})
}

// TestLeavingOutIsSwitchingOff: a phone that does not send switchedOff means it by
// leaving a keyworker out.
func TestLeavingOutIsSwitchingOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Audience: ids(w.sam)})
		view := w.seen(w.sam, r.ID)
		for _, c := range *view.Colleagues {
			if c.ID == w.jo.AccountID {
				t.Fatal("Jo was left out and could still be handed the card")
			}
		}
	})
}

func TestWordsAreSealedAtRest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		_, err := w.cards.Answer(t.Context(), w.sam, r.ID, 1, feelings.Answer{Kind: feelings.AnswerOwnWords, Words: canary + " too"})
		must(t, err)
		for _, sql := range []string{"SELECT words FROM cards", "SELECT words FROM card_events WHERE kind = 'words'"} {
			var stored []byte
			w.tx(func(tx *db.Tx) error { return tx.Gorm().Raw(sql).Row().Scan(&stored) })
			if len(stored) == 0 || strings.Contains(string(stored), "canary") {
				t.Fatalf("%s gives %d bytes, sealed or not", sql, len(stored))
			}
		}
		if v := w.page(r.ID); v.Quote != canary+" too" || v.Words != canary || v.State != feelings.StateSeen {
			t.Fatalf("%+v", v)
		}
	})
}

func TestALateCardKeepsTheTimeOfItsTap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := sad()
		card.TappedAt = w.now().Add(-3 * time.Hour).Format(time.RFC3339)
		v := w.page(w.tap(card).ID)
		if !v.TappedAt.Equal(w.now().Add(-3*time.Hour)) || !v.ReceivedAt.Equal(w.now()) {
			t.Fatalf("tapped %v, received %v", v.TappedAt, v.ReceivedAt)
		}
	})
}
