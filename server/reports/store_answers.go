package reports

import (
	"heard/server/db"
	"heard/server/figures"
)

// This file is the only place outside the one that takes answers in that names their
// table (a test looks), and only the job that publishes calls it: once a period, when
// the period has closed.

type answerKey struct {
	unit string
	set  Set
}

// answeredTx says for which periods answers may lie unpublished: those with a key.
func answeredTx(tx *db.Tx, orgID string) (map[figures.Period]bool, error) {
	var periods []string
	err := tx.Gorm().Raw("SELECT period FROM period_keys WHERE organisation_id = ?", orgID).Scan(&periods).Error
	answered := make(map[figures.Period]bool, len(periods))
	for _, p := range periods {
		if period, err := figures.ParsePeriod(p); err == nil {
			answered[period] = true
		}
	}
	return answered, db.Translate(err)
}

// countAnswersTx counts, for each unit and question, the top face, the second and
// the lower three.
func countAnswersTx(tx *db.Tx, orgID string, p figures.Period) (map[answerKey][3]int, error) {
	var rows []struct {
		UnitID, Question   string
		Top, Second, Lower int
	}
	err := tx.Gorm().Raw(`SELECT unit_id, question, SUM(CASE WHEN value = 5 THEN 1 ELSE 0 END) AS top,
 SUM(CASE WHEN value = 4 THEN 1 ELSE 0 END) AS second, SUM(CASE WHEN value <= 3 THEN 1 ELSE 0 END) AS lower
 FROM answers WHERE organisation_id = ? AND period = ? GROUP BY unit_id, question`, orgID, string(p)).Scan(&rows).Error
	counts := make(map[answerKey][3]int, len(rows))
	for _, r := range rows {
		counts[answerKey{r.UnitID, Set(r.Question)}] = [3]int{r.Top, r.Second, r.Lower}
	}
	return counts, db.Translate(err)
}

// countAskedTx counts the young people who were asked, for each unit.
func countAskedTx(tx *db.Tx, orgID string, p figures.Period) (map[string]int, error) {
	var rows []struct {
		UnitID string
		N      int
	}
	err := tx.Gorm().Raw(`SELECT unit_id, COUNT(DISTINCT young_person_id) AS n FROM asks
 WHERE organisation_id = ? AND period = ? AND unit_id IS NOT NULL GROUP BY unit_id`, orgID, string(p)).Scan(&rows).Error
	asked := make(map[string]int, len(rows))
	for _, r := range rows {
		asked[r.UnitID] = r.N
	}
	return asked, db.Translate(err)
}

// endPeriodTx destroys the period's key: from then on nobody can say whose an answer
// was. PostgreSQL also keeps rows where there was room, and which transaction wrote
// each, which would lead to the rows written beside them: the answers are written
// anew together, in the order of their tags. SQLite keeps neither.
func endPeriodTx(tx *db.Tx, orgID string, p figures.Period) error {
	if tx.Dialect() == db.Postgres {
		err := tx.Gorm().Exec(`WITH gone AS (DELETE FROM answers WHERE organisation_id = ? AND period = ? RETURNING *)
 INSERT INTO answers (organisation_id, unit_id, period, question, tag, value, face_order)
 SELECT organisation_id, unit_id, period, question, tag, value, face_order FROM gone ORDER BY question, tag`, orgID, string(p)).Error
		if err != nil {
			return db.Translate(err)
		}
	}
	return db.Translate(tx.Gorm().Exec("DELETE FROM period_keys WHERE organisation_id = ? AND period = ?", orgID, string(p)).Error)
}
