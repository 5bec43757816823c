package people

import (
	"slices"

	"heard/server/db"
	"heard/server/viewer"
)

// Led is a service about which somebody decides.
type Led struct {
	ID    string
	Name  string
	Leads bool // they lead it or a team of it, by that relation and no other
}

// LedTx lists the services whose settings the viewer may change: those they lead or
// safeguard, and every one for an administrator.
func LedTx(tx *db.Tx, v viewer.Viewer) ([]Led, error) {
	c, err := chartTx(tx, v)
	if err != nil {
		return nil, err
	}
	services, err := servicesTx(tx, v.OrganisationID)
	if err != nil {
		return nil, err
	}
	led := []Led{}
	for _, s := range services {
		if MayLimit(c.authority(Relation{OrganisationID: v.OrganisationID, ObjectKind: ToService, ObjectID: s.ID})) == nil {
			led = append(led, Led{ID: s.ID, Name: s.Name, Leads: c.leadsService(s.ID)})
		}
	}
	return led, nil
}

// leadsService says whether the viewer leads the service or a team of it. Whoever
// safeguards it does not: that is another office.
func (c *chart) leadsService(serviceID string) bool {
	return c.v.Kind == viewer.KindStaff && slices.ContainsFunc(c.leads, func(l leadRow) bool {
		return Kind(l.Kind) == LeadOf && l.SubjectID == c.v.AccountID && l.ServiceID == serviceID
	})
}
