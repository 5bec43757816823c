package web

import (
	"context"
	"sync"

	"heard/server/viewer"
)

// maxStreams is how many live streams one session may hold. A browser opens six
// connections to a host at most, so whoever has more has left some behind: the
// oldest ends.
const maxStreams = 6

// Hub knows the open live streams of this process. It is woken and told to end
// streams after a commit only; a stream that missed a wake refetches when it
// opens again, so the hub keeps nothing. With a relay it tells the other
// instances what it was told, and hears what they were.
type Hub struct {
	relay   Relay
	mu      sync.Mutex
	members map[*member]struct{}
	account map[string][]*member
	session map[string][]*member
}

// member is one subscription (wake is set) or one open stream (end is set).
type member struct {
	accountID, sessionID string
	wake                 chan struct{}
	private              bool // is woken by WakeReaders only

	door door
	beat chan struct{} // asks for a ping now
	end  func()
}

// Relay carries signals to the hubs of other instances; it must not wait.
type Relay interface {
	Tell(kind string, ids ...string)
}

// The kinds of signals between hubs.
const (
	signalWake       = "wake"
	signalReaders    = "readers"
	signalEndSession = "session"
	signalEndAccount = "account"
)

// NewHub makes an empty hub.
func NewHub() *Hub {
	return &Hub{members: map[*member]struct{}{}, account: map[string][]*member{}, session: map[string][]*member{}}
}

// Subscribe gives a channel that receives after each Wake of the viewer's
// account (several wakes may become one) and is closed when the session ends.
// The function takes the subscription back; the end of ctx does so too.
func (h *Hub) Subscribe(ctx context.Context, v viewer.Viewer) (<-chan struct{}, func()) {
	return h.subscribe(ctx, v, false)
}

// SubscribePrivate is Subscribe for WakeReaders. Whoever hears of it asks MayRead
// before they pass it on.
func (h *Hub) SubscribePrivate(ctx context.Context, v viewer.Viewer) (<-chan struct{}, func()) {
	return h.subscribe(ctx, v, true)
}

func (h *Hub) subscribe(ctx context.Context, v viewer.Viewer, private bool) (<-chan struct{}, func()) {
	m := &member{accountID: v.AccountID, sessionID: v.SessionID, wake: make(chan struct{}, 1), private: private}
	h.mu.Lock()
	h.add(m)
	h.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { h.leave(m) })
	return m.wake, func() { stop(); h.leave(m) }
}

// RelayTo makes the hub tell other instances as well. Call it before serving.
func (h *Hub) RelayTo(r Relay) { h.relay = r }

func (h *Hub) tell(kind string, ids ...string) {
	if h.relay != nil {
		h.relay.Tell(kind, ids...)
	}
}

// Hear does what another instance's hub was told.
func (h *Hub) Hear(kind string, ids []string) {
	switch kind {
	case signalWake:
		h.wake(ids, false)
	case signalReaders:
		h.wake(ids, true)
	case signalEndSession:
		for _, id := range ids {
			h.endAll(h.session, id)
		}
	case signalEndAccount:
		for _, id := range ids {
			h.endAll(h.account, id)
		}
	}
}

// Missed wakes everybody: signals of other instances may have been missed. What
// ended meanwhile is found by the look at all streams, and by each refetch.
func (h *Hub) Missed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for m := range h.members {
		m.changed()
	}
}

// Wake tells the accounts' subscriptions that something changed for them.
func (h *Hub) Wake(accountIDs ...string) {
	h.wake(accountIDs, false)
	h.tell(signalWake, accountIDs...)
}

// WakeReaders is Wake for what only those may learn of who may read: that it changed
// is private too.
func (h *Hub) WakeReaders(accountIDs ...string) {
	h.wake(accountIDs, true)
	h.tell(signalReaders, accountIDs...)
}

func (h *Hub) wake(accountIDs []string, private bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range accountIDs {
		for _, m := range h.account[id] {
			if m.private == private {
				m.changed()
			}
		}
	}
}

func (m *member) changed() {
	if m.wake == nil {
		return
	}
	select {
	case m.wake <- struct{}{}:
	default: // a wake is waiting already
	}
}

// EndSession ends a session's streams.
func (h *Hub) EndSession(id string) {
	h.endAll(h.session, id)
	h.tell(signalEndSession, id)
}

// EndAccount ends all streams of an account.
func (h *Hub) EndAccount(id string) {
	h.endAll(h.account, id)
	h.tell(signalEndAccount, id)
}

// Watching says whether an account has a live stream open here.
func (h *Hub) Watching(accountID string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.account[accountID] {
		if m.end != nil {
			return true
		}
	}
	return false
}

// Beat has every open stream say how things are at once, instead of at its next
// regular ping.
func (h *Hub) Beat() {
	for _, m := range h.streams() {
		select {
		case m.beat <- struct{}{}:
		default:
		}
	}
}

// Streams says how many streams are open here.
func (h *Hub) Streams() int { return len(h.streams()) }

func (h *Hub) streams() []*member {
	h.mu.Lock()
	defer h.mu.Unlock()
	var open []*member
	for m := range h.members {
		if m.end != nil {
			open = append(open, m)
		}
	}
	return open
}

// open registers a stream; end may be called more than once, without the lock.
func (h *Hub) open(v viewer.Viewer, d door, end func()) (m *member, leave func()) {
	m = &member{accountID: v.AccountID, sessionID: v.SessionID, door: d, beat: make(chan struct{}, 1), end: end}
	h.mu.Lock()
	var streams []*member
	for _, other := range h.session[v.SessionID] {
		if other.end != nil {
			streams = append(streams, other)
		}
	}
	var surplus *member
	if len(streams) >= maxStreams {
		surplus = streams[0]
		h.remove(surplus)
	}
	h.add(m)
	h.mu.Unlock()
	if surplus != nil {
		surplus.end()
	}
	return m, func() { h.leave(m) }
}

func (h *Hub) endAll(index map[string][]*member, id string) {
	h.mu.Lock()
	ended := append([]*member(nil), index[id]...)
	for _, m := range ended {
		h.remove(m)
		if m.wake != nil {
			close(m.wake)
		}
	}
	h.mu.Unlock()
	for _, m := range ended {
		if m.end != nil {
			m.end()
		}
	}
}

func (h *Hub) leave(m *member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(m)
}

func (h *Hub) add(m *member) {
	h.members[m] = struct{}{}
	h.account[m.accountID] = append(h.account[m.accountID], m)
	h.session[m.sessionID] = append(h.session[m.sessionID], m)
}

func (h *Hub) remove(m *member) {
	if _, there := h.members[m]; !there {
		return
	}
	delete(h.members, m)
	drop(h.account, m.accountID, m)
	drop(h.session, m.sessionID, m)
}

func drop(index map[string][]*member, id string, m *member) {
	rest := index[id][:0]
	for _, other := range index[id] {
		if other != m {
			rest = append(rest, other)
		}
	}
	if len(rest) == 0 {
		delete(index, id)
		return
	}
	index[id] = rest
}
