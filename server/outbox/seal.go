package outbox

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"

	"heard/server/keys"
)

const (
	version  = 1
	sealInfo = "heard-outbox-v1"
	padding  = 512

	voicePadding = 64 << 10
)

// Envelope is a sealed card on its way, as the phone sends it. Bytes are written
// in base64url without padding.
type Envelope struct {
	V      int    `json:"v"`
	ID     string `json:"id"`
	Ticket string `json:"ticket"`
	Key    string `json:"key"`
	EPK    string `json:"epk"`
	IV     string `json:"iv"`
	Sealed string `json:"sealed"`
}

// Seal does what a phone does with a card: seals it to the server's public key,
// bound to the card's id and to one ticket, its length hidden in steps. The
// server never seals; tests and the harness, which stand for phones, do.
func Seal(keyID string, public []byte, id, ticket string, body []byte) (Envelope, error) {
	ephemeral, err := keys.NewBox()
	if err != nil {
		return Envelope{}, err
	}
	iv := make([]byte, keys.BoxIVSize)
	_, _ = rand.Read(iv) // crypto/rand.Read never fails: it ends the program instead
	return sealWith(ephemeral, iv, keyID, public, id, ticket, body)
}

func sealWith(ephemeral *keys.Box, iv []byte, keyID string, public []byte, id, ticket string, body []byte) (Envelope, error) {
	sealed, err := ephemeral.SealTo(public, iv, pad(body), sealInfo, bound(id, ticket))
	if err != nil {
		return Envelope{}, err
	}
	return Envelope{
		V: version, ID: id, Ticket: ticket, Key: keyID,
		EPK: encode(ephemeral.Public()), IV: encode(iv), Sealed: encode(sealed),
	}, nil
}

// open gives the card without its padding.
func (e Envelope) open(box *keys.Box) ([]byte, error) {
	epk, err1 := decode(e.EPK)
	iv, err2 := decode(e.IV)
	sealed, err3 := decode(e.Sealed)
	if e.V != version || err1 != nil || err2 != nil || err3 != nil {
		return nil, errUnreadable
	}
	plain, err := box.Open(epk, iv, sealed, sealInfo, bound(e.ID, e.Ticket))
	if err != nil {
		return nil, errUnreadable
	}
	return bytes.TrimRight(plain, " "), nil
}

// readEnvelope reads what was sent. Only what has a ticket is worth a closer look.
func readEnvelope(raw []byte) (Envelope, error) {
	if len(raw) > maxLarge {
		return Envelope{}, errTooBig
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return Envelope{}, errUnreadable
	}
	var e Envelope
	for name, into := range map[string]any{
		"v": &e.V, "id": &e.ID, "ticket": &e.Ticket, "key": &e.Key, "epk": &e.EPK, "iv": &e.IV, "sealed": &e.Sealed,
	} {
		// A field of a wrong type stays empty: the card is unreadable then, but its
		// ticket may be genuine, and what came is kept.
		_ = json.Unmarshal(fields[name], into)
	}
	if e.Ticket == "" {
		return Envelope{}, errTicketWrong
	}
	return e, nil
}

// bound is what a sealed card is authenticated with: moved to another id or
// another ticket it does not open.
func bound(id, ticket string) []byte { return []byte(sealInfo + "\n" + id + "\n" + ticket) }

// pad fills a body up to a step. The steps of one with a voice in it are so wide that
// they don't say how long somebody spoke.
func pad(body []byte) []byte {
	step := padding
	var said struct{ Voice json.RawMessage }
	if json.Unmarshal(body, &said) == nil && said.Voice != nil {
		step = voicePadding
	}
	n := max(1, (len(body)+step-1)/step) * step
	return append(slices.Grow(bytes.Clone(body), n-len(body)), bytes.Repeat([]byte{' '}, n-len(body))...)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(s) }
