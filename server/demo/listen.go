package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"heard/server/db"
	"heard/server/listening"
)

// talk is a contact of the month, and what the young person said about it, if anything.
type talk struct {
	young, worker string
	ago           time.Duration
	kind          listening.Kind
	outcome       listening.Outcome
	listened, say int // faces, 5 the best; 0: no answer yet
	words         string
	tell          bool
}

const day = 24 * time.Hour

var talks = []talk{
	{"leo", "sam", 26 * day, listening.KindMeeting, listening.Happened, 3, 2, "Everybody talked and I just sat there.", false},
	{"leo", "sam", 19 * day, listening.KindSession, listening.Happened, 4, 4, "", false},
	{"leo", "jo", 14 * day, listening.KindVisit, listening.ByService, 0, 0, "", false},
	{"leo", "sam", 11 * day, listening.KindMeeting, listening.Happened, 5, 5, "You asked me first this time. Thank you.", true},
	{"leo", "jo", 4 * day, listening.KindVisit, listening.Happened, 4, 0, "", false},
	{"tia", "sam", 17 * day, listening.KindSession, listening.Happened, 4, 3, "", false},
	{"tia", "sam", 9 * day, listening.KindCall, listening.Missed, 0, 0, "", false},
	{"tia", "sam", 5 * day, listening.KindSession, listening.Happened, 5, 4, "", true},
	{"amira", "jo", 6 * day, listening.KindSession, listening.Happened, 2, 0, "", false},
	{"leo", "sam", 80 * time.Minute, listening.KindSession, listening.Happened, 0, 0, "", false},
}

// listen records the contacts of the month and what was said about them, by the code
// that takes real ones. The last of Leo's waits for his answer.
func (s *Service) listen(ctx context.Context, c *cast, now time.Time) error {
	for i, t := range talks {
		at := now.Add(-t.ago)
		s.c.Clock.set(at.Add(10 * time.Minute))
		contact, err := s.c.Listening.Record(ctx, c.people[t.worker], c.id(t.young), listening.NewContact{
			ID: fmt.Sprintf("0000de31-0000-7000-8000-%012d", i), Kind: t.kind, Outcome: t.outcome, At: at,
		})
		if err != nil {
			return err
		}
		if t.listened == 0 {
			continue
		}
		answer := map[string]any{
			"id": fmt.Sprintf("0000de32-0000-7000-8000-%012d", i), "contact": contact.ID, "listened": t.listened, "words": t.words, "tell": t.tell,
		}
		if t.say > 0 {
			answer["say"], answer["serious"] = t.say, t.listened
		}
		body, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		s.c.Clock.set(at.Add(3 * time.Hour))
		err = s.c.DB.Tx(ctx, func(tx *db.Tx) error {
			_, err := s.c.Listening.AnswerTx(tx, c.people[t.young], body)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
