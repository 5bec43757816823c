package accounts

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/viewer"
	"heard/server/web"
)

// Around is what the handlers need from the packages beside this one; the
// program wires it.
type Around struct {
	Organisation func(tx *db.Tx, orgID string) (viewer.Organisation, error)
	Roles        func(tx *db.Tx, v viewer.Viewer) ([]string, error)
	Figures      func(tx *db.Tx, v viewer.Viewer) (may string, err error) // at insight
	MayMakeCode  MayMakeCode
	OutboxKey    func(tx *db.Tx) (id, public string, err error) // what phones seal waiting cards to
	Stalled      func(orgID string) *time.Time                  // since when nothing gets through; empty id: anywhere
}

// Handlers answers the requests of this package in one place.
type Handlers struct {
	s       *Service
	place   viewer.Place
	around  Around
	cookies web.Cookies
}

// Handlers makes the handlers of a place.
func (s *Service) Handlers(place viewer.Place, around Around) *Handlers {
	return &Handlers{s: s, place: place, around: around, cookies: web.NewCookies(s.url)}
}

// cookieLife is how long a young person's browser keeps its cookie, the longest
// browsers allow. The server's own date decides; the cookie must not end first.
const cookieLife = 400 * 24 * time.Hour

// Cookie gives the header that hands a session to the browser.
func (s *Service) Cookie(o Opened) string {
	life := staffSession
	if o.Place == viewer.Young {
		life = cookieLife
	}
	return web.NewCookies(s.url).Set(o.Place, o.Token.Reveal(), life)
}

type deviceBody struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Current     bool      `json:"current"`
	HistoryOpen bool      `json:"historyOpen"`
	CreatedAt   time.Time `json:"createdAt"`
	LastSeenAt  time.Time `json:"lastSeenAt"`
}

// DevicesOutput lists devices.
type DevicesOutput struct {
	Body struct {
		Devices []deviceBody `json:"devices" nullable:"false"`
	}
}

// IDInput names one thing in the path.
type IDInput struct {
	ID string `path:"id" maxLength:"400"`
}

// Done is the answer of an act that has nothing to tell.
type Done struct {
	Body struct{}
}

// SignedOut is the answer that takes the cookie away.
type SignedOut struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct{}
}

// GetDevices lists the viewer's devices.
func (h *Handlers) GetDevices(ctx context.Context, _ *struct{}) (*DevicesOutput, error) {
	devices, err := h.s.Devices(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &DevicesOutput{}
	out.Body.Devices = make([]deviceBody, 0, len(devices))
	for _, d := range devices {
		out.Body.Devices = append(out.Body.Devices, deviceBody(d))
	}
	return out, nil
}

// DeleteDevice signs one of the viewer's devices out.
func (h *Handlers) DeleteDevice(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.EndDevice(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &Done{}, nil
}

// PostSignOut ends the session and its device in this browser; also from behind
// the idle lock, hence by the token and not by the viewer.
func (h *Handlers) PostSignOut(ctx context.Context, _ *struct{}) (*SignedOut, error) {
	if err := h.s.SignOut(ctx, h.place, web.Token(ctx)); err != nil {
		return nil, err
	}

	return &SignedOut{SetCookie: h.cookies.Clear(h.place)}, nil
}

type codeBody struct {
	Words     string    `json:"words" doc:"six words"`
	QR        string    `json:"qr" doc:"a PNG picture as a data: address"`
	URL       string    `json:"url" doc:"opens Heard with the words already in it"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// JoinCodeOutput is a code, shown once.
type JoinCodeOutput struct{ Body codeBody }

// PostJoinCode makes a code with which a young person joins on a device.
func (h *Handlers) PostJoinCode(ctx context.Context, in *IDInput) (*JoinCodeOutput, error) {
	code, err := h.s.MakeJoinCode(ctx, viewer.Must(ctx), in.ID, h.around.MayMakeCode)
	if err != nil {
		return nil, err
	}

	return &JoinCodeOutput{Body: codeBody{Words: code.Words, QR: code.QR, URL: code.URL, ExpiresAt: code.ExpiresAt}}, nil
}
