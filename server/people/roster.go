package people

import (
	"context"
	"maps"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// AddShift adds a line to a team's rota.
func (s *Service) AddShift(ctx context.Context, v viewer.Viewer, shift Shift, allowGaps bool) (id string, err error) {
	shift.ID, shift.OrganisationID, shift.ChangedBy, shift.Exceptions = db.NewID(), v.OrganisationID, v.AccountID, nil
	err = s.rotaTx(ctx, v, func(tx *db.Tx, r *revision) error {
		if err := r.team(&shift); err != nil {
			return err
		}
		if all, ahead, err := countShiftsTx(tx, v.OrganisationID, shift.ServiceID); err != nil {
			return err
		} else if ahead >= maxShifts || all >= maxShiftsEver {
			return errs.New(errs.Conflict, "There are as many shifts as one service can have.").With("full")
		}
		if err := r.fit(shift); err != nil {
			return err
		}
		if err := insertShift(tx, shift); err != nil {
			return err
		}
		return r.done("rota.shift.create", shift, allowGaps, nil)
	})
	return shift.ID, err
}

// ChangeShift changes a line of the rota from now on. Exceptions of dates it no
// longer comes to go with the change.
func (s *Service) ChangeShift(ctx context.Context, v viewer.Viewer, id string, change Shift, allowGaps bool) error {
	return s.rotaTx(ctx, v, func(tx *db.Tx, r *revision) error {
		before, err := r.shift(id)
		if err != nil {
			return err
		}
		change.ID, change.OrganisationID, change.ChangedBy = id, v.OrganisationID, v.AccountID
		change.Exceptions = maps.Clone(before.Exceptions)
		if err := r.team(&change); err != nil {
			return err
		}
		for d := range before.Exceptions {
			if !change.falls(d) {
				delete(change.Exceptions, d)
				if err := deleteException(tx, change, d); err != nil {
					return err
				}
			}
		}
		if err := r.fit(change); err != nil {
			return err
		}
		if err := changeShift(tx, change); err != nil {
			return err
		}
		return r.done("rota.shift.change", change, allowGaps, &before)
	})
}

// EndShift takes a line out of the rota.
func (s *Service) EndShift(ctx context.Context, v viewer.Viewer, id string, allowGaps bool) error {
	return s.rotaTx(ctx, v, func(tx *db.Tx, r *revision) error {
		shift, err := r.shift(id)
		if err != nil {
			return err
		}
		if err := deleteShift(tx, shift); err != nil {
			return err
		}
		return r.done("rota.shift.end", shift, allowGaps, nil)
	})
}

// Except makes one date of a shift different; nil: as the shift says again.
func (s *Service) Except(ctx context.Context, v viewer.Viewer, id string, on Day, e *Exception, allowGaps bool) error {
	return s.rotaTx(ctx, v, func(tx *db.Tx, r *revision) error {
		r.around = min(on, r.today+maxAhead)
		shift, err := r.shift(id)
		if err != nil {
			return err
		}
		if err := r.mayExcept(shift, on); err != nil {
			return err
		}
		shift.ChangedBy = v.AccountID
		if e == nil {
			delete(shift.Exceptions, on)
			err = deleteException(tx, shift, on)
		} else {
			shift.Exceptions[on] = *e
			err = saveException(tx, shift, on, *e)
		}
		if err != nil {
			return err
		}
		if err := r.fit(shift); err != nil {
			return err
		}
		if err := changeShift(tx, shift); err != nil {
			return err
		}
		return r.done("rota.exception", shift, allowGaps, nil)
	})
}
