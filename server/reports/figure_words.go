package reports

import (
	"math"
	"slices"
	"strconv"
)

func (w measureWords) isShare() bool { return slices.Contains(w.Columns, "percent") }

// figureWords say one line's figure in a few words.
func figureWords(l line) string {
	switch {
	case l.Hidden:
		return hiddenWords
	case l.Median != nil && l.P90 != nil:
		return "half within " + timeWords(*l.Median) + ", nine of ten within " + timeWords(*l.P90)
	case l.Median != nil && l.P10 != nil:
		return "half had at least " + timeWords(*l.Median) + ", nine of ten at least " + timeWords(*l.P10)
	case l.Keyworkers != nil && l.Hours != nil:
		return number(*l.Keyworkers) + " keyworkers, " + number(*l.Hours) + " hours without a named person"
	case l.Rate != nil && l.Low != nil && l.High != nil:
		return csvPercent(l.Rate) + "% (95 % interval " + csvPercent(l.Low) + "% to " + csvPercent(l.High) + "%)"
	case l.Rate != nil:
		return csvPercent(l.Rate) + "%"
	default:
		return "no figure"
	}
}

// timeWords say seconds as people tell time.
func timeWords(seconds float64) string {
	minutes := int(math.Round(seconds / 60))
	if minutes < 60 {
		return strconv.Itoa(minutes) + " min"
	}
	if minutes >= 48*60 {
		return strconv.Itoa(int(math.Round(seconds/86_400))) + " days"
	}
	return strconv.Itoa(minutes/60) + " h " + strconv.Itoa(minutes%60) + " min"
}

func number(value float64) string { return strconv.FormatFloat(math.Round(value*10)/10, 'f', -1, 64) }
