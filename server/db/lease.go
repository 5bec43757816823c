package db

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"heard/server/errs"
	faults "heard/server/fault"
)

// LeaseSpec says which rows a worker takes. The table has the columns id, due_at,
// lease_until, lease_by and attempts. Table and Where are constants in code.
type LeaseSpec struct {
	Table  string
	Worker string        // must differ between any two workers, also after a restart
	For    time.Duration // how long the rows are the worker's own
	Limit  int
	Where  string // a further condition on the rows, optional
}

var tableName = regexp.MustCompile(`^[a-z][a-z_]*$`)

func (s LeaseSpec) check() error {
	if !tableName.MatchString(s.Table) || s.Worker == "" || s.For <= 0 || s.Limit <= 0 {
		return errs.New(errs.Internal, "A lease is not fully described.")
	}
	return nil
}

// Lease takes the rows that are due and nobody's, oldest first, for this worker.
// A worker that died keeps its rows until lease_until; then anyone takes them.
func Lease(tx *Tx, s LeaseSpec) ([]string, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if faults.CursorByID {
		s.Where = faults.After(s.Table)
	}
	now := At(tx.Now)
	var rows []struct {
		ID    string
		DueAt Millis
	}
	err := tx.Gorm().Raw(leaseSQL(tx.Dialect(), s), now, now, s.Limit, At(tx.Now.Add(s.For)), s.Worker).Scan(&rows).Error
	if err != nil {
		return nil, Translate(err)
	}
	// Neither database promises an order for RETURNING.
	slices.SortFunc(rows, func(a, b struct {
		ID    string
		DueAt Millis
	}) int {
		return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		faults.Passed(s.Table, r.ID)
	}
	return ids, nil
}

// leaseSQL picks the rows in a part of its own: PostgreSQL may run a subquery
// more than once, and would then lock more rows than the limit.
func leaseSQL(dialect string, s LeaseSpec) string {
	where, lock := "", ""
	if s.Where != "" {
		where = " AND (" + s.Where + ")"
	}
	if dialect == Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	return `WITH picked AS MATERIALIZED (
  SELECT id FROM ` + s.Table + `
  WHERE due_at <= ? AND (lease_until IS NULL OR lease_until < ?)` + where + `
  ORDER BY due_at, id LIMIT ?` + lock + `
)
UPDATE ` + s.Table + ` SET lease_until = ?, lease_by = ?, attempts = attempts + 1
WHERE id IN (SELECT id FROM picked)
RETURNING id, due_at`
}

// Renew makes the rows the worker's own for another while. A row that another
// worker has taken in the meantime stays theirs; when that is true of every row,
// the answer is a conflict, and this worker has nothing left to do here.
func Renew(tx *Tx, s LeaseSpec, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	s.Limit = len(ids)
	if err := s.check(); err != nil {
		return err
	}
	res := tx.Gorm().Exec(`UPDATE `+s.Table+` SET lease_until = ? WHERE id IN ? AND lease_by = ?`,
		At(tx.Now.Add(s.For)), ids, s.Worker)
	if res.Error != nil {
		return Translate(res.Error)
	}
	if res.RowsAffected == 0 {
		return errs.New(errs.Conflict, "Another worker has taken these rows.").With("lease_lost")
	}
	return nil
}
