package app

import (
	"encoding/json"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/viewer"
	"heard/server/web"
)

// takeSealed is outbox's Taker: it hands what came sealed to those who know what it
// is. Whatever does not say so is a card, so that none is lost for a word. What a
// later phone sends that is no card waits there until this server knows it: its
// words may be meant for nobody.
func (a *App) takeSealed(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	switch whatIs(body) {
	case whatAnswer:
		return a.Listening.AnswerTx(tx, v, body)
	case whatContact:
		return a.Listening.ContactTx(tx, v, body)
	case whatFeedback:
		return a.Listening.FeedbackTx(tx, v, body)
	case whatMove:
		return a.Placements.ActTx(tx, v, body)
	case whatLater:
		return nil, errs.New(errs.Unavailable, "Heard cannot take this yet. It stays on the phone.").With("what")
	}
	tap, err := feelings.ReadTap(body)
	if err != nil {
		return nil, err
	}
	return a.Feelings.TapTx(tx, v, tap)
}

// What a sealed body can be.
const (
	whatCard     = "card"
	whatAnswer   = "answer"
	whatContact  = "contact"
	whatFeedback = "session_feedback"
	whatMove     = "move"
	whatLater    = "" // something only a later server knows
)

// whatIs reads what a sealed body says it is. Anything with a card or its kind in it
// is one.
func whatIs(body []byte) string {
	var said struct{ What, Card, Kind any }
	if json.Unmarshal(body, &said) != nil {
		return whatCard
	}
	switch what, _ := said.What.(string); {
	case what == whatAnswer, what == whatContact, what == whatFeedback, what == whatMove:
		return what
	case what == "" || said.Card != nil || said.Kind != nil:
		return whatCard
	}
	return whatLater
}

// mayBeLarge lets an answer, which may have a voice in it, be larger than words.
func mayBeLarge(body []byte) bool { return whatIs(body) == whatAnswer }

// outboxKey is what a session tells phones to seal waiting cards to.
func (a *App) outboxKey(tx *db.Tx) (id, public string, err error) {
	key, err := a.Outbox.KeyTx(tx)
	return key.ID, key.Public, err
}

// streams ends the open live streams of whoever lost their last relation, once
// that is durable. People knows of relations, the kit of streams.
type streams struct{ hub *web.Hub }

// EndAccessTx is people's AccessEnder.
func (s streams) EndAccessTx(tx *db.Tx, accountID string) error {
	tx.AfterCommit(func() { s.hub.EndAccount(accountID) })
	return nil
}
