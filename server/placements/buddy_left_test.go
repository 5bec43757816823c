package placements_test

import (
	"slices"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// A buddy who moves away is none from that moment: no card goes between the two, either
// may still end it, another can be asked, and in an hour the relation has ended too.
func TestABuddyWhoLeavesIsOneNoLonger(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPair(t, k)
		p.agreed()
		p.phone(p.tia).act("", "hello", body{"buddy": p.id, "card": "hello"})
		p.change("UPDATE relations SET ended_at = ? WHERE kind = 'served_by' AND subject_id = ?", db.At(k.Clock.Now()), p.tia.ID)
		p.phone(p.tia).refused("the buddy", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
		p.phone(p.Leo).refused("the young person", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
		if p.mine() == nil || p.mine().State != "ended" || p.buddying().For != nil {
			t.Errorf("Leo sees %+v, Tia %+v", p.mine(), p.buddying())
		}
		if m := p.staff(p.ann); m.Buddy.State != "ended" || !slices.Contains(m.May, "invite") {
			t.Errorf("the place sees %+v", m)
		}
		must(t, k.App.Placements.WorkOnce(t.Context()))
		if n := p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of' AND ended_at IS NULL"); n != "0" {
			t.Errorf("%s relations after the sweep", n)
		}
		if n := p.one("SELECT CAST(count(*) AS TEXT) FROM buddies WHERE ended_at IS NULL"); n != "0" {
			t.Errorf("%s buddies after the sweep", n)
		}
	})
}

// And somebody who was only asked is asked no more.
func TestAnAskingEndsWithLeaving(t *testing.T) {
	p := newPair(t, testkit.New(t))
	p.invite(p.tia).OK()
	must(t, p.k.App.Placements.WorkOnce(t.Context()))
	if p.buddying().Asks == nil {
		t.Fatal("the sweep ends the asking of somebody who lives there")
	}
	p.change("UPDATE relations SET ended_at = ? WHERE kind = 'served_by' AND subject_id = ?", db.At(p.k.Clock.Now()), p.tia.ID)
	must(t, p.k.App.Placements.WorkOnce(t.Context()))
	if p.buddying().Asks != nil {
		t.Error("Tia is still asked to be a buddy where she lives no more")
	}
}
