package files

import (
	"context"
	"strconv"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/pictures"
	"heard/server/viewer"
)

const (
	// Piece is how many bytes a piece has; only the last has fewer.
	Piece = 256 << 10

	guideMost   = 10 << 20
	atOnce      = 3               // uploads of one account on their way
	passingMost = 200 << 20       // bytes on their way in one organisation
	liveFor     = 5 * time.Minute // since its last piece an upload counts with all that it announced
	quietFor    = 2 * time.Hour
	lookFor     = 24 * time.Hour // how long it can be asked what became of an upload
)

// State says how far an upload is.
type State string

// The states of an upload.
const (
	Receiving State = "receiving"
	Working   State = "working" // it is whole, and is being made a file
	Done      State = "done"
	Refused   State = "refused"
)

// Why an upload ended that is no fault of the file: Drop was asked for it, or a newer one.
const dropped = "dropped"

// Why a guide is not taken.
const (
	guideTooBig = "guide_too_big"
	guideKind   = "guide_kind" // no PDF
	guideCut    = "guide_cut"
)

var (
	errOffset = errs.New(errs.Conflict, "This piece is not the next. Ask how far the upload is.").With("offset")
	errPiece  = errs.New(errs.Invalid, "A piece has its whole length, or is the last.").With("piece")
	errFull   = errs.New(errs.Unavailable, "A great deal is being uploaded at this moment. Please try again soon.").With("uploads_full")
)

// Upload is a file on its way.
type Upload struct {
	ID     string
	Offset int64
	Size   int64
	State  State
	Reason string // why it was refused
	File   *File  // what became of it
}

// Begin announces a file. Of several on their way the account's oldest ends.
func (s *Service) Begin(ctx context.Context, v viewer.Viewer, k Kind, o Owner, size int64) (u Upload, err error) {
	if err := mayBe(k, o, size); err != nil {
		return u, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		keyOf, err := s.may(tx, v, o)
		if err != nil {
			return err
		}
		row := newUpload(tx, v.OrganisationID, v.AccountID, k, o, keyOf, size)
		above, err := s.keyTx(tx, v.OrganisationID, keyOf)
		if err != nil {
			return lost(err)
		}
		if row.Wrapped, _, err = above.NewKey(uploadOwner(row.ID)); err != nil {
			return err
		}
		if err := endOldestTx(tx, v, atOnce-1); err != nil {
			return err
		}
		passing, err := passingTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		if passing+size > passingMost {
			return errFull
		}
		u = row.upload()
		return insertUploadTx(tx, row)
	})
	return u, err
}

func newUpload(tx *db.Tx, orgID, accountID string, k Kind, o Owner, keyOf string, size int64) uploadRow {
	return uploadRow{
		ID: db.NewID(), OrganisationID: orgID, AccountID: accountID, Kind: string(k), OwnerKind: string(o.Kind), OwnerID: o.ID, KeyOf: keyOf,
		Size: size, State: string(Receiving), FileID: db.NewID(), MadeAt: db.At(tx.Now), ExpiresAt: db.At(tx.Now.Add(quietFor)),
	}
}

// mayBe says whether a file of a kind and size is worth sending for an owner.
func mayBe(k Kind, o Owner, size int64) error {
	refused := func(reason, message string) error {
		return errs.New(errs.Invalid, message).With(reason).Field("size", message)
	}
	switch {
	case len(partsOf(k)) == 0:
		return errs.New(errs.Invalid, "Heard does not know this kind of file.").Field("kind", "photo, panorama, guide or voice.")
	case k == Voice && o.Kind != OfPlace:
		return errs.New(errs.Invalid, "Only a place's pages have a voice.").Field("kind", "Not for a move.")
	case k == Voice && size <= 0:
		return refused(voiceKind, "This file is empty.")
	case k == Voice && size > voiceMost:
		return refused(voiceTooBig, "A voice has at most 2 MB.")
	case k == Guide && size <= 0:
		return refused(guideKind, "This file is empty.")
	case k == Guide && size > guideMost:
		return refused(guideTooBig, "A guide has at most 10 MB.")
	case size <= 0:
		return refused(pictures.Empty.Error(), "This file is empty.")
	case k != Guide && size > pictures.MaxBytes:
		return refused(pictures.TooBig.Error(), "A photo has at most 30 MB.")
	}
	return nil
}

// Piece takes the next piece of an upload. It is durable before it counts.
func (s *Service) Piece(ctx context.Context, v viewer.Viewer, id string, offset int64, b []byte) (u Upload, err error) {
	var row uploadRow
	var key *keys.Key
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if row, err = s.mineTx(tx, v, id); err != nil {
			return err
		}
		if err := row.takes(offset, len(b)); err != nil {
			return err
		}
		key, err = s.uploadKeyTx(tx, row)
		return err
	}); err != nil {
		return u, err
	}
	name := strconv.FormatInt(offset, 10)
	sealed, err := key.Seal(b, pieceAD(id, name))
	if err != nil {
		return u, err
	}
	if err := s.passing.Put(ctx, keptAt(id, name), sealed); err != nil {
		return u, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if row, err = s.mineTx(tx, v, id); err != nil {
			return err
		}
		if err := row.takes(offset, len(b)); err != nil {
			return err
		}
		row.Received += int64(len(b))
		row.ExpiresAt = db.At(tx.Now.Add(quietFor))
		if row.Received == row.Size {
			row.whole(tx)
			tx.AfterCommit(s.wake)
		}
		u = row.upload()
		return advanceTx(tx, row, offset)
	})
	return u, err
}

// takes says whether a piece is the next of an upload.
func (r uploadRow) takes(offset int64, n int) error {
	switch {
	case State(r.State) != Receiving || offset != r.Received:
		return errOffset
	case int64(n) != min(Piece, r.Size-offset):
		return errPiece
	}
	return nil
}

// whole makes an upload due for the worker.
func (r *uploadRow) whole(tx *db.Tx) {
	now := db.At(tx.Now)
	r.State, r.DueAt, r.ExpiresAt = string(Working), &now, db.At(tx.Now.Add(lookFor))
}

// Look says how far an upload of the viewer's is, and what became of it.
func (s *Service) Look(ctx context.Context, v viewer.Viewer, id string) (u Upload, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := s.mineTx(tx, v, id)
		if err != nil {
			return err
		}
		u = row.upload()
		if u.State != Done {
			return nil
		}
		f, err := FileTx(tx, row.OrganisationID, row.FileID)
		u.File = &f
		return err
	})
	return u, err
}

// Drop ends an upload of the viewer's. What became a file already stays one.
func (s *Service) Drop(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := s.mineTx(tx, v, id)
		if err != nil || State(row.State) != Receiving {
			return err
		}
		return refuseTx(tx, row.OrganisationID, row.ID, dropped)
	})
}

// mineTx gives an upload of the viewer's that has not expired, as long as they may
// still upload for its owner.
func (s *Service) mineTx(tx *db.Tx, v viewer.Viewer, id string) (uploadRow, error) {
	row, err := uploadOfTx(tx, v, id)
	if err != nil {
		return uploadRow{}, err
	}
	if row == nil || row.ExpiresAt <= db.At(tx.Now) {
		return uploadRow{}, errNotFound
	}
	_, err = s.may(tx, v, Owner{OwnerKind(row.OwnerKind), row.OwnerID})
	return *row, err
}

func (s *Service) uploadKeyTx(tx *db.Tx, row uploadRow) (*keys.Key, error) {
	above, err := s.keyTx(tx, row.OrganisationID, row.KeyOf)
	if err != nil {
		return nil, lost(err)
	}
	key, err := above.Unwrap(row.Wrapped, uploadOwner(row.ID))
	if err != nil {
		return nil, lost(err)
	}
	return key, nil
}

func (r uploadRow) upload() Upload {
	return Upload{ID: r.ID, Offset: r.Received, Size: r.Size, State: State(r.State), Reason: r.Reason}
}

// pieces are where an upload's pieces lie.
func (r uploadRow) pieces() []string {
	var at []string
	for offset := int64(0); offset < r.Size; offset += Piece {
		at = append(at, keptAt(r.ID, strconv.FormatInt(offset, 10)))
	}
	return at
}

func uploadOwner(id string) string { return "upload:" + id }

func pieceAD(id, name string) keys.AD {
	return keys.AD{Table: "uploads", Column: "piece", Row: id + "/" + name}
}
