package reports

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// poolName is what files call the pool; screens word it themselves.
const poolName = "Small services together"

// shelf is everything a viewer may read of an organisation's releases but the cells.
type shelf struct {
	view     people.InsightView
	loc      *time.Location
	releases map[figures.Period]Release
	order    []Release   // oldest first
	units    []unitShelf // that the viewer may read, in the order of their names
}

// unitShelf is a unit as its newest release named it.
type unitShelf struct {
	UnitView
	services []string // ids
	newest   figures.Period
}

// ids gives the units' ids.
func (h shelf) ids() []string {
	list := make([]string, len(h.units))
	for i, u := range h.units {
		list[i] = u.ID
	}
	return list
}

// find gives a unit the viewer may read.
func (h shelf) find(id string) (unitShelf, error) {
	for _, u := range h.units {
		if u.ID == id {
			return u, nil
		}
	}
	return unitShelf{}, errNotFound
}

// shelfTx reads what the viewer may read. Everything but permission is from releases.
func shelfTx(tx, published *db.Tx, v viewer.Viewer) (shelf, error) {
	w, err := people.InsightTx(tx, v)
	if err != nil {
		return shelf{}, err
	}
	if v.Program {
		w = w.Shared()
	}
	return shelfOfTx(tx, published, v.OrganisationID, w)
}

func shelfOfTx(tx, published *db.Tx, orgID string, w people.InsightView) (shelf, error) {
	h := shelf{view: w, releases: map[figures.Period]Release{}}
	var err error
	if h.loc, err = people.ZoneTx(tx, orgID); err != nil {
		return h, err
	}
	if h.order, err = releasesTx(published, orgID); err != nil {
		return h, err
	}
	for _, r := range h.order {
		h.releases[r.Period] = r
	}
	rows, err := releaseUnitsTx(published, orgID)
	if err != nil {
		return h, err
	}
	for _, u := range unitsOf(rows) {
		if MayReadUnit(w, Counted{u.ID, u.services}) == nil {
			h.units = append(h.units, u)
		}
	}
	return h, nil
}

// unitsOf gives each unit as its newest release named it. The rows come newest first.
func unitsOf(rows []unitRow) []unitShelf {
	var units []unitShelf
	at := map[string]int{}
	for _, row := range rows {
		i, known := at[row.UnitID]
		p := figures.Period(row.Period)
		if !known {
			i, at[row.UnitID] = len(units), len(units)
			units = append(units, unitShelf{newest: p, UnitView: UnitView{
				ID: row.UnitID, Name: row.ServiceName, Pool: row.Pool, Cadence: cadenceWord(p.Quarterly()),
			}})
			if row.Pool {
				units[i].Name = poolName
			}
		}
		if units[i].newest == p {
			units[i].Services, units[i].services = append(units[i].Services, row.ServiceName), append(units[i].services, row.ServiceID)
		}
	}
	slices.SortStableFunc(units, func(a, b unitShelf) int { return compareNames(a.UnitView, b.UnitView) })
	return units
}

// Overview says what there is to read for a viewer.
func (s *Service) Overview(ctx context.Context, v viewer.Viewer) (Overview, error) {
	o := Overview{Units: []UnitView{}, Measures: []MeasureView{}, Releases: []ReleaseView{}}
	err := s.read(ctx, func(tx, published *db.Tx) error {
		h, err := shelfTx(tx, published, v)
		if err != nil {
			return err
		}
		if !h.view.All && len(h.view.Services) == 0 {
			return errNotFound
		}
		o.MayWrite = h.view.MayWrite
		if len(h.units) == 0 {
			return nil
		}
		for _, u := range h.units {
			o.Units = append(o.Units, u.UnitView)
		}
		for _, r := range slices.Backward(h.order) {
			o.Releases = append(o.Releases, releaseView(r))
		}
		o.Next = h.next()
		o.Measures, err = measuresTx(tx, published, v.OrganisationID, h.ids())
		return err
	})
	return o, err
}

// next is the period whose figures come out first of those that the viewer's units have
// next. Of a unit that has ended nothing comes any more.
func (h shelf) next() *NextView {
	newest := h.order[len(h.order)-1].PublishedAt
	var first *NextView
	for _, u := range h.units {
		p := u.newest.Next()
		closes := p.Closes(h.loc)
		if _, out := h.releases[p]; out || !closes.After(newest) || first != nil && !closes.Before(first.ClosesAt) {
			continue
		}
		first = &NextView{Period: string(p), ClosesAt: closes}
	}
	return first
}

// measuresTx lists the measures that have a figure in any of the units, and the
// headline's always.
func measuresTx(tx, published *db.Tx, orgID string, units []string) ([]MeasureView, error) {
	has, err := shownSetsTx(published, orgID, units)
	if err != nil {
		return nil, err
	}
	targets, err := targetsTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	var list []MeasureView
	for _, m := range Measures {
		if !has[m.Set] && m.Set != SetListened {
			continue
		}
		view := MeasureView{Key: m.Key, Group: m.Group, Direction: string(m.Direction), Kind: string(m.Kind)}
		if target, set := targets[m.Key]; set {
			view.Target = &target
		}
		list = append(list, view)
	}
	return list, nil
}
