package files

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/pictures"
)

const (
	leaseFor = 3 * time.Minute
	// workFor ends well before the lease: whoever has it next must not find us still writing.
	workFor    = 2 * time.Minute
	tries      = 3
	sweepEvery = 10 * time.Minute
	sweepBatch = 100

	storeAway = "blobs"      // what a store says when it can't keep or read
	leaseLost = "lease_lost" // another worker has it, or it is done
)

// Run makes files of uploads, and takes away what is gone, until ctx ends. Several
// instances may run.
func (s *Service) Run(ctx context.Context) error {
	if s.every < 0 {
		<-ctx.Done()
		return nil
	}
	ticker, sweeper := time.NewTicker(s.every), time.NewTicker(sweepEvery)
	defer ticker.Stop()
	defer sweeper.Stop()
	s.note(ctx, s.sweep(ctx))
	for {
		s.note(ctx, s.work(ctx))
		select {
		case <-ctx.Done():
			return nil
		case <-sweeper.C:
			s.note(ctx, s.sweep(ctx))
		case <-ticker.C:
		case <-s.poke:
		}
	}
}

// WorkOnce does at once what Run does in its time.
func (s *Service) WorkOnce(ctx context.Context) error {
	return errors.Join(s.work(ctx), s.sweep(ctx))
}

func (s *Service) note(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "files could not be looked after", "error", err.Error())
	}
}

func (s *Service) wake() {
	select {
	case s.poke <- struct{}{}:
	default: // it is awake
	}
}

// work makes files of all uploads that are whole, one after the other: pictures are
// decoded one at a time.
func (s *Service) work(ctx context.Context) error {
	for {
		var waiting bool
		var ids []string
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			waiting, err = anyDueTx(tx)
			return err
		}); err != nil || !waiting {
			return err
		}
		if err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
			ids, err = leaseTx(tx, s.worker)
			return err
		}); err != nil || len(ids) == 0 {
			return err
		}
		if err := s.makeOne(ctx, ids[0]); err != nil {
			return err
		}
	}
}

// makeOne makes a file of one upload, or says why not. What may go well later is left
// for later, a few times.
func (s *Service) makeOne(whole context.Context, id string) error {
	ctx, cancel := context.WithTimeout(whole, s.within)
	defer cancel()
	var row *uploadRow
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = uploadTx(tx, id)
		return err
	}); err != nil || row == nil {
		return err
	}
	err := errors.New("tried too often") // whoever had it before us died of it
	if row.Attempts <= tries {
		err = s.fileOf(ctx, *row)
	}
	var why pictures.Reason
	switch {
	case err == nil:
		return s.passing.Delete(ctx, row.pieces()...)
	case errors.As(err, &why):
	case errs.ReasonOf(err) == leaseLost:
		return nil // it is another worker's, with its pieces, or a file already
	case whole.Err() != nil:
		return nil // the lease ends, and somebody tries again
	case errs.ReasonOf(err) == storeAway: // away or slow is no fault of the file's: it waits, as long as it may wait at all
		s.note(whole, err)
		row.Attempts--
		return s.db.Tx(whole, func(tx *db.Tx) error { return laterTx(tx, *row) })
	case ctx.Err() != nil:
		return nil // it took too long by itself, and that counts
	case row.Attempts < tries && errs.CodeOf(err) == errs.Unavailable:
		s.note(ctx, err)
		return s.db.Tx(ctx, func(tx *db.Tx) error { return laterTx(tx, *row) })
	default:
		s.note(ctx, err)
		why = pictures.Broken
	}
	mine := false
	if err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		mine, err = refuseHeldTx(tx, *row, s.worker, why.Error())
		return err
	}); err != nil || !mine {
		return err
	}
	return s.passing.Delete(ctx, row.pieces()...)
}

// fileOf reads what was sent and keeps what is clean of it. Where reading left too
// little of the time, it is the store that was too slow, not what was sent.
func (s *Service) fileOf(ctx context.Context, row uploadRow) error {
	var key *keys.Key
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		key, err = s.uploadKeyTx(tx, row)
		return err
	}); err != nil {
		return err
	}
	early, cancel := context.WithTimeout(ctx, s.within/2)
	defer cancel()
	raw := make([]byte, 0, row.Size)
	for offset := int64(0); offset < row.Size; offset += Piece {
		name := strconv.FormatInt(offset, 10)
		sealed, err := s.passing.Get(ctx, keptAt(row.ID, name))
		if err != nil {
			return err
		}
		b, err := key.Open(sealed, pieceAD(row.ID, name))
		if err != nil {
			return err
		}
		raw = append(raw, b...)
	}
	late := early.Err() != nil
	_, err := s.keep(ctx, row, raw)
	if late && errors.Is(err, context.DeadlineExceeded) {
		return errs.Wrap(err, errs.Unavailable, "The store was too slow.").With(storeAway)
	}
	return err
}

// keep makes what was sent clean, keeps its parts, and only then writes its rows.
func (s *Service) keep(ctx context.Context, row uploadRow, raw []byte) (File, error) {
	f, parts, err := clean(ctx, Kind(row.Kind), raw)
	if err == nil {
		err = ctx.Err() // before a store can say so, as if it were to blame
	}
	if err != nil {
		return File{}, err
	}
	var key *keys.Key
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		above, err := s.keyTx(tx, row.OrganisationID, row.KeyOf)
		if err == nil {
			f.wrapped, key, err = above.NewKey(fileOwner(row.FileID))
		}
		return err
	}); err != nil {
		return File{}, err
	}
	f.ID, f.OrganisationID, f.Owner, f.Kind = row.FileID, row.OrganisationID, Owner{OwnerKind(row.OwnerKind), row.OwnerID}, Kind(row.Kind)
	f.MadeBy, f.keyOf, f.Parts = row.AccountID, row.KeyOf, map[string]int64{}
	for name, b := range parts {
		sealed, err := key.Seal(b, partAD(f.ID, name))
		if err != nil {
			return File{}, err
		}
		if err := s.kept.Put(ctx, keptAt(f.ID, name), sealed); err != nil {
			return File{}, err
		}
		f.Parts[name] = int64(len(b))
		f.Bytes = max(f.Bytes, f.Parts[name])
	}
	return f, s.db.Tx(ctx, func(tx *db.Tx) error {
		f.MadeAt = tx.Now
		if err := doneTx(tx, row, s.worker); err != nil {
			return err
		}
		return insertFileTx(tx, f)
	})
}

// clean gives the parts of a file, by their names.
func clean(ctx context.Context, k Kind, raw []byte) (f File, parts map[string][]byte, err error) {
	parts = map[string][]byte{}
	switch k {
	case Guide:
		parts[guideName] = raw
		return f, parts, isGuide(raw)
	case Voice:
		f.Length, err = spoken(raw, parts)
		return f, parts, err
	}
	of := pictures.Photo
	if k == Panorama {
		of = pictures.Panorama
	}
	p, err := pictures.Clean(ctx, raw, of)
	if err != nil {
		return f, nil, err
	}
	for _, size := range p.Sizes {
		parts[size.Name] = size.Bytes
	}
	f.W, f.H, f.Colour = p.W, p.H, p.Colour
	return f, parts, nil
}

// isGuide asks a PDF for its beginning and end, and nothing between: it is never
// opened here, and browsers are told to save it, not to show it.
func isGuide(raw []byte) error {
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		return pictures.Reason(guideKind)
	}
	if !bytes.Contains(raw[max(0, len(raw)-1024):], []byte("%%EOF")) {
		return pictures.Reason(guideCut)
	}
	return nil
}

// Keep makes a file of a place at once, as if it had been uploaded.
func (s *Service) Keep(ctx context.Context, orgID, by string, o Owner, k Kind, raw []byte) (f File, err error) {
	if err := mayBe(k, o, int64(len(raw))); err != nil {
		return f, err
	}
	var row uploadRow
	if err := s.db.Tx(ctx, func(tx *db.Tx) error {
		row = newUpload(tx, orgID, by, k, o, "", int64(len(raw)))
		row.Received, row.State, row.LeaseBy = row.Size, string(Working), &s.worker
		return insertUploadTx(tx, row)
	}); err != nil {
		return f, err
	}
	return s.keep(ctx, row, raw)
}
