package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// longestToken is how far ahead a VAPID token may expire (RFC 8292 section 2).
const longestToken = 24 * time.Hour

// Claims is what an application server says of itself in its VAPID token.
type Claims struct {
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	Subject  string `json:"sub"`
	// Key is the k parameter: the server's public key, base64url.
	Key string `json:"-"`
}

// VerifyVAPID checks an Authorization header (RFC 8292) sent to an endpoint of the given origin at the given
// time: signature, audience, expiry and a subject somebody can be reached by.
func VerifyVAPID(authorization, origin string, now time.Time) (Claims, error) {
	token, key, err := splitAuthorization(authorization)
	if err != nil {
		return Claims{}, err
	}
	claims, err := verifyToken(token, key)
	if err != nil {
		return Claims{}, err
	}
	claims.Key = key
	if claims.Audience != origin {
		return claims, fmt.Errorf("push: token is for %q, endpoint is at %q", claims.Audience, origin)
	}
	expires := time.Unix(claims.Expires, 0)
	if !expires.After(now) {
		return claims, errors.New("push: token has expired")
	}
	if expires.After(now.Add(longestToken)) {
		return claims, errors.New("push: token lasts longer than 24 hours")
	}
	return claims, checkSubject(claims.Subject)
}

func splitAuthorization(header string) (token, key string, err error) {
	rest, ok := strings.CutPrefix(header, "vapid ")
	if !ok {
		return "", "", errors.New("push: authorization is not of the vapid scheme")
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			token = value
		case "k":
			key = value
		}
	}
	if token == "" || key == "" {
		return "", "", errors.New("push: authorization lacks t= or k=")
	}
	return token, key, nil
}

func verifyToken(token, key string) (Claims, error) {
	var claims Claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, errors.New("push: token has not three parts")
	}
	var header struct {
		Alg string `json:"alg"`
	}
	if err := decodePart(parts[0], &header); err != nil {
		return claims, err
	}
	if header.Alg != "ES256" {
		return claims, fmt.Errorf("push: token signed with %q", header.Alg)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return claims, errors.New("push: signature is not of 64 bytes")
	}
	point, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return claims, fmt.Errorf("push: k=: %w", err)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return claims, fmt.Errorf("push: k=: %w", err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(public, digest[:], r, s) {
		return claims, errors.New("push: signature does not verify")
	}
	return claims, decodePart(parts[1], &claims)
}

func decodePart(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return fmt.Errorf("push: token: %w", err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("push: token: %w", err)
	}
	return nil
}

// checkSubject refuses what Apple refuses: anything but an https address or a bare mailto address.
func checkSubject(subject string) error {
	if address, ok := strings.CutPrefix(subject, "mailto:"); ok {
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Address != address {
			return fmt.Errorf("push: subject %q is no address", subject)
		}
		return nil
	}
	if u, err := url.Parse(subject); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("push: subject %q is neither a mailto nor an https address", subject)
	}
	return nil
}
