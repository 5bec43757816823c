package people

import (
	"maps"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

const (
	// windowAhead is how far ahead a rota has concrete times.
	windowAhead = 14 * 24 * time.Hour
	// planEvery is how often a plan is looked at when nothing is due sooner.
	planEvery = 15 * time.Minute
)

// planServiceTx brings everything that follows from a service's shifts up to
// date: the concrete times with their relations, who is on duty, the notices. It
// is done in the transaction of every change to the rota, and again by the job as
// time goes by. By is who changed it; empty: nobody, time did.
func (s *Service) planServiceTx(tx *db.Tx, orgID, serviceID, by string) error {
	plan, err := planTx(tx, orgID, serviceID)
	if err != nil {
		return err
	}
	loc, _, err := zoneTx(tx, orgID)
	if err != nil {
		return err
	}
	shifts, err := shiftsTx(tx, orgID, "service_id = ?", serviceID)
	if err != nil {
		return err
	}
	l := layout{s: s, tx: tx, orgID: orgID, by: by, off: map[string]bool{}, touched: map[string]bool{}}
	if err := l.layOut(serviceID, timesBetween(shifts, tx.Now, tx.Now.Add(windowAhead), loc)); err != nil {
		return err
	}
	plannedFrom := firstOf(shifts, loc)
	away, err := awayTx(tx, orgID, staffOf(shifts)...)
	if err != nil {
		return err
	}
	due, next := gapsDue(shifts, away, plannedFrom, tx.Now, loc)
	if err := s.noticeTx(tx, plan, due, shifts, away, loc); err != nil {
		return err
	}
	if err := closeOldGlass(tx, orgID); err != nil {
		return err
	}
	plan.PlannedFrom, plan.DueAt = db.AtPtr(plannedFrom), db.At(earlier(next, tx.Now.Add(planEvery)))
	return settlePlan(tx, plan)
}

// firstOf is when the first shift of all begins: from then on the service has a rota.
func firstOf(shifts []Shift, loc *time.Location) *time.Time {
	var first *time.Time
	for i := range shifts {
		if at, ok := shifts[i].begins(loc); ok && (first == nil || at.Before(*first)) {
			first = &at
		}
	}
	return first
}

// noticeTx opens and closes the service's notices and wakes its leads if any changed.
func (s *Service) noticeTx(tx *db.Tx, plan planRow, due []gap, shifts []Shift, away map[string]bool, loc *time.Location) error {
	teams, err := teamsOfTx(tx, plan.OrganisationID, plan.ID)
	if err != nil {
		return err
	}
	all, err := leadsTx(tx, plan.OrganisationID)
	if err != nil {
		return err
	}
	var leads []string
	for _, l := range all {
		if l.ServiceID == plan.ID || l.ObjectKind == string(ToOrganisation) {
			leads = append(leads, l.SubjectID)
		}
	}
	onCall := slices.ContainsFunc(shifts, func(s Shift) bool {
		return s.Role == OnCall && len(without(away, s.Between(tx.Now, tx.Now.Add(noticeAhead), loc))) > 0
	})
	gapsChanged, err := s.noticeGapsTx(tx, plan, teams, due)
	if err != nil {
		return err
	}
	leadChanged, err := s.noticeLeadTx(tx, plan, teams, onCall || len(leads) > 0)
	if (gapsChanged || leadChanged) && len(leads) > 0 {
		tx.AfterCommit(func() { s.wake(unique(leads)...) })
	}
	return err
}

// layout brings the rows of concrete times to what the shifts come to.
type layout struct {
	s     *Service
	tx    *db.Tx
	orgID string
	by    string

	times     []timeRow
	relations []Relation
	stale     []timeRow       // whose relation ends
	gone      []string        // times that are no more
	off       map[string]bool // accounts that lost a time that ran
	touched   map[string]bool // accounts whose times of now changed
}

type timeKey struct{ shift, on string }

func (l *layout) layOut(serviceID string, times []ShiftTime) error {
	wanted := make(map[timeKey]ShiftTime, len(times))
	for _, t := range times {
		wanted[timeKey{t.Shift.ID, t.On.String()}] = t
	}
	rows, err := aheadTx(l.tx, l.orgID, serviceID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		key := timeKey{row.ShiftID, row.OnDate}
		want, ok := wanted[key]
		delete(wanted, key)
		switch {
		case ok:
			err = l.change(row, want)
		case row.EndsAt.Time().After(l.tx.Now):
			l.remove(row)
		}
		if err != nil {
			return err
		}
	}
	for _, t := range times {
		if _, missing := wanted[timeKey{t.Shift.ID, t.On.String()}]; missing {
			l.add(t)
		}
	}
	return l.write()
}

// place writes what a shift comes to into a row, with a relation of its own.
func (l *layout) place(row *timeRow, t ShiftTime) {
	kind := OnShift
	if t.Shift.Role == OnCover {
		kind = CoverFor
	}
	to := t.EndsAt.Add(afterShift)
	r := Relation{
		ID: db.NewID(), OrganisationID: l.orgID, SubjectID: t.AccountID, Kind: kind, ObjectKind: ToTeam,
		ObjectID: t.Shift.TeamID, ValidFrom: later(t.StartsAt, l.tx.Now), ValidTo: &to, GrantedBy: t.Shift.ChangedBy,
		Reason: "Shift", CreatedAt: l.tx.Now, ConfirmedBy: t.Shift.ChangedBy, ConfirmedAt: timePtr(l.tx.Now),
	}
	l.relations = append(l.relations, r)
	due := db.At(later(t.StartsAt.Add(-askBefore), l.tx.Now))
	row.ServiceID, row.TeamID, row.AccountID, row.Role = t.Shift.ServiceID, t.Shift.TeamID, t.AccountID, string(t.Shift.Role)
	row.StartsAt, row.EndsAt, row.RelationID, row.DueAt = db.At(t.StartsAt), db.At(t.EndsAt), r.ID, &due
	l.touched[t.AccountID] = true
}

func (l *layout) add(t ShiftTime) {
	row := timeRow{ID: db.NewID(), OrganisationID: l.orgID, ShiftID: t.Shift.ID, OnDate: t.On.String()}
	l.place(&row, t)
	l.times = append(l.times, row)
}

func (l *layout) change(row timeRow, t ShiftTime) error {
	if row.AccountID == t.AccountID && row.TeamID == t.Shift.TeamID && row.ServiceID == t.Shift.ServiceID && row.Role == string(t.Shift.Role) &&
		row.StartsAt == db.At(t.StartsAt) && row.EndsAt == db.At(t.EndsAt) {
		return nil
	}
	l.stale = append(l.stale, row)
	l.lost(row, t.AccountID == row.AccountID && !t.StartsAt.After(l.tx.Now))
	if row.AccountID != t.AccountID {
		row.OnSince, row.AskedAt, row.Asks = nil, nil, 0
	}
	l.place(&row, t)
	return changeTime(l.tx, row)
}

func (l *layout) remove(row timeRow) {
	l.stale, l.gone = append(l.stale, row), append(l.gone, row.ID)
	l.lost(row, false)
}

// lost notes whose time changed, and whether it ran and doesn't any more.
func (l *layout) lost(row timeRow, still bool) {
	l.touched[row.AccountID] = true
	if !still && (row.OnSince != nil || row.runs(l.tx.Now)) {
		l.off[row.AccountID] = true
	}
}

// write puts the new relations in before the old ones end, so that nobody loses
// their devices to a change that leaves them on.
func (l *layout) write() error {
	if err := insertRelations(l.tx, l.relations); err != nil {
		return err
	}
	if err := insertTimes(l.tx, l.times); err != nil {
		return err
	}
	if err := deleteTimes(l.tx, l.gone); err != nil {
		return err
	}
	var future []string
	for _, row := range l.stale {
		if row.StartsAt.Time().After(l.tx.Now) {
			future = append(future, row.RelationID)
			continue
		}
		if err := l.s.endShiftTx(l.tx, l.orgID, row.RelationID, l.by); err != nil {
			return err
		}
	}
	if err := forgetFuture(l.tx, future); err != nil {
		return err
	}
	if len(l.touched) == 0 {
		return nil
	}
	accounts := slices.Sorted(maps.Keys(l.touched))
	l.tx.AfterCommit(func() { l.s.wake(accounts...) })
	for _, id := range accounts {
		if err := l.s.settleDutyTx(l.tx, l.orgID, id, l.off[id]); err != nil {
			return err
		}
	}
	return nil
}

// endShiftTx ends the access a shift gave, and what hung on it.
func (s *Service) endShiftTx(tx *db.Tx, orgID, relationID, by string) error {
	r, err := relationTx(tx, orgID, relationID)
	if errs.CodeOf(err) == errs.NotFound || err == nil && r.StateAt(tx.Now) != Current {
		return nil
	}
	if err != nil {
		return err
	}
	return s.endTx(tx, viewer.Viewer{AccountID: by, OrganisationID: orgID}, r, "The rota has changed.")
}
