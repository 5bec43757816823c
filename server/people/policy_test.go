package people_test

import (
	"testing"

	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// TestPolicyByRelation holds every relation a viewer can have to a young person
// against every question about one.
func TestPolicyByRelation(t *testing.T) {
	const yes, no, hidden = errs.Code(""), errs.Forbidden, errs.NotFound
	for kind, want := range map[people.Kind]struct{ code, glass errs.Code }{
		"":                    {hidden, hidden},
		people.KeyworkerOf:    {yes, no},
		people.CoverFor:       {yes, no},
		people.LeadOf:         {yes, yes},
		people.SafeguardingOf: {yes, yes},
		people.PlacingFor:     {no, no},
		people.BuddyOf:        {no, no},
		people.FamilyOf:       {no, no},
		people.BreakGlass:     {no, no},
		people.AnalystOf:      {no, no}, // StandingTx never gives these
		people.CommissionerOf: {no, no},
		people.AdminOf:        {no, no},
	} {
		s := people.Standing{YoungPersonID: "leo"}
		if kind != "" {
			s.Held = []people.Held{{Kind: kind}}
		}
		for question, c := range map[string]struct {
			err  error
			want errs.Code
		}{
			"join code": {people.MayMakeJoinCode(s, false), want.code},
			"glass":     {people.MayBreakGlass(s), want.glass},
		} {
			if got := errs.CodeOf(c.err); got != c.want {
				t.Errorf("%q %s: %q, want %q", kind, question, got, c.want)
			}
		}
	}
	self := people.Standing{YoungPersonID: "leo", Self: true}
	if people.MayMakeJoinCode(self, false) == nil || people.MayBreakGlass(self) == nil {
		t.Error("a young person neither makes codes nor breaks glass")
	}
}

// TestPolicyOfRelations holds every kind of relation against everything a viewer
// can hold over it.
func TestPolicyOfRelations(t *testing.T) {
	v := viewer.Viewer{AccountID: "v"}
	kinds := []people.Kind{
		people.ServedBy, people.KeyworkerOf, people.CoverFor, people.LeadOf, people.SafeguardingOf, people.PlacingFor,
		people.BuddyOf, people.FamilyOf, people.AnalystOf, people.CommissionerOf, people.AdminOf, people.BreakGlass,
	}
	for _, kind := range kinds {
		admins, two := kind == people.AdminOf, kind == people.CommissionerOf
		for i := range 8 {
			a := people.Authority{Admin: i&1 > 0, Leads: i&2 > 0, HasLead: i&4 > 0}
			r := people.Relation{SubjectID: "s", ObjectID: "o", GrantedBy: "g", Kind: kind}
			check := func(question string, got error, want bool) {
				t.Helper()
				if (got == nil) != want {
					t.Errorf("%s of %s with %+v: %v, want allowed %v", question, kind, a, got, want)
				}
			}
			check("propose", people.MayPropose(v, a, r), kind != people.BreakGlass && (a.Admin || a.Leads && !admins && !two))
			check("confirm", people.MayConfirm(v, a, r), a.Leads && !admins)
			check("end", people.MayEnd(v, a, r), a.Admin || a.Leads && !admins)
			if want := a.Leads && !admins && !two || a.Admin && (admins || kind == people.LeadOf && !a.HasLead); people.AtOnce(a, r) != want {
				t.Errorf("at once: %s with %+v, want %v", kind, a, want)
			}
			for name, own := range map[string]people.Relation{
				"subject": {SubjectID: "v", ObjectID: "o", Kind: kind}, "object": {SubjectID: "s", ObjectID: "v", Kind: kind},
			} {
				check("propose as "+name, people.MayPropose(v, a, own), false)
				check("confirm as "+name, people.MayConfirm(v, a, own), false)
			}
			check("confirm one's own proposal", people.MayConfirm(v, a, people.Relation{SubjectID: "s", ObjectID: "o", GrantedBy: "v", Kind: kind}), false)
			if !a.Admin && !a.Leads {
				for _, err := range []error{people.MayPropose(v, a, r), people.MayConfirm(v, a, r), people.MayEnd(v, a, r)} {
					if errs.CodeOf(err) != errs.NotFound {
						t.Errorf("%s: a refusal tells who is here: %v", kind, err)
					}
				}
			}
		}
	}
	// A viewer without an account is nobody, even beside empty columns.
	if people.MayPropose(viewer.Viewer{}, people.Authority{Admin: true, Leads: true}, people.Relation{Kind: people.LeadOf, SubjectID: "s", ObjectID: "o"}) == nil {
		t.Error("nobody may propose")
	}
}
