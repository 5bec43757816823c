package main

import (
	"context"
	"fmt"
	"slices"

	"heard/server/figures"
)

// everything says whether an organisation is asked for everything there is, and closely whether after every single
// answer: one in fifteen is for everything, and of these one in three after every answer, each in another month. As many
// again are asked after every answer for less.
func everything(i int) bool { return i%15 == 5 }

func closely(i int) bool { return i%45 == 5 || i%45 == 25 }

// watched is unwatched with polls: before anything happens, before the answers, after the first ones and the last.
// Figures must not change by a byte for anything that happens; what adults read at work may tell of cards and of
// moves, and must not change by a byte for an answer.
func (c *campaign) watched(ctx context.Context, i int, o *organisation, month figures.Period, acts []act, v *verdict) error {
	list := paths(o, everything(i), i)
	before, err := c.poll(ctx, o, list, nil, v)
	if err != nil {
		return err
	}
	eves := slices.DeleteFunc(slices.Clone(acts), func(a act) bool { return !a.deed.eve() })
	if err := c.unwatched(ctx, o, month, eves, v); err != nil {
		return err
	}
	if len(eves) > 0 {
		if before, err = c.poll(ctx, o, list, before.but(keyworker), v); err != nil {
			return err
		}
	}
	acts = slices.DeleteFunc(slices.Clone(acts), func(a act) bool { return a.deed.eve() })
	for n, a := range acts {
		if err := c.p.act(ctx, o, month, a); err != nil {
			return fmt.Errorf("%+v: %w", a, err)
		}
		v.acts++
		if a.deed == moves {
			before = before.but(keyworker)
		}
		if !closely(i) && n > 0 && n < len(acts)-1 {
			continue
		}
		if before, err = c.poll(ctx, o, list, before, v); err != nil {
			return err
		}
	}
	return nil
}

// polled is what was served.
type polled map[asking]answer

// but leaves out what somebody reads.
func (p polled) but(by reader) polled {
	left := polled{}
	for about, is := range p {
		if about.by != by {
			left[about] = is
		}
	}
	return left
}

// poll reads everything and counts what is not as it was.
func (c *campaign) poll(ctx context.Context, o *organisation, list []asking, before polled, v *verdict) (polled, error) {
	c.p.passes()
	all := polled{}
	for _, about := range list {
		is, err := c.p.get(ctx, o, about)
		if err != nil {
			return nil, err
		}
		all[about] = is
		v.polls++
		if is.status == 200 {
			v.read[about.by]++
		}
		if was, known := before[about]; known && !is.same(was) {
			v.changed[about.by]++
			if v.first == "" {
				v.first = fmt.Sprintf("%s %s", about.by, about.path)
			}
		}
	}
	return all, nil
}
