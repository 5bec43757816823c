package people

import (
	"context"
	"fmt"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Limits is how long a level has to look at a card before the next one is told.
type Limits struct {
	NotSafe   time.Duration
	SitWithMe time.Duration
	Other     time.Duration
}

// DefaultLimits holds for a service that set none of its own.
var DefaultLimits = Limits{NotSafe: 2 * time.Minute, SitWithMe: 5 * time.Minute, Other: 30 * time.Minute}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// LimitsTx reads a young person's limits: of several services the shortest.
func LimitsTx(tx *db.Tx, orgID, youngPersonID string) (Limits, error) {
	rows, err := servingLimitsTx(tx, orgID, youngPersonID)
	if err != nil || len(rows) == 0 {
		return DefaultLimits, err
	}
	var shortest Limits
	for i, row := range rows {
		l := DefaultLimits
		if row != nil {
			l = row.limits()
		}
		if i == 0 {
			shortest = l
		}
		shortest = Limits{min(shortest.NotSafe, l.NotSafe), min(shortest.SitWithMe, l.SitWithMe), min(shortest.Other, l.Other)}
	}
	return shortest, nil
}

// bounds of what a service may set: long enough for a person to look, short
// enough that a level which doesn't is not waited for in vain.
var bounds = []struct {
	field, label string
	least, most  time.Duration
	of           func(Limits) time.Duration
}{
	{"notSafe", "“I don't feel safe”", 30 * time.Second, 10 * time.Minute, func(l Limits) time.Duration { return l.NotSafe }},
	{"sitWithMe", "“Sit with me”", time.Minute, 30 * time.Minute, func(l Limits) time.Duration { return l.SitWithMe }},
	{"other", "Other cards", 5 * time.Minute, 4 * time.Hour, func(l Limits) time.Duration { return l.Other }},
}

func (l Limits) validate() error {
	for _, b := range bounds {
		if v := b.of(l); v < b.least || v > b.most {
			sentence := fmt.Sprintf("%s: between %s and %s.", b.label, spoken(b.least), spoken(b.most))
			return errs.New(errs.Invalid, sentence).Field(b.field, sentence)
		}
	}
	return nil
}

func spoken(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	case d == time.Minute:
		return "1 minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	}
	return fmt.Sprintf("%d hours", int(d.Hours()))
}

// Limits gives a service's limits to its leads and administrators.
func (s *Service) Limits(ctx context.Context, v viewer.Viewer, serviceID string) (Limits, error) {
	var l Limits
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		err := MayLimitTx(tx, v, serviceID)
		if err == nil {
			l, err = limitsOfTx(tx, v.OrganisationID, serviceID)
		}
		return err
	})
	return l, err
}

// SetLimits sets a service's limits. Cards that wait already keep the deadline
// that was told.
func (s *Service) SetLimits(ctx context.Context, v viewer.Viewer, serviceID string, l Limits) error {
	if err := l.validate(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := MayLimitTx(tx, v, serviceID); err != nil {
			return err
		}
		row := limitsRow{
			ServiceID: serviceID, OrganisationID: v.OrganisationID, NotSafe: int(l.NotSafe.Seconds()),
			SitWithMe: int(l.SitWithMe.Seconds()), Other: int(l.Other.Seconds()),
		}
		if err := saveLimits(tx, row); err != nil {
			return err
		}
		return note(tx, v, "service.limits", "service", serviceID, "")
	})
}

// MayLimitTx asks for whoever leads the service, or administers: they decide what the
// service has switched on.
func MayLimitTx(tx *db.Tx, v viewer.Viewer, serviceID string) error {
	if _, err := serviceTx(tx, v.OrganisationID, serviceID); err != nil {
		return err
	}
	a, err := authorityTx(tx, v, Relation{OrganisationID: v.OrganisationID, ObjectKind: ToService, ObjectID: serviceID})
	if err != nil {
		return err
	}
	return MayLimit(a)
}
