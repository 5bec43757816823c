package placements

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
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
	Side        string        `json:"side" enum:"theirs,shift,place,left,escort"`
	Missing     []Missing     `json:"missing" nullable:"false"`
}

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
		if errs.CodeOf(err) == errs.NotFound {
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
		if first(held[m.ID], []Side{TheirSide, Shift, Place, Escort}) != NoSide {
			line.To = &to
		}
		if first(held[m.ID], []Side{TheirSide, Shift, PlaceLeft}) != NoSide {
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
