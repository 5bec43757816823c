package reports

import "time"

// UnitView is a unit as its last release named it.
type UnitView struct {
	ID       string   `json:"id"`
	Name     string   `json:"name" doc:"The service's name; of a pool a fixed English one, which a screen words itself."`
	Pool     bool     `json:"pool" doc:"Services too small for figures of their own, counted together."`
	Services []string `json:"services" doc:"Their names."`
	Cadence  string   `json:"cadence" doc:"month or quarter"`
}

// MeasureView is a measure that has figures.
type MeasureView struct {
	Key       string `json:"key"`
	Group     string `json:"group" doc:"listened, answered, continuity or moves"`
	Direction string `json:"direction" doc:"up: more is better; down"`
	Kind      string `json:"kind" doc:"rate, times or count"`
	Target    *int   `json:"target,omitempty" doc:"Whole percent."`
}

// ReleaseView is one publication.
type ReleaseView struct {
	Number      int       `json:"number"`
	Period      string    `json:"period"`
	Label       string    `json:"label" doc:"English; screens word the period themselves."`
	PublishedAt time.Time `json:"publishedAt"`
}

// NextView is the period whose figures come next.
type NextView struct {
	Period   string    `json:"period"`
	ClosesAt time.Time `json:"closesAt"`
}

// Overview is what there is to read.
type Overview struct {
	Units    []UnitView    `json:"units"`
	Measures []MeasureView `json:"measures"`
	Releases []ReleaseView `json:"releases" doc:"Newest first."`
	Next     *NextView     `json:"next,omitempty"`
	MayWrite bool          `json:"mayWrite" doc:"May set targets or write what was done about it."`
}

// Value is a figure that is not a share.
type Value struct {
	Median     *float64 `json:"median,omitempty" doc:"Seconds."`
	P90        *float64 `json:"p90,omitempty" doc:"Seconds; of what is better short."`
	P10        *float64 `json:"p10,omitempty" doc:"Seconds; of what is better long."`
	Keyworkers *float64 `json:"keyworkers,omitempty" doc:"For each young person, in the twelve months before."`
	Hours      *float64 `json:"hours,omitempty" doc:"Without a keyworker, for each young person, in the twelve months before."`
}

// Figure is what is known of one period or one unit: of fewer than ten, nothing.
type Figure struct {
	Hidden bool     `json:"hidden"`
	N      *int     `json:"n,omitempty"`
	Rate   *float64 `json:"rate,omitempty"`
	Low    *float64 `json:"low,omitempty" doc:"Of the 95 % interval, the noise included."`
	High   *float64 `json:"high,omitempty"`
	Value  *Value   `json:"value,omitempty"`
}

// Point is one period of a series.
type Point struct {
	Period  string `json:"period"`
	Label   string `json:"label" doc:"English; screens word the period themselves."`
	Release int    `json:"release" doc:"The number of the release that completed it."`
	Figure
}

// ChartPoint is what the chart says at a point; empty where it is hidden or there
// are too few points for limits.
type ChartPoint struct {
	Lower *float64 `json:"lower,omitempty"`
	Upper *float64 `json:"upper,omitempty"`
	Rule  string   `json:"rule,omitempty" doc:"outside, trend, two_of_three or shift"`
	Sense string   `json:"sense,omitempty" doc:"improvement or concern"`
}

// Chart is the chart over the points.
type Chart struct {
	Kind      string       `json:"kind" doc:"xmr, p or none"`
	Mean      *float64     `json:"mean,omitempty"`
	Points    []ChartPoint `json:"points"`
	Target    *int         `json:"target,omitempty"`
	Assurance string       `json:"assurance,omitempty" doc:"pass, hit_and_miss or fail"`
}

// Headline is the newest period that is shown.
type Headline struct {
	Period string `json:"period"`
	Figure
	Before *float64 `json:"before,omitempty" doc:"The rate of the shown period before."`
}

// Says is what the chart means, for a sentence in any language.
type Says struct {
	Kind   string `json:"kind" doc:"none, few, by_unit, usual or change"`
	Points int    `json:"points,omitempty" doc:"few: shown so far"`
	Needed int    `json:"needed,omitempty" doc:"few: from which on there are limits"`
	Rule   string `json:"rule,omitempty"`
	Sense  string `json:"sense,omitempty"`
	Up     bool   `json:"up,omitempty" doc:"change: above the mean, or rising"`
	Count  int    `json:"count,omitempty" doc:"change: points of the run"`
	Target string `json:"target,omitempty" doc:"pass, hit_and_miss or fail"`
}

// ResponsePoint is how many of those asked answered.
type ResponsePoint struct {
	Period  string `json:"period"`
	Hidden  bool   `json:"hidden"`
	Percent *int   `json:"percent,omitempty"`
}

// Note is what a service did about it.
type Note struct {
	Period string    `json:"period"`
	Unit   string    `json:"unit"`
	Did    string    `json:"did"`
	By     string    `json:"by" doc:"Who wrote it, by the name on screens."`
	At     time.Time `json:"at"`
}

// Series is a measure over time.
type Series struct {
	Measure  string          `json:"measure"`
	Unit     string          `json:"unit,omitempty" doc:"Absent: all that may be seen, together."`
	Cadence  string          `json:"cadence"`
	Points   []Point         `json:"points" doc:"Oldest first."`
	Chart    Chart           `json:"chart"`
	Headline *Headline       `json:"headline,omitempty"`
	Says     Says            `json:"says"`
	Response []ResponsePoint `json:"response"`
	Notes    []Note          `json:"notes"`
}

// Row is one unit in a comparison.
type Row struct {
	Unit string `json:"unit"`
	Figure
}

// FunnelLine is what chance does to a unit of this size.
type FunnelLine struct {
	N       int     `json:"n"`
	Low95   float64 `json:"low95"`
	High95  float64 `json:"high95"`
	Low998  float64 `json:"low998"`
	High998 float64 `json:"high998"`
}

// Funnel is the lines of a funnel plot.
type Funnel struct {
	Centre float64      `json:"centre"`
	Lines  []FunnelLine `json:"lines"`
}

// Compare is a measure side by side.
type Compare struct {
	Measure string  `json:"measure"`
	Period  string  `json:"period"`
	Rows    []Row   `json:"rows"`
	Total   Figure  `json:"total" doc:"Of the rows that are shown; places too small to show are left out."`
	Funnel  *Funnel `json:"funnel,omitempty"`
}

// Said is one period for a young person: how many of ten felt listened to, and what
// was done about it.
type Said struct {
	Period string `json:"period"`
	Label  string `json:"label"`
	Unit   string `json:"unit" doc:"Its name."`
	Pool   bool   `json:"pool"`
	Tenths *int   `json:"tenths,omitempty"`
	Hidden bool   `json:"hidden"`
	Did    string `json:"did,omitempty"`
}

func cadenceWord(quarterly bool) string {
	if quarterly {
		return "quarter"
	}
	return "month"
}

func releaseView(r Release) ReleaseView {
	return ReleaseView{Number: r.Number, Period: string(r.Period), Label: r.Period.Label(), PublishedAt: r.PublishedAt}
}
