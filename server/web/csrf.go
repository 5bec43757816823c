package web

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"heard/server/errs"
)

// Macer is the part of the key ring that this package needs.
type Macer interface {
	MAC(purpose string, data []byte) []byte
}

// CSRFHeader carries the token on every unsafe request that has a session.
const CSRFHeader = "X-Heard-CSRF"

var errCSRF = errs.New(errs.Forbidden, "This did not come from Heard itself. Please open Heard again.").With("csrf")

// CSRFToken derives a session's token, so that nothing has to be stored.
func CSRFToken(ring Macer, sessionID string) string {
	return base64.RawURLEncoding.EncodeToString(ring.MAC("csrf", []byte(sessionID)))
}

func unsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// sameOrigin refuses what a browser says another site has caused. A client that
// says nothing is no browser, and has no cookie it did not get itself.
func (a *App) sameOrigin(c *fiber.Ctx) error {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return errCSRF
	}
	origin := c.Get("Origin")
	if origin == "" || origin == a.origin {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Host != c.Hostname() || u.Scheme != c.Protocol() {
		return errCSRF
	}
	return nil
}

func (a *App) checkToken(c *fiber.Ctx, sessionID string) error {
	want := CSRFToken(a.ring, sessionID)
	if subtle.ConstantTimeCompare([]byte(c.Get(CSRFHeader)), []byte(want)) != 1 {
		return errCSRF
	}
	return nil
}
