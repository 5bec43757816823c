package people

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/viewer"
)

// PersonView is one of a young person's people.
type PersonView struct {
	viewer.Person
	Role    Role       `json:"role"`
	Phone   string     `json:"phone,omitempty"`
	Default bool       `json:"default" doc:"Receives a card unless the young person chooses otherwise."`
	Staff   bool       `json:"staff"`
	On      bool       `json:"on" doc:"On duty now. Where no rota is planned it says nothing."`
	Until   *time.Time `json:"until,omitempty" doc:"The end of their shift."`
}

// OnNow is what a young person may know of the rota: who is on, first names only.
type OnNow struct {
	Planned  bool           `json:"planned" doc:"A rota has begun where they are looked after. Without one nothing is said of who is on."`
	NextOn   *time.Time     `json:"nextOn,omitempty" doc:"When somebody's shift begins next, while nobody is on."`
	Covering *viewer.Person `json:"covering,omitempty" doc:"Who is told when nobody of those chosen is on."`
}

// PeopleView is a young person's people, and who of them is there now.
type PeopleView struct {
	People     []PersonView `json:"people"`
	Rota       OnNow        `json:"rota"`
	ServerTime time.Time    `json:"serverTime"`
}

// MyPeople gives a young person the adults around them.
func (s *Service) MyPeople(ctx context.Context, v viewer.Viewer) ([]PersonView, error) {
	view, err := s.WhoIsOn(ctx, v)
	return view.People, err
}

// WhoIsOn gives a young person the adults around them and says who is on. While
// locked there are names only: sending needs those.
func (s *Service) WhoIsOn(ctx context.Context, v viewer.Viewer) (PeopleView, error) {
	view := PeopleView{People: []PersonView{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		view.ServerTime = tx.Now
		circle, err := CircleTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return err
		}
		duty, err := DutyTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return err
		}
		covering := duty.nearest()
		ids := []string{covering}
		for _, a := range circle.Adults {
			ids = append(ids, a.AccountID)
		}
		accounts, err := s.book.AccountsTx(tx, v.OrganisationID, slices.DeleteFunc(unique(ids), func(id string) bool { return id == "" }))
		if err != nil {
			return err
		}
		for _, a := range circle.Adults {
			account, ok := accounts[a.AccountID]
			if !ok || !a.Offered() {
				continue
			}
			p := PersonView{Person: account.Person(), Role: a.Role, Default: a.Default, Staff: a.Staff}
			if v.Reading {
				p.Phone = account.Phone
			}
			if until, on := duty.Until[a.AccountID]; on && duty.Planned {
				p.On, p.Until = true, &until
			}
			view.People = append(view.People, p)
		}
		view.Rota.Planned = duty.Planned
		if account, ok := accounts[covering]; ok && duty.Planned {
			person := account.Person()
			view.Rota.Covering = &person
		}
		if duty.Nobody() {
			view.Rota.NextOn = duty.NextOn
		}
		return nil
	})
	return view, err
}

// nearest is who is told first when nobody of those chosen is on.
func (d Duty) nearest() string {
	for _, level := range [][]Adult{d.Cover, d.Team, d.OnCall} {
		if len(level) > 0 {
			return level[0].AccountID
		}
	}
	return ""
}

// LookedView is one time somebody looked at a young person's things.
type LookedView struct {
	Who    viewer.Person `json:"who"`
	What   string        `json:"what" doc:"What was looked at: card, cards (the list of them), told, session_feedback, move, break_glass for a lead who opened everything for an hour, or family_link for a link made for their family."`
	At     time.Time     `json:"at"`
	Reason string        `json:"reason,omitempty"`
}

// Looked tells a young person who looked at their things, newest first.
func (s *Service) Looked(ctx context.Context, v viewer.Viewer) ([]LookedView, error) {
	list := []LookedView{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := audit.AboutSubject(tx, v, maxLooked)
		if err != nil {
			return err
		}
		var who, broken []string
		for _, r := range rows {
			who = append(who, r.ActorID)
			if r.Action == audit.BrokeGlass {
				broken = append(broken, r.ObjectID)
			}
		}
		persons, err := s.book.PersonsTx(tx, v.OrganisationID, unique(who))
		if err != nil {
			return err
		}
		reasons, err := relationsByIDTx(tx, v.OrganisationID, unique(broken))
		for _, r := range rows {
			l := LookedView{Who: persons[r.ActorID], What: r.ObjectKind, At: r.At}
			if l.Who.ID == "" {
				l.Who.ID = r.ActorID
			}
			if r.Action == audit.BrokeGlass {
				l.What, l.Reason = "break_glass", reasons[r.ObjectID].Reason
			}
			list = append(list, l)
		}
		return err
	})
	return list, err
}

// YoungView is a young person as the adults around them see it.
type YoungView struct {
	viewer.Person
	Relation Role   `json:"relation"`
	Home     string `json:"home,omitempty"`
	Waiting  int    `json:"waiting" doc:"Cards that wait for somebody."`
	Joined   bool   `json:"joined" doc:"Has opened Heard on a phone."`
}

// MyYoungPeople lists the young people a worker stands in a relation to.
func (s *Service) MyYoungPeople(ctx context.Context, v viewer.Viewer) ([]YoungView, error) {
	list := []YoungView{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		mine, err := MyYoungPeopleTx(tx, v)
		if err != nil {
			return err
		}
		ids := make([]string, len(mine))
		for i, m := range mine {
			ids[i] = m.YoungPersonID
		}
		accounts, err := s.book.AccountsTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		homes, err := HomesTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		waiting := map[string]int{}
		if s.waiting != nil {
			if waiting, err = s.waiting.WaitingTx(tx, v, ids); err != nil {
				return err
			}
		}
		for _, m := range mine {
			account, ok := accounts[m.YoungPersonID]
			if !ok || account.Suspended {
				continue
			}
			list = append(list, YoungView{
				Person: account.Person(), Relation: m.Role, Home: homes[m.YoungPersonID],
				Waiting: waiting[m.YoungPersonID], Joined: account.Joined,
			})
		}
		slices.SortStableFunc(list, func(a, b YoungView) int {
			return cmp.Or(cmp.Compare(rank[a.Relation], rank[b.Relation]),
				strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
		})
		return nil
	})
	return list, err
}

func unique(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
