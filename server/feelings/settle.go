package feelings

import (
	"heard/server/db"
	"heard/server/errs"
	"heard/server/fault"
	"heard/server/notify"
	"heard/server/people"
)

// alertedInbox stands with a recipient whose open inbox showed the card.
const alertedInbox = "inbox"

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
	if a.Outcome == notify.NoChannel && text(r.Alerted) == alertedInbox {
		return nil // no push reached them, and they have the inbox open
	}
	if err := alertedTx(tx, d, []string{a.AccountID}, string(a.Outcome)); err != nil {
		return err
	}
	if a.Outcome == notify.NoChannel {
		return s.unreachedTx(tx, d, a)
	}
	if fault.AcceptedIsSeen && a.Outcome == notify.Accepted && d.Status.Can(EventSeen) {
		return s.recordTx(tx, d, Event{Kind: EventSeen, ActorID: a.AccountID, Evidence: "push:" + a.AlertID})
	}
	e := Event{Kind: EventAlerting, AboutID: a.AccountID, Evidence: "push:" + a.AlertID}
	// Only staff count: family may be told, but a card waits for staff.
	if !isStaff(*r) || !d.Status.Can(e.Kind) {
		return nil
	}
	if err := s.recordTx(tx, d, e); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.waker.Wake(d.Card.YoungPersonID) })
	return nil
}

// unreachedTx tells the next level at once when no channel reached anybody of
// this one.
func (s *Service) unreachedTx(tx *db.Tx, d *dossier, a notify.Settled) error {
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	out, ok := facts.Unreached()
	if !ok {
		return nil
	}
	out.Events[0].Evidence = "push:" + a.AlertID
	if err := s.applyTx(tx, d, out); err != nil {
		return err
	}
	s.wakeTx(tx, d)
	return nil
}

func isStaff(r recipientRow) bool { return people.Role(r.Role) != people.RoleFamily }
