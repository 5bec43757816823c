package web

import "strings"

// CSVText quotes a text as RFC 4180 wants it, and keeps spreadsheets from running one
// that looks like a formula.
func CSVText(text string) string {
	return `"` + strings.ReplaceAll(guarded(text), `"`, `""`) + `"`
}

// guarded puts an apostrophe before what a spreadsheet would take for a formula. Some
// also take the full-width signs for one.
func guarded(text string) string {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(text, " "), start) {
			return "'" + text
		}
	}
	return text
}
