package outbox

import (
	"context"
	"fmt"

	"heard/server/db"
	"heard/server/keys"
)

// PublicKey is the key that phones seal to.
type PublicKey struct {
	ID     string
	Public string // the uncompressed point, base64url without padding
}

// openKeys makes the first key when there is none, and the next when the newest has
// been given out for long. Of several servers that start together each may make
// one: the newest is given out, all of them open.
func (s *Service) openKeys(ctx context.Context) error {
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := newestKey(tx)
		if err != nil {
			return err
		}
		if row.ID != "" {
			if _, err = s.box(row); err != nil || tx.Now.Before(row.CreatedAt.Time().Add(keyAge)) {
				return err
			}
		}
		return s.makeKeyTx(tx)
	})
	if err != nil {
		return fmt.Errorf("open the outbox keys: is this the server key the database was made with? %w", err)
	}
	return nil
}

// Rotate makes a new key, which phones get with their next session or tickets.
// What was sealed to the keys before still opens.
func (s *Service) Rotate(ctx context.Context) error { return s.db.Tx(ctx, s.makeKeyTx) }

func (s *Service) makeKeyTx(tx *db.Tx) error {
	box, err := keys.NewBox()
	if err != nil {
		return err
	}
	row := keyRow{ID: db.NewID(), PublicKey: box.Public(), CreatedAt: db.At(tx.Now)}
	private := box.Private()
	defer clear(private)
	if row.PrivateKey, err = s.ring.Seal(private, keyAD(row.ID)); err != nil {
		return err
	}
	return insertKey(tx, row)
}

// KeyTx gives the key that phones seal to now.
func (s *Service) KeyTx(tx *db.Tx) (PublicKey, error) {
	row, err := newestKey(tx)
	return PublicKey{ID: row.ID, Public: encode(row.PublicKey)}, err
}

// box opens a key once and keeps it: none ever changes.
func (s *Service) box(row keyRow) (*keys.Box, error) {
	if b, ok := s.boxes.Load(row.ID); ok {
		return b.(*keys.Box), nil
	}
	private, err := s.ring.Open(row.PrivateKey, keyAD(row.ID))
	if err != nil {
		return nil, err
	}
	defer clear(private)
	b, err := keys.BoxOf(private)
	if err == nil {
		s.boxes.Store(row.ID, b)
	}
	return b, err
}

func keyAD(id string) keys.AD { return keys.AD{Table: "outbox_keys", Column: "private_key", Row: id} }
