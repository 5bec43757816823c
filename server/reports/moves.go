package reports

import (
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
)

// moveTold is what the open columns say of one move. No word that was written about it is read here.
type moveTold struct {
	YoungPersonID string
	ServiceID     string
	MovedAt       time.Time
	ToldAt        *time.Time
	PackedAt      *time.Time // when they had the place's pack
	OpenedAt      *time.Time // their own press
	Visited       bool       // before they moved
	Chose         bool       // something about the journey, before it
	BuddyWanted   bool
	Buddies       []buddyTold
	Reviewed      map[int]bool // days on which they said how it went; a skip is no answer
}

// buddyTold is a buddy's first day, and when they sent a card.
type buddyTold struct {
	DayOne string
	At     []time.Time
}

// reviewDays are how many days after a move somebody is asked how it went.
var reviewDays = map[Set]int{SetReview1: 1, SetReview7: 7, SetReview28: 28}

// movesTx adds what a period's moves say. A move counts in the period in which it was made,
// a review in that of its own day: the period closes after the last chance to answer.
func (m *measured) movesTx(tx *db.Tx, d duePeriod, unitOf map[string]string, loc *time.Location) error {
	from, to := d.period.Start(loc), d.period.End(loc)
	moves, err := movedTx(tx, d.orgID, from.AddDate(0, 0, -reviewDays[SetReview28]-1), to)
	if err != nil {
		return err
	}
	byUnit := map[string][]moveTold{}
	for _, move := range moves {
		if unit := unitOf[move.ServiceID]; unit != "" && !move.MovedAt.Before(from) {
			byUnit[unit] = append(byUnit[unit], move)
		}
	}
	units := map[string]bool{}
	for _, unit := range unitOf {
		units[unit] = true
	}
	for unit := range units {
		for _, cell := range moveCells(byUnit[unit], loc) {
			cell.Unit, cell.Period = unit, d.period
			m.cells[unit] = append(m.cells[unit], cell)
		}
	}
	for set, day := range reviewDays {
		m.judged[set] = reviewed(moves, unitOf, day, d.period, loc)
	}
	return nil
}

// openedPack says whether they opened the place's pack before they moved: a press before
// there was one opened no pack.
func (m moveTold) openedPack() bool {
	return m.by(m.OpenedAt) && m.PackedAt != nil && !m.OpenedAt.Before(*m.PackedAt)
}

// moveCells reckons exact figures of moves, and hides them where they are those of too few
// young people, however many moves they are.
func moveCells(moves []moveTold, loc *time.Location) []Cell {
	before, opened := Cell{Set: SetToldBefore}, Cell{Set: SetPackOpened}
	visit, choices, buddy := Cell{Set: SetVisitMade}, Cell{Set: SetChoicesMade}, Cell{Set: SetBuddyWeek}
	notice := Cell{Set: SetNotice, N: len(moves)}
	movers, wanting := map[string]bool{}, map[string]bool{}
	var seconds []int
	for _, move := range moves {
		movers[move.YoungPersonID] = true
		before.count(move.by(move.ToldAt) && move.by(move.PackedAt))
		opened.count(move.openedPack())
		visit.count(move.Visited)
		choices.count(move.Chose)
		seconds = append(seconds, int(move.notice()/time.Second))
		if move.BuddyWanted {
			wanting[move.YoungPersonID] = true
			buddy.count(move.buddyForAWeek(loc))
		}
	}
	slices.Sort(seconds)
	if n := len(seconds); n > 0 {
		notice.A = (seconds[(n-1)/2] + seconds[n/2]) / 2
		notice.B = seconds[(n+9)/10-1]
	}
	var cells []Cell
	for _, cell := range []Cell{before, notice, visit, opened, choices} {
		cells = append(cells, hideFew(cell, len(movers)))
	}
	return append(cells, hideFew(buddy, len(wanting)))
}

// by says whether something had happened before they moved.
func (m moveTold) by(at *time.Time) bool { return at != nil && at.Before(m.MovedAt) }

// notice is how long before the move they were told: none when it was later, or never.
func (m moveTold) notice() time.Duration {
	if !m.by(m.ToldAt) {
		return 0
	}
	return m.MovedAt.Sub(*m.ToldAt)
}

// buddyForAWeek says whether one buddy sent a card on each of the first seven days.
func (m moveTold) buddyForAWeek(loc *time.Location) bool {
	return slices.ContainsFunc(m.Buddies, func(b buddyTold) bool {
		first, err := time.ParseInLocation(time.DateOnly, b.DayOne, loc)
		if err != nil {
			return false
		}
		on := map[string]bool{}
		for _, at := range b.At {
			on[at.In(loc).Format(time.DateOnly)] = true
		}
		for i := range 7 {
			if !on[first.AddDate(0, 0, i).Format(time.DateOnly)] {
				return false
			}
		}
		return true
	})
}

// reviewed counts, for each unit, the young people who were asked on a day of the period how
// their move went, by whether they answered. Each counts once, with their last such move.
func reviewed(moves []moveTold, unitOf map[string]string, after int, p figures.Period, loc *time.Location) map[string]judgement {
	last := map[string]moveTold{}
	for _, move := range moves {
		y, m, d := move.MovedAt.In(loc).Date()
		day := time.Date(y, m, d+after, 0, 0, 0, 0, loc)
		if unitOf[move.ServiceID] == "" || day.Before(p.Start(loc)) || !day.Before(p.End(loc)) {
			continue
		}
		if before, seen := last[move.YoungPersonID]; !seen || before.MovedAt.Before(move.MovedAt) {
			last[move.YoungPersonID] = move
		}
	}
	counts := map[string]judgement{}
	for _, move := range last {
		count := counts[unitOf[move.ServiceID]]
		count.add(move.Reviewed[after])
		counts[unitOf[move.ServiceID]] = count
	}
	return counts
}
