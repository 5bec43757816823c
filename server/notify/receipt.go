package notify

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"strings"

	"heard/server/db"
	"heard/server/errs"
)

const longestReport = 16 << 10

// delivered is what GOV.UK Notify tells of a message it took.
type delivered struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Status    string `json:"status"`
}

// HearReport takes a report of the text service. Whoever can't prove to be it finds nothing here. What is not about
// a message of ours changes nothing, and neither does a report that was heard before.
func (s *Service) HearReport(ctx context.Context, authorization string, body []byte) error {
	if !s.provesItself(authorization) {
		return errNotFound
	}
	if len(body) > longestReport {
		return errs.New(errs.TooLarge, "This is too long for a report.")
	}
	r, is := readReport(body)
	if !is {
		return nil
	}
	// It speaks for no organisation and may be about any.
	return s.db.Tx(db.WholeServer(ctx), func(tx *db.Tx) error { return s.reportTx(tx, r) })
}

func readReport(body []byte) (r delivered, is bool) {
	err := json.Unmarshal(body, &r)
	return r, err == nil && r.Reference != ""
}

// provesItself compares in a time that tells nothing of the token. Without a token set nobody proves anything.
func (s *Service) provesItself(authorization string) bool {
	scheme, token, _ := strings.Cut(authorization, " ")
	given, want := s.ring.MAC("report token", []byte(token)), s.ring.MAC("report token", []byte(s.reports.Reveal()))
	same := hmac.Equal(given, want)
	return same && s.reports != "" && strings.EqualFold(scheme, "Bearer")
}

// reportTx enters a report. Whether the alert has reached anybody is then decided where that is always decided: the
// alert is made due, and the sender finds what is left.
func (s *Service) reportTx(tx *db.Tx, r delivered) error {
	arrived, failed := judgeReport(r.Status)
	row, found, err := reportedDelivery(tx, r.Reference)
	if err != nil || !found || row.Status == deliveryDelivered {
		return err
	}
	switch {
	case arrived:
		if err := endDelivery(tx, row.ID, deliveryDelivered, nil); err != nil {
			return err
		}
		err = touchContact(tx, row.ContactID, map[string]any{"last_problem": nil, "last_accepted_at": db.At(tx.Now)})
	case failed && row.Status != deliveryFailed && ours(row, r.ID):
		problem := problemUndelivered
		if err := endDelivery(tx, row.ID, deliveryFailed, &problem); err != nil {
			return err
		}
		err = touchContact(tx, row.ContactID, map[string]any{"last_problem": problem})
	default:
		return nil
	}
	if err != nil {
		return err
	}
	tx.AfterCommit(s.Wake)
	return lookAgain(tx, row.AlertID)
}

// ours says whether a failure is of the message that counts: after a crash the same reference may have been sent
// twice, and the first one's failure says nothing of the second.
func ours(row deliveryRow, providerID string) bool {
	return row.ProviderID == nil || strings.EqualFold(*row.ProviderID, providerID)
}
