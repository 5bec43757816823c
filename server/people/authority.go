package people

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// administersTx says whether the viewer administers their organisation now. The
// kind of account alone gives nothing.
func administersTx(tx *db.Tx, v viewer.Viewer) (bool, error) {
	if v.Kind != viewer.KindAdmin {
		return false, nil
	}
	held, err := inForceTx(tx, v.OrganisationID, v.AccountID)
	return slices.ContainsFunc(held, func(r Relation) bool {
		return r.Kind == AdminOf && r.ObjectKind == ToOrganisation && r.ObjectID == v.OrganisationID
	}), err
}

// mustAdminister is the first question of every administrator's act.
func mustAdminister(tx *db.Tx, v viewer.Viewer) error {
	admin, err := administersTx(tx, v)
	if err == nil && !admin {
		return errs.New(errs.Forbidden, "Only an administrator can do this.")
	}
	return err
}

// chart is who leads what now, read once for as many decisions as are due.
type chart struct {
	tx     *db.Tx
	v      viewer.Viewer
	admin  bool
	leads  []leadRow
	served map[string][]string // young person → services
	teams  map[string]string   // team → service
}

func chartTx(tx *db.Tx, v viewer.Viewer) (*chart, error) {
	c := &chart{tx: tx, v: v, served: map[string][]string{}, teams: map[string]string{}}
	var err error
	if c.admin, err = administersTx(tx, v); err != nil {
		return nil, err
	}
	c.leads, err = leadsTx(tx, v.OrganisationID)
	return c, err
}

// leadsAnything says whether the viewer leads or safeguards anything at all.
func (c *chart) leadsAnything() bool {
	return slices.ContainsFunc(c.leads, func(l leadRow) bool { return l.SubjectID == c.v.AccountID })
}

// prepare reads in two queries what the authorities over these relations need.
func (c *chart) prepare(list []Relation) error {
	var young []string
	for _, r := range list {
		switch {
		case r.ObjectKind == ToYoungPerson:
			young = append(young, r.ObjectID)
		case r.Kind == ServedBy:
			young = append(young, r.SubjectID)
		}
	}
	slices.Sort(young)
	served, err := servedByTx(c.tx, c.v.OrganisationID, slices.Compact(young))
	if err != nil {
		return err
	}
	c.served = served
	rows, err := teamsTx(c.tx, c.v.OrganisationID)
	for _, t := range rows {
		c.teams[t.ID] = t.ServiceID
	}
	return err
}

// services gives the services a relation concerns; none for one that concerns
// the organisation as a whole.
func (c *chart) services(r Relation) []string {
	switch {
	case r.Kind == ServedBy:
		// Those who lead the young person now decide; the receiving service only
		// when nobody does, or it would let itself in.
		now := c.served[r.SubjectID]
		if slices.ContainsFunc(c.leads, func(l leadRow) bool { return slices.Contains(now, l.ServiceID) }) {
			return now
		}
		return []string{r.ObjectID}
	case r.ObjectKind == ToYoungPerson:
		return c.served[r.ObjectID]
	case r.ObjectKind == ToTeam:
		if id := c.teams[r.ObjectID]; id != "" {
			return []string{id}
		}
	case r.ObjectKind == ToService:
		return []string{r.ObjectID}
	}
	return nil
}

// authority says what the viewer holds over a relation that prepare has seen.
func (c *chart) authority(r Relation) Authority {
	a := Authority{Admin: c.admin}
	services := c.services(r)
	wide := r.ObjectKind == ToOrganisation
	guarded := slices.ContainsFunc(c.leads, func(l leadRow) bool { return l.ObjectKind == string(ToOrganisation) })
	for _, l := range c.leads {
		covers := l.ObjectKind == string(ToOrganisation) ||
			l.ServiceID != "" && slices.Contains(services, l.ServiceID) ||
			wide && !guarded // until the organisation has a safeguarding lead, any lead
		if !covers {
			continue
		}
		if l.SubjectID == c.v.AccountID && c.v.Kind == viewer.KindStaff {
			a.Leads = true
		}
		if l.SubjectID != r.SubjectID && Kind(l.Kind) == LeadOf {
			a.HasLead = true
		}
	}
	return a
}

// authorityTx says what the viewer holds over one relation.
func authorityTx(tx *db.Tx, v viewer.Viewer, r Relation) (Authority, error) {
	c, err := chartTx(tx, v)
	if err != nil {
		return Authority{}, err
	}
	if err := c.prepare([]Relation{r}); err != nil {
		return Authority{}, err
	}
	return c.authority(r), nil
}

// MayMakeCode is asked by accounts before it makes a join code: nil, or the
// error to answer.
func MayMakeCode(_ context.Context, tx *db.Tx, v viewer.Viewer, youngPersonID string) error {
	if v.Kind == viewer.KindAdmin {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if err := youngPersonExists(tx, v.OrganisationID, youngPersonID); err != nil {
			return err
		}
		return MayMakeJoinCode(Standing{YoungPersonID: youngPersonID}, true)
	}
	standing, err := StandingTx(tx, v, youngPersonID)
	if err != nil {
		return err
	}
	return MayMakeJoinCode(standing, false)
}

// RolesTx names what the viewer is, for the screens of their place.
func RolesTx(tx *db.Tx, v viewer.Viewer) ([]string, error) {
	held, err := inForceTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, r := range held {
		switch r.Kind {
		case AdminOf:
			has["admin"] = v.Kind == viewer.KindAdmin
		case KeyworkerOf, CoverFor, LeadOf, SafeguardingOf, OnShift:
			has[string(roleOf[r.Kind])] = true
		case PlacementOf:
			has["placement"] = true
		case PlacingFor:
			has["placing"] = true
		case AnalystOf:
			has["analyst"] = true
		case CommissionerOf:
			has["commissioner"] = true
		}
	}
	roles := []string{}
	for _, role := range []string{"admin", "keyworker", "cover", "lead", "safeguarding", "team", "placement", "placing", "analyst", "commissioner"} {
		if has[role] {
			roles = append(roles, role)
		}
	}
	return roles, nil
}
