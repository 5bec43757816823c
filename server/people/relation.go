package people

import (
	"time"

	"heard/server/errs"
	"heard/server/viewer"
)

// Kind says what a relation is.
type Kind string

// The kinds of relation. Standing to oneself is implicit and has no row.
const (
	ServedBy       Kind = "served_by"       // young person → service
	KeyworkerOf    Kind = "keyworker_of"    // staff → young person
	CoverFor       Kind = "cover_for"       // staff → young person or team, a shift and two hours
	OnShift        Kind = "on_shift"        // staff → team, a shift and two hours
	LeadOf         Kind = "lead_of"         // staff → team or service
	SafeguardingOf Kind = "safeguarding_of" // staff → service or organisation
	PlacingFor     Kind = "placing_for"     // staff → young person
	PlacementOf    Kind = "placement_of"    // staff → the place they work for
	BuddyOf        Kind = "buddy_of"        // young person → young person
	FamilyOf       Kind = "family_of"       // family → young person
	AnalystOf      Kind = "analyst_of"      // staff → service
	CommissionerOf Kind = "commissioner_of" // staff → organisation
	AdminOf        Kind = "admin_of"        // administrator → organisation
	BreakGlass     Kind = "break_glass"     // lead → young person, one hour, read only
)

// ObjectKind says what a relation points at.
type ObjectKind string

// What a relation can point at.
const (
	ToYoungPerson  ObjectKind = "young_person"
	ToTeam         ObjectKind = "team"
	ToService      ObjectKind = "service"
	ToOrganisation ObjectKind = "organisation"
)

// State is what a relation is worth at a moment.
type State string

// The states. Only a current relation gives a right.
const (
	Proposed State = "proposed" // nobody has confirmed it
	Future   State = "future"
	Current  State = "current"
	Expired  State = "expired"
	Ended    State = "ended"
)

// GlassTime is how long a break-glass stays open.
const GlassTime = 60 * time.Minute

// Relation is one row: who is what to whom, from when to when, by whose word.
type Relation struct {
	ID             string
	OrganisationID string
	SubjectID      string
	Kind           Kind
	ObjectKind     ObjectKind
	ObjectID       string
	ValidFrom      time.Time
	ValidTo        *time.Time
	GrantedBy      string // empty: the server's own console
	Reason         string
	CreatedAt      time.Time
	ConfirmedBy    string
	ConfirmedAt    *time.Time
	EndedBy        string
	EndedAt        *time.Time
	EndReason      string
}

// StateAt says what the relation is worth at a moment. The store asks the same
// question in SQL (inForce); a test holds the two together.
func (r Relation) StateAt(now time.Time) State {
	switch {
	case r.EndedAt != nil:
		return Ended
	case r.ValidTo != nil && !r.ValidTo.After(now):
		return Expired
	case r.ConfirmedAt == nil:
		return Proposed
	case r.ValidFrom.After(now):
		return Future
	}
	return Current
}

// rule says what a kind of relation joins, and how long it may last.
type rule struct {
	subject viewer.Kind
	objects []ObjectKind
	longest func(from time.Time) time.Time // nil: without limit
}

func months(n int) func(time.Time) time.Time {
	return func(from time.Time) time.Time { return from.AddDate(0, n, 0) }
}

func hours(n int) func(time.Time) time.Time {
	return func(from time.Time) time.Time { return from.Add(time.Duration(n) * time.Hour) }
}

// rules holds every kind that can be asked for. Break-glass is not among them:
// it has a door of its own.
var rules = map[Kind]rule{
	ServedBy:       {viewer.KindYoungPerson, []ObjectKind{ToService}, nil},
	KeyworkerOf:    {viewer.KindStaff, []ObjectKind{ToYoungPerson}, months(12)},
	CoverFor:       {viewer.KindStaff, []ObjectKind{ToYoungPerson}, hours(24 + 2)},
	LeadOf:         {viewer.KindStaff, []ObjectKind{ToTeam, ToService}, nil},
	SafeguardingOf: {viewer.KindStaff, []ObjectKind{ToService, ToOrganisation}, nil},
	PlacingFor:     {viewer.KindStaff, []ObjectKind{ToYoungPerson}, months(12)},
	PlacementOf:    {viewer.KindStaff, []ObjectKind{ToService}, nil},
	BuddyOf:        {viewer.KindYoungPerson, []ObjectKind{ToYoungPerson}, months(6)},
	FamilyOf:       {viewer.KindFamily, []ObjectKind{ToYoungPerson}, nil},
	AnalystOf:      {viewer.KindStaff, []ObjectKind{ToService}, nil},
	CommissionerOf: {viewer.KindStaff, []ObjectKind{ToOrganisation}, nil},
	AdminOf:        {viewer.KindAdmin, []ObjectKind{ToOrganisation}, nil},
}

// Ask is a relation somebody wishes for.
type Ask struct {
	SubjectID string
	Kind      Kind
	ObjectID  string
	ValidFrom *time.Time // nil: now
	ValidTo   *time.Time // nil: as long as the kind may last
	Reason    string
}

// clockSlack forgives a browser whose clock runs behind the server's.
const clockSlack = 5 * time.Minute

// Validate checks an ask against its kind and gives the time it would run.
func (a *Ask) Validate(now time.Time) (from time.Time, to *time.Time, err error) {
	wrong := func(field, sentence string) error {
		return errs.New(errs.Invalid, sentence).Field(field, sentence)
	}
	r, ok := rules[a.Kind]
	if !ok {
		return from, nil, wrong("kind", "There is no such kind of relation.")
	}
	if a.SubjectID == "" {
		return from, nil, wrong("subjectId", "Say whose relation it is.")
	}
	if a.ObjectID == "" {
		return from, nil, wrong("objectId", "Say to whom or to what the relation is.")
	}
	if a.SubjectID == a.ObjectID {
		return from, nil, wrong("objectId", "Nobody can stand in a relation to themselves.")
	}
	if a.Reason, err = cleanReason(a.Reason, true); err != nil {
		return from, nil, err
	}
	from = now
	if a.ValidFrom != nil && a.ValidFrom.After(now) {
		from = *a.ValidFrom
	}
	switch {
	case a.ValidFrom != nil && a.ValidFrom.Before(now.Add(-clockSlack)):
		return from, nil, wrong("validFrom", "A relation can't begin in the past.")
	case from.After(now.AddDate(1, 0, 0)):
		return from, nil, wrong("validFrom", "A relation can begin a year from now at the latest.")
	}
	if a.ValidTo != nil {
		to = timePtr(*a.ValidTo)
	}
	if r.longest != nil {
		last := r.longest(from)
		if to == nil {
			to = &last
		}
		if to.After(last) {
			return from, nil, wrong("validTo", tooLong[a.Kind])
		}
	}
	if to != nil && !to.After(from) {
		return from, nil, wrong("validTo", "A relation has to end after it begins.")
	}
	return from, to, nil
}

var tooLong = map[Kind]string{
	KeyworkerOf: "A keyworker can be named for 12 months at most, then renewed.",
	CoverFor:    "Cover lasts one shift and two hours, 26 hours at most.",
	PlacingFor:  "Placement work can last 12 months at most.",
	BuddyOf:     "A buddy can be named for 6 months at most.",
}
