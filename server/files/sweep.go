package files

import (
	"context"
	"errors"

	"heard/server/db"
)

// sweep takes away what uploads left behind that are over, and the bytes of files
// that are gone.
func (s *Service) sweep(ctx context.Context) error {
	return errors.Join(s.sweepUploads(ctx), s.sweepFiles(ctx))
}

func (s *Service) sweepUploads(ctx context.Context) error {
	var rows []uploadRow
	var kept map[string]bool
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if rows, err = overTx(tx, sweepBatch); err != nil {
			return err
		}
		kept, err = keptTx(tx, rows)
		return err
	}); err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.passing.Delete(ctx, row.pieces()...); err != nil {
			return err
		}
		if !kept[row.FileID] { // somebody died between the bytes and the row
			if err := s.kept.Delete(ctx, allParts(row.FileID, Kind(row.Kind))...); err != nil {
				return err
			}
		}
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return deleteUploadTx(tx, row) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sweepFiles(ctx context.Context) error {
	var rows []fileRow
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = goneTx(tx, sweepBatch)
		return err
	}); err != nil {
		return err
	}
	for _, row := range rows {
		// The bytes first: should we die here, the row still leads to what is left.
		if err := s.kept.Delete(ctx, allParts(row.ID, Kind(row.Kind))...); err != nil {
			return err
		}
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return deleteFileTx(tx, row) }); err != nil {
			return err
		}
	}
	return nil
}

func allParts(id string, k Kind) []string {
	var at []string
	for _, name := range partsOf(k) {
		at = append(at, keptAt(id, name))
	}
	return at
}
