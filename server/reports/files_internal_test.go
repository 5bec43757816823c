package reports

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

func TestCSVIsReadBackAsItWasMeant(t *testing.T) {
	b := sampleBook()
	file := csvFile(b)
	if !utf8.Valid(file) || bytes.Count(file, []byte("\r\n")) != bytes.Count(file, []byte("\n")) {
		t.Error("not UTF-8 with CRLF")
	}
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil || len(records) != 1+14+2 || len(records[0]) != len(csvColumns()) {
		t.Fatalf("%d records, %v", len(records), err)
	}
	first, hidden, slow := records[1], records[4], records[15]
	if got := strings.Join(first[6:15], "|"); got != "1|60|60|50|75||||" {
		t.Errorf("the first line's figures are %s", got)
	}
	for _, cell := range hidden[7:11] {
		if cell != hiddenWords {
			t.Errorf("a hidden cell says %q", cell)
		}
	}
	if first[3] != `'=HYPERLINK("http://evil.example")` || first[2] != b.Sections[0].UnitID {
		t.Errorf("unit %q, id %q", first[3], first[2])
	}
	if slow[11] != "754" || slow[12] != "5400" || slow[8] != "" || slow[3] != b.Sections[1].Unit {
		t.Errorf("the second measure's line is %q", slow)
	}
	if records[14][16] != "improvement: outside the limits" {
		t.Errorf("the signal says %q", records[14][16])
	}
	if !bytes.Contains(file, []byte(`"`+b.Sections[0].UnitID+`"`)) {
		t.Error("ids are not quoted")
	}
}

func TestWorkbookOpensWithTypedCells(t *testing.T) {
	b := sampleBook()
	file, err := xlsxFile(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := xlsxFile(b)
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same figures gave other bytes, %v", err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "Figures Notes" {
		t.Fatalf("sheets: %s", got)
	}
	value := func(cell string, raw bool) string {
		text, err := f.GetCellValue(figuresSheet, cell, excelize.Options{RawCellValue: raw})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for cell, want := range map[string]string{"A1": "Measure", "F1": "Percent", "D2": "1", "E2": "60", "F2": "60%", "G2": "50%", "H2": "75%", "I16": "754", "J16": "5400", "E5": hiddenWords, "F5": hiddenWords, "F17": "", "I17": hiddenWords} {
		if got := value(cell, false); got != want {
			t.Errorf("%s shows %q, want %q", cell, got, want)
		}
	}
	if value("F2", true) != "0.6" || value("B2", true) != b.Sections[0].Unit {
		t.Errorf("raw: %q, %q", value("F2", true), value("B2", true))
	}
	for cell, want := range map[string]excelize.CellType{"E2": excelize.CellTypeUnset, "F2": excelize.CellTypeUnset, "B2": excelize.CellTypeSharedString, "F5": excelize.CellTypeSharedString} {
		if got, err := f.GetCellType(figuresSheet, cell); err != nil || got != want {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
	}
	for row := 1; row <= 17; row++ {
		for column := 1; column <= len(xlsxHeadings()); column++ {
			cell, _ := excelize.CoordinatesToCellName(column, row)
			if formula, _ := f.GetCellFormula(figuresSheet, cell); formula != "" {
				t.Errorf("%s is a formula", cell)
			}
		}
	}
	if note, err := f.GetCellValue(notesSheet, "A3"); err != nil || !strings.Contains(note, "noise") {
		t.Errorf("notes: %q, %v", note, err)
	}
}
