package reports

import (
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
)

// measured is what a period's cards and relations say of each unit.
type measured struct {
	cells  map[string][]Cell // exact, hidden where fewer than ten young people are behind them
	judged map[Set]map[string]judgement
}

// judgement counts young people by something that is theirs to say or to leave: whether a
// card had helped when they last closed one, whether they said how a move went. It is
// published with noise only, as an answer is.
type judgement struct{ yes, no int }

func (j *judgement) add(yes bool) {
	if yes {
		j.yes++
	} else {
		j.no++
	}
}

// measureTx reckons what the server measured itself.
func measureTx(tx *db.Tx, d duePeriod, units []unitNamed, loc *time.Location) (measured, error) {
	out := measured{cells: map[string][]Cell{}, judged: map[Set]map[string]judgement{}}
	unitOf := map[string]string{}
	for _, u := range units {
		for _, service := range u.Services {
			unitOf[service.ID] = u.ID
		}
	}
	cards, err := cardsTx(tx, d.orgID, d.period.Start(loc), d.period.End(loc))
	if err != nil {
		return out, err
	}
	serving, err := people.ServingTx(tx, d.orgID, d.period.Start(loc), d.period.End(loc))
	if err != nil {
		return out, err
	}
	byUnit := map[string][]cardTold{}
	last := map[string]lastClosing{}
	for _, card := range cards {
		// A card counts where the first worker it was sent to does.
		unit := unitOf[serving.ServiceOf(card.WorkerID, card.YoungPersonID, card.ReceivedAt)]
		if unit == "" {
			continue
		}
		byUnit[unit] = append(byUnit[unit], card)
		if closing, closed := card.Closing(); closed && !closing.at.Before(last[card.YoungPersonID].at) {
			closing.unit = unit
			last[card.YoungPersonID] = closing
		}
	}
	out.judged[SetHelped] = tally(last)
	steady, err := continuityTx(tx, d, unitOf, loc)
	if err != nil {
		return out, err
	}
	for _, u := range units {
		for _, cell := range append(cardCells(byUnit[u.ID]), steady[u.ID]) {
			cell.Unit, cell.Period = u.ID, d.period
			out.cells[u.ID] = append(out.cells[u.ID], cell)
		}
	}
	return out, out.movesTx(tx, d, unitOf, loc)
}

// tally counts for each unit what its young people said when they closed a card last.
func tally(last map[string]lastClosing) map[string]judgement {
	units := map[string]judgement{}
	for _, closing := range last {
		counts := units[closing.unit]
		counts.add(closing.helped)
		units[closing.unit] = counts
	}
	return units
}

// cardTold is what a card's events say about how it was answered.
type cardTold struct {
	YoungPersonID string
	WorkerID      string
	ReceivedAt    time.Time
	Limit         bool // it waited for somebody
	Events        []cardEvent
}

type cardEvent struct {
	Kind   string
	ByThem bool // the young person's own press
	Helped bool
	At     time.Time
}

// InTime says whether the card was answered in time, and whether it counts at all.
func (c cardTold) InTime() (inTime, counts bool) {
	stamps := make([]figures.Stamp, len(c.Events))
	for i, e := range c.Events {
		stamps[i] = figures.Stamp{Kind: e.Kind, At: e.At}
	}
	return figures.InTime(c.Limit, c.ReceivedAt, stamps)
}

// UntilHere is how long it took from the server's receipt until somebody was there.
func (c cardTold) UntilHere() (time.Duration, bool) {
	for _, e := range c.Events {
		if e.Kind == "here" {
			return e.At.Sub(c.ReceivedAt), true
		}
	}
	return 0, false
}

// lastClosing is when a young person closed a card last, and what they said. They count
// in one unit only, however many their cards went to.
type lastClosing struct {
	unit   string
	at     time.Time
	helped bool
}

// Closing says when the young person last closed the card, and whether it had helped.
func (c cardTold) Closing() (closing lastClosing, closed bool) {
	for _, e := range c.Events {
		if e.Kind == "closed" && e.ByThem {
			closing, closed = lastClosing{at: e.At, helped: e.Helped}, true
		}
	}
	return closing, closed
}

// cardCells reckons exact figures of cards, and hides them where the cards are those of
// too few young people, however many cards they are.
func cardCells(cards []cardTold) []Cell {
	inTime, here := Cell{Set: SetCardsInTime}, Cell{Set: SetUntilHere}
	var waits []int
	senders, waiting := map[string]bool{}, map[string]bool{}
	for _, card := range cards {
		if yes, counts := card.InTime(); counts {
			inTime.count(yes)
			senders[card.YoungPersonID] = true
		}
		if wait, came := card.UntilHere(); came {
			waits = append(waits, int(wait/time.Second))
			waiting[card.YoungPersonID] = true
		}
	}
	slices.Sort(waits)
	if here.N = len(waits); here.N > 0 {
		here.A = (waits[(here.N-1)/2] + waits[here.N/2]) / 2
		here.B = waits[(9*here.N+9)/10-1]
	}
	return []Cell{hideFew(inTime, len(senders)), hideFew(here, len(waiting))}
}

func (c *Cell) count(yes bool) {
	c.N++
	if yes {
		c.A++
	}
}

// continuityTx reckons, for the young people each unit served at the end of a period,
// how many keyworkers they had in the twelve months before, and for how many hours
// they had none.
func continuityTx(tx *db.Tx, d duePeriod, unitOf map[string]string, loc *time.Location) (map[string]Cell, error) {
	to := d.period.End(loc)
	from := to.AddDate(-1, 0, 0)
	served, err := servedSinceTx(tx, d.orgID, to)
	if err != nil {
		return nil, err
	}
	workers, err := keyworkersBetweenTx(tx, d.orgID, from, to)
	if err != nil {
		return nil, err
	}
	young := map[string]map[string]time.Time{} // unit → young person → since when
	for _, s := range served {
		unit := unitOf[s.serviceID]
		if young[unit] == nil {
			young[unit] = map[string]time.Time{}
		}
		if since, known := young[unit][s.youngPersonID]; !known || s.since.Before(since) {
			young[unit][s.youngPersonID] = s.since
		}
	}
	cells := map[string]Cell{}
	for _, unit := range unitOf {
		cell := Cell{Set: SetContinuity, N: len(young[unit])}
		var without time.Duration
		for id, since := range young[unit] {
			if since.Before(from) {
				since = from
			}
			distinct, gone := named(workers[id], since, to)
			cell.A, without = cell.A+distinct, without+gone
		}
		cell.B = int(without / time.Hour)
		cells[unit] = hideFew(cell, cell.N)
	}
	return cells, nil
}

// keyworker is one time somebody was a young person's keyworker, oldest first.
type keyworker struct {
	WorkerID string
	From, To time.Time
}

// named counts the different keyworkers of a stretch of time and how much of it had none.
func named(workers []keyworker, from, to time.Time) (distinct int, without time.Duration) {
	seen := map[string]bool{}
	covered := from
	for _, w := range workers {
		if !w.To.After(from) || !w.From.Before(to) {
			continue
		}
		seen[w.WorkerID] = true
		if w.From.After(covered) {
			without += w.From.Sub(covered)
		}
		if w.To.After(covered) {
			covered = w.To
		}
	}
	if covered.Before(to) {
		without += to.Sub(covered)
	}
	return len(seen), without
}
