package feelings

import (
	"context"
	"slices"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// CardList is a young person's cards as far as one member of staff may open them.
type CardList struct {
	YoungPerson viewer.Person `json:"youngPerson"`
	Until       *time.Time    `json:"until,omitempty" doc:"when the broken glass closes again"`
	Cards       []Item        `json:"cards" doc:"newest first, without words, at most 50"`
}

// Look lists a young person's cards for a member of staff who may open them: the
// way to the cards for whoever broke the glass. Each card is still opened by
// itself. That somebody was shown the list is written down for the young person;
// an empty list shows nothing, so it leaves no row.
func (s *Service) Look(ctx context.Context, v viewer.Viewer, youngPersonID string) (CardList, error) {
	var list CardList
	if err := viewer.AsStaff(v); err != nil {
		return list, err
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		standing, err := people.StandingTx(tx, v, youngPersonID)
		if err != nil {
			return hidden(err)
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, []string{youngPersonID})
		if err != nil {
			return err
		}
		all, err := cardsOfTx(tx, v, standing)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(d *dossier) bool { return MayRead(v, d.Ground) != nil })
		list.YoungPerson, list.Until = names[youngPersonID], standing.GlassUntil()
		if list.Cards, err = s.itemsTx(tx, v, all); err != nil || len(list.Cards) == 0 {
			return err
		}
		return audit.Append(tx, audit.Entry{
			OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: "cards.looked",
			ObjectKind: subjectCards, ObjectID: youngPersonID, SubjectID: youngPersonID,
		})
	})
	return list, err
}
