package placements

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}

// maxMoves is how many moves a list holds at most.
const maxMoves = 500

type moveRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	ServiceID      *string
	FromServiceID  *string
	ToServiceID    *string
	Emergency      bool
	Day            *string
	Sealed         []byte
	MadeBy         string
	MadeAt         db.Millis
	ToldAt         *db.Millis
	ToldBy         *string
	PackVersionID  *string
	PackedAt       *db.Millis
	Choice         string
	OpenedAt       *db.Millis
	EscortID       *string
	BuddyWanted    *bool
	MovedAt        *db.Millis
	MovedBy        *string
	ArrivedSaidAt  *db.Millis
	EndedAt        *db.Millis
	EndedBy        *string
	Revision       int
	ChangedAt      db.Millis
}

func (moveRow) TableName() string { return "moves" }

func (r moveRow) move() Move {
	return Move{
		ID: r.ID, OrganisationID: r.OrganisationID, YoungPersonID: r.YoungPersonID, ServiceID: text(r.ServiceID),
		FromServiceID: text(r.FromServiceID), ToServiceID: text(r.ToServiceID), Emergency: r.Emergency, Day: text(r.Day),
		MadeBy: r.MadeBy, MadeAt: r.MadeAt.Time(), ToldAt: db.TimePtr(r.ToldAt), ToldBy: text(r.ToldBy),
		PackVersionID: text(r.PackVersionID), PackedAt: db.TimePtr(r.PackedAt), Choice: Choice(r.Choice), OpenedAt: db.TimePtr(r.OpenedAt),
		EscortID: text(r.EscortID), BuddyWanted: r.BuddyWanted, MovedAt: db.TimePtr(r.MovedAt), ArrivedSaidAt: db.TimePtr(r.ArrivedSaidAt),
		EndedAt: db.TimePtr(r.EndedAt), EndedBy: text(r.EndedBy), Revision: r.Revision, sealed: r.Sealed,
	}
}

// openWords opens what is sealed of a move.
func (m *Move) openWords(key *keys.Key) error { return open(key, moveAD(m.ID), m.sealed, &m.Words) }

// moveForTx gives a move to whoever holds one of these sides, with the first of them
// that they hold. A move that is nothing to them is not there.
func moveForTx(tx *db.Tx, v viewer.Viewer, id string, may ...Side) (Move, Side, error) {
	return moveByTx(tx, v, id, tx.Gorm(), may)
}

// holdMoveForTx is moveForTx for whoever changes the move or what hangs on it: others
// who do wait.
func holdMoveForTx(tx *db.Tx, v viewer.Viewer, id string, may ...Side) (Move, Side, error) {
	return moveByTx(tx, v, id, tx.Gorm().Clauses(forUpdate), may)
}

// packMoveTx gives a move to an adult who may read the place's pages with it.
func packMoveTx(tx *db.Tx, v viewer.Viewer, id string) (Move, error) {
	m, _, err := moveForTx(tx, v, id, TheirSide, Place)
	if err != nil {
		return Move{}, err
	}
	held, err := sidesTx(tx, v, m)
	if err == nil && !readsPack(m, held, tx.Now) {
		err = errNotFound
	}
	return m, err
}

func moveByTx(tx *db.Tx, v viewer.Viewer, id string, found *gorm.DB, may []Side) (Move, Side, error) {
	var rows []moveRow
	err := found.Where("id = ? AND organisation_id = ?", id, v.OrganisationID).Limit(1).Find(&rows).Error
	if err != nil {
		return Move{}, NoSide, db.Translate(err)
	}
	if len(rows) == 0 {
		return Move{}, NoSide, errNotFound
	}
	m := rows[0].move()
	held, err := sidesTx(tx, v, m)
	if err != nil {
		return Move{}, NoSide, err
	}
	side := first(held, may)
	if side == NoSide {
		return Move{}, NoSide, errNotFound
	}
	return m, side, nil
}

// sidesTx gives what the viewer is to a move, nearest first.
func sidesTx(tx *db.Tx, v viewer.Viewer, m Move) ([]Side, error) {
	all, err := groundsTx(tx, v, []Move{m})
	if err != nil {
		return nil, err
	}
	return Sides(v, all[0]), nil
}

// groundsTx reads what decides who the viewer is to each of some moves, in as many
// queries for one as for all.
func groundsTx(tx *db.Tx, v viewer.Viewer, moves []Move) ([]Ground, error) {
	grounds := make([]Ground, len(moves))
	ids := make([]string, 0, len(moves))
	for i, m := range moves {
		grounds[i] = Ground{Move: m, Standing: people.Standing{YoungPersonID: m.YoungPersonID}, Now: tx.Now}
		ids = append(ids, m.YoungPersonID)
	}
	if len(moves) == 0 || v.Kind != viewer.KindStaff {
		return grounds, nil
	}
	standings, err := people.StandingsTx(tx, v, ids)
	if err != nil {
		return nil, err
	}
	works, err := people.PlacesTx(tx, v)
	if err != nil {
		return nil, err
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return nil, err
	}
	for i := range grounds {
		g := &grounds[i]
		if s, ok := standings[g.Move.YoungPersonID]; ok {
			g.Standing = s
		}
		g.Works, g.Zone = works, loc
	}
	return grounds, nil
}

// youngMoveTx gives the one move that is before a young person: the one ahead, else the
// one last done that they still have. Nil: there is none.
func youngMoveTx(tx *db.Tx, v viewer.Viewer) (*Move, error) {
	told, err := toldMovesTx(tx, v.OrganisationID, v.AccountID)
	if err != nil {
		return nil, err
	}
	for _, m := range told {
		if first(Sides(v, Ground{Move: m, Now: tx.Now}), []Side{Young}) != NoSide {
			return &m, nil
		}
	}
	return nil, nil
}

// toldMovesTx lists the moves a young person was told of that are not off, in the order
// in which their page would show one: ahead, then the last that was done.
func toldMovesTx(tx *db.Tx, orgID, youngPersonID string) ([]Move, error) {
	var rows []moveRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND told_at IS NOT NULL AND ended_at IS NULL", youngPersonID, orgID).
		Order("moved_at IS NOT NULL, moved_at DESC, id DESC").Limit(maxMoves).Find(&rows).Error
	moves := make([]Move, len(rows))
	for i, r := range rows {
		moves[i] = r.move()
	}
	return moves, db.Translate(err)
}

// lastEndedTx gives the move of a young person that was told and went off last; nil: none.
func lastEndedTx(tx *db.Tx, v viewer.Viewer) (*Move, error) {
	var rows []moveRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND told_at IS NOT NULL AND ended_at IS NOT NULL", v.AccountID, v.OrganisationID).
		Order("ended_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	m := rows[0].move()
	return &m, nil
}

// movesInTx lists the organisation's moves that are ahead, not long done, or done and
// still not told. Which of them the viewer may see, the policy says; so none is left out
// here, where those that wait longest would be the first to go.
func movesInTx(tx *db.Tx, v viewer.Viewer) ([]Move, error) {
	var rows []moveRow
	since := db.At(tx.Now.Add(-placeAfter))
	err := tx.Gorm().Where("organisation_id = ? AND ended_at IS NULL AND (moved_at IS NULL OR told_at IS NULL OR moved_at > ? OR told_at > ?)",
		v.OrganisationID, since, since).Order("id DESC").Find(&rows).Error
	moves := make([]Move, len(rows))
	for i, r := range rows {
		moves[i] = r.move()
	}
	return moves, db.Translate(err)
}

func insertMoveTx(tx *db.Tx, m Move) error {
	return db.Translate(tx.Gorm().Create(&moveRow{
		ID: m.ID, OrganisationID: m.OrganisationID, YoungPersonID: m.YoungPersonID, ServiceID: nullable(m.ServiceID),
		FromServiceID: nullable(m.FromServiceID), ToServiceID: nullable(m.ToServiceID), Emergency: m.Emergency, Day: nullable(m.Day),
		Sealed: m.sealed, MadeBy: m.MadeBy, MadeAt: db.At(m.MadeAt), Revision: m.Revision, ChangedAt: db.At(m.MadeAt),
	}).Error)
}

// changeMoveTx changes columns of a move that is held.
func changeMoveTx(tx *db.Tx, m Move, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&moveRow{}).Where("id = ? AND organisation_id = ?", m.ID, m.OrganisationID).Updates(columns).Error)
}

// lookedSinceTx says whether the viewer's look at the move has been written down since.
func lookedSinceTx(tx *db.Tx, v viewer.Viewer, m Move, since time.Time) (bool, error) {
	var n int64
	err := tx.Gorm().Table("audit").Where("subject_id = ? AND at >= ? AND organisation_id = ?", m.YoungPersonID, db.At(since), v.OrganisationID).
		Where("actor_id = ? AND action = ? AND object_id = ?", v.AccountID, actionLooked, m.ID).Limit(1).Count(&n).Error
	return n > 0, db.Translate(err)
}

// outsideTx says whether the viewer's device only sends so far: neither the young
// person's lock nor an older device has let it in.
func outsideTx(tx *db.Tx, v viewer.Viewer) (bool, error) {
	var n int64
	err := tx.Gorm().Table("devices").Where("id = ? AND account_id = ? AND organisation_id = ? AND history_open = ?",
		v.DeviceID, v.AccountID, v.OrganisationID, false).Count(&n).Error
	return n > 0, db.Translate(err)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
