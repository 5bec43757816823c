package placements

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type buddyRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	MoveID         string
	YoungPersonID  string
	BuddyID        string
	InvitedBy      string
	InvitedAt      db.Millis
	BuddyYesAt     *db.Millis
	SideYesAt      *db.Millis
	SideYesBy      *string
	YoungYesAt     *db.Millis
	RelationID     *string
	DayOne         *string
	Still          string
	EndedAt        *db.Millis
	EndedBy        *string
}

type helloRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	BuddiesID      string
	FromID         string
	Card           string
	ClientID       string
	At             db.Millis
}

func (buddyRow) TableName() string { return "buddies" }
func (helloRow) TableName() string { return "buddy_cards" }

func (r buddyRow) buddy() Buddy {
	return Buddy{
		ID: r.ID, OrganisationID: r.OrganisationID, MoveID: r.MoveID, YoungPersonID: r.YoungPersonID, BuddyID: r.BuddyID,
		InvitedBy: r.InvitedBy, InvitedAt: r.InvitedAt.Time(), BuddyYesAt: db.TimePtr(r.BuddyYesAt), SideYesAt: db.TimePtr(r.SideYesAt),
		SideYesBy: text(r.SideYesBy), YoungYesAt: db.TimePtr(r.YoungYesAt), RelationID: text(r.RelationID), DayOne: text(r.DayOne),
		Still: r.Still, EndedAt: db.TimePtr(r.EndedAt),
	}
}

func oneBuddy(found *gorm.DB) (*Buddy, error) {
	var rows []buddyRow
	if err := found.Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	b := rows[0].buddy()
	return &b, nil
}

// buddyOfMoveTx gives the buddy of a move, the last one asked; nil: nobody was.
func buddyOfMoveTx(tx *db.Tx, m Move) (*Buddy, error) {
	return oneBuddy(tx.Gorm().Where("move_id = ? AND organisation_id = ?", m.ID, m.OrganisationID).Order("id DESC"))
}

// holdBuddyTx is buddyOfMoveTx for whoever changes it, and only one that has not ended.
func holdBuddyTx(tx *db.Tx, m Move) (*Buddy, error) {
	return oneBuddy(tx.Gorm().Clauses(forUpdate).Where("move_id = ? AND organisation_id = ? AND ended_at IS NULL", m.ID, m.OrganisationID))
}

// buddyByIDTx gives one of the viewer's own, on whichever side of it they are.
func buddyByIDTx(tx *db.Tx, v viewer.Viewer, id string) (*Buddy, error) {
	return oneBuddy(tx.Gorm().Where("id = ? AND organisation_id = ? AND (buddy_id = ? OR young_person_id = ?)", id, v.OrganisationID, v.AccountID, v.AccountID))
}

// buddiesForTx lists for whom the viewer is a buddy, or is asked to be.
func buddiesForTx(tx *db.Tx, v viewer.Viewer) ([]Buddy, error) {
	var rows []buddyRow
	err := tx.Gorm().Where("buddy_id = ? AND organisation_id = ? AND ended_at IS NULL", v.AccountID, v.OrganisationID).
		Order("id DESC").Limit(maxMoves).Find(&rows).Error
	list := make([]Buddy, len(rows))
	for i, r := range rows {
		list[i] = r.buddy()
	}
	return list, db.Translate(err)
}

// openBuddiesTx gives the buddy of each of several moves that has not ended.
func openBuddiesTx(tx *db.Tx, orgID string, moveIDs []string) (map[string]Buddy, error) {
	var rows []buddyRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id IN ? AND ended_at IS NULL", orgID, moveIDs).Find(&rows).Error
	found := make(map[string]Buddy, len(rows))
	for _, r := range rows {
		found[r.MoveID] = r.buddy()
	}
	return found, db.Translate(err)
}

// openOfBuddiesTx gives what some young people are to others as buddies, and has not ended.
func openOfBuddiesTx(tx *db.Tx, orgID string, buddyIDs []string) ([]Buddy, error) {
	return buddiesWhereTx(tx, "organisation_id = ? AND buddy_id IN ? AND ended_at IS NULL", orgID, buddyIDs)
}

// openElsewhereTx gives the young person's own, of their other moves, that have not ended.
func openElsewhereTx(tx *db.Tx, m Move) ([]Buddy, error) {
	return buddiesWhereTx(tx, "organisation_id = ? AND young_person_id = ? AND move_id <> ? AND ended_at IS NULL", m.OrganisationID, m.YoungPersonID, m.ID)
}

func buddiesWhereTx(tx *db.Tx, where string, args ...any) ([]Buddy, error) {
	var rows []buddyRow
	err := tx.Gorm().Where(where, args...).Order("id").Find(&rows).Error
	list := make([]Buddy, len(rows))
	for i, r := range rows {
		list[i] = r.buddy()
	}
	return list, db.Translate(err)
}

// holdPersonTx holds a young person's row against whoever would hold it too, and against
// nobody who only refers to it.
func holdPersonTx(tx *db.Tx, orgID, accountID string) error {
	var ids []string
	err := tx.Gorm().Table("accounts").Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Where("id = ? AND organisation_id = ?", accountID, orgID).Pluck("id", &ids).Error
	return db.Translate(err)
}

func insertBuddyTx(tx *db.Tx, b Buddy) error {
	return db.Translate(tx.Gorm().Create(&buddyRow{
		ID: b.ID, OrganisationID: b.OrganisationID, MoveID: b.MoveID, YoungPersonID: b.YoungPersonID, BuddyID: b.BuddyID,
		InvitedBy: b.InvitedBy, InvitedAt: db.At(b.InvitedAt),
	}).Error)
}

// changeBuddyTx changes columns of one that is held and has not ended.
func changeBuddyTx(tx *db.Tx, b Buddy, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&buddyRow{}).Where("id = ? AND organisation_id = ? AND ended_at IS NULL", b.ID, b.OrganisationID).Updates(columns).Error)
}

// leadsToTx gives the place a move leads to; empty: to none that is known.
func leadsToTx(tx *db.Tx, orgID, moveID string) (string, error) {
	var to []*string
	err := tx.Gorm().Model(&moveRow{}).Where("id = ? AND organisation_id = ?", moveID, orgID).Limit(1).Pluck("to_service_id", &to).Error
	if err != nil || len(to) == 0 {
		return "", db.Translate(err)
	}
	return text(to[0]), nil
}

// heldMoveTx holds a move whoever asks: for a buddy, who knows nothing of it.
func heldMoveTx(tx *db.Tx, orgID, id string) (Move, error) {
	var rows []moveRow
	err := tx.Gorm().Clauses(forUpdate).Where("id = ? AND organisation_id = ?", id, orgID).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		return Move{}, errNoBuddy
	}
	if err != nil {
		return Move{}, db.Translate(err)
	}
	return rows[0].move(), nil
}

func insertHelloTx(tx *db.Tx, v viewer.Viewer, b Buddy, card, clientID string) error {
	return db.Translate(tx.Gorm().Create(&helloRow{
		ID: db.NewID(), OrganisationID: b.OrganisationID, BuddiesID: b.ID, FromID: v.AccountID, Card: card, ClientID: clientID, At: db.At(tx.Now),
	}).Error)
}

// sentSinceTx counts what somebody has sent the other since a moment.
func sentSinceTx(tx *db.Tx, b Buddy, fromID string, since time.Time) (int, error) {
	var n int64
	err := tx.Gorm().Model(&helloRow{}).Where("organisation_id = ? AND buddies_id = ? AND from_id = ? AND at >= ?", b.OrganisationID, b.ID, fromID, db.At(since)).Count(&n).Error
	return int(n), db.Translate(err)
}

// hellosTx gives what two have sent one another, oldest first; of very many, the last.
func hellosTx(tx *db.Tx, b Buddy) ([]helloRow, error) {
	var rows []helloRow
	err := tx.Gorm().Where("organisation_id = ? AND buddies_id = ?", b.OrganisationID, b.ID).Order("at DESC, id DESC").Limit(maxHelloList).Find(&rows).Error
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows, db.Translate(err)
}
