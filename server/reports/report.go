package reports

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"heard/server/errs"
)

var (
	//go:embed report.css
	reportStyle string
	//go:embed report.html
	reportText string

	reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
		"chart": chartOf, "says": saysWords, "target": targetWords, "newest": newestWords, "reading": readingWords,
		"heads": headsOf, "cells": cellsOf, "newestFirst": newestFirst, "published": publishedWords,
		"notes": func() []string { return notes }, "hidden": func() string { return hiddenWords },
	}).Parse(strings.Replace(reportText, "/* style */", reportStyle, 1)))

	// reportPolicy lets the page be drawn and nothing else: no script, nothing fetched.
	reportPolicy = "default-src 'none'; style-src 'sha256-" + styleHash() + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)

func styleHash() string {
	sum := sha256.Sum256([]byte(reportStyle))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// reportFile writes a book as a page to print: it stands alone, and it says when it was
// published but not when it was asked for.
func reportFile(b book) ([]byte, error) {
	var out bytes.Buffer
	if err := reportTemplate.Execute(&out, b); err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The report could not be made.")
	}
	return out.Bytes(), nil
}

// publishedWords say up to which release a book goes: the one that came out last, which is
// not that of the newest period when one before it came out late.
func publishedWords(b book) string {
	var last line
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			if l.Release > last.Release {
				last = l
			}
		}
	}
	if last.Release == 0 {
		return "Nothing has been published yet."
	}
	return "As published up to release " + strconv.Itoa(last.Release) + ", " + last.Published.In(b.Zone).Format("2 January 2006") + "."
}

func newestFirst(lines []line) []line {
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	return lines
}

// headsOf names the columns between the period and the reading.
func headsOf(s section) []string {
	of := strings.ToUpper(s.Measure.Of[:1]) + s.Measure.Of[1:]
	switch {
	case s.Measure.isShare() && saysResponse(s.Measure.Key):
		return []string{of, "Percent", "95 % interval", "Of those asked, answered"}
	case s.Measure.isShare():
		return []string{of, "Percent", "95 % interval"}
	case slices.Contains(s.Measure.Columns, "p10_seconds"):
		return []string{of, "Half had at least", "Nine in ten at least"}
	case slices.Contains(s.Measure.Columns, "median_seconds"):
		return []string{of, "Half within", "Nine in ten within"}
	default:
		return []string{of, "Keyworkers", "Hours without a named person"}
	}
}

// cellsOf gives a line's figures, column by column; what is hidden has none.
func cellsOf(s section, l line) []string {
	value := func(v *float64, write func(float64) string) string {
		if v == nil {
			return ""
		}
		return write(*v)
	}
	share := func(v float64) string { return strconv.Itoa(percent(v)) + " %" }
	cells := []string{csvCount(l.N)}
	switch {
	case l.Hidden:
		return nil
	case s.Measure.isShare():
		interval := ""
		if l.Low != nil && l.High != nil {
			interval = share(*l.Low) + " to " + share(*l.High)
		}
		cells = append(cells, value(l.Rate, share), interval)
		if saysResponse(s.Measure.Key) {
			answered := ""
			if l.Response != nil {
				answered = strconv.Itoa(*l.Response) + " %"
			}
			cells = append(cells, answered)
		}
		return cells
	case slices.Contains(s.Measure.Columns, "p10_seconds"):
		return append(cells, value(l.Median, timeWords), value(l.P10, timeWords))
	case slices.Contains(s.Measure.Columns, "median_seconds"):
		return append(cells, value(l.Median, timeWords), value(l.P90, timeWords))
	default:
		return append(cells, value(l.Keyworkers, number), value(l.Hours, number))
	}
}
