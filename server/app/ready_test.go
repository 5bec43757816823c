package app_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// A database that can be read and not written, as on a full disk, can't take a
// card: the instance is not ready. It lives all the same.
func TestReadyMeansItCanTakeACard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		ask := func(path string) (status int, database string) {
			answer, err := http.Get(k.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			var body struct{ Database string }
			if path == "/readyz" {
				if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
					t.Fatal(err)
				}
			}
			return answer.StatusCode, body.Database
		}
		if status, database := ask("/readyz"); status != http.StatusOK || database != "ok" {
			t.Fatalf("status %d, database %s", status, database)
		}
		shut, open := "CREATE TRIGGER shut BEFORE UPDATE ON readiness BEGIN SELECT RAISE(ABORT, 'shut'); END", "DROP TRIGGER shut"
		if k.App.DB.Dialect() == db.Postgres {
			shut = "ALTER TABLE readiness ADD CONSTRAINT shut CHECK (checked_at < 0) NOT VALID"
			open = "ALTER TABLE readiness DROP CONSTRAINT shut"
		}
		for _, step := range []struct {
			statement string
			status    int
			database  string
		}{{shut, http.StatusServiceUnavailable, "unavailable"}, {open, http.StatusOK, "ok"}} {
			err := k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec(step.statement).Error })
			if err != nil {
				t.Fatal(err)
			}
			k.Eventually("/readyz notices", func() bool {
				status, database := ask("/readyz")
				return status == step.status && database == step.database
			})
			if status, _ := ask("/healthz"); status != http.StatusOK {
				t.Errorf("/healthz: status %d", status)
			}
		}
	})
}
