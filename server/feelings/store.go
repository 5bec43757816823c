package feelings

import (
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

type cardRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	ClientID       string
	SentAs         *string
	BodyHash       []byte
	DeviceID       string
	SessionID      string
	Card           string
	Kind           string
	Intensity      *string
	Need           *string
	Words          []byte
	Kept           bool
	TappedAt       db.Millis
	ReceivedAt     db.Millis
	State          string
	Version        int
	ChangedAt      db.Millis
}

// TableName names the table.
func (cardRow) TableName() string { return "cards" }

type recipientRow struct {
	CardID         string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	OrganisationID string
	Role           string
	AddedAt        db.Millis
	Alerted        *string
	Level          int
	OnDuty         bool
}

// TableName names the table.
func (recipientRow) TableName() string { return "card_recipients" }

type switchedOffRow struct {
	CardID         string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	OrganisationID string
}

// TableName names the table.
func (switchedOffRow) TableName() string { return "card_switched_off" }

type eventRow struct {
	CardID         string `gorm:"primaryKey"`
	Seq            int    `gorm:"primaryKey;autoIncrement:false"`
	OrganisationID string
	Kind           string
	ActorID        *string
	AboutID        *string
	Promise        *string
	UntilAt        *db.Millis
	Words          []byte
	Evidence       *string
	Helped         *bool
	At             db.Millis
	Level          *int
	Told           *string
}

// TableName names the table.
func (eventRow) TableName() string { return "card_events" }

type dueRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	Kind           string
	DueAt          db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
}

// TableName names the table.
func (dueRow) TableName() string { return "card_dues" }

// optional stores an empty text as no value.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (r cardRow) card() Card {
	return Card{
		ID: r.ID, OrganisationID: r.OrganisationID, YoungPersonID: r.YoungPersonID, ClientID: r.ClientID,
		SentAs: text(r.SentAs), DeviceID: r.DeviceID, SessionID: r.SessionID, Key: r.Card, Kind: Kind(r.Kind),
		Intensity: text(r.Intensity), Need: text(r.Need), Kept: r.Kept,
		TappedAt: r.TappedAt.Time(), ReceivedAt: r.ReceivedAt.Time(),
	}
}

func rowOf(c Card) cardRow {
	return cardRow{
		ID: c.ID, OrganisationID: c.OrganisationID, YoungPersonID: c.YoungPersonID, ClientID: c.ClientID,
		SentAs: optional(c.SentAs), DeviceID: c.DeviceID, SessionID: c.SessionID, Card: c.Key, Kind: string(c.Kind),
		Intensity: optional(c.Intensity), Need: optional(c.Need), Kept: c.Kept,
		TappedAt: db.At(c.TappedAt), ReceivedAt: db.At(c.ReceivedAt),
	}
}

// event gives the event without its words, which stay sealed until someone who
// may read them asks.
func (r eventRow) event() Event {
	e := Event{
		Seq: r.Seq, Kind: EventKind(r.Kind), ActorID: text(r.ActorID), AboutID: text(r.AboutID),
		Promise: Promise(text(r.Promise)), Evidence: text(r.Evidence), Helped: r.Helped, At: r.At.Time(),
		ToldID: text(r.Told),
	}
	if r.Level != nil {
		e.Level = *r.Level
	}
	if r.UntilAt != nil {
		e.Until = r.UntilAt.Time()
	}
	return e
}

func eventRowOf(c Card, e Event, sealed []byte) eventRow {
	row := eventRow{
		CardID: c.ID, Seq: e.Seq, OrganisationID: c.OrganisationID, Kind: string(e.Kind), ActorID: optional(e.ActorID),
		AboutID: optional(e.AboutID), Promise: optional(string(e.Promise)), Words: sealed, Evidence: optional(e.Evidence),
		Helped: e.Helped, At: db.At(e.At), Told: optional(e.ToldID),
	}
	if e.Level != 0 {
		row.Level = &e.Level
	}
	if !e.Until.IsZero() {
		row.UntilAt = db.AtPtr(&e.Until)
	}
	return row
}

// dossier is one card with everything about it, read in one transaction.
type dossier struct {
	Ground
	Events     []Event
	Recipients []recipientRow
	Off        []string
	words      []byte   // sealed
	eventWords [][]byte // sealed, beside Events
	due        *dueRow  // as it stands, where it was asked for
	around     *around  // who is there and how long they have, once it was asked for
	next       foreseen // what happens next, where it was asked for
}

// openTx loads a card for a viewer and asks one question about it. What is not
// there, what is of another organisation and what may not be seen are the same.
func openTx(tx *db.Tx, v viewer.Viewer, id string, lock bool, ask func(Ground) error) (*dossier, error) {
	if v.OrganisationID == "" || v.AccountID == "" {
		return nil, errNotFound
	}
	row, err := cardRowTx(tx, v.OrganisationID, id, lock)
	if err != nil {
		return nil, err
	}
	d, err := dossierTx(tx, row)
	if err != nil {
		return nil, err
	}
	d.Standing, err = people.StandingTx(tx, v, row.YoungPersonID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, errNotFound
	}
	if err != nil {
		return nil, err
	}
	d.receivedBy(v.AccountID)
	d.SwitchedOff = slices.Contains(d.Off, v.AccountID)
	if v.AccountID == row.YoungPersonID && v.DeviceID != row.DeviceID {
		if d.Outside, err = outsideTx(tx, row.YoungPersonID, row.DeviceID); err != nil {
			return nil, err
		}
	}
	return d, ask(d.Ground)
}

// outsideTx says whether a device only sends so far: neither the young person's
// lock nor an older device has let it in.
func outsideTx(tx *db.Tx, youngPersonID, deviceID string) (bool, error) {
	var n int64
	err := tx.Gorm().Table("devices").Where("id = ? AND account_id = ? AND history_open = ?", deviceID, youngPersonID, false).Count(&n).Error
	return n > 0, db.Translate(err)
}

// serverTx loads and locks a card for the server's own jobs, which act for nobody.
func serverTx(tx *db.Tx, orgID, id string) (*dossier, error) {
	row, err := cardRowTx(tx, orgID, id, true)
	if err != nil {
		return nil, err
	}
	return dossierTx(tx, row)
}

func cardRowTx(tx *db.Tx, orgID, id string, lock bool) (cardRow, error) {
	var rows []cardRow
	q := tx.Gorm().Where("id = ? AND organisation_id = ?", id, orgID).Limit(1)
	if lock {
		q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	if err := q.Find(&rows).Error; err != nil {
		return cardRow{}, db.Translate(err)
	}
	if len(rows) == 0 {
		return cardRow{}, errNotFound
	}
	return rows[0], nil
}

func dossierTx(tx *db.Tx, row cardRow) (*dossier, error) {
	all, err := dossiersTx(tx, []cardRow{row}, true)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// receivedBy notes whether, and how, a viewer became a recipient.
func (d *dossier) receivedBy(accountID string) {
	r := d.recipient(accountID)
	d.Recipient = r != nil
	d.ByShift = r != nil && (r.Level > LevelAudience || people.Role(r.Role) == people.RoleCover || people.Role(r.Role) == people.RoleTeam)
}

func (d *dossier) recipient(accountID string) *recipientRow {
	for i := range d.Recipients {
		if d.Recipients[i].AccountID == accountID {
			return &d.Recipients[i]
		}
	}
	return nil
}

// recipientIDs lists who gets the card.
func (d *dossier) recipientIDs() []string {
	ids := make([]string, len(d.Recipients))
	for i, r := range d.Recipients {
		ids[i] = r.AccountID
	}
	return ids
}

// latest gives when the last event was, so that a clock set back between two
// presses can't turn a history around.
func (d *dossier) latest(now time.Time) time.Time {
	if n := len(d.Events); n > 0 && d.Events[n-1].At.After(now) {
		return d.Events[n-1].At
	}
	return now
}
