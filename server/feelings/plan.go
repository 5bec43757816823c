package feelings

import (
	"slices"
	"time"
)

// DueKind is why a card is looked at again.
type DueKind string

// The reasons.
const (
	DueLimit   DueKind = "limit"   // the people of this level have had their time
	DuePromise DueKind = "promise" // a promise has passed
	DueAgain   DueKind = "again"   // every level was told: tell again, and whoever has come on duty
	DueLead    DueKind = "lead"    // a not-safe card that no safeguarding lead has pressed yet
)

// againEvery is how often a not-safe card comes round when nobody is left to tell,
// and how often its safeguarding leads are told until one has pressed.
const againEvery = 5 * time.Minute

// maxRounds is how often the staff of a card that does not insist are told again
// when nobody is left to tell. After that only whoever comes on duty is told, so
// that a card everybody has forgotten does not ring for weeks.
const maxRounds = 8

// Plan is when a card is looked at next, and why: its one due row.
type Plan struct {
	Kind DueKind
	At   time.Time
}

// Plan says what is due next; false when the card rests.
func (f Facts) Plan() (Plan, bool) {
	main, ok := f.course()
	lead, also := f.leadPlan()
	if also && (!ok || lead.At.Before(main.At)) {
		return lead, true
	}
	return main, ok
}

// course is what is due for the young person's sake: what the words speak of.
func (f Facts) course() (Plan, bool) {
	s := f.Status
	if at, ok := s.Promised(); ok {
		return Plan{Kind: DuePromise, At: at}, true
	}
	if !waits[s.State] && s.State != StateSeen && !checkOn(f.Card, s) {
		return Plan{}, false
	}
	if s.Spent {
		return Plan{Kind: DueAgain, At: s.Since.Add(f.again())}, true
	}
	limit := f.limit()
	return Plan{Kind: DueLimit, At: s.Since.Add(limit)}, limit > 0
}

// limit is how long a level has. Of card limit and need limit the shorter
// applies. Somebody who wants people to know and nothing else waits for nobody,
// until a person has said that they come and did not.
func (f Facts) limit() time.Duration {
	limit := f.Limits.Other
	if f.Card.Need == needJustKnow && f.Card.Kind == KindNeed && f.Status.State != StateOverdue {
		return 0
	}
	if f.Card.soon() {
		limit = min(limit, f.Limits.SitWithMe)
	}
	if f.Card.Kind == KindNotSafe {
		limit = min(limit, f.Limits.NotSafe)
	}
	return limit
}

// again is how long after the last level everybody is told again.
func (f Facts) again() time.Duration {
	if f.insists() {
		return f.round()
	}
	if limit := f.limit(); limit > 0 {
		return limit
	}
	return f.Limits.Other
}

// round is how often a card that insists comes round. A service that gives its
// people less time than usual is not made to wait longer for the next round.
func (f Facts) round() time.Duration {
	return min(againEvery, f.limit()*5/2)
}

// insists says that a card comes round to everybody until somebody presses: not
// safe, or urgent and taken back.
func (f Facts) insists() bool {
	return f.Card.Kind == KindNotSafe || f.Status.State == StateWithdrawn
}

// goRound gives those who are told again when every level has been told: everybody
// of a card that insists, the staff of another as long as its rounds last.
func (f Facts) goRound() []Telling {
	f.Status.Level = LevelLead
	all := f.everybody()
	if f.insists() {
		return all
	}
	if f.Status.Rounds >= maxRounds {
		return nil
	}
	return slices.DeleteFunc(all, func(t Telling) bool { return !t.Staff })
}

// roundTTL is how long it is worth telling again: the next round does it anew, so
// a phone that was off for hours does not find them all.
func (f Facts) roundTTL() time.Duration {
	return max(2*f.again(), f.limit())
}

// leadPlan is when the safeguarding leads are told again of a not-safe card that
// none of them has pressed, whoever else is coming, and also when it was closed.
func (f Facts) leadPlan() (Plan, bool) {
	switch f.Status.State {
	case StateNone, StateKept, StateWithdrawn:
		return Plan{}, false
	}
	if f.guarded() || len(f.guardians()) == 0 && !f.forsaken() {
		return Plan{}, false
	}
	return Plan{Kind: DueLead, At: f.Status.LeadAt.Add(f.round())}, true
}
