package figures

import (
	"encoding/json"
	"os"
	"testing"
)

// TestTheRulesAlone holds each rule against the reference's tests of its own parts. What the reference marks is where
// a run of seven is complete; here the whole run is marked at once.
func TestTheRulesAlone(t *testing.T) {
	var file struct {
		Rules []struct {
			Rule   string
			Input  [][]float64
			Expect []int
		}
	}
	raw, err := os.ReadFile("testdata/spc_examples.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Rules) < 13 {
		t.Fatalf("%d examples, where are the others?", len(file.Rules))
	}
	for i, r := range file.Rules {
		var got, want []int
		switch r.Rule {
		case "seven_point_one_side_mean":
			got, want = shifts(onSides(r.Input[0])), whole(r.Expect)
			for j, s := range got {
				got[j] = s * s // the reference leaves out which side
			}
		case "seven_point_trend":
			got, want = trends(pointers(r.Input[0])), whole(r.Expect)
		case "part_of_seven_trend":
			got, want = whole(ints(r.Input[0])), r.Expect
			for j, s := range got {
				got[j] = s * s
			}
		case "two_in_three":
			points := onSides(r.Input[1])
			for j, near := range r.Input[0] {
				points[j].Near = near != 0
			}
			got, want = twoOfThree(points), make([]int, len(points))
			for j := range want { // and of these only the near ones are flagged
				if points[j].Near {
					want[j] = r.Expect[j]
				}
			}
		default:
			t.Fatalf("%d: the rule %q is not known", i, r.Rule)
		}
		for j := range want {
			if got[j] != want[j] {
				t.Errorf("%d, %s of %v: %v, not %v", i, r.Rule, r.Input, got, want)
				break
			}
		}
	}
}

// whole spreads the mark at the end of a run of seven over all of it; of two the later wins.
func whole(ends []int) []int {
	part := make([]int, len(ends))
	for i, e := range ends {
		if e != 0 {
			fill(part[max(i-run+1, 0):i+1], e)
		}
	}
	return part
}

func onSides(sides []float64) []Point {
	points := make([]Point, len(sides))
	for i, s := range sides {
		points[i].Side = int(s)
	}
	return points
}

func pointers(values []float64) []*float64 {
	all := make([]*float64, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return all
}

func ints(values []float64) []int {
	all := make([]int, len(values))
	for i, v := range values {
		all[i] = int(v)
	}
	return all
}
