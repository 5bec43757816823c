package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"heard/server/errs"
)

// fhirSchema is the JSON schema that HL7 publishes with base R4, cut down to this resource.
func fhirSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/measurereport.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func decoded(t *testing.T, file []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMeasureReportIsBaseR4(t *testing.T) {
	schema := fhirSchema(t)
	b := sampleBook()
	for _, c := range []struct {
		section int
		period  string
	}{{0, ""}, {0, "2025-01"}, {0, "2025-04"}, {1, "2026-Q3"}, {1, ""}} {
		one := b
		one.Sections = b.Sections[c.section : c.section+1]
		file, err := measureReportFile(one, c.period)
		if err != nil {
			t.Fatal(err)
		}
		report := decoded(t, file)
		if err := schema.Validate(report); err != nil {
			t.Errorf("section %d, %q: %v", c.section, c.period, err)
		}
		// What the JSON schema leaves out: it can't ask for an element that might have only an extension.
		r := report.(map[string]any)
		for _, element := range []string{"status", "type", "measure", "period"} {
			if r[element] == nil || r[element] == "" {
				t.Errorf("%s is needed", element)
			}
		}
		if start, end := r["period"].(map[string]any)["start"], r["period"].(map[string]any)["end"]; start.(string) > end.(string) {
			t.Errorf("a period from %v to %v", start, end)
		}
		if err := wellFormed(r["text"].(map[string]any)["div"].(string)); err != nil {
			t.Errorf("the narrative is no XHTML: %v", err)
		}
	}
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestTheSchemaRefusesWhatIsNoReport(t *testing.T) {
	schema := fhirSchema(t)
	file, err := measureReportFile(sampleBook(), "2025-01")
	if err != nil {
		t.Fatal(err)
	}
	for name, breakIt := range map[string]func(r map[string]any){
		"an unknown status":  func(r map[string]any) { r["status"] = "finished" },
		"an unknown element": func(r map[string]any) { r["figures"] = 1 },
		"no period":          func(r map[string]any) { delete(r, "period") },
		"a group as object":  func(r map[string]any) { r["group"] = map[string]any{} },
		"a broken id":        func(r map[string]any) { r["id"] = "felt_listened 1" },
	} {
		r := decoded(t, file).(map[string]any)
		breakIt(r)
		if schema.Validate(r) == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestAMaskedGroupHasNoFigure(t *testing.T) {
	b := sampleBook()
	b.Sections = b.Sections[:1]
	file, err := measureReportFile(b, "2025-04")
	if err != nil {
		t.Fatal(err)
	}
	var r measureReport
	if err := json.Unmarshal(file, &r); err != nil {
		t.Fatal(err)
	}
	g := r.Group[0]
	if len(g.Population) != 2 || g.MeasureScore.Value != nil || g.MeasureScore.Extension[0].ValueCode != "masked" {
		t.Errorf("%s", file)
	}
	for _, p := range g.Population {
		if p.Count != nil || p.Absent.Extension[0] != (fhirExtension{URL: fhirAbsent, ValueCode: "masked"}) {
			t.Errorf("%s", file)
		}
	}
	shown, err := measureReportFile(b, "2025-01")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(shown, &r); err != nil {
		t.Fatal(err)
	}
	g = r.Group[0]
	if *g.Population[0].Count != 60 || *g.Population[1].Count != 36 || *g.MeasureScore.Value != 60 || r.Period != (fhirPeriod{"2025-01-01", "2025-01-31"}) {
		t.Errorf("%s", shown)
	}
	if _, err := measureReportFile(b, "2031-01"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a period without figures: %v", err)
	}
}
