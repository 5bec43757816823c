package feelings_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/viewer"
)

// TestClosingDoesNotStandInForTheLead: whoever holds the phone may press "sorted" once
// a keyworker has pressed, and whatever that is worth, a safeguarding lead looks too.
func TestClosingDoesNotStandInForTheLead(t *testing.T) {
	for name, closed := range map[string]func(t *testing.T, w staffed, id string){
		"sorted": func(t *testing.T, w staffed, id string) {
			w.seen(w.sam, id)
			_, err := w.cards.Close(t.Context(), w.leo, id, w.page(id).Version, nil)
			must(t, err)
		},
		"yes, we talked": func(t *testing.T, w staffed, id string) {
			_, err := w.cards.Met(t.Context(), w.sam, id, w.page(id).Version)
			must(t, err)
			_, err = w.cards.Check(t.Context(), w.leo, id, w.page(id).Version, "yes")
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachStaffed(t, func(t *testing.T, w staffed) {
				w.answers(w.sam, w.kim)
				id := w.tap(notSafe()).ID
				w.told(id)
				closed(t, w, id)
				w.tells(t, id, w.sue)
				v := w.stands(t, id, "closed", 1, "", "")
				if v.Next.Kind != "none" || !slices.Equal(v.Can, []feelings.Act{feelings.ActReopen}) {
					t.Fatalf("the young person is shown %+v, may press %v", v.Next, v.Can)
				}
				for range 3 {
					w.after(5*time.Minute - time.Second)
					w.tells(t, id)
					w.after(time.Second)
					w.tells(t, id, w.sue)
				}
				w.restsAfter(t, id, w.sue, v)
			})
		})
	}
}

// restsAfter has a lead press on a card that was closed: nothing the young person
// reads becomes another, and nobody is told any more.
func (w staffed) restsAfter(t *testing.T, id string, lead viewer.Viewer, before feelings.View) {
	t.Helper()
	for _, v := range []viewer.Viewer{w.sam, w.jo} {
		if page, err := w.cards.StaffPage(t.Context(), v, id); err != nil || len(page.Can) != 0 {
			t.Fatalf("%s may press %v, %v", v.SessionID, page.Can, err)
		}
		_, err := w.cards.Seen(t.Context(), v, id, w.page(id).Version)
		if v.AccountID != w.sam.AccountID { // who has pressed already presses nothing new
			want(t, err, errs.Conflict, "not_now")
		}
		if box := w.inbox(v); len(box.Waiting)+len(box.Coming)+len(box.Check) != 0 {
			t.Fatalf("%s still has it to do", v.SessionID)
		}
	}
	box := w.inbox(lead)
	if len(box.Waiting) != 1 || box.Waiting[0].State != feelings.StateClosed {
		t.Fatalf("the lead's inbox: %+v", box)
	}
	page, err := w.cards.StaffPage(t.Context(), lead, id)
	if err != nil || !slices.Equal(page.Can, []feelings.Act{feelings.ActSeen}) {
		t.Fatalf("the lead may press %v, %v", page.Can, err)
	}
	pressed := w.seen(lead, id)
	v := w.page(id)
	if pressed.State != feelings.StateClosed || v.State != before.State || v.Who != nil || !v.At.Equal(*before.At) || len(v.Can) != 1 {
		t.Fatalf("after the lead's press %+v", v)
	}
	if n := w.count("SELECT count(*) FROM card_dues WHERE id = ?", id); n != 0 || len(w.alertsOf(id, "waiting")) != 0 {
		t.Fatalf("%d due rows, told %v", n, w.alertsOf(id, "waiting"))
	}
	if box := w.inbox(lead); len(box.Waiting)+len(box.Coming)+len(box.Check) != 0 || len(pressed.Can) != 0 {
		t.Fatalf("it does not rest: %+v", box)
	}
}

// TestAnotherLeadStandsIn: where the safeguarding lead is switched off, a closed card
// waits for the lead who got it instead, and never tells the one who is switched off.
func TestAnotherLeadStandsIn(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		tap := notSafe()
		tap.Chosen, tap.SwitchedOff = true, ids(w.sue)
		id := w.tap(tap).ID
		w.seen(w.sam, id)
		w.told(id)
		_, err := w.cards.Close(t.Context(), w.leo, id, w.page(id).Version, nil)
		must(t, err)
		w.tells(t, id, w.lea)
		w.after(5 * time.Minute)
		w.tells(t, id, w.lea)
		if _, err := w.cards.Seen(t.Context(), w.sue, id, w.page(id).Version); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("who is switched off: %v", err)
		}
		w.restsAfter(t, id, w.lea, w.page(id))
	})
}

// TestALeadWhoClosesIsNotTheSafeguardingLead: another lead may close with a reason,
// and the safeguarding lead looks all the same; the reason stays under the card.
func TestALeadWhoClosesIsNotTheSafeguardingLead(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.ola)
		id := w.tap(notSafe()).ID
		w.after(2 * time.Minute) // to the leads and whoever is on call
		w.told(id)
		_, err := w.cards.CloseFor(t.Context(), w.lea, id, w.page(id).Version, "We spoke on the phone.")
		must(t, err)
		w.tells(t, id, w.sue)
		w.seen(w.sue, id)
		v := w.page(id)
		if v.State != feelings.StateClosed || v.Who == nil || v.Who.Name != "Lea" || v.Quote != "We spoke on the phone." {
			t.Fatalf("%+v", v)
		}
		w.after(time.Hour)
		w.tells(t, id)
	})
}

// TestALongCheckStaysWithTheLead: a check leaves the others' inboxes after a day, and
// not the inbox of the lead it waits for.
func TestALongCheckStaysWithTheLead(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		id := w.tap(notSafe()).ID
		_, err := w.cards.Met(t.Context(), w.sam, id, w.page(id).Version)
		must(t, err)
		w.forward(25 * time.Hour)
		if box := w.inbox(w.sam); len(box.Check) != 0 {
			t.Fatalf("%+v", box)
		}
		if box := w.inbox(w.sue); len(box.Waiting) != 1 {
			t.Fatalf("the lead has nothing to look at: %+v", box)
		}
		w.seen(w.sue, id)
		if box := w.inbox(w.sue); len(box.Waiting)+len(box.Check) != 0 {
			t.Fatalf("%+v", box)
		}
	})
}

// TestWhenTheLeadHasLeftTheNextOneLooks: a closed card that no safeguarding lead has
// pressed waits for whoever comes after the lead who was told, also when there is
// nobody for a while.
func TestWhenTheLeadHasLeftTheNextOneLooks(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(notSafe()).ID
		w.seen(w.sam, id)
		w.told(id)
		_, err := w.cards.Close(t.Context(), w.leo, id, w.page(id).Version, nil)
		must(t, err)
		w.tells(t, id, w.sue)
		w.endRelations(w.sue)
		for range 3 {
			w.after(5 * time.Minute)
			w.tells(t, id)
		}
		nia := w.staff("Nia")
		w.relate(nia, "safeguarding_of", "service", w.home)
		w.after(5 * time.Minute)
		w.tells(t, id, nia)
		w.restsAfter(t, id, nia, w.page(id))
	})
}
