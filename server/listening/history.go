package listening

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	maxMet      = 20
	maxMine     = 100
	maxContacts = 100
	maxTold     = 100
)

// History is a young person's own side: what they may be asked, and what they answered.
type History struct {
	Order    Order      `json:"order" enum:"best_first,best_last" doc:"which face comes first, always the same for one person"`
	Open     bool       `json:"open" doc:"reading is open on this device; when not, nothing but the order is said"`
	Ask      *AskView   `json:"ask,omitempty"`
	Contacts []MetView  `json:"contacts" doc:"newest first"`
	Mine     []MineView `json:"mine" doc:"newest first"`
}

// Listened gives a young person their own side. A device that may not read learns
// the order of the faces and no more: whoever came in by a join code must not see
// whether a prompt has been answered.
func (s *Service) Listened(ctx context.Context, v viewer.Viewer) (History, error) {
	h := History{Contacts: []MetView{}, Mine: []MineView{}}
	order, err := s.order(ctx, v)
	if err != nil || !v.Reading {
		h.Order = order
		return h, err
	}
	h.Order, h.Open = order, true
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		ask, err := openAskTx(tx, v)
		if err != nil {
			return err
		}
		contacts, err := metTx(tx, v, maxMet)
		if err != nil {
			return err
		}
		mine, err := s.mineTx(tx, v)
		if err != nil {
			return err
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, workersIn(ask, contacts, mine))
		if err != nil {
			return err
		}
		if ask != nil {
			h.Ask = &AskView{ID: ask.ID, Contact: ask.Contact.met(names), ExpiresAt: ask.ExpiresAt}
		}
		for _, c := range contacts {
			h.Contacts = append(h.Contacts, c.met(names))
		}
		for _, m := range mine {
			view := MineView{ID: m.id, AnswerView: m.view(m.at, names)}
			if m.Told != "" {
				told := person(names, m.Told)
				view.Told = &told
			}
			h.Mine = append(h.Mine, view)
		}
		return nil
	})
	return h, err
}

// order gives the order of a young person's faces, drawn when it is first needed.
func (s *Service) order(ctx context.Context, v viewer.Viewer) (order Order, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		order, err = orderTx(tx, v)
		return err
	})
	if err != nil || order != "" {
		return order, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		order, err = holdPersonTx(tx, v.OrganisationID, v.AccountID)
		return err
	})
	return order, err
}

// mine is one answer out of a young person's history.
type mine struct {
	kept
	id string
	at time.Time
}

// mineTx opens the young person's copies. What their key no longer opens is gone.
func (s *Service) mineTx(tx *db.Tx, v viewer.Viewer) ([]mine, error) {
	rows, err := copiesTx(tx, v, maxMine)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	key, err := s.keys.PersonKeyTx(tx, v.OrganisationID, v.AccountID)
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []mine
	for _, row := range rows {
		k, err := row.open(key)
		if err != nil {
			continue
		}
		all = append(all, mine{k, row.ClientID, row.At.Time()})
	}
	return all, nil
}

func workersIn(ask *Ask, contacts []Contact, answers []mine) []string {
	var ids []string
	if ask != nil {
		ids = append(ids, ask.Contact.WorkerID)
	}
	for _, c := range contacts {
		ids = append(ids, c.WorkerID)
	}
	for _, m := range answers {
		ids = append(ids, m.With, m.Told)
	}
	return ids
}

// Contacts gives a worker what they recorded, and the contacts their cards made.
// What a young person added is not among it: it would tell that they answer.
func (s *Service) Contacts(ctx context.Context, v viewer.Viewer) ([]ContactView, error) {
	list := []ContactView{}
	if err := viewer.AsStaff(v); err != nil {
		return list, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		contacts, err := recordedTx(tx, v, maxContacts)
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range contacts {
			ids = append(ids, c.YoungPersonID)
		}
		standings, err := people.StandingsTx(tx, v, ids)
		if err != nil {
			return err
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		for _, c := range contacts {
			if MayRecord(v, standings[c.YoungPersonID]) == nil {
				list = append(list, c.view(names))
			}
		}
		return nil
	})
	return list, err
}
