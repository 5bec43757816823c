package reports

import "heard/server/figures"

// Set is one row of counts in a release, from which one or several measures follow.
type Set string

// The sets. Those of questions carry the question's code; their counts are top
// face, second and the lower three, each with noise of its own.
const (
	SetListened       Set = "listened"
	SetSerious        Set = "serious"
	SetSay            Set = "say"
	SetFamilyListened Set = "family_listened" // a young person's families and carers count once together
	SetResponse       Set = "response"        // a: whole percent of those asked, a count with noise too
	SetCardsInTime    Set = "cards_in_time"   // a of n cards
	SetUntilHere      Set = "until_here"      // a: median, b: 90th percentile, in seconds, of n cards
	SetHelped         Set = "helped"          // a: helped, c: not, of n young people, each with noise
	SetContinuity     Set = "continuity"      // a: keyworkers, b: hours without one, of n young people
	SetToldBefore     Set = "told_before"     // a of n moves
	SetNotice         Set = "notice"          // a: median, b: 10th percentile, in seconds, of n moves
	SetVisitMade      Set = "visit_made"      // a of n moves
	SetPackOpened     Set = "pack_opened"     // a of n moves
	SetChoicesMade    Set = "choices_made"    // a of n moves
	SetBuddyWeek      Set = "buddy_week"      // a of n moves for which a buddy was wanted
	SetReview1        Set = "review_1"        // a: said how it went, c: not, of n young people, each with noise
	SetReview7        Set = "review_7"
	SetReview28       Set = "review_28"
	SetSettled        Set = "settled" // a question, asked 28 days after a move
)

// questions are the sets that people's answers make. Every unit has a cell for each
// of them in each of its periods, so that none answered and nine look the same.
var questions = []Set{SetListened, SetSerious, SetSay, SetFamilyListened, SetSettled}

// judged are the sets of two counts that are young people's own to say or to leave.
var judged = []Set{SetHelped, SetReview1, SetReview7, SetReview28}

// Kind is how a measure is written.
type Kind string

// The kinds of measure.
const (
	Rate  Kind = "rate"  // a share, from 0 to 1
	Times Kind = "times" // a median, and what nine of ten kept: the 90th percentile, or the 10th of what is better long
	Count Kind = "count" // so many for each young person
)

// Measure is one figure that is followed over time.
type Measure struct {
	Key       string
	Set       Set
	Group     string
	Direction figures.Direction // where it gets better
	Kind      Kind
	Inside    int // of a set's counts with noise, how many make the numerator
	Outside   int // and how many the rest
}

// Measures is the table of everything that can be read. A later measure is a line
// here, and a set that the job fills.
var Measures = []Measure{
	{"felt_listened", SetListened, "listened", figures.Up, Rate, 2, 1},
	{"felt_fully", SetListened, "listened", figures.Up, Rate, 1, 2},
	{"taken_seriously", SetSerious, "listened", figures.Up, Rate, 2, 1},
	{"had_a_say", SetSay, "listened", figures.Up, Rate, 2, 1},
	{"family_listened", SetFamilyListened, "listened", figures.Up, Rate, 2, 1},
	{"response_rate", SetResponse, "listened", figures.Up, Rate, 0, 0},
	{"cards_in_time", SetCardsInTime, "answered", figures.Up, Rate, 0, 0},
	{"until_here", SetUntilHere, "answered", figures.Down, Times, 0, 0},
	{"it_helped", SetHelped, "answered", figures.Up, Rate, 1, 1},
	{"continuity", SetContinuity, "continuity", figures.Down, Count, 0, 0},
	{"told_before", SetToldBefore, "moves", figures.Up, Rate, 0, 0},
	{"notice", SetNotice, "moves", figures.Up, Times, 0, 0},
	{"visit_made", SetVisitMade, "moves", figures.Up, Rate, 0, 0},
	{"pack_opened", SetPackOpened, "moves", figures.Up, Rate, 0, 0},
	{"choices_made", SetChoicesMade, "moves", figures.Up, Rate, 0, 0},
	{"buddy_week", SetBuddyWeek, "moves", figures.Up, Rate, 0, 0},
	{"review_1", SetReview1, "moves", figures.Up, Rate, 1, 1},
	{"review_7", SetReview7, "moves", figures.Up, Rate, 1, 1},
	{"review_28", SetReview28, "moves", figures.Up, Rate, 1, 1},
	{"settled", SetSettled, "moves", figures.Up, Rate, 2, 1},
}

// MeasureOf finds a measure by its key.
func MeasureOf(key string) (Measure, bool) {
	for _, m := range Measures {
		if m.Key == key {
			return m, true
		}
	}
	return Measure{}, false
}

// Noisy says whether the measure's counts carry noise.
func (m Measure) Noisy() bool { return m.Inside > 0 }

// over is a measure's numerator in a cell that is shown.
func (m Measure) over(c Cell) int {
	if m.Inside == 2 {
		return c.A + c.B
	}
	return c.A
}
