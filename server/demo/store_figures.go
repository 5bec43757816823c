package demo

import (
	"crypto/rand"
	"time"

	"heard/server/db"
)

// The rows of a past that nobody lived: they are written as the code that takes answers
// in would have left them at the end of their period.

type askRow struct {
	ID             string
	OrganisationID string
	YoungPersonID  string
	ContactID      string
	UnitID         string
	Period         string
	At             db.Millis
	ExpiresAt      db.Millis
	Closed         bool
}

type contactRow struct {
	ID             string
	OrganisationID string
	YoungPersonID  string
	WorkerID       string
	RecordedBy     string
	ClientID       string
	ServiceID      string
	Kind           string
	Outcome        string
	At             db.Millis
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

type answerRow struct {
	OrganisationID string
	UnitID         string
	Period         string
	Question       string
	Tag            []byte
	Value          int
	FaceOrder      string
}

// atOnce is how many rows one statement carries.
const atOnce = 200

// writeClosed writes one period: who was asked, what was answered, and a key, by which
// the job that publishes knows that something was. No tag was made with it.
func writeClosed(tx *db.Tx, m *made, p closed) error {
	org := m.cast.admin.OrganisationID
	var contacts []contactRow
	var asks []askRow
	var answers []answerRow
	for _, u := range p.units {
		for i := range u.asked {
			at := p.period.Start(london).Add(time.Duration(i) * 8 * time.Hour)
			id := db.NewID()
			contacts = append(contacts, contactRow{
				ID: id, OrganisationID: org, YoungPersonID: m.young[i], WorkerID: m.worker, RecordedBy: m.worker, ClientID: id,
				ServiceID: u.service, Kind: "session", Outcome: "happened", At: db.At(at), CreatedAt: db.At(at),
			})
			asks = append(asks, askRow{
				ID: db.NewID(), OrganisationID: org, YoungPersonID: m.young[i], ContactID: id, UnitID: u.unit.ID, Period: string(p.period),
				At: db.At(at), ExpiresAt: db.At(at.AddDate(0, 0, 7)), Closed: true,
			})
		}
		for question, faces := range map[string][5]int{"listened": u.listened, "serious": u.listened, "say": fewer(u.listened), "family_listened": u.family} {
			for face, n := range faces {
				for range n {
					answers = append(answers, answerRow{
						OrganisationID: org, UnitID: u.unit.ID, Period: string(p.period), Question: question, Tag: nobodysTag(), Value: face + 1,
						FaceOrder: []string{"best_first", "best_last"}[len(answers)%2],
					})
				}
			}
		}
	}
	for table, rows := range map[string]any{"contacts": contacts, "answers": answers} {
		if err := tx.Gorm().Table(table).CreateInBatches(rows, atOnce).Error; err != nil {
			return db.Translate(err)
		}
	}
	if err := tx.Gorm().Table("asks").CreateInBatches(asks, atOnce).Error; err != nil {
		return db.Translate(err)
	}
	return db.Translate(tx.Gorm().Exec("INSERT INTO period_keys (organisation_id, period, wrapped) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		org, string(p.period), nobodysTag()).Error)
}

// holdSince has those who read figures hold that right since a moment: what they wrote
// about a release of long ago was written then.
func holdSince(tx *db.Tx, orgID string, since time.Time) error {
	return db.Translate(tx.Gorm().Exec("UPDATE relations SET valid_from = ? WHERE organisation_id = ? AND kind IN ?",
		db.At(since), orgID, []string{"analyst_of", "commissioner_of"}).Error)
}

// fewer are those who went on to the next question.
func fewer(faces [5]int) [5]int {
	for i, n := range faces {
		faces[i] = n - n/6
	}
	return faces
}

func nobodysTag() []byte {
	tag := make([]byte, 32)
	_, _ = rand.Read(tag) // crypto/rand.Read never fails: it ends the program instead
	return tag
}
