package demo

import (
	"context"
	"maps"
	"slices"

	"heard/server/people"
	"heard/server/viewer"
)

// Every name, place and number here is made up. Phone numbers come from the
// ranges reserved for drama: 01632 960xxx and 07700 900xxx.

const (
	organisationName = "Riverside (made up)"
	dutyPhone        = "01632 960900"
)

// doors are the ways in, in the order they are shown.
var doors = []Door{
	{Key: "leo", Place: viewer.Young, Name: "Leo", What: "A young person: tap a card"},
	{Key: "tia", Place: viewer.Young, Name: "Tia", What: "Another young person"},
	{Key: "sam", Place: viewer.Work, Name: "Sam", What: "Leo's keyworker: see it and answer"},
	{Key: "jo", Place: viewer.Work, Name: "Jo", What: "Sam's colleague: take over"},
	{Key: "nia", Place: viewer.Work, Name: "Nia", What: "On cover: told when nobody has looked"},
	{Key: "marta", Place: viewer.Work, Name: "Marta", What: "Leo's social worker: makes his move"},
	{Key: "kay", Place: viewer.Work, Name: "Kay", What: "Works at Oak House: its pages, and Leo's questions"},
	{Key: "ruth", Place: viewer.Work, Name: "Ruth", What: "The team lead: confirm who may see whom"},
	{Key: "mina", Place: viewer.Insight, Name: "Mina", What: "The service manager: did young people feel listened to?"},
	{Key: "carol", Place: viewer.Insight, Name: "Carol", What: "The commissioner: all services side by side"},
	{Key: "alex", Place: viewer.Admin, Name: "Alex", What: "The administrator: services, teams, accounts"},
}

type member struct{ key, name, called, avatar, phone string }

var administrator = member{"alex", "Alex Morgan", "Alex", "a12", "01632 960901"}

var staff = []member{
	{"ruth", "Ruth Lane", "Ruth", "a9", "07700 900101"},
	{"sam", "Sam Okafor", "Sam", "a2", "07700 900102"},
	{"jo", "Jo Bennett", "Jo", "a5", "07700 900103"},
	{"dev", "Dev Patel", "Dev", "a7", "01632 960104"},
	{"priya", "Priya Nair", "Priya", "a8", "01632 960105"},
	{"tom", "Tom Reilly", "Tom", "a10", "07700 900106"},
	{"marta", "Marta Silva", "Marta", "a11", "01632 960107"},
	{"grace", "Grace Mensah", "Grace", "a6", "07700 900108"},
	{"nia", "Nia Rowe", "Nia", "a4", "07700 900109"},
	{"ben", "Ben Castle", "Ben", "a1", "07700 900110"},
	{"lou", "Lou Ferreira", "Lou", "a3", "07700 900111"},
	{"mina", "Mina Shaw", "Mina", "a8", "01632 960112"},
	{"carol", "Carol Finch", "Carol", "a9", "01632 960113"},
	{"kay", "Kay Adeyemi", "Kay", "a6", "07700 900114"},
}

type place struct {
	key, name string
	kind      people.ServiceKind
	teams     []string // the first has the lead
	lead      string
}

var places = []place{
	{"home", "Willow House", people.ChildrensHome, []string{"Willow House day team", "Willow House night team"}, "ruth"},
	{"camhs", "Riverside CAMHS", people.CAMHS, []string{"Crisis team"}, "priya"},
	{"care", "Riverside social care", people.SocialCare, []string{"Children in care team"}, "marta"},
	{"ward", "Kingsmead Ward", people.Ward, nil, ""},
	{"foster", "Harbour Fostering", people.FosterAgency, nil, ""},
	{"advocacy", "Riverside Advocacy", people.Advocacy, nil, ""},
	{"oak", "Oak House", people.ChildrensHome, nil, ""},
}

type young struct {
	member
	places     []string
	keyworkers []string
	cards      int // in the month
}

var youngPeople = []young{
	{member{"leo", "Leo Hart", "Leo", "a1", ""}, []string{"home", "care"}, []string{"sam", "jo"}, 30},
	{member{"tia", "Tia Brooks", "Tia", "a3", ""}, []string{"home", "care"}, []string{"sam"}, 22},
	{member{"amira", "Amira Said", "Amira", "a4", ""}, []string{"home", "camhs"}, []string{"jo"}, 18},
	{member{"kai", "Kai Morris", "Kai", "a7", ""}, []string{"camhs"}, []string{"tom"}, 14},
	{member{"noah", "Noah Ellis", "Noah", "a2", ""}, []string{"care"}, []string{"grace"}, 10},
	{member{"zara", "Zara Khan", "Zara", "a6", ""}, []string{"camhs"}, []string{"tom"}, 8},
}

// cast is everybody, once they are there.
type cast struct {
	admin  viewer.Viewer
	people map[string]viewer.Viewer
	places map[string]string
	teams  map[string]string // the first of each place, and "night"
}

func (c *cast) doors() map[string]string {
	ids := make(map[string]string, len(doors))
	for _, d := range doors {
		ids[d.Key] = c.people[d.Key].AccountID
	}
	return ids
}

func (m member) account(kind viewer.Kind) viewer.NewAccount {
	return viewer.NewAccount{Kind: kind, Name: m.name, Called: m.called, Avatar: m.avatar, Phone: m.phone}
}

// enter adds somebody as they act in their own place.
func (c *cast) enter(key, id string, place viewer.Place, kind viewer.Kind) viewer.Viewer {
	v := viewer.Viewer{
		AccountID: id, OrganisationID: c.admin.OrganisationID, SessionID: "demo", DeviceID: "demo",
		Place: place, Kind: kind, Reading: true, Demo: true,
	}
	c.people[key] = v
	return v
}

// raise makes the organisation and everybody in it, each step by whoever would
// take it in earnest.
func (s *Service) raise(ctx context.Context) (*cast, error) {
	c := &cast{people: map[string]viewer.Viewer{}, places: map[string]string{}, teams: map[string]string{}}
	orgID, adminID, err := s.c.People.CreateDemo(ctx, organisationName, administrator.account(viewer.KindAdmin))
	if err != nil {
		return nil, err
	}
	c.admin.OrganisationID = orgID
	c.admin = c.enter(administrator.key, adminID, viewer.Admin, viewer.KindAdmin)
	err = s.c.People.ChangeOrganisation(ctx, c.admin, viewer.Organisation{
		Name: organisationName, KeyworkerWord: "keyworker", AboutMeWord: "About me", DutyPhone: dutyPhone,
	})
	if err != nil {
		return nil, err
	}
	for _, raise := range []func(context.Context, *cast) error{s.raiseStaff, s.raisePlaces, s.raiseYoung, s.raiseRelations, s.settleIn} {
		if err := raise(ctx, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (s *Service) raiseStaff(ctx context.Context, c *cast) error {
	for _, m := range staff {
		id, _, err := s.c.People.CreateStaff(ctx, c.admin, m.account(viewer.KindStaff))
		if err != nil {
			return err
		}
		c.enter(m.key, id, placeOf(m.key), viewer.KindStaff)
	}
	return nil
}

func (s *Service) raisePlaces(ctx context.Context, c *cast) error {
	for _, p := range places {
		id, err := s.c.People.CreateService(ctx, c.admin, p.name, p.kind)
		if err != nil {
			return err
		}
		c.places[p.key] = id
		for i, name := range p.teams {
			team, err := s.c.People.CreateTeam(ctx, c.admin, id, name)
			if err != nil {
				return err
			}
			if i > 0 {
				c.teams["night"] = team
				continue
			}
			c.teams[p.key] = team
			if err := s.relate(ctx, c.admin, c.id(p.lead), people.LeadOf, team, "Leads the team"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cast) id(key string) string { return c.people[key].AccountID }

func (s *Service) raiseYoung(ctx context.Context, c *cast) error {
	for _, y := range youngPeople {
		id, err := s.c.People.CreateYoungPerson(ctx, c.admin, y.account(viewer.KindYoungPerson), c.places[y.places[0]])
		if err != nil {
			return err
		}
		c.enter(y.key, id, viewer.Young, viewer.KindYoungPerson)
	}
	return nil
}

// placeOf is where somebody of the staff is seen: behind their door, or at work.
func placeOf(key string) viewer.Place {
	for _, d := range doors {
		if d.Key == key {
			return d.Place
		}
	}
	return viewer.Work
}

// leadOf gives the lead of the place a young person lives in or belongs to.
func (c *cast) leadOf(y young) viewer.Viewer {
	for _, p := range places {
		if p.key == y.places[0] {
			return c.people[p.lead]
		}
	}
	return viewer.Viewer{}
}

func (s *Service) raiseRelations(ctx context.Context, c *cast) error {
	if err := s.agree(ctx, c, c.id("dev"), people.SafeguardingOf, c.admin.OrganisationID, c.people["ruth"]); err != nil {
		return err
	}
	if err := s.agree(ctx, c, c.id("mina"), people.AnalystOf, c.places["camhs"], c.people["priya"]); err != nil {
		return err
	}
	if err := s.agree(ctx, c, c.id("carol"), people.CommissionerOf, c.admin.OrganisationID, c.people["dev"]); err != nil {
		return err
	}
	if err := s.agree(ctx, c, c.id("kay"), people.PlacementOf, c.places["oak"], c.people["dev"]); err != nil {
		return err
	}
	if err := s.agree(ctx, c, c.id("ruth"), people.SafeguardingOf, c.places["oak"], c.people["dev"]); err != nil {
		return err
	}
	for _, y := range youngPeople {
		lead := c.leadOf(y)
		for _, p := range y.places[1:] {
			if err := s.agree(ctx, c, c.id(y.key), people.ServedBy, c.places[p], lead); err != nil {
				return err
			}
		}
		for _, worker := range y.keyworkers {
			if err := s.relate(ctx, lead, c.id(worker), people.KeyworkerOf, c.id(y.key), "Chosen together"); err != nil {
				return err
			}
		}
	}
	return s.relate(ctx, c.people["ruth"], c.id("tia"), people.BuddyOf, c.id("amira"), "Buddy for the first weeks")
}

// agree is a relation an administrator proposes and a lead confirms.
func (s *Service) agree(ctx context.Context, c *cast, subject string, kind people.Kind, object string, lead viewer.Viewer) error {
	r, err := s.c.People.Propose(ctx, c.admin, people.Ask{SubjectID: subject, Kind: kind, ObjectID: object, Reason: "Agreed at the start"})
	if err != nil {
		return err
	}
	_, err = s.c.People.Confirm(ctx, lead, r.ID)
	return err
}

func (s *Service) relate(ctx context.Context, by viewer.Viewer, subject string, kind people.Kind, object, reason string) error {
	_, err := s.c.People.Propose(ctx, by, people.Ask{SubjectID: subject, Kind: kind, ObjectID: object, Reason: reason})
	return err
}

// settleIn gives everybody their device, so that lists show people who have come in.
func (s *Service) settleIn(ctx context.Context, c *cast) error {
	for _, key := range slices.Sorted(maps.Keys(c.people)) {
		v := c.people[key]
		if _, err := s.c.Accounts.EnterDemo(ctx, v.AccountID, v.Place); err != nil {
			return err
		}
	}
	return nil
}
