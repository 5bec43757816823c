package push

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	endpointPath = "/wpush/v2/"
	largestBody  = 4096 // what every push service must take (RFC 8030 section 7.2), and most take no more
)

// ServeHTTP takes pushes, questions of the test's, and the WebSocket connections of Firefox on any other path.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, isEndpoint := strings.CutPrefix(r.URL.Path, endpointPath)
	switch {
	case isEndpoint && r.Method == http.MethodPost:
		s.receive(w, r, id)
	case isEndpoint:
		http.Error(w, "a push is a POST", http.StatusMethodNotAllowed)
	case s.control != nil && strings.HasPrefix(r.URL.Path, "/control/"):
		s.control.ServeHTTP(w, r)
	case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		s.serveFirefox(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Service) receive(w http.ResponseWriter, r *http.Request, id string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, largestBody+1))
	if err != nil {
		return // the sender went away
	}
	answer := s.take(r, id, body)
	switch {
	case answer.Hang:
		s.hang(r)
	case answer.Reset:
		panic(http.ErrAbortHandler)
	default:
		if answer.RetryAfter != "" {
			w.Header().Set("Retry-After", answer.RetryAfter)
		}
		if answer.Location != "" {
			w.Header().Set("Location", answer.Location)
		} else if answer.Status == http.StatusCreated {
			w.Header().Set("Location", s.URL+"/message/"+id)
			w.Header().Set("TTL", r.Header.Get("TTL"))
		}
		w.WriteHeader(answer.Status)
	}
}

func (s *Service) hang(r *http.Request) {
	count := func(by int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.hanging += by
	}
	count(1)
	defer count(-1)
	select {
	case <-r.Context().Done():
	case <-s.done:
	}
}

// take judges, records and delivers a push, and says how to answer it.
func (s *Service) take(r *http.Request, id string, body []byte) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := Request{
		Subscription: id,
		At:           time.Now(),
		TTL:          r.Header.Get("TTL"),
		Urgency:      r.Header.Get("Urgency"),
		Topic:        r.Header.Get("Topic"),
		Encoding:     r.Header.Get("Content-Encoding"),
		BodySize:     len(body),

		Authorization: r.Header.Get("Authorization"),
	}
	sub := s.subscriptions[id]
	answer := s.judge(r, sub, &request, body)
	accepted := answer.Status/100 == 2 && !answer.Hang && !answer.Reset
	if accepted && sub.uaid != "" {
		request.Firefox = true
		s.forward(sub, request, body)
	}
	if !answer.Hang && !answer.Reset {
		request.Status = answer.Status
	}
	s.record(request)
	return answer
}

// judge is what a strict push service would answer, unless it was told otherwise.
func (s *Service) judge(r *http.Request, sub *subscription, request *Request, body []byte) Answer {
	refuse := func(status int, problem string) Answer {
		request.Problem = problem
		return Answer{Status: status}
	}
	if sub == nil {
		return refuse(http.StatusNotFound, "no such subscription")
	}
	claims, err := VerifyVAPID(r.Header.Get("Authorization"), s.URL, time.Now())
	request.Claims = claims
	if err != nil {
		return refuse(http.StatusForbidden, err.Error())
	}
	// Firefox pads the key, pages need not.
	if bound := strings.TrimRight(sub.serverKey, "="); bound != "" && bound != strings.TrimRight(claims.Key, "=") {
		return refuse(http.StatusForbidden, "push: subscribed with another server key")
	}
	if sub.gone {
		return Answer{Status: http.StatusGone}
	}
	if problem := checkHeaders(r); problem != "" {
		return refuse(http.StatusBadRequest, problem)
	}
	if len(body) > largestBody {
		return refuse(http.StatusRequestEntityTooLarge, "push: body larger than 4096 bytes")
	}
	if sub.private != nil {
		plain, err := Decrypt(sub.private, sub.auth, body)
		if err != nil {
			// A push service can't read the body, so it accepts; the browser would drop it in silence.
			request.Problem = err.Error()
		}
		request.Plain = string(plain)
	}
	return s.nextAnswer(sub)
}

func checkHeaders(r *http.Request) string {
	if ttl, err := strconv.Atoi(r.Header.Get("TTL")); err != nil || ttl < 0 {
		return "push: TTL missing or no number"
	}
	if r.Header.Get("Content-Encoding") != "aes128gcm" {
		return "push: encoding is not aes128gcm"
	}
	switch urgency := r.Header.Get("Urgency"); urgency {
	case "", "very-low", "low", "normal", "high":
	default:
		return fmt.Sprintf("push: no such urgency %q", urgency)
	}
	if len(r.Header.Get("Topic")) > 32 {
		return "push: topic longer than 32 characters"
	}
	return ""
}
