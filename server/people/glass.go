package people

import (
	"context"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/viewer"
)

// BreakGlass opens a young person's things to a lead for one hour, to read only.
// The young person sees it among those who looked, their other leads by a notice. Asking again while it is open
// answers the same end and prolongs nothing.
func (s *Service) BreakGlass(ctx context.Context, v viewer.Viewer, youngPersonID, reason string) (until time.Time, err error) {
	if reason, err = cleanReason(reason, true); err != nil {
		return until, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		standing, err := StandingTx(tx, v, youngPersonID)
		if err != nil {
			return err
		}
		if err := MayBreakGlass(standing); err != nil {
			return err
		}
		open, err := openGlassTx(tx, v.OrganisationID, v.AccountID, youngPersonID)
		if err != nil {
			return err
		}
		if open != nil {
			until = *open
			return nil
		}
		until = tx.Now.Add(GlassTime)
		r := Relation{
			ID: db.NewID(), OrganisationID: v.OrganisationID, SubjectID: v.AccountID, Kind: BreakGlass,
			ObjectKind: ToYoungPerson, ObjectID: youngPersonID, ValidFrom: tx.Now, ValidTo: &until,
			GrantedBy: v.AccountID, Reason: reason, CreatedAt: tx.Now,
			ConfirmedBy: v.AccountID, ConfirmedAt: timePtr(tx.Now),
		}
		if err := insertRelation(tx, r); err != nil {
			return err
		}
		if err := s.tellOfGlassTx(tx, v, youngPersonID, until); err != nil {
			return err
		}
		s.wakeAfter(tx, r)
		return note(tx, v, audit.BrokeGlass, "relation", r.ID, youngPersonID)
	})
	return until, err
}
