package people

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// PartyView is one end of a relation as shown: an account with its kind, or a team, service or
// organisation by name.
type PartyView struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Avatar string `json:"avatar,omitempty"`
}

// RelationView is a relation as administrators and leads see it.
type RelationView struct {
	ID          string         `json:"id"`
	Kind        Kind           `json:"kind"`
	Subject     PartyView      `json:"subject"`
	ObjectKind  ObjectKind     `json:"objectKind"`
	Object      PartyView      `json:"object"`
	ValidFrom   time.Time      `json:"validFrom"`
	ValidTo     *time.Time     `json:"validTo,omitempty"`
	State       State          `json:"state" enum:"proposed,future,current,expired,ended"`
	Status      string         `json:"status" enum:"proposed,confirmed,ended"`
	Reason      string         `json:"reason"`
	GrantedBy   *viewer.Person `json:"grantedBy,omitempty"`
	ConfirmedBy *viewer.Person `json:"confirmedBy,omitempty"`
	CreatedAt   time.Time      `json:"createdAt"`
	EndedAt     *time.Time     `json:"endedAt,omitempty"`
	EndReason   string         `json:"endReason,omitempty"`
}

// Filter narrows a list of relations; what is empty doesn't.
type Filter struct {
	SubjectID, ObjectID string
	State               State
}

// Relations lists the organisation's relations for an administrator, newest first.
func (s *Service) Relations(ctx context.Context, v viewer.Viewer, f Filter) ([]RelationView, error) {
	var list []RelationView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		found, err := relationsTx(tx, v.OrganisationID, filter{
			subjectID: f.SubjectID, objectID: f.ObjectID, proposed: f.State == Proposed,
		})
		if err != nil {
			return err
		}
		if f.State != "" {
			found = slices.DeleteFunc(found, func(r Relation) bool { return r.StateAt(tx.Now) != f.State })
		}
		for i := range found {
			if found[i].Kind == BreakGlass { // its reason tells of the young person: theirs and the leads' to read
				found[i].Reason, found[i].EndReason = "", ""
			}
		}
		list, err = s.viewsTx(tx, v, found)
		return err
	})
	return list, err
}

// Proposed lists what waits for the viewer's word.
func (s *Service) Proposed(ctx context.Context, v viewer.Viewer) ([]RelationView, error) {
	var list []RelationView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := s.proposedTx(tx, v)
		if err != nil {
			return err
		}
		list, err = s.viewsTx(tx, v, found)
		return err
	})
	return list, err
}

// RelationsOf lists a young person's relations for their leads.
func (s *Service) RelationsOf(ctx context.Context, v viewer.Viewer, youngPersonID string) ([]RelationView, error) {
	var list []RelationView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		standing, err := StandingTx(tx, v, youngPersonID)
		if err != nil {
			return err
		}
		to, err := relationsTx(tx, v.OrganisationID, filter{objectID: youngPersonID})
		if err != nil {
			return err
		}
		from, err := relationsTx(tx, v.OrganisationID, filter{subjectID: youngPersonID})
		if err != nil {
			return err
		}
		found := append(to, from...)
		if !standing.Leads() { // everybody else reads their own
			found = slices.DeleteFunc(found, func(r Relation) bool { return r.SubjectID != v.AccountID })
		}
		list, err = s.viewsTx(tx, v, found)
		return err
	})
	return list, err
}

// viewsTx names everybody and everything in the relations.
func (s *Service) viewsTx(tx *db.Tx, v viewer.Viewer, found []Relation) ([]RelationView, error) {
	list := make([]RelationView, 0, len(found))
	if len(found) == 0 {
		return list, nil
	}
	var ids []string
	for _, r := range found {
		ids = append(ids, r.SubjectID, r.GrantedBy, r.ConfirmedBy)
		if r.ObjectKind == ToYoungPerson {
			ids = append(ids, r.ObjectID)
		}
	}
	ids = slices.DeleteFunc(unique(ids), func(id string) bool { return id == "" })
	accounts, err := s.book.AccountsTx(tx, v.OrganisationID, ids)
	if err != nil {
		return nil, err
	}
	things, err := thingNamesTx(tx, v.OrganisationID)
	if err != nil {
		return nil, err
	}
	person := func(id string) *viewer.Person {
		a, ok := accounts[id]
		if !ok {
			return nil
		}
		p := a.Person()
		return &p
	}
	for _, r := range found {
		subject := accounts[r.SubjectID]
		view := RelationView{
			ID: r.ID, Kind: r.Kind, ObjectKind: r.ObjectKind, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo,
			Subject: PartyView{Kind: string(subject.Kind), ID: r.SubjectID, Name: subject.Called, Avatar: subject.Avatar},
			Object:  PartyView{Kind: string(r.ObjectKind), ID: r.ObjectID, Name: things[r.ObjectID]},
			State:   r.StateAt(tx.Now), Status: r.status(), Reason: r.Reason, CreatedAt: r.CreatedAt,
			EndedAt: r.EndedAt, EndReason: r.EndReason, GrantedBy: person(r.GrantedBy), ConfirmedBy: person(r.ConfirmedBy),
		}
		if r.ObjectKind == ToYoungPerson {
			view.Object.Name, view.Object.Avatar = accounts[r.ObjectID].Called, accounts[r.ObjectID].Avatar
		}
		list = append(list, view)
	}
	return list, nil
}

// status is the coarse word: what was decided, whatever the time.
func (r Relation) status() string {
	switch {
	case r.EndedAt != nil:
		return "ended"
	case r.ConfirmedAt == nil:
		return "proposed"
	}
	return "confirmed"
}

// thingNamesTx names services, teams and the organisation by id.
func thingNamesTx(tx *db.Tx, orgID string) (map[string]string, error) {
	names, err := ServiceNamesTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	teams, err := teamsTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		names[t.ID] = t.Name
	}
	o, err := OrganisationTx(tx, orgID)
	names[orgID] = o.Name
	return names, err
}
