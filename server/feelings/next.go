package feelings

import (
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// Next says what happens next, as far as the server knows.
type Next struct {
	Kind string         `json:"kind" enum:"promise_due,handed_over,tell_next,again,none"`
	At   *time.Time     `json:"at,omitempty"`
	Who  *viewer.Person `json:"who,omitempty"`
}

// The kinds of what happens next.
const (
	nextPromise = "promise_due"
	nextHanded  = "handed_over"
	nextTell    = "tell_next"
	nextAgain   = "again"
	nextNone    = "none"
)

// foreseen is what happens next before it has names.
type foreseen struct {
	kind string
	at   time.Time
	who  string
}

// foreseeTx reads the cards' due rows and says what each leads to. Who is there
// and on duty is asked once a young person, and only where something is due.
func (s *Service) foreseeTx(tx *db.Tx, all []*dossier) error {
	if err := duesTx(tx, all); err != nil {
		return err
	}
	shared := map[string]*around{}
	for _, d := range all {
		if d.due == nil {
			continue
		}
		facts, err := s.factsOfTx(tx, d, shared)
		if err != nil {
			return err
		}
		d.next = facts.foresee(d.dueAs())
	}
	return nil
}

// dueAs gives the card's due row, where it was asked for and there is one.
func (d *dossier) dueAs() Plan {
	if d.due == nil {
		return Plan{}
	}
	return Plan{Kind: DueKind(d.due.Kind), At: d.due.DueAt.Time()}
}

// foresee says what the card's due row leads to, in the young person's view: the
// safeguarding lead's reminders go on beside it and are not spoken of.
func (f Facts) foresee(row Plan) foreseen {
	plan, ok := f.course()
	if !ok {
		return foreseen{}
	}
	// What is told is what the row will do: not before it, when a service has given its
	// levels less time since and the row is for the safeguarding leads.
	if row.Kind == plan.Kind || row.Kind == DueLead && plan.At.Before(row.At) {
		plan.At = row.At
	}
	switch {
	case plan.Kind == DuePromise:
		return foreseen{kind: nextPromise, at: plan.At}
	case plan.Kind == DueAgain:
		return f.foreseeRound(plan)
	case f.Status.HandedTo != "":
		return foreseen{kind: nextHanded, at: plan.At, who: f.Status.HandedTo}
	}
	up := f.climb(f.Status.Level)
	switch {
	case up.on:
		return foreseen{kind: nextTell, at: plan.At, who: up.first}
	case len(up.tell) > 0:
		return foreseen{kind: nextTell, at: plan.At}
	}
	// Who stood down because somebody had it in hand is told again whatever comes.
	if f.Status.State == StateSeen {
		return foreseen{kind: nextAgain, at: plan.At}
	}
	return f.foreseeRound(plan)
}

// foreseeRound promises another round only where there will be one.
func (f Facts) foreseeRound(plan Plan) foreseen {
	if len(f.goRound()) == 0 {
		return foreseen{}
	}
	return foreseen{kind: nextAgain, at: plan.At}
}

// named puts what happens next into an answer.
func (n foreseen) named(s Status, names map[string]viewer.Person) *Next {
	switch {
	case n.kind != "":
		return &Next{Kind: n.kind, At: timePtr(n.at), Who: named(names, n.who)}
	case s.HandedTo != "":
		return &Next{Kind: nextHanded, Who: named(names, s.HandedTo)}
	}
	return &Next{Kind: nextNone}
}
