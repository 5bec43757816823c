package people

import (
	"cmp"
	"slices"

	"heard/server/db"
	"heard/server/viewer"
)

// reachOf names everything through which somebody can stand in a relation to
// young people: themselves, the services that serve them now, those services'
// teams, the organisation. MATERIALIZED and CROSS JOIN keep SQLite, which knows
// nothing of how many rows there are, on the way by the indexes; PostgreSQL reads
// them as plain joins. Arguments: reachArgs.
const reachOf = `WITH young AS MATERIALIZED (
  SELECT id, machine FROM accounts WHERE id IN ? AND organisation_id = ? AND kind = 'young_person'
), served AS MATERIALIZED (
  SELECT young.id AS young_person_id, r.object_id AS id FROM young CROSS JOIN relations r
  WHERE r.subject_id = young.id AND r.kind = 'served_by' AND r.organisation_id = ? AND ` + inForce + `
), reach AS MATERIALIZED (
  SELECT id AS young_person_id, id, 'young_person' AS kind FROM young
  UNION ALL SELECT young_person_id, id, 'service' FROM served
  UNION ALL SELECT served.young_person_id, t.id, 'team' FROM served CROSS JOIN teams t WHERE t.service_id = served.id
  UNION ALL SELECT id, CAST(? AS TEXT), 'organisation' FROM young WHERE NOT machine
)`

// circleQuery runs at every tap of a card: one query, by indexes alone.
const circleQuery = reachOf + `
SELECT reach.young_person_id, r.id, r.subject_id, r.kind, r.valid_to, a.kind
FROM reach CROSS JOIN relations r
JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
WHERE r.object_id = reach.id AND r.object_kind = reach.kind AND r.organisation_id = ? AND ` + inForce + `
 AND r.kind IN ('keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'on_shift', 'family_of')
ORDER BY r.id`

const standingsQuery = reachOf + `
SELECT reach.young_person_id, r.id, r.kind, r.object_kind, r.object_id, r.valid_to
FROM reach CROSS JOIN relations r
JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
WHERE r.object_id = reach.id AND r.object_kind = reach.kind AND r.subject_id = ? AND r.organisation_id = ? AND ` + inForce + `
 AND r.kind IN ('keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'on_shift', 'family_of', 'placing_for', 'buddy_of', 'break_glass')
ORDER BY r.id`

func reachArgs(tx *db.Tx, orgID string, youngPersonIDs ...string) []any {
	now := db.At(tx.Now)
	return []any{youngPersonIDs, orgID, orgID, now, now, orgID}
}

// CircleTx loads a young person's circle in the caller's transaction. A young
// person who is not of this organisation is not found.
func CircleTx(tx *db.Tx, orgID, youngPersonID string) (Circle, error) {
	circles, err := CirclesTx(tx, orgID, youngPersonID)
	if c, ok := circles[youngPersonID]; ok || err != nil {
		return c, err
	}
	return Circle{OrganisationID: orgID, YoungPersonID: youngPersonID}, youngPersonExists(tx, orgID, youngPersonID)
}

// CirclesTx loads the circles of several young people in one query. Those around whom
// there is nobody, and those who are not of this organisation, are left out.
func CirclesTx(tx *db.Tx, orgID string, youngPersonIDs ...string) (map[string]Circle, error) {
	circles := make(map[string]Circle, len(youngPersonIDs))
	if len(youngPersonIDs) == 0 {
		return circles, nil
	}
	now := db.At(tx.Now)
	rows, err := tx.Gorm().Raw(circleQuery, append(reachArgs(tx, orgID, youngPersonIDs...), orgID, now, now)...).Rows()
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var youngPersonID, relationID, accountID, kind, accountKind string
		var validTo *int64
		if err := rows.Scan(&youngPersonID, &relationID, &accountID, &kind, &validTo, &accountKind); err != nil {
			return nil, db.Translate(err)
		}
		c := circles[youngPersonID]
		c.OrganisationID, c.YoungPersonID = orgID, youngPersonID
		c.add(Adult{
			AccountID: accountID, Role: roleOf[Kind(kind)], RelationID: relationID,
			Staff: viewer.Kind(accountKind) == viewer.KindStaff, ValidTo: db.TimePtr((*db.Millis)(validTo)),
		})
		circles[youngPersonID] = c
	}
	if err := rows.Err(); err != nil {
		return nil, db.Translate(err)
	}
	for id, c := range circles {
		slices.SortStableFunc(c.Adults, func(a, b Adult) int {
			return cmp.Or(cmp.Compare(rank[a.Role], rank[b.Role]), cmp.Compare(a.AccountID, b.AccountID))
		})
		c.markDefaults()
		circles[id] = c
	}
	return circles, nil
}

// add keeps one entry an account, under its strongest role.
func (c *Circle) add(a Adult) {
	for i := range c.Adults {
		have := &c.Adults[i]
		if have.AccountID != a.AccountID {
			continue
		}
		if !have.Has(a.Role) {
			have.Roles = append(have.Roles, a.Role)
		}
		if rank[a.Role] < rank[have.Role] {
			have.Role, have.RelationID, have.ValidTo = a.Role, a.RelationID, a.ValidTo
		}
		return
	}
	a.Roles = []Role{a.Role}
	c.Adults = append(c.Adults, a)
}

func youngPersonExists(tx *db.Tx, orgID, id string) error {
	kind, err := accountKindTx(tx, orgID, id)
	if err == nil && kind != viewer.KindYoungPerson {
		return errNotFound
	}
	return err
}

// accountKindTx says what kind of account this is, if it is of the organisation.
func accountKindTx(tx *db.Tx, orgID, id string) (viewer.Kind, error) {
	var kinds []string
	err := tx.Gorm().Raw("SELECT kind FROM accounts WHERE id = ? AND organisation_id = ?", id, orgID).Scan(&kinds).Error
	if err != nil {
		return "", db.Translate(err)
	}
	if len(kinds) == 0 {
		return "", errNotFound
	}
	return viewer.Kind(kinds[0]), nil
}

// StandingTx says what the viewer is to a young person right now. Who is nothing
// to them finds nothing.
func StandingTx(tx *db.Tx, v viewer.Viewer, youngPersonID string) (Standing, error) {
	s := Standing{YoungPersonID: youngPersonID}
	if v.AccountID == "" || v.OrganisationID == "" || youngPersonID == "" {
		return s, errNotFound
	}
	if v.AccountID == youngPersonID && v.Kind == viewer.KindYoungPerson {
		s.Self = true
		return s, youngPersonExists(tx, v.OrganisationID, youngPersonID)
	}
	found, err := StandingsTx(tx, v, []string{youngPersonID})
	if err != nil {
		return s, err
	}
	if s, ok := found[youngPersonID]; ok {
		return s, nil
	}
	return s, errNotFound
}

// StandingsTx says what the viewer is to each of several other young people right
// now, in one query; those to whom they are nothing are left out.
func StandingsTx(tx *db.Tx, v viewer.Viewer, youngPersonIDs []string) (map[string]Standing, error) {
	found := make(map[string]Standing, len(youngPersonIDs))
	if v.AccountID == "" || v.OrganisationID == "" || len(youngPersonIDs) == 0 {
		return found, nil
	}
	now := db.At(tx.Now)
	args := append(reachArgs(tx, v.OrganisationID, youngPersonIDs...), v.AccountID, v.OrganisationID, now, now)
	var rows []struct {
		YoungPersonID, ID, Kind, ObjectKind, ObjectID string
		ValidTo                                       *db.Millis
	}
	if err := tx.Gorm().Raw(standingsQuery, args...).Scan(&rows).Error; err != nil {
		return nil, db.Translate(err)
	}
	for _, row := range rows {
		s := found[row.YoungPersonID]
		s.YoungPersonID = row.YoungPersonID
		s.Held = append(s.Held, Held{
			RelationID: row.ID, Kind: Kind(row.Kind), ObjectKind: ObjectKind(row.ObjectKind),
			ObjectID: row.ObjectID, ValidTo: db.TimePtr(row.ValidTo),
		})
		found[row.YoungPersonID] = s
	}
	for id, s := range found {
		if s.dropGlass(); s.None() {
			delete(found, id)
			continue
		}
		found[id] = s
	}
	return found, nil
}

// myPeopleQuery finds every young person a viewer stands in a relation to:
// directly, through a service led or safeguarded or covered on a shift, or through
// the organisation. Broken glass adds nobody: whoever may break it leads them. Nor
// does a shift of the team: they see whose card comes to them.
const myPeopleQuery = `WITH mine AS MATERIALIZED (
  SELECT r.id, r.kind, r.object_kind, r.object_id FROM relations r
  JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
  WHERE r.subject_id = ? AND r.organisation_id = ? AND ` + inForce + `
  AND r.kind IN ('keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of', 'family_of', 'placing_for', 'buddy_of')
), led AS MATERIALIZED (
  SELECT id, kind, object_id AS service_id FROM mine WHERE object_kind = 'service' AND kind IN ('lead_of', 'safeguarding_of')
  UNION ALL SELECT mine.id, mine.kind, t.service_id FROM mine JOIN teams t ON t.id = mine.object_id
  WHERE mine.object_kind = 'team' AND mine.kind IN ('lead_of', 'cover_for')
)
SELECT object_id AS young_person_id, kind, id AS relation_id FROM mine WHERE object_kind = 'young_person'
 AND kind IN ('keyworker_of', 'cover_for', 'family_of', 'placing_for', 'buddy_of')
UNION ALL
SELECT r.subject_id, led.kind, led.id FROM led CROSS JOIN relations r WHERE r.object_id = led.service_id
 AND r.kind = 'served_by' AND r.organisation_id = ? AND ` + inForce + `
UNION ALL
SELECT y.id, mine.kind, mine.id FROM mine CROSS JOIN accounts y WHERE y.organisation_id = mine.object_id AND y.kind = 'young_person'
 AND NOT y.machine AND mine.object_kind = 'organisation' AND mine.kind = 'safeguarding_of'
LIMIT ?`

// MyYoungPeopleTx lists the young people the viewer stands in a relation to
// right now, nearest first, each once.
func MyYoungPeopleTx(tx *db.Tx, v viewer.Viewer) ([]Mine, error) {
	now := db.At(tx.Now)
	var rows []struct{ YoungPersonID, Kind, RelationID string }
	err := tx.Gorm().Raw(myPeopleQuery, v.AccountID, v.OrganisationID, now, now,
		v.OrganisationID, now, now, 4*maxMine).Scan(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	best := make(map[string]Mine, len(rows))
	for _, row := range rows {
		role := roleOf[Kind(row.Kind)]
		if have, ok := best[row.YoungPersonID]; !ok || rank[role] < rank[have.Role] {
			best[row.YoungPersonID] = Mine{YoungPersonID: row.YoungPersonID, Role: role, RelationID: row.RelationID}
		}
	}
	list := make([]Mine, 0, len(best))
	for _, m := range best {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b Mine) int {
		return cmp.Or(cmp.Compare(rank[a.Role], rank[b.Role]), cmp.Compare(a.YoungPersonID, b.YoungPersonID))
	})
	return list[:min(len(list), maxMine)], nil
}

// HomesTx names the children's home or ward each young person lives in now.
func HomesTx(tx *db.Tx, orgID string, youngPersonIDs []string) (map[string]string, error) {
	homes := make(map[string]string, len(youngPersonIDs))
	if len(youngPersonIDs) == 0 {
		return homes, nil
	}
	now := db.At(tx.Now)
	var rows []struct{ SubjectID, Name string }
	err := tx.Gorm().Raw(`SELECT r.subject_id, s.name FROM relations r JOIN services s ON s.id = r.object_id
 WHERE r.subject_id IN ? AND r.kind = 'served_by' AND r.organisation_id = ? AND `+inForce+`
 AND s.organisation_id = ? AND s.kind IN ('childrens_home', 'ward') ORDER BY r.id`,
		youngPersonIDs, orgID, now, now, orgID).Scan(&rows).Error
	for _, row := range rows {
		homes[row.SubjectID] = row.Name
	}
	return homes, db.Translate(err)
}
