package people

import (
	"context"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
)

// RotaAsk asks for a team's rota over some days.
type RotaAsk struct {
	Team string `query:"team" maxLength:"36" doc:"The first team you may see when left out"`
	From string `query:"from" maxLength:"10" pattern:"^\\d{4}-\\d{2}-\\d{2}$" doc:"The first date; today when left out"`
	Days int    `query:"days" minimum:"1" maximum:"42" default:"7"`
}

// RotaShown is a team's rota.
type RotaShown struct {
	Body Rota
}

// GetRota answers GET /work/rota and GET /admin/rota.
func (h *Handlers) GetRota(ctx context.Context, in *RotaAsk) (*RotaShown, error) {
	var from *Day
	if in.From != "" {
		d, err := readDay("from", in.From)
		if err != nil {
			return nil, err
		}
		from = &d
	}
	rota, err := h.s.Rota(ctx, viewer.Must(ctx), in.Team, from, in.Days)
	if err != nil {
		return nil, err
	}
	return &RotaShown{Body: rota}, nil
}

// ShiftBody is a line of the rota as it is written.
type ShiftBody struct {
	TeamID      string    `json:"teamId" maxLength:"36"`
	PersonID    string    `json:"personId" maxLength:"36"`
	Role        ShiftRole `json:"role" enum:"team,cover,on_call"`
	Date        string    `json:"date" maxLength:"10" doc:"The first date: 2026-03-28"`
	From        string    `json:"from" maxLength:"5" doc:"By the clocks there: 07:30"`
	To          string    `json:"to" maxLength:"5"`
	EndsNextDay bool      `json:"endsNextDay,omitempty"`
	Repeat      Repeat    `json:"repeat" enum:"none,daily,weekdays,weekly,fortnightly"`
	Until       string    `json:"until,omitempty" maxLength:"10" doc:"The last date it may fall on"`
	AllowGaps   bool      `json:"allowGaps,omitempty" doc:"Save it although nobody is on at some time"`
}

// lastDay is the last date that is read.
const lastDay = "2999-12-31"

func readDay(field, text string) (Day, error) {
	d, err := ParseDay(text)
	// No rota is asked for so far ahead; times beyond year 9999 can't be written.
	if err != nil || text > lastDay {
		const sentence = "A date, as in 2026-03-28."
		return 0, errs.New(errs.Invalid, sentence).Field(field, sentence)
	}
	return d, nil
}

func readHours(from, to string, endsNextDay bool) (Hours, error) {
	const sentence = "A time of day, as in 07:30."
	h := Hours{EndsNextDay: endsNextDay}
	var err error
	if h.From, err = ParseWall(from); err != nil {
		return h, errs.New(errs.Invalid, sentence).Field("from", sentence)
	}
	if h.To, err = ParseWall(to); err != nil {
		return h, errs.New(errs.Invalid, sentence).Field("to", sentence)
	}
	return h, nil
}

func (b ShiftBody) shift() (s Shift, err error) {
	s = Shift{TeamID: b.TeamID, AccountID: b.PersonID, Role: b.Role, Repeat: b.Repeat}
	if s.First, err = readDay("date", b.Date); err != nil {
		return s, err
	}
	if s.Hours, err = readHours(b.From, b.To, b.EndsNextDay); err != nil {
		return s, err
	}
	if b.Until != "" {
		until, err := readDay("until", b.Until)
		if err != nil {
			return s, err
		}
		s.Until = &until
	}
	return s, nil
}

// ShiftAsk adds a shift.
type ShiftAsk struct {
	Body ShiftBody
}

// PostShift answers POST /rota/shifts.
func (h *Handlers) PostShift(ctx context.Context, in *ShiftAsk) (*Made, error) {
	shift, err := in.Body.shift()
	if err != nil {
		return nil, err
	}
	return made(h.s.AddShift(ctx, viewer.Must(ctx), shift, in.Body.AllowGaps))
}

// ShiftChange changes a shift.
type ShiftChange struct {
	ByID
	Body ShiftBody
}

// PutShift answers PUT /rota/shifts/{id}.
func (h *Handlers) PutShift(ctx context.Context, in *ShiftChange) (*Done, error) {
	shift, err := in.Body.shift()
	if err != nil {
		return nil, err
	}
	return done(h.s.ChangeShift(ctx, viewer.Must(ctx), in.ID, shift, in.Body.AllowGaps))
}

// ShiftEnd takes a shift out.
type ShiftEnd struct {
	ByID
	AllowGaps bool `query:"allowGaps"`
}

// DeleteShift answers DELETE /rota/shifts/{id}.
func (h *Handlers) DeleteShift(ctx context.Context, in *ShiftEnd) (*Done, error) {
	return done(h.s.EndShift(ctx, viewer.Must(ctx), in.ID, in.AllowGaps))
}

// ExceptionAsk makes one date of a shift different.
type ExceptionAsk struct {
	ByID
	Date string `path:"date" maxLength:"10"`
	Body struct {
		Kind        string `json:"kind" enum:"off,changed"`
		From        string `json:"from,omitempty" maxLength:"5"`
		To          string `json:"to,omitempty" maxLength:"5"`
		EndsNextDay bool   `json:"endsNextDay,omitempty"`
		PersonID    string `json:"personId,omitempty" maxLength:"36" doc:"Somebody else that day"`
		AllowGaps   bool   `json:"allowGaps,omitempty"`
	}
}

// PutException answers PUT /rota/shifts/{id}/exceptions/{date}.
func (h *Handlers) PutException(ctx context.Context, in *ExceptionAsk) (*Done, error) {
	on, err := readDay("date", in.Date)
	if err != nil {
		return nil, err
	}
	e := Exception{Off: in.Body.Kind == "off"}
	if !e.Off {
		if e.Hours, err = readHours(in.Body.From, in.Body.To, in.Body.EndsNextDay); err != nil {
			return nil, err
		}
		e.AccountID = in.Body.PersonID
	}
	return done(h.s.Except(ctx, viewer.Must(ctx), in.ID, on, &e, in.Body.AllowGaps))
}

// ExceptionEnd makes a date as the shift says again.
type ExceptionEnd struct {
	ShiftEnd
	Date string `path:"date" maxLength:"10"`
}

// DeleteException answers DELETE /rota/shifts/{id}/exceptions/{date}.
func (h *Handlers) DeleteException(ctx context.Context, in *ExceptionEnd) (*Done, error) {
	on, err := readDay("date", in.Date)
	if err != nil {
		return nil, err
	}
	return done(h.s.Except(ctx, viewer.Must(ctx), in.ID, on, nil, in.AllowGaps))
}

// DutyShown is a worker's duty.
type DutyShown struct {
	Body DutyView
}

// GetDuty answers GET /work/duty.
func (h *Handlers) GetDuty(ctx context.Context, _ *struct{}) (*DutyShown, error) {
	d, err := h.s.MyDuty(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	return &DutyShown{Body: d}, nil
}

// PostDutyAsk answers POST /work/duty/ask.
func (h *Handlers) PostDutyAsk(ctx context.Context, _ *struct{}) (*Done, error) {
	return done(h.s.AskForTest(ctx, viewer.Must(ctx)))
}

// NoticeList is the open notices.
type NoticeList struct {
	Body struct {
		Notices []NoticeView `json:"notices" maxItems:"500"`
	}
}

// GetNotices answers GET /work/notices and GET /admin/notices.
func (h *Handlers) GetNotices(ctx context.Context, _ *struct{}) (*NoticeList, error) {
	list, err := h.s.Notices(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &NoticeList{}
	out.Body.Notices = list
	return out, nil
}

// LimitsBody is how long a level has, in seconds.
type LimitsBody struct {
	NotSafe   int `json:"notSafe" minimum:"1" maximum:"86400" doc:"Seconds for “I don't feel safe”"`
	SitWithMe int `json:"sitWithMe" minimum:"1" maximum:"86400"`
	Other     int `json:"other" minimum:"1" maximum:"86400"`
}

// LimitsShown is a service's limits.
type LimitsShown struct {
	Body LimitsBody
}

// GetLimits answers GET /services/{id}/limits.
func (h *Handlers) GetLimits(ctx context.Context, in *ByID) (*LimitsShown, error) {
	l, err := h.s.Limits(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	whole := func(d time.Duration) int { return int(d.Seconds()) }
	return &LimitsShown{Body: LimitsBody{NotSafe: whole(l.NotSafe), SitWithMe: whole(l.SitWithMe), Other: whole(l.Other)}}, nil
}

// LimitsAsk sets a service's limits.
type LimitsAsk struct {
	ByID
	Body LimitsBody
}

// PutLimits answers PUT /services/{id}/limits.
func (h *Handlers) PutLimits(ctx context.Context, in *LimitsAsk) (*Done, error) {
	b := in.Body
	return done(h.s.SetLimits(ctx, viewer.Must(ctx), in.ID, Limits{seconds(b.NotSafe), seconds(b.SitWithMe), seconds(b.Other)}))
}
