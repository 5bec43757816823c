package people

import (
	"slices"
	"time"
)

// Role is what an adult is to a young person, in the words screens use.
type Role string

// The roles, strongest first.
const (
	RoleSelf         Role = "self"
	RoleKeyworker    Role = "keyworker"
	RoleCover        Role = "cover"
	RoleLead         Role = "lead"
	RoleSafeguarding Role = "safeguarding"
	RoleTeam         Role = "team" // on a shift of the team: told when a card comes to their level
	RoleFamily       Role = "family"
	RolePlacing      Role = "placing"
	RoleBuddy        Role = "buddy"
	RoleBreakGlass   Role = "break_glass"
)

// roleOf names the role a relation gives towards a young person. Analysts,
// commissioners and administrators have none.
var roleOf = map[Kind]Role{
	KeyworkerOf:    RoleKeyworker,
	CoverFor:       RoleCover,
	LeadOf:         RoleLead,
	SafeguardingOf: RoleSafeguarding,
	OnShift:        RoleTeam,
	FamilyOf:       RoleFamily,
	PlacingFor:     RolePlacing,
	BuddyOf:        RoleBuddy,
	BreakGlass:     RoleBreakGlass,
}

// rank orders roles, strongest first.
var rank = map[Role]int{
	RoleSelf: 0, RoleKeyworker: 1, RoleCover: 2, RoleLead: 3, RoleSafeguarding: 4, RoleTeam: 5,
	RoleFamily: 6, RolePlacing: 7, RoleBuddy: 8, RoleBreakGlass: 9,
}

// Adult is one person who may receive a young person's cards.
type Adult struct {
	AccountID  string
	Role       Role   // the strongest
	Roles      []Role // all of them
	RelationID string // of the strongest role
	Staff      bool
	Default    bool       // receives a card unless the young person chooses otherwise
	ValidTo    *time.Time // of the strongest role; nil: open
}

// Has says whether the adult holds a role.
func (a Adult) Has(r Role) bool {
	for _, have := range a.Roles {
		if have == r {
			return true
		}
	}
	return false
}

// Offered says whether a young person may choose the adult for a card. Those who
// are there by a shift of the team alone are told when a card comes to their level.
func (a Adult) Offered() bool { return a.Role != RoleTeam }

// Circle is a young person with the adults who stand in a relation to them right
// now. Buddies, placement staff and administrators are not in it: they never
// receive a card.
type Circle struct {
	OrganisationID string
	YoungPersonID  string
	Adults         []Adult // strongest role first, then by account
}

// Find gives the adult with this account, if they are in the circle.
func (c Circle) Find(accountID string) (Adult, bool) {
	for _, a := range c.Adults {
		if a.AccountID == accountID {
			return a, true
		}
	}
	return Adult{}, false
}

// Default gives those who receive a card unless the young person chooses
// otherwise: keyworkers, or whoever stands nearest while there is none.
func (c Circle) Default() []Adult {
	return c.with(func(a Adult) bool { return a.Default })
}

// Safeguarding gives the safeguarding leads.
func (c Circle) Safeguarding() []Adult {
	return c.with(func(a Adult) bool { return a.Has(RoleSafeguarding) })
}

// Leads gives the leads of the young person's services.
func (c Circle) Leads() []Adult {
	return c.with(func(a Adult) bool { return a.Has(RoleLead) })
}

func (c Circle) with(wanted func(Adult) bool) []Adult {
	var some []Adult
	for _, a := range c.Adults {
		if wanted(a) {
			some = append(some, a)
		}
	}
	return some
}

// markDefaults names the default recipients: every adult of the nearest staff
// role that somebody holds.
func (c *Circle) markDefaults() {
	for _, role := range []Role{RoleKeyworker, RoleCover, RoleLead, RoleSafeguarding} {
		found := false
		for i := range c.Adults {
			if c.Adults[i].Staff && c.Adults[i].Has(role) {
				c.Adults[i].Default, found = true, true
			}
		}
		if found {
			return
		}
	}
}

// Held is one relation in force between a viewer and a young person.
type Held struct {
	RelationID string
	Kind       Kind
	ObjectKind ObjectKind
	ObjectID   string
	ValidTo    *time.Time
}

// Standing is everything a viewer is to a young person right now.
type Standing struct {
	YoungPersonID string
	Self          bool
	Held          []Held
}

// Has says whether the viewer holds a relation of this kind.
func (s Standing) Has(kinds ...Kind) bool {
	for _, h := range s.Held {
		for _, k := range kinds {
			if h.Kind == k {
				return true
			}
		}
	}
	return false
}

// dropGlass takes broken glass away from whoever leads no more: an hour that was
// opened by a lead ends with the lead's own relation.
func (s *Standing) dropGlass() {
	if !s.Leads() {
		s.Held = slices.DeleteFunc(s.Held, func(h Held) bool { return h.Kind == BreakGlass })
	}
}

// GlassUntil is when broken glass closes again; nil while none is broken.
func (s Standing) GlassUntil() *time.Time {
	for _, h := range s.Held {
		if h.Kind == BreakGlass {
			return h.ValidTo
		}
	}
	return nil
}

// None says that the viewer is nothing to the young person.
func (s Standing) None() bool { return !s.Self && len(s.Held) == 0 }

// Leads says whether the viewer leads or safeguards a service of the young person.
func (s Standing) Leads() bool { return s.Has(LeadOf, SafeguardingOf) }

// Role is the strongest role, or nothing.
func (s Standing) Role() Role {
	if s.Self {
		return RoleSelf
	}
	var best Role
	for _, h := range s.Held {
		if r := roleOf[h.Kind]; best == "" || rank[r] < rank[best] {
			best = r
		}
	}
	return best
}

// Mine is a young person a viewer stands in a relation to.
type Mine struct {
	YoungPersonID string
	Role          Role
	RelationID    string
}
