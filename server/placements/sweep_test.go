package placements_test

import (
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

func (h *house) gone(id string) bool {
	h.t.Helper()
	return h.one("SELECT CAST(count(*) AS TEXT) FROM files WHERE id = ? AND gone_at IS NOT NULL", id) == "1"
}

// sweeps has what has no use any more taken away, and asks which of some files are gone.
func (h *house) sweeps(when string, want map[string]bool) {
	h.t.Helper()
	must(h.t, h.k.App.Placements.WorkOnce(h.t.Context()))
	for id, gone := range want {
		if got := h.gone(id); got != gone {
			h.t.Errorf("%s: file %s gone %v, want %v", when, id, got, gone)
		}
	}
}

// A photo stays while somebody writes about it or may look at it, and not for longer.
func TestPhotosGoWhenNothingShowsThem(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		first, second, stray := h.file("photo", "place", h.Home), h.file("photo", "place", h.Home), h.file("photo", "place", h.Home)
		elsewhere := h.file("photo", "place", h.other)
		h.save(h.kay, 0, pack(first)).OK()
		h.ready(h.kay, 1).OK()
		h.publish(h.ben, 1).OK()
		move, now := db.NewID(), db.At(k.Clock.Now())
		h.change(`INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, told_at, told_by, pack_version_id, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, id, 1, 1 FROM pack_versions`, move, h.org, h.Leo.ID, h.Home, []byte("x"), h.kay.ID, now, now, h.kay.ID)
		along := h.file("photo", "move", move)
		h.save(h.kay, 1, pack(second)).OK()
		h.ready(h.kay, 2).OK()
		h.publish(h.ben, 2).OK()
		k.Clock.Forward(7*day - 1)
		h.sweeps("somebody may still be writing", map[string]bool{first: false, second: false, stray: false, elsewhere: false, along: false})
		k.Clock.Forward(day)
		h.sweeps("after a week", map[string]bool{first: false, second: false, stray: true, elsewhere: true, along: false})
		h.change("UPDATE moves SET moved_at = ?", db.At(k.Clock.Now()))
		k.Clock.Forward(30*day + 1)
		h.sweeps("a month after the move", map[string]bool{first: false, second: false, along: true})
		k.Clock.Forward(12 * day)
		h.sweeps("when the move is closed", map[string]bool{first: true, second: false})
	})
}

// The photos of a bag end before the page of the move does; then the page names none.
func TestABagNamesNoPhotoThatIsGone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		bear := h.phone(h.Leo).act(id, "bag", body{"name": "bear"})
		near, far := h.file("photo", "move", id), h.file("photo", "move", id)
		h.Sam.Do("PUT", "/moves/"+id+"/bag/"+bear, body{"photo": near, "farPhoto": far}).OK()
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		h.pass(29 * day)
		h.sweeps("before it", map[string]bool{near: false, far: false})
		if got := h.thing(h.Leo, id, bear); got.Photo != near || got.FarPhoto != far {
			t.Errorf("the bear has %+v", got)
		}
		h.pass(2 * day)
		h.sweeps("after a month", map[string]bool{near: true, far: true})
		for _, p := range []*testkit.Person{h.Leo, h.Sam} {
			if got := h.thing(p, id, bear); got.ID != bear || got.Photo != "" || got.FarPhoto != "" {
				t.Errorf("%s is given %+v", p.Name, got)
			}
		}
	})
}

// One organisation whose files can't be looked after keeps no other from it.
func TestOneOrganisationStopsNoOther(t *testing.T) {
	k := testkit.New(t)
	h := newHouse(t, k)
	stray := h.file("photo", "place", h.Home)
	h.change("INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES ('0', 'Its key is broken', ?, 1)", []byte{1})
	h.change("INSERT INTO files (id, organisation_id, owner_kind, owner_id, kind, bytes, key_of, wrapped, made_by, made_at)"+
		" SELECT '0', '0', owner_kind, owner_id, kind, bytes, key_of, wrapped, made_by, made_at FROM files WHERE id = ?", stray)
	k.Clock.Forward(8 * day)
	if err := k.App.Placements.WorkOnce(t.Context()); err == nil {
		t.Error("the broken one is not told of")
	}
	if !h.gone(stray) {
		t.Error("the others wait for the broken one")
	}
}
