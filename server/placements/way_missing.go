package placements

import (
	"time"

	"heard/server/db"
	"heard/server/people"
)

// afterArrival is how long somebody has to tick what came.
const afterArrival = 24 * time.Hour

// wayFacts is what the board asks of one move's way.
type wayFacts struct {
	Planned  bool
	Goes     bool       // somebody goes along whom a card would reach
	Asked    *time.Time // the oldest wish that waits
	Things   int
	Unpacked int
	Away     int // neither came nor known to be missing, or missing
	Zone     *time.Location
}

// wayMissing says what a move's way lacks. What must stand before they set off is due at
// the end of the day before; a wish is answered like a question.
func wayMissing(m Move, f wayFacts, now time.Time) []Missing {
	var lacks []Missing
	add := func(what string, due *time.Time) {
		lacks = append(lacks, Missing{What: what, Due: due, Overdue: due != nil && now.After(*due)})
	}
	if m.EndedAt != nil {
		return nil
	}
	if m.MovedAt != nil {
		if f.Away > 0 {
			due := m.MovedAt.Add(afterArrival)
			add("bag", &due)
		}
		return lacks
	}
	before := eve(m, f.Zone)
	if !f.Planned {
		add("journey", before)
	} else if !f.Goes {
		add("escort", before)
	}
	if f.Asked != nil {
		due := dueAfter(people.DayOf(*f.Asked, f.Zone), answerWithin, f.Zone)
		add("choices", &due)
	}
	if f.Things == 0 || f.Unpacked > 0 {
		add("bag", before)
	}
	return lacks
}

// eve is the end of the day before the move; nil while the day is not known.
func eve(m Move, loc *time.Location) *time.Time {
	day, err := people.ParseDay(m.Day)
	if err != nil {
		return nil
	}
	at := people.MomentOf(day-1, closing, loc)
	return &at
}

// wayMissingTx says what the ways of some moves lack, in as many queries for one as for
// all.
func (s *Service) wayMissingTx(tx *db.Tx, orgID string, moves []Move) (map[string][]Missing, error) {
	facts, err := wayFactsTx(tx, orgID, moves)
	if err != nil {
		return nil, err
	}
	var young []string
	for _, m := range moves {
		young = append(young, m.YoungPersonID)
	}
	circles, err := people.CirclesTx(tx, orgID, young...)
	if err != nil {
		return nil, err
	}
	loc, err := people.ZoneTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	missing := make(map[string][]Missing, len(moves))
	for _, m := range moves {
		f := facts[m.ID]
		f.Zone, f.Goes = loc, mayEscort(circles[m.YoungPersonID], m.EscortID)
		missing[m.ID] = wayMissing(m, f, tx.Now)
	}
	return missing, nil
}
