package app

import (
	"heard/server/db"
	"heard/server/web"
)

// streams ends the open live streams of whoever lost their last relation, once
// that is durable. People knows of relations, the kit of streams.
type streams struct{ hub *web.Hub }

// EndAccessTx is people's AccessEnder.
func (s streams) EndAccessTx(tx *db.Tx, accountID string) error {
	tx.AfterCommit(func() { s.hub.EndAccount(accountID) })
	return nil
}
