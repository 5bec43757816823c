package listening

import (
	"time"

	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var (
	// errLinkEnded is the one answer for a link that was used, has run out, was never
	// made, or whose young person's account has ended.
	errLinkEnded    = errs.New(errs.NotFound, "This link has been used or has ended.").With("link")
	errEnoughLinks  = errs.New(errs.Conflict, "This contact has its three links already.").With("too_many")
	errNothingToAsk = errs.New(errs.Conflict, "There is nothing to ask about this contact any more.").With("nothing_to_ask")
)

// MayMakeFamilyLink says whether the viewer may have a family asked about a contact:
// the worker who recorded it as theirs, while they stand in a relation to the young
// person. A card is between the two of them, and what the young person added is
// known to nobody else.
func MayMakeFamilyLink(v viewer.Viewer, s people.Standing, c Contact, now time.Time) error {
	if err := MayRecord(v, s); err != nil {
		return err
	}
	if v.AccountID != c.WorkerID || v.AccountID != c.RecordedBy || v.OrganisationID != c.OrganisationID || s.YoungPersonID != c.YoungPersonID {
		return errNotFound
	}
	if c.Kind == KindCard || c.Outcome != Happened || c.ServiceID == "" || c.At.Before(now.Add(-familyRecent)) {
		return errNothingToAsk
	}
	return nil
}
