package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heard/server/app"
	"heard/server/db"
	"heard/server/testkit"
	"heard/server/viewer"
)

// What happens at one place wakes nobody of another, reaches no phone of theirs, and stands in
// nothing that anybody of theirs can read: no list, no figures, no file for programs, no log, no
// row as it stands, and no backup.
func TestNothingOfAPlaceReachesAnother(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		m := newMoving(k)
		m.release()
		ash, tia := k.Staff("Ash"), k.YoungPerson("Tia", m.other)
		m.relate(m.org, ash.ID, "lead_of", "service", m.other, current)
		_, phone := m.nils.Subscribe()
		words := []string{packCanary, whyCanary, askCanary, belongs, m.move, m.file, m.upload, m.question, m.item, "Leo"}

		for who, p := range map[string]*testkit.Person{"another place's staff": m.nils, "whoever leads it": ash, "a young person there": tia} {
			if m.woken(p, m.happens) {
				t.Errorf("%s: woken", who)
			}
		}
		if !m.woken(m.kay, m.happens) {
			t.Error("the place's own staff sleep on")
		}
		census(k) // every alert has been tried
		if got := k.Push.Requests(phone.ID); len(got) > 0 {
			t.Errorf("another place's staff got %d pushes", len(got))
		}
		for _, push := range k.Push.Requests("") {
			private(t, "a push", fmt.Appendf(nil, "%+v", push), words...)
		}
		for _, p := range []*testkit.Person{m.nils, ash, tia} {
			m.lists(t, p, words)
		}
		figureRoutes(k, m.nils.At(viewer.Insight), func(route string, a *testkit.Answer) {
			private(t, "another place's staff: "+route, a.Body, words...)
		})
		said := words[:4] // ids stand in the log and in rows
		private(t, "the log", []byte(k.Logs.String()), said...)
		private(t, "the database", []byte(dump(t, k)), said...)
		if k.App.Config.DatabaseURL == "" {
			m.backup(t, said)
		}
	})
}

// happens has everybody who may do something about the pack and the move.
func (m *moving) happens() {
	var draft struct {
		Revision int
		Pack     map[string]any
	}
	m.kay.Get("/places/" + m.place + "/pack").Into(&draft)
	draft.Pack["area"] = fmt.Sprint("Chatham ", draft.Revision)
	m.kay.Do(http.MethodPut, "/places/"+m.place+"/pack", map[string]any{"base": draft.Revision, "pack": draft.Pack}).OK()
	body, err := json.Marshal(map[string]any{"what": "move", "move": m.move, "id": db.NewID(), "do": "about", "words": askCanary})
	if err != nil {
		m.k.T.Fatal(err)
	}
	inTx(m.k, func(tx txOf) error {
		_, err := m.k.App.Placements.ActTx(tx, viewer.Viewer{
			OrganisationID: m.org, AccountID: m.Leo.ID, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true,
		}, body)
		return err
	})
	m.Sam.Post("/moves/"+m.move+"/bag", map[string]any{"name": belongs}).OK()
}

// lists reads everything at somebody's place that asks for nothing in particular.
func (m *moving) lists(t *testing.T, p *testkit.Person, words []string) {
	t.Helper()
	read := 0
	for _, r := range m.k.App.Web.Routes() {
		if r.Method != http.MethodGet || r.Public || r.Place != p.Place || strings.Contains(r.Path, "{") || r.Path == "/api/"+string(p.Place)+"/live" {
			continue
		}
		read++
		private(t, p.Name+": "+r.Path, p.Get(strings.TrimPrefix(r.Path, "/api/"+string(p.Place))).Body, words...)
	}
	if read < 10 {
		t.Errorf("%s: only %d lists", p.Name, read)
	}
}

// backup takes one beside the server, and looks through all of its bytes.
func (m *moving) backup(t *testing.T, words []string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "backup")
	if err := app.Command(t.Context(), m.k.App.Config, []string{"backup", to}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	searched := 0
	err := filepath.WalkDir(filepath.Dir(to), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		searched += len(raw)
		private(t, "the backup", raw, words...)
		return err
	})
	if err != nil || searched < 10_000 {
		t.Errorf("%d bytes were searched: %v", searched, err)
	}
}
