package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"

	"heard/server/errs"
)

// BoxIVSize is the length of the number used once that goes with each sealed text.
const BoxIVSize = 12

// Box is a key pair (P-256). Whoever has its public half can seal a text that
// only the private half opens: not even the sealer can open it again.
type Box struct{ private *ecdh.PrivateKey }

// NewBox makes a key pair.
func NewBox() (*Box, error) {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be made.")
	}
	return &Box{private}, nil
}

// BoxOf gives the key pair whose private half was written by Private.
func BoxOf(scalar []byte) (*Box, error) {
	private, err := ecdh.P256().NewPrivateKey(scalar)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be used.")
	}
	return &Box{private}, nil
}

// Public gives the public half: 65 bytes, the uncompressed point.
func (b *Box) Public() []byte { return b.private.PublicKey().Bytes() }

// Private gives the private half, to be sealed before it is stored.
func (b *Box) Private() []byte { return b.private.Bytes() }

// Open opens what was sealed to this pair. ephemeral is the sealer's public half
// for this one text; info and ad must be what it was sealed with.
func (b *Box) Open(ephemeral, iv, sealed []byte, info string, ad []byte) ([]byte, error) {
	aead, err := b.agree(ephemeral, ephemeral, b.Public(), info)
	if err != nil {
		return nil, err
	}
	if len(iv) != BoxIVSize {
		return nil, errs.New(errs.Invalid, "A sealed text has an IV of the wrong length.")
	}
	plain, err := aead.Open(nil, iv, sealed, ad)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "A sealed text could not be opened.")
	}
	return plain, nil
}

// SealTo seals a text to another's public half, with this pair as the ephemeral
// one. A pair and an IV serve one text only.
func (b *Box) SealTo(public, iv, plain []byte, info string, ad []byte) ([]byte, error) {
	aead, err := b.agree(public, b.Public(), public, info)
	if err != nil {
		return nil, err
	}
	if len(iv) != BoxIVSize {
		return nil, errs.New(errs.Invalid, "A sealed text has an IV of the wrong length.")
	}
	return aead.Seal(nil, iv, plain, ad), nil
}

// agree derives the key of one text: from what both halves share, bound to both
// public halves.
func (b *Box) agree(with, ephemeral, receiver []byte, info string) (cipher.AEAD, error) {
	public, err := ecdh.P256().NewPublicKey(with)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "A public key is not one.")
	}
	secret, err := b.private.ECDH(public)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "A public key is not one.")
	}
	defer clear(secret)
	salt := append(append(make([]byte, 0, len(ephemeral)+len(receiver)), ephemeral...), receiver...)
	key, err := hkdf.Key(sha256.New, secret, salt, info, KeySize)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be derived.")
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A key could not be used.")
	}
	return cipher.NewGCM(block)
}

// String hides the key.
func (*Box) String() string { return hidden }

// Format hides the key from every verb.
func (*Box) Format(f fmt.State, _ rune) { conceal(f) }

// LogValue hides the key from slog.
func (*Box) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from JSON.
func (*Box) MarshalText() ([]byte, error) { return []byte(hidden), nil }
