package app

import (
	"heard/server/db"
	"heard/server/feelings"
	"heard/server/viewer"
	"heard/server/web"
)

// takeSealed is outbox's Taker: it hands a card that came sealed to those who know
// what a card is.
func (a *App) takeSealed(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	tap, err := feelings.ReadTap(body)
	if err != nil {
		return nil, err
	}
	return a.Feelings.TapTx(tx, v, tap)
}

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
