package reports_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/keys"
	"heard/server/reports"
	"heard/server/testkit"
	"heard/server/testkit/mail"
	"heard/server/viewer"
)

// post is a running Heard that can send e-mail.
type post struct {
	*sharing
	server *mail.Server
}

// proves adds an address and gives back the code that comes there.
func (s post) proves(p *testkit.Person, address string) {
	s.T.Helper()
	var made struct{ ID string }
	p.Post("/channels", map[string]any{"kind": "email", "address": address}).Into(&made)
	sent := s.server.Messages()
	text := strings.TrimSpace(sent[len(sent)-1].Text)
	p.Post("/channels/"+made.ID+"/verify", map[string]any{"code": text[len(text)-6:]}).OK()
}

// told publishes and gives what became of the letters, and those that came.
func (s post) told(number int, waits string) []mail.Message {
	s.T.Helper()
	before := len(s.server.Messages())
	s.release(number, nil)
	s.Eventually("the letters of release: "+waits, func() bool {
		var outcomes []string
		s.read("SELECT coalesce(outcome, 'waits') FROM figure_letters WHERE release_number = ? ORDER BY account_id", &outcomes, number)
		return strings.Join(outcomes, " ") == waits
	})
	return s.server.Messages()[before:]
}

func (s post) release(number int, fail error) {
	s.T.Helper()
	err := s.App.DB.Tx(s.T.Context(), func(tx *db.Tx) error {
		release := reports.Release{Number: number, Period: figures.Period("2025-Q4"), PublishedAt: tx.Now}
		if err := s.App.Exports.OnPublishedTx(tx, s.commissioner.OrganisationID, release); err != nil {
			return err
		}
		return fail
	})
	if errs.CodeOf(err) != errs.CodeOf(fail) {
		s.T.Fatal(err)
	}
}

func TestSubscribersAreWrittenToOnceARelease(t *testing.T) {
	server := mail.Start(t, mail.Options{})
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		k := testkit.OpenWith(t, databaseURL, func(c *app.Config) {
			c.SMTPURL, c.SMTPFrom, c.SharingEvery = keys.Secret("smtp://"+server.Address), "heard@example.org", 5*time.Millisecond
		})
		w := k.World()
		cleo, ann := k.Commissioner("Cleo", w.Lead), k.Analyst("Ann", w.Home, w.Lead)
		s := post{&sharing{Kit: k}, server}
		s.commissioner = s.viewerOf(cleo)
		if a := cleo.Post("/subscription", nil); a.Status != http.StatusConflict || !strings.Contains(string(a.Body), `"no_address"`) {
			t.Errorf("without an address: %d %s", a.Status, a.Body)
		}
		s.proves(cleo, "cleo@example.org")
		s.proves(ann, "ann@example.org")
		for _, p := range []*testkit.Person{cleo, ann, ann} {
			p.Post("/subscription", nil).OK()
		}
		if got := string(cleo.Get("/subscription").OK().Body); !strings.Contains(got, `"email":"c•••@example.org"`) || !strings.Contains(got, `"on":true`) {
			t.Errorf("%s", got)
		}

		before := len(server.Messages())
		s.release(7, errs.New(errs.Conflict, "")) // nothing was published
		letters := s.told(8, "delivered delivered")
		if len(letters) != 2 || len(server.Messages()) != before+2 || letters[0].To == letters[1].To {
			t.Fatalf("%+v", letters)
		}
		_, text, _ := strings.Cut(letters[0].Text, "\n\n") // after the headers
		if text = strings.TrimSpace(strings.ReplaceAll(text, "=\n", "")); text != "There are new figures in Heard: October to December 2025. "+k.URL+"/insight/" {
			t.Errorf("the letter says %q", text)
		}

		// Refused for now it is tried again, refused for good it is not.
		ann.Do(http.MethodDelete, "/subscription", nil).OK()
		server.Answer(mail.Answer{Code: 451})
		s.told(9, "waits")
		s.Eventually("the try on record", func() bool {
			var n int
			s.read("SELECT count(*) FROM figure_letters WHERE release_number = 9 AND attempts = 1 AND lease_by IS NULL", &n)
			return n == 1
		})
		k.Clock.Forward(6 * time.Second)
		s.Eventually("the second try", func() bool { return len(server.Messages()) == before+3 })
		server.Answer(mail.Answer{Code: 550})
		s.told(10, "given_up")

		// Whoever has no figures to read any more is told of none.
		s.loses(s.commissioner, "commissioner_of")
		if letters := s.told(11, "no_access"); len(letters) != 0 {
			t.Errorf("told without access: %+v", letters)
		}
		s.told(12, "") // the subscription is gone
		ann.Post("/subscription", nil).OK()
		k.Admin().Post("/staff/"+ann.ID+"/suspend", map[string]any{"reason": "left"}).OK()
		s.told(13, "")
	})
}

func TestTheDemoWritesToNobody(t *testing.T) {
	k := testkit.OpenWith(t, "", func(c *app.Config) { c.SMTPURL, c.SMTPFrom = "smtp://localhost:1", "heard@example.org" })
	v := viewer.Viewer{Place: viewer.Insight, Kind: viewer.KindStaff, Reading: true, Demo: true}
	wants(t, "in the demo", k.App.Exports.Subscribe(t.Context(), v), errs.Conflict)
}
