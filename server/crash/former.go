package main

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// endRelations ends the former worker's relations midway, and has them press ever after.
func (a *arena) endRelations(ctx context.Context, n *nemesis) {
	n.until(ctx, 0.5)
	left := slices.Clone(a.town.formerOf)
	for len(left) > 0 && ctx.Err() == nil {
		got, err := a.town.admin.post(ctx, "/relations/"+left[0]+"/end", map[string]any{"reason": "made up for a test"})
		// A conflict means that it had ended: the first answer was lost.
		if err == nil && (got.ok() || got.status == http.StatusConflict) {
			left = left[1:]
			continue
		}
		pause(ctx, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		return
	}
	a.ledger.ending(a.town.former.id)
	for ctx.Err() == nil {
		for _, id := range a.someOf(a.town.young[0].id, 20) {
			got, err := a.town.former.post(ctx, "/cards/"+id+"/seen", map[string]any{"version": 1})
			if err == nil && got.ok() {
				a.ledger.wrong(falselySeen, id, "a press was taken of %s, whose relation had ended", a.town.former.id)
			}
		}
		pause(ctx, time.Second)
	}
}

// someOf gives cards of a young person that the server has.
func (a *arena) someOf(young string, most int) []string {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	var ids []string
	for _, s := range a.ledger.cards {
		if s.young == young && s.server != "" && len(ids) < most {
			ids = append(ids, s.server)
		}
	}
	return ids
}
