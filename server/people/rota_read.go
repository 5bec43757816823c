package people

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// RotaTeam is a team whose rota the viewer may read, or change.
type RotaTeam struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	May     string      `json:"may" enum:"edit,read"`
	Service ServiceName `json:"service"`
}

// RotaTime is one concrete time somebody is on.
type RotaTime struct {
	ShiftID  string        `json:"shiftId"`
	Date     string        `json:"date"`
	StartsAt time.Time     `json:"startsAt"`
	EndsAt   time.Time     `json:"endsAt"`
	Person   viewer.Person `json:"person"`
	Role     ShiftRole     `json:"role" enum:"team,cover,on_call"`
	Changed  bool          `json:"changed" doc:"Not as the shift says: an exception made it so."`
	OnDuty   bool          `json:"onDuty" doc:"On duty now: has answered the test push for this time."`
}

// RotaSpan is a time when nobody is on in the whole service.
type RotaSpan struct {
	StartsAt time.Time `json:"startsAt"`
	EndsAt   time.Time `json:"endsAt"`
}

// RotaException is what one date of a shift is instead.
type RotaException struct {
	Date        string `json:"date"`
	Kind        string `json:"kind" enum:"off,changed"`
	From        string `json:"from,omitempty"`
	To          string `json:"to,omitempty"`
	EndsNextDay bool   `json:"endsNextDay"`
	PersonID    string `json:"personId,omitempty"`
}

// RotaShift is one line of the plan.
type RotaShift struct {
	ID          string          `json:"id"`
	TeamID      string          `json:"teamId"`
	Person      viewer.Person   `json:"person"`
	Role        ShiftRole       `json:"role" enum:"team,cover,on_call"`
	Date        string          `json:"date" doc:"The first date."`
	From        string          `json:"from"`
	To          string          `json:"to"`
	EndsNextDay bool            `json:"endsNextDay"`
	Repeat      Repeat          `json:"repeat" enum:"none,daily,weekdays,weekly,fortnightly"`
	Until       string          `json:"until,omitempty" doc:"The last date it may fall on."`
	Exceptions  []RotaException `json:"exceptions"`
}

// Rota is a team's rota over some days.
type Rota struct {
	Teams    []RotaTeam      `json:"teams"`
	Team     string          `json:"team,omitempty" doc:"The team shown."`
	TimeZone string          `json:"timeZone"`
	From     string          `json:"from" doc:"The first date shown."`
	People   []viewer.Person `json:"people" doc:"Everybody named; for whoever may edit, everybody who can be put on a shift."`
	Times    []RotaTime      `json:"times"`
	Gaps     []RotaSpan      `json:"gaps" doc:"Times to come when nobody is on in the whole service."`
	Shifts   []RotaShift     `json:"shifts"`
}

// teamStandingsTx says what the viewer holds over every team that is theirs to see.
func (s *Service) teamStandingsTx(tx *db.Tx, v viewer.Viewer) ([]teamRow, map[string]RotaStanding, error) {
	all, err := teamsTx(tx, v.OrganisationID)
	if err != nil {
		return nil, nil, err
	}
	admin, err := administersTx(tx, v)
	if err != nil {
		return nil, nil, err
	}
	belong, err := myServicesTx(tx, v)
	if err != nil {
		return nil, nil, err
	}
	leads, err := leadsTx(tx, v.OrganisationID)
	standings := make(map[string]RotaStanding, len(all))
	for _, t := range all {
		standings[t.ID] = RotaStanding{
			Admin:  admin,
			Belong: v.Kind == viewer.KindStaff && (belong[t.ServiceID] || belong[v.OrganisationID]),
			Leads: v.Kind == viewer.KindStaff && slices.ContainsFunc(leads, func(l leadRow) bool {
				return l.SubjectID == v.AccountID && Kind(l.Kind) == LeadOf && (l.ObjectID == t.ID || l.ObjectID == t.ServiceID)
			}),
		}
	}
	return all, standings, err
}

func (s *Service) mayPlanTx(tx *db.Tx, v viewer.Viewer, team teamRow) error {
	_, standings, err := s.teamStandingsTx(tx, v)
	if err != nil {
		return err
	}
	return MayPlanRota(standings[team.ID])
}

// Rota gives a team's rota, the first visible one unless a team is named.
func (s *Service) Rota(ctx context.Context, v viewer.Viewer, teamID string, from *Day, days int) (Rota, error) {
	out := Rota{Teams: []RotaTeam{}, People: []viewer.Person{}, Times: []RotaTime{}, Gaps: []RotaSpan{}, Shifts: []RotaShift{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		loc, name, err := zoneTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		first := DayOf(tx.Now, loc)
		if from != nil {
			first = *from
		}
		out.TimeZone, out.From = name, first.String()
		team, edit, err := s.rotaTeamsTx(tx, v, teamID, &out)
		if err != nil || team.ID == "" {
			return err
		}
		return s.fillRotaTx(tx, v, team, edit, first, min(max(days, 1), maxRotaDays), loc, &out)
	})
	return out, err
}

// rotaTeamsTx lists the teams the viewer may read and picks the one asked for.
func (s *Service) rotaTeamsTx(tx *db.Tx, v viewer.Viewer, teamID string, out *Rota) (picked teamRow, edit bool, err error) {
	all, standings, err := s.teamStandingsTx(tx, v)
	if err != nil {
		return picked, false, err
	}
	services, err := ServiceNamesTx(tx, v.OrganisationID)
	if err != nil {
		return picked, false, err
	}
	for _, t := range all {
		if MayReadRota(standings[t.ID]) != nil {
			continue
		}
		may := "read"
		if MayPlanRota(standings[t.ID]) == nil {
			may = "edit"
		}
		out.Teams = append(out.Teams, RotaTeam{ID: t.ID, Name: t.Name, May: may, Service: ServiceName{ID: t.ServiceID, Name: services[t.ServiceID]}})
		if teamID == t.ID || teamID == "" && picked.ID == "" {
			picked, edit = t, may == "edit"
		}
	}
	if teamID != "" && picked.ID == "" {
		return picked, false, errNotFound
	}
	out.Team = picked.ID
	return picked, edit, nil
}

func (s *Service) fillRotaTx(tx *db.Tx, v viewer.Viewer, team teamRow, edit bool, first Day, days int, loc *time.Location, out *Rota) error {
	shifts, err := shiftsTx(tx, v.OrganisationID, "service_id = ?", team.ServiceID)
	if err != nil {
		return err
	}
	from, to := MomentOf(first, 0, loc), MomentOf(first+Day(days), 0, loc)
	if planned := firstOf(shifts, loc); planned != nil {
		away, err := awayTx(tx, v.OrganisationID, staffOf(shifts)...)
		if err != nil {
			return err
		}
		for _, g := range gaps(without(away, timesBetween(shifts, from, to, loc)), later(from, later(*planned, tx.Now)), to) {
			out.Gaps = append(out.Gaps, RotaSpan{StartsAt: g.From, EndsAt: g.To})
		}
	}
	shifts = slices.DeleteFunc(shifts, func(s Shift) bool { return s.TeamID != team.ID })
	times := timesBetween(shifts, from, to, loc)
	persons, err := s.rotaPeopleTx(tx, v, shifts, times, edit, out)
	if err != nil {
		return err
	}
	on, err := onNowTx(tx, v.OrganisationID, team.ID)
	if err != nil {
		return err
	}
	for _, t := range times {
		out.Times = append(out.Times, RotaTime{
			ShiftID: t.Shift.ID, Date: t.On.String(), StartsAt: t.StartsAt, EndsAt: t.EndsAt, Person: persons[t.AccountID],
			Role: t.Shift.Role, Changed: t.Changed, OnDuty: on[timeKey{t.Shift.ID, t.On.String()}],
		})
	}
	for _, s := range shifts {
		if s.Until == nil && s.Repeat != Once || s.last() >= first-1 {
			out.Shifts = append(out.Shifts, s.view(first, persons))
		}
	}
	return nil
}

// last is the last date a shift that ends may fall on.
func (s Shift) last() Day {
	if s.Until != nil {
		return *s.Until
	}
	return s.First
}

func (s Shift) view(from Day, persons map[string]viewer.Person) RotaShift {
	r := RotaShift{
		ID: s.ID, TeamID: s.TeamID, Person: persons[s.AccountID], Role: s.Role, Date: s.First.String(),
		From: s.Hours.From.String(), To: s.Hours.To.String(), EndsNextDay: s.Hours.EndsNextDay, Repeat: s.Repeat, Exceptions: []RotaException{},
	}
	if s.Until != nil {
		r.Until = s.Until.String()
	}
	for _, d := range slices.Sorted(maps.Keys(s.Exceptions)) {
		e := s.Exceptions[d]
		if d < from-7 {
			continue
		}
		if e.Off {
			r.Exceptions = append(r.Exceptions, RotaException{Date: d.String(), Kind: "off"})
			continue
		}
		r.Exceptions = append(r.Exceptions, RotaException{
			Date: d.String(), Kind: "changed", From: e.Hours.From.String(), To: e.Hours.To.String(), EndsNextDay: e.Hours.EndsNextDay, PersonID: e.AccountID,
		})
	}
	return r
}

// rotaPeopleTx names everybody in the rota; whoever may edit it needs everybody
// they can put on it.
func (s *Service) rotaPeopleTx(tx *db.Tx, v viewer.Viewer, shifts []Shift, times []ShiftTime, edit bool, out *Rota) (map[string]viewer.Person, error) {
	var ids []string
	for _, s := range shifts {
		ids = append(ids, s.AccountID)
		for _, e := range s.Exceptions {
			if e.AccountID != "" {
				ids = append(ids, e.AccountID)
			}
		}
	}
	for _, t := range times {
		ids = append(ids, t.AccountID)
	}
	persons, err := s.book.PersonsTx(tx, v.OrganisationID, unique(ids))
	if err != nil {
		return nil, err
	}
	if edit {
		out.People, err = s.allStaffTx(tx, v.OrganisationID)
	} else {
		out.People = slices.AppendSeq(out.People, maps.Values(persons))
	}
	slices.SortFunc(out.People, func(a, b viewer.Person) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return persons, err
}
