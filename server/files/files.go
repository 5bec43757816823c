// Package files keeps pictures, papers and voices that people put up: it takes them in piece
// by piece, makes clean pictures of them, seals those and gives them out again to
// whoever its caller says may have them.
package files

import (
	"context"
	"log/slog"
	"time"

	"heard/server/blobs"
	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// Keyring opens the keys of a young person and of their organisation.
type Keyring interface {
	PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error)
	OrganisationKeyTx(tx *db.Tx, orgID string) (*keys.Key, error)
}

// MayUpload says whether a viewer may put something up for an owner, and whose key
// is to seal it: "" is the organisation's, else a young person's. Whoever may not
// finds nothing there.
type MayUpload func(tx *db.Tx, v viewer.Viewer, o Owner) (keyOf string, err error)

// Config says what the service works with.
type Config struct {
	DB      *db.DB
	Keys    Keyring
	Kept    blobs.Store // the files
	Passing blobs.Store // pieces of uploads, in no backup
	Log     *slog.Logger
	Every   time.Duration // how often uploads are looked for unasked; less than 0 is never
	Within  time.Duration // how long making a file of one may take; 0 is two minutes
}

// Service takes files in, and gives them out.
type Service struct {
	db      *db.DB
	keys    Keyring
	kept    blobs.Store
	passing blobs.Store
	log     *slog.Logger
	every   time.Duration
	within  time.Duration
	worker  string
	may     MayUpload
	poke    chan struct{} // an upload is whole
}

// New makes the service. Nobody may upload before LetIn.
func New(c Config) *Service {
	if c.Within == 0 {
		c.Within = workFor
	}
	return &Service{
		db: c.DB, keys: c.Keys, kept: c.Kept, passing: c.Passing, log: c.Log, every: c.Every, within: c.Within, worker: db.NewID(),
		may:  func(*db.Tx, viewer.Viewer, Owner) (string, error) { return "", errNotFound },
		poke: make(chan struct{}, 1),
	}
}

// LetIn says who may upload for whom.
func (s *Service) LetIn(may MayUpload) { s.may = may }

// keyTx gives the key that wraps a file's own.
func (s *Service) keyTx(tx *db.Tx, orgID, keyOf string) (*keys.Key, error) {
	if keyOf == "" {
		return s.keys.OrganisationKeyTx(tx, orgID)
	}
	return s.keys.PersonKeyTx(tx, orgID, keyOf)
}

// fileKeyTx opens a file's own key. Once the key above it is gone, so is the file.
func (s *Service) fileKeyTx(tx *db.Tx, f File) (*keys.Key, error) {
	above, err := s.keyTx(tx, f.OrganisationID, f.keyOf)
	if err != nil {
		return nil, lost(err)
	}
	key, err := above.Unwrap(f.wrapped, fileOwner(f.ID))
	if err != nil {
		return nil, lost(err)
	}
	return key, nil
}

// Read gives the bytes of one of a file's parts, and their type. It asks no right:
// whoever calls it has.
func (s *Service) Read(ctx context.Context, f File, name string) (raw []byte, contentType string, err error) {
	if !f.Has(name) {
		return nil, "", errNotFound
	}
	var key *keys.Key
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		key, err = s.fileKeyTx(tx, f)
		return err
	}); err != nil {
		return nil, "", err
	}
	sealed, err := s.kept.Get(ctx, keptAt(f.ID, name))
	if err != nil {
		return nil, "", err
	}
	raw, err = key.Open(sealed, partAD(f.ID, name))
	return raw, typeOf(name), err
}
