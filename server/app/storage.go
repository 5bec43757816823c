package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"heard/server/blobs"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
)

// The folders, on a disk or in a bucket, of what lies outside the database: what is
// kept, which backups take with them, and what is only passing.
const (
	keptFolder    = "blobs"
	passingFolder = "uploads"
)

// onS3 says whether pictures and papers lie in a bucket. The demo's never do: a real
// bucket holds nothing made up.
func (c *Config) onS3() bool { return c.S3Endpoint != "" && !c.Demo }

func (c *Config) checkS3() error {
	if c.S3Endpoint == "" {
		if c.S3Bucket != "" || c.S3AccessKey != "" || c.S3SecretKey != "" || c.S3SecretKeyFile != "" {
			return errors.New("HEARD_S3_ENDPOINT is not set, but others of HEARD_S3_… are: set it as well, or none of them")
		}
		return nil
	}
	s, err := c.s3()
	if err != nil {
		return err
	}
	return s.Check()
}

func (c *Config) s3() (blobs.S3Config, error) {
	secret := c.S3SecretKey.Reveal()
	if secret == "" && c.S3SecretKeyFile != "" {
		b, err := os.ReadFile(c.S3SecretKeyFile) // #nosec G304 -- the operator's path
		if err != nil {
			return blobs.S3Config{}, fmt.Errorf("HEARD_S3_SECRET_KEY_FILE can't be read: %w", err)
		}
		secret = strings.TrimSpace(string(b))
	}
	return blobs.S3Config{
		Endpoint: c.S3Endpoint, Bucket: c.S3Bucket, Region: c.S3Region, AccessKey: c.S3AccessKey, SecretKey: secret, Prefix: c.S3Prefix,
		Within: c.S3Within,
	}, nil
}

// openFiles opens what lies outside the database.
func (a *App) openFiles(ctx context.Context) error {
	var kept, passing blobs.Store
	if a.Config.onS3() {
		bucket, err := a.openBucket(ctx)
		if err != nil {
			return err
		}
		kept, passing = bucket.Under(keptFolder), bucket.Under(passingFolder)
	} else {
		var err error
		if kept, err = a.openFolder(keptFolder); err != nil {
			return err
		}
		if passing, err = a.openFolder(passingFolder); err != nil {
			return err
		}
	}
	a.Files = files.New(files.Config{DB: a.DB, Keys: a.Accounts, Kept: kept, Passing: passing, Log: a.log, Every: a.Config.FilesEvery})
	return nil
}

func (a *App) openFolder(name string) (*blobs.Dir, error) {
	folder, err := blobs.OpenDir(filepath.Join(a.Config.DataDir, name))
	if err == nil {
		a.ends = append(a.ends, folder.Close)
	}
	return folder, err
}

// openBucket opens the bucket and asks it whether all is well. At a first start, with
// nothing in it yet, a storage that says no ends it: somebody is at hand to mend it. A
// Heard that has been in use comes up whatever the storage says: it may be three at
// night, and no card waits for a picture.
func (a *App) openBucket(ctx context.Context) (*blobs.S3, error) {
	bucket, err := a.bucket()
	if err != nil {
		return nil, err
	}
	no := bucket.Ready(ctx)
	if no == nil {
		return bucket, nil
	}
	first := false
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		first, err = files.NoneTx(tx)
		return err
	}); err != nil {
		return nil, err
	}
	if first && errs.CodeOf(no) != errs.Unavailable {
		return nil, no
	}
	a.log.ErrorContext(ctx, "pictures and papers are out of reach; all else goes on", "error", no.Error())
	return bucket, nil
}

func (a *App) bucket() (*blobs.S3, error) {
	c, err := a.Config.s3()
	if err != nil {
		return nil, err
	}
	bucket, err := blobs.OpenS3(c)
	if err == nil {
		a.ends = append(a.ends, bucket.Close)
	}
	return bucket, err
}
