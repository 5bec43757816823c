package people_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// state is one way a relation can stand to now, and whether it gives a right.
type state struct {
	name    string
	change  map[string]any // columns of a relation in force
	suspend bool
	foreign bool // the account is moved to another organisation
	allowed bool
}

func states(now time.Time) []state {
	at := func(d time.Duration) db.Millis { return db.At(now.Add(d)) }
	return []state{
		{name: "current", allowed: true},
		{name: "starts this millisecond", change: map[string]any{"valid_from": at(0)}, allowed: true},
		{name: "ends in a millisecond", change: map[string]any{"valid_to": at(time.Millisecond)}, allowed: true},
		{name: "without end", change: map[string]any{"valid_to": nil}, allowed: true},
		{name: "ends this millisecond", change: map[string]any{"valid_to": at(0)}},
		{name: "expired", change: map[string]any{"valid_to": at(-time.Hour)}},
		{name: "future", change: map[string]any{"valid_from": at(time.Millisecond)}},
		{name: "ended", change: map[string]any{"ended_at": at(-time.Hour)}},
		{name: "ended later than now", change: map[string]any{"ended_at": at(time.Hour)}},
		{name: "proposed", change: map[string]any{"confirmed_at": nil}},
		{name: "of another organisation", foreign: true},
		{name: "suspended", suspend: true},
	}
}

// TestRelationStates holds every kind of relation in every state against what
// StandingTx, CircleTx, MyYoungPeopleTx and Relation.StateAt make of it.
func TestRelationStates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		other, _ := w.organisation("Elsewhere")
		for _, kind := range []people.Kind{
			people.KeyworkerOf, people.CoverFor, people.LeadOf, people.SafeguardingOf, people.PlacingFor, people.BreakGlass,
		} {
			v := w.staff("Nia Reed")
			for _, s := range states(w.now()) { // the suspended account comes last
				t.Run(string(kind)+" "+s.name, func(t *testing.T) {
					id := w.insert(kind, v.AccountID, h)
					w.set("relations", id, s.change)
					if s.suspend {
						w.set("accounts", v.AccountID, map[string]any{"suspended_at": db.At(w.now())})
					}
					if s.foreign {
						w.set("relations", id, map[string]any{"organisation_id": other})
					}
					// Broken glass without the lead's own relation is worth nothing, whatever its state.
					w.wantAccess(t, v, h.leo.AccountID, kind, s.allowed && kind != people.BreakGlass)
					w.set("relations", id, map[string]any{"ended_at": db.At(w.now())})
				})
			}
		}
	})
}

func (w *world) wantAccess(t *testing.T, v viewer.Viewer, leo string, kind people.Kind, allowed bool) {
	t.Helper()
	standing, err := w.standing(v, leo)
	if allowed != (err == nil && standing.Has(kind)) {
		t.Errorf("standing: %+v, %v; want allowed %v", standing.Held, err, allowed)
	}
	if !allowed {
		wantCode(t, err, errs.NotFound)
	}
	circle, err := w.circle(w.org, leo)
	must(t, err)
	receives := allowed && kind != people.PlacingFor
	if _, in := circle.Find(v.AccountID); in != receives {
		t.Errorf("in the circle: %v, want %v", in, receives)
	}
	list, err := w.s.MyYoungPeople(t.Context(), v)
	must(t, err)
	if (len(list) == 1) != allowed {
		t.Errorf("%d young people listed, want allowed %v", len(list), allowed)
	}
}

// insert writes a relation in force past every rule, to be bent afterwards.
func (w *world) insert(kind people.Kind, subject string, h home) string {
	w.t.Helper()
	objectKind, object := "young_person", h.leo.AccountID
	switch kind {
	case people.LeadOf:
		objectKind, object = "team", h.team
	case people.SafeguardingOf:
		objectKind, object = "organisation", w.org
	}
	id := db.NewID()
	w.tx(func(tx *db.Tx) error {
		return tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to, created_at, confirmed_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, w.org, subject, string(kind), objectKind, object,
			db.At(tx.Now.Add(-time.Hour)), db.At(tx.Now.Add(time.Hour)), db.At(tx.Now), db.At(tx.Now)).Error
	})
	return id
}

func (w *world) set(table, id string, columns map[string]any) {
	w.t.Helper()
	if len(columns) > 0 {
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Table(table).Where("id = ?", id).Updates(columns).Error
		})
	}
}

// TestStateInSQLAndGo lets chance choose the times and asks that the store and
// Relation.StateAt agree.
func TestStateInSQLAndGo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		v := w.staff("Nia Reed")
		id := w.insert(people.KeyworkerOf, v.AccountID, h)
		rapid.Check(t, func(rt *rapid.T) {
			near := func(label string) time.Time {
				return w.now().Add(time.Duration(rapid.IntRange(-2, 2).Draw(rt, label)) * time.Millisecond)
			}
			maybe := func(label string) *time.Time {
				if !rapid.Bool().Draw(rt, label+"?") {
					return nil
				}
				at := near(label)
				return &at
			}
			r := people.Relation{ValidFrom: near("from"), ValidTo: maybe("to"), ConfirmedAt: maybe("confirmed"), EndedAt: maybe("ended")}
			w.set("relations", id, map[string]any{
				"valid_from": db.At(r.ValidFrom), "valid_to": db.AtPtr(r.ValidTo),
				"confirmed_at": db.AtPtr(r.ConfirmedAt), "ended_at": db.AtPtr(r.EndedAt),
			})
			_, err := w.standing(v, h.leo.AccountID)
			if want := r.StateAt(w.now()) == people.Current; want != (err == nil) {
				rt.Fatalf("%s in Go, %v in SQL: %+v", r.StateAt(w.now()), err, r)
			}
		})
	})
}

func TestAskLimits(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	at := func(years, months int, d time.Duration) *time.Time {
		x := now.AddDate(years, months, 0).Add(d)
		return &x
	}
	for name, c := range map[string]struct {
		ask  people.Ask
		want string // field at fault, or nothing
	}{
		"keyworker for a year":              {people.Ask{Kind: people.KeyworkerOf, ValidTo: at(1, 0, 0)}, ""},
		"keyworker for longer":              {people.Ask{Kind: people.KeyworkerOf, ValidTo: at(1, 0, time.Millisecond)}, "validTo"},
		"buddy for six months":              {people.Ask{Kind: people.BuddyOf, ValidTo: at(0, 6, 0)}, ""},
		"buddy for longer":                  {people.Ask{Kind: people.BuddyOf, ValidTo: at(0, 6, time.Millisecond)}, "validTo"},
		"cover for a week":                  {people.Ask{Kind: people.CoverFor, ValidTo: at(0, 0, 7*24*time.Hour)}, "validTo"},
		"the year counts from its start":    {people.Ask{Kind: people.KeyworkerOf, ValidFrom: at(0, 6, 0), ValidTo: at(1, 6, 0)}, ""},
		"lead without end":                  {people.Ask{Kind: people.LeadOf}, ""},
		"ends before it begins":             {people.Ask{Kind: people.LeadOf, ValidTo: at(0, 0, -time.Minute)}, "validTo"},
		"ends as it begins":                 {people.Ask{Kind: people.LeadOf, ValidTo: at(0, 0, 0)}, "validTo"},
		"begins in the past":                {people.Ask{Kind: people.LeadOf, ValidFrom: at(0, 0, -time.Hour)}, "validFrom"},
		"begins in two years":               {people.Ask{Kind: people.LeadOf, ValidFrom: at(2, 0, 0)}, "validFrom"},
		"break-glass has a door of its own": {people.Ask{Kind: people.BreakGlass}, "kind"},
		"no kind":                           {people.Ask{}, "kind"},
		"to oneself":                        {people.Ask{Kind: people.BuddyOf, ObjectID: "s"}, "objectId"},
		"a reason of two lines":             {people.Ask{Kind: people.LeadOf, Reason: "a\nb"}, "reason"},
		"a long reason":                     {people.Ask{Kind: people.LeadOf, Reason: strings.Repeat("é", 301)}, "reason"},
	} {
		t.Run(name, func(t *testing.T) {
			c.ask.SubjectID = "s"
			if c.ask.ObjectID == "" {
				c.ask.ObjectID = "o"
			}
			if c.ask.Reason == "" {
				c.ask.Reason = "as agreed"
			}
			_, _, err := c.ask.Validate(now)
			if c.want == "" {
				must(t, err)
				return
			}
			wantCode(t, err, errs.Invalid)
			fault, _ := errors.AsType[*errs.Error](err)
			if _, ok := fault.Fields[c.want]; !ok {
				t.Fatalf("fields %v, want %s", fault.Fields, c.want)
			}
		})
	}
}

func TestKeyworkerEndsAfterAYearByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		if want := w.now().AddDate(0, 12, 0); !h.keyworker.ValidTo.Equal(want) {
			t.Fatalf("valid to %v, want %v", h.keyworker.ValidTo, want)
		}
		w.moveTo(h.keyworker.ValidTo.Add(-time.Millisecond))
		_, err := w.standing(h.worker, h.leo.AccountID)
		must(t, err)
		w.moveTo(*h.keyworker.ValidTo)
		_, err = w.standing(h.worker, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
	})
}
