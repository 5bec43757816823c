package viewer_test

import (
	"slices"
	"testing"

	"heard/server/errs"
	"heard/server/viewer"
)

// The policies of the route table, held against every viewer.
func TestCoarsePolicies(t *testing.T) {
	for name, c := range map[string]struct {
		policy func(viewer.Viewer) error
		place  viewer.Place
		kinds  []viewer.Kind
		locked bool // lets a locked viewer in
	}{
		"young":   {viewer.AsYoung, viewer.Young, []viewer.Kind{viewer.KindYoungPerson}, true},
		"reading": {viewer.AsYoungReading, viewer.Young, []viewer.Kind{viewer.KindYoungPerson}, false},
		"staff":   {viewer.AsStaff, viewer.Work, []viewer.Kind{viewer.KindStaff}, false},
		"admin":   {viewer.AsAdmin, viewer.Admin, []viewer.Kind{viewer.KindAdmin}, false},
		"insight": {viewer.AsInsight, viewer.Insight, []viewer.Kind{viewer.KindStaff, viewer.KindAdmin}, false},
		"setting": {viewer.AsYoungSettingLock, viewer.Young, []viewer.Kind{viewer.KindYoungPerson}, false},
	} {
		for _, place := range append([]viewer.Place{""}, viewer.Places...) {
			for _, kind := range []viewer.Kind{"", viewer.KindYoungPerson, viewer.KindStaff, viewer.KindAdmin, viewer.KindFamily} {
				for _, reading := range []bool{false, true} {
					err := c.policy(viewer.Viewer{Place: place, Kind: kind, Reading: reading})
					right := place == c.place && slices.Contains(c.kinds, kind)
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
