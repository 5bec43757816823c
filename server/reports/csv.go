package reports

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"

	"heard/server/web"
)

// csvColumns are the columns of the CSV file; programs read them by these names.
func csvColumns() []string {
	names := []string{"measure_id", "measure", "unit_id", "unit", "period_id", "period", "release", "young_people"}
	for _, c := range columns {
		names = append(names, c.ID)
	}
	return append(names, "signal")
}

// csvFile writes a book as RFC 4180: UTF-8, CRLF, every text quoted and every number bare.
func csvFile(b book) []byte {
	var out bytes.Buffer
	var names []string
	for _, name := range csvColumns() {
		names = append(names, web.CSVText(name))
	}
	csvLine(&out, names)
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			csvLine(&out, csvCells(s, l))
		}
	}
	return out.Bytes()
}

func csvCells(s section, l line) []string {
	cells := []string{
		web.CSVText(s.Measure.Key), web.CSVText(s.Measure.Title), web.CSVText(s.UnitID), web.CSVText(s.Unit),
		web.CSVText(l.Period), web.CSVText(l.Label), strconv.Itoa(l.Release),
	}
	cells = append(cells, csvShown(l, csvCount(l.N)))
	for _, c := range columns {
		cell := ""
		switch {
		case !slices.Contains(s.Measure.Columns, c.ID):
		case c.Share:
			cell = csvShown(l, csvPercent(c.Of(l.figure)))
		default:
			cell = csvShown(l, csvNumber(c.Of(l.figure)))
		}
		cells = append(cells, cell)
	}
	return append(cells, web.CSVText(signalWords(l)))
}

func csvShown(l line, cell string) string {
	if l.Hidden {
		return web.CSVText(hiddenWords)
	}
	return cell
}

func csvLine(out *bytes.Buffer, cells []string) {
	out.WriteString(strings.Join(cells, ","))
	out.WriteString("\r\n")
}

func csvCount(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// csvPercent gives a share to the nearest whole percent: figures pretend to no more.
func csvPercent(share *float64) string {
	if share == nil {
		return ""
	}
	return strconv.Itoa(percent(*share))
}

func csvNumber(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}

func percent(share float64) int { return int(math.Round(share * 100)) }

// signalWords say in words what a chart says by shape.
func signalWords(l line) string {
	if l.Hidden || l.Sense == "" {
		return ""
	}
	return l.Sense + ": " + ruleWords[l.Rule]
}

var ruleWords = map[string]string{
	"outside":      "outside the limits",
	"trend":        "seven points in a row in one direction",
	"two_of_three": "two of three points near a limit",
	"shift":        "seven points in a row on one side of the mean",
}
