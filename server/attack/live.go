package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"

	"heard/server/figures"
	"heard/server/reports"
)

// atOnce is how many organisations are busy at the same time.
const atOnce = 4

// campaign is one publisher under attack.
type campaign struct {
	options
	p     publisher
	all   []*organisation
	found *verdict
	mu    sync.Mutex
	seen  map[string]answer // each organisation's measures side by side in each period, as they were first served
}

// live lets the made-up organisations live for three quarters at a publisher, and attacks it all the while.
func live(ctx context.Context, o options, r *rand.Rand, open func(context.Context, options) (publisher, error)) (found *verdict, err error) {
	p, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	c := &campaign{options: o, p: p, found: newVerdict(o.organisations), seen: map[string]answer{}}
	for i := range o.organisations {
		made := &organisation{few: i%2 == 1}
		if err := p.settle(ctx, made); err != nil {
			return nil, err
		}
		c.all = append(c.all, made)
	}
	for i, q := range quarters {
		for j, o := range c.all {
			o.trials = append(o.trials, o.plan(r, j, i))
		}
		for m, month := range monthsOf(q) {
			if err := c.month(ctx, 3*i+m, month); err != nil {
				return nil, err
			}
		}
	}
	if err := c.again(ctx); err != nil {
		return nil, err
	}
	return c.found, c.each(ctx, c.reason)
}

// each does something for every organisation, some of them at once, and brings together what they find.
func (c *campaign) each(ctx context.Context, do func(ctx context.Context, i int, o *organisation, v *verdict) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan int)
	for range atOnce {
		all.Go(func() {
			for i := range next {
				v := newVerdict(0)
				if err := do(ctx, i, c.all[i], v); err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				c.found.join(v)
				mu.Unlock()
			}
		})
	}
	for i := range c.all {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	all.Wait()
	return context.Cause(ctx)
}

// month has everybody do what they do in a month, while the API is polled, and publishes what has closed a fortnight later.
func (c *campaign) month(ctx context.Context, nth int, month figures.Period) error {
	if err := c.p.begin(ctx, month); err != nil {
		return err
	}
	err := c.each(ctx, func(ctx context.Context, i int, o *organisation, v *verdict) error {
		acts := o.trials[nth/3].acts[nth%3]
		// Each organisation is polled in one month, when something has been published already.
		if 1+i%(3*len(quarters)-1) != nth {
			return c.unwatched(ctx, o, month, acts, v)
		}
		return c.watched(ctx, i, o, month, acts, v)
	})
	if err != nil {
		return err
	}
	return c.publishing(ctx, month)
}

func (c *campaign) unwatched(ctx context.Context, o *organisation, month figures.Period, acts []act, v *verdict) error {
	for _, eve := range []bool{true, false} {
		for _, a := range acts {
			if a.deed.eve() != eve {
				continue
			}
			if err := c.p.act(ctx, o, month, a); err != nil {
				return fmt.Errorf("%+v: %w", a, err)
			}
			v.acts++
		}
	}
	return nil
}

// publishing publishes what closes with a month; with the last of a quarter it is killed again and again, and at last
// comes to its end, and goes on once more. What was served once must be served for ever.
func (c *campaign) publishing(ctx context.Context, month figures.Period) error {
	q := quarterOf(month)
	if !q.End(london).Equal(month.End(london)) {
		return c.p.publish(ctx, month, false)
	}
	closed := []figures.Period{month, q}
	for i := range c.kills + 2 {
		if err := c.p.publish(ctx, month, i < c.kills); err != nil {
			return err
		}
		was := c.found.published
		if err := c.look(ctx, closed); err != nil {
			return err
		}
		now, all := c.found.published-was, len(closed)*len(c.all)
		if i < c.kills && now > 0 && now < all {
			c.found.midway++
		}
		if i >= c.kills { // everything is out: going on once more changes no file
			if err := c.files(ctx, q); err != nil {
				return err
			}
		}
		if i == c.kills && now < all {
			return fmt.Errorf("%s: %d of %d periods published", month, now, all)
		}
	}
	return nil
}

// again looks at everything once more that was ever published.
func (c *campaign) again(ctx context.Context) error {
	for _, q := range quarters {
		if err := c.look(ctx, append(monthsOf(q), q)); err != nil {
			return err
		}
	}
	return nil
}

// look reads every measure of periods side by side, and compares them with what was served before.
func (c *campaign) look(ctx context.Context, periods []figures.Period) error {
	return c.each(ctx, func(ctx context.Context, _ int, o *organisation, v *verdict) error {
		for _, p := range periods {
			for _, m := range reports.Measures {
				is, err := c.p.get(ctx, o, asking{commissioner, comparePath(m.Key, p)})
				if err != nil {
					return err
				}
				if is.status == 200 && m.Key == words[listened][0] {
					v.published++
				}
				if was, known := c.remember(o.id+m.Key+string(p), is); known && !is.same(was) && !grown(was, is) {
					v.redraws++
				}
			}
		}
		return nil
	})
}

// files reads the headline's files at the end of a quarter, and compares them with what they were then.
func (c *campaign) files(ctx context.Context, q figures.Period) error {
	return c.each(ctx, func(ctx context.Context, _ int, o *organisation, v *verdict) error {
		for _, path := range []string{"/export.csv?measure=felt_listened", "/measure-report.json?measure=felt_listened"} {
			is, err := c.p.get(ctx, o, asking{commissioner, path})
			if err != nil {
				return err
			}
			if was, known := c.remember(o.id+path+string(q), is); known && !is.same(was) {
				v.redraws++
			}
		}
		return nil
	})
}

// remember keeps what was served, and gives what was there before.
func (c *campaign) remember(what string, is answer) (was answer, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	was, known = c.seen[what]
	if is.status == 200 {
		c.seen[what] = is
	}
	return was, known
}

// grown says whether a quarter has got rows and kept those that it had: the months of one service may be published
// before what others have by the quarter.
func grown(was, is answer) bool {
	var before, after reports.Compare
	if json.Unmarshal(was.body, &before) != nil || json.Unmarshal(is.body, &after) != nil || len(after.Rows) <= len(before.Rows) {
		return false
	}
	return !slices.ContainsFunc(before.Rows, func(row reports.Row) bool {
		return !slices.ContainsFunc(after.Rows, func(now reports.Row) bool { return reflect.DeepEqual(row, now) })
	})
}
