package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/listening"
	"heard/server/people"
	"heard/server/viewer"
)

// settle makes an organisation with young people who are served since before 1 April and have a keyworker, and a
// commissioner.
func (p *real) settle(ctx context.Context, o *organisation) error {
	err := p.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if o.id, err = p.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Made up"}); err != nil {
			return err
		}
		if o.commissioner, err = p.Accounts.CreateTx(tx, o.id, viewer.NewAccount{Kind: viewer.KindStaff, Name: "Ro"}); err != nil {
			return err
		}
		if o.keyworker, err = p.Accounts.CreateTx(tx, o.id, viewer.NewAccount{Kind: viewer.KindStaff, Name: "Sam"}); err != nil {
			return err
		}
		if err := relate(tx, o.id, o.commissioner, people.CommissionerOf, people.ToOrganisation, o.id); err != nil {
			return err
		}
		for i := range rosters {
			if err := p.settleService(tx, o, i); err != nil {
				return err
			}
		}
		if err := relate(tx, o.id, o.keyworker, people.LeadOf, people.ToService, o.services[large].id); err != nil {
			return err
		}
		o.bystander = o.services[large].young[rosters[large]-1]
		months := people.Unit{ID: o.services[monthly].id, Cadence: people.Monthly}
		return people.KeepCadenceTx(tx, o.id, months.ID, people.ReportYear(quarters[0].Start(london), london), months)
	})
	if err != nil {
		return err
	}
	lead := viewer.Viewer{OrganisationID: o.id, AccountID: o.keyworker, Place: viewer.Work, Kind: viewer.KindStaff, Reading: true}
	return p.Listening.SwitchFeedback(ctx, lead, o.services[large].id, true)
}

func (p *real) settleService(tx *db.Tx, o *organisation, i int) (err error) {
	s := &o.services[i]
	if s.id, err = insertService(tx, o.id, fmt.Sprintf("Service %d", i+1)); err != nil {
		return err
	}
	for range o.roster(i) {
		id, err := p.Accounts.CreateTx(tx, o.id, viewer.NewAccount{Kind: viewer.KindYoungPerson, Name: "Kim"})
		if err != nil {
			return err
		}
		s.young = append(s.young, id)
		if err := relate(tx, o.id, id, people.ServedBy, people.ToService, s.id); err != nil {
			return err
		}
		if err := relate(tx, o.id, o.keyworker, people.KeyworkerOf, people.ToYoungPerson, id); err != nil {
			return err
		}
	}
	return nil
}

// act hands what somebody does to the code that takes it from phones and pages. Only what a card or a move has become by
// then is written down as such.
func (p *real) act(ctx context.Context, o *organisation, month figures.Period, a act) error {
	young := viewer.Viewer{OrganisationID: o.id, AccountID: a.who, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true}
	hourAgo := time.UnixMilli(p.clock.Load()).UTC().Add(-time.Hour)
	switch a.deed {
	case takesALink:
		return p.link(ctx, o, a.who, hourAgo)
	case familySays:
		return p.Listening.AnswerByFamily(ctx, p.links[a.who], listening.Face(a.face))
	}
	return p.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		switch a.deed {
		case settles:
			return p.Listening.CountTx(tx, o.id, a.who, o.services[a.service].id, string(listening.Settled), tx.Now, a.face)
		case travels:
			return insertTrip(tx, o, a, month.Start(london).Add(12*time.Hour))
		case moves:
			return serveElsewhere(tx, o.id, a.who, o.services[a.service].id, o.services[a.to].id)
		case closes:
			return insertClosed(tx, o, a.who, a.seen == 5, a.face == 5)
		case meets:
			_, err = p.Listening.ContactTx(tx, young, sealed(map[string]any{"what": "contact", "with": o.keyworker, "kind": "visit", "at": hourAgo}))
		default:
			said := map[string]any{"what": "answer", "listened": a.face}
			if a.serious > 0 {
				said["serious"] = a.serious
			}
			if a.say > 0 {
				said["say"] = a.say
			}
			_, err = p.Listening.AnswerTx(tx, young, sealed(said))
		}
		return err
	})
}

// sealed is what came sealed from a phone, opened.
func sealed(said map[string]any) []byte {
	said["id"] = uuid.NewString()
	body, err := json.Marshal(said)
	if err != nil {
		panic(err) // texts, numbers and times
	}
	return body
}

// link has the keyworker record a contact and make a link for the family.
func (p *real) link(ctx context.Context, o *organisation, who string, at time.Time) error {
	v := viewer.Viewer{OrganisationID: o.id, AccountID: o.keyworker, Place: viewer.Work, Kind: viewer.KindStaff, Reading: true}
	met, err := p.Listening.Record(ctx, v, who, listening.NewContact{
		ID: uuid.NewString(), Kind: listening.KindVisit, Outcome: listening.Happened, At: at,
	})
	if err != nil {
		return err
	}
	made, err := p.Listening.MakeFamilyLink(ctx, v, met.ID)
	if err != nil {
		return err
	}
	_, token, _ := strings.Cut(made.URL, "#")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links[who] = token
	return nil
}
