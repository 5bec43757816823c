package feelings

import (
	"slices"
	"time"

	"heard/server/people"
)

// Told is one recipient of a card as the levels see them.
type Told struct {
	AccountID string
	Role      people.Role
	Staff     bool
	Level     int  // the level they were told at; 0: not since the card was opened again
	OnDuty    bool // on duty when they were last told
	Failed    bool // no channel reached them
}

// Facts is everything a card's deadlines stand on, read in one transaction. All
// questions about levels are asked of it alone, without a database or a clock.
type Facts struct {
	Card   Card
	Status Status
	Limits people.Limits
	Circle people.Circle
	Duty   people.Duty
	Told   []Told
	Off    []string // switched off for this card
	Now    time.Time
}

// Telling is one adult who is to be told.
type Telling struct {
	people.Adult
	Level  int
	OnDuty bool
}

// told finds a recipient.
func (f Facts) told(accountID string) (Told, bool) {
	for _, t := range f.Told {
		if t.AccountID == accountID {
			return t, true
		}
	}
	return Told{}, false
}

// level gives the staff of a level above the first, but for whoever is switched off.
func (f Facts) level(level int) []people.Adult {
	var adults []people.Adult
	switch {
	case level == LevelCover && f.Duty.Planned:
		adults = f.Duty.Cover
	case level == LevelCover:
		adults = f.holders(people.RoleCover)
	case level == LevelTeam && f.Duty.Planned:
		adults = f.Duty.Team
	case level == LevelTeam:
		adults = f.holders(people.RoleTeam)
	case level == LevelLead:
		adults = slices.Concat(f.Duty.OnCall, f.Circle.Leads(), f.Circle.Safeguarding())
	}
	var some []people.Adult
	for _, a := range adults {
		known := slices.ContainsFunc(some, func(b people.Adult) bool { return b.AccountID == a.AccountID })
		if a.Staff && !known && !slices.Contains(f.Off, a.AccountID) {
			some = append(some, a)
		}
	}
	return some
}

func (f Facts) holders(role people.Role) []people.Adult {
	var some []people.Adult
	for _, a := range f.Circle.Adults {
		if a.Has(role) {
			some = append(some, a)
		}
	}
	return some
}

// fresh gives those of a level who have not been told yet, or only while they
// were off duty and are on now.
func (f Facts) fresh(level int) []Telling {
	var some []Telling
	for _, a := range f.level(level) {
		on := f.Duty.On(a.AccountID)
		if t, known := f.told(a.AccountID); known && t.Level > 0 && (t.OnDuty || !on) {
			continue
		}
		some = append(some, Telling{Adult: a, Level: level, OnDuty: on})
	}
	return some
}

// climb is the way up from a level: everyone to tell, as far as the first level
// that has somebody on duty. Levels without are passed at once; their people, if
// there are any, are told all the same.
type climb struct {
	tell  []Telling
	level int
	first string // whom the words name: the first on duty, or else the first at all
	on    bool   // somebody on duty was found
}

func (f Facts) climb(from int) climb {
	c := climb{level: from}
	for c.level < LevelLead && !c.on {
		c.level++
		c.add(f.fresh(c.level))
	}
	if !c.on {
		// Nobody above: whoever has come on duty below since is not passed over.
		c.add(f.newcomers())
	}
	if c.first == "" && len(c.tell) > 0 {
		c.first = c.tell[0].AccountID
	}
	return c
}

func (c *climb) add(some []Telling) {
	for _, t := range some {
		if slices.ContainsFunc(c.tell, func(have Telling) bool { return have.AccountID == t.AccountID }) {
			continue
		}
		c.tell = append(c.tell, t)
		if t.OnDuty && !c.on {
			c.first, c.on = t.AccountID, true
		}
	}
}

// newcomers are those of any level who are on duty now and were not when they
// were told, or were never told.
func (f Facts) newcomers() []Telling {
	var some []Telling
	add := func(t Telling) {
		if t.OnDuty && !slices.ContainsFunc(some, func(have Telling) bool { return have.AccountID == t.AccountID }) {
			some = append(some, t)
		}
	}
	for _, t := range f.Told {
		if a, ok := f.Circle.Find(t.AccountID); ok && t.Staff && !t.OnDuty {
			add(Telling{Adult: a, Level: max(t.Level, LevelAudience), OnDuty: f.Duty.On(t.AccountID)})
		}
	}
	for level := LevelCover; level <= LevelLead; level++ {
		for _, t := range f.fresh(level) {
			add(t)
		}
	}
	return some
}

// everybody is all who were told and are still of this young person's people, and
// all of the levels told so far.
func (f Facts) everybody() []Telling {
	var all []Telling
	add := func(a people.Adult, level int) {
		known := slices.ContainsFunc(all, func(have Telling) bool { return have.AccountID == a.AccountID })
		if !known && !slices.Contains(f.Off, a.AccountID) {
			all = append(all, Telling{Adult: a, Level: level, OnDuty: f.Duty.On(a.AccountID)})
		}
	}
	for _, t := range f.Told {
		if a, ok := f.Circle.Find(t.AccountID); ok && t.Level > 0 {
			add(a, t.Level)
		}
	}
	for level := LevelCover; level <= f.Status.Level; level++ {
		for _, a := range f.level(level) {
			add(a, level)
		}
	}
	return all
}

// guardians are those a not-safe card rests with: the safeguarding leads who were told;
// when they have all left, the safeguarding leads there are now; and the other leads
// who were told where there is none.
func (f Facts) guardians() []people.Adult {
	if f.Card.Kind != KindNotSafe {
		return nil
	}
	var safeguarding, fresh, leads []people.Adult
	for _, a := range f.Circle.Adults {
		if slices.Contains(f.Off, a.AccountID) {
			continue
		}
		_, told := f.told(a.AccountID)
		switch {
		case a.Has(people.RoleSafeguarding) && told:
			safeguarding = append(safeguarding, a)
		case a.Has(people.RoleSafeguarding):
			fresh = append(fresh, a)
		case a.Has(people.RoleLead) && told:
			leads = append(leads, a)
		}
	}
	for _, some := range [][]people.Adult{safeguarding, fresh} {
		if len(some) > 0 {
			return some
		}
	}
	return leads
}

// forsaken says that a not-safe card which nothing else brings round waits for a
// safeguarding lead although none is there: those told have left, nobody has come yet.
func (f Facts) forsaken() bool {
	ended := f.Status.State == StateClosed || f.Status.State == StateCheck
	return f.Card.Kind == KindNotSafe && ended && len(f.guardians()) == 0 &&
		slices.ContainsFunc(f.Told, func(t Told) bool { return t.Role == people.RoleSafeguarding })
}

// guarded says that a not-safe card may rest: one of its safeguarding leads has
// pressed, also one who has left since.
func (f Facts) guarded() bool {
	pressed := func(id string) bool { return f.Status.SeenByPerson(id) }
	for _, t := range f.Told {
		if t.Role == people.RoleSafeguarding && pressed(t.AccountID) {
			return true
		}
	}
	return slices.ContainsFunc(f.guardians(), func(a people.Adult) bool { return pressed(a.AccountID) })
}

// waitsFor says that a not-safe card still waits for a press of this lead's, or of
// another of its safeguarding leads.
func (f Facts) waitsFor(accountID string) bool {
	return !f.guarded() && slices.ContainsFunc(f.guardians(), func(a people.Adult) bool { return a.AccountID == accountID })
}

// awaited is whom the words name when a deadline passes: whoever has it in hand,
// or else whom the server told last.
func (f Facts) awaited() string {
	s := f.Status
	switch {
	case s.HandedTo != "" && s.State != StatePromised:
		return s.HandedTo
	case s.State == StateSeen, s.State == StatePromised, s.State == StateHere:
		return s.WhoID
	case s.ToldID != "":
		return s.ToldID
	case s.WhoID != "":
		return s.WhoID
	}
	return f.first(s.Level)
}

// unreached says that no channel reached anybody of the level that was told last.
func (f Facts) unreached() bool {
	any := false
	for _, t := range f.Told {
		if t.Staff && t.Level == f.Status.Level {
			any = true
			if !t.Failed {
				return false
			}
		}
	}
	return any
}

// allUnreached says that no channel reached anybody at all: nobody is being told.
func (f Facts) allUnreached() bool {
	for _, t := range f.Told {
		if t.Staff && t.Level > 0 && !t.Failed {
			return false
		}
	}
	return true
}

// first is the member of staff the words name for a level that was told.
func (f Facts) first(level int) string {
	for _, t := range f.Told {
		if t.Staff && t.Level == level {
			return t.AccountID
		}
	}
	for _, t := range f.Told {
		if t.Staff {
			return t.AccountID
		}
	}
	return ""
}
