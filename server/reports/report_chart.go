package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Where everything of a chart stands, in px: as wide as an A4 page's column.
const (
	chartWidth  = 680
	chartHeight = 250
	chartLeft   = 46
	chartRight  = 556
	chartTop    = 20
	chartBottom = 206
	labelGap    = 14
	labelRoom   = 34 // that a period's label takes
)

// px is a length or a place in a drawing, to a tenth.
type px float64

func (p px) String() string { return strconv.FormatFloat(math.Round(float64(p)*10)/10, 'f', -1, 64) }

// chart is a section's drawing, ready for the template. It needs no colour to be read:
// what is usual is a ring, what is not a diamond in a band with a letter.
type chart struct {
	Ticks   []mark
	Periods []mark
	Gaps    []band
	Bands   []band
	Upper   string
	Lower   string
	Mean    *px
	Target  *px
	Ends    []mark
	Lines   []string
	Dots    []dot
}

// mark is a word at a place.
type mark struct {
	X, Y  px
	Label string
	Year  string // of a period, where it is the first of its year that is named
}

// band is a stretch of periods: those of a run, or hidden ones.
type band struct {
	X, Width, Middle px
	Sense            string
	Letter           string
	Words            string // what the letter stands for
}

type dot struct {
	X, Y    px
	Special bool
	Sense   string
}

// plotted is the number of a line that the chart follows.
func (l line) plotted() *float64 {
	switch {
	case l.Hidden:
		return nil
	case l.Rate != nil:
		return l.Rate
	case l.Median != nil:
		return l.Median
	}
	return l.Keyworkers
}

// drawing places a section's figures.
type drawing struct {
	s    section
	axis axis
	room float64 // of one period
}

func chartOf(s section) chart {
	d := drawing{s: s, axis: axisOf(s), room: float64(chartRight-chartLeft) / float64(len(s.Lines))}
	c := chart{
		Periods: d.periods(), Gaps: d.gaps(), Bands: d.bands(), Lines: d.pieces(), Ends: d.ends(),
		Upper: d.steps(func(l line) *float64 { return l.Upper }), Lower: d.steps(func(l line) *float64 { return l.Lower }),
	}
	for _, tick := range d.axis.ticks {
		c.Ticks = append(c.Ticks, mark{X: chartLeft - 6, Y: d.y(tick), Label: d.value(tick)})
	}
	if s.Mean != nil && c.Upper != "" {
		c.Mean = new(d.y(*s.Mean))
	}
	if s.Target != nil {
		c.Target = new(d.y(*s.Target))
	}
	for i, l := range s.Lines {
		if v := l.plotted(); v != nil {
			c.Dots = append(c.Dots, dot{d.x(i), d.y(*v), l.Rule != "", l.Sense})
		}
	}
	return c
}

func (d drawing) x(i int) px { return px(chartLeft + d.room*(float64(i)+0.5)) }

func (d drawing) y(v float64) px {
	return px(chartBottom - (v-d.axis.low)/(d.axis.high-d.axis.low)*(chartBottom-chartTop))
}

// value writes a number as the axis does.
func (d drawing) value(v float64) string {
	switch {
	case d.s.Measure.isShare():
		return strconv.Itoa(percent(v)) + " %"
	case slices.Contains(d.s.Measure.Columns, "median_seconds"):
		return timeWords(v)
	default:
		return number(v)
	}
}

func (d drawing) over(from, to int) band {
	x, width := chartLeft+d.room*float64(from), d.room*float64(to-from+1)
	return band{X: px(x), Width: px(width), Middle: px(x + width/2)}
}

// gaps are the stretches of hidden periods: there the line breaks.
func (d drawing) gaps() []band {
	var list []band
	for from := 0; from < len(d.s.Lines); from++ {
		to := from
		for to < len(d.s.Lines) && d.s.Lines[to].Hidden {
			to++
		}
		if to > from {
			list = append(list, d.over(from, to-1))
			from = to
		}
	}
	return list
}

// bands are the stretches of periods singled out by one rule; what is hidden does not end one.
func (d drawing) bands() []band {
	var list []band
	lines := d.s.Lines
	for from := 0; from < len(lines); from++ {
		first := lines[from]
		if first.Hidden || first.Rule == "" {
			continue
		}
		last := from
		for i := from; i < len(lines) && (lines[i].Hidden || lines[i].Rule == first.Rule && lines[i].Sense == first.Sense); i++ {
			if !lines[i].Hidden {
				last = i
			}
		}
		b := d.over(from, last)
		b.Sense, b.Letter = first.Sense, letter(len(list))
		b.Words = readingWords(first) + ", " + between(first, lines[last]) + ": " + ruleWords[first.Rule] + "."
		list, from = append(list, b), last
	}
	return list
}

func letter(i int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return letters[i%len(letters) : i%len(letters)+1]
}

func between(from, to line) string {
	if from.Period == to.Period {
		return from.Label
	}
	return from.Label + " to " + to.Label
}

// pieces are the line, broken wherever a period is hidden.
func (d drawing) pieces() []string {
	var list []string
	var piece []string
	for i, l := range d.s.Lines {
		if v := l.plotted(); v != nil {
			piece = append(piece, d.x(i).String()+","+d.y(*v).String())
		}
		if l.plotted() == nil || i == len(d.s.Lines)-1 {
			if len(piece) > 1 {
				list = append(list, strings.Join(piece, " "))
			}
			piece = nil
		}
	}
	return list
}

// steps draw limits, which may differ from period to period: level across each, a step between two.
func (d drawing) steps(of func(l line) *float64) string {
	var path strings.Builder
	for i, l := range d.s.Lines {
		v := of(l)
		if v == nil {
			continue
		}
		if path.Len() == 0 {
			path.WriteString("M" + px(chartLeft+d.room*float64(i)).String() + " " + d.y(*v).String())
		} else {
			path.WriteString("V" + d.y(*v).String())
		}
		path.WriteString("H" + px(chartLeft+d.room*float64(i+1)).String())
	}
	return path.String()
}

// ends name each level line where it ends, moved apart where they would cover one another.
func (d drawing) ends() []mark {
	var list []mark
	add := func(name string, v *float64) {
		if v != nil {
			list = append(list, mark{X: chartRight + 6, Y: d.y(*v), Label: name + " " + d.value(*v)})
		}
	}
	for _, l := range slices.Backward(d.s.Lines) {
		if l.Upper != nil && l.Lower != nil {
			add("Upper", l.Upper)
			add("Mean", d.s.Mean)
			add("Lower", l.Lower)
			break
		}
	}
	add("Target", d.s.Target)
	slices.SortStableFunc(list, func(a, b mark) int { return cmp.Compare(a.Y, b.Y) })
	for i := range list {
		if i > 0 {
			list[i].Y = max(list[i].Y, list[i-1].Y+labelGap)
		}
	}
	for i, floor := len(list)-1, px(chartBottom); i >= 0; i, floor = i-1, min(floor, list[i].Y)-labelGap {
		list[i].Y = min(list[i].Y, floor)
	}
	return list
}

// periods name as many periods as there is room for, the latest always.
func (d drawing) periods() []mark {
	step := int(math.Ceil(labelRoom / d.room))
	var list []mark
	said := ""
	for i, l := range d.s.Lines {
		if (len(d.s.Lines)-1-i)%step != 0 {
			continue
		}
		m := mark{X: d.x(i), Label: l.Starts.Format("Jan")}
		if _, quarter, found := strings.Cut(l.Period, "-Q"); found {
			m.Label = "Q" + quarter
		}
		if year := l.Starts.Format("2006"); year != said {
			m.Year, said = year, year
		}
		list = append(list, m)
	}
	return list
}
