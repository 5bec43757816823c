package notify

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"heard/server/db"
	"heard/server/keys"
)

// vapid is how this server names itself to push services (RFC 8292).
type vapid struct {
	public  string
	private keys.Secret
	contact string
}

var vapidAD = keys.AD{Table: "push_keys", Column: "private_key", Row: "1"}

// loadVAPID reads the keys, or makes them when there are none. Of several servers that start together one
// writes its keys and all read those: subscriptions are bound to them for good.
func loadVAPID(ctx context.Context, d *db.DB, ring *keys.Ring, contact string) (vapid, error) {
	var row keyRow
	err := d.Tx(ctx, func(tx *db.Tx) (err error) {
		if row, err = findKeys(tx); err != nil || row.ID != 0 {
			return err
		}
		made, err := makeKeys(ring)
		if err != nil {
			return err
		}
		made.CreatedAt = db.At(tx.Now)
		if err := insertKeys(tx, made); err != nil {
			return err
		}
		row, err = findKeys(tx)
		return err
	})
	if err != nil {
		return vapid{}, fmt.Errorf("load the push keys: %w", err)
	}
	private, err := ring.Open(row.PrivateKey, vapidAD)
	if err != nil {
		return vapid{}, fmt.Errorf("open the push keys: is this the server key the database was made with? %w", err)
	}
	// webpush-go puts "mailto:" before everything but https URLs itself.
	contact = strings.TrimPrefix(contact, "mailto:")
	return vapid{public: row.PublicKey, private: keys.Secret(base64.RawURLEncoding.EncodeToString(private)), contact: contact}, nil
}

func makeKeys(ring *keys.Ring) (keyRow, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return keyRow{}, err
	}
	scalar, err := private.Bytes()
	if err != nil {
		return keyRow{}, err
	}
	defer clear(scalar)
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return keyRow{}, err
	}
	sealed, err := ring.Seal(scalar, vapidAD)
	return keyRow{ID: 1, PublicKey: base64.RawURLEncoding.EncodeToString(point), PrivateKey: []byte(sealed)}, err
}
