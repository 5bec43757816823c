// Package govnotify stands in for GOV.UK Notify in tests: it checks each request as the documentation of its REST
// API says, answers as documented, and reports what became of messages as it would. Only tests import it.
package govnotify

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Template is the id of the one template it has; it holds ((text)).
const Template = "f33517ff-2a88-4f6e-b855-c550268ce08a"

// Answer is how one request is answered instead of as it deserves.
type Answer struct {
	Status int
	Error  string // the documented error type
	Text   string
	Hang   bool // never answered
	Reset  bool // the connection is cut
}

// The documented answers.
var (
	RateLimit  = Answer{Status: 429, Error: "RateLimitError", Text: "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"}
	DailyLimit = Answer{Status: 429, Error: "TooManyRequestsError", Text: "Exceeded send limits (sms: 250000) for today"}
	Trial      = Answer{Status: 400, Error: "BadRequestError", Text: "Can't send to this recipient when service is in trial mode"}
	Broken     = Answer{Status: 500, Error: "Exception", Text: "Internal server error"}
)

// Message is a text message it took.
type Message struct {
	ID, Reference, To, Text string
}

// Service is the stand-in, listening on loopback.
type Service struct {
	URL    string
	APIKey string

	serviceID, secret string
	server            *httptest.Server
	stop              chan struct{}

	mu       sync.Mutex
	answers  []Answer
	messages []Message
	asked    int
}

// Start opens a stand-in that ends with the test.
func Start(t testing.TB) *Service {
	s := &Service{serviceID: uuid(), secret: uuid(), stop: make(chan struct{})}
	s.APIKey = "heard-live-key-" + s.serviceID + "-" + s.secret
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL
	t.Cleanup(func() { close(s.stop); s.server.Close() })
	return s
}

// Answer says how the next requests are answered, in order; afterwards as they deserve.
func (s *Service) Answer(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = answers
}

// Messages gives the text messages it took so far.
func (s *Service) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Asked says how many requests came.
func (s *Service) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked++
	var set Answer
	if len(s.answers) > 0 {
		set, s.answers = s.answers[0], s.answers[1:]
	}
	s.mu.Unlock()
	switch {
	case set.Hang:
		select {
		case <-s.stop:
		case <-r.Context().Done():
		}
	case set.Reset:
		panic(http.ErrAbortHandler)
	case set.Status != 0:
		refuse(w, set)
	default:
		s.take(w, r)
	}
}

type request struct {
	Phone           string            `json:"phone_number"`
	Template        string            `json:"template_id"`
	Personalisation map[string]string `json:"personalisation"`
	Reference       string            `json:"reference"`
}

var phone = regexp.MustCompile(`^\+[0-9]{8,15}$`)

func (s *Service) take(w http.ResponseWriter, r *http.Request) {
	var in request
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/v2/notifications/sms":
		refuse(w, Answer{Status: 404, Error: "NoResultFound", Text: "Not found"})
		return
	case s.check(r.Header.Get("Authorization")) != "":
		refuse(w, Answer{Status: 403, Error: "AuthError", Text: s.check(r.Header.Get("Authorization"))})
		return
	case r.Header.Get("Content-Type") != "application/json" || decoder.Decode(&in) != nil:
		refuse(w, Answer{Status: 400, Error: "BadRequestError", Text: "Invalid JSON"})
		return
	case !phone.MatchString(in.Phone):
		refuse(w, Answer{Status: 400, Error: "ValidationError", Text: "phone_number Not a valid phone number"})
		return
	case in.Template != Template:
		refuse(w, Answer{Status: 400, Error: "BadRequestError", Text: "Template not found"})
		return
	case in.Personalisation["text"] == "":
		refuse(w, Answer{Status: 400, Error: "BadRequestError", Text: "Missing personalisation: text"})
		return
	}
	m := Message{ID: uuid(), Reference: in.Reference, To: in.Phone, Text: in.Personalisation["text"]}
	s.mu.Lock()
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": m.ID, "reference": m.Reference, "uri": s.URL + "/v2/notifications/" + m.ID,
		"content":  map[string]any{"body": m.Text, "from_number": "GOVUK"},
		"template": map[string]any{"id": Template, "version": 1, "uri": s.URL + "/v2/template/" + Template},
	})
}

// check proves a token as documented: HS256 with the secret, the service as issuer, made within 30 seconds. It gives
// the documented words of a refusal, or none.
func (s *Service) check(authorization string) string {
	text, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok {
		return "Unauthorized: authentication token must be provided"
	}
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return []byte(s.secret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(s.serviceID))
	if err != nil {
		return "Invalid token: API key not found"
	}
	made, err := claims.GetIssuedAt()
	if err != nil || made == nil || time.Since(made.Time).Abs() > 30*time.Second {
		return "Error: Your system clock must be accurate to within 30 seconds"
	}
	return ""
}

func refuse(w http.ResponseWriter, a Answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.Status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"status_code": a.Status, "errors": []map[string]string{{"error": a.Error, "message": a.Text}},
	})
}

// Report is the body with which it reports what became of a message.
func Report(m Message, status string) []byte {
	body, _ := json.Marshal(map[string]any{
		"id": m.ID, "reference": m.Reference, "to": m.To, "status": status, "notification_type": "sms",
		"created_at": "2026-03-04T14:04:00.000000Z", "completed_at": "2026-03-04T14:05:00.000000Z", "sent_at": "2026-03-04T14:04:01.000000Z",
		"template_id": Template, "template_version": 1,
	})
	return body
}

// Call posts a report to a callback address with a bearer token, as it does, and gives the status of the answer.
func Call(ctx context.Context, address, token string, body []byte) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	_ = answer.Body.Close()
	return answer.StatusCode, nil
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	h := hex.EncodeToString(b[:])
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}
