package reports

import (
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

type webhookRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	MadeBy         string
	URL            []byte
	Secret         []byte
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	EndedAt        *db.Millis
	EndedWhy       *string
	LastAt         *db.Millis
	LastStatus     *int
	LastProblem    *string
}

type deliveryRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	WebhookID      string
	ReleaseNumber  int
	Period         string
	PublishedAt    db.Millis
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
	Outcome        *string
}

func (webhookRow) TableName() string  { return "figure_webhooks" }
func (deliveryRow) TableName() string { return "figure_deliveries" }

func (r webhookRow) webhook(url string) Webhook {
	w := Webhook{ID: r.ID, URL: url, CreatedAt: r.CreatedAt.Time(), EndedAt: db.TimePtr(r.EndedAt), LastAt: db.TimePtr(r.LastAt)}
	if r.EndedWhy != nil {
		w.EndedWhy = *r.EndedWhy
	}
	if r.LastStatus != nil {
		w.LastStatus = *r.LastStatus
	}
	if r.LastProblem != nil {
		w.LastProblem = *r.LastProblem
	}
	return w
}

// webhooksOf leaves out those that ended more than a month ago.
func webhooksOf(tx *db.Tx, v viewer.Viewer, all bool) ([]webhookRow, error) {
	var rows []webhookRow
	err := sharedBy(tx, v, all).Where("ended_at IS NULL OR ended_at > ?", db.At(tx.Now.Add(-30*24*time.Hour))).
		Order("created_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func findWebhook(tx *db.Tx, v viewer.Viewer, id string, all bool) error {
	var row webhookRow
	return db.Translate(sharedBy(tx, v, all).Where("id = ?", id).Take(&row).Error)
}

func countWebhooks(tx *db.Tx, v viewer.Viewer) (int64, error) {
	var n int64
	err := sharedBy(tx, v, false).Model(&webhookRow{}).Where("ended_at IS NULL").Count(&n).Error
	return n, db.Translate(err)
}

func insertWebhook(tx *db.Tx, row webhookRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

func liveWebhooks(tx *db.Tx, orgID string) ([]webhookRow, error) {
	var rows []webhookRow
	err := tx.Gorm().Select("id").Where("organisation_id = ? AND ended_at IS NULL", orgID).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

func webhookOf(tx *db.Tx, orgID, id string) (webhookRow, error) {
	var row webhookRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	return row, db.Translate(err)
}

// webhookFilter picks webhooks by one column.
type webhookFilter string

const (
	webhookByID       webhookFilter = "id = ?"
	webhooksOfAccount webhookFilter = "made_by = ?"
)

func endWebhooks(tx *db.Tx, which webhookFilter, id, why string) error {
	return db.Translate(tx.Gorm().Model(&webhookRow{}).Where("ended_at IS NULL").Where(string(which), id).
		Updates(map[string]any{"ended_at": db.At(tx.Now), "ended_why": why}).Error)
}

func noteTry(tx *db.Tx, id string, t tried) error {
	columns := map[string]any{"last_at": db.At(tx.Now), "last_status": nil, "last_problem": nil}
	if t.status != 0 {
		columns["last_status"] = t.status
	}
	if t.problem != "" {
		columns["last_problem"] = t.problem
	}
	return db.Translate(tx.Gorm().Model(&webhookRow{}).Where("id = ?", id).Updates(columns).Error)
}

func insertDeliveries(tx *db.Tx, rows []deliveryRow) error {
	return db.Translate(tx.Gorm().Create(&rows).Error)
}

func deliveriesByID(tx *db.Tx, ids []string) ([]deliveryRow, error) {
	var rows []deliveryRow
	err := tx.Gorm().Where("id IN ?", ids).Order("due_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

// settle ends a delivery or a letter, or says when it is tried again; one whose lease another worker
// has taken in the meantime is theirs.
func settle(tx *db.Tx, of any, id, worker string, again *time.Time, outcome string) error {
	columns := map[string]any{"due_at": nil, "lease_until": nil, "lease_by": nil}
	if again != nil {
		columns["due_at"] = db.At(*again)
	}
	if outcome != "" {
		columns["outcome"] = outcome
	}
	return db.Translate(tx.Gorm().Model(of).Where("id = ? AND lease_by = ?", id, worker).Updates(columns).Error)
}
