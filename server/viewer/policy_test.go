package viewer_test

import (
	"testing"

	"heard/server/errs"
	"heard/server/viewer"
)

// The policies of the route table, held against every viewer.
func TestCoarsePolicies(t *testing.T) {
	for name, c := range map[string]struct {
		policy func(viewer.Viewer) error
		place  viewer.Place
		kind   viewer.Kind
		locked bool // lets a locked viewer in
	}{
		"young":   {viewer.AsYoung, viewer.Young, viewer.KindYoungPerson, true},
		"reading": {viewer.AsYoungReading, viewer.Young, viewer.KindYoungPerson, false},
		"staff":   {viewer.AsStaff, viewer.Work, viewer.KindStaff, false},
		"admin":   {viewer.AsAdmin, viewer.Admin, viewer.KindAdmin, false},
		"setting": {viewer.AsYoungSettingLock, viewer.Young, viewer.KindYoungPerson, false},
	} {
		for _, place := range []viewer.Place{"", viewer.Young, viewer.Work, viewer.Admin} {
			for _, kind := range []viewer.Kind{"", viewer.KindYoungPerson, viewer.KindStaff, viewer.KindAdmin, viewer.KindFamily} {
				for _, reading := range []bool{false, true} {
					err := c.policy(viewer.Viewer{Place: place, Kind: kind, Reading: reading})
					right := place == c.place && kind == c.kind
					if allowed := right && (reading || c.locked); (err == nil) != allowed {
						t.Errorf("%s: %s %s reading %t: %v", name, place, kind, reading, err)
					}
					if right && err != nil && errs.ReasonOf(err) != "locked" {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		}
	}
}
