package people

import (
	"heard/server/errs"
	"heard/server/viewer"
)

// Authority is what a viewer holds over whatever a relation concerns, read in
// the transaction that decides. Who has none finds nothing, so that a refusal
// does not tell who is here.
type Authority struct {
	Admin   bool // administers the organisation
	Leads   bool // leads or safeguards what the relation concerns
	HasLead bool // somebody leads it at present
}

// adminsAlone are the kinds that administrators decide about among themselves: they give
// accounts to keep and nothing to read. A lead has no word in it.
func adminsAlone(k Kind) bool { return k == AdminOf }

// byTwo are the kinds that never take effect on one person's word: whoever reads all
// figures of the organisation is proposed by an administrator and confirmed by a lead.
func byTwo(k Kind) bool { return k == CommissionerOf }

var (
	errNoSelfGrant = errs.New(errs.Forbidden, "Nobody can decide about a relation of their own.").With("self_grant")
	errNotYours    = errs.New(errs.Forbidden, "Only a lead or an administrator can do this.")
)

// concerns says whether the relation is one of the viewer's own.
func concerns(v viewer.Viewer, r Relation) bool {
	return v.AccountID == "" || v.AccountID == r.SubjectID || v.AccountID == r.ObjectID
}

// MayPropose says whether the viewer may ask for this relation.
func MayPropose(v viewer.Viewer, a Authority, r Relation) error {
	switch {
	case !a.Admin && !a.Leads:
		return errNotFound
	case r.Kind == BreakGlass || r.Kind == "":
		return errNotYours
	case concerns(v, r):
		return errNoSelfGrant
	case a.Admin:
		return nil
	case !adminsAlone(r.Kind) && !byTwo(r.Kind):
		return nil
	}
	return errNotYours
}

// AtOnce says whether a relation that may be proposed takes effect without a
// second person: another administrator, the first lead where nobody leads, and what
// a lead grants in their own team.
func AtOnce(a Authority, r Relation) bool {
	switch {
	case adminsAlone(r.Kind):
		return a.Admin
	case byTwo(r.Kind):
		return false
	case r.Kind == LeadOf && !a.HasLead:
		return a.Admin || a.Leads
	}
	return a.Leads
}

// MayConfirm says whether the viewer may confirm what somebody else proposed.
func MayConfirm(v viewer.Viewer, a Authority, r Relation) error {
	switch {
	case !a.Admin && !a.Leads:
		return errNotFound
	case concerns(v, r) || v.AccountID == r.GrantedBy:
		return errNoSelfGrant
	case !a.Leads || adminsAlone(r.Kind):
		return errs.New(errs.Forbidden, "Only a lead of this team or service can confirm this.")
	}
	return nil
}

// MayEnd says whether the viewer may end a relation. Ending only takes away, so
// an administrator may end any.
func MayEnd(_ viewer.Viewer, a Authority, r Relation) error {
	switch {
	case a.Admin:
		return nil
	case !a.Leads:
		return errNotFound
	case adminsAlone(r.Kind):
		return errNotYours
	}
	return nil
}

// MayBreakGlass says whether the viewer may open a young person's things for an
// hour without being asked: leads and safeguarding leads of their services only.
func MayBreakGlass(s Standing) error {
	switch {
	case s.Leads():
		return nil
	case s.None():
		return errNotFound
	}
	return errs.New(errs.Forbidden, "Only a lead or a safeguarding lead can do this.")
}

// MayMakeJoinCode says whether the viewer may make a code that opens a phone for
// a young person: their keyworker or cover, a lead, or an administrator.
func MayMakeJoinCode(s Standing, admin bool) error {
	switch {
	case admin, s.Leads(), s.Has(KeyworkerOf, CoverFor):
		return nil
	case s.None() || s.Self:
		return errNotFound
	}
	return errs.New(errs.Forbidden, "Only a keyworker, a lead or an administrator can make a join code.")
}

// MayLimit says whether the viewer may read and set how long a service's levels
// have: whoever leads or safeguards it, and administrators.
func MayLimit(a Authority) error {
	if a.Admin || a.Leads {
		return nil
	}
	return errNotFound
}

// FigureRight is what a relation gives towards published figures.
type FigureRight int

// The rights, each with those before it.
const (
	NoFigures FigureRight = iota
	ReadFigures
	PublishFigures // also sets targets and writes what was done about a release
)

// Figures says what a relation in force gives towards the published figures of the
// services it concerns, or of all when it is to the organisation. Placement staff read
// those of their own place.
func Figures(r Relation) FigureRight {
	switch r.Kind {
	case AnalystOf, CommissionerOf:
		return PublishFigures
	case KeyworkerOf, CoverFor, OnShift, LeadOf, SafeguardingOf, PlacementOf, AdminOf:
		return ReadFigures
	}
	return NoFigures
}

// PlaceOf says what a relation in force gives over the packs of the places it concerns.
func PlaceOf(r Relation) PlaceRight {
	switch r.Kind {
	case PlacementOf:
		return WritePlace
	case LeadOf, SafeguardingOf:
		return ConfirmPlace
	}
	return NoPlace
}

// RotaStanding is what a viewer holds over a team's rota.
type RotaStanding struct {
	Admin  bool // administers the organisation
	Leads  bool // leads the team or its service
	Belong bool // works with the service's young people, by a relation or a shift
}

// MayReadRota says whether the viewer may read the team's rota.
func MayReadRota(r RotaStanding) error {
	if r.Admin || r.Leads || r.Belong {
		return nil
	}
	return errNotFound
}

// MayPlanRota says whether the viewer may change the team's rota.
func MayPlanRota(r RotaStanding) error {
	switch {
	case r.Admin, r.Leads:
		return nil
	case r.Belong:
		return errs.New(errs.Forbidden, "Only a lead of this team can change its rota.")
	}
	return errNotFound
}

// MayReadNotice says whether the viewer may read a notice about a service's rota:
// whoever leads or safeguards it, and administrators.
func MayReadNotice(a Authority) error { return MayLimit(a) }

// MayHearOfGlass says whether the viewer is told that somebody opened a young
// person's things: their other leads.
func MayHearOfGlass(v viewer.Viewer, a Authority, brokenBy string) error {
	if a.Leads && v.AccountID != brokenBy {
		return nil
	}
	return errNotFound
}
