package feelings

import (
	"heard/server/db"
	"heard/server/errs"
	"heard/server/notify"
	"heard/server/people"
)

// SettleTx hears what became of an alert. A push service that took it proves that
// someone is being told, never that anyone has seen the card.
func (s *Service) SettleTx(tx *db.Tx, a notify.Settled) error {
	if a.SubjectKind != subjectCard {
		return nil
	}
	d, err := serverTx(tx, a.OrganisationID, a.SubjectID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil // the card is gone: nothing is left to say
	}
	if err != nil {
		return err
	}
	r := d.recipient(a.AccountID)
	if r == nil {
		return nil
	}
	if err := alertedTx(tx, d, []string{a.AccountID}, string(a.Outcome)); err != nil {
		return err
	}
	e, ok := settled(d, a)
	if !ok || !d.Status.Can(e.Kind) {
		return nil
	}
	if err := s.recordTx(tx, d, e); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.waker.Wake(d.Card.YoungPersonID) })
	return nil
}

// settled says what an alert's end proves about its card, if anything. Only staff
// count: family may be told, but a card waits for staff.
func settled(d *dossier, a notify.Settled) (Event, bool) {
	if a.Outcome == notify.Accepted {
		staff := isStaff(*d.recipient(a.AccountID))
		return Event{Kind: EventAlerting, AboutID: a.AccountID, Evidence: "push:" + a.AlertID}, staff
	}
	first := ""
	for _, r := range d.Recipients {
		if !isStaff(r) {
			continue
		}
		if text(r.Alerted) != string(notify.NoChannel) {
			return Event{}, false
		}
		if first == "" || people.Role(r.Role) == people.RoleKeyworker {
			first = r.AccountID
		}
	}
	return Event{Kind: EventNoChannel, AboutID: first, Evidence: "push:" + a.AlertID}, true
}

func isStaff(r recipientRow) bool { return people.Role(r.Role) != people.RoleFamily }
