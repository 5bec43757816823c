package db_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/db"
)

// things is the schema of these tests; BYTEA and BIGINT suit both databases.
var things = fstest.MapFS{"0001_things.sql": {Data: []byte(`-- +goose Up
CREATE TABLE things (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  sealed      BYTEA,
  yes         BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  BIGINT NOT NULL,
  ended_at    BIGINT,
  parent_id   TEXT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE jobs (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL DEFAULT '',
  due_at      BIGINT,
  lease_until BIGINT,
  lease_by    TEXT,
  attempts    INTEGER NOT NULL DEFAULT 0
);
`)}}

type bytesOf []byte // a named type, as Sealed is

type thing struct {
	ID        string `gorm:"primaryKey"`
	Name      string
	Sealed    bytesOf
	Yes       bool
	CreatedAt db.Millis `gorm:"autoCreateTime:false"`
	EndedAt   *db.Millis
	ParentID  *string
}

type job struct {
	ID         string `gorm:"primaryKey"`
	Kind       string
	DueAt      *db.Millis
	LeaseUntil *db.Millis
	LeaseBy    *string
	Attempts   int
}

// place is where a test's database lies; several may open it.
type place struct {
	config db.Config
	clock  *clock
	logged *log
}

// each runs a test on SQLite and, when HEARD_TEST_PG names a server, on PostgreSQL.
func each(t *testing.T, test func(t *testing.T, p *place)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqlitePlace(t)) })
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, postgresPlace(t, server)) })
	}
}

func newPlace() *place {
	p := &place{clock: &clock{now: time.Date(2026, 3, 1, 14, 2, 3, 456_789_000, time.UTC)}, logged: &log{}}
	p.config = db.Config{Now: p.clock.Now, Log: slog.New(slog.NewJSONHandler(p.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	return p
}

func sqlitePlace(t *testing.T) *place {
	p := newPlace()
	p.config.Path = filepath.Join(t.TempDir(), "a b?#%.db")
	p.config.Key = bytes.Repeat([]byte{7}, 32)
	return p
}

func postgresPlace(t *testing.T, server string) *place {
	t.Helper()
	name := "heard_db_" + strings.ReplaceAll(db.NewID(), "-", "")
	onServer(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { onServer(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	p := newPlace()
	p.config.URL = u.String()
	return p
}

func onServer(t *testing.T, server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

// open opens the database; it is closed with the test.
func (p *place) open(t *testing.T) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), p.config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

// ready opens the database and makes the tables of these tests.
func (p *place) ready(t *testing.T) *db.DB {
	t.Helper()
	d := p.open(t)
	must(t, d.MigrateFiles(context.Background(), things))
	return d
}

func insert(name string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		return db.Translate(tx.Gorm().Create(&thing{ID: db.NewID(), Name: name, CreatedAt: db.At(tx.Now)}).Error)
	}
}

func names(t *testing.T, d *db.DB) []string {
	t.Helper()
	var got []string
	must(t, d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Gorm().Model(&thing{}).Order("name").Pluck("name", &got).Error
	}))
	return got
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now gives the test's time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write keeps what is logged.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String gives what was logged.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
