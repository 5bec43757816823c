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
// opens again, so the hub keeps nothing.
type Hub struct {
	mu      sync.Mutex
	members map[*member]struct{}
	account map[string][]*member
	session map[string][]*member
}

// member is one subscription (wake is set) or one open stream (end is set).
type member struct {
	accountID, sessionID string
	wake                 chan struct{}
	end                  func()
}

// NewHub makes an empty hub.
func NewHub() *Hub {
	return &Hub{members: map[*member]struct{}{}, account: map[string][]*member{}, session: map[string][]*member{}}
}

// Subscribe gives a channel that receives after each Wake of the viewer's
// account (several wakes may become one) and is closed when the session ends.
// The function takes the subscription back; the end of ctx does so too.
func (h *Hub) Subscribe(ctx context.Context, v viewer.Viewer) (<-chan struct{}, func()) {
	m := &member{accountID: v.AccountID, sessionID: v.SessionID, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	h.add(m)
	h.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { h.leave(m) })
	return m.wake, func() { stop(); h.leave(m) }
}

// Wake tells the accounts' subscriptions that something changed for them.
func (h *Hub) Wake(accountIDs ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range accountIDs {
		for _, m := range h.account[id] {
			if m.wake == nil {
				continue
			}
			select {
			case m.wake <- struct{}{}:
			default: // a wake is waiting already
			}
		}
	}
}

// EndSession ends a session's streams.
func (h *Hub) EndSession(id string) { h.endAll(h.session, id) }

// EndAccount ends all streams of an account.
func (h *Hub) EndAccount(id string) { h.endAll(h.account, id) }

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

// open registers a stream; end is called once at most, without the lock.
func (h *Hub) open(v viewer.Viewer, end func()) (leave func()) {
	m := &member{accountID: v.AccountID, sessionID: v.SessionID, end: end}
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
	return func() { h.leave(m) }
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
