package people

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// DutyState is where a worker stands with the shift of now.
type DutyState string

// The states.
const (
	DutyNone   DutyState = "none"   // no shift, now or in the next fortnight
	DutyOff    DutyState = "off"    // not on a shift now
	DutyAsked  DutyState = "asked"  // on a shift, no test push answered for it yet
	DutyOn     DutyState = "on"     // on duty
	DutyLapsed DutyState = "lapsed" // was on duty for it; the answer is too old or its device is gone
)

// DutyShift is the shift a worker is on.
type DutyShift struct {
	StartsAt time.Time `json:"startsAt"`
	EndsAt   time.Time `json:"endsAt"`
	Role     ShiftRole `json:"role" enum:"team,cover,on_call"`
	Team     NamedTeam `json:"team"`
}

// NamedTeam names a team.
type NamedTeam struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// DutyNext is when a worker's next shift begins.
type DutyNext struct {
	StartsAt time.Time `json:"startsAt"`
}

// DutyView is a worker's duty as they see it.
type DutyView struct {
	Planned   bool       `json:"planned" doc:"A rota has begun where they work. Until one has, everybody counts as on duty."`
	Shift     *DutyShift `json:"shift,omitempty"`
	State     DutyState  `json:"state" enum:"none,off,asked,on,lapsed"`
	GoodUntil *time.Time `json:"goodUntil,omitempty" doc:"On duty until then, unless another test push is answered."`
	AskedAt   *time.Time `json:"askedAt,omitempty"`
	NextShift *DutyNext  `json:"nextShift,omitempty"`
	MadeUp    bool       `json:"madeUp,omitempty" doc:"In the demo: on duty without a phone that answered a test push."`
}

// MyDuty tells a worker whether they are on duty.
func (s *Service) MyDuty(ctx context.Context, v viewer.Viewer) (DutyView, error) {
	d := DutyView{State: DutyNone}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		mine, err := myServicesTx(tx, v)
		if err != nil {
			return err
		}
		if d.Planned, err = plannedTx(tx, v.OrganisationID, mine); err != nil {
			return err
		}
		rows, err := nextTimesTx(tx, v.OrganisationID, v.AccountID)
		if err != nil || len(rows) == 0 {
			return err
		}
		d.State, d.AskedAt = DutyOff, db.TimePtr(rows[0].AskedAt)
		for _, row := range rows {
			if !row.runs(tx.Now) {
				d.NextShift = &DutyNext{StartsAt: row.StartsAt.Time()}
				break
			}
		}
		if !rows[0].runs(tx.Now) {
			return nil
		}
		return fillDutyTx(tx, v, rows[0], &d)
	})
	return d, err
}

func fillDutyTx(tx *db.Tx, v viewer.Viewer, row timeRow, d *DutyView) error {
	team, err := teamTx(tx, v.OrganisationID, row.TeamID)
	if err != nil {
		return err
	}
	d.Shift = &DutyShift{
		StartsAt: row.StartsAt.Time(), EndsAt: row.EndsAt.Time(), Role: ShiftRole(row.Role), Team: NamedTeam{ID: team.ID, Name: team.Name},
	}
	on, err := confirmedTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return err
	}
	since := row.StartsAt.Time().Add(-answerBefore)
	if on[row.ID] {
		last, err := lastAnswerTx(tx, v.OrganisationID, v.AccountID)
		if last != nil {
			d.GoodUntil = timePtr(last.Add(answerHolds + answerGrace))
		}
		if err != nil {
			return err
		}
		d.State = DutyOn
		d.MadeUp, err = madeUpTx(tx, v.OrganisationID, v.AccountID)
		return err
	}
	before, err := everAnsweredTx(tx, v.OrganisationID, v.AccountID, since)
	d.State = DutyAsked
	if before {
		d.State = DutyLapsed
	}
	return err
}

// AskForTest sends the test push to a worker who is on a shift, or will be within
// half an hour, and asks for it.
func (s *Service) AskForTest(ctx context.Context, v viewer.Viewer) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		rows, err := nextTimesTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].StartsAt.Time().After(tx.Now.Add(answerBefore)) {
			return errs.New(errs.Conflict, "You aren't on a shift now.").With("no_shift")
		}
		sent := 0
		if s.tester != nil {
			if sent, err = s.tester.SendTestsTx(tx, v.OrganisationID, v.AccountID); err != nil {
				return err
			}
		}
		if sent == 0 {
			return errs.New(errs.Conflict, "No test could be sent: turn on notifications on this device, or wait ten minutes if you have just asked.").With("no_device")
		}
		return asked(tx, rows[0].ID)
	})
}

// ConfirmDemoTx puts somebody on duty for every shift of theirs without a phone, in
// the made-up organisation only: nobody there has one.
func (s *Service) ConfirmDemoTx(tx *db.Tx, orgID, accountID string) error {
	o, err := OrganisationTx(tx, orgID)
	if err != nil {
		return err
	}
	if !o.Demo {
		return errs.New(errs.Internal, "Only the demo puts people on duty without a phone.")
	}
	return s.answeredTx(tx, answerRow{AccountID: accountID, SubscriptionID: "demo", OrganisationID: orgID, AnsweredAt: db.At(tx.Now), MadeUp: true})
}
