package placements

import (
	"context"
	"slices"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// ways are the ways to travel.
var ways = []string{"car", "taxi", "train", "bus", "plane", "walk", "other"}

// carriers are what somebody's things can go in. A bin bag is not among them.
var carriers = []string{"case", "rucksack", "box", "bag"}

const (
	maxStops     = 20
	maxStopName  = 80
	maxWayWords  = 300
	maxWayNote   = 1000
	maxGoingWith = 10
	maxMinutes   = 48 * 60
)

// Stop is a stop on the way.
type Stop struct {
	Name    string `json:"name" maxLength:"80"`
	Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"2880" doc:"after setting off; 0: not known"`
	Toilet  bool   `json:"toilet"`
}

// Plan is what is planned of the way. All of it lies sealed but for when it begins and
// who comes along as escort, which the board asks for.
type Plan struct {
	How       string   `json:"how"`
	Minutes   int      `json:"minutes,omitempty"`
	With      []string `json:"with,omitempty"`
	MayStop   bool     `json:"mayStop"`
	Stops     []Stop   `json:"stops,omitempty"`
	Privacy   string   `json:"privacy,omitempty"`
	Music     string   `json:"music,omitempty"`
	Food      string   `json:"food,omitempty"`
	CarriedIn string   `json:"carriedIn,omitempty"`
	Words     string   `json:"words,omitempty"`
}

// PlanInput is a plan as it is written down.
type PlanInput struct {
	Plan
	Base     int // the revision it was written on; 0: the first
	LeavesAt *time.Time
	EscortID string // empty: not known yet
}

var (
	errEscort = errs.New(errs.Invalid, "Whoever goes with them has to be one of their people, so that “I need a stop” reaches them.").With("escort").Field("escortId", "Not one of their people now.")
	errWith   = errs.New(errs.Invalid, "Somebody in this plan isn't one of their people now.").With("with").Field("with", "Not one of their people now.")
)

// Validate brings a plan to what is kept.
func (in *PlanInput) Validate() error {
	switch {
	case !slices.Contains(ways, in.How):
		return errs.New(errs.Invalid, "Say how they travel.").Field("how", "Say how they travel.")
	case in.CarriedIn != "" && !slices.Contains(carriers, in.CarriedIn):
		return errs.New(errs.Invalid, "Their things go in a case, a rucksack, a box or a bag of theirs.").Field("carriedIn", "A case, a rucksack, a box or a bag of theirs.")
	case in.Minutes < 0 || in.Minutes > maxMinutes:
		return errs.New(errs.Invalid, "A way takes two days at most.").Field("minutes", "Two days at most.")
	case len(in.With) > maxGoingWith || len(in.Stops) > maxStops:
		return errs.New(errs.Invalid, "These are too many.").Field("stops", "Too many.")
	}
	slices.Sort(in.With)
	in.With = slices.Compact(in.With)
	for i := range in.Stops {
		stop := &in.Stops[i]
		stop.Name = strings.TrimSpace(stop.Name)
		if n := len([]rune(stop.Name)); n == 0 || n > maxStopName || stop.Minutes < 0 || stop.Minutes > maxMinutes {
			return errs.New(errs.Invalid, "Each stop needs a short name.").Field("stops", "Each stop needs a short name.")
		}
	}
	for _, f := range []struct {
		text *string
		name string
		most int
	}{
		{&in.Privacy, "privacy", maxWayWords}, {&in.Music, "music", maxWayWords}, {&in.Food, "food", maxWayWords}, {&in.Words, "words", maxWayNote},
	} {
		if *f.text = strings.TrimSpace(*f.text); len([]rune(*f.text)) > f.most {
			return errs.New(errs.Invalid, "This is too long.").Field(f.name, "This is too long.")
		}
	}
	return nil
}

// PlanJourney writes down the way there. Whoever goes along must be one of the young person's
// people: to nobody else can they send that they need a stop. A plan that was written
// over another one meanwhile changes nothing.
func (s *Service) PlanJourney(ctx context.Context, v viewer.Viewer, moveID string, in PlanInput) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, planning...)
		if err != nil {
			return err
		}
		if !m.open() {
			return errNotOpen
		}
		row, err := journeyTx(tx, m)
		if err != nil {
			return err
		}
		if row.Revision != in.Base {
			return errChanged
		}
		if err := mayGoTx(tx, m, in); err != nil {
			return err
		}
		key, err := s.personTx(tx, m)
		if err != nil {
			return err
		}
		sealed, err := seal(key, journeyAD(m.ID), in.Plan)
		if err != nil {
			return err
		}
		next := journeyRow{
			MoveID: m.ID, OrganisationID: m.OrganisationID, Revision: in.Base + 1, Sealed: sealed,
			LeavesAt: db.AtPtr(in.LeavesAt), ChangedBy: v.AccountID, ChangedAt: db.At(tx.Now),
		}
		if err := putJourneyTx(tx, next); err != nil {
			return err
		}
		// Whoever is escort no more hears of it too.
		before := m
		m.EscortID = in.EscortID
		if err := changeMoveTx(tx, m, map[string]any{"escort_id": nullable(in.EscortID)}); err != nil {
			return err
		}
		if before.EscortID != "" && before.EscortID != m.EscortID {
			tx.AfterCommit(func() { s.waker.Wake(before.EscortID) })
		}
		if err := s.wakeMoveTx(tx, m); err != nil {
			return err
		}
		return noteTx(tx, v, "move.journey", m)
	})
}

// mayGoTx refuses a plan with somebody who is not around the young person now.
func mayGoTx(tx *db.Tx, m Move, in PlanInput) error {
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return err
	}
	// Who is in the plan and out of reach just now, between two shifts, stays in it.
	if in.EscortID != "" && in.EscortID != m.EscortID && !mayEscort(circle, in.EscortID) {
		return errEscort
	}
	for _, id := range in.With {
		if a, ok := circle.Find(id); !ok || !a.Staff {
			return errWith
		}
	}
	return nil
}

// mayEscort says whether a card to this adult would reach them: a member of staff a
// young person can choose.
func mayEscort(c people.Circle, accountID string) bool {
	a, ok := c.Find(accountID)
	return ok && a.Staff && a.Offered()
}

// JourneyView is the way as everybody who may see it does.
type JourneyView struct {
	LeavesAt  *time.Time      `json:"leavesAt,omitempty"`
	How       string          `json:"how,omitempty" doc:"absent: there is no plan yet"`
	Minutes   int             `json:"minutes,omitempty"`
	With      []viewer.Person `json:"with" nullable:"false"`
	Escort    *viewer.Person  `json:"escort,omitempty" doc:"who goes along, while a card would reach them"`
	Away      *viewer.Person  `json:"away,omitempty" doc:"who is to go along, while no card would reach them; for those who plan"`
	MayStop   bool            `json:"mayStop"`
	Stops     []Stop          `json:"stops" nullable:"false"`
	Privacy   string          `json:"privacy,omitempty"`
	Music     string          `json:"music,omitempty"`
	Food      string          `json:"food,omitempty"`
	CarriedIn string          `json:"carriedIn,omitempty" doc:"case, rucksack, box or bag"`
	Words     string          `json:"words,omitempty"`
	Choices   []ChoiceView    `json:"choices" nullable:"false" doc:"what the young person wished, and what was said to it"`
	Revision  int             `json:"revision" doc:"of the plan; 0: there is none yet"`
}

// journeyViewTx gives the way; nil while there is neither a plan nor a wish.
func (s *Service) journeyViewTx(tx *db.Tx, m Move) (*JourneyView, error) {
	row, err := journeyTx(tx, m)
	if err != nil {
		return nil, err
	}
	wishes, err := choicesTx(tx, m)
	if err != nil || row.Revision == 0 && len(wishes) == 0 {
		return nil, err
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return nil, err
	}
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return nil, err
	}
	var plan Plan
	if row.Revision > 0 {
		if err := open(key, journeyAD(m.ID), row.Sealed, &plan); err != nil {
			return nil, err
		}
	}
	ids := slices.Clone(plan.With)
	goes := mayEscort(circle, m.EscortID)
	if goes {
		ids = append(ids, m.EscortID)
	}
	for _, w := range wishes {
		if w.SettledBy != nil {
			ids = append(ids, *w.SettledBy)
		}
	}
	names, err := s.namesTx(tx, m.OrganisationID, ids...)
	if err != nil {
		return nil, err
	}
	view := plan.view(names)
	view.Revision, view.LeavesAt = row.Revision, db.TimePtr(row.LeavesAt)
	if goes {
		view.Escort = person(names, m.EscortID)
	}
	for _, w := range wishes {
		choice, err := w.view(key, names)
		if err != nil {
			return nil, err
		}
		view.Choices = append(view.Choices, choice)
	}
	return &view, nil
}

func (p Plan) view(names map[string]viewer.Person) JourneyView {
	view := JourneyView{
		How: p.How, Minutes: p.Minutes, With: []viewer.Person{}, MayStop: p.MayStop, Stops: append([]Stop{}, p.Stops...),
		Privacy: p.Privacy, Music: p.Music, Food: p.Food, CarriedIn: p.CarriedIn, Words: p.Words, Choices: []ChoiceView{},
	}
	for _, id := range p.With {
		view.With = append(view.With, *person(names, id))
	}
	return view
}

// escortsTx gives who may be asked to go along, for those who plan.
func (s *Service) escortsTx(tx *db.Tx, m Move) ([]viewer.Person, error) {
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, a := range circle.Adults {
		if mayEscort(circle, a.AccountID) {
			ids = append(ids, a.AccountID)
		}
	}
	names, err := s.namesTx(tx, m.OrganisationID, ids...)
	if err != nil {
		return nil, err
	}
	escorts := make([]viewer.Person, len(ids))
	for i, id := range ids {
		escorts[i] = *person(names, id)
	}
	return escorts, nil
}

func journeyAD(moveID string) keys.AD {
	return keys.AD{Table: "journeys", Column: "sealed", Row: moveID}
}
