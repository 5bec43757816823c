package notify

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"
)

// tokensFor is how long a token is used. The library signs it for twelve hours; push services take a day at most.
const tokensFor = 6 * time.Hour

var errTooLong = errors.New("notify: payload too long")

// tokens are the signed names by which push services know this server (RFC 8292), one an origin. One signature lasts
// for all pushes of some hours; signing each took as long as encrypting it.
type tokens struct {
	mu   sync.Mutex
	made map[string]token
}

type token struct {
	header string
	until  time.Time
}

// token gives the Authorization header for an endpoint.
func (s *Service) token(ctx context.Context, t target) (string, error) {
	origin, err := originOf(t.endpoint)
	if err != nil {
		return "", err
	}
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	if known, ok := s.tokens.made[origin]; ok && time.Now().Before(known.until) {
		return known.header, nil
	}
	header, err := s.sign(ctx, t)
	if err != nil {
		return "", err
	}
	if s.tokens.made == nil {
		s.tokens.made = map[string]token{}
	}
	s.tokens.made[origin] = token{header: header, until: time.Now().Add(tokensFor)}
	return header, nil
}

// forgetToken has the next push to an origin sign anew: its service would not take this one.
func (s *Service) forgetToken(endpoint string) {
	if origin, err := originOf(endpoint); err == nil {
		s.tokens.mu.Lock()
		defer s.tokens.mu.Unlock()
		delete(s.tokens.made, origin)
	}
}

func originOf(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host, nil
}

// sign has the library sign: it does so only on the way of a push, which ends here.
func (s *Service) sign(ctx context.Context, t target) (string, error) {
	var taken intercept
	response, err := webpush.SendNotificationWithContext(ctx, []byte{' '}, &webpush.Subscription{
		Endpoint: t.endpoint,
		Keys:     webpush.Keys{P256dh: encode(t.p256dh), Auth: encode(t.auth)},
	}, &webpush.Options{
		HTTPClient: &taken, RecordSize: recordSize, Subscriber: s.vapid.contact,
		VAPIDPublicKey: s.vapid.public, VAPIDPrivateKey: s.vapid.private.Reveal(),
	})
	if err != nil {
		return "", err
	}
	return taken.header, response.Body.Close()
}

// intercept takes the header of a request and sends it nowhere.
type intercept struct{ header string }

// Do is webpush's HTTPClient.
func (i *intercept) Do(r *http.Request) (*http.Response, error) {
	i.header = r.Header.Get("Authorization")
	return &http.Response{StatusCode: http.StatusCreated, Body: io.NopCloser(strings.NewReader(""))}, nil
}
