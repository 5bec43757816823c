package pulse

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
)

// Sizes of one aes128gcm record (RFC 8188) with a P-256 key in front (RFC 8291).
const (
	authSize   = 16
	saltSize   = 16
	pointSize  = 65
	headerSize = saltSize + 4 + 1 + pointSize
	gcmTag     = 16
)

// decrypt opens a push as a browser does, with the subscription's private key and
// authentication secret.
func decrypt(private *ecdh.PrivateKey, auth, body []byte) ([]byte, error) {
	if len(body) < headerSize+gcmTag+1 || body[saltSize+4] != pointSize {
		return nil, errUnreadable
	}
	salt, record := body[:saltSize], body[headerSize:]
	if uint64(len(record)) > uint64(binary.BigEndian.Uint32(body[saltSize:])) {
		return nil, errUnreadable
	}
	sender, err := ecdh.P256().NewPublicKey(body[saltSize+5 : headerSize])
	if err != nil {
		return nil, errUnreadable
	}
	shared, err := private.ECDH(sender)
	if err != nil {
		return nil, errUnreadable
	}
	info := "WebPush: info\x00" + string(private.PublicKey().Bytes()) + string(sender.Bytes())
	secret, err := hkdf.Key(sha256.New, shared, auth, info, sha256.Size)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	return openRecord(key, nonce, record)
}

func openRecord(key, nonce, record []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, errUnreadable
	}
	// The last record's delimiter is a 2, then zeros.
	end := len(bytes.TrimRight(padded, "\x00")) - 1
	if end < 0 || padded[end] != 2 {
		return nil, errUnreadable
	}
	return padded[:end], nil
}
