package people

import (
	"slices"
	"time"

	"heard/server/db"
)

// NoticeKind is what an open notice tells the leads.
type NoticeKind string

// The kinds of notice.
const (
	RotaGap     NoticeKind = "rota_gap"    // nobody is on at some time of the next 24 hours
	NoLead      NoticeKind = "no_lead"     // nobody leads, nor is anybody on call
	GlassBroken NoticeKind = "break_glass" // a lead opened a young person's things for an hour
)

const (
	noticeAhead = 24 * time.Hour
	gapsAhead   = 14 * 24 * time.Hour // how far a gap is followed to its end
	gapsBehind  = 48 * time.Hour      // and back to its beginning
	maxNotices  = 500
)

// gap is one for a notice: without an end where nobody comes on within sight.
type gap struct {
	from time.Time
	to   *time.Time
}

// gapsDue gives the gaps that need an open notice now, and when the next one will.
func gapsDue(shifts []Shift, plannedFrom *time.Time, now time.Time, loc *time.Location) (due []gap, next time.Time) {
	next = now.Add(gapsAhead)
	if plannedFrom == nil {
		return nil, next
	}
	from, horizon := later(*plannedFrom, now.Add(-gapsBehind)), now.Add(gapsAhead)
	if !from.Before(horizon) {
		return nil, next
	}
	for _, g := range gaps(timesBetween(shifts, from, horizon, loc), from, horizon) {
		if !g.To.After(now) {
			continue
		}
		if opens := g.From.Add(-noticeAhead); opens.After(now) {
			return due, earlier(next, opens)
		}
		d := gap{from: g.From}
		if g.To.Before(horizon) {
			d.to, next = timePtr(g.To), earlier(next, g.To)
		}
		due = append(due, d)
	}
	return due, next
}

// noticeGapsTx opens and closes the notices about gaps, in the transaction that
// looks at the plan. A gap that has grown or shrunk keeps its notice.
func (s *Service) noticeGapsTx(tx *db.Tx, plan planRow, teams []teamRow, due []gap) (changed bool, err error) {
	open, err := openNoticesTx(tx, plan.OrganisationID, plan.ID, RotaGap)
	if err != nil {
		return false, err
	}
	for _, g := range due {
		i := slices.IndexFunc(open, func(n noticeRow) bool {
			return (g.to == nil || n.StartsAt.Time().Before(*g.to)) && (n.EndsAt == nil || n.EndsAt.Time().After(g.from))
		})
		if i < 0 {
			if len(teams) == 0 {
				continue
			}
			changed = true
			err := insertNotice(tx, noticeRow{
				ID: db.NewID(), OrganisationID: plan.OrganisationID, Kind: string(RotaGap), ServiceID: &plan.ID,
				TeamID: &teams[0].ID, StartsAt: db.AtPtr(&g.from), EndsAt: db.AtPtr(g.to), OpenedAt: db.At(tx.Now),
			})
			if err != nil {
				return false, err
			}
			continue
		}
		n := open[i]
		open = slices.Delete(open, i, i+1)
		if n.StartsAt.Time().Before(g.from) && !n.StartsAt.Time().After(tx.Now.Add(-gapsBehind)) {
			g.from = n.StartsAt.Time() // began before what is looked at
		}
		if !n.StartsAt.Time().Equal(g.from) || !same(db.TimePtr(n.EndsAt), g.to) {
			changed = true
			if err := moveNotice(tx, n.ID, &g.from, g.to); err != nil {
				return false, err
			}
		}
	}
	for _, n := range open {
		changed = true
		if err := closeNotice(tx, n.ID); err != nil {
			return false, err
		}
	}
	return changed, nil
}

// noticeLeadTx opens the notice that nobody is at the last level, and closes it.
func (s *Service) noticeLeadTx(tx *db.Tx, plan planRow, teams []teamRow, led bool) (changed bool, err error) {
	open, err := openNoticesTx(tx, plan.OrganisationID, plan.ID, NoLead)
	switch {
	case err != nil:
		return false, err
	case !led && len(open) == 0 && len(teams) > 0:
		return true, insertNotice(tx, noticeRow{
			ID: db.NewID(), OrganisationID: plan.OrganisationID, Kind: string(NoLead), ServiceID: &plan.ID,
			TeamID: &teams[0].ID, OpenedAt: db.At(tx.Now),
		})
	case led:
		for _, n := range open {
			changed = true
			if err := closeNotice(tx, n.ID); err != nil {
				return false, err
			}
		}
	}
	return changed, nil
}

func same(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
