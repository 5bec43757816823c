package demo

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// monthsBack is how many closed months the made-up figures reach back, and quartersBack
// how many closed quarters.
const (
	monthsBack   = 18
	quartersBack = 6
)

// counted is a service, or the pool of the small ones, as its made-up answers come in:
// how many young people are asked in a period, how many of them answer, and how many in
// a hundred of those feel listened to.
type counted struct {
	places  []string
	cadence people.Cadence
	asked   int
	answer  int
	happy   int
	// better is how many in a hundred more feel listened to in the last nine months:
	// something has changed there, and the charts should say so.
	better int
	// family is how many relatives and carers answer in a period.
	family int
	// fewIn is the closed period, counted from the newest, in which hardly anybody answers.
	fewIn int
}

// aim is the target, in whole percent.
const aim = 75

// betterFor is for how many of the last periods the change has lasted.
const betterFor = 9

var countedUnits = []counted{
	{places: []string{"camhs"}, cadence: people.Monthly, asked: 84, answer: 62, happy: 61, better: 20, family: 24},
	{places: []string{"care"}, cadence: people.Monthly, asked: 71, answer: 55, happy: 73, family: 18},
	{places: []string{"ward"}, cadence: people.Quarterly, asked: 31, answer: 24, happy: 70, family: 4, fewIn: 3},
	{places: []string{"home", "foster", "advocacy", "oak"}, cadence: people.Quarterly, asked: 26, answer: 20, happy: 76, family: 6},
}

// asksMost is the longest roster of a unit.
const asksMost = 84

// notes are what the services wrote about it, by how many periods ago.
var notes = []struct {
	who, place string
	ago        int
	did        string
}{
	{"mina", "camhs", 9, "You said: meetings are about us, not with us. From now on you choose who comes, and you speak first."},
	{"mina", "camhs", 0, "You said it is better since you choose who comes. So it stays that way, in every meeting."},
	{"carol", "care", 0, "You said nobody rings back. Whoever takes your call now says when they will ring, and somebody else rings if they can't."},
	{"carol", "care", 2, "You said the forms ask the same things again and again. We ask once now, and you can read what is written."},
	{"carol", "ward", 0, "You said nobody explains what happens next. There is now a board with today and tomorrow on it, and you can ask."},
}

// closed is one period of the past with what was answered in it.
type closed struct {
	period figures.Period
	closes time.Time
	ago    int // how many periods of its cadence ago, from 0
	units  []unitAnswers
}

// unitAnswers are a unit's made-up answers of one period.
type unitAnswers struct {
	unit     people.Unit
	service  string
	asked    int
	listened [5]int // by face, worst first
	family   [5]int
}

// made is the past as it is to be published, oldest first, and who was asked in it.
type made struct {
	cast   *cast
	worker string
	young  []string
	past   []closed
	left   []closed // of past, not published yet
}

// past decides what each service is counted as, and writes what was answered in each
// period: the same each time, but for the noise of publishing it.
func (s *Service) past(ctx context.Context, c *cast, now time.Time) (*made, error) {
	m := &made{cast: c}
	chance := rand.New(rand.NewPCG(1632, 961)) // #nosec G404 -- made-up figures, the same each time
	m.past = append(closedPeriods(figures.MonthOf(now, london), monthsBack, now), closedPeriods(figures.QuarterOf(now, london), quartersBack, now)...)
	slices.SortStableFunc(m.past, func(a, b closed) int { return cmp.Or(a.closes.Compare(b.closes), cmp.Compare(a.period, b.period)) })
	for i := range m.past {
		p := &m.past[i]
		for _, u := range countedUnits {
			if (u.cadence == people.Quarterly) == p.period.Quarterly() {
				p.units = append(p.units, c.answers(chance, u, p.ago))
			}
		}
	}
	m.left = m.past
	return m, s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		first := people.ReportYear(m.past[0].period.Start(london), london)
		for year := first; year <= people.ReportYear(now, london); year++ {
			for _, u := range countedUnits {
				for _, key := range u.places {
					if err := people.KeepCadenceTx(tx, c.admin.OrganisationID, c.places[key], year, c.unit(u)); err != nil {
						return err
					}
				}
			}
		}
		if err := holdSince(tx, c.admin.OrganisationID, m.past[0].closes); err != nil {
			return err
		}
		return s.raiseAsked(tx, m)
	})
}

// raiseAsked makes accounts for the many behind the figures: nobody's, like those of the
// heartbeat, in no list and with no way in. Only that they were asked is made of them.
func (s *Service) raiseAsked(tx *db.Tx, m *made) (err error) {
	account := func(kind viewer.Kind) string {
		if err != nil {
			return ""
		}
		var id string
		id, err = s.c.Accounts.CreateTx(tx, m.cast.admin.OrganisationID, viewer.NewAccount{Kind: kind, Name: "Made up", Machine: true})
		return id
	}
	m.worker = account(viewer.KindStaff)
	for range asksMost {
		m.young = append(m.young, account(viewer.KindYoungPerson))
	}
	return err
}

// closedPeriods gives so many periods of a cadence that have closed, the newest first.
func closedPeriods(p figures.Period, n int, now time.Time) []closed {
	var list []closed
	for p = p.Prev(); len(list) < n; p = p.Prev() {
		if closes := p.Closes(london); !closes.After(now) {
			list = append(list, closed{period: p, closes: closes, ago: len(list)})
		}
	}
	return list
}

// unit is what a made-up unit is counted as.
func (c *cast) unit(u counted) people.Unit {
	if len(u.places) > 1 {
		return people.Unit{ID: people.PoolOf(c.admin.OrganisationID), Pool: true, Cadence: u.cadence}
	}
	return people.Unit{ID: c.places[u.places[0]], Cadence: u.cadence}
}

// answers makes up what came in, so many periods ago: a little more or less each time.
func (c *cast) answers(chance *rand.Rand, u counted, ago int) unitAnswers {
	happy := u.happy + 3 + chance.IntN(3)
	if ago%2 > 0 { // up and down again: nothing has changed
		happy -= 8
	}
	if ago < betterFor {
		happy += u.better
	}
	n := u.answer + chance.IntN(9) - 4
	if u.fewIn > 0 && ago == u.fewIn {
		n = 3
	}
	return unitAnswers{
		unit: c.unit(u), service: c.places[u.places[0]], asked: u.asked - chance.IntN(6),
		listened: faces(n, happy), family: faces(u.family, happy-4),
	}
}

// faces spreads answers over the five faces when so many in a hundred choose one of the best two.
func faces(n, happy int) [5]int {
	best := (n*happy + 50) / 100
	top, rest := (best*6+5)/10, n-best
	return [5]int{rest / 5, rest / 3, rest - rest/5 - rest/3, best - top, top}
}

// publish writes and publishes what had closed by a moment and is left, each period at
// the time it closed; a month and its quarter close together, and come out together.
func (s *Service) publish(ctx context.Context, m *made, until time.Time) error {
	for len(m.left) > 0 && !m.left[0].closes.After(until) {
		at := m.left[0].closes
		s.c.Clock.set(at)
		var out []closed
		for ; len(m.left) > 0 && m.left[0].closes.Equal(at); m.left = m.left[1:] {
			out = append(out, m.left[0])
		}
		err := s.c.DB.Tx(ctx, func(tx *db.Tx) error {
			for _, p := range out {
				if err := writeClosed(tx, m, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := s.c.Reports.Publish(ctx); err != nil {
			return err
		}
		if err := s.answerFor(ctx, m.cast, out); err != nil {
			return err
		}
	}
	return nil
}

// answerFor has the services say what they did about a release, and what they aim at
// from the first one on.
func (s *Service) answerFor(ctx context.Context, c *cast, out []closed) error {
	carol := c.people["carol"]
	overview, err := s.c.Reports.Overview(ctx, carol)
	if err != nil {
		return err
	}
	if len(overview.Releases) == len(out) {
		aim := aim
		if err := s.c.Reports.SetTarget(ctx, carol, "felt_listened", &aim); err != nil {
			return err
		}
	}
	for _, p := range out {
		for _, n := range notes {
			mine := slices.ContainsFunc(p.units, func(u unitAnswers) bool { return u.service == c.places[n.place] })
			if !mine || n.ago != p.ago {
				continue
			}
			for _, r := range overview.Releases {
				if r.Period != string(p.period) {
					continue
				}
				if err := s.c.Reports.WriteNote(ctx, c.people[n.who], r.Number, c.places[n.place], n.did); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
