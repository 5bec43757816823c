package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"heard/server/viewer"
)

// pages is the built front end, read once: it never changes under a running
// server, and the files next to one another (.br, .gz) belong together.
type pages struct{ files map[string]*page }

type page struct {
	raw, br, gz []byte
	mime        string
	tag         string
}

// Own table, because the system's differs from machine to machine.
var mimes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml",
	".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".ico": "image/x-icon", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
}

func loadPages(files fs.FS) *pages {
	p := &pages{files: map[string]*page{}}
	if files == nil {
		return p
	}
	// A front end that was not built is an empty directory, so errors only mean "not there".
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		switch base, ext := name, path.Ext(name); ext {
		case ".br":
			p.at(strings.TrimSuffix(base, ext)).br = body
		case ".gz":
			p.at(strings.TrimSuffix(base, ext)).gz = body
		default:
			file := p.at(base)
			sum := sha256.Sum256(body)
			file.raw, file.mime, file.tag = body, mimes[ext], hex.EncodeToString(sum[:8])
			if file.mime == "" {
				file.mime = "application/octet-stream"
			}
		}
		return nil
	})
	for name, file := range p.files {
		if file.tag == "" { // compressed only
			delete(p.files, name)
		}
	}
	return p
}

func (p *pages) at(name string) *page {
	if p.files[name] == nil {
		p.files[name] = &page{}
	}
	return p.files[name]
}

func (p *pages) serve(c *fiber.Ctx) error {
	// A place's page has to lie under its service worker, whose scope ends with a stroke.
	if here := c.Path(); here != "/" && p.files[strings.TrimPrefix(here, "/")+"/index.html"] != nil {
		if query := string(c.Request().URI().QueryString()); query != "" {
			here += "/?" + query
		} else {
			here += "/"
		}
		c.Set("Cache-Control", "no-cache")
		return c.Redirect(here, http.StatusPermanentRedirect)
	}
	name := strings.TrimPrefix(path.Clean(c.Path()), "/")
	file, found := p.files[name]
	if !found {
		// A missing file must not become a page: an old page would run it as script.
		if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
			return fiber.ErrNotFound
		}
		name = p.indexOf(name)
		if file, found = p.files[name]; !found {
			return fiber.ErrNotFound
		}
	}
	c.Set("Vary", "Accept-Encoding")
	c.Set("Content-Type", file.mime)
	if strings.HasPrefix(name, "assets/") {
		c.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		c.Set("Cache-Control", "no-cache")
	}
	body, tag := file.pick(c)
	c.Set("ETag", tag)
	if match := c.Get("If-None-Match"); match != "" && strings.Contains(match, tag) {
		return c.SendStatus(http.StatusNotModified)
	}
	return c.Send(body)
}

func (f *page) pick(c *fiber.Ctx) (body []byte, tag string) {
	switch accepted := c.Get("Accept-Encoding"); {
	case f.br != nil && accepts(accepted, "br"):
		c.Set("Content-Encoding", "br")
		return f.br, `"` + f.tag + `-br"`
	case f.gz != nil && accepts(accepted, "gzip"):
		c.Set("Content-Encoding", "gzip")
		return f.gz, `"` + f.tag + `-gz"`
	default:
		return f.raw, `"` + f.tag + `"`
	}
}

func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == coding {
			return strings.TrimSpace(quality) != "q=0"
		}
	}
	return false
}

// indexOf is the page a path belongs to: that of its place, or of the folder it is
// below, such as the families' question, which is no place.
func (p *pages) indexOf(name string) string {
	first, _, _ := strings.Cut(name, "/")
	own := first + "/index.html"
	if place := viewer.Place(first); p.files[own] != nil || place != viewer.Young && slices.Contains(viewer.Places, place) {
		return own
	}
	return "index.html"
}
