package listening

import (
	"bytes"
	"context"
	"strings"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
	"heard/server/web"
)

const (
	subjectFeedback = "session_feedback"
	subjectService  = "service"
)

// FeedbackService is a service that may ask the Session Feedback Questionnaire.
type FeedbackService struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	On        bool   `json:"on"`
	MayExport bool   `json:"mayExport" doc:"the viewer leads it, and may read what was given"`
}

// FeedbackServices lists the services about which the viewer decides.
func (s *Service) FeedbackServices(ctx context.Context, v viewer.Viewer) ([]FeedbackService, error) {
	list := []FeedbackService{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		led, err := people.LedTx(tx, v)
		if err != nil || len(led) == 0 {
			return err
		}
		on, err := feedbackServicesTx(tx, v.OrganisationID)
		for _, l := range led {
			list = append(list, FeedbackService{ID: l.ID, Name: l.Name, On: on[l.ID], MayExport: MayExportFeedback(v, l.Leads) == nil})
		}
		return err
	})
	return list, err
}

// SwitchFeedback switches the questionnaire on or off for a service. What was given stays.
func (s *Service) SwitchFeedback(ctx context.Context, v viewer.Viewer, serviceID string, on bool) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := people.MayLimitTx(tx, v, serviceID); err != nil {
			return err
		}
		changed, err := switchFeedbackTx(tx, v, serviceID, on)
		if err != nil || !changed {
			return err
		}
		action := "session_feedback.off"
		if on {
			action = "session_feedback.on"
		}
		return audit.Append(tx, audit.Entry{
			OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action, ObjectKind: subjectService, ObjectID: serviceID,
		})
	})
}

// ExportFeedback gives what was given to a service as CSV, a line an item, for its own
// record and the national data set. From and to are days there, both included; empty is
// without end. Each young person can see that it was read.
func (s *Service) ExportFeedback(ctx context.Context, v viewer.Viewer, serviceID, from, to string) ([]byte, error) {
	var file []byte
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mayExportTx(tx, v, serviceID); err != nil {
			return err
		}
		loc, err := people.ZoneTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		first, end, err := span(from, to, loc)
		if err != nil {
			return err
		}
		rows, err := feedbackBetweenTx(tx, v.OrganisationID, serviceID, first, end)
		if err != nil {
			return err
		}
		taken, lines, err := s.linesTx(tx, v, rows, loc)
		if err != nil {
			return err
		}
		file = lines
		return tookTx(tx, v, serviceID, taken)
	})
	return file, err
}

func mayExportTx(tx *db.Tx, v viewer.Viewer, serviceID string) error {
	led, err := people.LedTx(tx, v)
	if err != nil {
		return err
	}
	leads := false
	for _, l := range led {
		leads = leads || l.ID == serviceID && l.Leads
	}
	return MayExportFeedback(v, leads)
}

// span reads two days as moments: the first one's start and the end of the last.
func span(from, to string, loc *time.Location) (first, end time.Time, err error) {
	for _, b := range []struct {
		name, text string
		more       people.Day
		into       *time.Time
	}{{"from", from, 0, &first}, {"to", to, 1, &end}} {
		if b.text == "" {
			continue
		}
		day, err := people.ParseDay(b.text)
		if err != nil {
			return first, end, errs.New(errs.Invalid, "This isn't a day.").Field(b.name, "A day, as 2026-11-30.")
		}
		*b.into = people.MomentOf(day+b.more, 0, loc)
	}
	return first, end, nil
}

// linesTx writes the rows as CSV and gives those it could open: with a key that has
// been destroyed a record is gone.
func (s *Service) linesTx(tx *db.Tx, v viewer.Viewer, rows []feedbackRow, loc *time.Location) (taken []feedbackRow, file []byte, err error) {
	var out bytes.Buffer
	line := func(cells ...string) { out.WriteString(strings.Join(cells, ",") + "\r\n") }
	line(web.CSVText("person_reference"), web.CSVText("code"), web.CSVText("score"), web.CSVText("date"))
	chain := keyChain{s: s, tx: tx, orgID: v.OrganisationID, keys: map[string]*keys.Key{}}
	for _, r := range rows {
		key, err := chain.key(r.YoungPersonID)
		if err != nil {
			return nil, nil, err
		}
		if key == nil {
			continue
		}
		kept, err := r.open(key)
		if err != nil {
			continue // sealed by a key that is gone
		}
		taken = append(taken, r)
		day := people.DayOf(r.At.Time(), loc).String()
		for _, i := range kept.Scores.items() {
			line(web.CSVText(r.YoungPersonID), web.CSVText(i.code), i.score, web.CSVText(day))
		}
	}
	return taken, out.Bytes(), nil
}

// tookTx marks what was exported, and writes down for each young person who read it.
func tookTx(tx *db.Tx, v viewer.Viewer, serviceID string, rows []feedbackRow) error {
	told := map[string]bool{}
	var ids []string
	for _, r := range rows {
		if r.ExportedAt == nil {
			ids = append(ids, r.ID)
		}
		if told[r.YoungPersonID] {
			continue
		}
		told[r.YoungPersonID] = true
		if err := audit.Append(tx, audit.Entry{
			OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: subjectFeedback + ".looked",
			ObjectKind: subjectFeedback, ObjectID: serviceID, SubjectID: r.YoungPersonID,
		}); err != nil {
			return err
		}
	}
	return markExportedTx(tx, ids)
}
