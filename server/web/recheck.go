package web

import (
	"context"
	"sync"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
)

const (
	// sweepEvery is how often the sessions behind all open streams are looked at. It
	// ends what no signal has ended: a screen that has gone idle, a session that ran
	// out, one that another instance ended just before it died.
	sweepEvery = 800 * time.Millisecond
	// recheckMost is how many sessions one read looks at.
	recheckMost = 1000
)

// Session is what a token opens now, or why it opens nothing.
type Session struct {
	Viewer viewer.Viewer
	Err    error
}

// Rechecker is an Authenticator that looks at many sessions in one read. The
// sessions come back in the order of the tokens; an error says that it can't be
// told. No look is an act of the person.
type Rechecker interface {
	Recheck(ctx context.Context, place viewer.Place, tokens []string) ([]Session, error)
}

// door is what a stream's right to go on hangs on.
type door struct {
	place  viewer.Place
	token  string
	policy Policy
}

// look is one question whether a door is still open.
type look struct {
	door  door
	shut  bool
	reads bool // the session may read, for sure
	done  chan struct{}
}

// rechecks gathers looks: while one read is under way, those that come wait and
// share the next. Two thousand streams woken at once cost two or three reads.
type rechecks struct {
	auth    Authenticator
	timeout time.Duration

	mu      sync.Mutex
	waiting []*look
	busy    bool
}

// still says whether the session behind a stream opens its route now. It is asked
// before every event. That it can't be told ends nothing.
func (r *rechecks) still(ctx context.Context, d door) bool {
	l := r.share(ctx, d)
	return l == nil || !l.shut
}

// mayRead says whether the session behind a stream may read now. That it can't be
// told is no.
func (r *rechecks) mayRead(ctx context.Context, d door) bool {
	l := r.share(ctx, d)
	return l != nil && l.reads
}

// share looks at a door together with others; nil: ctx has ended meanwhile.
func (r *rechecks) share(ctx context.Context, d door) *look {
	l := &look{door: d, done: make(chan struct{})}
	r.mu.Lock()
	r.waiting = append(r.waiting, l)
	first := !r.busy
	r.busy = true
	r.mu.Unlock()
	if first {
		go r.work() // ends as soon as nobody waits; each look waits for it
	}
	select {
	case <-l.done:
		return l
	case <-ctx.Done():
		return nil
	}
}

func (r *rechecks) work() {
	for {
		r.mu.Lock()
		batch := r.waiting
		r.waiting = nil
		r.busy = len(batch) > 0
		r.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		r.look(batch)
		for _, l := range batch {
			close(l.done)
		}
	}
}

// look asks for all of a batch, place by place.
func (r *rechecks) look(batch []*look) {
	ctx, cancel := context.WithTimeout(context.Background(), r.timeout)
	defer cancel()
	places := map[viewer.Place][]*look{}
	for _, l := range batch {
		places[l.door.place] = append(places[l.door.place], l)
	}
	for place, looks := range places {
		for len(looks) > 0 {
			n := min(len(looks), recheckMost)
			r.ask(ctx, place, looks[:n])
			looks = looks[n:]
		}
	}
}

func (r *rechecks) ask(ctx context.Context, place viewer.Place, looks []*look) {
	sessions, err := r.sessions(ctx, place, looks)
	if err != nil || len(sessions) != len(looks) {
		return
	}
	for i, s := range sessions {
		if s.Err == nil {
			s.Err = looks[i].door.policy(s.Viewer)
		}
		code := errs.CodeOf(s.Err)
		looks[i].reads = s.Err == nil && s.Viewer.Reading
		looks[i].shut = code == errs.Unauthenticated || code == errs.Forbidden
	}
}

func (r *rechecks) sessions(ctx context.Context, place viewer.Place, looks []*look) ([]Session, error) {
	tokens := make([]string, len(looks))
	for i, l := range looks {
		tokens[i] = l.door.token
	}
	if many, ok := r.auth.(Rechecker); ok {
		return many.Recheck(ctx, place, tokens)
	}
	sessions := make([]Session, len(tokens))
	for i, token := range tokens {
		sessions[i].Viewer, sessions[i].Err = r.auth.Authenticate(ctx, place, token, false)
	}
	return sessions, nil
}

// sweep ends the streams whose sessions open nothing any more, until the app stops.
func (a *App) sweep() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-a.stopping.Done():
			return
		case <-ticker.C:
		}
		streams := a.hub.streams()
		looks := make([]*look, len(streams))
		for i, m := range streams {
			looks[i] = &look{door: m.door}
		}
		a.rechecks.look(looks)
		for i, l := range looks {
			if l.shut {
				streams[i].end()
			}
		}
	}
}
