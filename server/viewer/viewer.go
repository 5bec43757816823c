// Package viewer says who is asking. The web layer puts a Viewer in the context
// once the session is known; stores and policies take it from there.
package viewer

import "context"

// Place is one of the entrances, each with its own cookie and API prefix.
type Place string

// The places.
const (
	Young   Place = "young"
	Work    Place = "work"
	Admin   Place = "admin"
	Insight Place = "insight"
)

// Places lists them.
var Places = []Place{Young, Work, Admin, Insight}

// Kind is what an account is. What an account may do comes from relations.
type Kind string

// The kinds of account.
const (
	KindYoungPerson Kind = "young_person"
	KindStaff       Kind = "staff"
	KindAdmin       Kind = "admin"
	KindFamily      Kind = "family"
)

// Viewer is whoever asks: an account through one session in one place.
type Viewer struct {
	AccountID      string
	OrganisationID string
	SessionID      string
	DeviceID       string
	Place          Place
	Kind           Kind
	Reading        bool // unlocked: may read private things
	NeedsLock      bool // on a shared tablet, just joined: must set a lock before reading
	Demo           bool
	Program        bool // not the account itself but a program, with a token of the account's
}

// Person is an account as others may see it.
type Person struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Avatar string `json:"avatar"`
}

type contextKey struct{}

// With puts a viewer in a context.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, v)
}

// From takes the viewer out of a context; false when nobody is signed in.
func From(ctx context.Context) (Viewer, bool) {
	v, ok := ctx.Value(contextKey{}).(Viewer)
	return v, ok
}

// Must takes the viewer out of a context on a route whose policy asks for a
// session. Its absence there is a mistake in the route table, hence the panic.
func Must(ctx context.Context) Viewer {
	v, ok := From(ctx)
	if !ok {
		panic("viewer: no viewer in the context of a route that needs one")
	}
	return v
}
