package pulse

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/notify"
)

// mostBytes is the largest body push services take.
const mostBytes = 4096

var (
	errUnreadable  = errs.New(errs.Invalid, "A heartbeat can't be read.")
	errUnsigned    = errs.New(errs.Invalid, "A heartbeat is not signed as it should be.")
	errNoSuchAlert = errs.New(errs.NotFound, "A heartbeat belongs to no alert.")
)

// Receiver is the push service and the phone of the machine that is told: it
// stands where the wire begins, checks the signature, decrypts and notes the arrival.
type Receiver struct{ s *Service }

// Receiver gives the end of the way.
func (s *Service) Receiver() Receiver { return Receiver{s} }

// RoundTrip is http.RoundTripper.
func (r Receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	status := http.StatusCreated
	if err := r.receive(request); err != nil {
		status = http.StatusBadRequest
		if errs.CodeOf(err) == errs.Unavailable {
			status = http.StatusServiceUnavailable // the database: the sender comes again
		}
		r.s.c.Log.LogAttrs(request.Context(), slog.LevelWarn, "heartbeat",
			slog.String("problem", "a heartbeat was not taken"), slog.String("error", err.Error()))
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: request,
	}, nil
}

func (r Receiver) receive(request *http.Request) error {
	defer func() { _ = request.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(request.Body, mostBytes))
	if err != nil {
		return err
	}
	if err := signedBy(request.Header.Get("Authorization"), r.s.c.VAPID); err != nil {
		return err
	}
	var row heartbeatRow
	ctx := request.Context()
	err = r.s.c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = heartbeatTx(tx, strings.TrimPrefix(request.URL.Path, "/"))
		return err
	})
	if err != nil {
		return err
	}
	k, err := r.s.openKeys(row)
	if err != nil {
		return err
	}
	plain, err := decrypt(k.private, k.auth, body)
	if err != nil {
		return err
	}
	var payload struct{ N string }
	if err := json.Unmarshal(plain, &payload); err != nil {
		return errUnreadable
	}
	return r.s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		tapped, err := throughTx(tx, row, payload.N)
		tx.AfterCommit(func() { r.s.noteThrough(row.OrganisationID, tapped) })
		return err
	})
}

// signedBy checks the signature as a push service does (RFC 8292).
func signedBy(authorization, publicKey string) error {
	token, ok := strings.CutPrefix(authorization, "vapid t=")
	token, key, _ := strings.Cut(token, ", k=")
	if !ok || strings.TrimRight(key, "=") != strings.TrimRight(publicKey, "=") {
		return errUnsigned
	}
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(publicKey, "="))
	if err != nil {
		return errUnsigned
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return errUnsigned
	}
	// When it ends is for push services to mind: the machine's clock, which it is signed by, may not be Heard's.
	var claims jwt.RegisteredClaims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithoutClaimsValidation())
	_, err = parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return public, nil })
	if err != nil || !slices.Contains(claims.Audience, notify.InsideOrigin) {
		return errUnsigned
	}
	return nil
}
