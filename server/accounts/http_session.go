package accounts

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

type organisationBody struct {
	Name          string `json:"name"`
	KeyworkerWord string `json:"keyworkerWord"`
	AboutMeWord   string `json:"aboutMeWord"`
	DutyPhone     string `json:"dutyPhone"`
}

type sessionBody struct {
	SignedIn     bool              `json:"signedIn"`
	Demo         bool              `json:"demo"`
	Account      *viewer.Person    `json:"account,omitempty"`
	Organisation *organisationBody `json:"organisation,omitempty"`
	CSRF         string            `json:"csrf,omitempty" doc:"for the header X-Heard-CSRF"`
	DeviceID     string            `json:"deviceId,omitempty"`
	ServerTime   time.Time         `json:"serverTime"`
	StalledSince *time.Time        `json:"stalledSince,omitempty" doc:"since when cards and alerts don't get through"`

	Locked      *bool    `json:"locked,omitempty" doc:"young people: reading is shut until the secret is given"`
	Lock        LockKind `json:"lock,omitempty" enum:"none,pin,picture" doc:"young people"`
	HistoryOpen *bool    `json:"historyOpen,omitempty" doc:"young people; false: this device sends only, until the secret or an older device opens it"`
	Shared      *bool    `json:"shared,omitempty" doc:"young people: others use this tablet too; a lock must be set before reading"`
	Outbox      *keyBody `json:"outbox,omitempty" doc:"young people: the key that waiting cards are sealed to"`
	NewDevices  *int     `json:"newDevices,omitempty" doc:"young people: devices that wait to be let in"`

	Idle  *bool    `json:"idle,omitempty" doc:"staff: signed in, but locked until a passkey is used again"`
	Roles []string `json:"roles,omitempty" doc:"staff"`
	May   string   `json:"may,omitempty" enum:"none,read,publish" doc:"at insight: which figures, if any, are theirs to read; publish also sets targets and writes what was done"`
}

// SessionOutput is a session as its own browser sees it.
type SessionOutput struct {
	SetCookie string `header:"Set-Cookie"`
	SetTablet string `header:"Set-Cookie"` // beside the other: Fiber would join a list of them with commas
	Body      sessionBody
}

type keyBody struct {
	KeyID     string `json:"keyId"`
	PublicKey string `json:"publicKey" doc:"uncompressed P-256 point, base64url without padding"`
}

// GetSession says who is signed in here, if anybody, and whether the session has
// gone idle.
func (h *Handlers) GetSession(ctx context.Context, in *TabletInput) (*SessionOutput, error) {
	v, signedIn := viewer.From(ctx)
	idle := false
	if !signedIn && errs.ReasonOf(web.SessionError(ctx)) == errIdle.Reason {
		var err error
		if v, err = h.s.Idle(ctx, h.place, web.Token(ctx)); err != nil && errs.CodeOf(err) != errs.NotFound {
			return nil, err
		}
		idle = err == nil
	}
	if !signedIn && !idle {
		return h.nobody(ctx, in.Tablet)
	}

	out, err := h.session(ctx, v)
	if err != nil {
		return nil, err
	}
	if idle {
		out.Body.Idle, out.Body.CSRF, out.Body.Roles, out.Body.May = &idle, "", nil, ""
	}
	// A young person's cookie moves on. Behind a lock it moves at unlocking, since
	// the token changes there and this answer might overtake the new one.
	// On a shared tablet it might overtake the next person's.
	if h.place == viewer.Young && out.Body.Lock == NoLock && !*out.Body.Shared {
		out.SetCookie = h.cookies.Set(viewer.Young, web.Token(ctx), cookieLife)
	}
	return out, nil
}

func (h *Handlers) stalledSince(orgID string) *time.Time {
	if h.around.Stalled == nil {
		return nil
	}
	return h.around.Stalled(orgID)
}

// nobody is the session of a browser that has none.
func (h *Handlers) nobody(ctx context.Context, tablet string) (*SessionOutput, error) {
	out := &SessionOutput{Body: sessionBody{Demo: h.s.demo, StalledSince: h.stalledSince("")}}
	seats, err := h.s.Seats(ctx, tablet)
	if err != nil {
		return nil, err
	}
	h.placeFields(&out.Body, Mine{Lock: NoLock, Shared: len(seats) > 0})
	err = h.s.db.Read(ctx, func(tx *db.Tx) error {
		out.Body.ServerTime = tx.Now
		return nil
	})
	return out, err
}

// session reads a session anew, all of it in one snapshot. Just opened, it may be
// of another organisation than the one this browser had when it asked.
func (h *Handlers) session(ctx context.Context, v viewer.Viewer) (*SessionOutput, error) {
	ctx = viewer.With(ctx, v)
	out := &SessionOutput{Body: sessionBody{
		SignedIn: true, Demo: v.Demo, CSRF: web.CSRFToken(h.s.ring, v.SessionID), DeviceID: v.DeviceID,
		StalledSince: h.stalledSince(v.OrganisationID),
	}}
	err := h.s.db.Read(ctx, func(tx *db.Tx) error {
		out.Body.ServerTime = tx.Now
		m, err := h.s.MineTx(tx, v)
		if err != nil {
			return err
		}
		out.Body.Account = &m.Person
		h.placeFields(&out.Body, m)
		o, err := h.around.Organisation(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		out.Body.Organisation = &organisationBody{Name: o.Name, KeyworkerWord: o.KeyworkerWord, AboutMeWord: o.AboutMeWord, DutyPhone: o.DutyPhone}
		if v.Place != viewer.Young {
			return h.aroundTx(tx, v, &out.Body)
		}
		if h.around.OutboxKey == nil {
			return nil
		}
		out.Body.Outbox = &keyBody{}
		out.Body.Outbox.KeyID, out.Body.Outbox.PublicKey, err = h.around.OutboxKey(tx)
		return err
	})
	return out, err
}

// aroundTx says what somebody who signed in with a passkey is, and may read.
func (h *Handlers) aroundTx(tx *db.Tx, v viewer.Viewer, body *sessionBody) (err error) {
	if body.Roles, err = h.around.Roles(tx, v); err == nil && v.Place == viewer.Insight {
		body.May, err = h.around.Figures(tx, v)
	}
	return err
}

// placeFields fills what only one kind of place has.
func (h *Handlers) placeFields(body *sessionBody, m Mine) {
	if h.place == viewer.Young {
		body.Locked, body.Lock, body.HistoryOpen, body.NewDevices = &m.Locked, m.Lock, &m.HistoryOpen, &m.NewDevices
		body.Shared = &m.Shared
		return
	}
	idle := false
	body.Idle = &idle
}

// opened answers with a session just opened and its cookie.
func (h *Handlers) opened(ctx context.Context, o Opened) (*SessionOutput, error) {
	out, err := h.session(ctx, o.Viewer)
	if err != nil {
		return nil, err
	}
	out.SetCookie = h.s.Cookie(o)
	if o.Tablet != "" {
		out.SetTablet = h.cookies.Named(tabletCookie, viewer.Young, o.Tablet.Reveal(), cookieLife)
	}
	return out, nil
}
