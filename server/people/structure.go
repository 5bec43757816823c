package people

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// ServiceView is a service as its administrators see it.
type ServiceView struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Kind      ServiceKind `json:"kind"`
	HasLead   bool        `json:"hasLead" doc:"Somebody leads it now; until then nobody can confirm relations there."`
	CreatedAt time.Time   `json:"createdAt"`
}

// TeamView is a team as its administrators see it.
type TeamView struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	ServiceID   string    `json:"serviceId"`
	ServiceName string    `json:"serviceName"`
	HasLead     bool      `json:"hasLead"`
	CreatedAt   time.Time `json:"createdAt"`
}

// Services lists the organisation's services.
func (s *Service) Services(ctx context.Context, v viewer.Viewer) ([]ServiceView, error) {
	list := []ServiceView{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		rows, err := servicesTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		leads, err := leadsTx(tx, v.OrganisationID)
		led := map[string]bool{}
		for _, l := range leads {
			led[l.ServiceID] = led[l.ServiceID] || Kind(l.Kind) == LeadOf
		}
		for _, r := range rows {
			list = append(list, ServiceView{ID: r.ID, Name: r.Name, Kind: ServiceKind(r.Kind), HasLead: led[r.ID], CreatedAt: r.CreatedAt.Time()})
		}
		return err
	})
	return list, err
}

// CreateService makes a service.
func (s *Service) CreateService(ctx context.Context, v viewer.Viewer, name string, kind ServiceKind) (id string, err error) {
	if name, err = cleanText("name", "The service's name", name, maxName, true); err != nil {
		return "", err
	}
	if !kind.known() {
		const sentence = "There is no such kind of service."
		return "", errs.New(errs.Invalid, sentence).Field("kind", sentence)
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if err := roomFor(tx, &serviceRow{}, v.OrganisationID, maxServices, "services"); err != nil {
			return err
		}
		row := serviceRow{ID: db.NewID(), OrganisationID: v.OrganisationID, Kind: string(kind), Name: name, CreatedAt: db.At(tx.Now)}
		id = row.ID
		if err := insert(tx, &row); err != nil {
			return err
		}
		if _, err := planTx(tx, v.OrganisationID, id); err != nil {
			return err
		}
		return note(tx, v, "service.create", "service", id, "")
	})
	return id, err
}

// RenameService gives a service another name.
func (s *Service) RenameService(ctx context.Context, v viewer.Viewer, id, name string) error {
	name, err := cleanText("name", "The service's name", name, maxName, true)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if err := renameService(tx, v.OrganisationID, id, name); err != nil {
			return err
		}
		return note(tx, v, "service.rename", "service", id, "")
	})
}

// Teams lists the organisation's teams.
func (s *Service) Teams(ctx context.Context, v viewer.Viewer) ([]TeamView, error) {
	list := []TeamView{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		names, err := ServiceNamesTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		leads, err := leadsTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		led := map[string]bool{}
		for _, l := range leads {
			led[l.ObjectID] = true
		}
		rows, err := teamsTx(tx, v.OrganisationID)
		for _, r := range rows {
			list = append(list, TeamView{
				ID: r.ID, Name: r.Name, ServiceID: r.ServiceID, ServiceName: names[r.ServiceID],
				HasLead: led[r.ID], CreatedAt: r.CreatedAt.Time(),
			})
		}
		return err
	})
	return list, err
}

// CreateTeam makes a team within a service.
func (s *Service) CreateTeam(ctx context.Context, v viewer.Viewer, serviceID, name string) (id string, err error) {
	if name, err = cleanText("name", "The team's name", name, maxName, true); err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if _, err := serviceTx(tx, v.OrganisationID, serviceID); err != nil {
			return err
		}
		if err := roomFor(tx, &teamRow{}, v.OrganisationID, maxTeams, "teams"); err != nil {
			return err
		}
		row := teamRow{ID: db.NewID(), OrganisationID: v.OrganisationID, ServiceID: serviceID, Name: name, CreatedAt: db.At(tx.Now)}
		id = row.ID
		if err := insert(tx, &row); err != nil {
			return err
		}
		return note(tx, v, "team.create", "team", id, "")
	})
	return id, err
}

// roomFor keeps a list within what is shown in full: nothing may be made that no
// list would show.
func roomFor(tx *db.Tx, model any, orgID string, most int64, what string) error {
	n, err := countTx(tx, model, orgID)
	if err == nil && n >= most {
		return errs.New(errs.Conflict, "There are as many "+what+" as one organisation can have.").With("full")
	}
	return err
}

// ServiceNamesTx names the services of an organisation, by their ids.
func ServiceNamesTx(tx *db.Tx, orgID string) (map[string]string, error) {
	rows, err := servicesTx(tx, orgID)
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}
