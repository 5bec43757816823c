package placements

import (
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var (
	errNotWriter  = errs.New(errs.Forbidden, "Only those who work for this place can write its pack.").With("not_writer")
	errSamePerson = errs.New(errs.Forbidden, "Somebody else has to check it before it is published.").With("same_person")
)

// MayReadDraft says whether the viewer may read what a place is still writing: whoever
// works for it, and whoever may be the second person to look.
func MayReadDraft(v viewer.Viewer, right people.PlaceRight) error {
	if viewer.AsStaff(v) != nil || right == people.NoPlace {
		return errNotFound
	}
	return nil
}

// MayWritePack says whether the viewer may change a place's pack.
func MayWritePack(v viewer.Viewer, right people.PlaceRight) error {
	if err := MayReadDraft(v, right); err != nil {
		return err
	}
	if right != people.WritePlace {
		return errNotWriter
	}
	return nil
}

// MayPublish says whether the viewer may be the second person: never the one who said
// that it is ready.
func MayPublish(v viewer.Viewer, right people.PlaceRight, readyBy string) error {
	if err := MayReadDraft(v, right); err != nil {
		return err
	}
	if v.AccountID == readyBy {
		return errSamePerson
	}
	return nil
}
