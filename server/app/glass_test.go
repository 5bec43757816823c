package app_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/people"
	"heard/server/testkit"
)

// TestTheWayBehindTheGlass: a lead who broke the glass finds the cards, to open one
// by one, and the young person finds out that they did.
func TestTheWayBehindTheGlass(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		path := "/young-people/" + s.Leo.ID + "/cards"
		outside := func(c *testkit.Card) { c.Audience = []string{s.Sam.ID} }
		older := s.send(outside, false)
		k.Clock.Forward(time.Second)
		newer := s.send(outside, false)
		s.send(func(c *testkit.Card) { c.SwitchedOff = []string{s.Lead.ID} }, false)
		s.send(func(c *testkit.Card) { c.Kept, c.Audience = true, nil }, false)
		list := func() (ids []string) {
			var body struct {
				YoungPerson struct{ Name string }
				Until       *time.Time
				Cards       []struct{ ID string }
			}
			answer := s.Lead.Get(path)
			answer.Into(&body)
			private(t, "the list", answer.Body, canary)
			if body.YoungPerson.Name != "Leo" || (body.Until != nil) != (len(body.Cards) > 0) {
				t.Errorf("%+v", body)
			}
			for _, c := range body.Cards {
				ids = append(ids, c.ID)
			}
			return ids
		}
		before := census(k)
		if got := list(); len(got) != 0 {
			t.Errorf("before: %v", got)
		}
		nobody := "/young-people/" + nobodysID + "/cards"
		denied(t, "a stranger", s.stranger.Get(path), s.stranger.Get(nobody))
		denied(t, "another organisation", s.foreign.Get(path), s.foreign.Get(nobody))
		unchanged(k, before)

		s.Lead.Post("/break-glass", map[string]any{"youngPersonId": s.Leo.ID, "reason": "made up"}).OK()
		if got := list(); !slices.Equal(got, []string{newer.card, older.card}) {
			t.Errorf("behind the glass: %v", got)
		}
		s.Lead.Get("/cards/" + newer.card).OK()
		var looked struct {
			Rows []struct {
				Who  struct{ ID string }
				What string
			}
		}
		s.Leo.Get("/looked").Into(&looked)
		var what []string
		for _, r := range looked.Rows {
			if r.Who.ID == s.Lead.ID {
				what = append(what, r.What)
			}
		}
		if !slices.Equal(what, []string{"card", "cards", "break_glass"}) {
			t.Errorf("Leo reads %v", what)
		}

		s.here(newer.card, older.card)
		k.Clock.Forward(people.GlassTime)
		s.Lead.SignIn()
		if got := list(); len(got) != 0 {
			t.Errorf("after the hour: %v", got)
		}
	})
}
