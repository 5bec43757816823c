package reports

import (
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var errNotYours = errs.New(errs.Forbidden, "You can read these figures but not write about them.")

// Counted is a unit as far as permission goes: the services counted in it.
type Counted struct {
	ID       string
	Services []string
}

// MayReadUnit says whether somebody may read a unit's figures: those of a service of
// theirs. A home reads its pool.
func MayReadUnit(w people.InsightView, u Counted) error {
	for _, id := range u.Services {
		if w.MayRead(id) {
			return nil
		}
	}
	return errNotFound
}

// MayNote says whether somebody may write what was done about a unit's figures.
func MayNote(v viewer.Viewer, w people.InsightView, u Counted) error {
	if err := MayReadUnit(w, u); err != nil {
		return err
	}
	for _, id := range u.Services {
		if viewer.AsInsight(v) == nil && w.MayWriteAbout(id) {
			return nil
		}
	}
	return errNotYours
}

// MayTarget says whether somebody may set the organisation's targets: who answers
// for all of it, not for one service.
func MayTarget(v viewer.Viewer, w people.InsightView) error {
	if viewer.AsInsight(v) == nil && w.MayWriteAbout("") {
		return nil
	}
	return errNotYours
}
