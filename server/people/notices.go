package people

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/viewer"
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

	glassTold = 7 * 24 * time.Hour // how long a broken glass stays a notice
)

// gap is one for a notice: without an end where nobody comes on within sight.
type gap struct {
	from time.Time
	to   *time.Time
}

// gapsDue gives the gaps that need an open notice now, and when the next one will.
// Whoever is away fills none.
func gapsDue(shifts []Shift, away map[string]bool, plannedFrom *time.Time, now time.Time, loc *time.Location) (due []gap, next time.Time) {
	next = now.Add(gapsAhead)
	if plannedFrom == nil {
		return nil, next
	}
	from, horizon := later(*plannedFrom, now.Add(-gapsBehind)), now.Add(gapsAhead)
	if !from.Before(horizon) {
		return nil, next
	}
	for _, g := range gaps(without(away, timesBetween(shifts, from, horizon, loc)), from, horizon) {
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

// NoticeView is an open notice as leads see it.
type NoticeView struct {
	ID          string         `json:"id"`
	Kind        NoticeKind     `json:"kind" enum:"rota_gap,no_lead,break_glass"`
	Team        *NamedTeam     `json:"team,omitempty"`
	StartsAt    *time.Time     `json:"startsAt,omitempty"`
	EndsAt      *time.Time     `json:"endsAt,omitempty" doc:"Missing: no end in sight."`
	OpenedAt    time.Time      `json:"openedAt"`
	Who         *viewer.Person `json:"who,omitempty" doc:"Who opened a young person's things."`
	YoungPerson *viewer.Person `json:"youngPerson,omitempty"`
}

// Notices lists the open notices: of the services the viewer leads or safeguards,
// and for an administrator those about every rota.
func (s *Service) Notices(ctx context.Context, v viewer.Viewer) ([]NoticeView, error) {
	list := []NoticeView{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := noticesTx(tx, v.OrganisationID)
		if err != nil || len(rows) == 0 {
			return err
		}
		if rows, err = mineTx(tx, v, rows); err != nil {
			return err
		}
		var ids []string
		for _, n := range rows {
			if n.Kind == string(GlassBroken) {
				ids = append(ids, text(n.ActorID), text(n.YoungPersonID))
			}
		}
		persons, err := s.book.PersonsTx(tx, v.OrganisationID, unique(ids))
		if err != nil {
			return err
		}
		teams, err := teamsTx(tx, v.OrganisationID)
		names := map[string]string{}
		for _, t := range teams {
			names[t.ID] = t.Name
		}
		for _, n := range rows {
			list = append(list, n.view(names, persons))
		}
		return err
	})
	return list, err
}

func (n noticeRow) view(teams map[string]string, persons map[string]viewer.Person) NoticeView {
	view := NoticeView{
		ID: n.ID, Kind: NoticeKind(n.Kind), StartsAt: db.TimePtr(n.StartsAt), EndsAt: db.TimePtr(n.EndsAt), OpenedAt: n.OpenedAt.Time(),
	}
	if n.TeamID != nil {
		view.Team = &NamedTeam{ID: *n.TeamID, Name: teams[*n.TeamID]}
	}
	if n.Kind == string(GlassBroken) {
		who, young := persons[text(n.ActorID)], persons[text(n.YoungPersonID)]
		view.Who, view.YoungPerson = &who, &young
	}
	return view
}

// mineTx keeps the notices that are the viewer's to see.
func mineTx(tx *db.Tx, v viewer.Viewer, rows []noticeRow) ([]noticeRow, error) {
	c, err := chartTx(tx, v)
	if err != nil {
		return nil, err
	}
	var young []string
	for _, n := range rows {
		if n.YoungPersonID != nil {
			young = append(young, *n.YoungPersonID)
		}
	}
	if c.served, err = servedByTx(tx, v.OrganisationID, unique(young)); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(n noticeRow) bool {
		if n.YoungPersonID != nil {
			a := c.authority(Relation{ObjectKind: ToYoungPerson, ObjectID: *n.YoungPersonID})
			return MayHearOfGlass(v, a, text(n.ActorID)) != nil
		}
		return MayReadNotice(c.authority(Relation{ObjectKind: ToService, ObjectID: text(n.ServiceID)})) != nil
	}), nil
}

// tellOfGlassTx tells the other leads of a young person that one of them has
// opened everything of theirs for an hour.
func (s *Service) tellOfGlassTx(tx *db.Tx, v viewer.Viewer, youngPersonID string, until time.Time) error {
	served, err := servedByTx(tx, v.OrganisationID, []string{youngPersonID})
	if err != nil {
		return err
	}
	all, err := leadsTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	var others []string
	for _, l := range all {
		if l.SubjectID != v.AccountID && (l.ObjectKind == string(ToOrganisation) || slices.Contains(served[youngPersonID], l.ServiceID)) {
			others = append(others, l.SubjectID)
		}
	}
	if len(others) > 0 {
		tx.AfterCommit(func() { s.wake(unique(others)...) })
	}
	return insertNotice(tx, noticeRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, Kind: string(GlassBroken), YoungPersonID: &youngPersonID,
		ActorID: &v.AccountID, EndsAt: db.AtPtr(&until), OpenedAt: db.At(tx.Now),
	})
}
