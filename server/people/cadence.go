package people

import (
	"time"

	"github.com/google/uuid"

	"heard/server/db"
	"heard/server/figures"
)

// Cadence is how often a unit's figures come out.
type Cadence string

// The cadences.
const (
	Monthly   Cadence = "month"
	Quarterly Cadence = "quarter"
)

// By the roster of 1 April: how many young people make figures each month, and
// how few are counted only together with other small services.
const (
	rosterMonthly = 60
	rosterPooled  = 10
)

// Unit is the smallest thing figures are given for: a service, or the pool of an
// organisation's services that are too small for figures of their own.
type Unit struct {
	ID      string
	Pool    bool
	Cadence Cadence
}

// PeriodOf is the unit's period that holds a moment.
func (u Unit) PeriodOf(at time.Time, loc *time.Location) figures.Period {
	if u.Cadence == Monthly {
		return figures.MonthOf(at, loc)
	}
	return figures.QuarterOf(at, loc)
}

// UnitServices is a unit with the services counted in it, oldest first.
type UnitServices struct {
	Unit
	Services []string
}

// ReportYear is the year by which cadences go: it begins on 1 April.
func ReportYear(at time.Time, loc *time.Location) int {
	local := at.In(loc)
	if local.Month() < time.April {
		return local.Year() - 1
	}
	return local.Year()
}

// unitOf says what a service with this roster on 1 April is counted as. The pool's
// id follows from the organisation, so that it is the same one each year.
func unitOf(orgID, serviceID string, roster int) Unit {
	switch {
	case roster >= rosterMonthly:
		return Unit{ID: serviceID, Cadence: Monthly}
	case roster >= rosterPooled:
		return Unit{ID: serviceID, Cadence: Quarterly}
	}
	return Unit{ID: PoolOf(orgID), Pool: true, Cadence: Quarterly}
}

// PoolOf is the unit of an organisation's services that are too small for one of
// their own.
func PoolOf(orgID string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("heard:pool:"+orgID)).String()
}

// CountsInTx says where an answer about a contact counts: in the contact's period,
// or in the one open now when that has closed. It keeps that period from being
// published until the transaction ends, as HoldPeriodTx keeps answers out of one, so
// that no answer slips into a period while it is being published.
func CountsInTx(tx *db.Tx, orgID, serviceID string, at time.Time) (Unit, figures.Period, error) {
	loc, err := ZoneTx(tx, orgID)
	if err != nil {
		return Unit{}, "", err
	}
	for _, moment := range []time.Time{at, tx.Now} {
		unit, err := unitTx(tx, orgID, serviceID, ReportYear(moment, loc), loc)
		if err != nil {
			return Unit{}, "", err
		}
		period := unit.PeriodOf(moment, loc)
		open, err := openTx(tx, orgID, period, loc)
		if err != nil || open {
			return unit, period, err
		}
	}
	return Unit{}, "", errNoPeriod
}

// openTx says whether answers still count in a period.
func openTx(tx *db.Tx, orgID string, p figures.Period, loc *time.Location) (bool, error) {
	if !tx.Now.Before(p.Closes(loc)) {
		return false, nil
	}
	if err := sharePeriodTx(tx, orgID, p); err != nil {
		return false, err
	}
	closed, err := closedTx(tx, orgID, p)
	return !closed, err
}

// UnitsTx gives every unit of an organisation in a year. It is for the job that
// publishes.
func UnitsTx(tx *db.Tx, orgID string, year int) ([]UnitServices, error) {
	loc, err := ZoneTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	services, err := servicesTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	next := time.Date(year+1, time.April, 1, 0, 0, 0, 0, loc)
	for _, service := range services {
		if !service.CreatedAt.Time().Before(next) {
			continue // a service made later was never counted in that year
		}
		if err := decideTx(tx, orgID, service.ID, year, loc); err != nil {
			return nil, err
		}
	}
	rows, err := cadencesTx(tx, orgID, year)
	if err != nil {
		return nil, err
	}
	var units []UnitServices
	at := map[string]int{}
	for _, row := range rows {
		i, known := at[row.UnitID]
		if !known {
			i, at[row.UnitID] = len(units), len(units)
			units = append(units, UnitServices{Unit: row.unit()})
		}
		units[i].Services = append(units[i].Services, row.ServiceID)
	}
	return units, nil
}

// KeepCadenceTx writes what a service is counted as in a year, unless that has been
// decided. It is for made-up histories, which no roster stands behind.
func KeepCadenceTx(tx *db.Tx, orgID, serviceID string, year int, u Unit) error {
	return keepCadence(tx, cadenceRow{
		OrganisationID: orgID, ServiceID: serviceID, Year: year, Cadence: string(u.Cadence), UnitID: u.ID,
	})
}

// unitTx reads what a service is counted as in a year; the first who needs it decides.
func unitTx(tx *db.Tx, orgID, serviceID string, year int, loc *time.Location) (Unit, error) {
	if _, err := serviceTx(tx, orgID, serviceID); err != nil {
		return Unit{}, err
	}
	if err := decideTx(tx, orgID, serviceID, year, loc); err != nil {
		return Unit{}, err
	}
	row, err := cadenceTx(tx, orgID, serviceID, year)
	return row.unit(), err
}

func decideTx(tx *db.Tx, orgID, serviceID string, year int, loc *time.Location) error {
	decided, err := decidedTx(tx, orgID, serviceID, year)
	if err != nil || decided {
		return err
	}
	roster, err := rosterTx(tx, orgID, serviceID, time.Date(year, time.April, 1, 0, 0, 0, 0, loc))
	if err != nil {
		return err
	}
	return KeepCadenceTx(tx, orgID, serviceID, year, unitOf(orgID, serviceID, roster))
}

// ContactServiceTx says which service a contact counts for: of those that served the
// young person then, the one the worker works in; otherwise the one that has served
// them longest. Someone whom no service serves has no contact that counts.
func ContactServiceTx(tx *db.Tx, orgID, workerID, youngPersonID string, at time.Time) (serviceID string, err error) {
	served, err := servedAtTx(tx, orgID, youngPersonID, at)
	if err != nil {
		return "", err
	}
	if len(served) == 0 {
		return "", errNotFound
	}
	works, err := worksInTx(tx, orgID, workerID, at)
	if err != nil {
		return "", err
	}
	for _, id := range served {
		if works[id] {
			return id, nil
		}
	}
	return served[0], nil
}
