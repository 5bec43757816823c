package notify

import (
	"heard/server/errs"
	"heard/server/viewer"
)

// MayUsePush is asked before anything about one's own push subscriptions and contact points: staff at work, with reading open.
func MayUsePush(v viewer.Viewer) error {
	if v.Place != viewer.Work || v.Kind != viewer.KindStaff {
		return errs.New(errs.NotFound, "There is nothing here.")
	}
	if !v.Reading {
		return errs.New(errs.Forbidden, "Unlock Heard first.").With("locked")
	}
	return nil
}
