package feelings

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// Answered says how cards are being answered in the services somebody leads, now and
// this week: numbers alone. It reads cards, and nothing of how it was for anybody.
type Answered struct {
	ServerTime time.Time         `json:"serverTime"`
	Services   []ServiceAnswered `json:"services" nullable:"false" doc:"by name"`
}

// ServiceAnswered is one service. A card is the service's that the first worker it
// was sent to works in, as in published figures.
type ServiceAnswered struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Waiting int            `json:"waiting" doc:"cards that wait for somebody now"`
	Oldest  *time.Time     `json:"oldest,omitempty" doc:"when the one came that has waited longest"`
	Now     []LevelWaiting `json:"now" nullable:"false" doc:"how far those that wait have gone; levels without any are left out"`
	Week    WeekAnswered   `json:"week"`
}

// LevelWaiting counts the cards that wait and have gone as far as one level.
type LevelWaiting struct {
	Level int `json:"level" doc:"1 who it was sent to, 2 cover, 3 the team on duty, 4 the lead"`
	N     int `json:"n"`
}

// WeekAnswered counts the cards that came since Monday.
type WeekAnswered struct {
	From    time.Time `json:"from" doc:"Monday, in the organisation's time zone"`
	Counted int       `json:"counted" doc:"cards that somebody saw, or whose time has passed"`
	InTime  int       `json:"inTime" doc:"those somebody saw before the first level's time had passed"`
}

// Answered gives a lead the services they lead or safeguard; to everybody else there
// is nothing here.
func (s *Service) Answered(ctx context.Context, v viewer.Viewer) (Answered, error) {
	var out Answered
	if err := viewer.AsStaff(v); err != nil {
		return out, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		led, err := people.LedTx(tx, v)
		if err != nil {
			return err
		}
		if len(led) == 0 {
			return errNotFound
		}
		loc, err := people.ZoneTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		monday := weekOf(tx.Now, loc)
		cards, err := countedTx(tx, v, monday)
		if err != nil {
			return err
		}
		byService, err := sortedTx(tx, v.OrganisationID, cards)
		if err != nil {
			return err
		}
		out = Answered{ServerTime: tx.Now, Services: make([]ServiceAnswered, len(led))}
		for i, service := range led {
			out.Services[i] = answeredOf(byService[service.ID], monday)
			out.Services[i].ID, out.Services[i].Name = service.ID, service.Name
		}
		slices.SortFunc(out.Services, func(a, b ServiceAnswered) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	return out, err
}

// weekOf is the Monday on which the week of a moment began.
func weekOf(at time.Time, loc *time.Location) time.Time {
	local := at.In(loc)
	since := (int(local.Weekday()) + 6) % 7
	return time.Date(local.Year(), local.Month(), local.Day()-since, 0, 0, 0, 0, loc)
}

// counted is what of a card is counted: no words, no name, no sender's choice.
type counted struct {
	Card
	Status   Status
	Events   []Event
	WorkerID string // the first it was sent to; empty: nobody at work
}

// waits says that a card waits for somebody to say that they are coming, or for
// somebody to check on whoever took it back.
func (c counted) waits() bool {
	switch c.Status.State {
	case StateReceived, StateAlerting, StateNoChannel, StateSeen, StateOverdue, StateNobody:
		return c.limited()
	}
	return checkOn(c.Card, c.Status)
}

// limited says that a level has a time in which to look: all but "just want you to know".
func (c counted) limited() bool { return c.Kind != KindNeed || c.Need != needJustKnow }

func (c counted) inTime() (inTime, counts bool) {
	stamps := make([]figures.Stamp, len(c.Events))
	for i, e := range c.Events {
		stamps[i] = figures.Stamp{Kind: string(e.Kind), At: e.At}
	}
	return figures.InTime(c.limited(), c.ReceivedAt, stamps)
}

func answeredOf(cards []counted, monday time.Time) ServiceAnswered {
	out := ServiceAnswered{Now: []LevelWaiting{}, Week: WeekAnswered{From: monday}}
	levels := map[int]int{}
	for _, c := range cards {
		if c.waits() {
			out.Waiting++
			levels[max(c.Status.Level, LevelAudience)]++
			if out.Oldest == nil || c.ReceivedAt.Before(*out.Oldest) {
				at := c.ReceivedAt
				out.Oldest = &at
			}
		}
		if inTime, counts := c.inTime(); counts && !c.ReceivedAt.Before(monday) {
			out.Week.Counted++
			if inTime {
				out.Week.InTime++
			}
		}
	}
	for level := LevelAudience; level <= LevelLead; level++ {
		if levels[level] > 0 {
			out.Now = append(out.Now, LevelWaiting{Level: level, N: levels[level]})
		}
	}
	return out
}

// sortedTx sorts cards by the service each counts for; what counts for none is left out. The
// service is that of the very moment at which a card came, as where figures are published.
func sortedTx(tx *db.Tx, orgID string, cards []counted) (map[string][]counted, error) {
	byService := map[string][]counted{}
	if len(cards) == 0 {
		return byService, nil
	}
	oldest := slices.MinFunc(cards, func(a, b counted) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	serving, err := people.ServingTx(tx, orgID, oldest.ReceivedAt, tx.Now)
	if err != nil {
		return nil, err
	}
	for _, c := range cards {
		if service := serving.ServiceOf(c.WorkerID, c.YoungPersonID, c.ReceivedAt); service != "" {
			byService[service] = append(byService[service], c)
		}
	}
	return byService, nil
}
