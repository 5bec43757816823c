package placements_test

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/testkit"
	"heard/server/viewer"
)

type placed struct{ ID, Name, Kind string }

type asksView struct {
	Questions []struct {
		ID, Words string
		Due       time.Time
		Answer    *struct {
			Words string
			Who   placed
		}
	}
	Visits []struct {
		ID, Kind, Words, State, Reply, By string
		When, SettledAt                   *time.Time
	}
	About []struct{ ID, Words string }
}

type nextPlace struct {
	Move struct {
		ID, State, Day, Choice, Reason, DecidedBy, Wishes, TimeWords string
		Days                                                         []struct{ Was string }
		To                                                           placed
		From                                                         *placed
		By                                                           placed
	}
	HasPack  bool
	Asks     asksView
	AnswerBy time.Time
	Review   *struct {
		Day     int
		Readers []placed
	}
	BuddyWanted *bool
}

type missing struct {
	What    string
	Due     *time.Time
	Overdue bool
}

type staffMove struct {
	ID, Side, State, Day, Choice string
	Revision                     int
	May                          []string
	To, From                     *placed
	Words                        *struct{ Reason, EndReason string }
	Asks                         *asksView
	Missing                      []missing
	OpenedAt                     *time.Time
	Reviews                      []struct {
		Day    int
		Face   any
		Words  string
		Longer bool
		ReadAt *time.Time
	}
}

type board struct {
	Moves []struct {
		ID, State, Side string
		Missing         []missing
	}
	MayMake []placed
	Places  []placed
}

// words is what is said of a move to the other place, in six days.
func (h *house) words(more body) body {
	b := body{
		"toServiceId": h.other, "fromServiceId": h.Home, "emergency": false, "day": h.dayIn(6),
		"reason": canary + " reason", "decidedBy": canary + " Marta", "wishes": canary + " wishes", "timeWords": "after lunch",
	}
	for k, v := range more {
		b[k] = v
	}
	return b
}

func (h *house) dayIn(n int) string { return h.k.Clock.Now().AddDate(0, 0, n).Format(time.DateOnly) }

// pass lets time go by; staff sign in again, whose screens have locked.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	for ; d > 0; d -= 10 * day { // a phone that is looked at now and then stays signed in
		h.k.Clock.Forward(min(d, 10*day))
		h.Leo.Get("/session").OK()
	}
	for _, p := range []*testkit.Person{h.k.Admin(), h.Sam, h.Jo, h.Lead, h.kay, h.ben, h.ann} {
		p.SignIn()
	}
}

// move has Sam make a move for Leo to the other place.
func (h *house) move() string {
	h.t.Helper()
	id := db.NewID()
	h.Sam.Post("/moves", h.words(body{"id": id, "youngPersonId": h.Leo.ID})).OK()
	return id
}

// told is a move Leo was told of, without pages.
func (h *house) told() string {
	h.t.Helper()
	id := h.move()
	h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
	return id
}

func (h *house) next() nextPlace {
	h.t.Helper()
	var n nextPlace
	h.Leo.Get("/next-place").Into(&n)
	return n
}

func (h *house) page(p *testkit.Person, id string) staffMove {
	h.t.Helper()
	var m staffMove
	p.Get("/moves/" + id).Into(&m)
	return m
}

func (h *house) board(p *testkit.Person) board {
	h.t.Helper()
	var b board
	p.Get("/moves").Into(&b)
	return b
}

// sees says whether somebody finds a move, on the board and by its page alike.
func (h *house) sees(p *testkit.Person, id string) bool {
	h.t.Helper()
	a := p.Get("/moves/" + id)
	listed := slices.ContainsFunc(h.board(p).Moves, func(m struct {
		ID, State, Side string
		Missing         []missing
	}) bool {
		return m.ID == id
	})
	if a.Status != http.StatusOK && (a.Status != http.StatusNotFound || strings.Contains(string(a.Body), canary)) {
		h.t.Errorf("%s is answered %d %s", p.Name, a.Status, a.Body)
	}
	if found := a.Status == http.StatusOK; found != listed {
		if !found || !strings.Contains(string(a.Body), `"ended"`) {
			h.t.Errorf("%s: found %v, listed %v", p.Name, found, listed)
		}
	}
	return a.Status == http.StatusOK
}

func (h *house) lacks(p *testkit.Person, id, what string) *missing {
	h.t.Helper()
	for _, m := range h.page(p, id).Missing {
		if m.What == what {
			return &m
		}
	}
	return nil
}

func (h *house) rows(query string) []map[string]any {
	h.t.Helper()
	var found []map[string]any
	h.tx(func(tx *db.Tx) error { return tx.Gorm().Raw(query).Scan(&found).Error })
	return found
}

// woken says which adults' live streams f woke.
func (h *house) woken(adults []*testkit.Person, f func()) (names []string) {
	h.t.Helper()
	wakes := map[string][]<-chan struct{}{}
	for _, p := range adults {
		v := viewer.Viewer{AccountID: p.ID, SessionID: "of the test"}
		all, stop := h.k.App.Hub.Subscribe(h.t.Context(), v)
		defer stop()
		private, stop := h.k.App.Hub.SubscribePrivate(h.t.Context(), v)
		defer stop()
		wakes[p.Name] = []<-chan struct{}{all, private}
	}
	f()
	for name, streams := range wakes {
		for _, c := range streams {
			select {
			case <-c:
				names = append(names, name)
			default:
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
