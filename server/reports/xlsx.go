package reports

import (
	"slices"

	"github.com/xuri/excelize/v2"

	"heard/server/errs"
)

const (
	figuresSheet = "Figures"
	notesSheet   = "Notes"
)

// heading is one column of the workbook; the width is in characters.
type heading struct {
	Name  string
	Width float64
}

func xlsxHeadings() []heading {
	list := []heading{{"Measure", 32}, {"Unit", 28}, {"Period", 26}, {"Release", 9}, {"Young people", 14}}
	for _, c := range columns {
		list = append(list, heading{c.Title, 12})
	}
	return append(list, heading{"Signal", 40}, heading{"Measure id", 18}, heading{"Unit id", 38}, heading{"Period id", 12})
}

// xlsxFile writes a book as an Excel workbook: numbers are numbers, shares are percentages,
// and texts are texts, so that none of them runs as a formula.
func xlsxFile(b book) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it holds no file, and what it wrote is in memory
	w := &workbook{file: f}
	w.do(f.SetSheetName("Sheet1", figuresSheet))
	w.figures(b)
	w.notes(b)
	if w.err != nil {
		return nil, errs.Wrap(w.err, errs.Internal, "The workbook could not be made.")
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The workbook could not be made.")
	}
	return out.Bytes(), nil
}

// workbook keeps the first error, so that the writing below reads as a list.
type workbook struct {
	file *excelize.File
	err  error
}

func (w *workbook) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *workbook) style(s *excelize.Style) int {
	id, err := w.file.NewStyle(s)
	w.do(err)
	return id
}

// set writes one cell; nil leaves it empty.
func (w *workbook) set(sheet string, column, row int, value any) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	w.do(err)
	switch v := value.(type) {
	case string:
		w.do(w.file.SetCellStr(sheet, name, v)) // never SetCellValue, which guesses
	case int:
		w.do(w.file.SetCellInt(sheet, name, int64(v)))
	case float64:
		w.do(w.file.SetCellFloat(sheet, name, v, -1, 64))
	}
	return name
}

func (w *workbook) figures(b book) {
	bold := w.style(&excelize.Style{Font: &excelize.Font{Bold: true}})
	headings := xlsxHeadings()
	for i, c := range headings {
		name := w.set(figuresSheet, i+1, 1, c.Name)
		w.do(w.file.SetCellStyle(figuresSheet, name, name, bold))
		letter, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(w.file.SetColWidth(figuresSheet, letter, letter, c.Width))
	}
	w.do(w.file.SetPanes(figuresSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	share := w.style(&excelize.Style{NumFmt: 9}) // 0%
	row := 1
	for _, s := range b.Sections {
		for _, l := range s.Lines {
			row++
			w.line(row, s, l, share)
		}
	}
	last, err := excelize.CoordinatesToCellName(len(headings), row)
	w.do(err)
	w.do(w.file.AutoFilter(figuresSheet, "A1:"+last, nil))
}

func (w *workbook) line(row int, s section, l line, share int) {
	at := 0
	put := func(value any) string { at++; return w.set(figuresSheet, at, row, value) }
	for _, value := range []any{s.Measure.Title, s.Unit, l.Label, l.Release, shown(l, l.N)} {
		put(value)
	}
	for _, c := range columns {
		if !slices.Contains(s.Measure.Columns, c.ID) {
			put(nil)
			continue
		}
		value := c.Of(l.figure)
		if value != nil && c.Share {
			value = new(float64(percent(*value)) / 100) // as the pages show it, to the nearest percent
		}
		if name := put(shown(l, value)); c.Share && !l.Hidden {
			w.do(w.file.SetCellStyle(figuresSheet, name, name, share))
		}
	}
	for _, value := range []any{signalWords(l), s.Measure.Key, s.UnitID, l.Period} {
		put(value)
	}
}

// shown gives a cell's value: the words when the line is hidden, nil when there is none.
func shown[T any](l line, v *T) any {
	switch {
	case l.Hidden:
		return hiddenWords
	case v == nil:
		return nil
	}
	return *v
}

func (w *workbook) notes(b book) {
	_, err := w.file.NewSheet(notesSheet)
	w.do(err)
	wrap := w.style(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	w.do(w.file.SetColWidth(notesSheet, "A", "A", 100))
	for i, text := range append([]string{b.Organisation}, notes...) {
		name := w.set(notesSheet, 1, i+1, text)
		w.do(w.file.SetCellStyle(notesSheet, name, name, wrap))
	}
}
