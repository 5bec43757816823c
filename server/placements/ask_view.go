package placements

import (
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// Asks is what a young person asked of a place and told it.
type Asks struct {
	Questions []QuestionView `json:"questions" nullable:"false"`
	Visits    []VisitView    `json:"visits" nullable:"false"`
	About     []AboutView    `json:"about" nullable:"false"`
}

// QuestionView is a question and its answer.
type QuestionView struct {
	ID       string      `json:"id"`
	ClientID string      `json:"clientId" doc:"the phone's own"`
	Words    string      `json:"words"`
	At       time.Time   `json:"at"`
	Due      time.Time   `json:"due" doc:"the promised time of the answer"`
	Answer   *AnswerView `json:"answer,omitempty"`
}

// AnswerView is what was answered, by whom.
type AnswerView struct {
	Words string        `json:"words"`
	Who   viewer.Person `json:"who"`
	At    time.Time     `json:"at"`
}

// VisitView is a visit or a video call, asked for or offered.
type VisitView struct {
	ID    string         `json:"id"`
	Kind  VisitKind      `json:"kind" enum:"visit,video"`
	Words string         `json:"words,omitempty"`
	At    time.Time      `json:"at"`
	By    string         `json:"by" enum:"young,staff"`
	State VisitState     `json:"state" enum:"asked,agreed,declined,made,gone"`
	When  *time.Time     `json:"when,omitempty"`
	Reply string         `json:"reply,omitempty"`
	Who   *viewer.Person `json:"who,omitempty" doc:"who replied"`

	SettledAt *time.Time `json:"settledAt,omitempty" doc:"when they did"`
}

// AboutView is something a young person wants the place to know.
type AboutView struct {
	ID       string    `json:"id"`
	ClientID string    `json:"clientId" doc:"the phone's own"`
	Words    string    `json:"words"`
	At       time.Time `json:"at"`
}

// asksTx reads what was asked and told, the same for the young person, their side and
// the place.
func (s *Service) asksTx(tx *db.Tx, m Move, key *keys.Key) (*Asks, error) {
	questions, err := questionsTx(tx, m)
	if err != nil {
		return nil, err
	}
	visits, err := visitsTx(tx, m)
	if err != nil {
		return nil, err
	}
	about, err := aboutTx(tx, m)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range questions {
		ids = append(ids, text(r.AnsweredBy))
	}
	for _, r := range visits {
		ids = append(ids, text(r.SettledBy))
	}
	names, err := s.namesTx(tx, m.OrganisationID, ids...)
	if err != nil {
		return nil, err
	}
	asks := &Asks{Questions: []QuestionView{}, Visits: []VisitView{}, About: []AboutView{}}
	for _, r := range questions {
		view, err := r.view(key, names)
		if err != nil {
			return nil, err
		}
		asks.Questions = append(asks.Questions, view)
	}
	for _, r := range visits {
		view, err := r.view(m, key, names)
		if err != nil {
			return nil, err
		}
		asks.Visits = append(asks.Visits, view)
	}
	for _, r := range about {
		words, err := openSaid(key, "move_about", "sealed", r.ID, r.Sealed)
		if err != nil {
			return nil, err
		}
		asks.About = append(asks.About, AboutView{ID: r.ID, ClientID: r.ID, Words: words, At: r.At.Time()})
	}
	return asks, nil
}

func (r questionRow) view(key *keys.Key, names map[string]viewer.Person) (QuestionView, error) {
	view := QuestionView{ID: r.ID, ClientID: r.ID, At: r.AskedAt.Time(), Due: r.DueAt.Time()}
	var err error
	if view.Words, err = openSaid(key, "move_questions", "sealed", r.ID, r.Sealed); err != nil || r.AnsweredAt == nil {
		return view, err
	}
	view.Answer = &AnswerView{Who: *person(names, text(r.AnsweredBy)), At: r.AnsweredAt.Time()}
	view.Answer.Words, err = openSaid(key, "move_questions", "answer", r.ID, r.Answer)
	return view, err
}

func (r visitRow) view(m Move, key *keys.Key, names map[string]viewer.Person) (VisitView, error) {
	view := VisitView{
		ID: r.ID, Kind: VisitKind(r.Kind), At: r.AskedAt.Time(), By: "staff", State: VisitState(r.State), When: db.TimePtr(r.At),
		Who: person(names, text(r.SettledBy)), SettledAt: db.TimePtr(r.SettledAt),
	}
	if r.AskedBy == m.YoungPersonID {
		view.By = "young"
	}
	var err error
	if view.Words, err = openSaid(key, "move_visits", "sealed", r.ID, r.Sealed); err != nil {
		return view, err
	}
	view.Reply, err = openSaid(key, "move_visits", "reply", r.ID, r.Reply)
	return view, err
}

// openSaid opens somebody's words; none were said where nothing is sealed.
func openSaid(key *keys.Key, table, column, row string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	var s said
	err := open(key, keys.AD{Table: table, Column: column, Row: row}, sealed, &s)
	return s.Words, err
}
