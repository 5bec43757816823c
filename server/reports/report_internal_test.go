package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

// node is an element of a page, or with a text and no kind, a text.
type node struct {
	kind, text string
	attrs      map[string]string
	inside     []*node
}

// parse reads a page, which must close whatever it opens.
func parse(file []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(file))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &node{}
	open := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		} else if err != nil {
			return nil, err
		}
		at := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{kind: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			at.inside, open = append(at.inside, n), append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			at.inside = append(at.inside, &node{text: string(token)})
		}
	}
}

// elements gives all elements of a kind, in the order of the page; of every kind for "".
func elements(n *node, kind string) []*node {
	var list []*node
	for _, c := range n.inside {
		if c.kind != "" && (kind == "" || c.kind == kind) {
			list = append(list, c)
		}
		list = append(list, elements(c, kind)...)
	}
	return list
}

func textOf(n *node) string {
	text := n.text
	for _, c := range n.inside {
		text += textOf(c)
	}
	return text
}

// page makes the report of a book and reads it back.
func page(t *testing.T, b book) *node {
	t.Helper()
	file, err := reportFile(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := reportFile(b)
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same figures gave other bytes, %v", err)
	}
	n, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheReportShowsWhatIsPublished(t *testing.T) {
	b := sampleBook()
	b.Sections[0].Unit, b.Organisation = "<script>=1", `Made-up & "Co"`
	b.Sections[0].Says = Says{Kind: "change", Rule: "outside", Sense: "improvement", Up: true, Count: 1, Target: "hit_and_miss"}
	b.Sections[0].Notes = []noted{{"<b>Oak", "May 2026", "Rooms are\n<i>quieter</i>", "Ann"}}
	n := page(t, b)
	if len(elements(n, "script"))+len(elements(n, "i")) > 0 {
		t.Error("a name or a note became markup")
	}
	if got := textOf(elements(n, "title")[0]); got != `Heard: figures of Made-up & "Co"` {
		t.Errorf("titled %q", got)
	}
	text := textOf(n)
	for _, words := range []string{
		"Felt listened to: <script>=1", "As published up to release 16, 16 October 2026.", "Better than before. The latest figure lies outside the limits",
		"Month 14: 73% (95 % interval 50% to 75%).", "Target 80 %. Hits and misses", "What was done about it", "Rooms are\n<i>quieter</i>",
		"July to September 2026: half within 13 min, nine of ten within 1 h 30 min. Later periods are hidden.",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("nowhere says %q", words)
		}
	}
	tables := elements(n, "table")
	if len(tables) != 2 || len(elements(n, "svg")) != 2 || len(elements(tables[0], "tr")) != 1+14 || len(elements(tables[1], "tr")) != 1+2 {
		t.Fatalf("%d tables", len(tables))
	}
	if got := textOf(elements(tables[0], "tr")[1]); got != "Month 147373 %50 % to 75 %Better" {
		t.Errorf("the newest row says %q", got)
	}
	hidden := elements(tables[0], "tr")[11]
	if got := textOf(hidden); got != "Month 4"+hiddenWords || elements(hidden, "td")[0].attrs["colspan"] != "4" {
		t.Errorf("a hidden row says %q", got)
	}
	if widths := elements(tables[0], "tr"); len(elements(widths[0], "th")) != 6 || len(elements(widths[1], "td")) != 5 {
		t.Error("the heads do not stand over their columns")
	}
}

// A chart is read by shape: what is singled out is a diamond in a band, and at a hidden
// period the line breaks.
func TestTheReportsChartNeedsNoColour(t *testing.T) {
	svg := elements(page(t, sampleBook()), "svg")[0]
	var diamonds, hatched int
	for _, r := range elements(svg, "rect") {
		diamonds += strings.Count(r.attrs["class"], "diamond")
		hatched += strings.Count(r.attrs["fill"], "url(#p0)")
	}
	if lines, rings := len(elements(svg, "polyline")), len(elements(svg, "circle")); lines != 2 || rings != 12 || diamonds != 1 || hatched != 1 {
		t.Errorf("%d lines, %d rings, %d diamonds, %d gaps", lines, rings, diamonds, hatched)
	}
	for _, name := range []string{"Mean 66 %", "Upper 80 %", "Lower 45 %", "Target 80 %"} {
		if !strings.Contains(textOf(svg), name) {
			t.Errorf("no line is named %q", name)
		}
	}
	empty := section{Measure: wordsFor("felt_listened"), Lines: []line{{Period: "2026-01", Hidden: true}}}
	if c := chartOf(empty); len(c.Gaps) != 1 || len(c.Dots)+len(c.Lines)+len(c.Ends) != 0 || len(c.Ticks) != 11 {
		t.Errorf("of nothing shown: %+v", c)
	}
}

// The policy lets exactly this style work, and the page asks for nothing else.
func TestTheReportStandsAlone(t *testing.T) {
	n := page(t, sampleBook())
	sum := sha256.Sum256([]byte(textOf(elements(n, "style")[0])))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(reportPolicy, want) {
		t.Errorf("the policy %s does not let the style %s", reportPolicy, want)
	}
	fetches := regexp.MustCompile(`^(src|href|xlink:href|srcset|style|action|on.*)$`)
	for _, c := range elements(n, "") {
		for key, value := range c.attrs {
			if fetches.MatchString(key) {
				t.Errorf("<%s> has %s=%q", c.kind, key, value)
			}
		}
	}
}
