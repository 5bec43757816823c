package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
)

// request is what the kit knows about a request besides its viewer.
type request struct {
	id      string
	address string
	token   string
	authErr error
}

type requestKey struct{}

func withRequest(ctx context.Context, r *request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// RequestID gives the id that joins an answer to its line in the log.
func RequestID(ctx context.Context) string { return requestOf(ctx).id }

// Address gives the client's address; behind a trusted proxy, the one it names.
func Address(ctx context.Context) string { return requestOf(ctx).address }

// Token gives the session token the browser sent, signed in or not.
func Token(ctx context.Context) string { return requestOf(ctx).token }

// SessionError says, on a public route, why the token that was sent opened
// nothing; nil without a token and with a good one.
func SessionError(ctx context.Context) error { return requestOf(ctx).authErr }

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	return hex.EncodeToString(b[:])
}
