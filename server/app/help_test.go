package app_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// change changes rows by hand: for what the API, rightly, gives nobody a way to do.
func change(k *testkit.Kit, query string, args ...any) {
	k.T.Helper()
	inTx(k, func(tx txOf) error { return tx.Gorm().Exec(query, args...).Error })
}

type txOf = *db.Tx

func inTx(k *testkit.Kit, f func(tx txOf) error) {
	k.T.Helper()
	if err := k.App.DB.Tx(k.T.Context(), f); err != nil {
		k.T.Fatal(err)
	}
}

// texts gives the first column of a query.
func texts(k *testkit.Kit, query string, args ...any) []string {
	k.T.Helper()
	var found []string
	err := k.App.DB.Read(k.T.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&found).Error })
	if err != nil {
		k.T.Fatalf("%s: %v", query, err)
	}
	return found
}

// count gives the number a query counts.
func count(k *testkit.Kit, query string, args ...any) int {
	k.T.Helper()
	var n int
	err := k.App.DB.Read(k.T.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&n).Error })
	if err != nil {
		k.T.Fatalf("%s: %v", query, err)
	}
	return n
}

// tables names every table but the migrations' own.
func tables(k *testkit.Kit) []string {
	if k.App.DB.Dialect() == db.Postgres {
		return texts(k, `SELECT table_name FROM information_schema.tables
 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'goose%' ORDER BY 1`)
	}
	return texts(k, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' ORDER BY 1`)
}

// census counts the rows of every table, to see whether anything was stored; the
// jobs' own work is waited for first.
func census(k *testkit.Kit) map[string]int {
	k.T.Helper()
	k.Eventually("every alert has been tried", func() bool {
		return count(k, "SELECT count(*) FROM alerts WHERE status = 'waiting'") == 0
	})
	var parts []string
	for _, table := range tables(k) {
		parts = append(parts, "SELECT '"+table+"' AS name, count(*) AS n FROM "+table)
	}
	var rows []struct {
		Name string
		N    int
	}
	err := k.App.DB.Read(k.T.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(strings.Join(parts, " UNION ALL ")).Scan(&rows).Error })
	if err != nil || len(rows) == 0 {
		k.T.Fatalf("count the rows: %v", err)
	}
	counted := map[string]int{}
	for _, row := range rows {
		counted[row.Name] = row.N
	}
	return counted
}

// unchanged fails the test when the number of rows in any table differs.
func unchanged(k *testkit.Kit, before map[string]int) {
	k.T.Helper()
	for table, n := range census(k) {
		if n != before[table] {
			k.T.Errorf("%s had %d rows and has %d", table, before[table], n)
		}
	}
}

// refusal is a problem's body without the one thing that differs each time.
func refusal(t testing.TB, a *testkit.Answer) string {
	t.Helper()
	a.Problem()
	var body map[string]any
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "requestId")
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// private fails the test when an answer holds one of the words.
func private(t testing.TB, what string, body []byte, words ...string) {
	t.Helper()
	for _, word := range words {
		if word == "" {
			t.Fatalf("%s: an empty word is in everything", what)
		}
		if at := bytes.Index(body, []byte(word)); at >= 0 {
			t.Errorf("%s holds %q: …%q…", what, word, body[max(0, at-80):min(len(body), at+80)])
		}
	}
}
