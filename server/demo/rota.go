package demo

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/people"
)

// line is one of the rota's: the same every day.
type line struct {
	who, team string
	role      people.ShiftRole
	from, to  people.Wall
}

func (l line) hours() people.Hours {
	return people.Hours{From: l.from, To: l.to, EndsNextDay: l.to <= l.from}
}

const (
	morning = people.Wall(7*60 + 30)
	evening = people.Wall(19*60 + 30)
	small   = people.Wall(2 * 60)
)

// rota lets a card go its way at any time of day: from the keyworker to cover, to
// the team, to whoever is on call.
var rota = []line{
	{"sam", "home", people.OnTeam, morning, evening},
	{"ben", "home", people.OnTeam, morning, evening},
	{"jo", "night", people.OnTeam, evening, morning},
	{"lou", "night", people.OnTeam, evening, morning},
	{"nia", "home", people.OnCover, morning, morning},
	{"ruth", "home", people.OnCall, morning, small},
	{"tom", "camhs", people.OnTeam, morning, evening},
	{"priya", "camhs", people.OnCall, evening, morning},
	{"grace", "care", people.OnTeam, morning, evening},
	{"marta", "care", people.OnCall, evening, morning},
}

// demoLimits are short, so that whoever tries it out sees a card move on.
var demoLimits = people.Limits{NotSafe: time.Minute, SitWithMe: 2 * time.Minute, Other: 5 * time.Minute}

// planRota plans the rota from yesterday on, with one gap in the coming night for
// the lead to be told of, and puts everybody on duty. Nobody here has a phone:
// the confirmation is made up, as people.ConfirmDemoTx says.
func (s *Service) planRota(ctx context.Context, c *cast) error {
	today := people.DayOf(s.c.Clock.Now(), london)
	gap := today
	if s.c.Clock.Now().Before(people.MomentOf(today, small, london)) {
		gap-- // that night has begun
	}
	for _, l := range rota {
		id, err := s.c.People.AddShift(ctx, c.admin, people.Shift{
			TeamID: c.teams[l.team], AccountID: c.id(l.who), Role: l.role, First: today - 1, Hours: l.hours(), Repeat: people.Daily,
		}, true)
		if err != nil {
			return err
		}
		if !leavesEarly(l) {
			continue
		}
		short := people.Exception{Hours: people.Hours{From: l.from, To: small, EndsNextDay: true}}
		if err := s.c.People.Except(ctx, c.admin, id, gap, &short, true); err != nil {
			return err
		}
	}
	if err := s.c.People.SetLimits(ctx, c.admin, c.places["home"], demoLimits); err != nil {
		return err
	}
	return s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		for _, l := range rota {
			if err := s.c.People.ConfirmDemoTx(tx, c.admin.OrganisationID, c.id(l.who)); err != nil {
				return err
			}
		}
		return nil
	})
}

// leavesEarly says who of the home goes at two in the night of the gap.
func leavesEarly(l line) bool {
	return l.role != people.OnCall && l.hours().EndsNextDay && (l.team == "home" || l.team == "night")
}

// london is where the made-up organisation is.
var london = func() *time.Location {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return loc
}()
