package people

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// StaffView is a worker or administrator as administrators see them.
type StaffView struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Called    string      `json:"called"`
	Avatar    string      `json:"avatar"`
	Phone     string      `json:"phone,omitempty"`
	Kind      viewer.Kind `json:"kind"`
	Suspended bool        `json:"suspended"`
	Joined    bool        `json:"joined"`
	Invited   bool        `json:"invited"`
	CreatedAt time.Time   `json:"createdAt"`
}

// ServiceName names a service.
type ServiceName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// YoungAdminView is a young person's account as administrators see it: never
// anything they said.
type YoungAdminView struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Called     string          `json:"called"`
	Avatar     string          `json:"avatar"`
	Suspended  bool            `json:"suspended"`
	Joined     bool            `json:"joined"`
	CreatedAt  time.Time       `json:"createdAt"`
	ServiceID  string          `json:"serviceId,omitempty" doc:"The first of services."`
	Service    string          `json:"service,omitempty"`
	Services   []ServiceName   `json:"services"`
	Keyworkers []viewer.Person `json:"keyworkers"`
}

// Staff lists workers and administrators, a page at a time; next is the id to
// go on after.
func (s *Service) Staff(ctx context.Context, v viewer.Viewer, after string, limit int) (list []StaffView, next string, err error) {
	list = []StaffView{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		accounts, err := s.pageTx(tx, v, []viewer.Kind{viewer.KindStaff, viewer.KindAdmin}, after, limit, &next)
		for _, a := range accounts {
			list = append(list, StaffView{
				ID: a.ID, Name: a.Name, Called: a.Called, Avatar: a.Avatar, Phone: a.Phone, Kind: a.Kind,
				Suspended: a.Suspended, Joined: a.Joined, Invited: a.Invited, CreatedAt: a.CreatedAt,
			})
		}
		return err
	})
	return list, next, err
}

func (s *Service) pageTx(tx *db.Tx, v viewer.Viewer, kinds []viewer.Kind, after string, limit int, next *string) ([]viewer.Account, error) {
	if err := mustAdminister(tx, v); err != nil {
		return nil, err
	}
	limit = page(limit)
	accounts, err := s.book.ListTx(tx, v.OrganisationID, kinds, after, limit)
	if len(accounts) == limit {
		*next = accounts[limit-1].ID
	}
	return accounts, err
}

// YoungPeople lists young people's accounts, a page at a time.
func (s *Service) YoungPeople(ctx context.Context, v viewer.Viewer, after string, limit int) (list []YoungAdminView, next string, err error) {
	list = []YoungAdminView{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		accounts, err := s.pageTx(tx, v, []viewer.Kind{viewer.KindYoungPerson}, after, limit, &next)
		if err != nil {
			return err
		}
		ids := make([]string, len(accounts))
		for i, a := range accounts {
			ids[i] = a.ID
		}
		served, err := servedByTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		workers, err := keyworkersTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		var workerIDs []string
		for _, w := range workers {
			workerIDs = append(workerIDs, w...)
		}
		persons, err := s.book.PersonsTx(tx, v.OrganisationID, unique(workerIDs))
		if err != nil {
			return err
		}
		names, err := ServiceNamesTx(tx, v.OrganisationID)
		for _, a := range accounts {
			list = append(list, youngAdminView(a, served[a.ID], names, workers[a.ID], persons))
		}
		return err
	})
	return list, next, err
}

func youngAdminView(a viewer.Account, served []string, names map[string]string, workers []string, persons map[string]viewer.Person) YoungAdminView {
	y := YoungAdminView{
		ID: a.ID, Name: a.Name, Called: a.Called, Avatar: a.Avatar, Suspended: a.Suspended, Joined: a.Joined,
		CreatedAt: a.CreatedAt, Services: []ServiceName{}, Keyworkers: []viewer.Person{},
	}
	for _, id := range served {
		y.Services = append(y.Services, ServiceName{ID: id, Name: names[id]})
	}
	if len(y.Services) > 0 {
		y.ServiceID, y.Service = y.Services[0].ID, y.Services[0].Name
	}
	for _, id := range workers {
		y.Keyworkers = append(y.Keyworkers, persons[id])
	}
	return y
}

// Colleagues lists the staff a lead can name when they grant a relation.
func (s *Service) Colleagues(ctx context.Context, v viewer.Viewer) ([]viewer.Person, error) {
	list := []viewer.Person{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := chartTx(tx, v)
		if err != nil || !c.leadsAnything() {
			return err
		}
		list, err = s.allStaffTx(tx, v.OrganisationID)
		return err
	})
	return list, err
}

// allStaffTx lists the organisation's staff, for whoever may name them.
func (s *Service) allStaffTx(tx *db.Tx, orgID string) ([]viewer.Person, error) {
	list := []viewer.Person{}
	for after := ""; len(list) < maxStaff; {
		accounts, err := s.book.ListTx(tx, orgID, []viewer.Kind{viewer.KindStaff}, after, maxPage)
		if err != nil {
			return list, err
		}
		for _, a := range accounts {
			if !a.Suspended {
				list = append(list, a.Person())
			}
		}
		if len(accounts) < maxPage {
			return list, nil
		}
		after = accounts[maxPage-1].ID
	}
	return list, nil
}
