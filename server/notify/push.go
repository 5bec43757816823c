package notify

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// plainSize is what every payload is filled up to before it is encrypted, whatever it says.
	plainSize = 256
	// recordSize is the size of every body on the wire; push services take up to 4,096 bytes.
	recordSize = 512
	// longestRetryAfter bounds how long a push service can make us wait.
	longestRetryAfter = time.Hour
	// longestBackoff is short enough for everything to be told half a minute after an outage.
	longestBackoff = 20 * time.Second
)

// Problem codes of a push, shown in push health.
const (
	problemTimeout      = "timeout"
	problemUnreachable  = "unreachable"
	problemAddress      = "address_refused"
	problemRateLimited  = "rate_limited"
	problemServiceDown  = "service_down"
	problemTooLarge     = "too_large"
	problemUnauthorised = "unauthorised"
	problemBadRequest   = "bad_request"
	problemRedirected   = "redirected"
	problemRefused      = "refused"
	problemGone         = "gone"
	problemUnreadable   = "unreadable"
	problemInsecure     = "insecure"
	problemDailyLimit   = "daily_limit"
	problemUndelivered  = "undelivered"
)

// States of one push of an alert to one subscription.
const (
	pushAccepted = "accepted"
	pushGone     = "gone"
	pushRefused  = "refused"
	pushRetry    = "retry"
)

// payload is all that travels: no names, no words, no subject.
type payload struct {
	V int    `json:"v"`
	N string `json:"n"`
	K Body   `json:"k"`
}

// newPayload makes the text of a push. Spaces after a JSON value mean nothing, so every payload can have the same length.
func newPayload(alertID string, body Body) ([]byte, error) {
	plain, err := json.Marshal(payload{V: 1, N: alertID, K: body})
	if err != nil {
		return nil, err
	}
	if len(plain) > plainSize {
		return nil, errTooLong
	}
	return append(plain, bytes.Repeat([]byte{' '}, plainSize-len(plain))...), nil
}

// target is one way to send an alert, opened.
type target struct {
	channel    Channel
	attempts   int // made before, for this alert
	unreadable bool

	subscriptionID string // of a push
	endpoint       string
	p256dh, auth   []byte

	contactID  string // of an e-mail or text message
	deliveryID string
	address    string
}

// answer is what the far side said to one try.
type answer struct {
	state      string
	problem    string
	code       int           // as its protocol counts; 0: it said nothing
	retryAfter time.Duration // 0: it asked for nothing
	providerID string        // what the text service calls it
}

// result is what became of one push, e-mail or text message.
type result struct {
	target
	answer
}

// push sends one alert to one subscription. It never returns the error itself: those of net/http hold the
// endpoint, and whoever has an endpoint can annoy its owner.
func (s *Service) push(ctx context.Context, a alertRow, t target) answer {
	var r answer
	if t.unreadable {
		r.state, r.problem = pushRefused, problemUnreadable
		return r
	}
	request, err := s.request(ctx, a, t)
	if err != nil {
		r.state, r.problem = pushRefused, problemBadRequest
		return r
	}
	response, err := s.client.Do(request)
	if err != nil {
		r.state, r.problem = judgeError(err)
		return r
	}
	// The answer's text is nobody's business; reading it lets the connection be used again.
	_, _ = io.CopyN(io.Discard, response.Body, 4<<10)
	_ = response.Body.Close()
	r.code = response.StatusCode
	r.state, r.problem = judgeStatus(response.StatusCode)
	if r.state == pushRetry {
		r.retryAfter = retryAfter(response.Header.Get("Retry-After"), time.Now())
	}
	if r.problem == problemUnauthorised {
		s.forgetToken(t.endpoint)
	}
	return r
}

// request encrypts and signs one push.
func (s *Service) request(ctx context.Context, a alertRow, t target) (*http.Request, error) {
	plain, err := newPayload(a.ID, Body(a.Body))
	if err != nil {
		return nil, err
	}
	body, err := encrypt(plain, t.p256dh, t.auth)
	if err != nil {
		return nil, err
	}
	authorization, err := s.token(ctx, t)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{
		"Authorization": {authorization}, "Content-Encoding": {"aes128gcm"}, "Content-Type": {"application/octet-stream"},
		"Ttl": {strconv.Itoa(a.TTLSeconds)}, "Urgency": {a.Urgency},
	}
	return request, nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// judgeStatus reads the push service's answer. Only 404 and 410 say that a subscription has ended; everything
// else may be our own fault or theirs and passes.
func judgeStatus(status int) (state, problem string) {
	switch {
	case status/100 == 2:
		return pushAccepted, ""
	case status == http.StatusNotFound, status == http.StatusGone:
		return pushGone, problemGone
	case status == http.StatusTooManyRequests:
		return pushRetry, problemRateLimited
	case status == http.StatusRequestTimeout:
		return pushRetry, problemTimeout
	case status/100 == 5:
		return pushRetry, problemServiceDown
	case status == http.StatusRequestEntityTooLarge:
		return pushRefused, problemTooLarge
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return pushRefused, problemUnauthorised
	case status == http.StatusBadRequest:
		return pushRefused, problemBadRequest
	case status/100 == 3:
		return pushRefused, problemRedirected
	default:
		return pushRefused, problemRefused
	}
}

func judgeError(err error) (state, problem string) {
	var transport *url.Error
	var timeout net.Error
	switch {
	case errors.Is(err, errAddress):
		return pushRefused, problemAddress
	case !errors.As(err, &transport):
		return pushRefused, problemBadRequest // it could not even be encrypted or signed
	case errors.As(err, &timeout) && timeout.Timeout():
		return pushRetry, problemTimeout
	default:
		return pushRetry, problemUnreachable
	}
}

// retryAfter reads the header, seconds or a date; 0 when there is none. It may ask for an hour at most.
func retryAfter(header string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(longestRetryAfter/time.Second))) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		wait = date.Sub(now)
	} else {
		return 0
	}
	return min(max(wait, time.Second), longestRetryAfter)
}

// backoff is how long to wait after the given number of failed tries: doubling from a second to twenty,
// each time between half and the whole of it, so that alerts of one outage spread out.
func backoff(attempts int, random func() float64) time.Duration {
	wait := longestBackoff
	if attempts < 8 {
		wait = min(time.Second<<max(attempts-1, 0), longestBackoff)
	}
	return wait/2 + time.Duration(random()*float64(wait/2))
}
