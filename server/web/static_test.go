package web_test

import (
	"strings"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

func TestPagesAreServedByPlace(t *testing.T) {
	f := open(t, nil)
	for path, want := range map[string]string{
		"/": "<p>young</p>", "/join": "<p>young</p>", "/workshop": "<p>young</p>", "/help": "<p>young</p>",
		"/work/": "<p>work</p>", "/work/open/123": "<p>work</p>", "/work/sw.js": "// sw", "/young/x": "<p>young</p>", "/insight/": "<p>insight</p>", "/insight/services/1": "<p>insight</p>", "/insights": "<p>young</p>", "/family/": "<p>family</p>", "/family/x": "<p>family</p>", "/families": "<p>young</p>", "/assets/a-1.js": "let a",
	} {
		res, body := f.do(t, call{method: "GET", path: path})
		if res.StatusCode != 200 || body != want {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
		wantCache := "no-cache"
		if strings.HasPrefix(path, "/assets/") {
			wantCache = "public, max-age=31536000, immutable"
		}
		if got := res.Header.Get("Cache-Control"); got != wantCache {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	for path, want := range map[string]string{"/work": "/work/", "/work?a=b&c": "/work/?a=b&c", "/insight": "/insight/", "/family": "/family/"} {
		if res, _ := f.do(t, call{method: "GET", path: path}); res.StatusCode != 308 || res.Header.Get("Location") != want {
			t.Errorf("%s: %d %q", path, res.StatusCode, res.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/assets/gone.js", "/gone.js", "/assets/lonely.js", "/../../etc/passwd.txt", "/admin"} {
		if res, _ := f.do(t, call{method: "GET", path: path}); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestCompressedFilesGoToThoseWhoTakeThem(t *testing.T) {
	f := open(t, nil)
	for accepted, want := range map[string]string{"gzip, deflate, br": "BR", "gzip": "GZ", "": "let a", "br;q=0, gzip;q=0.5": "GZ", "zebra": "let a"} {
		res, body := f.do(t, call{method: "GET", path: "/assets/a-1.js", header: map[string]string{"Accept-Encoding": accepted}})
		if body != want || res.Header.Get("Vary") != "Accept-Encoding" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") {
			t.Errorf("%q: %q %v", accepted, body, res.Header)
		}
		again, _ := f.do(t, call{method: "GET", path: "/assets/a-1.js", header: map[string]string{"Accept-Encoding": accepted, "If-None-Match": res.Header.Get("ETag")}})
		if again.StatusCode != 304 {
			t.Errorf("%q: a known file is sent again: %d", accepted, again.StatusCode)
		}
	}
}

func TestHeadersStandOnEveryAnswer(t *testing.T) {
	f := open(t, func(o *web.Options) { o.TrustedProxies, o.ProxyHeader = []string{"127.0.0.1"}, "X-Real-Ip" })
	for _, c := range []call{{method: "GET", path: "/"}, {method: "GET", path: "/api/nothing"}, {method: "GET", path: "/healthz"},
		good("POST", "/api/young/say/1", strings.Repeat("x", 5000))} {
		res, _ := f.do(t, c)
		h := res.Header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Permissions-Policy") == "" ||
			h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", c.path, h)
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS without TLS", c.path)
		}
	}
	res, _ := f.do(t, call{method: "GET", path: "/", header: map[string]string{"X-Forwarded-Proto": "https"}})
	if res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS behind TLS")
	}
}

func TestAStrangersForwardedHeadersAreNotBelieved(t *testing.T) {
	f := open(t, func(o *web.Options) { o.TrustedProxies, o.ProxyHeader = []string{"203.0.113.9"}, "X-Real-Ip" })
	res, _ := f.do(t, call{method: "GET", path: "/", header: map[string]string{"X-Forwarded-Proto": "https"}})
	if res.Header.Get("Strict-Transport-Security") != "" {
		t.Error("believed")
	}
	c := good("POST", "/api/young/say/7", fine)
	c.header["Origin"], c.header["X-Forwarded-Host"] = "https://evil.example", "evil.example"
	f.problem(t, c, 403, errs.Forbidden, "csrf")
}

func TestCookiesBelongToOnePlace(t *testing.T) {
	got := web.NewCookies("https://heard.example").Set(viewer.Work, "t", 12*time.Hour)
	if got != "heard_work=t; Path=/api/work; Max-Age=43200; HttpOnly; Secure; SameSite=Lax" {
		t.Fatal(got)
	}
	for url, secure := range map[string]bool{"http://localhost:8080": false, "http://127.0.0.1:1": false, "http://heard.example": true, "https://localhost": true} {
		if cookie := web.NewCookies(url).Clear(viewer.Young); strings.Contains(cookie, "Secure") != secure || !strings.Contains(cookie, "Max-Age=0") {
			t.Errorf("%s: %s", url, cookie)
		}
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	f := open(t, nil)
	res, body := f.do(t, call{method: "GET", path: "/openapi.json"})
	if res.StatusCode != 200 || !strings.Contains(body, `"/api/young/say/{id}"`) || !strings.Contains(body, "WebProblem") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if res, _ := f.do(t, call{method: "GET", path: "/readyz"}); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
}
