// Package push is a push service for tests: the far side of web push, so that everything on our side of the
// wire is real. It hands out subscriptions, checks the VAPID token, decrypts what it is sent, answers as told,
// and speaks Mozilla's push protocol, so that a real Firefox can subscribe to it.
package push

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"sync"
	"time"
)

// Service is one fake push service, listening on an address of its own.
type Service struct {
	// URL is the origin of every endpoint, such as http://127.0.0.1:40123.
	URL string

	server  *http.Server
	control http.Handler
	done    chan struct{}

	mu            sync.Mutex
	changed       chan struct{} // closed and replaced whenever a request has been recorded
	subscriptions map[string]*subscription
	clients       map[string]*client
	requests      []Request
	answers       []Answer // for subscriptions that were told nothing
	hanging       int
}

// Subscription is what a browser gives a page that has subscribed.
type Subscription struct {
	ID       string `json:"id"`
	Endpoint string `json:"endpoint"`
	Keys     Keys   `json:"keys"`
}

// Keys are the subscription's public key and authentication secret, base64url.
type Keys struct {
	P256dh string `json:"p256dh"`
	Auth   string `json:"auth"`
}

// subscription is a Subscription with its secrets. One that belongs to a Firefox has none: only Firefox can decrypt.
type subscription struct {
	id         string
	serverKey  string // applicationServerKey it is bound to; empty = any
	private    *ecdh.PrivateKey
	auth       []byte
	uaid       string // Firefox that registered it
	channel    string
	gone       bool
	answers    []Answer
	unanswered []notification // sent to Firefox, not yet acknowledged
	acked      int
}

// Answer is how the service answers a push. The zero value is 201.
type Answer struct {
	Status     int    `json:"status"`
	RetryAfter string `json:"retryAfter,omitempty"` // the header as sent: seconds or a date
	Location   string `json:"location,omitempty"`   // with a 3xx
	Hang       bool   `json:"hang,omitempty"`       // never answers
	Reset      bool   `json:"reset,omitempty"`      // drops the connection
}

// Request is one push as it arrived.
type Request struct {
	Subscription  string    `json:"subscription"`
	At            time.Time `json:"at"`
	Status        int       `json:"status"` // as answered; 0 for a hang or reset
	TTL           string    `json:"ttl"`
	Urgency       string    `json:"urgency"`
	Topic         string    `json:"topic"`
	Encoding      string    `json:"encoding"`
	BodySize      int       `json:"bodySize"`
	Authorization string    `json:"-"` // the header as it came
	Claims        Claims    `json:"claims"`
	Plain         string    `json:"plain"`   // decrypted; empty for a subscription of Firefox's
	Problem       string    `json:"problem"` // what a strict push service or browser would have refused
	Firefox       bool      `json:"firefox"` // forwarded to a Firefox, undecrypted
}

// Options sets a service up. The zero value listens on a free loopback port. There is no clock to set: the service
// stands for the outside world, and webpush-go too signs tokens by the machine's clock.
type Options struct {
	Addr    string
	Control func(*Service) http.Handler // serves /control/, when given
}

// Listen starts a service.
func Listen(o Options) (*Service, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	s := &Service{
		URL:           "http://" + listener.Addr().String(),
		done:          make(chan struct{}),
		changed:       make(chan struct{}),
		subscriptions: map[string]*subscription{},
		clients:       map[string]*client{},
	}
	if o.Control != nil {
		s.control = o.Control(s)
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// TB is the part of testing.TB that Start needs; named here so that programs can import this package too.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start starts a service that ends with the test.
func Start(t TB) *Service {
	t.Helper()
	s, err := Listen(Options{})
	if err != nil {
		t.Fatalf("push service: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Close ends the service and every request that hangs on it.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		return
	default:
		close(s.done)
	}
	_ = s.server.Close()
	for _, c := range s.clients {
		c.drop()
	}
}

// Subscribe makes a subscription as a browser would, bound to the server key when one is given.
func (s *Service) Subscribe(serverKey string) Subscription {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // the system's randomness is gone: no test can go on
	}
	auth := make([]byte, authSize)
	_, _ = rand.Read(auth)
	sub := &subscription{id: rand.Text(), serverKey: serverKey, private: private, auth: auth}
	s.mu.Lock()
	s.subscriptions[sub.id] = sub
	s.mu.Unlock()
	return Subscription{
		ID:       sub.id,
		Endpoint: s.endpoint(sub.id),
		Keys: Keys{
			P256dh: base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()),
			Auth:   base64.RawURLEncoding.EncodeToString(auth),
		},
	}
}

func (s *Service) endpoint(id string) string { return s.URL + endpointPath + id }

// Unsubscribe ends a subscription as its browser would: from now on its endpoint answers 410.
func (s *Service) Unsubscribe(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub := s.subscriptions[id]; sub != nil {
		sub.gone = true
	}
}

// Answer tells how to answer the next pushes, one after the other; the last answer stays. An empty id is for
// all subscriptions that were told nothing themselves.
func (s *Service) Answer(id string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		s.answers = answers
	} else if sub := s.subscriptions[id]; sub != nil {
		sub.answers = answers
	}
}

// Requests returns all that arrived, oldest first; with an id, only that subscription's.
func (s *Service) Requests(id string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.matching(id)
}

func (s *Service) matching(id string) []Request {
	found := []Request{}
	for _, r := range s.requests {
		if id == "" || r.Subscription == id {
			found = append(found, r)
		}
	}
	return found
}

// Hanging says how many requests hang right now.
func (s *Service) Hanging() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hanging
}

// Forget empties the record of requests.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Wait returns as soon as n requests have arrived for the subscription (empty: for any), or with what there is
// when the context ends.
func (s *Service) Wait(ctx context.Context, id string, n int) ([]Request, error) {
	for {
		s.mu.Lock()
		found, changed := s.matching(id), s.changed
		s.mu.Unlock()
		if len(found) >= n {
			return found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, ctx.Err()
		}
	}
}

// nextAnswer takes the answer that is due; called with the lock held.
func (s *Service) nextAnswer(sub *subscription) Answer {
	queue := &s.answers
	if len(sub.answers) > 0 {
		queue = &sub.answers
	}
	if len(*queue) == 0 {
		return Answer{Status: http.StatusCreated}
	}
	answer := (*queue)[0]
	if len(*queue) > 1 {
		*queue = (*queue)[1:]
	}
	if answer.Status == 0 {
		answer.Status = http.StatusCreated
	}
	return answer
}

// record keeps a request and wakes all who wait; called with the lock held.
func (s *Service) record(r Request) {
	s.requests = append(s.requests, r)
	close(s.changed)
	s.changed = make(chan struct{})
}
