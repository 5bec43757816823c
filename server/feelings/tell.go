package feelings

import (
	"time"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/people"
)

// applyTx does what an outcome says: tells people, writes down why, and sets when
// the card is looked at next.
func (s *Service) applyTx(tx *db.Tx, d *dossier, out Outcome) error {
	if out.Anew {
		if err := s.alerts.CancelTx(tx, d.Card.ID); err != nil {
			return err
		}
	}
	if err := tellTx(tx, d, out.Tell); err != nil {
		return err
	}
	if len(out.Tell) > 0 {
		if err := s.alerts.EnqueueTx(tx, alertsOf(d.Card, out)); err != nil {
			return err
		}
	}
	return s.recordTx(tx, d, out.Events...)
}

// openAnewTx tells a card's people as when it first came: its audience as it
// stands now, and the levels above them while nobody is on duty.
func (s *Service) openAnewTx(tx *db.Tx, d *dossier) error {
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	audience := Recipients(facts.Circle, d.Card, d.audienceIDs(), d.Off)
	if err := untoldTx(tx, d); err != nil {
		return err
	}
	out := d.facts(tx.Now).Open(audience)
	out.Anew = true
	return s.applyTx(tx, d, out)
}

// audienceIDs lists those whom the young person or a colleague gave the card to;
// who only came to know of it by the levels is told again by the levels.
func (d *dossier) audienceIDs() []string {
	var ids []string
	for _, r := range d.Recipients {
		if r.Level == LevelAudience {
			ids = append(ids, r.AccountID)
		}
	}
	return ids
}

func alertsOf(c Card, out Outcome) []notify.Alert {
	alerts := make([]notify.Alert, len(out.Tell))
	for i, t := range out.Tell {
		alerts[i] = alertOf(c, t.AccountID)
		if out.TTL > 0 {
			alerts[i].TTL = out.TTL
		}
	}
	return alerts
}

// alertOf says how loudly a card asks. Its alert is worth telling for longer than
// any level has time.
func alertOf(c Card, accountID string) notify.Alert {
	a := notify.Alert{
		OrganisationID: c.OrganisationID, AccountID: accountID, SubjectKind: subjectCard, SubjectID: c.ID,
		Body: notify.Card, TTL: 24 * time.Hour, Urgency: notify.UrgencyHigh,
	}
	if c.Urgent() || c.soon() {
		a.Body, a.TTL = notify.NeedsYou, 4*time.Hour
	}
	return a
}

// told gives a stored recipient as the levels see them.
func (r recipientRow) told() Told {
	return Told{
		AccountID: r.AccountID, Role: people.Role(r.Role), Staff: isStaff(r), Level: r.Level, OnDuty: r.OnDuty,
		Failed: text(r.Alerted) == string(notify.NoChannel),
	}
}
