package people

import (
	"context"
	"maps"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// gapsChecked is how far ahead a change to the rota is looked through for gaps.
const gapsChecked = 28 * 24 * time.Hour

// revision is one change to the rota, in one transaction.
type revision struct {
	s      *Service
	tx     *db.Tx
	v      viewer.Viewer
	loc    *time.Location
	today  Day
	around Day               // the date it is about, if it is about one
	before map[string][]Span // service → gaps as they were
}

// rotaTx holds off every other change to the organisation's rota for this one.
func (s *Service) rotaTx(ctx context.Context, v viewer.Viewer, do func(tx *db.Tx, r *revision) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		loc, _, err := zoneTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		if err := lockRotaTx(tx, v.OrganisationID); err != nil {
			return err
		}
		return do(tx, &revision{s: s, tx: tx, v: v, loc: loc, today: DayOf(tx.Now, loc), before: map[string][]Span{}})
	})
}

// team asks that the viewer may plan the shift's team, and that shift and person
// are right by themselves.
func (r *revision) team(shift *Shift) error {
	team, err := teamTx(r.tx, r.v.OrganisationID, shift.TeamID)
	if err != nil {
		return err
	}
	if err := r.s.mayPlanTx(r.tx, r.v, team); err != nil {
		return err
	}
	shift.ServiceID = team.ServiceID
	if err := shift.validate(r.today); err != nil {
		return err
	}
	return r.remember(team.ServiceID)
}

// shift gives one the viewer may change.
func (r *revision) shift(id string) (Shift, error) {
	shift, err := visibleShiftTx(r.tx, r.v, id)
	if err != nil {
		return shift, err
	}
	team, err := teamTx(r.tx, r.v.OrganisationID, shift.TeamID)
	if err != nil {
		return shift, err
	}
	if err := r.s.mayPlanTx(r.tx, r.v, team); err != nil {
		return shift, err
	}
	return shift, r.remember(shift.ServiceID)
}

// remember keeps a service's gaps as they were: only those a change makes count
// against it, or a rota could never be filled up shift by shift.
func (r *revision) remember(serviceID string) error {
	if _, known := r.before[serviceID]; known {
		return nil
	}
	found, err := r.gaps(serviceID)
	r.before[serviceID] = found
	return err
}

func (r *revision) gaps(serviceID string) ([]Span, error) {
	shifts, err := shiftsTx(r.tx, r.v.OrganisationID, "service_id = ?", serviceID)
	if err != nil {
		return nil, err
	}
	first := firstOf(shifts, r.loc)
	if first == nil {
		return nil, nil
	}
	from, to := later(*first, r.tx.Now), r.gapsUntil()
	if !from.Before(to) {
		return nil, nil
	}
	away, err := awayTx(r.tx, r.v.OrganisationID, staffOf(shifts)...)
	return gaps(without(away, timesBetween(shifts, from, to, r.loc)), from, to), err
}

// gapsUntil is how far a change is looked through for gaps.
func (r *revision) gapsUntil() time.Time {
	return later(r.tx.Now.Add(gapsChecked), MomentOf(r.around+3, 0, r.loc))
}

func (r *revision) mayExcept(shift Shift, on Day) error {
	const sentence = "The shift doesn't come to this date."
	switch {
	case !shift.falls(on) || on < r.today-1:
		return errs.New(errs.Invalid, sentence).Field("date", sentence)
	case on > r.today+maxAhead:
		const sentence = "A date within a year from now."
		return errs.New(errs.Invalid, sentence).Field("date", sentence)
	case len(shift.Exceptions) >= maxExceptions:
		return errs.New(errs.Conflict, "There are as many exceptions as one shift can have.").With("full")
	}
	return nil
}

// fit asks of everybody the shift puts on a time that they are staff, and that
// they are nowhere else then.
func (r *revision) fit(shift Shift) error {
	who := []string{shift.AccountID}
	for _, d := range slices.Sorted(maps.Keys(shift.Exceptions)) {
		e := shift.Exceptions[d]
		if !e.Off {
			if err := e.Hours.validate(); err != nil {
				return err
			}
		}
		if e.AccountID != "" && d >= r.today-1 {
			who = append(who, e.AccountID)
		}
	}
	for _, id := range unique(who) {
		if err := r.s.fitStaff(r.tx, r.v.OrganisationID, id); err != nil {
			return err
		}
		if err := r.once(id, shift); err != nil {
			return err
		}
	}
	return nil
}

// fitStaff asks that an account is staff of the organisation and not suspended.
func (s *Service) fitStaff(tx *db.Tx, orgID, accountID string) error {
	return s.fitSubject(tx, Relation{OrganisationID: orgID, SubjectID: accountID, Kind: KeyworkerOf})
}

// once asks that a person is nowhere twice at once.
func (r *revision) once(accountID string, shift Shift) error {
	shifts, err := shiftsOfTx(r.tx, r.v.OrganisationID, accountID)
	if err != nil {
		return err
	}
	shifts = append(slices.DeleteFunc(shifts, func(o Shift) bool { return o.ID == shift.ID }), shift)
	times := timesBetween(shifts, r.tx.Now, MomentOf(r.today+maxAhead+7, 0, r.loc), r.loc)
	times = slices.DeleteFunc(times, func(t ShiftTime) bool { return t.AccountID != accountID })
	a, b, twice := overlap(times)
	if !twice {
		return nil
	}
	place := Span{b.StartsAt, earlier(a.EndsAt, b.EndsAt)}
	sentence := placeOf(place, r.loc) + ": they would be on twice."
	return named(errs.New(errs.Invalid, sentence).With("overlap").Field("personId", sentence), place)
}

// done refuses a new gap, unless it is allowed, and brings everything that follows
// from the rota up to date.
func (r *revision) done(action string, shift Shift, allowGaps bool, moved *Shift) error {
	services := []string{shift.ServiceID}
	if moved != nil && moved.ServiceID != shift.ServiceID {
		services = []string{moved.ServiceID, shift.ServiceID} // the old one lets its times go first
	}
	for _, id := range services {
		if !allowGaps {
			if err := r.refuseGap(id); err != nil {
				return err
			}
		}
		if err := r.s.planServiceTx(r.tx, r.v.OrganisationID, id, r.v.AccountID); err != nil {
			return err
		}
	}
	return note(r.tx, r.v, action, "rota_shift", shift.ID, "")
}

func (r *revision) refuseGap(serviceID string) error {
	after, err := r.gaps(serviceID)
	if err != nil {
		return err
	}
	found, is := newGap(r.before[serviceID], after)
	if !is {
		return nil
	}
	place := placeOf(found, r.loc)
	if !found.To.Before(r.gapsUntil()) {
		place = "From " + momentIn(found.From, r.loc) + " on"
	}
	sentence := place + ": nobody is on."
	return named(errs.New(errs.Invalid, sentence).With("gap").Field("gap", sentence), found)
}

// named adds the place as times, for a screen in another language.
func named(e *errs.Error, place Span) error {
	return e.Field("startsAt", place.From.Format(time.RFC3339)).Field("endsAt", place.To.Format(time.RFC3339))
}

func momentIn(t time.Time, loc *time.Location) string { return t.In(loc).Format("Mon 2 Jan 15:04") }

// placeOf names a stretch of the rota: Tue 24 Nov 02:00 to 07:00.
func placeOf(s Span, loc *time.Location) string {
	if DayOf(s.From, loc) == DayOf(s.To, loc) {
		return momentIn(s.From, loc) + " to " + s.To.In(loc).Format("15:04")
	}
	return momentIn(s.From, loc) + " to " + momentIn(s.To, loc)
}
