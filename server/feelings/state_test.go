package feelings_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/errs"
	"heard/server/feelings"
)

// wanted is the state table as it is meant, apart from the code: a row a state, a
// column an event, "." where it can't happen.
const wanted = `
state      kept received alerting no_channel seen     promised handed_over words    here overdue escalated  nobody again      off_shift check check_yes check_no check_not_yet closed reopened withdrawn checked_on
none       kept received .        .          .        .        .           .        .    .       .          .      .          .         .     .         .        .             .      .        .         .
kept       .    .        .        .          .        .        .           .        .    .       .          .      .          .         .     .         .        .             .      .        .         .
received   .    .        alerting no_channel seen     .        .           .        .    overdue received   nobody received   .         .     .         .        .             closed .        withdrawn .
alerting   .    .        .        no_channel seen     .        .           .        .    overdue alerting   nobody alerting   .         .     .         .        .             closed .        withdrawn .
no_channel .    .        alerting no_channel seen     .        .           .        .    overdue no_channel nobody no_channel .         .     .         .        .             closed .        withdrawn .
seen       .    .        .        .          seen     promised seen        seen     here overdue .          nobody seen       overdue   check .         .        .             closed .        withdrawn .
promised   .    .        .        .          promised promised seen        promised here overdue .          nobody promised   overdue   check .         .        .             closed .        withdrawn .
here       .    .        .        .          here     promised seen        here     here .       .          .      here       overdue   check .         .        .             closed .        withdrawn .
overdue    .    .        .        no_channel seen     promised overdue     overdue  here overdue overdue    nobody overdue    .         check .         .        .             closed .        withdrawn .
nobody     .    .        .        .          seen     promised overdue     nobody   here .       received   .      nobody     .         check .         .        .             closed .        withdrawn .
check      .    .        .        .          check    .        .           check    .    .       .          .      check      .         .     closed    received received      closed .        .         .
closed     .    .        .        .          closed   .        .           .        .    .       .          .      closed     .         .     .         .        .             .      received .         .
withdrawn  .    .        .        .          .        .        .           .        .    .       withdrawn  .      withdrawn  .         .     .         .        .             .      .        .         withdrawn
`

func table(t *testing.T) map[feelings.State]map[feelings.EventKind]feelings.State {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(wanted), "\n")
	head := strings.Fields(lines[0])[1:]
	want := map[feelings.State]map[feelings.EventKind]feelings.State{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(head)+1 {
			t.Fatalf("row %s has %d cells", cells[0], len(cells))
		}
		state := feelings.State(strings.TrimPrefix(cells[0], "none"))
		want[state] = map[feelings.EventKind]feelings.State{}
		for i, cell := range cells[1:] {
			want[state][feelings.EventKind(head[i])] = feelings.State(strings.TrimPrefix(cell, "."))
		}
	}
	return want
}

var answers = []feelings.EventKind{
	feelings.EventPromised, feelings.EventHandedOver, feelings.EventWords, feelings.EventHere, feelings.EventCheck,
}

func TestTheStateTableIsTotal(t *testing.T) {
	want := table(t)
	if len(want) != len(feelings.States) {
		t.Fatalf("the table has %d states, the code %d", len(want), len(feelings.States))
	}
	at := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	for _, state := range feelings.States {
		if len(want[state]) != len(feelings.EventKinds) {
			t.Fatalf("%q: the table has %d events, the code %d", state, len(want[state]), len(feelings.EventKinds))
		}
		for _, kind := range feelings.EventKinds {
			before := feelings.Status{State: state, Version: 3, WhoID: "sam"}
			if slices.Contains(answers, kind) {
				before.SeenBy = []string{"sam"} // an answer rests on a press
			}
			got, err := feelings.Apply(before, feelings.Event{Seq: 4, Kind: kind, ActorID: "sam", AboutID: "jo", At: at})
			next := want[state][kind]
			switch {
			case next == "" && errs.ReasonOf(err) != "not_now":
				t.Errorf("%q + %s is possible: %v", state, kind, got.State)
			case next == "" && got.Version != before.Version:
				t.Errorf("%q + %s changed the status it refused", state, kind)
			case next != "" && (err != nil || got.State != next || got.Version != 4):
				t.Errorf("%q + %s = %q (%v), want %q", state, kind, got.State, err, next)
			}
			if before.Can(kind) != (next != "") {
				t.Errorf("Can(%q, %s) disagrees with Apply", state, kind)
			}
		}
	}
}

func TestTheListsOfStatesAndEventsAreGolden(t *testing.T) {
	var golden struct {
		States     []feelings.State     `json:"states"`
		EventKinds []feelings.EventKind `json:"eventKinds"`
	}
	data, err := os.ReadFile("testdata/states.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(golden.States, feelings.States[1:]) || !slices.Equal(golden.EventKinds, feelings.EventKinds) {
		t.Fatal("testdata/states.json and the code differ; the front end's list must change with them")
	}
}

// TestTheWordsKnowEveryState: the front end's table of words has a case for every
// state the server can send.
func TestTheWordsKnowEveryState(t *testing.T) {
	var golden struct {
		Cases []struct {
			Status struct{ State feelings.State }
		}
	}
	data, err := os.ReadFile("../../frontend/src/lib/golden/states.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	said := map[feelings.State]bool{}
	for _, c := range golden.Cases {
		said[c.Status.State] = true
	}
	for _, state := range feelings.States[1:] {
		if !said[state] {
			t.Errorf("no words for %s", state)
		}
	}
}

func events(kinds ...feelings.Event) []feelings.Event {
	at := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	for i := range kinds {
		kinds[i].Seq, kinds[i].At = i+1, at.Add(time.Duration(i)*time.Minute)
	}
	return kinds
}

func TestWhatTheWordsSpeakOf(t *testing.T) {
	until := time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
	received := feelings.Event{Kind: feelings.EventReceived}
	seen := func(who string) feelings.Event {
		return feelings.Event{Kind: feelings.EventSeen, ActorID: who, Evidence: "relation:" + who}
	}
	promised := feelings.Event{Kind: feelings.EventPromised, ActorID: "sam", Promise: feelings.PromiseTalk, Until: until}
	overdue := feelings.Event{Kind: feelings.EventOverdue, AboutID: "sam"}
	handed := func(from, to string) feelings.Event {
		return feelings.Event{Kind: feelings.EventHandedOver, ActorID: from, AboutID: to}
	}
	check := feelings.Event{Kind: feelings.EventCheck, ActorID: "sam"}
	for name, c := range map[string]struct {
		events []feelings.Event
		want   func(s feelings.Status) bool
	}{
		"alerting speaks of whom it reaches": {
			[]feelings.Event{received, {Kind: feelings.EventAlerting, AboutID: "sam"}},
			func(s feelings.Status) bool { return s.WhoID == "sam" && !s.EverSeen && s.PressedAt == 0 },
		},
		"the first to press is named": {
			[]feelings.Event{received, seen("sam"), seen("jo")},
			func(s feelings.Status) bool { return s.WhoID == "sam" && s.SeenByPerson("jo") && s.At.Minute() == 1 },
		},
		"a talk is due fifteen minutes after its time": {
			[]feelings.Event{received, seen("sam"), promised},
			func(s feelings.Status) bool {
				due, ok := s.Promised()
				return ok && due.Equal(until.Add(15*time.Minute)) && s.Until.Equal(until)
			},
		},
		"overdue speaks of the promiser": {
			[]feelings.Event{received, seen("sam"), promised, overdue},
			func(s feelings.Status) bool {
				_, due := s.Promised()
				return s.WhoID == "sam" && s.Until.Equal(until) && !due && s.PressedAt == 3
			},
		},
		"a colleague's handover leaves a promise standing": {
			[]feelings.Event{received, seen("sam"), promised, seen("jo"), handed("jo", "kim")},
			func(s feelings.Status) bool { return s.State == feelings.StatePromised && s.HandedTo == "kim" },
		},
		"the promiser's own handover ends it": {
			[]feelings.Event{received, seen("sam"), promised, handed("sam", "kim")},
			func(s feelings.Status) bool {
				return s.State == feelings.StateSeen && s.HandedTo == "kim" && s.WhoID == "sam"
			},
		},
		"a handover is taken up by looking": {
			[]feelings.Event{received, seen("sam"), handed("sam", "kim"), seen("kim")},
			func(s feelings.Status) bool { return s.HandedTo == "" && s.WhoID == "kim" },
		},
		"no starts a new round": {
			[]feelings.Event{received, seen("sam"), {Kind: feelings.EventWords, ActorID: "sam"}, check, {Kind: feelings.EventCheckNo}},
			func(s feelings.Status) bool {
				return s.State == feelings.StateReceived && s.WhoID == "" && len(s.SeenBy) == 0 && s.EverSeen && s.QuoteSeq == 0
			},
		},
		"closing by a lead names the lead and quotes the reason": {
			[]feelings.Event{received, seen("lea"), {Kind: feelings.EventClosed, ActorID: "lea", Evidence: "relation:l"}},
			func(s feelings.Status) bool { return s.WhoID == "lea" && s.QuoteSeq == 3 },
		},
		"closing by the young person names nobody": {
			[]feelings.Event{received, seen("sam"), {Kind: feelings.EventClosed, ActorID: "leo"}},
			func(s feelings.Status) bool { return s.WhoID == "" && s.QuoteSeq == 0 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := feelings.Derive(events(c.events...))
			if err != nil || !c.want(s) {
				t.Fatalf("%+v, %v", s, err)
			}
		})
	}
}

// TestNoHistoryClaimsTooMuch walks random histories: whatever happens, a state
// that says an adult has seen the card rests on a press since it was last
// received, and only a promised card has a due row.
func TestNoHistoryClaimsTooMuch(t *testing.T) {
	at := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	people := []string{"sam", "jo", "kim"}
	rapid.Check(t, func(t *rapid.T) {
		var history []feelings.Event
		var s feelings.Status
		pressed := false
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			var possible []feelings.EventKind
			for _, kind := range feelings.EventKinds {
				if s.Can(kind) {
					possible = append(possible, kind)
				}
			}
			if len(possible) == 0 {
				break
			}
			e := feelings.Event{
				Seq: len(history) + 1, Kind: rapid.SampledFrom(possible).Draw(t, "kind"), At: at.Add(time.Duration(i) * time.Minute),
				ActorID: rapid.SampledFrom(people).Draw(t, "actor"), AboutID: rapid.SampledFrom(people).Draw(t, "about"),
				Until: at.Add(time.Hour), Promise: feelings.PromiseComing,
			}
			n, err := feelings.Apply(s, e)
			if err != nil {
				continue // the same adult pressing seen twice
			}
			switch e.Kind {
			case feelings.EventSeen:
				pressed = true
			case feelings.EventReceived, feelings.EventReopened, feelings.EventCheckNo, feelings.EventCheckNotYet:
				pressed = false
			}
			before := s.State
			s, history = n, append(history, e)
			switch s.State {
			case feelings.StateSeen, feelings.StatePromised, feelings.StateHere, feelings.StateCheck:
				if !pressed || !s.EverSeen {
					t.Fatalf("%s without a press: %v", s.State, history)
				}
			case feelings.StateReceived:
				if pressed {
					t.Fatalf("%s although somebody pressed", s.State)
				}
			case feelings.StateNoChannel:
				// Only what was handed back at the end of a shift goes out to others anew.
				if pressed && !slices.ContainsFunc(history, func(e feelings.Event) bool { return e.Kind == feelings.EventOffShift }) {
					t.Fatalf("%s although somebody pressed", s.State)
				}
			case feelings.StateClosed:
				if before != feelings.StateClosed && e.Kind != feelings.EventClosed && e.Kind != feelings.EventCheckYes {
					t.Fatalf("closed by %s", e.Kind)
				}
			}
			if _, due := s.Promised(); due != (s.State == feelings.StatePromised) {
				t.Fatal("a promise without a time, or a time without a promise")
			}
			again, err := feelings.Derive(history)
			if err != nil || again.State != s.State || again.Version != s.Version || again.WhoID != s.WhoID {
				t.Fatalf("the history gives %v, the steps gave %v", again, s)
			}
		}
	})
}
