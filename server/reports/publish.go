// Long because a release is one transaction: what is due, counted, drawn and hidden is read here in its order.

package reports

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
)

// publishWithin is how long publishing one period may take.
const publishWithin = 5 * time.Minute

// Publish publishes every period that has closed and was not published yet, each in
// a transaction of its own, and says how many it published. What another instance
// publishes at the same time is found done. What fails is logged and tried again the
// next time, and holds up nothing else: no organisation, and no other period.
func (s *Service) Publish(ctx context.Context) (published int, err error) {
	var orgs []string
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		orgs, err = organisationsTx(tx)
		return err
	})
	if err != nil {
		s.failed(ctx, "", "", err)
		return 0, err
	}
	var failed []error
	for _, orgID := range orgs {
		n, err := s.publishFor(ctx, orgID)
		published += n
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	return published, errors.Join(failed...)
}

// publishFor publishes what is due of one organisation, oldest first.
func (s *Service) publishFor(ctx context.Context, orgID string) (published int, err error) {
	var due []duePeriod
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueTx(tx, orgID)
		return err
	})
	if err != nil {
		s.failed(ctx, orgID, "", err)
		return 0, err
	}
	var failed []error
	for _, d := range due {
		done, err := s.publish(ctx, d)
		if err != nil {
			s.failed(ctx, orgID, d.period, err)
			failed = append(failed, err)
		}
		if done {
			published++
		}
		if ctx.Err() != nil {
			break
		}
	}
	return published, errors.Join(failed...)
}

// failed logs what could not be published, unless the server is about to stop.
func (s *Service) failed(ctx context.Context, orgID string, p figures.Period, err error) {
	if ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a release could not be published", "organisation", orgID, "period", string(p), "error", err.Error())
	}
}

// duePeriod is a period of an organisation that has closed.
type duePeriod struct {
	orgID  string
	period figures.Period
	closes time.Time
}

// dueTx lists the closed periods of an organisation that have no release and may
// need one: there are units with that cadence, or services nothing has been decided
// about yet, or answers.
func dueTx(tx *db.Tx, orgID string) ([]duePeriod, error) {
	loc, err := people.ZoneTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	g, err := groundsTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	var due []duePeriod
	for _, p := range g.candidates(tx.Now, loc) {
		if !g.released[p] && g.concerns(p, loc) {
			due = append(due, duePeriod{orgID, p, p.Closes(loc)})
		}
	}
	slices.SortFunc(due, func(a, b duePeriod) int {
		return cmp.Or(a.closes.Compare(b.closes), cmp.Compare(a.period, b.period))
	})
	return due, nil
}

// grounds is what decides which periods are due.
type grounds struct {
	begun    time.Time               // when the organisation was made
	released map[figures.Period]bool // published already
	answered map[figures.Period]bool // somebody may have answered: there is a key
	services []serviceMade
	cadence  map[string]map[int]people.Cadence // service → year
}

type serviceMade struct {
	ID   string
	Name string
	At   time.Time
}

// candidates gives every month and quarter that has closed since the organisation
// was made, and before it what has answers: a made-up history.
func (g grounds) candidates(now time.Time, loc *time.Location) []figures.Period {
	var list []figures.Period
	for _, p := range []figures.Period{figures.MonthOf(g.begun, loc), figures.QuarterOf(g.begun, loc)} {
		for ; !p.Closes(loc).After(now); p = p.Next() {
			list = append(list, p)
		}
	}
	for p := range g.answered {
		if !slices.Contains(list, p) && !p.Closes(loc).After(now) {
			list = append(list, p)
		}
	}
	return list
}

// concerns says whether some service that was there in the period is counted in it,
// or may be: what is undecided is decided in the transaction that would publish.
func (g grounds) concerns(p figures.Period, loc *time.Location) bool {
	if g.answered[p] {
		return true
	}
	year := people.ReportYear(p.Start(loc), loc)
	for _, service := range g.services {
		if !service.At.Before(p.End(loc)) {
			continue
		}
		if c, decided := g.cadence[service.ID][year]; !decided || (c == people.Quarterly) == p.Quarterly() {
			return true
		}
	}
	return false
}

// publish makes one release, or finds that there is nothing to do. Everything is
// one transaction: the row that decides who publishes, the one scan of what was
// answered (on SQLite it comes before), the noise, the cells, the end of the key.
func (s *Service) publish(ctx context.Context, d duePeriod) (done bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, publishWithin)
	defer cancel()
	ahead, err := s.countAhead(ctx, d)
	if err != nil {
		return false, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		done = false
		loc, err := people.ZoneTx(tx, d.orgID)
		if err != nil {
			return err
		}
		if err := patient(tx); err != nil {
			return err
		}
		units, err := s.unitsTx(tx, d, loc)
		if err != nil || len(units) == 0 {
			return err
		}
		release := Release{Period: d.period, PublishedAt: tx.Now}
		if release.Number, err = beginRelease(tx, d.orgID, d.period); err != nil || release.Number == 0 {
			return err
		}
		if err := s.fill(tx, d, units, loc, ahead); err != nil {
			return err
		}
		for _, hear := range s.hears {
			if err := hear(tx, d.orgID, release); err != nil {
				return err
			}
		}
		done = true
		return nil
	})
	return done && err == nil, err
}

// countAhead counts what was answered before the transaction that publishes, where that
// one keeps everybody else from writing: on SQLite young people would wait for seconds.
// The period takes no more answers first, so that the counts stand; after a crash they
// are made again. nil says that nothing was counted.
func (s *Service) countAhead(ctx context.Context, d duePeriod) (counts map[answerKey][3]int, err error) {
	if s.db.Dialect() != db.SQLite {
		return nil, nil
	}
	answered := false
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		answered, err = people.ClosePeriodTx(tx, d.orgID, d.period)
		return err
	})
	if err != nil || !answered {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		counts, err = countAnswersTx(tx, d.orgID, d.period)
		return err
	})
	return counts, err
}

// unitsTx gives the units counted in a period: those of its cadence with a service
// that was there, and whatever has answers.
func (s *Service) unitsTx(tx *db.Tx, d duePeriod, loc *time.Location) ([]unitNamed, error) {
	if err := lockOrganisation(tx, d.orgID); err != nil {
		return nil, err
	}
	if err := people.HoldPeriodTx(tx, d.orgID, d.period); err != nil {
		return nil, err
	}
	all, err := people.UnitsTx(tx, d.orgID, people.ReportYear(d.period.Start(loc), loc))
	if err != nil {
		return nil, err
	}
	g, err := groundsTx(tx, d.orgID)
	if err != nil {
		return nil, err
	}
	made := make(map[string]serviceMade, len(g.services))
	for _, service := range g.services {
		made[service.ID] = service
	}
	var units []unitNamed
	for _, u := range all {
		if (u.Cadence == people.Quarterly) != d.period.Quarterly() {
			continue
		}
		named := unitNamed{ID: u.ID, Pool: u.Pool}
		for _, id := range u.Services {
			if service := made[id]; g.answered[d.period] || service.At.Before(d.period.End(loc)) {
				named.Services = append(named.Services, service)
			}
		}
		if len(named.Services) > 0 {
			units = append(units, named)
		}
	}
	return units, nil
}

// unitNamed is a unit with its services by the names of the day of publication.
type unitNamed struct {
	ID       string
	Pool     bool
	Services []serviceMade
}

// fill makes the cells of a release. What was not counted ahead is counted now.
func (s *Service) fill(tx *db.Tx, d duePeriod, units []unitNamed, loc *time.Location, answers map[answerKey][3]int) error {
	if answers == nil {
		var err error
		if answers, err = countAnswersTx(tx, d.orgID, d.period); err != nil {
			return err
		}
	}
	asked, err := countAskedTx(tx, d.orgID, d.period)
	if err != nil {
		return err
	}
	measured, err := measureTx(tx, d, units, loc)
	if err != nil {
		return err
	}
	var cells []Cell
	for _, u := range units {
		for _, question := range questions {
			cell, err := s.drawn(answers[answerKey{u.ID, question}])
			if err != nil {
				return err
			}
			cell.Unit, cell.Period, cell.Set = u.ID, d.period, question
			cells = append(cells, cell)
			if question == SetListened {
				response, err := s.drawnResponse(cell, asked[u.ID])
				if err != nil {
					return err
				}
				cells = append(cells, response)
			}
		}
		for _, set := range judged {
			cell, err := s.drawnJudgement(measured.judged[set][u.ID])
			if err != nil {
				return err
			}
			cell.Unit, cell.Period, cell.Set = u.ID, d.period, set
			cells = append(cells, cell)
		}
		cells = append(cells, measured.cells[u.ID]...)
	}
	if err := insertUnits(tx, d, units); err != nil {
		return err
	}
	if err := insertCells(tx, d.orgID, cells); err != nil {
		return err
	}
	return endPeriodTx(tx, d.orgID, d.period)
}

// drawn puts noise on each of three disjoint counts, once, and hides what is then
// too few together. None and a few are drawn alike, so that they look alike.
func (s *Service) drawn(counts [3]int) (Cell, error) {
	if err := s.blur(&counts[0], &counts[1], &counts[2]); err != nil {
		return Cell{}, err
	}
	return together(counts[0], counts[1], counts[2]), nil
}

// drawnJudgement does the same with two counts.
func (s *Service) drawnJudgement(counts judgement) (Cell, error) {
	if err := s.blur(&counts.yes, &counts.no); err != nil {
		return Cell{}, err
	}
	return together(counts.yes, 0, counts.no), nil
}

// blur puts noise on each of some counts, which stay counts.
func (s *Service) blur(counts ...*int) error {
	for _, count := range counts {
		noise, err := figures.Geometric(s.noise)
		if err != nil {
			return err
		}
		*count = max(*count+noise, 0)
	}
	return nil
}

func together(a, b, c int) Cell {
	if a+b+c < hideBelow {
		return Cell{Hidden: true}
	}
	return Cell{A: a, B: b, C: c, N: a + b + c}
}

// drawnResponse keeps the share of those asked who answered, as a whole percent: the
// published count over how many were asked, with noise of its own. From the percent and
// the count follows about how many were asked after that noise, and never how many were.
func (s *Service) drawnResponse(listened Cell, asked int) (Cell, error) {
	cell := Cell{Unit: listened.Unit, Period: listened.Period, Set: SetResponse}
	if err := s.blur(&asked); err != nil {
		return Cell{}, err
	}
	if listened.Hidden || asked < hideBelow {
		cell.Hidden = true
		return cell, nil
	}
	cell.A = min((200*listened.N+asked)/(2*asked), 100)
	return cell, nil
}

// hideFew hides an exact cell with too few people behind it.
func hideFew(cell Cell, people int) Cell {
	if people < hideBelow {
		return Cell{Unit: cell.Unit, Period: cell.Period, Set: cell.Set, Hidden: true}
	}
	return cell
}
