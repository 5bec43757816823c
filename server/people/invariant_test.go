package people_test

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// TestAGapOfTheNextDayIsAnOpenNotice is invariant 10, over any way a rota can be
// written while time goes by.
func TestAGapOfTheNextDayIsAnOpenNotice(t *testing.T) {
	setFlag(t, "rapid.nofailfile", "true")
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		var kept []string
		rapid.Check(t, func(rt *rapid.T) {
			for _, id := range kept { // one world for all: a database each would take minutes
				must(t, r.s.EndShift(t.Context(), r.lead, id, true))
			}
			kept = nil
			shifts := map[string]people.Shift{}
			staff := []viewer.Viewer{r.jo, r.eve, r.worker}
			acts := map[string]func(*rapid.T){
				"add": func(rt *rapid.T) {
					s := drawShift(rt, people.DayOf(r.now(), time.UTC)+people.Day(rapid.IntRange(-2, 3).Draw(rt, "first")))
					s.TeamID, s.AccountID = r.home.team, rapid.SampledFrom(staff).Draw(rt, "who").AccountID
					id, err := r.s.AddShift(t.Context(), r.lead, s, true)
					if errs.ReasonOf(err) == "overlap" {
						return
					}
					must(t, err)
					s.ID, s.Exceptions = id, map[people.Day]people.Exception{}
					shifts[id] = s
					kept = append(kept, id)
				},
				"off": func(rt *rapid.T) {
					if len(shifts) == 0 {
						return
					}
					id := rapid.SampledFrom(slices.Sorted(maps.Keys(shifts))).Draw(rt, "shift")
					on := people.DayOf(r.now(), time.UTC) + people.Day(rapid.IntRange(0, 2).Draw(rt, "day"))
					if err := r.s.Except(t.Context(), r.lead, id, on, &people.Exception{Off: true}, true); err == nil {
						shifts[id].Exceptions[on] = people.Exception{Off: true}
					}
				},
				"end": func(rt *rapid.T) {
					if len(shifts) == 0 {
						return
					}
					id := rapid.SampledFrom(slices.Sorted(maps.Keys(shifts))).Draw(rt, "shift")
					must(t, r.s.EndShift(t.Context(), r.lead, id, true))
					delete(shifts, id)
					kept = slices.DeleteFunc(kept, func(k string) bool { return k == id })
				},
				"time": func(rt *rapid.T) {
					r.k.Clock.Forward(time.Duration(rapid.IntRange(1, 20*60).Draw(rt, "minutes")) * time.Minute)
					r.s = r.instance() // another server, which knows nothing but the rows
					r.run()
				},
			}
			for range rapid.IntRange(1, 8).Draw(rt, "acts") {
				name := rapid.SampledFrom([]string{"add", "add", "off", "end", "time"}).Draw(rt, "act")
				acts[name](rt)
				r.invariant10(rt, shifts)
			}
		})
	})
}

// setFlag sets a flag for the time of a test.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	must(t, flag.Set(name, value))
	t.Cleanup(func() { must(t, flag.Set(name, before)) })
}

// invariant10 holds the open notices and the rows of concrete times against the
// shifts, each reckoned from nothing.
func (r *rotaWorld) invariant10(t *rapid.T, byID map[string]people.Shift) {
	london := location(t, "Europe/London")
	now := r.now().Truncate(time.Millisecond)
	shifts := slices.Collect(maps.Values(byID))
	var first time.Time
	for i := range shifts {
		start := people.MomentOf(shifts[i].First, 0, london)
		for _, o := range shifts[i].Between(start, start.Add(60*24*time.Hour), london) {
			if first.IsZero() || o.StartsAt.Before(first) {
				first = o.StartsAt
			}
		}
	}
	want := []string{}
	if !first.IsZero() && first.Before(now.Add(14*24*time.Hour)) {
		from := now.Add(-48 * time.Hour)
		if first.After(from) {
			from = first
		}
		for _, g := range people.Gaps(shifts, from, now.Add(14*24*time.Hour), london) {
			if g.To.After(now) && !g.From.After(now.Add(24*time.Hour)) {
				want = append(want, g.To.Format(time.RFC3339))
			}
		}
	}
	got := []string{}
	for _, n := range r.notices(r.lead) {
		switch {
		case n.Kind != people.RotaGap:
		case n.EndsAt == nil:
			got = append(got, now.Add(14*24*time.Hour).Format(time.RFC3339))
		default:
			got = append(got, n.EndsAt.Format(time.RFC3339))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("at %v open notices %v, gaps %v", now, got, want)
	}
	r.rowsAreRight(t, shifts, now, london)
}

func (r *rotaWorld) rowsAreRight(t *rapid.T, shifts []people.Shift, now time.Time, london *time.Location) {
	want := []string{}
	for i := range shifts {
		for _, o := range shifts[i].Between(now, now.Add(13*24*time.Hour), london) {
			want = append(want, strings.Join([]string{shifts[i].ID, o.On.String(), o.AccountID, o.StartsAt.Format(time.RFC3339), o.EndsAt.Format(time.RFC3339)}, " "))
		}
	}
	got := []string{}
	r.tx(func(tx *db.Tx) error {
		rows, err := tx.Gorm().Raw(`SELECT t.shift_id, t.on_date, t.account_id, t.starts_at, t.ends_at FROM rota_times t
 JOIN relations r ON r.id = t.relation_id AND r.subject_id = t.account_id AND r.ended_at IS NULL AND r.valid_to = t.ends_at + 7200000
 WHERE t.ends_at > ? AND t.starts_at < ?`, db.At(now), db.At(now.Add(13*24*time.Hour))).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var shift, on, account string
			var starts, ends db.Millis
			if err := rows.Scan(&shift, &on, &account, &starts, &ends); err != nil {
				return err
			}
			got = append(got, strings.Join([]string{shift, on, account, starts.Time().Format(time.RFC3339), ends.Time().Format(time.RFC3339)}, " "))
		}
		return rows.Err()
	})
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("at %v the rows are\n%s\nand should be\n%s", now, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := r.orphans(now); n > 0 {
		t.Fatalf("%d relations of shifts hang on no time", n)
	}
}

// orphans counts relations of shifts to come that no concrete time gave.
func (r *rotaWorld) orphans(now time.Time) (n int64) {
	r.tx(func(tx *db.Tx) error {
		return tx.Gorm().Raw(`SELECT count(*) FROM relations r WHERE r.kind = 'on_shift' AND r.ended_at IS NULL AND r.valid_to > ?
 AND NOT EXISTS (SELECT 1 FROM rota_times t WHERE t.relation_id = r.id)`, db.At(now)).Row().Scan(&n)
	})
	return n
}
