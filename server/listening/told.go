package listening

import (
	"context"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// Told gives a worker what young people chose to tell them, newest first, as long
// as the worker stands in a relation to them. That they read it is written down
// for the young person, once each.
func (s *Service) Told(ctx context.Context, v viewer.Viewer) ([]ToldView, error) {
	list := []ToldView{}
	if err := viewer.AsStaff(v); err != nil {
		return list, err
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		list = list[:0]
		rows, err := toldTx(tx, v, maxTold)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := []string{v.AccountID}
		for _, r := range rows {
			ids = append(ids, r.YoungPersonID)
		}
		standings, err := people.StandingsTx(tx, v, ids[1:])
		if err != nil {
			return err
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		opened := keyChain{s: s, tx: tx, orgID: v.OrganisationID, keys: map[string]*keys.Key{}}
		for _, r := range rows {
			if MayReadTold(v, r.WorkerID, standings[r.YoungPersonID]) != nil {
				continue
			}
			k, ok, err := opened.open(r)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := firstReadTx(tx, v, r); err != nil {
				return err
			}
			list = append(list, ToldView{ID: r.ID, YoungPerson: person(names, r.YoungPersonID), AnswerView: k.view(r.At.Time(), names)})
		}
		return nil
	})
	return list, err
}

func firstReadTx(tx *db.Tx, v viewer.Viewer, r toldRow) error {
	if r.ReadAt != nil {
		return nil
	}
	first, err := markReadTx(tx, r.ID)
	if err != nil || !first {
		return err
	}
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: "told.looked",
		ObjectKind: subjectTold, ObjectID: r.ID, SubjectID: r.YoungPersonID,
	})
}

// keyChain opens each young person's key once.
type keyChain struct {
	s     *Service
	tx    *db.Tx
	orgID string
	keys  map[string]*keys.Key
}

// key opens a young person's key; nil when it has been destroyed.
func (c keyChain) key(youngPersonID string) (*keys.Key, error) {
	key, known := c.keys[youngPersonID]
	if known {
		return key, nil
	}
	key, err := c.s.keys.PersonKeyTx(c.tx, c.orgID, youngPersonID)
	if err != nil && !gone(err) {
		return nil, err
	}
	if err != nil {
		key = nil
	}
	c.keys[youngPersonID] = key
	return key, nil
}

// open gives what was told; not ok when the key to it has been destroyed.
func (c keyChain) open(r toldRow) (k kept, ok bool, err error) {
	key, err := c.key(r.YoungPersonID)
	if err != nil || key == nil {
		return k, false, err
	}
	k, err = r.open(key)
	return k, err == nil, nil // what does not open was sealed by a key that is gone
}
