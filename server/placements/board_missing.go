package placements

import (
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// What a move can lack of its own.
const (
	missingTold     = "told"
	missingWritten  = "written" // an emergency: told in writing within five working days
	missingOpened   = "opened"
	missingVisit    = "visit"
	missingQuestion = "question"
	missingArrived  = "arrived"
	missingReview   = "review"
	missingLonger   = "longer" // they want more time with somebody, and nobody has said when
)

// Facts is what decides what a move lacks, besides the move itself.
type Facts struct {
	QuestionDue *time.Time // of the first question that waits
	VisitAsked  *time.Time // for the first visit that waits
	Review      string     // somebody wants more time, told the viewer so, and this is missing
	Sides       []Side     // what the viewer holds
	Zone        *time.Location
}

// Lacks says what a move lacks, as far as the viewer's sides may know.
func Lacks(m Move, f Facts, now time.Time) []Missing {
	lacks := []Missing{}
	add := func(what string, due *time.Time) {
		lacks = append(lacks, Missing{What: what, Due: due, Overdue: due != nil && !now.Before(*due)})
	}
	theirs, place := slices.Contains(f.Sides, TheirSide), first(f.Sides, asked) != NoSide
	if m.EndedAt != nil {
		return lacks
	}
	day, err := people.ParseDay(m.Day)
	known := err == nil
	if theirs && m.ToldAt == nil {
		what, due := missingTold, (*time.Time)(nil)
		if known {
			due = momentPtr(people.MomentOf(day, 0, f.Zone))
		}
		if m.Emergency {
			what, due = missingWritten, momentPtr(dueAfter(began(m, f.Zone), writtenWithin, f.Zone))
		}
		add(what, due)
	}
	if theirs && m.ToldAt != nil && m.Choice == "" && m.open() {
		add(missingOpened, nil)
	}
	if place && f.QuestionDue != nil {
		add(missingQuestion, f.QuestionDue)
	}
	if place && f.VisitAsked != nil && m.open() {
		add(missingVisit, momentPtr(dueAfter(people.DayOf(*f.VisitAsked, f.Zone), answerWithin, f.Zone)))
	}
	if place && m.MovedAt == nil && known && !now.Before(people.MomentOf(day, 0, f.Zone)) {
		add(missingArrived, momentPtr(people.MomentOf(day+1, 0, f.Zone)))
	}
	if f.Review != "" {
		add(f.Review, nil)
	}
	return lacks
}

// began gives the day from which an emergency's days for telling in writing count: the
// first on which it is known to have been one. A day that is said later, or ahead, gives
// nobody more time.
func began(m Move, loc *time.Location) people.Day {
	first := people.DayOf(m.MadeAt, loc)
	if day, err := people.ParseDay(m.Day); err == nil {
		first = min(first, day)
	}
	if m.MovedAt != nil {
		first = min(first, people.DayOf(*m.MovedAt, loc))
	}
	return first
}

func momentPtr(t time.Time) *time.Time { return &t }

// missingTx says what each of some moves lacks, in as many queries for one as for all.
func (s *Service) missingTx(tx *db.Tx, v viewer.Viewer, moves []Move, held map[string][]Side) (map[string][]Missing, error) {
	all := make(map[string][]Missing, len(moves))
	if len(moves) == 0 {
		return all, nil
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.ID
	}
	questions, err := questionsDueTx(tx, v.OrganisationID, ids)
	if err != nil {
		return nil, err
	}
	visits, err := visitsAskedTx(tx, v.OrganisationID, ids)
	if err != nil {
		return nil, err
	}
	reviews, err := s.reviewsWaitingTx(tx, v, moves, held)
	if err != nil {
		return nil, err
	}
	ways, err := s.wayMissingTx(tx, v.OrganisationID, moves)
	if err != nil {
		return nil, err
	}
	packs, err := packMissingTx(tx, v.OrganisationID, moves, held)
	if err != nil {
		return nil, err
	}
	buddies, err := buddyMissingTx(tx, v.OrganisationID, moves, held)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		facts := Facts{QuestionDue: since(questions, m.ID), VisitAsked: since(visits, m.ID), Review: reviews[m.ID], Sides: held[m.ID], Zone: loc}
		// A list even where nothing is missing: pages read it as one.
		all[m.ID] = append([]Missing{}, slices.Concat(Lacks(m, facts, tx.Now), packs[m.ID], buddies[m.ID], knownTo(held[m.ID], ways[m.ID]))...)
	}
	return all, nil
}

// knownTo leaves of what a move's way lacks what concerns the viewer: all of it those who
// plan, the bag everybody who ticks it.
func knownTo(held []Side, lacks []Missing) []Missing {
	if first(held, planning) != NoSide {
		return lacks
	}
	return slices.DeleteFunc(slices.Clone(lacks), func(m Missing) bool { return m.What != "bag" })
}

func since(rows []waiting, moveID string) *time.Time {
	for _, r := range rows {
		if r.MoveID == moveID {
			return momentPtr(r.Since.Time())
		}
	}
	return nil
}
