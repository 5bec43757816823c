package notify

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"heard/server/errs"
)

// PublicHosts guards requests to addresses that somebody chose: https at the usual port
// of a public address, checked when it is dialled, and no redirects. Without it such a
// request could be sent inside.
type PublicHosts struct{ list allowList }

// NewPublicHosts makes the guard. testOrigin is a plain-http loopback origin that stands
// in for others' servers in tests; empty for none.
func NewPublicHosts(testOrigin string) (PublicHosts, error) {
	list, err := newAllowList(testOrigin)
	return PublicHosts{list}, err
}

// Check refuses an address that could never be asked.
func (p PublicHosts) Check(address string) error {
	refuse := func(why string) error {
		return errs.New(errs.Invalid, "This address can't be used.").Field("url", why)
	}
	if len(address) > longestEndpoint {
		return refuse("The address is too long.")
	}
	for i := range len(address) {
		if address[i] <= ' ' || address[i] > '~' || address[i] == '\\' {
			return refuse("The address has characters that don't belong there.")
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || strings.Contains(address, "#") || u.User != nil || u.Hostname() == "" {
		return refuse("The address is not a plain web address.")
	}
	switch {
	case p.list.test != "" && strings.HasPrefix(address, p.list.test+"/"):
		return nil
	case u.Scheme != "https":
		return refuse("The address must begin with https.")
	case u.Host != u.Hostname() || !strings.Contains(u.Host, ".") || isNumber(u.Host):
		return refuse("The address must be a public name at the usual port.")
	}
	return nil
}

func isNumber(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// Client makes the only client such requests go through.
func (p PublicHosts) Client(timeout time.Duration) *http.Client { return newClient(p.list, timeout) }
