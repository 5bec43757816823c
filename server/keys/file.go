package keys

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"heard/server/errs"
)

func load(path, env string) ([]byte, error) {
	if env != "" {
		kek, err := decode(env)
		if err != nil {
			return nil, errs.Wrap(err, errs.Invalid, "HEARD_KEY must be 32 random bytes in base64.")
		}
		return kek, nil
	}
	kek, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(path); err == nil {
			// Read back whichever file won, ours or that of an instance that
			// started at the same moment.
			kek, err = read(path)
		}
	}
	return kek, err
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The key file cannot be read.")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, errs.New(errs.Internal, "The key file can be read by others. Give it permission 0400.")
	}
	// The path comes from the operator's configuration.
	text, err := os.ReadFile(path) // #nosec G304
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The key file cannot be read.")
	}
	defer clear(text)
	kek, err := decode(string(text))
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The key file does not hold a key.")
	}
	return kek, nil
}

// create writes a new key beside path and links it into place: the file is either
// absent or whole, and a key that exists is never replaced.
func create(path string) error {
	fail := func(err error) error {
		return errs.Wrap(err, errs.Internal, "The key file cannot be made.")
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	f, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	kek := make([]byte, KeySize)
	_, _ = rand.Read(kek)
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(kek) + "\n")
	err = errors.Join(err, f.Chmod(0o400), f.Sync(), f.Close())
	if err != nil {
		return fail(err)
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fail(err)
	}
	return syncDir(dir, fail)
}

// syncDir makes the new name durable: a key lost in a power cut after rows were
// sealed with it would be the loss of everything.
func syncDir(dir string, fail func(error) error) error {
	d, err := os.Open(dir) // #nosec G304
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fail(err)
	}
	return nil
}

func decode(text string) ([]byte, error) {
	kek, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		// The decoder's own error quotes the offset only, yet nothing about a
		// key belongs in an error.
		return nil, errors.New("not base64")
	}
	if len(kek) != KeySize {
		return nil, errors.New("not 32 bytes")
	}
	return kek, nil
}
