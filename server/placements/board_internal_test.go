package placements

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a move lacks, by whose side asks and when.
func TestLacks(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	ptr := func(text string) *time.Time { return momentPtr(at(text)) }
	made := at("2026-11-20T10:00:00Z") // a Friday
	told := ptr("2026-11-21T10:00:00Z")
	planned := Move{Day: "2026-11-27", MadeAt: made}
	emergency := Move{Day: "2026-11-20", MadeAt: made, Emergency: true}
	knows := Move{Day: "2026-11-27", MadeAt: made, ToldAt: told, Choice: NotYet}
	for what, c := range map[string]struct {
		move  Move
		facts Facts
		now   string
		sides []Side
		want  string
	}{
		"not told, days before":          {planned, Facts{}, "2026-11-26T23:59:59Z", []Side{TheirSide}, "told"},
		"not told on the morning":        {planned, Facts{}, "2026-11-27T00:00:00Z", []Side{TheirSide}, "told! arrived"},
		"not told, no day":               {Move{MadeAt: made}, Facts{}, "2027-11-27T00:00:00Z", []Side{TheirSide}, "told"},
		"an emergency, in time":          {emergency, Facts{}, "2026-11-27T16:59:59Z", []Side{TheirSide}, "written arrived!"},
		"an emergency, late":             {emergency, Facts{}, "2026-11-27T17:00:00Z", []Side{TheirSide}, "written! arrived!"},
		"an emergency without day":       {Move{MadeAt: made, Emergency: true}, Facts{}, "2026-11-27T17:00:00Z", []Side{TheirSide}, "written!"},
		"an emergency said to be later":  {Move{Day: "2026-12-04", MadeAt: made, Emergency: true}, Facts{}, "2026-11-27T17:00:00Z", []Side{TheirSide}, "written!"},
		"an emergency written down late": {Move{Day: "2026-11-17", MadeAt: made, Emergency: true, MovedAt: &made}, Facts{}, "2026-11-24T17:00:00Z", []Side{TheirSide}, "written!"},
		"an emergency moved before":      {Move{MadeAt: made, Emergency: true, MovedAt: ptr("2026-11-18T10:00:00Z")}, Facts{}, "2026-11-25T17:00:00Z", []Side{TheirSide}, "written!"},
		"on shift":                       {knows, Facts{QuestionDue: ptr("2026-11-24T17:00:00Z")}, "2026-11-26T17:00:00Z", []Side{Shift}, "question!"},
		"told, nothing chosen":           {Move{Day: "2026-11-27", ToldAt: told}, Facts{}, "2026-11-22T10:00:00Z", []Side{TheirSide}, "opened"},
		"told, said never":               {Move{Day: "2026-11-27", ToldAt: told, Choice: Never}, Facts{}, "2026-11-22T10:00:00Z", []Side{TheirSide}, ""},
		"a question, in time":            {knows, Facts{QuestionDue: ptr("2026-11-24T17:00:00Z")}, "2026-11-24T16:00:00Z", []Side{Place}, "question"},
		"a question, late":               {knows, Facts{QuestionDue: ptr("2026-11-24T17:00:00Z")}, "2026-11-24T17:00:00Z", []Side{Place}, "question!"},
		"a visit, in time":               {knows, Facts{VisitAsked: ptr("2026-11-22T17:00:00Z")}, "2026-11-24T16:59:00Z", []Side{TheirSide}, "visit"},
		"a visit, late":                  {knows, Facts{VisitAsked: ptr("2026-11-22T17:00:00Z")}, "2026-11-24T17:00:00Z", []Side{TheirSide}, "visit!"},
		"the day after":                  {knows, Facts{}, "2026-11-28T00:00:00Z", []Side{Place}, "arrived!"},
		"somebody wants more time":       {knows, Facts{Review: missingReview}, "2026-11-22T10:00:00Z", []Side{TheirSide}, "review"},
		"the place left":                 {knows, Facts{QuestionDue: told, VisitAsked: told}, "2026-11-28T10:00:00Z", []Side{PlaceLeft}, ""},
		"the escort":                     {knows, Facts{QuestionDue: told, VisitAsked: told}, "2026-11-28T10:00:00Z", []Side{Escort}, ""},
		"the place, before told":         {planned, Facts{}, "2026-11-26T10:00:00Z", []Side{Place}, ""},
		"over":                           {Move{Day: "2026-11-27", ToldAt: told, EndedAt: told}, Facts{QuestionDue: told}, "2026-11-28T10:00:00Z", []Side{TheirSide}, ""},
		"moved":                          {Move{Day: "2026-11-27", ToldAt: told, MovedAt: told}, Facts{VisitAsked: told}, "2026-11-28T10:00:00Z", []Side{TheirSide}, ""},
	} {
		c.facts.Sides, c.facts.Zone = c.sides, london
		var got []string
		for _, m := range Lacks(c.move, c.facts, at(c.now)) {
			if m.Overdue {
				m.What += "!"
			}
			got = append(got, m.What)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: lacks %v, want %s", what, got, c.want)
		}
	}
}

// What is late is on top, the longest late first; then by day, unknown days after known
// ones, and what is done last.
func TestByUrgency(t *testing.T) {
	since := func(n int) []Missing {
		return []Missing{{What: "told", Due: momentPtr(time.Unix(int64(n), 0)), Overdue: n > 0}}
	}
	lines := []BoardMove{
		{ID: "done", State: Moved, Day: "2026-01-01"}, {ID: "no day", State: Told}, {ID: "late since 9", State: Told, Missing: since(9)},
		{ID: "on the 2nd", State: Told, Day: "2026-02-02"}, {ID: "done and late since 5", State: Moved, Missing: since(5)},
		{ID: "on the 1st", State: Preparing, Day: "2026-02-01"},
	}
	slices.SortStableFunc(lines, byUrgency)
	var got []string
	for _, l := range lines {
		got = append(got, l.ID)
	}
	if want := "[done and late since 5 late since 9 on the 1st on the 2nd no day done]"; fmt.Sprint(got) != want {
		t.Errorf("the board reads %v", got)
	}
}
