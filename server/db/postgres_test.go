package db_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/errs"
)

func TestSettingsThatLoseCardsAreRefused(t *testing.T) {
	for _, commit := range []string{"on", "local", "remote_write", "remote_apply"} {
		must(t, db.Durable("on", commit))
	}
	for _, s := range [][2]string{{"off", "on"}, {"on", "off"}} {
		if err := db.Durable(s[0], s[1]); errs.ReasonOf(err) != "not_durable" || !strings.Contains(err.Error(), "=off") {
			t.Errorf("fsync=%s synchronous_commit=%s: %v", s[0], s[1], err)
		}
	}
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		p := postgresPlace(t, server)
		u, err := url.Parse(p.config.URL)
		must(t, err)
		onServer(t, server, "ALTER DATABASE "+strings.TrimPrefix(u.Path, "/")+" SET synchronous_commit = off")
		if d, err := db.Open(ctx, p.config); errs.ReasonOf(err) != "not_durable" {
			t.Fatalf("opened %v, %v", d, err)
		}
	}
}

func TestAnAddressIsNeverQuoted(t *testing.T) {
	const password = "pass-canary"
	for _, address := range []string{
		"postgres://heard:" + password + "@127.0.0.1:1/heard", // nobody listens
		"postgres://heard:" + password + "@:port/heard",
		"host=127.0.0.1 password=" + password + " nonsense",
	} {
		p := newPlace()
		p.config.URL = address
		_, err := db.Open(context.Background(), p.config)
		if err == nil || strings.Contains(err.Error()+p.logged.String(), password) {
			t.Errorf("got %v", err)
		}
	}
}
