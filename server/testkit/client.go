package testkit

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"heard/server/viewer"
)

// Person is somebody with a browser of their own.
type Person struct {
	ID, Name string
	Place    viewer.Place

	kit      *Kit
	browser  *http.Client
	csrf     string
	passkeys virtualwebauthn.Authenticator
	passkey  *virtualwebauthn.Credential
}

// Answer is what the server said.
type Answer struct {
	t      testing.TB
	asked  string
	Status int
	Header http.Header
	Body   []byte
}

// Browser gives a fresh browser at a place, signed in to nothing.
func (k *Kit) Browser(place viewer.Place) *Person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		k.T.Fatal(err)
	}
	return &Person{Place: place, kit: k, browser: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// Get asks for a path below the person's place, such as "/cards".
func (p *Person) Get(path string) *Answer { return p.Do(http.MethodGet, path, nil) }

// Post sends a body, written as JSON, to a path below the person's place.
func (p *Person) Post(path string, body any) *Answer { return p.Do(http.MethodPost, path, body) }

// Do sends a request as the person's own page would. A []byte or string body is sent as it is.
func (p *Person) Do(method, path string, body any) *Answer {
	p.kit.T.Helper()
	return p.Send(p.Request(method, path, body))
}

// Request is what Do sends, for tests that change something about it first.
func (p *Person) Request(method, path string, body any) *http.Request {
	p.kit.T.Helper()
	request, err := http.NewRequestWithContext(p.kit.T.Context(), method, p.kit.URL+"/api/"+string(p.Place)+path, encode(p.kit.T, body))
	if err != nil {
		p.kit.T.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Origin", p.kit.URL)
	if p.csrf != "" {
		request.Header.Set("X-Heard-CSRF", p.csrf)
	}
	return request
}

// Send sends any request with the person's cookies.
func (p *Person) Send(request *http.Request) *Answer {
	p.kit.T.Helper()
	answer, err := p.Try(request)
	if err != nil {
		p.kit.T.Fatal(err)
	}
	return answer
}

// Try is Send for tests in which the server may be gone.
func (p *Person) Try(request *http.Request) (*Answer, error) {
	response, err := p.browser.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return nil, err
	}
	return &Answer{t: p.kit.T, asked: request.Method + " " + request.URL.Path, Status: response.StatusCode, Header: response.Header, Body: text}, nil
}

// Token is the secret in the person's session cookie, for tests that carry it elsewhere.
func (p *Person) Token() string {
	p.kit.T.Helper()
	u, err := url.Parse(p.kit.URL + "/api/" + string(p.Place) + "/session")
	if err != nil {
		p.kit.T.Fatal(err)
	}
	for _, cookie := range p.browser.Jar.Cookies(u) {
		if cookie.Name == "heard_"+string(p.Place) {
			return cookie.Value
		}
	}
	return ""
}

// CSRF is the token that the person's page sends with what it writes.
func (p *Person) CSRF() string { return p.csrf }

// Live opens the person's live stream; the caller closes the body.
func (p *Person) Live() *http.Response {
	p.kit.T.Helper()
	request, err := http.NewRequestWithContext(p.kit.T.Context(), http.MethodGet, p.kit.URL+"/api/"+string(p.Place)+"/live", http.NoBody)
	if err != nil {
		p.kit.T.Fatal(err)
	}
	response, err := (&http.Client{Jar: p.browser.Jar}).Do(request)
	if err != nil {
		p.kit.T.Fatal(err)
	}
	return response
}

func encode(t testing.TB, body any) io.Reader {
	switch b := body.(type) {
	case nil:
		return http.NoBody
	case []byte:
		return bytes.NewReader(b)
	case string:
		return strings.NewReader(b)
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(text)
}

// OK fails the test unless the server agreed.
func (a *Answer) OK() *Answer {
	a.t.Helper()
	if a.Status != http.StatusOK {
		a.t.Fatalf("%s: status %d: %s", a.asked, a.Status, a.Body)
	}
	return a
}

// Into reads the body; unknown shapes fail the test.
func (a *Answer) Into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.OK().Body, v); err != nil {
		a.t.Fatalf("%v in %s", err, a.Body)
	}
}

// Problem gives the code and reason of a refusal.
func (a *Answer) Problem() (code, reason string) {
	a.t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("status %d has type %q: %s", a.Status, got, a.Body)
	}
	var p struct{ Code, Reason, Detail string }
	if err := json.Unmarshal(a.Body, &p); err != nil || p.Code == "" || (p.Detail == "" && a.Status != http.StatusInternalServerError) {
		a.t.Fatalf("not a problem with a code and a sentence: %s (%v)", a.Body, err)
	}
	return p.Code, p.Reason
}
