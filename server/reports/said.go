package reports

import (
	"context"
	"math"
	"slices"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// maxSaid is how many periods of each unit a young person is shown.
const maxSaid = 8

// YouSaid gives a young person what the young people of their services said and what
// was done about it, newest first: from releases, like everything.
func (s *Service) YouSaid(ctx context.Context, v viewer.Viewer) ([]Said, error) {
	said := []Said{}
	m, _ := MeasureOf("felt_listened")
	err := s.read(ctx, func(tx, published *db.Tx) error {
		services, err := people.ServedByTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return err
		}
		h, err := shelfOfTx(tx, published, v.OrganisationID, people.InsightView{Services: services})
		if err != nil {
			return err
		}
		notes, err := notesTx(tx, v.OrganisationID, h.ids())
		if err != nil {
			return err
		}
		for _, u := range h.units {
			cells, err := cellsTx(published, v.OrganisationID, []string{u.ID}, SetListened)
			if err != nil {
				return err
			}
			if len(cells) > maxSaid {
				cells = cells[len(cells)-maxSaid:]
			}
			for _, c := range cells {
				item := Said{Period: string(c.Period), Label: c.Period.Label(), Unit: u.Name, Pool: u.Pool, Hidden: c.Hidden}
				if !c.Hidden {
					tenths := int(math.Round(10 * float64(m.over(c)) / float64(c.N)))
					item.Tenths = &tenths
				}
				for _, row := range notes {
					if row.UnitID == u.ID && row.Period == item.Period {
						item.Did = row.Did
					}
				}
				said = append(said, item)
			}
		}
		slices.SortStableFunc(said, func(a, b Said) int {
			return figures.Period(b.Period).End(h.loc).Compare(figures.Period(a.Period).End(h.loc))
		})
		return nil
	})
	return said, err
}
