package notify

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"heard/server/errs"
)

const longestEndpoint = 2048

// pushHosts are the push services of browsers; one that begins with a dot stands for every name under it.
// The server posts to an address a client gave it, so nothing else is ever asked.
var pushHosts = []string{
	"fcm.googleapis.com",     // Chrome, Edge on Android, Samsung Internet, Opera
	"android.googleapis.com", // old subscriptions of Chrome's
	"jmt17.google.com",       // Chrome's test channels
	".push.services.mozilla.com",
	".notify.windows.com", // Edge
	"web.push.apple.com",  // Safari
	".push.apple.com",
}

// allowList says which endpoints may be subscribed and which addresses may be dialled.
type allowList struct {
	test     string // a loopback origin that stands in for the push services in tests
	testAddr netip.AddrPort
	inside   bool // the server's own endpoint too, which no browser can subscribe
}

func newAllowList(testOrigin string) (allowList, error) {
	if testOrigin == "" {
		return allowList{}, nil
	}
	u, err := url.Parse(testOrigin)
	if err != nil || u.Scheme != "http" || testOrigin != u.Scheme+"://"+u.Host {
		return allowList{}, fmt.Errorf("the test push origin must look like http://127.0.0.1:PORT")
	}
	addr, err := netip.ParseAddrPort(u.Host)
	if err != nil || !addr.Addr().IsLoopback() {
		return allowList{}, fmt.Errorf("the test push origin must be a loopback address with a port")
	}
	return allowList{test: testOrigin, testAddr: addr}, nil
}

// checkEndpoint refuses every endpoint that is not plainly one of a known push service.
func (a allowList) checkEndpoint(endpoint string) error {
	refuse := func(why string) error {
		return errs.New(errs.Invalid, "This push subscription can't be used.").Field("endpoint", why)
	}
	if len(endpoint) > longestEndpoint {
		return refuse("The address is too long.")
	}
	for i := range len(endpoint) {
		if endpoint[i] <= ' ' || endpoint[i] > '~' || endpoint[i] == '\\' {
			return refuse("The address has characters that don't belong there.")
		}
	}
	if a.inside && strings.HasPrefix(endpoint, InsideOrigin+"/") {
		return nil
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Opaque != "" || strings.Contains(endpoint, "#") || u.User != nil {
		return refuse("The address is not a plain web address.")
	}
	if u.Path == "" || u.Path == "/" {
		return refuse("The address names no subscription.")
	}
	if a.test != "" && strings.HasPrefix(endpoint, a.test+"/") {
		return nil
	}
	if u.Scheme != "https" {
		return refuse("The address must begin with https.")
	}
	if u.Host != u.Hostname() {
		return refuse("The address must use the usual port.")
	}
	if !knownHost(u.Host) {
		return refuse("The address is not at a push service we know.")
	}
	return nil
}

func knownHost(host string) bool {
	host = strings.ToLower(host)
	if strings.HasPrefix(host, ".") || strings.Contains(host, "..") {
		return false
	}
	for _, known := range pushHosts {
		if host == known || (known[0] == '.' && strings.HasSuffix(host, known)) {
			return true
		}
	}
	return false
}

// errAddress is returned for a name that leads to an address pushes must never go to.
var errAddress = errs.New(errs.Forbidden, "A push service's name leads to a private address.")

// checkAddress is asked for the very address that is about to be dialled, after the name was resolved, so a
// name that changes its address between check and use gains nothing.
func (a allowList) checkAddress(_, address string, _ syscall.RawConn) error {
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return errAddress
	}
	if a.test != "" && addr == a.testAddr {
		return nil
	}
	if addr.Port() != 443 || !isPublic(addr.Addr()) {
		return errAddress
	}
	return nil
}

// notPublic are ranges that are global unicast by form and yet lead inside, nowhere, or through a translator to
// an address that was not checked.
var notPublic = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	if addr.Is6() && addr.As16()[0]>>5 != 1 { // only 2000::/3 is in use
		return false
	}
	for _, prefix := range notPublic {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}

// newClient makes the only HTTP client pushes go through: no proxy, no redirects, checked addresses, bounded time.
func newClient(hosts allowList, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: timeout / 2, Control: hosts.checkAddress}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, address)
			},
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    timeout / 2,
			MaxIdleConnsPerHost:    32,
			IdleConnTimeout:        90 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
