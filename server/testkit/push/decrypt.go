package push

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes of the aes128gcm content coding (RFC 8188) as web push uses it (RFC 8291).
const (
	saltSize   = 16
	tagSize    = 16
	pointSize  = 65
	headerSize = saltSize + 4 + 1 + pointSize
	authSize   = 16
)

// Decrypt opens a web push body (RFC 8291, one aes128gcm record) as the browser would, with the
// subscription's private key and authentication secret, and takes the padding off.
func Decrypt(private *ecdh.PrivateKey, auth, body []byte) ([]byte, error) {
	if len(auth) != authSize {
		return nil, fmt.Errorf("push: auth secret of %d bytes", len(auth))
	}
	if len(body) < headerSize+tagSize+1 {
		return nil, errors.New("push: body shorter than header, delimiter and tag")
	}
	salt := body[:saltSize]
	recordSize := binary.BigEndian.Uint32(body[saltSize:])
	if body[saltSize+4] != pointSize {
		return nil, errors.New("push: key id is no P-256 point")
	}
	sender, err := ecdh.P256().NewPublicKey(body[saltSize+5 : headerSize])
	if err != nil {
		return nil, fmt.Errorf("push: sender's key: %w", err)
	}
	record := body[headerSize:]
	if uint64(len(record)) > uint64(recordSize) {
		return nil, errors.New("push: more than one record")
	}
	cek, nonce, err := deriveKeys(private, sender, auth, salt)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, fmt.Errorf("push: %w", err)
	}
	return unpad(padded)
}

// deriveKeys is the key schedule of RFC 8291 section 3.4.
func deriveKeys(private *ecdh.PrivateKey, sender *ecdh.PublicKey, auth, salt []byte) (cek, nonce []byte, err error) {
	shared, err := private.ECDH(sender)
	if err != nil {
		return nil, nil, err
	}
	info := append([]byte("WebPush: info\x00"), private.PublicKey().Bytes()...)
	info = append(info, sender.Bytes()...)
	ikm, err := hkdf.Key(sha256.New, shared, auth, string(info), sha256.Size)
	if err != nil {
		return nil, nil, err
	}
	if cek, err = hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16); err != nil {
		return nil, nil, err
	}
	nonce, err = hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	return cek, nonce, err
}

// unpad cuts the zeros and the delimiter of the last (here: only) record.
func unpad(padded []byte) ([]byte, error) {
	end := len(bytes.TrimRight(padded, "\x00")) - 1
	if end < 0 || padded[end] != 2 {
		return nil, errors.New("push: no delimiter of a last record")
	}
	return padded[:end], nil
}
