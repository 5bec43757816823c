package reports

import (
	"cmp"
	"encoding/json"
	"html"
	"math"
	"strconv"
	"strings"
	"time"

	"heard/server/errs"
)

// The code systems and extensions of base FHIR R4 (4.0.1) that a report uses.
const (
	fhirPopulation  = "http://terminology.hl7.org/CodeSystem/measure-population"
	fhirImprovement = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
	fhirAbsent      = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
	fhirUnits       = "http://unitsofmeasure.org"
	fhirURI         = "urn:ietf:rfc:3986"
)

type measureReport struct {
	ResourceType        string           `json:"resourceType"`
	ID                  string           `json:"id"`
	Text                fhirNarrative    `json:"text"`
	Identifier          []fhirIdentifier `json:"identifier"`
	Status              string           `json:"status"`
	Type                string           `json:"type"`
	Measure             string           `json:"measure"`
	Date                string           `json:"date"`
	Reporter            fhirReference    `json:"reporter"`
	Period              fhirPeriod       `json:"period"`
	ImprovementNotation fhirConcept      `json:"improvementNotation"`
	Group               []fhirGroup      `json:"group"`
}

type fhirNarrative struct {
	Status string `json:"status"`
	Div    string `json:"div"`
}

type fhirIdentifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type fhirReference struct {
	Type       string         `json:"type"`
	Identifier fhirIdentifier `json:"identifier"`
	Display    string         `json:"display"`
}

type fhirPeriod struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type fhirConcept struct {
	Coding []fhirCoding `json:"coding,omitempty"`
	Text   string       `json:"text,omitempty"`
}

type fhirCoding struct {
	System string `json:"system"`
	Code   string `json:"code"`
}

type fhirGroup struct {
	Code         fhirConcept        `json:"code"`
	Population   []fhirPopulationOf `json:"population"`
	MeasureScore *fhirQuantity      `json:"measureScore,omitempty"`
}

type fhirPopulationOf struct {
	Code   fhirConcept  `json:"code"`
	Count  *int         `json:"count,omitempty"`
	Absent *fhirElement `json:"_count,omitempty"` // what stands beside a count that is not given
}

type fhirElement struct {
	Extension []fhirExtension `json:"extension"`
}

type fhirQuantity struct {
	Extension []fhirExtension `json:"extension,omitempty"`
	Value     *float64        `json:"value,omitempty"`
	Unit      string          `json:"unit,omitempty"`
	System    string          `json:"system,omitempty"`
	Code      string          `json:"code,omitempty"`
}

type fhirExtension struct {
	URL        string     `json:"url"`
	ValueCode  string     `json:"valueCode,omitempty"`
	ValueRange *fhirRange `json:"valueRange,omitempty"`
}

type fhirRange struct {
	Low  fhirQuantity `json:"low"`
	High fhirQuantity `json:"high"`
}

// measureReportFile writes one measure in one period as a FHIR R4 MeasureReport of type
// summary, one group a unit. The book holds that measure alone; without a period it is
// the newest one. A book without such a period is not found.
func measureReportFile(b book, period string) ([]byte, error) {
	if period == "" {
		period = newestPeriod(b)
	}
	var report *measureReport
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			if l.Period != period {
				continue
			}
			if report == nil {
				report = newMeasureReport(b, s.Measure, l)
			}
			report.Group = append(report.Group, groupOf(b, s, l))
		}
	}
	if report == nil {
		return nil, errNoFigures
	}
	report.Text = narrative(b, period)
	out, err := json.Marshal(report)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The report could not be made.")
	}
	return out, nil
}

var errNoFigures = errs.New(errs.NotFound, "There are no such figures.")

// newestPeriod is the one that ended last. It need not have been released last: what failed
// comes out late.
func newestPeriod(b book) string {
	var newest line
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			if cmp.Or(l.Ends.Compare(newest.Ends), cmp.Compare(l.Release, newest.Release)) > 0 {
				newest = l
			}
		}
	}
	return newest.Period
}

func newMeasureReport(b book, m measureWords, l line) *measureReport {
	improvement := "increase"
	if m.Fewer {
		improvement = "decrease"
	}
	id := strings.ReplaceAll(m.Key, "_", "-") + "-" + strings.ToLower(l.Period)
	return &measureReport{
		ResourceType: "MeasureReport", ID: id, Status: "complete", Type: "summary",
		Identifier: []fhirIdentifier{{System: b.Address + "/releases", Value: strconv.Itoa(l.Release) + "/" + m.Key}},
		Measure:    b.Address + "/measures/" + m.Key, Date: l.Published.UTC().Format(time.RFC3339),
		Reporter: fhirReference{
			Type: "Organization", Identifier: fhirIdentifier{System: fhirURI, Value: "urn:uuid:" + b.OrganisationID}, Display: b.Organisation,
		},
		Period:              fhirPeriod{Start: l.Starts.Format(time.DateOnly), End: l.Ends.AddDate(0, 0, -1).Format(time.DateOnly)},
		ImprovementNotation: fhirConcept{Coding: []fhirCoding{{System: fhirImprovement, Code: improvement}}},
	}
}

// groupOf writes a unit. Base R4 has an integer for each population and one score: the
// counts are the noisy ones, and the score is to the nearest percent, as everywhere.
func groupOf(b book, s section, l line) fhirGroup {
	g := fhirGroup{Code: fhirConcept{Text: s.Unit}}
	if s.UnitID != "" {
		g.Code.Coding = []fhirCoding{{System: b.Address + "/units", Code: s.UnitID}}
	}
	switch {
	case l.Hidden:
		names := []string{"measure-population"}
		if s.Measure.isShare() {
			names = []string{"denominator", "numerator"}
		}
		for _, name := range names {
			g.Population = append(g.Population, fhirPopulationOf{Code: populationCode(name), Absent: &fhirElement{masked()}})
		}
		g.MeasureScore = &fhirQuantity{Extension: masked()}
	case l.Median != nil:
		g.Population = populations("measure-population", l.N)
		g.MeasureScore = &fhirQuantity{Value: l.Median, Unit: "seconds", System: fhirUnits, Code: "s"}
	case l.Keyworkers != nil:
		g.Population = populations("measure-population", l.N)
		g.MeasureScore = &fhirQuantity{Value: l.Keyworkers, Unit: "keyworkers", System: fhirUnits, Code: "{keyworkers}"} // an annotation: UCUM counts nothing of the kind
	case l.Rate != nil:
		g.Population = populations("denominator", l.N)
		if l.N != nil {
			g.Population = append(g.Population, populations("numerator", new(int(math.Round(*l.Rate*float64(*l.N)))))...)
		}
		score := percentage(*l.Rate)
		if l.Low != nil && l.High != nil {
			score.Extension = []fhirExtension{{
				URL: b.Address + "/fhir/StructureDefinition/interval-95",
				ValueRange: &fhirRange{
					Low: percentage(*l.Low), High: percentage(*l.High),
				},
			}}
		}
		g.MeasureScore = &score
	}
	return g
}

func masked() []fhirExtension { return []fhirExtension{{URL: fhirAbsent, ValueCode: "masked"}} }

func populationCode(name string) fhirConcept {
	return fhirConcept{Coding: []fhirCoding{{System: fhirPopulation, Code: name}}}
}

func populations(name string, n *int) []fhirPopulationOf {
	if n == nil {
		return nil
	}
	return []fhirPopulationOf{{Code: populationCode(name), Count: n}}
}

func percentage(share float64) fhirQuantity {
	return fhirQuantity{Value: new(float64(percent(share))), Unit: "%", System: fhirUnits, Code: "%"}
}

// narrative is the report for people, with what a reader must know of the figures.
func narrative(b book, period string) fhirNarrative {
	var div strings.Builder
	div.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml">`)
	first := true
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			if l.Period != period {
				continue
			}
			if first {
				div.WriteString("<p>" + html.EscapeString(s.Measure.Title+", "+l.Label+". "+s.Measure.Sentence) + "</p><ul>")
				first = false
			}
			div.WriteString("<li>" + html.EscapeString(s.Unit+": "+figureWords(l)) + "</li>")
		}
	}
	div.WriteString("</ul>")
	for _, note := range notes {
		div.WriteString("<p>" + html.EscapeString(note) + "</p>")
	}
	div.WriteString("</div>")
	return fhirNarrative{Status: "generated", Div: div.String()}
}
