package web_test

import (
	"strings"
	"testing"

	"heard/server/web"
)

func TestNoCSVCellIsAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  -1", "＝1", "＋1", "－1", "＠1"} {
		cell := web.CSVText(text)
		if !strings.HasPrefix(cell, `"'`) {
			t.Errorf("%q is written as %s", text, cell)
		}
	}
	for _, text := range []string{"", "Rosehill", "2026-Q4", "a=b", "'quoted"} {
		if cell := web.CSVText(text); cell != `"`+text+`"` {
			t.Errorf("%q is written as %s", text, cell)
		}
	}
	if cell := web.CSVText(`a "b", c`); cell != `"a ""b"", c"` {
		t.Errorf("quotes are written as %s", cell)
	}
}
