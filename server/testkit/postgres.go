package testkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"heard/migrations"
	"heard/server/db"
)

// pgVar names the server on which tests may create databases. The make targets
// start one; without it only SQLite is tested, and with CI set that is an error.
const pgVar = "HEARD_TEST_PG"

var template struct {
	once sync.Once
	name string
	err  error
}

// postgresURL gives a fresh database cloned from a migrated template.
func postgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(pgVar)
	if server == "" {
		t.Fatalf("%s is not set: run this test through make test", pgVar)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	template.once.Do(func() { template.name, template.err = makeTemplate(ctx, server) })
	if template.err != nil {
		t.Fatalf("make the template database: %v", template.err)
	}
	name := "heard_t_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := execute(ctx, server, "CREATE DATABASE "+name+" TEMPLATE "+template.name+" STRATEGY FILE_COPY"); err != nil {
		t.Fatalf("clone the template database: %v", err)
	}
	t.Cleanup(func() {
		drop, done := context.WithTimeout(context.Background(), 30*time.Second)
		defer done()
		if err := dropDatabase(drop, server, name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return withDatabase(server, name)
}

// dropDatabase waits for a superuser's connection that a test has closed and the server
// has not yet: nobody but a superuser may end it.
func dropDatabase(ctx context.Context, server, name string) error {
	for {
		err := execute(ctx, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		refused, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || refused.Code != "42501" {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// makeTemplate migrates one database for each state of the migrations. Test
// binaries run side by side, so the making holds an advisory lock.
func makeTemplate(ctx context.Context, server string) (string, error) {
	sum, err := migrationsHash()
	if err != nil {
		return "", err
	}
	name := "heard_template_" + sum
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(7426001)"); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(7426001)") }()
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	making := name + "_making"
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+making+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+making); err != nil {
		return "", err
	}
	if err := migrate(ctx, withDatabase(server, making)); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+making+" RENAME TO "+name)
	return name, err
}

func migrate(ctx context.Context, address string) error {
	d, err := db.Open(ctx, db.Config{URL: address, Now: time.Now, Log: quiet()})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		_ = d.Close()
		return err
	}
	return d.Close()
}

func migrationsHash() (string, error) {
	sum := sha256.New()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			return "", err
		}
		sum.Write([]byte(name))
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func execute(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statement)
	return err
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}
