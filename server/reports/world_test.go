package reports_test

import (
	"crypto/rand"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// world is Oak House, counted each quarter, with somebody who reads all figures.
type world struct {
	*testkit.World
	t            *testing.T
	k            *testkit.Kit
	org          string
	commissioner *testkit.Person // reads and answers for everything
	analyst      *testkit.Person // of Oak House
	nobody       *testkit.Person // staff without a relation
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) { test(t, newWorld(t, k)) })
}

func newWorld(t *testing.T, k *testkit.Kit) *world {
	t.Helper()
	w := &world{World: k.World(), t: t, k: k}
	w.read(&w.org, "SELECT id FROM organisations")
	w.unit(w.Home, people.Quarterly)
	w.commissioner, w.analyst = k.Commissioner("Cora", w.Lead), k.Analyst("Anna", w.Home, w.Lead)
	w.nobody = k.Staff("Nils").At(viewer.Insight)
	return w
}

// unit has a service counted by itself in every year of these tests.
func (w *world) unit(service string, cadence people.Cadence) {
	w.t.Helper()
	for year := 2023; year <= 2027; year++ {
		w.tx(func(tx *db.Tx) error {
			return people.KeepCadenceTx(tx, w.org, service, year, people.Unit{ID: service, Cadence: cadence})
		})
	}
}

func (w *world) tx(fn func(tx *db.Tx) error) {
	w.t.Helper()
	must(w.t, w.k.App.DB.Tx(w.t.Context(), fn))
}

func (w *world) read(into any, sql string, args ...any) {
	w.t.Helper()
	must(w.t, w.k.App.DB.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Raw(sql, args...).Scan(into).Error
	}))
}

// answer has so many different people choose a face.
func (w *world) answer(unit, period, question string, value, count int) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error {
		err := tx.Gorm().Exec(`INSERT INTO period_keys (organisation_id, period, wrapped) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, w.org, period, []byte("k")).Error
		for range count {
			tag := make([]byte, 32)
			_, _ = rand.Read(tag)
			if err == nil {
				err = tx.Gorm().Exec(`INSERT INTO answers (organisation_id, unit_id, period, question, tag, value, face_order)
 VALUES (?, ?, ?, ?, ?, ?, 'best_first')`, w.org, unit, period, question, tag, value).Error
			}
		}
		return err
	})
}

// moveTo moves the clock on to a time.
func (w *world) moveTo(moment string) {
	w.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	must(w.t, err)
	w.k.Clock.Forward(at.Sub(w.k.Clock.Now()))
}

func (w *world) publish(want int) {
	w.t.Helper()
	got, err := w.k.App.Reports.Publish(w.t.Context())
	must(w.t, err)
	if got != want {
		w.t.Fatalf("%d releases were published, want %d", got, want)
	}
}

type cell struct {
	Period, UnitID, SetKey string
	Hidden                 bool
	A, B, C, N             *int
}

func (w *world) cells(period string) []cell {
	w.t.Helper()
	var cells []cell
	w.read(&cells, "SELECT period, unit_id, set_key, hidden, a, b, c, n FROM release_cells WHERE organisation_id = ? AND period = ? ORDER BY unit_id, set_key", w.org, period)
	return cells
}

func (w *world) cell(period, unit, set string) cell {
	w.t.Helper()
	for _, c := range w.cells(period) {
		if c.UnitID == unit && c.SetKey == set {
			return c
		}
	}
	w.t.Fatalf("no cell %s of %s in %s", set, unit, period)
	return cell{}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
