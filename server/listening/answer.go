package listening

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// AnswerTx takes an answer that came sealed: it closes the prompt, counts, is kept
// for the young person, and told when they chose so, all together or not at all.
// The same id again gives the same receipt and does nothing.
func (s *Service) AnswerTx(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	if err := viewer.AsYoung(v); err != nil {
		return nil, err
	}
	a, err := ReadAnswer(body)
	if err != nil {
		return nil, err
	}
	if err := mayWriteTx(tx, v); err != nil {
		return nil, err
	}
	return s.answerTx(tx, v, a)
}

// mayWriteTx refuses what comes from a device that nobody has let in yet. Whoever opened
// one with a code may send cards in the young person's name, since that is help; they
// must not answer in it, close a prompt, or tell anybody anything.
func mayWriteTx(tx *db.Tx, v viewer.Viewer) error {
	outside, err := outsideTx(tx, v)
	if err == nil && outside {
		err = errOutside
	}
	return err
}

func (s *Service) answerTx(tx *db.Tx, v viewer.Viewer, a Answer) (Receipt, error) {
	r := Receipt{ID: a.ID, ClientID: a.ID, ReceivedAt: tx.Now}
	if a.Listened == Skip {
		// A skip is kept nowhere: not that it was one, nor what came with it.
		s.wakeYoungTx(tx, v.AccountID)
		return r, closeAskTx(tx, v, a.Ask, a.Contact)
	}
	order, err := holdPersonTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return r, err
	}
	key, err := s.keys.PersonKeyTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return r, err
	}
	if earlier, err := copyTx(tx, v, a.ID); err != nil || earlier != nil {
		return repeated(earlier, key, err)
	}
	about, err := aboutTx(tx, v, a)
	if err != nil {
		return r, err
	}
	if err = mayKeepVoiceTx(tx, v, a.Voice); err != nil {
		return r, err
	}
	if err = closeAskTx(tx, v, a.Ask, about.contact.ID); err != nil {
		return r, err
	}
	if r.CountsIn, err = s.countTx(tx, v, a, about, order); err != nil {
		return r, err
	}
	k := a.kept(about)
	k.CountsIn = r.CountsIn
	if r.Told, err = s.tellTx(tx, v, a, about, k, key); err != nil {
		return r, err
	}
	if r.Told {
		k.Told = about.worker
	}
	s.wakeYoungTx(tx, v.AccountID)
	if err = keepTx(tx, v, a.ID, k, key); err != nil {
		return r, err
	}
	return r, keepVoiceTx(tx, v, partCopy, a.ID, a.Voice, key)
}

// repeated gives the receipt of an answer that had come before.
func repeated(earlier *copyRow, key *keys.Key, err error) (Receipt, error) {
	if err != nil {
		return Receipt{}, err
	}
	k, err := earlier.open(key)
	return Receipt{
		ID: earlier.ClientID, ClientID: earlier.ClientID, ReceivedAt: earlier.At.Time(), Duplicate: true,
		CountsIn: k.CountsIn, Told: k.Told != "",
	}, err
}

// about is what an answer is about.
type about struct {
	contact Contact // none: without an id
	worker  string  // whose contact it was or whom the young person named; empty: nobody
	near    bool    // the worker stands in a relation to the young person now
	at      time.Time
}

// aboutTx finds what an answer is about. A contact that is not the young person's
// is not there. Somebody named who is not around them any more is left out: that
// must not cost the answer.
func aboutTx(tx *db.Tx, v viewer.Viewer, a Answer) (about, error) {
	x := about{worker: a.With, at: tx.Now}
	contactID := a.Contact
	if contactID == "" {
		var err error
		if contactID, err = askedAboutTx(tx, v, a.Ask); err != nil {
			return x, err
		}
	}
	if contactID != "" {
		c, err := contactTx(tx, v, contactID)
		if err != nil {
			return x, err
		}
		if err := MayAnswer(v, c); err != nil {
			return x, err
		}
		if c.At.After(tx.Now.Add(clockSlack)) {
			return x, errFuture
		}
		x.contact, x.worker, x.at = c, c.WorkerID, c.At
	}
	circle, err := people.CircleTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return x, err
	}
	adult, found := circle.Find(x.worker)
	x.near = found && adult.Staff
	if x.contact.ID == "" && !x.near {
		x.worker = ""
	}
	return x, nil
}

// countTx counts an answer and gives the period it counts in; empty when there was
// no face to count, or no service serves the young person.
func (s *Service) countTx(tx *db.Tx, v viewer.Viewer, a Answer, x about, order Order) (string, error) {
	faces := map[Question]Face{Listened: a.Listened, Serious: a.Serious, Say: a.Say}
	for q, f := range faces {
		if !f.Valid() {
			delete(faces, q)
		}
	}
	service := x.contact.ServiceID
	if x.contact.ID == "" {
		var err error
		if service, err = serviceTx(tx, Contact{
			OrganisationID: v.OrganisationID, YoungPersonID: v.AccountID, WorkerID: x.worker, At: x.at,
		}); err != nil {
			return "", err
		}
	}
	if len(faces) == 0 || service == "" {
		return "", nil
	}
	unit, period, err := people.CountsInTx(tx, v.OrganisationID, service, x.at)
	if err != nil {
		return "", err
	}
	key, err := s.periodKeyTx(tx, v.OrganisationID, string(period))
	if err != nil {
		return "", err
	}
	defer clear(key)
	for _, q := range []Question{Listened, Serious, Say} {
		if f, answered := faces[q]; answered {
			row := answerRow{
				OrganisationID: v.OrganisationID, UnitID: unit.ID, Period: string(period), Question: string(q),
				Tag: tag(key, q, v.AccountID), Value: int(f), FaceOrder: string(order),
			}
			if err := putAnswerTx(tx, row); err != nil {
				return "", err
			}
		}
	}
	return string(period), nil
}

// tag makes one young person's answers to one question in one period the same row,
// and nothing else: without the period's key nobody can tell whose it is.
func tag(periodKey []byte, q Question, youngPersonID string) []byte {
	h := hmac.New(sha256.New, periodKey)
	h.Write([]byte(q))
	h.Write([]byte{0})
	h.Write([]byte(youngPersonID))
	return h.Sum(nil)
}

// periodKeyTx gives the key of a period, which the first answer in it makes.
func (s *Service) periodKeyTx(tx *db.Tx, orgID, period string) ([]byte, error) {
	org, err := s.keys.OrganisationKeyTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	row, err := periodKeyTx(tx, orgID, period)
	if err != nil {
		return nil, err
	}
	if row == nil {
		raw := make([]byte, keys.KeySize)
		_, _ = rand.Read(raw) // crypto/rand.Read never fails: it ends the program instead
		defer clear(raw)
		wrapped, err := org.Seal(raw, periodKeyAD(orgID, period))
		if err != nil {
			return nil, err
		}
		if row, err = insertPeriodKeyTx(tx, periodKeyRow{OrganisationID: orgID, Period: period, Wrapped: wrapped}); err != nil {
			return nil, err
		}
	}
	return org.Open(row.Wrapped, periodKeyAD(orgID, period))
}

func periodKeyAD(orgID, period string) keys.AD {
	return keys.AD{Table: "period_keys", Column: "wrapped", Row: orgID + "/" + period}
}

// tellTx tells a worker when the young person chose so, if the worker still stands
// in a relation to them. Only that worker's streams are woken.
func (s *Service) tellTx(tx *db.Tx, v viewer.Viewer, a Answer, x about, k kept, key *keys.Key) (bool, error) {
	if !a.Tell || !x.near {
		return false, nil
	}
	id := db.NewID()
	k.CountsIn = ""
	sealed, err := k.seal(key, toldAD(id))
	if err != nil {
		return false, err
	}
	tx.AfterCommit(func() { s.waker.Wake(x.worker) })
	err = insertToldTx(tx, toldRow{
		ID: id, OrganisationID: v.OrganisationID, YoungPersonID: v.AccountID, WorkerID: x.worker, At: db.At(tx.Now), Sealed: sealed,
	})
	if err != nil {
		return false, err
	}
	return true, keepVoiceTx(tx, v, partTold, id, a.Voice, key)
}

func keepTx(tx *db.Tx, v viewer.Viewer, clientID string, k kept, key *keys.Key) error {
	sealed, err := k.seal(key, copyAD(v.AccountID, clientID))
	if err != nil {
		return err
	}
	return insertCopyTx(tx, copyRow{
		OrganisationID: v.OrganisationID, YoungPersonID: v.AccountID, ClientID: clientID, At: db.At(tx.Now), Sealed: sealed,
	})
}

// gone says that a key has been destroyed, and with it what it sealed.
func gone(err error) bool {
	return err != nil && errs.CodeOf(err) != errs.Unavailable
}
