package people_test

import (
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/people"
)

// TestHotQueriesGoByIndexes guards the way SQLite takes: without statistics it
// is easily led through every relation of the organisation.
func TestHotQueriesGoByIndexes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if w.db.Dialect() != db.SQLite {
			return // PostgreSQL decides by its statistics
		}
		h := w.home()
		must(t, w.db.Read(t.Context(), func(tx *db.Tx) error {
			for query, args := range people.Queries(tx, w.org, h.worker.AccountID, h.leo.AccountID) {
				var steps []struct{ Detail string }
				if err := tx.Gorm().Raw("EXPLAIN QUERY PLAN "+query, args...).Scan(&steps).Error; err != nil {
					return err
				}
				if len(steps) < 5 {
					t.Errorf("the plan has %d steps", len(steps))
				}
				for _, s := range steps {
					if s.Detail == "SCAN t" && strings.Contains(query, "FROM times t") {
						continue // the few of now, found by the index just before
					}
					if strings.HasSuffix(s.Detail, " r") || strings.Contains(s.Detail, "relations_by_organisation") || strings.Contains(s.Detail, "SCAN t") {
						t.Errorf("%s\nin %s", s.Detail, query)
					}
				}
			}
			return nil
		}))
	})
}
