package reports

import "time"

// hiddenWords stand wherever a figure is not shown, the same for nobody and for nine.
const hiddenWords = "Hidden: fewer than 10 young people"

// book is what one file holds. It is made of published releases alone: until the next
// one, the same request gives the same bytes.
type book struct {
	OrganisationID string
	Organisation   string
	Zone           *time.Location
	Address        string // where Heard is, the base of the addresses in files for machines
	Sections       []section
}

// section is one measure of one unit over its periods.
type section struct {
	Measure measureWords
	UnitID  string // empty: all units together
	Unit    string
	Lines   []line
	Mean    *float64 // the chart's centre
	Target  *float64 // a share from 0 to 1
	Says    Says     // what the chart means
	Quarter bool     // a line is a quarter, else a month
	Notes   []noted
}

// noted is what a unit did about a period's figures.
type noted struct {
	Unit, Label, Did, By string
}

// line is one period of a section. What is hidden has no figures at all.
type line struct {
	Period    string
	Label     string
	Starts    time.Time
	Ends      time.Time // the first moment after the period
	Release   int
	Published time.Time
	Hidden    bool
	N         *int
	Response  *int // whole percent of those asked; of young people's questions only
	figure
	Lower *float64 // the chart's limits at this point
	Upper *float64
	Rule  string // which rule singles this point out; empty for none
	Sense string // "improvement" or "concern"; empty for neither
}

// figure is what a line shows; which of these, its measure says.
type figure struct {
	Rate       *float64 // a share from 0 to 1, as Low and High
	Low        *float64
	High       *float64
	Median     *float64 // seconds
	P90        *float64 // seconds
	P10        *float64 // seconds
	Keyworkers *float64
	Hours      *float64
}

// column is one figure's place in a table of any kind.
type column struct {
	ID    string // in CSV
	Title string
	Share bool
	Of    func(f figure) *float64
}

var columns = []column{
	{"percent", "Percent", true, func(f figure) *float64 { return f.Rate }},
	{"percent_low", "Low", true, func(f figure) *float64 { return f.Low }},
	{"percent_high", "High", true, func(f figure) *float64 { return f.High }},
	{"median_seconds", "Median, seconds", false, func(f figure) *float64 { return f.Median }},
	{"p90_seconds", "90th percentile, seconds", false, func(f figure) *float64 { return f.P90 }},
	{"keyworkers", "Keyworkers", false, func(f figure) *float64 { return f.Keyworkers }},
	{"hours_without", "Hours without a named person", false, func(f figure) *float64 { return f.Hours }},
	{"p10_seconds", "10th percentile, seconds", false, func(f figure) *float64 { return f.P10 }},
}

// notes say how to read the figures; every file for people carries them.
var notes = []string{
	"These figures come from published releases only. A release is made once, when its period has closed, and is never changed.",
	"Answers are counted with random noise of a few people added to each count before it is stored, so that nobody can be found behind a figure. Rates, totals and charts use the same noisy counts.",
	"Low and high are a 95 % interval that includes the noise: the true share lies inside it about 19 times out of 20.",
	"\"" + hiddenWords + "\" is shown for every group that small, whether nobody answered or nine did. Totals leave these groups out.",
	"Each young person counts once per question and period, with their last answer. \"Not sure\" and skipped questions are not counted.",
}
