package viewer

import "heard/server/errs"

// Coarse policies: they stand on a route's line and look at the viewer alone.
// Finer questions are asked by the domains, with the object in hand.

// AsYoung lets a young person in, locked or not: a lock never stands in front of
// sending.
func AsYoung(v Viewer) error {
	if v.Place != Young || v.Kind != KindYoungPerson {
		return errs.New(errs.Forbidden, "Only a young person can do this.")
	}
	return nil
}

// AsYoungReading lets a young person in whose lock and history are open.
func AsYoungReading(v Viewer) error {
	if err := AsYoung(v); err != nil {
		return err
	}
	return Unlocked(v)
}

// AsYoungSettingLock lets in whoever reads, and whoever only lacks the lock that
// reading on a shared tablet asks for.
func AsYoungSettingLock(v Viewer) error {
	if err := AsYoung(v); err != nil || v.NeedsLock {
		return err
	}
	return Unlocked(v)
}

// AsStaff lets staff in at their own place.
func AsStaff(v Viewer) error {
	if v.Place != Work || v.Kind != KindStaff {
		return errs.New(errs.Forbidden, "Only staff can do this.")
	}
	return Unlocked(v)
}

// AsAdmin lets administrators in at their own place.
func AsAdmin(v Viewer) error {
	if v.Place != Admin || v.Kind != KindAdmin {
		return errs.New(errs.Forbidden, "Only an administrator can do this.")
	}
	return Unlocked(v)
}

// AsInsight lets staff and administrators in where published figures are read. Which
// figures, if any, follows from relations.
func AsInsight(v Viewer) error {
	if v.Place != Insight || v.Kind != KindStaff && v.Kind != KindAdmin {
		return errs.New(errs.Forbidden, "Only staff and administrators can do this.")
	}
	return Unlocked(v)
}

// Unlocked lets whoever may read private things now.
func Unlocked(v Viewer) error {
	if !v.Reading {
		return errs.New(errs.Forbidden, "Unlock to read this.").With("locked")
	}
	return nil
}
