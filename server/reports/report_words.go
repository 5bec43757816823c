package reports

import (
	"strconv"
	"strings"
)

// saysWords say what a chart means, as the pages do.
func saysWords(s section) string {
	switch s.Says.Kind {
	case "usual":
		return "No clear change. These ups and downs are what chance alone would bring."
	case "few":
		return figuresSoFar(s.Says.Points) + " so far. It takes " + strconv.Itoa(s.Says.Needed) + " to tell a change from chance."
	case "change":
		lead := map[string]string{"improvement": "Better than before. ", "concern": "Worse than before. ", "": "Something has changed. "}
		return lead[s.Says.Sense] + whyWords(s)
	default:
		return "Nothing can be shown here yet."
	}
}

func figuresSoFar(n int) string {
	if n == 1 {
		return "1 figure"
	}
	return strconv.Itoa(n) + " figures"
}

func whyWords(s section) string {
	periods := strconv.Itoa(s.Says.Count) + " months"
	if s.Quarter {
		periods = strconv.Itoa(s.Says.Count) + " quarters"
	}
	if s.Says.Count == 1 {
		periods = strings.TrimSuffix(periods, "s")
	}
	way := func(up, down string) string {
		if s.Says.Up {
			return up
		}
		return down
	}
	switch s.Says.Rule {
	case "shift":
		return periods + " in a row " + way("above", "below") + " the mean is unlikely to be chance."
	case "trend":
		return periods + ", each " + way("higher", "lower") + " than the one before, is unlikely to be chance."
	case "outside":
		return "The latest figure lies outside the limits, where chance alone rarely brings one."
	default:
		return "Two of three figures close to a limit is unlikely to be chance."
	}
}

// targetWords say whether a target will be met, as far as that can be known.
func targetWords(s section) string {
	if s.Target == nil {
		return ""
	}
	said := map[string]string{
		"pass":         "Consistently passes: as things are, it will be met each time.",
		"hit_and_miss": "Hits and misses: as things are, chance decides whether it is met.",
		"fail":         "Consistently fails: as things are, it will not be met. Something has to change.",
		"":             "Too early to say whether it can be met.",
	}
	return "Target " + strconv.Itoa(percent(*s.Target)) + " %. " + said[s.Says.Target]
}

// newestWords give the newest figure that is shown.
func newestWords(s section) string {
	for i := len(s.Lines) - 1; i >= 0; i-- {
		if l := s.Lines[i]; !l.Hidden {
			words := l.Label + ": " + figureWords(l) + "."
			if i < len(s.Lines)-1 {
				words += " Later periods are hidden."
			}
			return words
		}
	}
	return hiddenWords + "."
}

// readingWords say how a line is read, in a word.
func readingWords(l line) string {
	switch {
	case l.Hidden, l.Rule == "" && l.Upper == nil:
		return ""
	case l.Rule == "":
		return "Usual"
	case l.Sense == "improvement":
		return "Better"
	case l.Sense == "concern":
		return "Worse"
	default:
		return "Changed"
	}
}
