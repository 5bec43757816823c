package reports

import (
	"fmt"
	"time"
)

// sampleBook has what files must cope with: hidden lines, a unit whose name looks like a
// formula, a measure in seconds, a signal and a target.
func sampleBook() book {
	at := time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)
	share := section{Measure: wordsFor("felt_listened"), UnitID: "0198c0de-0000-7000-8000-000000000001", Unit: `=HYPERLINK("http://evil.example")`}
	for i := range 14 {
		l := line{
			Period: fmt.Sprintf("2025-%02d", i%12+1), Label: fmt.Sprintf("Month %d", i+1), Release: i + 1, Published: at.AddDate(0, i-14, 0),
			Starts: time.Date(2025, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC), Ends: time.Date(2025, time.Month(i+2), 1, 0, 0, 0, 0, time.UTC),
			N: ptr(60 + i), figure: figure{Rate: ptr(0.6049 + float64(i)/100), Low: ptr(0.5), High: ptr(0.75)}, Lower: ptr(0.45), Upper: ptr(0.8),
		}
		if i == 3 {
			l = line{Period: l.Period, Label: l.Label, Release: l.Release, Published: l.Published, Starts: l.Starts, Ends: l.Ends, Hidden: true}
		}
		if i == 13 {
			l.Rule, l.Sense = "outside", "improvement"
		}
		share.Lines = append(share.Lines, l)
	}
	share.Mean, share.Target = ptr(0.66), ptr(0.8)
	slow := section{Measure: wordsFor("until_here"), UnitID: "0198c0de-0000-7000-8000-000000000002", Unit: "Müller & Søn <b>, \"Rosehill\""}
	slow.Lines = []line{
		{Period: "2026-Q3", Label: "July to September 2026", Release: 15, Published: at, Starts: at.AddDate(0, -3, 0), Ends: at, N: ptr(31), figure: figure{Median: ptr(754.0), P90: ptr(5400.0)}},
		{Period: "2026-Q4", Label: "October to December 2026", Release: 16, Published: at, Starts: at.AddDate(0, -3, 0), Ends: at, Hidden: true},
	}
	return book{OrganisationID: "0198c0de-0000-7000-8000-00000000000a", Organisation: "Made-up Partnership", Zone: time.FixedZone("", 20*3600), Address: "https://heard.example.org", Sections: []section{share, slow}}
}

func ptr[T any](v T) *T { return &v }
