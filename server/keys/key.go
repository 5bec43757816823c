package keys

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"heard/server/errs"
)

// KeySize is the length of every key: AES-256.
const KeySize = 32

// format is the first byte of everything sealed or wrapped, so that a later way
// of sealing can live beside this one.
const format = 1

// Sealed is what Seal made. It is stored as it is and means nothing without the key.
type Sealed []byte

// AD says where a sealed value belongs. It is authenticated with the value, so a
// value copied to another row or column does not open.
type AD struct{ Table, Column, Row string }

// Key seals fields and wraps other keys.
type Key struct{ aead tink.AEAD }

func newKey(raw []byte) (*Key, error) {
	if len(raw) != KeySize {
		return nil, errs.New(errs.Internal, "A key has the wrong length.")
	}
	aead, err := subtle.NewAESGCM(raw)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be used.")
	}
	return &Key{aead: aead}, nil
}

// Seal encrypts one field for one place.
func (k *Key) Seal(plain []byte, ad AD) (Sealed, error) {
	return k.encrypt(plain, context("field", ad.Table, ad.Column, ad.Row))
}

// Open decrypts a field; it fails anywhere but in the place it was sealed for.
func (k *Key) Open(s Sealed, ad AD) ([]byte, error) {
	return k.decrypt(s, context("field", ad.Table, ad.Column, ad.Row))
}

// NewKey makes a key and wraps it with this one, for the owner named by ad.
func (k *Key) NewKey(ad string) (wrapped []byte, made *Key, err error) {
	raw := make([]byte, KeySize)
	// crypto/rand.Read never fails: it ends the program instead.
	_, _ = rand.Read(raw)
	defer clear(raw)
	if wrapped, err = k.encrypt(raw, context("key", ad)); err != nil {
		return nil, nil, err
	}
	if made, err = newKey(raw); err != nil {
		return nil, nil, err
	}
	return wrapped, made, nil
}

// Unwrap opens a key that NewKey wrapped with this one for the same owner.
func (k *Key) Unwrap(wrapped []byte, ad string) (*Key, error) {
	raw, err := k.decrypt(wrapped, context("key", ad))
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	return newKey(raw)
}

func (k *Key) encrypt(plain, ad []byte) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, ad)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "Something private could not be sealed.")
	}
	return append([]byte{format}, sealed...), nil
}

func (k *Key) decrypt(sealed, ad []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != format {
		return nil, errs.New(errs.Internal, "Something private is not in a form this version can open.")
	}
	plain, err := k.aead.Decrypt(sealed[1:], ad)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "Something private could not be opened.")
	}
	return plain, nil
}

// context joins the parts with their lengths, so that no two lists of parts give
// the same bytes; the first part keeps fields and wrapped keys apart.
func context(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// String hides the key.
func (*Key) String() string { return hidden }

// Format hides the key from every verb.
func (*Key) Format(f fmt.State, _ rune) { conceal(f) }

// LogValue hides the key from slog.
func (*Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from JSON.
func (*Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }
