package main

import (
	"fmt"
	"slices"
	"strings"
)

// verdict is what the attacks found.
type verdict struct {
	organisations, acts, midway int
	published                   int // periods that were there, whenever it was looked
	polls                       int
	read                        map[reader]int // polls that were answered with something
	changed                     map[reader]int // and not with what was there before
	first                       string         // of what changed
	redraws                     int
	guesses                     map[kind]*claims
	counts, zeros, pairs, years claims
	hiddenMonths                claims
	left                        map[string]*claims // by measure: totals minus parts
}

func newVerdict(organisations int) *verdict {
	return &verdict{organisations: organisations, read: map[reader]int{}, changed: map[reader]int{}, guesses: map[kind]*claims{}, left: map[string]*claims{}}
}

func (v *verdict) guessed(k kind) *claims {
	if v.guesses[k] == nil {
		v.guesses[k] = &claims{}
	}
	return v.guesses[k]
}

// rest is what was said of the hidden parts of a measure.
func (v *verdict) rest(measure string) *claims {
	if v.left[measure] == nil {
		v.left[measure] = &claims{}
	}
	return v.left[measure]
}

// join adds what was found of one organisation.
func (v *verdict) join(d *verdict) {
	v.acts, v.published, v.polls, v.redraws = v.acts+d.acts, v.published+d.published, v.polls+d.polls, v.redraws+d.redraws
	for by, n := range d.read {
		v.read[by] += n
	}
	for by, n := range d.changed {
		v.changed[by] += n
	}
	if v.first == "" {
		v.first = d.first
	}
	for k, c := range d.guesses {
		v.guessed(k).join(*c)
	}
	v.counts.join(d.counts)
	v.zeros.join(d.zeros)
	for m, c := range d.left {
		v.rest(m).join(*c)
	}
	v.pairs.join(d.pairs)
	v.years.join(d.years)
	v.hiddenMonths.join(d.hiddenMonths)
}

// shownLuck is how much likelier a right count is where a cell is shown at all: noise that adds is favoured.
const shownLuck = 1.12

// certain counts what was stated with certainty: right more often than the noise allows, or without any noise between.
func (v *verdict) certain() int {
	sum := v.years.right + v.hiddenMonths.right
	for _, c := range v.left {
		sum += c.right
	}
	for k, c := range v.guesses {
		if c.beyond(k.bound()) {
			sum += c.right
		}
	}
	if v.counts.beyond(exactly(5) * shownLuck) {
		sum += v.counts.right
	}
	if v.zeros.beyond(exactly(0) * shownLuck) {
		sum += v.zeros.right
	}
	if v.pairs.beyond(exactly(5) * shownLuck) {
		sum += v.pairs.right
	}
	return sum
}

func (v *verdict) changedBytes() int {
	sum := 0
	for _, n := range v.changed {
		sum += n
	}
	return sum
}

func (v *verdict) any() bool { return v.certain() > 0 || v.changedBytes() > 0 || v.redraws > 0 }

// idle says whether the attack has missed something that it is for: a reader who was never given anything, a kill in
// the middle, a secret of some kind.
func (v *verdict) idle() bool {
	for _, by := range []reader{commissioner, keyworker, bystander, program, narrow} {
		if v.read[by] == 0 {
			return true
		}
	}
	return v.midway == 0 || len(v.guesses) < len(kinds)
}

// String is the line that stands for a campaign.
func (v *verdict) String() string {
	return fmt.Sprintf("organisations=%d certain=%d changed_bytes=%d redraws=%d", v.organisations, v.certain(), v.changedBytes(), v.redraws)
}

// story says how often each guess was right, and how often it may be.
func (v *verdict) story() string {
	lines := []string{fmt.Sprintf("%d answers and other acts, %d polls, killed midway %d times", v.acts, v.polls, v.midway)}
	if v.first != "" {
		lines = append(lines, "first changed: "+v.first)
	}
	for _, k := range kinds {
		c := v.guessed(k)
		lines = append(lines, fmt.Sprintf("%s: %d of %d right (bound %.0f %%)", k, c.right, c.made, 100*k.bound()))
	}
	rest := len(lines)
	for by, n := range v.read {
		lines = append(lines, fmt.Sprintf("read by %s: %d times", by, n))
	}
	for name, c := range map[string]claims{
		"counts": v.counts, "zeros": v.zeros, "total and part": v.pairs,
		"year minus quarters": v.years, "quarter minus months": v.hiddenMonths,
	} {
		lines = append(lines, fmt.Sprintf("%s: %d of %d right", name, c.right, c.made))
	}
	for _, m := range slices.Concat(measures, values) {
		c := v.rest(m)
		lines = append(lines, fmt.Sprintf("total minus parts of %s: %d of %d right", m, c.right, c.made))
	}
	slices.Sort(lines[rest:])
	return strings.Join(lines, "\nattack:   ")
}
