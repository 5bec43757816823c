package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"heard/server/backup"
	"heard/server/keys"
)

// backupConfig names where files lie. On S3 a restore lets them wait beside that folder until all has proven whole.
func (a *App) backupConfig() (backup.Config, error) {
	c := backup.Config{DB: a.DB, Ring: a.ring, Log: a.log, Blobs: filepath.Join(a.Config.DataDir, keptFolder)}
	if !a.Config.onS3() {
		return c, nil
	}
	bucket, err := a.bucket()
	if err == nil {
		c.Bucket = bucket.Under(keptFolder)
	}
	return c, err
}

func makeBackup(ctx context.Context, c Config, path string, out io.Writer) error {
	a, err := openStores(ctx, c)
	if err != nil {
		return err
	}
	config, err := a.backupConfig()
	if err != nil {
		return errors.Join(err, a.Close())
	}
	made, err := backup.Make(ctx, config, path)
	if err == nil {
		_, err = fmt.Fprintf(out, "The backup is whole: %s.\nIt opens only with the server's key, which is not in it: keep that elsewhere.\n", made)
	}
	return errors.Join(err, a.Close())
}

// restoreBackup proves the key before it opens anything: opening would make a key or a database that is missing.
func restoreBackup(ctx context.Context, c Config, path string, out io.Writer) error {
	c.fill()
	if err := c.check(); err != nil {
		return err
	}
	if _, err := os.Stat(c.KeyFile); c.Key == "" && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no server key: put the one the backup was made with into HEARD_KEY, or into %s (mode 0400)", c.KeyFile)
	}
	ring, err := keys.Load(c.KeyFile, c.Key.Reveal())
	if err != nil {
		return err
	}
	if err := backup.Prove(ring, path); err != nil {
		return err
	}
	a, err := openStores(ctx, c)
	if err != nil {
		return err
	}
	config, err := a.backupConfig()
	if err != nil {
		return errors.Join(err, a.Close())
	}
	restored, err := backup.Restore(ctx, config, path)
	if err == nil {
		_, err = fmt.Fprintf(out, "Restored: %s.\nStaff and administrators sign in again. Start Heard; what was due is done now.\n", restored)
	}
	return errors.Join(err, a.Close())
}
