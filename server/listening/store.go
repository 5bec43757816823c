package listening

import (
	"heard/server/db"
)

type contactRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	WorkerID       string
	RecordedBy     string
	ClientID       string
	ServiceID      *string
	Kind           string
	Outcome        string
	At             db.Millis
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

type askRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	ContactID      string
	UnitID         *string
	Period         *string
	At             db.Millis
	ExpiresAt      db.Millis
	Closed         bool
}

type personRow struct {
	YoungPersonID  string `gorm:"primaryKey"`
	OrganisationID string
	FaceOrder      string
}

type answerRow struct {
	OrganisationID string `gorm:"primaryKey"`
	UnitID         string
	Period         string `gorm:"primaryKey"`
	Question       string `gorm:"primaryKey"`
	Tag            []byte `gorm:"primaryKey"`
	Value          int
	FaceOrder      string
}

type copyRow struct {
	OrganisationID string
	YoungPersonID  string `gorm:"primaryKey"`
	ClientID       string `gorm:"primaryKey"`
	At             db.Millis
	Sealed         []byte
}

type toldRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	WorkerID       string
	At             db.Millis
	Sealed         []byte
	ReadAt         *db.Millis
}

type periodKeyRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Period         string `gorm:"primaryKey"`
	Wrapped        []byte
	Closed         bool // it takes no more answers, and is about to be published
}

func (contactRow) TableName() string   { return "contacts" }
func (askRow) TableName() string       { return "asks" }
func (personRow) TableName() string    { return "listening_people" }
func (answerRow) TableName() string    { return "answers" }
func (copyRow) TableName() string      { return "answer_copies" }
func (toldRow) TableName() string      { return "told_answers" }
func (periodKeyRow) TableName() string { return "period_keys" }
