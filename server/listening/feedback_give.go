package listening

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	// feedbackWithin is how long after a contact its questions are offered. What was
	// answered within it and comes later is taken all the same.
	feedbackWithin = 14 * 24 * time.Hour
	maxFeedback    = 20
)

// Questions is a young person's own side of the Session Feedback Questionnaire.
type Questions struct {
	Open       []FeedbackView  `json:"open" nullable:"false" doc:"what it can be answered about, newest first"`
	Mine       []FeedbackView  `json:"mine" nullable:"false" doc:"what was given, newest first"`
	Keyworkers []viewer.Person `json:"keyworkers" nullable:"false" doc:"who can read it besides the people who lead the service"`
}

// FeedbackView is a contact with the service that asks about it and what was given.
type FeedbackView struct {
	Contact MetView    `json:"contact"`
	Service string     `json:"service" doc:"its name"`
	At      *time.Time `json:"at,omitempty" doc:"when it was given; absent: it was not"`
	Scores  []int      `json:"scores,omitempty" doc:"1 to 5, in the order of the questions"`
	InFile  bool       `json:"inFile,omitempty" doc:"the service has taken it over: it can be changed no more"`
}

// Questions gives a young person what they may answer with their name, and what they did.
func (s *Service) Questions(ctx context.Context, v viewer.Viewer) (Questions, error) {
	q := Questions{Open: []FeedbackView{}, Mine: []FeedbackView{}, Keyworkers: []viewer.Person{}}
	if err := viewer.AsYoungReading(v); err != nil {
		return q, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		open, err := feedbackOpenTx(tx, v, tx.Now.Add(-feedbackWithin), maxFeedback)
		if err != nil {
			return err
		}
		given, err := s.givenTx(tx, v)
		if err != nil {
			return err
		}
		circle, err := people.CircleTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return err
		}
		services, err := people.ServiceNamesTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		keyworkers := keyworkersIn(circle)
		ids := slices.Clone(keyworkers)
		for _, c := range open {
			ids = append(ids, c.WorkerID)
		}
		for _, g := range given {
			ids = append(ids, g.contact.WorkerID)
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		for _, id := range keyworkers {
			q.Keyworkers = append(q.Keyworkers, person(names, id))
		}
		for _, c := range open {
			q.Open = append(q.Open, FeedbackView{Contact: c.met(names), Service: services[c.ServiceID]})
		}
		for _, g := range given {
			at := g.row.At.Time()
			q.Mine = append(q.Mine, FeedbackView{
				Contact: g.contact.met(names), Service: services[g.row.ServiceID], At: &at, Scores: g.Scores[:], InFile: g.row.ExportedAt != nil,
			})
		}
		return nil
	})
	return q, err
}

func keyworkersIn(c people.Circle) []string {
	var ids []string
	for _, a := range c.Adults {
		if a.Staff && a.Has(people.RoleKeyworker) {
			ids = append(ids, a.AccountID)
		}
	}
	return ids
}

// given is one record with the contact it is about.
type given struct {
	keptFeedback
	row     feedbackRow
	contact Contact
}

// givenTx opens what a young person gave. What their key no longer opens is gone.
func (s *Service) givenTx(tx *db.Tx, v viewer.Viewer) ([]given, error) {
	rows, err := feedbackOfTx(tx, v, maxFeedback)
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
	var all []given
	for _, row := range rows {
		k, err := row.open(key)
		if err != nil {
			continue
		}
		c, err := contactTx(tx, v, row.ContactID)
		if err != nil {
			return nil, err
		}
		all = append(all, given{k, row, c})
	}
	return all, nil
}

// FeedbackTx takes session feedback that came sealed. It is a record of its own: nothing
// of it is counted with answers. The same contact again replaces what was said, until
// the service has taken it over.
func (s *Service) FeedbackTx(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	if err := viewer.AsYoung(v); err != nil {
		return nil, err
	}
	f, err := ReadFeedback(body)
	if err != nil {
		return nil, err
	}
	if err := mayWriteTx(tx, v); err != nil {
		return nil, err
	}
	return s.feedbackTx(tx, v, f)
}

func (s *Service) feedbackTx(tx *db.Tx, v viewer.Viewer, f Feedback) (Receipt, error) {
	r := Receipt{ID: f.ID, ClientID: f.ID, ReceivedAt: tx.Now}
	c, err := contactTx(tx, v, f.Contact)
	if err != nil {
		return r, err
	}
	if err := MayGiveFeedback(v, c); err != nil {
		return r, err
	}
	// Two that come at once wait for one another.
	if _, err := holdPersonTx(tx, v.OrganisationID, v.AccountID); err != nil {
		return r, err
	}
	key, err := s.keys.PersonKeyTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return r, err
	}
	earlier, err := earlierFeedbackTx(tx, v, c.ID, f.ID)
	if err != nil {
		return r, err
	}
	row, kept, known, err := f.onto(earlier, c, key)
	if err != nil {
		return r, err
	}
	if known {
		r.ReceivedAt, r.Duplicate = row.At.Time(), true
		return r, nil
	}
	if on, err := feedbackOnTx(tx, v.OrganisationID, c.ServiceID); err != nil || !on {
		return r, orElse(err, errFeedbackOff)
	}
	row.At = db.At(tx.Now)
	if row.Sealed, err = kept.seal(key, row.ID); err != nil {
		return r, err
	}
	s.wakeYoungTx(tx, v.AccountID)
	return r, putFeedbackTx(tx, row)
}

// onto says which record this feedback becomes: a new one, or the one that is there
// about the contact. Known means that it came before, and nothing is to be done.
func (f Feedback) onto(earlier []feedbackRow, c Contact, key *keys.Key) (row feedbackRow, kept keptFeedback, known bool, err error) {
	row = feedbackRow{
		ID: db.NewID(), OrganisationID: c.OrganisationID, ServiceID: c.ServiceID, YoungPersonID: c.YoungPersonID,
		ContactID: c.ID, ClientID: f.ID,
	}
	kept.Scores = f.Scores
	for _, e := range earlier {
		if e.ContactID != c.ID {
			return row, kept, false, errAnother
		}
		before, err := e.open(key)
		if err != nil {
			return row, kept, false, err
		}
		if e.ClientID == f.ID || slices.Contains(before.Before, f.ID) {
			return e, kept, true, nil
		}
		if e.ExportedAt != nil {
			return row, kept, false, errExported
		}
		row.ID = e.ID
		kept.Before = append(before.Before, e.ClientID)
		kept.Before = kept.Before[max(0, len(kept.Before)-maxBefore):]
	}
	return row, kept, false, nil
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
