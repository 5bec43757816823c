package push

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"
)

// client is one Firefox: its connection comes and goes, its subscriptions stay.
type client struct {
	uaid string
	conn *websocket.Conn // nil while away
}

// frame is any message of Mozilla's push protocol, both ways.
type frame struct {
	MessageType  string            `json:"messageType,omitempty"`
	UAID         string            `json:"uaid,omitempty"`
	Status       int               `json:"status,omitempty"`
	UseWebPush   bool              `json:"use_webpush,omitempty"`
	Broadcasts   map[string]string `json:"broadcasts,omitempty"`
	ChannelID    string            `json:"channelID,omitempty"`
	Key          string            `json:"key,omitempty"`
	PushEndpoint string            `json:"pushEndpoint,omitempty"`
	Version      string            `json:"version,omitempty"`
	Data         string            `json:"data,omitempty"`
	Headers      map[string]string `json:"headers,omitempty"`
	Updates      []update          `json:"updates,omitempty"`
}

type update struct {
	ChannelID string `json:"channelID"`
	Version   string `json:"version"`
}

type notification struct {
	version string
	frame   frame
}

// ClientState is what the service knows of a Firefox.
type ClientState struct {
	UAID      string         `json:"uaid"`
	Connected bool           `json:"connected"`
	Channels  []ChannelState `json:"channels"`
}

// ChannelState is one subscription of a Firefox.
type ChannelState struct {
	Subscription string `json:"subscription"`
	Endpoint     string `json:"endpoint"`
	Gone         bool   `json:"gone"`
	Acked        int    `json:"acked"`
	Waiting      int    `json:"waiting"`
}

// serveFirefox speaks with one Firefox until it goes away.
func (s *Service) serveFirefox(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:   []string{"push-notification"},
		OriginPatterns: []string{"*"}, // the browser itself connects, not a page
	})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	var c *client
	for {
		_, raw, err := conn.Read(r.Context())
		if err != nil {
			break
		}
		var in frame
		if json.Unmarshal(raw, &in) != nil {
			break
		}
		if in.MessageType == "hello" {
			c = s.hello(conn, in.UAID)
			continue
		}
		if c == nil {
			break // hello comes first
		}
		s.answerFirefox(c, conn, in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c != nil && c.conn == conn {
		c.conn = nil
	}
}

func (s *Service) hello(conn *websocket.Conn, uaid string) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[uaid]
	if c == nil {
		id := make([]byte, 16)
		_, _ = rand.Read(id)
		c = &client{uaid: hex.EncodeToString(id)}
		s.clients[c.uaid] = c
	}
	c.conn = conn
	write(conn, frame{MessageType: "hello", UAID: c.uaid, Status: http.StatusOK, UseWebPush: true})
	for _, sub := range s.subscriptions {
		if sub.uaid == c.uaid {
			for _, n := range sub.unanswered {
				write(conn, n.frame)
			}
		}
	}
	return c
}

func (s *Service) answerFirefox(c *client, conn *websocket.Conn, in frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch in.MessageType {
	case "register":
		sub := &subscription{id: rand.Text(), serverKey: in.Key, uaid: c.uaid, channel: in.ChannelID}
		s.subscriptions[sub.id] = sub
		write(conn, frame{MessageType: "register", ChannelID: in.ChannelID, Status: http.StatusOK, PushEndpoint: s.endpoint(sub.id)})
	case "unregister":
		for _, sub := range s.subscriptions {
			if sub.uaid == c.uaid && sub.channel == in.ChannelID {
				sub.gone = true
			}
		}
		write(conn, frame{MessageType: "unregister", ChannelID: in.ChannelID, Status: http.StatusOK})
	case "ack":
		for _, u := range in.Updates {
			s.acknowledge(c, u)
		}
	case "", "ping":
		_ = conn.Write(context.Background(), websocket.MessageText, []byte("{}"))
	}
}

func (s *Service) acknowledge(c *client, u update) {
	for _, sub := range s.subscriptions {
		if sub.uaid != c.uaid || sub.channel != u.ChannelID {
			continue
		}
		before := len(sub.unanswered)
		sub.unanswered = slices.DeleteFunc(sub.unanswered, func(n notification) bool { return n.version == u.Version })
		sub.acked += before - len(sub.unanswered)
	}
}

// forward hands a push to its Firefox as it came, or keeps it until Firefox is back; called with the lock held.
func (s *Service) forward(sub *subscription, request Request, body []byte) {
	n := notification{version: rand.Text()}
	n.frame = frame{
		MessageType: "notification",
		ChannelID:   sub.channel,
		Version:     n.version,
		Data:        base64.RawURLEncoding.EncodeToString(body),
		Headers:     map[string]string{"encoding": request.Encoding},
	}
	sub.unanswered = append(sub.unanswered, n)
	if c := s.clients[sub.uaid]; c != nil && c.conn != nil {
		write(c.conn, n.frame)
	}
}

// Clients lists every Firefox that said hello.
func (s *Service) Clients() []ClientState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := []ClientState{}
	for _, c := range s.clients {
		state := ClientState{UAID: c.uaid, Connected: c.conn != nil, Channels: []ChannelState{}}
		for _, sub := range s.subscriptions {
			if sub.uaid == c.uaid {
				state.Channels = append(state.Channels, ChannelState{
					Subscription: sub.id, Endpoint: s.endpoint(sub.id), Gone: sub.gone, Acked: sub.acked, Waiting: len(sub.unanswered),
				})
			}
		}
		states = append(states, state)
	}
	return states
}

func (c *client) drop() {
	if c.conn != nil {
		_ = c.conn.CloseNow()
	}
}

// write sends a frame; one that can't be sent is sent again after the next hello.
func write(conn *websocket.Conn, f frame) {
	raw, err := json.Marshal(f)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.Write(ctx, websocket.MessageText, raw)
}
