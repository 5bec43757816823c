package reports_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/testkit"
	"heard/server/viewer"
)

// listener is somebody's server that is told of releases.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies []string
}

func listen(t *testing.T) *listener {
	l := &listener{status: http.StatusNoContent}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.got, l.bodies = append(l.got, r), append(l.bodies, string(body))
		if l.status == http.StatusFound {
			w.Header().Set("Location", l.URL+"/elsewhere")
		}
		w.WriteHeader(l.status)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) answer(status int) { l.mu.Lock(); defer l.mu.Unlock(); l.status = status }
func (l *listener) count() int        { l.mu.Lock(); defer l.mu.Unlock(); return len(l.got) }

func (l *listener) last() (*http.Request, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.got[len(l.got)-1], l.bodies[len(l.bodies)-1]
}

// webhook adds the listener's address and runs the deliveries.
func (s *sharing) webhook(l *listener) (id string, secret keys.Secret) {
	s.T.Helper()
	id, secret, err := s.e.AddWebhook(s.as(s.commissioner), s.commissioner, l.URL+"/figures")
	if err != nil {
		s.T.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.e.RunDeliveries(s.T.Context()) }()
	s.T.Cleanup(func() { <-ended })
	return id, secret
}

func (s *sharing) outcomes() string {
	s.T.Helper()
	var list []string
	s.read("SELECT coalesce(outcome, 'waits') FROM figure_deliveries ORDER BY release_number", &list)
	return strings.Join(list, " ")
}

func (s *sharing) why() string {
	s.T.Helper()
	hooks, err := s.e.Webhooks(s.as(s.commissioner), s.commissioner)
	if err != nil || len(hooks) != 1 {
		s.T.Fatalf("%d webhooks, %v", len(hooks), err)
	}
	return hooks[0].EndedWhy
}

func TestAWebhookHearsOfAReleaseAndNothingElse(t *testing.T) {
	l := listen(t)
	eachSharing(t, l.URL, func(t *testing.T, s *sharing) {
		before := l.count()
		_, secret := s.webhook(l)
		wants(t, "a release that failed", s.publish(7, errs.New(errs.Conflict, "")), errs.Conflict)
		if err := s.publish(8, nil); err != nil {
			t.Fatal(err)
		}
		s.Eventually("a delivery", func() bool { return s.outcomes() == "delivered" })
		if l.count() != before+1 {
			t.Fatalf("told %d times", l.count()-before)
		}
		r, body := l.last()
		var said map[string]any
		if err := json.Unmarshal([]byte(body), &said); err != nil || len(said) != 3 || said["type"] != "figures.released" {
			t.Fatalf("%s, %v", body, err)
		}
		if data := said["data"].(map[string]any); len(data) != 2 || data["release"] != 8.0 || data["period"] != "2025-Q4" {
			t.Errorf("told %v", data)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret.Reveal(), "whsec_"))
		if err != nil || len(raw) != 32 {
			t.Fatalf("a secret of %d bytes, %v", len(raw), err)
		}
		h := hmac.New(sha256.New, raw)
		h.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + body))
		if got, want := r.Header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("signed %s, want %s", got, want)
		}
	})
}

func TestAWebhookIsTriedForADay(t *testing.T) {
	l := listen(t)
	eachSharing(t, l.URL, func(t *testing.T, s *sharing) {
		l.answer(http.StatusFound) // a redirect is not followed
		before := l.count()
		s.webhook(l)
		if err := s.publish(1, nil); err != nil {
			t.Fatal(err)
		}
		for try := range 4 { // the last a day late
			s.Eventually("a try", func() bool { return l.count() == before+try+1 })
			s.settled(try + 1)
			s.Clock.Forward(8*time.Hour + time.Minute)
		}
		s.Eventually("giving up", func() bool { return s.outcomes() == "given_up" })
		if s.why() != "" {
			t.Errorf("the webhook ended: %s", s.why())
		}
		l.answer(http.StatusNoContent)
		if err := s.publish(2, nil); err != nil {
			t.Fatal(err)
		}
		s.Eventually("the next release", func() bool { return s.outcomes() == "given_up delivered" })
		r, _ := l.last()
		if r.URL.Path != "/figures" {
			t.Errorf("a redirect to %s was followed", r.URL.Path)
		}
	})
}

// settled waits until a try is written down.
func (s *sharing) settled(attempts int) {
	s.T.Helper()
	s.Eventually("the try on record", func() bool {
		var n int
		s.read("SELECT count(*) FROM figure_deliveries WHERE attempts = ? AND lease_by IS NULL", &n, attempts)
		return n == 1
	})
}

func TestAWebhookEndsWhenItIsGoneOrItsMakerReadsNothing(t *testing.T) {
	l := listen(t)
	eachSharing(t, l.URL, func(t *testing.T, s *sharing) {
		l.answer(http.StatusGone)
		before := l.count()
		s.webhook(l)
		if err := errors.Join(s.publish(1, nil)); err != nil {
			t.Fatal(err)
		}
		s.Eventually("the end", func() bool { return s.outcomes() == "gone" && s.why() == "gone" })
		if err := s.publish(2, nil); err != nil {
			t.Fatal(err)
		}
		if s.outcomes() != "gone" || l.count() != before+1 {
			t.Errorf("after its end: %s, told %d times", s.outcomes(), l.count()-before)
		}
	})
	eachSharing(t, l.URL, func(t *testing.T, s *sharing) {
		l.answer(http.StatusNoContent)
		before := l.count()
		if err := s.publish(1, nil); err != nil { // before the webhook: it hears of nothing old
			t.Fatal(err)
		}
		id, _ := s.webhook(l)
		s.loses(s.commissioner, "commissioner_of")
		if err := s.publish(2, nil); err != nil {
			t.Fatal(err)
		}
		s.Eventually("the end", func() bool { return s.outcomes() == "no_access" && s.endedWhy(id) == "no_access" })
		if l.count() != before {
			t.Error("somebody who reads nothing any more was told")
		}
	})
}

// A suspended account's webhooks end with it, at once and not only when there is something to tell.
func TestAWebhookEndsWithItsMakersAccount(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		cleo := k.Commissioner("Cleo", k.World().Lead)
		v := viewer.Viewer{AccountID: cleo.ID, Place: viewer.Insight, Kind: viewer.KindStaff, Reading: true}
		s := &sharing{Kit: k, e: k.App.Exports, commissioner: v}
		s.read("SELECT organisation_id FROM accounts WHERE id = ?", &s.commissioner.OrganisationID, cleo.ID)
		id, _, err := s.e.AddWebhook(s.as(s.commissioner), s.commissioner, "https://figures.example.org/x")
		if err != nil || s.endedWhy(id) != "" {
			t.Fatalf("%v, %q", err, s.endedWhy(id))
		}
		k.Admin().Post("/staff/"+cleo.ID+"/suspend", map[string]any{"reason": "left"}).OK()
		if why := s.endedWhy(id); why != "removed" {
			t.Errorf("the webhook of somebody suspended: %q", why)
		}
	})
}

// A webhook that cannot be read is given up; the others are told.
func TestAWebhookThatCannotBeReadStopsNoOther(t *testing.T) {
	l := listen(t)
	eachSharing(t, l.URL, func(t *testing.T, s *sharing) {
		before := l.count()
		broken, _, err := s.e.AddWebhook(s.as(s.commissioner), s.commissioner, l.URL+"/broken")
		if err != nil {
			t.Fatal(err)
		}
		s.change("UPDATE figure_webhooks SET url = ? WHERE id = ?", []byte("no seal"), broken)
		s.webhook(l)
		if err := s.publish(1, nil); err != nil {
			t.Fatal(err)
		}
		s.Eventually("the end of both", func() bool { return !strings.Contains(s.outcomes(), "waits") })
		var outcome, problem string
		s.read("SELECT outcome FROM figure_deliveries WHERE webhook_id = ?", &outcome, broken)
		s.read("SELECT last_problem FROM figure_webhooks WHERE id = ?", &problem, broken)
		if outcome != "given_up" || problem != "unreadable" || l.count() != before+1 {
			t.Errorf("the broken one: %s, %s; told %d times", outcome, problem, l.count()-before)
		}
		if r, _ := l.last(); r.URL.Path != "/figures" {
			t.Errorf("told %s", r.URL.Path)
		}
	})
}

func (s *sharing) endedWhy(webhook string) (why string) {
	s.T.Helper()
	s.read("SELECT coalesce(ended_why, '') FROM figure_webhooks WHERE id = ?", &why, webhook)
	return why
}

func (s *sharing) change(sql string, args ...any) {
	s.T.Helper()
	if err := s.App.DB.Tx(s.T.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec(sql, args...).Error }); err != nil {
		s.T.Fatal(err)
	}
}

// loses ends one of somebody's relations, the account itself stays.
func (s *sharing) loses(v viewer.Viewer, kind string) {
	s.T.Helper()
	s.Clock.Forward(time.Minute)
	s.change("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = ?", db.At(s.Clock.Now()), v.AccountID, kind)
}

func TestWebhooksGoNowhereInside(t *testing.T) {
	eachSharing(t, "http://127.0.0.1:1", func(t *testing.T, s *sharing) {
		for _, url := range []string{
			"http://figures.example.org/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.0.0.1:8443/x", "ftp://example.org/x",
			"https://user:pass@example.org/x", "https://example.org/x#y", "https://example.org:8443/x", "http://127.0.0.1:2/x", "", "https:///x",
		} {
			_, _, err := s.e.AddWebhook(s.as(s.commissioner), s.commissioner, url)
			wants(t, url, err, errs.Invalid)
		}
		_, _, err := s.e.AddWebhook(s.as(s.worker), s.worker, "https://figures.example.org/x")
		wants(t, "a worker", err, errs.Forbidden)
	})
}
