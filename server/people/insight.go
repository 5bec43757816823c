package people

import (
	"slices"

	"heard/server/db"
	"heard/server/viewer"
)

// InsightView is which published figures somebody may read now, and which of them they
// answer for: targets and the notes about what was done.
type InsightView struct {
	Services []string // whose figures they may read, in order
	All      bool     // those of every service
	MayWrite bool     // answers for any of them at all

	writes   []string
	writeAll bool
	admin    bool // administers the organisation
}

// MayRead says whether a service's figures are theirs to read.
func (w InsightView) MayRead(serviceID string) bool {
	return w.All || slices.Contains(w.Services, serviceID)
}

// MayWriteAbout says whether they answer for a service's figures.
func (w InsightView) MayWriteAbout(serviceID string) bool {
	return w.writeAll || slices.Contains(w.writes, serviceID)
}

// Shared is what of it they may pass on to programs: what they answer for, and for whoever
// administers the organisation all of it.
func (w InsightView) Shared() InsightView {
	w.Services, w.All = w.writes, w.writeAll || w.admin
	return w
}

// InsightTx reads which figures are the viewer's. It goes by relations in force alone: an
// account that is suspended, of another organisation or related to nothing has none.
func InsightTx(tx *db.Tx, v viewer.Viewer) (InsightView, error) {
	held, err := inForceTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return InsightView{}, err
	}
	c := &chart{tx: tx, v: v, served: map[string][]string{}, teams: map[string]string{}}
	if err := c.prepare(held); err != nil {
		return InsightView{}, err
	}
	services, err := servicesTx(tx, v.OrganisationID)
	if err != nil {
		return InsightView{}, err
	}
	var w InsightView
	for _, r := range held {
		right := Figures(r)
		all := r.ObjectKind == ToOrganisation && r.ObjectID == v.OrganisationID
		w.admin = w.admin || all && r.Kind == AdminOf
		w.All, w.writeAll = w.All || all && right >= ReadFigures, w.writeAll || all && right == PublishFigures
		concerned := c.services(r)
		for _, service := range services { // what the organisation does not have is nobody's here
			if !slices.Contains(concerned, service.ID) {
				continue
			}
			if right >= ReadFigures {
				w.Services = append(w.Services, service.ID)
			}
			if right == PublishFigures {
				w.writes = append(w.writes, service.ID)
			}
		}
	}
	w.Services, w.writes = unique(w.Services), unique(w.writes)
	w.MayWrite = w.writeAll || len(w.writes) > 0
	return w, nil
}

// MayFiguresTx says it in a word, for the screens: none, read or publish.
func MayFiguresTx(tx *db.Tx, v viewer.Viewer) (string, error) {
	w, err := InsightTx(tx, v)
	switch {
	case err != nil:
		return "", err
	case w.MayWrite:
		return "publish", nil
	case w.All || len(w.Services) > 0:
		return "read", nil
	}
	return "none", nil
}
