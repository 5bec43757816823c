package placements

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// Board is the moves somebody has to do with, what is late on top.
type Board struct {
	ServerTime time.Time       `json:"serverTime"`
	Moves      []BoardMove     `json:"moves" nullable:"false"`
	MayMake    []viewer.Person `json:"mayMake" nullable:"false" doc:"young people the viewer may make a move for now"`
	Places     []PlaceView     `json:"places" nullable:"false" doc:"the organisation's, when the viewer may make a move"`
}

// BoardMove is one line of the board.
type BoardMove struct {
	ID          string        `json:"id"`
	YoungPerson viewer.Person `json:"youngPerson"`
	To          *PlaceView    `json:"to,omitempty"`
	From        *PlaceView    `json:"from,omitempty"`
	Day         string        `json:"day,omitempty"`
	Emergency   bool          `json:"emergency"`
	State       State         `json:"state" enum:"preparing,told,moved"`
	Side        string        `json:"side" enum:"theirs,place,left,escort"`
	Missing     []Missing     `json:"missing" nullable:"false"`
}

// What a move can lack of its own.
const (
	missingTold     = "told"
	missingWritten  = "written" // an emergency: told in writing within five working days
	missingOpened   = "opened"
	missingVisit    = "visit"
	missingQuestion = "question"
	missingArrived  = "arrived"
	missingReview   = "review"
)

// Facts is what decides what a move lacks, besides the move itself.
type Facts struct {
	QuestionDue *time.Time // of the first question that waits
	VisitAsked  *time.Time // for the first visit that waits
	Review      bool       // somebody wants more time with one of the readers, who hasn't read it
	Sides       []Side     // what the viewer holds
	Zone        *time.Location
}

// Lacks says what a move lacks, as far as the viewer's sides may know.
func Lacks(m Move, f Facts, now time.Time) []Missing {
	lacks := []Missing{}
	add := func(what string, due *time.Time) {
		lacks = append(lacks, Missing{What: what, Due: due, Overdue: due != nil && !now.Before(*due)})
	}
	theirs, place := first(f.Sides, []Side{TheirSide}) != NoSide, first(f.Sides, []Side{TheirSide, Place}) != NoSide
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
			from := day
			if !known {
				from = people.DayOf(m.MadeAt, f.Zone)
			}
			what, due = missingWritten, momentPtr(dueAfter(from, writtenWithin, f.Zone))
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
	if f.Review {
		add(missingReview, nil)
	}
	return lacks
}

func momentPtr(t time.Time) *time.Time { return &t }

// Board gives the viewer the moves they have to do with: all that their sides let them
// see, until well after the move.
func (s *Service) Board(ctx context.Context, v viewer.Viewer) (board Board, err error) {
	if err := viewer.AsStaff(v); err != nil {
		return board, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		board = Board{ServerTime: tx.Now, Moves: []BoardMove{}, MayMake: []viewer.Person{}, Places: []PlaceView{}}
		moves, held, err := s.movesOfTx(tx, v)
		if err != nil {
			return err
		}
		places, err := people.PlaceNamesTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		if err := s.boardTx(tx, v, &board, moves, held, places); err != nil {
			return err
		}
		return s.mayMakeTx(tx, v, &board, moves, places)
	})
	return board, err
}

// movesOfTx gives the moves the viewer sees, with what they are to each.
func (s *Service) movesOfTx(tx *db.Tx, v viewer.Viewer) ([]Move, map[string][]Side, error) {
	all, err := movesInTx(tx, v)
	if err != nil {
		return nil, nil, err
	}
	grounds, err := groundsTx(tx, v, all)
	if err != nil {
		return nil, nil, err
	}
	moves, held := []Move{}, map[string][]Side{}
	for _, g := range grounds {
		if sides := Sides(v, g); len(sides) > 0 {
			moves, held[g.Move.ID] = append(moves, g.Move), sides
		}
	}
	return moves, held, nil
}

func (s *Service) boardTx(tx *db.Tx, v viewer.Viewer, board *Board, moves []Move, held map[string][]Side, places map[string]people.Place) error {
	missing, err := s.missingTx(tx, v, moves, held)
	if err != nil {
		return err
	}
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.YoungPersonID
	}
	names, err := s.namesTx(tx, v.OrganisationID, ids...)
	if err != nil {
		return err
	}
	for _, m := range moves {
		key, err := s.personTx(tx, m)
		if err == errNotFound {
			continue // its key is gone, and with it whose it was
		}
		if err != nil {
			return err
		}
		if err := m.openWords(key); err != nil {
			return err
		}
		line := BoardMove{
			ID: m.ID, YoungPerson: *person(names, m.YoungPersonID), Day: m.Day, Emergency: m.Emergency, State: m.State(),
			Side: sideNames[held[m.ID][0]], Missing: missing[m.ID],
		}
		to, from := placesOf(m, places)
		if first(held[m.ID], []Side{TheirSide, Place, Escort}) != NoSide {
			line.To = &to
		}
		if first(held[m.ID], []Side{TheirSide, PlaceLeft}) != NoSide {
			line.From = from
		}
		board.Moves = append(board.Moves, line)
	}
	slices.SortStableFunc(board.Moves, byUrgency)
	return nil
}

// byUrgency puts what is late on top, by how long, then the nearest day; unknown days
// after known ones, and what is done last.
func byUrgency(a, b BoardMove) int {
	lateA, lateB := latest(a.Missing), latest(b.Missing)
	switch {
	case lateA != nil && lateB != nil:
		return lateA.Compare(*lateB)
	case lateA != nil:
		return -1
	case lateB != nil:
		return 1
	}
	if done := compareBool(a.State == Moved, b.State == Moved); done != 0 {
		return done
	}
	return cmp.Or(compareBool(a.Day == "", b.Day == ""), cmp.Compare(a.Day, b.Day))
}

// latest gives since when something is late, the longest; nil: nothing is.
func latest(missing []Missing) *time.Time {
	var since *time.Time
	for _, m := range missing {
		if m.Overdue && m.Due != nil && (since == nil || m.Due.Before(*since)) {
			since = m.Due
		}
	}
	return since
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

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
	for _, m := range moves {
		facts := Facts{QuestionDue: since(questions, m.ID), VisitAsked: since(visits, m.ID), Review: reviews[m.ID], Sides: held[m.ID], Zone: loc}
		all[m.ID] = slices.Concat(Lacks(m, facts, tx.Now), packs[m.ID], knownTo(held[m.ID], ways[m.ID]))
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

// mayMakeTx adds whom the viewer may make a move for: those who have none ahead.
func (s *Service) mayMakeTx(tx *db.Tx, v viewer.Viewer, board *Board, moves []Move, places map[string]people.Place) error {
	mine, err := people.MyYoungPeopleTx(tx, v)
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range mine {
		ids = append(ids, m.YoungPersonID)
	}
	standings, err := people.StandingsTx(tx, v, ids)
	if err != nil {
		return err
	}
	names, err := s.namesTx(tx, v.OrganisationID, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		ahead := slices.ContainsFunc(moves, func(m Move) bool { return m.YoungPersonID == id && m.open() })
		if p, ok := names[id]; ok && !ahead && MayMake(v, standings[id]) == nil {
			board.MayMake = append(board.MayMake, p)
		}
	}
	if len(board.MayMake) == 0 && !slices.ContainsFunc(board.Moves, func(m BoardMove) bool { return m.Side == sideNames[TheirSide] }) {
		return nil
	}
	for _, p := range places {
		board.Places = append(board.Places, PlaceView{ID: p.ID, Name: p.Name, Kind: p.Kind})
	}
	slices.SortFunc(board.Places, func(a, b PlaceView) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return nil
}
