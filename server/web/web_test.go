package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

// canary is a private word that no answer and no log line may hold.
const canary = "zebra-in-the-attic"

type ring struct{}

func (ring) MAC(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, []byte(purpose))
	m.Write(data)
	return m.Sum(nil)
}

// book knows one session: token "good", in the place young.
type book struct {
	mu   sync.Mutex
	acts []bool
}

func (b *book) Authenticate(_ context.Context, place viewer.Place, token string, userAct bool) (viewer.Viewer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.acts = append(b.acts, userAct)
	switch {
	case token == "broken":
		return viewer.Viewer{}, errors.New("driver: " + canary)
	case token == "idle":
		return viewer.Viewer{}, errs.New(errs.Unauthenticated, "Locked.").With("idle")
	case token == "good" && place == viewer.Young:
		return viewer.Viewer{AccountID: "child", SessionID: "s1", Place: place}, nil
	}
	return viewer.Viewer{}, errs.New(errs.Unauthenticated, "Please sign in.")
}

type sayIn struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Words string `json:"words" maxLength:"20"`
		Kind  string `json:"kind" enum:"a,b"`
		Times int    `json:"times,omitempty"`
		Link  string `json:"link,omitempty" format:"uri"`
	}
}

type sayOut struct {
	Body struct {
		Who string `json:"who"`
		ID  string `json:"id"`
	}
}

type stateOut struct {
	Body struct {
		SignedIn bool   `json:"signedIn"`
		Why      string `json:"why"`
	}
}

type fixture struct {
	*web.App
	hub  *web.Hub
	book *book
	log  *lockedLog
	url  string
}

func signedIn(viewer.Viewer) error { return nil }

func open(t *testing.T, change func(*web.Options)) *fixture {
	t.Helper()
	f := &fixture{hub: web.NewHub(), book: &book{}, log: &lockedLog{}}
	o := web.Options{
		PublicURL: "http://heard.test", Auth: f.book, Ring: ring{}, Hub: f.hub,
		Log:    slog.New(slog.NewTextHandler(f.log, nil)),
		Static: front(), BodyLimit: 2048, Heartbeat: 20 * time.Millisecond,
	}
	if change != nil {
		change(&o)
	}
	f.App = web.NewApp(o)
	young := f.Place(viewer.Young)
	web.GET(young, "/session", web.Public(), func(ctx context.Context, _ *struct{}) (*stateOut, error) {
		out := &stateOut{}
		_, out.Body.SignedIn = viewer.From(ctx)
		out.Body.Why = errs.ReasonOf(web.SessionError(ctx))
		return out, nil
	}, "State")
	web.POST(young, "/say/{id}", signedIn, func(ctx context.Context, in *sayIn) (*sayOut, error) {
		if _, timed := ctx.Deadline(); !timed {
			return nil, errors.New("a handler must have a deadline")
		}
		out := &sayOut{}
		out.Body.Who, out.Body.ID = viewer.Must(ctx).AccountID, in.ID
		return out, nil
	}, "Say")
	web.POST(young, "/fail/{how}", signedIn, func(_ context.Context, in *struct {
		How string `path:"how"`
	}) (*struct{}, error) {
		switch in.How {
		case "foreign":
			return nil, errors.New("duplicate key value (name)=(" + canary + ")")
		case "panic":
			panic("panic about " + canary)
		}
		return nil, errs.New(errs.Code(in.How), "A sentence.").With("why").Field("f", "wrong")
	}, "Fail")
	web.GET(young, "/closed", func(viewer.Viewer) error { return errs.New(errs.NotFound, "") },
		func(context.Context, *struct{}) (*sayOut, error) { panic("reached") }, "Closed")
	web.SSE(young, "/live", signedIn, changes(f.hub), "Live")

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.url = "http://" + ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- f.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := f.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		_ = ln.Close() // Shutdown leaves it open when the server was not yet listening
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return f
}

type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func front() fstest.MapFS {
	return fstest.MapFS{
		"index.html":          {Data: []byte("<p>young</p>")},
		"work/index.html":     {Data: []byte("<p>work</p>")},
		"work/sw.js":          {Data: []byte("// sw")},
		"insight/index.html":  {Data: []byte("<p>insight</p>")},
		"family/index.html":   {Data: []byte("<p>family</p>")},
		"assets/a-1.js":       {Data: []byte("let a")},
		"assets/a-1.js.br":    {Data: []byte("BR")},
		"assets/a-1.js.gz":    {Data: []byte("GZ")},
		"assets/lonely.js.br": {Data: []byte("BR")},
	}
}

type call struct {
	method, path, token, body string
	header                    map[string]string
}

// good is a request as our own page makes it.
func good(method, path, body string) call {
	return call{method, path, "good", body, map[string]string{web.CSRFHeader: web.CSRFToken(ring{}, "s1")}}
}

func (f *fixture) do(t *testing.T, c call) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(c.method, f.url+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.token != "" {
		req.AddCookie(&http.Cookie{Name: "heard_young", Value: c.token})
	}
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func (f *fixture) problem(t *testing.T, c call, status int, code errs.Code, reason string) web.Problem {
	t.Helper()
	res, body := f.do(t, c)
	var p web.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%s %s: %v in %q", c.method, c.path, err, body)
	}
	if res.StatusCode != status || p.Status != status || p.Code != code || p.Reason != reason {
		t.Fatalf("%s %s: got %d %s %q, want %d %s %q", c.method, c.path, res.StatusCode, p.Code, p.Reason, status, code, reason)
	}
	if res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s %s: headers %v", c.method, c.path, res.Header)
	}
	if p.RequestID == "" || p.Detail == "" || p.Title == "" || p.Type != "about:blank" {
		t.Fatalf("%s %s: incomplete %+v", c.method, c.path, p)
	}
	if strings.Contains(body, canary) {
		t.Fatalf("%s %s: the answer echoes: %s", c.method, c.path, body)
	}
	return p
}

const fine = `{"words":"hello","kind":"a"}`

// A server that hangs up before the phone gives up cuts the same voice at each try.
func TestTheLargestBodyMayTakeAsLongAsAPhoneGivesIt(t *testing.T) {
	source, err := os.ReadFile("../../frontend/src/lib/outbox-deps.ts")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`timeout: Math\.max\([0-9_]+, card\.sealed\.length / (\d+)\)`).FindSubmatch(source)
	if found == nil {
		t.Fatal("the phone's time for a sealed post is not where it was")
	}
	perMilli, _ := strconv.Atoi(string(found[1]))
	phone := time.Duration((1<<20)/perMilli) * time.Millisecond
	if got := open(t, nil).Fiber().Config().ReadTimeout; got < phone+15*time.Second {
		t.Errorf("a body has %s to arrive, and the phone sends for up to %s", got, phone)
	}
}

func TestADoorOpensForItsOwnSessionOnly(t *testing.T) {
	f := open(t, nil)
	res, body := f.do(t, good("POST", "/api/young/say/7", fine))
	if res.StatusCode != 200 || !strings.Contains(body, `"who":"child"`) || !strings.Contains(body, `"id":"7"`) {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Fatal("an API answer may be stored")
	}
	c := good("POST", "/api/young/say/7", fine)
	c.token = ""
	f.problem(t, c, 401, errs.Unauthenticated, "")
	c.token = "forged"
	f.problem(t, c, 401, errs.Unauthenticated, "")
	c.token = "idle"
	f.problem(t, c, 401, errs.Unauthenticated, "idle")
	f.problem(t, good("GET", "/api/young/closed", ""), 404, errs.NotFound, "")
}

func TestAPublicRouteTellsSignedOutFromCannotTell(t *testing.T) {
	f := open(t, nil)
	for token, want := range map[string]string{"": `{"signedIn":false,"why":""}`, "good": `{"signedIn":true,"why":""}`, "idle": `{"signedIn":false,"why":"idle"}`} {
		if _, body := f.do(t, call{method: "GET", path: "/api/young/session", token: token}); strings.TrimSpace(body) != want {
			t.Errorf("token %q: %s", token, body)
		}
	}
	f.problem(t, call{method: "GET", path: "/api/young/session", token: "broken"}, 500, errs.Internal, "")
}

func TestUnsafeRequestsMustComeFromOurOwnPage(t *testing.T) {
	f := open(t, nil)
	for name, header := range map[string]map[string]string{
		"no token":      {},
		"other session": {web.CSRFHeader: web.CSRFToken(ring{}, "s2")},
		"other origin":  {web.CSRFHeader: web.CSRFToken(ring{}, "s1"), "Origin": "https://evil.example"},
		"null origin":   {web.CSRFHeader: web.CSRFToken(ring{}, "s1"), "Origin": "null"},
		"cross-site":    {web.CSRFHeader: web.CSRFToken(ring{}, "s1"), "Sec-Fetch-Site": "cross-site"},
		"same-site":     {web.CSRFHeader: web.CSRFToken(ring{}, "s1"), "Sec-Fetch-Site": "same-site"},
	} {
		t.Run(name, func(t *testing.T) {
			c := good("POST", "/api/young/say/7", fine)
			c.header = header
			f.problem(t, c, 403, errs.Forbidden, "csrf")
		})
	}
	c := good("POST", "/api/young/say/7", fine)
	c.header["Origin"] = strings.Replace(f.url, "http://", "https://", 1)
	f.problem(t, c, 403, errs.Forbidden, "csrf")
	for _, origin := range []string{"http://heard.test", f.url} {
		c := good("POST", "/api/young/say/7", fine)
		c.header["Origin"], c.header["Sec-Fetch-Site"] = origin, "same-origin"
		if res, body := f.do(t, c); res.StatusCode != 200 {
			t.Errorf("origin %s: %s", origin, body)
		}
	}
}

func TestBadInputIsNamedButNeverEchoed(t *testing.T) {
	f := open(t, nil)
	for name, c := range map[string]struct {
		body   string
		status int
		field  string
	}{
		"broken JSON":       {`{"words":"` + canary, 400, "body"},
		"not JSON":          {canary, 400, "body"},
		"a number too big":  {`{"words":1e999,"kind":"a"}`, 400, "body"},
		"unknown field":     {`{"words":"x","kind":"a","` + canary + `":1}`, 422, "body"},
		"wrong type":        {`{"words":{"` + canary + `":1},"kind":"a"}`, 422, "words"},
		"too long":          {`{"words":"` + canary + canary + `","kind":"a"}`, 422, "words"},
		"not in the list":   {`{"words":"x","kind":"` + canary + `"}`, 422, "kind"},
		"missing":           {`{"kind":"a"}`, 422, "words"},
		"text for a number": {`{"words":"x","kind":"a","times":"` + canary + `"}`, 422, "times"},
		"no address":        {`{"words":"x","kind":"a","link":"http://%zz` + canary + `"}`, 422, "link"},
		"a list":            {`["` + canary + `"]`, 422, "body"},
	} {
		t.Run(name, func(t *testing.T) {
			p := f.problem(t, good("POST", "/api/young/say/7", c.body), c.status, errs.Invalid, "")
			if p.Fields[c.field] == "" {
				t.Fatalf("fields %v do not name %s", p.Fields, c.field)
			}
		})
	}
	f.problem(t, good("POST", "/api/young/say/"+strings.Repeat(canary, 4), fine), 422, errs.Invalid, "")
	f.problem(t, good("POST", "/api/young/say/7", ""), 400, errs.Invalid, "")
	f.problem(t, good("POST", "/api/young/say/7", `{"words":"`+strings.Repeat(canary, 400)+`"}`), 413, errs.TooLarge, "")
	// One that is still on its way when it is refused: the answer must arrive.
	f.problem(t, good("POST", "/api/young/say/7", strings.Repeat(canary, 400_000)), 413, errs.TooLarge, "")
	c := good("POST", "/api/young/say/7", fine)
	c.header["Content-Type"] = "text/plain"
	f.problem(t, c, 415, errs.Invalid, "")
	for _, coding := range []string{"gzip", "br", "deflate", "zstd", "identity, gzip", "GZIP"} {
		c := good("POST", "/api/young/say/7", fine) // not unpacked, so it does not matter that it is not packed
		c.header["Content-Encoding"] = coding
		f.problem(t, c, 415, errs.Invalid, "")
	}
	if strings.Contains(f.log.String(), canary) {
		t.Fatal("the log holds what was submitted")
	}
}

func TestOneTableFromCodesToStatuses(t *testing.T) {
	f := open(t, nil)
	for code, status := range map[errs.Code]int{
		errs.Invalid: 422, errs.Unauthenticated: 401, errs.Forbidden: 403, errs.NotFound: 404,
		errs.Conflict: 409, errs.TooLarge: 413, errs.Unavailable: 503, errs.Internal: 500,
	} {
		p := f.problem(t, good("POST", "/api/young/fail/"+string(code), ""), status, code, "why")
		if p.Detail != "A sentence." || p.Fields["f"] != "wrong" {
			t.Errorf("%s: %+v", code, p)
		}
	}
	p := f.problem(t, good("POST", "/api/young/fail/foreign", ""), 500, errs.Internal, "")
	if !strings.Contains(f.log.String(), "request="+p.RequestID) || !strings.Contains(f.log.String(), "duplicate key") {
		t.Error("a foreign error must be in the log with its request id")
	}
	f.problem(t, good("POST", "/api/young/fail/panic", ""), 500, errs.Internal, "")
	if log := f.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "panic about") {
		t.Error("a panic must be in the log, its value must not")
	}
	f.problem(t, good("GET", "/api/young/nothing", ""), 404, errs.NotFound, "")
	f.problem(t, good("POST", "/api/nowhere", ""), 404, errs.NotFound, "")
	f.problem(t, good("DELETE", "/api/young/say/7", ""), 405, errs.Invalid, "")
}

func TestARouteNeedsAPolicy(t *testing.T) {
	a := web.NewApp(web.Options{Hub: web.NewHub()})
	h := func(context.Context, *struct{}) (*stateOut, error) { return &stateOut{}, nil }
	for name, add := range map[string]func(){
		"no policy":        func() { web.GET(a.Place(viewer.Work), "/x", nil, h, "X") },
		"no place":         func() { web.GET(a.Open(), "/x", signedIn, h, "X") },
		"a public stream":  func() { web.SSE(a.Place(viewer.Work), "/x", web.Public(), nil, "X") },
		"a stream without": func() { web.SSE(a.Place(viewer.Work), "/x", nil, nil, "X") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was accepted", name)
				}
			}()
			add()
		}()
	}
	web.GET(a.Open(), "/demo", web.Public(), h, "Demo")
	web.POST(a.Place(viewer.Work), "/x", signedIn, h, "X")
	want := []web.Route{
		{Method: "GET", Path: "/api/demo", Summary: "Demo", HasPolicy: true, Public: true},
		{Method: "POST", Path: "/api/work/x", Place: viewer.Work, Summary: "X", HasPolicy: true},
	}
	got := a.Routes()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Fatalf("%+v", got)
	}
}

func TestWhatThePageDoesByItselfIsNoAct(t *testing.T) {
	f := open(t, nil)
	f.do(t, good("POST", "/api/young/say/7", fine))
	c := good("POST", "/api/young/say/7", fine)
	c.header["X-Heard-Background"] = "1"
	f.do(t, c)
	if len(f.book.acts) != 2 || !f.book.acts[0] || f.book.acts[1] {
		t.Fatalf("%v", f.book.acts)
	}
}

func TestTheLogHoldsRoutesNotAddresses(t *testing.T) {
	f := open(t, nil)
	f.do(t, good("POST", "/api/young/say/"+canary+"?q="+canary, fine))
	f.do(t, good("GET", "/"+canary, ""))
	if log := f.log.String(); strings.Contains(log, canary) || !strings.Contains(log, "/api/young/say/:id") {
		t.Fatal(log)
	}
}
