package listening

import (
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// errNotFound is the one answer for what is not there and what may not be seen.
var errNotFound = errs.New(errs.NotFound, "There is nothing here, or it isn't yours to see.")

// What a young person's phone named and could not. The reasons tell a phone that
// it is refused for good, which a bare "not found" does not.
var (
	errNoContact = errs.New(errs.NotFound, "There is no such meeting of yours.").With("contact")
	errOutside   = errs.New(errs.Forbidden, "This device isn't let in to your answers yet.").With("device")
	errNoWorker  = errs.New(errs.NotFound, "This person isn't one of your people.").With("with")
)

// recording are the relations of those who have contacts with a young person.
var recording = []people.Kind{people.KeyworkerOf, people.CoverFor, people.LeadOf, people.SafeguardingOf, people.OnShift}

// MayRecord says whether the viewer may record a contact with a young person.
// Breaking the glass is for reading, so it does not do.
func MayRecord(v viewer.Viewer, s people.Standing) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	if !s.Has(recording...) {
		return errNotFound
	}
	return nil
}

// MayMeet says whether a young person may say that they saw this worker: one of
// those around them now.
func MayMeet(v viewer.Viewer, c people.Circle, workerID string) error {
	if err := viewer.AsYoung(v); err != nil {
		return err
	}
	if a, ok := c.Find(workerID); c.YoungPersonID != v.AccountID || !ok || !a.Staff {
		return errNoWorker
	}
	return nil
}

// MayAnswer says whether the viewer may answer about a contact: only the young
// person whose it was, locked or not.
func MayAnswer(v viewer.Viewer, c Contact) error {
	if err := viewer.AsYoung(v); err != nil {
		return err
	}
	if v.AccountID == "" || v.AccountID != c.YoungPersonID || v.OrganisationID != c.OrganisationID {
		return errNoContact
	}
	return nil
}

// MayReadTold says whether a worker may read what a young person told them: while
// they stand in a relation to them, and nobody else ever.
func MayReadTold(v viewer.Viewer, workerID string, s people.Standing) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	if v.AccountID != workerID || !s.Has(recording...) {
		return errNotFound
	}
	return nil
}
