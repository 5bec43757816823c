package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"heard/server/db"
	"heard/server/errs"
)

// OpenServer is Open for the process that serves. Of one embedded database there is
// one server; commands run beside it. Nothing is opened before that is sure, because
// opening already brings tables up to date. On PostgreSQL there may be several.
func OpenServer(ctx context.Context, c Config) (*App, error) {
	if c.DatabaseURL != "" {
		return Open(ctx, c)
	}
	release, err := db.Alone(ctx, c.databaseFile())
	if errs.CodeOf(err) == errs.Conflict {
		return nil, fmt.Errorf("another server already runs on the data folder %s: stop it first, or give this one a folder of its own in HEARD_DATA", c.DataDir)
	}
	if err != nil {
		return nil, err
	}
	a, err := Open(ctx, c)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	a.ends = append(a.ends, release)
	return a, nil
}

// databaseFile is where the embedded database lies.
func (c *Config) databaseFile() string { return filepath.Join(c.DataDir, "heard.db") }
