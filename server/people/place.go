package people

import (
	"slices"

	"heard/server/db"
	"heard/server/viewer"
)

// PlaceRight is what a relation gives over the pack of a place.
type PlaceRight string

// The rights, each with those before it.
const (
	NoPlace      PlaceRight = ""
	ConfirmPlace PlaceRight = "confirm" // reads what is being written, and is the second person who publishes it
	WritePlace   PlaceRight = "write"
)

// Place is a service young people can move to.
type Place struct {
	ID   string
	Name string
	Kind ServiceKind
}

// isPlace says whether young people live in services of this kind.
func (k ServiceKind) isPlace() bool { return k == ChildrensHome || k == FosterAgency || k == Ward }

// PlaceNamesTx gives the organisation's places by their ids.
func PlaceNamesTx(tx *db.Tx, orgID string) (map[string]Place, error) {
	rows, err := servicesTx(tx, orgID)
	places := map[string]Place{}
	for _, r := range rows {
		if kind := ServiceKind(r.Kind); kind.isPlace() {
			places[r.ID] = Place{ID: r.ID, Name: r.Name, Kind: kind}
		}
	}
	return places, err
}

// PlacesTx gives the services whose young people the viewer answers now, because they
// work for them. Leading a place is not working for it.
func PlacesTx(tx *db.Tx, v viewer.Viewer) (map[string]bool, error) {
	rights, err := PlaceRightsTx(tx, v)
	mine := map[string]bool{}
	for id, right := range rights {
		if right == WritePlace {
			mine[id] = true
		}
	}
	return mine, err
}

// PlaceRightsTx gives what the viewer holds over each place's pack now; a place that
// is nothing to them is left out.
func PlaceRightsTx(tx *db.Tx, v viewer.Viewer) (map[string]PlaceRight, error) {
	rights := map[string]PlaceRight{}
	if v.Kind != viewer.KindStaff {
		return rights, nil
	}
	held, err := inForceTx(tx, v.OrganisationID, v.AccountID)
	if err != nil || len(held) == 0 {
		return rights, err
	}
	places, err := PlaceNamesTx(tx, v.OrganisationID)
	if err != nil {
		return nil, err
	}
	c := &chart{tx: tx, v: v, served: map[string][]string{}, teams: map[string]string{}}
	if err := c.prepare(held); err != nil {
		return nil, err
	}
	for _, r := range held {
		right, all := PlaceOf(r), r.ObjectKind == ToOrganisation && r.ObjectID == v.OrganisationID
		concerned := c.services(r)
		for id := range places {
			if (all || slices.Contains(concerned, id)) && right != NoPlace && rights[id] != WritePlace {
				rights[id] = right
			}
		}
	}
	return rights, nil
}

// PlaceRightTx gives what the viewer holds over one place's pack now. Who holds
// nothing finds nothing.
func PlaceRightTx(tx *db.Tx, v viewer.Viewer, serviceID string) (PlaceRight, error) {
	rights, err := PlaceRightsTx(tx, v)
	if err == nil && rights[serviceID] == NoPlace {
		return NoPlace, errNotFound
	}
	return rights[serviceID], err
}

// PlacementStaffTx gives those who work for any of these places now.
func PlacementStaffTx(tx *db.Tx, orgID string, serviceIDs ...string) ([]string, error) {
	return holdersTx(tx, orgID, PlacementOf, serviceIDs...)
}

// PlacingTx gives those who do placement work for a young person now.
func PlacingTx(tx *db.Tx, orgID, youngPersonID string) ([]string, error) {
	return holdersTx(tx, orgID, PlacingFor, youngPersonID)
}
