package notify_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
)

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	t.Parallel()
	inside := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
		"::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
	}
	for _, address := range inside {
		if notify.IsPublic(address) {
			t.Errorf("%s counts as public", address)
		}
	}
	for _, address := range []string{"8.8.8.8", "142.250.1.95", "172.32.0.1", "100.128.0.1", "2a00:1450:4009::200a", "2620:149::1", "::ffff:8.8.8.8"} {
		if !notify.IsPublic(address) {
			t.Errorf("%s counts as inside", address)
		}
	}
}

func TestAddressesAreCheckedAfterTheNameIsResolved(t *testing.T) {
	t.Parallel()
	reached := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(inside.Close)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, url := range []string{"https://localhost" + port + "/x", "https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "http://localhost:80/x", inside.URL} {
		if state, problem := notify.Fetch("", url); state != "refused" || problem != "address_refused" {
			t.Errorf("%s: %s, %s", url, state, problem)
		}
	}
	if reached {
		t.Error("an address inside was asked")
	}
	// The test origin opens one address and port, no more.
	origin := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(origin.Close)
	if state, _ := notify.Fetch(origin.URL, origin.URL+"/x"); state != "gone" {
		t.Errorf("the test origin: %s", state)
	}
	if _, problem := notify.Fetch(origin.URL, inside.URL); problem != "address_refused" {
		t.Errorf("beside the test origin: %s", problem)
	}
}

func TestRetryAfterIsReadAndBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	cases := map[string]time.Duration{
		"": 0, "soon": 0, "1.5": 0, "120": 2 * time.Minute, "0": time.Second, "-5": time.Second, "99999999": time.Hour,
		"Sun, 01 Mar 2026 12:05:00 GMT": 5 * time.Minute, "Sun, 01 Mar 2026 11:00:00 GMT": time.Second, "Mon, 02 Mar 2026 12:00:00 GMT": time.Hour,
	}
	for header, want := range cases {
		if got := notify.RetryAfter(header, now); got != want {
			t.Errorf("%q: %s, not %s", header, got, want)
		}
	}
}

func TestBackoffDoublesAndSpreads(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 6: 20 * time.Second, 8: 20 * time.Second, 1000: 20 * time.Second} {
		least := notify.Backoff(attempts, func() float64 { return 0 })
		most := notify.Backoff(attempts, func() float64 { return 1 })
		if least != want/2 || most != want {
			t.Errorf("after %d tries: %s to %s", attempts, least, most)
		}
	}
}

func TestEveryPayloadHasTheSameLengthAndItsOwnMemory(t *testing.T) {
	t.Parallel()
	first, err := notify.NewPayload(db.NewID(), notify.Card)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []notify.Body{notify.NeedsYou, notify.Card, notify.Test} {
		plain, err := notify.NewPayload(db.NewID(), body)
		if err != nil || len(plain) != len(first) {
			t.Errorf("%s: %d bytes, %v", body, len(plain), err)
		}
		if &plain[0] == &first[0] {
			t.Error("payloads share memory")
		}
	}
	if _, err := notify.NewPayload(strings.Repeat("x", 300), notify.Card); err == nil {
		t.Error("a payload too long was made")
	}
}
