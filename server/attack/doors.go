package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"heard/server/reports"
	"heard/server/viewer"
)

// awake is how long a session is used: one that does nothing but read locks later.
const awake = 5 * time.Minute

// clock is the server's time, which some pages tell.
var clock = regexp.MustCompile(`"serverTime":"[^"]*",?`)

// door is a reader's way in: the cookie of a session past the passkey that this program does not have, or a token.
type door struct {
	cookie, bearer string
	at             int64 // Unix milliseconds
}

func (p *real) doorOf(ctx context.Context, o *organisation, by reader) (door, error) {
	key := o.id + string(by)
	p.mu.Lock()
	d, known := p.doors[key]
	p.mu.Unlock()
	if known && (d.bearer != "" || p.clock.Load()-d.at <= awake.Milliseconds()) {
		return d, nil
	}
	var err error
	switch by {
	case program:
		d.bearer, err = p.token(ctx, o, nil)
	case narrow:
		d.bearer, err = p.token(ctx, o, []string{o.unit(monthly)})
	default:
		d = door{cookie: newSecret(), at: p.clock.Load()}
		account := map[reader]string{commissioner: o.commissioner, keyworker: o.keyworker, bystander: o.bystander}[by]
		err = p.signIn(ctx, o.id, account, viewer.Place(by), d.cookie)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doors[key] = d
	return d, err
}

func newSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// token makes a token, and an address that is told of releases.
func (p *real) token(ctx context.Context, o *organisation, units []string) (string, error) {
	v := viewer.Viewer{OrganisationID: o.id, AccountID: o.commissioner, Place: viewer.Insight, Kind: viewer.KindStaff, Reading: true}
	if _, _, err := p.Exports.AddWebhook(ctx, v, "https://example.org/"); err != nil {
		return "", err
	}
	later := time.UnixMilli(p.clock.Load()).AddDate(0, 11, 0)
	_, secret, err := p.Exports.AddToken(ctx, v, reports.NewToken{Name: "Attack", Units: units, ExpiresAt: later})
	return secret.Reveal(), err
}

// get reads what somebody's page or program would.
func (p *real) get(ctx context.Context, o *organisation, about asking) (answer, error) {
	d, err := p.doorOf(ctx, o, about.by)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", about.by, err)
	}
	at := "/api/" + string(about.by)
	if d.bearer != "" {
		at = "/api/figures/v1"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+at+about.path, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	if d.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+d.bearer)
	} else {
		request.AddCookie(&http.Cookie{Name: "heard_" + string(about.by), Value: d.cookie})
	}
	response, err := p.Web.Fiber().Test(request, -1)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch status := response.StatusCode; status {
	case http.StatusOK, http.StatusNotFound, http.StatusUnprocessableEntity:
	default:
		err = errors.Join(err, fmt.Errorf("%s %s: %d %s", about.by, about.path, status, bytes.TrimSpace(body)))
	}
	is := answer{
		status: response.StatusCode, etag: response.Header.Get("ETag"), length: response.Header.Get("Content-Length"),
		age: response.Header.Get("Last-Modified") + response.Header.Get("Age"), body: body,
	}
	if is.status >= 400 {
		is.body, is.length = nil, "" // a problem names its request
	}
	is.body = clock.ReplaceAll(is.body, nil)
	return is, err
}
