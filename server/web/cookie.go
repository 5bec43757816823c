package web

import (
	"net"
	"net/http"
	"net/url"
	"time"

	"heard/server/viewer"
)

// Cookies writes the session cookies, one for each place.
type Cookies struct{ secure bool }

// NewCookies reads from the public URL whether cookies must be Secure: always,
// but on plain http on this very machine, where browsers would drop them.
func NewCookies(publicURL string) Cookies {
	u, err := url.Parse(publicURL)
	if err != nil || u.Scheme != "http" {
		return Cookies{secure: true}
	}
	ip := net.ParseIP(u.Hostname())
	return Cookies{secure: u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())}
}

// CookieName is the name of a place's cookie.
func CookieName(place viewer.Place) string { return "heard_" + string(place) }

// Set gives the Set-Cookie header that signs a browser in for a while. It is said
// as a length, not a date: a cheap phone's clock can be years off.
func (c Cookies) Set(place viewer.Place, token string, life time.Duration) string {
	cookie := c.base(place)
	cookie.Value, cookie.MaxAge = token, int(life/time.Second)
	return cookie.String()
}

// Named gives the Set-Cookie header of another cookie of a place than its session.
func (c Cookies) Named(name string, place viewer.Place, value string, life time.Duration) string {
	cookie := c.base(place)
	cookie.Name, cookie.Value, cookie.MaxAge = name, value, int(life/time.Second)
	return cookie.String()
}

// Clear gives the Set-Cookie header that removes a place's cookie.
func (c Cookies) Clear(place viewer.Place) string {
	cookie := c.base(place)
	cookie.MaxAge = -1
	return cookie.String()
}

func (c Cookies) base(place viewer.Place) *http.Cookie {
	return &http.Cookie{
		Name: CookieName(place), Path: "/api/" + string(place),
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	}
}
