// Package keys holds the server's key and what is made from it. The key-encryption
// key lies outside the database; it wraps organisations' keys, they wrap their
// accounts' keys, and those seal fields. Deleting a wrapped key is erasure.
package keys

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"

	"heard/server/errs"
)

// Ring holds the server's own keys, all derived from the key-encryption key.
type Ring struct {
	kek      []byte
	wrap     *Key
	database []byte
}

// Load takes the key-encryption key from env (the value itself, 32 bytes in
// base64) or, when that is empty, from the file at path, which is made with
// permission 0400 when it does not exist yet.
func Load(path, env string) (*Ring, error) {
	kek, err := load(path, env)
	if err != nil {
		return nil, err
	}
	r := &Ring{kek: kek}
	raw, err := r.derive("wrap")
	if err != nil {
		return nil, err
	}
	if r.wrap, err = newKey(raw); err != nil {
		return nil, err
	}
	if r.database, err = r.derive("database"); err != nil {
		return nil, err
	}
	return r, nil
}

// NewKey makes an organisation's key, wrapped for the owner named by ad.
func (r *Ring) NewKey(ad string) (wrapped []byte, k *Key, err error) { return r.wrap.NewKey(ad) }

// Unwrap opens a key that NewKey wrapped for the same owner.
func (r *Ring) Unwrap(wrapped []byte, ad string) (*Key, error) { return r.wrap.Unwrap(wrapped, ad) }

// Seal encrypts a field that belongs to the server itself, not to an organisation.
func (r *Ring) Seal(plain []byte, ad AD) (Sealed, error) { return r.wrap.Seal(plain, ad) }

// Open decrypts a field of the server itself.
func (r *Ring) Open(s Sealed, ad AD) ([]byte, error) { return r.wrap.Open(s, ad) }

// MAC authenticates data with a key of its own for each purpose, so that a value
// made for one purpose is worth nothing for another. Compare with hmac.Equal.
func (r *Ring) MAC(purpose string, data []byte) []byte {
	key, err := r.derive("mac:" + purpose)
	if err != nil {
		// HKDF refuses only outputs longer than 255 hashes, and ours is one.
		panic("keys: " + err.Error())
	}
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}

// DatabaseKey gives the key that encrypts the SQLite file.
func (r *Ring) DatabaseKey() []byte { return append([]byte(nil), r.database...) }

func (r *Ring) derive(purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, r.kek, nil, "heard/1 "+purpose, KeySize)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be derived.")
	}
	return key, nil
}

// String hides the keys.
func (*Ring) String() string { return hidden }

// Format hides the keys from every verb.
func (*Ring) Format(f fmt.State, _ rune) { conceal(f) }

// LogValue hides the keys from slog.
func (*Ring) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the keys from JSON.
func (*Ring) MarshalText() ([]byte, error) { return []byte(hidden), nil }
