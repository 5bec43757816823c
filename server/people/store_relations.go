package people

import (
	"time"

	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/errs"
)

type relationRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	SubjectID      string
	Kind           string
	ObjectKind     string
	ObjectID       string
	ValidFrom      db.Millis
	ValidTo        *db.Millis
	GrantedBy      *string
	Reason         string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	ConfirmedBy    *string
	ConfirmedAt    *db.Millis
	EndedBy        *string
	EndedAt        *db.Millis
	EndReason      string
}

// TableName names the table.
func (relationRow) TableName() string { return "relations" }

// inForce is the one place where SQL says that a relation gives a right now.
// Relation.StateAt says the same in Go. Arguments: now, now.
const inForce = `r.confirmed_at IS NOT NULL AND r.ended_at IS NULL
 AND r.valid_from <= ? AND (r.valid_to IS NULL OR r.valid_to > ?)`

// hidden turns a miss into the one answer for what may not be seen.
func hidden(err error) error {
	if err = db.Translate(err); errs.CodeOf(err) == errs.NotFound {
		return errNotFound
	}
	return err
}

// one asks that a change met exactly one row.
func one(done *gorm.DB) error {
	if done.Error != nil {
		return db.Translate(done.Error)
	}
	if done.RowsAffected == 0 {
		return errNotFound
	}
	return nil
}

func nullable(s string) *string {
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

func (r Relation) row() relationRow {
	return relationRow{
		ID: r.ID, OrganisationID: r.OrganisationID, SubjectID: r.SubjectID, Kind: string(r.Kind),
		ObjectKind: string(r.ObjectKind), ObjectID: r.ObjectID, ValidFrom: db.At(r.ValidFrom),
		ValidTo: db.AtPtr(r.ValidTo), GrantedBy: nullable(r.GrantedBy), Reason: r.Reason,
		CreatedAt: db.At(r.CreatedAt), ConfirmedBy: nullable(r.ConfirmedBy), ConfirmedAt: db.AtPtr(r.ConfirmedAt),
		EndedBy: nullable(r.EndedBy), EndedAt: db.AtPtr(r.EndedAt), EndReason: r.EndReason,
	}
}

func (r relationRow) relation() Relation {
	return Relation{
		ID: r.ID, OrganisationID: r.OrganisationID, SubjectID: r.SubjectID, Kind: Kind(r.Kind),
		ObjectKind: ObjectKind(r.ObjectKind), ObjectID: r.ObjectID, ValidFrom: r.ValidFrom.Time(),
		ValidTo: db.TimePtr(r.ValidTo), GrantedBy: text(r.GrantedBy), Reason: r.Reason,
		CreatedAt: r.CreatedAt.Time(), ConfirmedBy: text(r.ConfirmedBy), ConfirmedAt: db.TimePtr(r.ConfirmedAt),
		EndedBy: text(r.EndedBy), EndedAt: db.TimePtr(r.EndedAt), EndReason: r.EndReason,
	}
}

func relations(rows []relationRow) []Relation {
	list := make([]Relation, len(rows))
	for i, row := range rows {
		list[i] = row.relation()
	}
	return list
}

func insertRelation(tx *db.Tx, r Relation) error {
	row := r.row()
	return insert(tx, &row)
}

func relationTx(tx *db.Tx, orgID, id string) (Relation, error) {
	var row relationRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	if err != nil {
		return Relation{}, hidden(err)
	}
	return row.relation(), nil
}

// confirmRelation confirms what is still a proposal: of two who press at once,
// one is told that it is done already.
func confirmRelation(tx *db.Tx, r Relation, by string) error {
	done := tx.Gorm().Model(&relationRow{}).
		Where("id = ? AND organisation_id = ? AND confirmed_at IS NULL AND ended_at IS NULL", r.ID, r.OrganisationID).
		Updates(map[string]any{"confirmed_by": by, "confirmed_at": db.At(tx.Now)})
	return settled(done)
}

func endRelation(tx *db.Tx, r Relation, by, reason string) error {
	done := tx.Gorm().Model(&relationRow{}).
		Where("id = ? AND organisation_id = ? AND ended_at IS NULL", r.ID, r.OrganisationID).
		Updates(map[string]any{"ended_by": nullable(by), "ended_at": db.At(tx.Now), "end_reason": reason})
	return settled(done)
}

func settled(done *gorm.DB) error {
	if errs.CodeOf(one(done)) == errs.NotFound {
		return errs.New(errs.Conflict, "Somebody has decided about this already.").With("stale")
	}
	return db.Translate(done.Error)
}

// overlappingTx says whether the same relation, proposed or confirmed, covers a
// part of this time already.
func overlappingTx(tx *db.Tx, r Relation) (bool, error) {
	q := tx.Gorm().Model(&relationRow{}).
		Where("organisation_id = ? AND subject_id = ? AND kind = ? AND object_id = ?",
			r.OrganisationID, r.SubjectID, string(r.Kind), r.ObjectID).
		Where("ended_at IS NULL AND (valid_to IS NULL OR valid_to > ?)", db.At(r.ValidFrom))
	if r.ValidTo != nil {
		q = q.Where("valid_from < ?", db.At(*r.ValidTo))
	}
	var n int64
	err := q.Count(&n).Error
	return n > 0, db.Translate(err)
}

// filter narrows a list of relations; empty parts don't.
type filter struct {
	subjectID, objectID string
	kind                Kind
	proposed            bool // waiting for a lead
}

func relationsTx(tx *db.Tx, orgID string, f filter) ([]Relation, error) {
	// The heartbeat's machines stand in a relation too, which is nobody's to see.
	q := tx.Gorm().Where("organisation_id = ? AND subject_id NOT IN (SELECT id FROM accounts WHERE machine)", orgID)
	if f.subjectID != "" {
		q = q.Where("subject_id = ?", f.subjectID)
	}
	if f.objectID != "" {
		q = q.Where("object_id = ?", f.objectID)
	}
	if f.kind != "" {
		q = q.Where("kind = ?", string(f.kind))
	}
	if f.proposed {
		q = q.Where("confirmed_at IS NULL AND ended_at IS NULL AND (valid_to IS NULL OR valid_to > ?)", db.At(tx.Now))
	}
	var rows []relationRow
	err := q.Order("created_at DESC, id DESC").Limit(maxRelations).Find(&rows).Error
	return relations(rows), db.Translate(err)
}

// allKinds spells every kind out, so that SQLite goes by the subject's index
// rather than through the whole organisation.
var allKinds = []string{
	string(ServedBy), string(KeyworkerOf), string(CoverFor), string(LeadOf), string(SafeguardingOf), string(PlacingFor),
	string(BuddyOf), string(FamilyOf), string(AnalystOf), string(CommissionerOf), string(AdminOf), string(BreakGlass), string(OnShift), string(PlacementOf),
}

// inForceTx lists the subject's relations in force, break-glass too.
func inForceTx(tx *db.Tx, orgID, subjectID string) ([]Relation, error) {
	now := db.At(tx.Now)
	var rows []relationRow
	err := tx.Gorm().Raw(`SELECT r.* FROM relations r JOIN accounts a ON a.id = r.subject_id
 WHERE r.subject_id = ? AND r.kind IN ? AND r.organisation_id = ? AND a.organisation_id = ? AND a.suspended_at IS NULL AND `+inForce+`
 ORDER BY r.id LIMIT ?`, subjectID, allKinds, orgID, orgID, now, now, maxRelations).Scan(&rows).Error
	return relations(rows), db.Translate(err)
}

// servedByTx gives the services that serve these young people now.
func servedByTx(tx *db.Tx, orgID string, youngPersonIDs []string) (map[string][]string, error) {
	served := make(map[string][]string, len(youngPersonIDs))
	if len(youngPersonIDs) == 0 {
		return served, nil
	}
	now := db.At(tx.Now)
	var rows []struct{ SubjectID, ObjectID string }
	err := tx.Gorm().Raw(`SELECT r.subject_id, r.object_id FROM relations r
 WHERE r.subject_id IN ? AND r.kind = ? AND r.organisation_id = ? AND `+inForce+` ORDER BY r.id`,
		youngPersonIDs, string(ServedBy), orgID, now, now).Scan(&rows).Error
	for _, row := range rows {
		served[row.SubjectID] = append(served[row.SubjectID], row.ObjectID)
	}
	return served, db.Translate(err)
}

// leadRow is one person who leads or safeguards something now.
type leadRow struct {
	SubjectID  string
	Kind       string
	ObjectKind string
	ObjectID   string
	ServiceID  string // the service led; empty for the organisation
}

// leadsTx lists everybody who leads or safeguards in the organisation now, each
// with the service that follows from it.
func leadsTx(tx *db.Tx, orgID string) ([]leadRow, error) {
	now := db.At(tx.Now)
	var rows []leadRow
	err := tx.Gorm().Raw(`SELECT r.subject_id, r.kind, r.object_kind, r.object_id,
  CASE r.object_kind WHEN 'service' THEN r.object_id WHEN 'team' THEN t.service_id ELSE '' END AS service_id
 FROM relations r JOIN accounts a ON a.id = r.subject_id
 LEFT JOIN teams t ON r.object_kind = 'team' AND t.id = r.object_id AND t.organisation_id = r.organisation_id
 WHERE r.organisation_id = ? AND r.kind IN ? AND a.organisation_id = ? AND a.suspended_at IS NULL AND `+inForce,
		orgID, []string{string(LeadOf), string(SafeguardingOf)}, orgID, now, now).Scan(&rows).Error
	return rows, db.Translate(err)
}

// keyworkersTx gives the keyworkers these young people have now.
func keyworkersTx(tx *db.Tx, orgID string, youngPersonIDs []string) (map[string][]string, error) {
	workers := make(map[string][]string, len(youngPersonIDs))
	if len(youngPersonIDs) == 0 {
		return workers, nil
	}
	now := db.At(tx.Now)
	var rows []struct{ SubjectID, ObjectID string }
	err := tx.Gorm().Raw(`SELECT r.subject_id, r.object_id FROM relations r JOIN accounts a ON a.id = r.subject_id
 WHERE r.object_id IN ? AND r.kind = ? AND r.organisation_id = ? AND a.organisation_id = ?
 AND a.suspended_at IS NULL AND `+inForce+` ORDER BY r.id`,
		youngPersonIDs, string(KeyworkerOf), orgID, orgID, now, now).Scan(&rows).Error
	for _, row := range rows {
		workers[row.ObjectID] = append(workers[row.ObjectID], row.SubjectID)
	}
	return workers, db.Translate(err)
}

// holdersTx gives those who stand in a relation of this kind to any of these objects
// now, each once.
func holdersTx(tx *db.Tx, orgID string, kind Kind, objectIDs ...string) ([]string, error) {
	ids := []string{}
	if len(objectIDs) == 0 {
		return ids, nil
	}
	now := db.At(tx.Now)
	err := tx.Gorm().Raw(`SELECT DISTINCT r.subject_id FROM relations r JOIN accounts a ON a.id = r.subject_id
 WHERE r.object_id IN ? AND r.kind = ? AND r.organisation_id = ? AND a.organisation_id = ?
 AND a.suspended_at IS NULL AND `+inForce+` ORDER BY r.subject_id`,
		objectIDs, string(kind), orgID, orgID, now, now).Scan(&ids).Error
	return ids, db.Translate(err)
}

// openGlassTx gives the end of a break-glass that is open now.
func openGlassTx(tx *db.Tx, orgID, subjectID, youngPersonID string) (*time.Time, error) {
	now := db.At(tx.Now)
	var rows []relationRow
	err := tx.Gorm().Raw(`SELECT r.* FROM relations r WHERE r.subject_id = ? AND r.kind = ? AND r.object_id = ?
 AND r.organisation_id = ? AND `+inForce+` ORDER BY r.valid_to DESC LIMIT 1`,
		subjectID, string(BreakGlass), youngPersonID, orgID, now, now).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return db.TimePtr(rows[0].ValidTo), nil
}

// relationsByIDTx gives relations by id, of one organisation.
func relationsByIDTx(tx *db.Tx, orgID string, ids []string) (map[string]Relation, error) {
	found := make(map[string]Relation, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []relationRow
	err := tx.Gorm().Where("organisation_id = ? AND id IN ?", orgID, ids).Find(&rows).Error
	for _, r := range relations(rows) {
		found[r.ID] = r
	}
	return found, db.Translate(err)
}
