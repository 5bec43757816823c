package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	_ "embed" // the word list
	"encoding/base64"
	"math/big"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

//go:embed words.txt
var wordList string

var words = strings.Fields(wordList)

const (
	codeWords       = 6
	selectorWords   = 2 // they find the code; the other four prove it
	codeTries       = 10
	codesPerDay     = 12 // for one young person
	wrongCodesAnHr  = 200
	selectorRetries = 8
	qrPixels        = 512
)

// JoinCode is a code as it is shown, once, to the worker who made it.
type JoinCode struct {
	Words     string
	URL       string
	QR        string // a picture as a data: address
	ExpiresAt time.Time
}

var (
	errCodeWrong   = errs.New(errs.Invalid, "These words don't open Heard. Please check them.").With("code_wrong").Field("code", "These words don't open Heard.")
	errCodeUsed    = errs.New(errs.Conflict, "These words were used already. Ask your worker for new ones.").With("code_used")
	errCodeExpired = errs.New(errs.Conflict, "These words are too old. Ask your worker for new ones.").With("code_expired")
	errCodeBlocked = errs.New(errs.Conflict, "These words were tried too often. Ask your worker for new ones.").With("code_blocked")
)

// pickWords draws words with equal chances.
func pickWords(n int) []string {
	picked := make([]string, n)
	for i := range picked {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
		if err != nil {
			panic("accounts: " + err.Error()) // crypto/rand never fails
		}
		picked[i] = words[k.Int64()]
	}
	return picked
}

// readCode takes the six words however they were typed.
func readCode(text string) (selector, verifier string, err error) {
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && r < 128 })
	if len(parts) != codeWords {
		return "", "", errCodeWrong
	}
	return strings.Join(parts[:selectorWords], "-"), strings.Join(parts[selectorWords:], "-"), nil
}

func (s *Service) verifierHash(selector, verifier string) []byte {
	return s.ring.MAC("join code", []byte(selector+"/"+verifier))
}

// MakeJoinCodeTx makes a code for a young person. Whether v may is asked before,
// in the same transaction; older unused codes end.
func (s *Service) MakeJoinCodeTx(tx *db.Tx, v viewer.Viewer, youngPersonID string) (JoinCode, error) {
	a, err := activeAccount(tx, v.OrganisationID, youngPersonID)
	if err != nil {
		return JoinCode{}, err
	}
	if a.Kind != viewer.KindYoungPerson {
		return JoinCode{}, errNotFound
	}
	within, err := allowTx(tx, "join code made:"+a.ID, codesPerDay, 24*time.Hour)
	if err != nil {
		return JoinCode{}, err
	}
	if !within {
		return JoinCode{}, errTooMany
	}
	if err := forgetOldCodes(tx); err != nil {
		return JoinCode{}, err
	}
	if err := endCodes(tx, a.ID); err != nil {
		return JoinCode{}, err
	}
	picked, err := freeCode(tx)
	if err != nil {
		return JoinCode{}, err
	}
	selector, verifier := strings.Join(picked[:selectorWords], "-"), strings.Join(picked[selectorWords:], "-")
	expires := tx.Now.Add(codeLife)
	row := codeRow{
		ID: db.NewID(), OrganisationID: a.OrganisationID, AccountID: a.ID, Selector: selector,
		VerifierHash: s.verifierHash(selector, verifier), MadeBy: v.AccountID, CreatedAt: db.At(tx.Now), ExpiresAt: db.At(expires),
	}
	if err := insert(tx, &row); err != nil {
		return JoinCode{}, err
	}
	if err := noteCode(tx, v, row); err != nil {
		return JoinCode{}, err
	}
	link := s.url + "/join#" + strings.Join(picked, "-")
	picture, err := qrcode.Encode(link, qrcode.Medium, qrPixels)
	if err != nil {
		return JoinCode{}, errs.Wrap(err, errs.Internal, "")
	}
	return JoinCode{
		Words: strings.Join(picked, " "), URL: link, ExpiresAt: expires,
		QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture),
	}, nil
}

// freeCode draws words whose first two find no other code.
func freeCode(tx *db.Tx) ([]string, error) {
	for range selectorRetries {
		picked := pickWords(codeWords)
		taken, err := selectorTaken(tx, strings.Join(picked[:selectorWords], "-"))
		if err != nil {
			return nil, err
		}
		if !taken {
			return picked, nil
		}
	}
	return nil, errs.New(errs.Unavailable, "No code could be made. Please try again.")
}

// spendCodeTx judges a code that was typed in. refused says why it opens
// nothing; the try is counted all the same, so refused is not an error of the
// transaction. A try is counted before it is judged: guesses sent side by side
// count one by one.
func (s *Service) spendCodeTx(tx *db.Tx, selector, verifier string) (row codeRow, refused, err error) {
	row, err = countTry(tx, selector)
	if errs.CodeOf(err) == errs.NotFound {
		return row, errCodeWrong, nil
	}
	if err != nil {
		return row, nil, err
	}
	right := hmac.Equal(row.VerifierHash, s.verifierHash(selector, verifier))
	switch {
	case row.Failures > codeTries:
		return row, errCodeBlocked, nil
	case !right && row.Failures == codeTries:
		return row, errCodeBlocked, nil
	case !right:
		return row, errCodeWrong, nil
	case row.UsedAt != nil:
		return row, errCodeUsed, nil
	case row.EndedAt != nil, !tx.Now.Before(row.ExpiresAt.Time()):
		return row, errCodeExpired, nil
	}
	return row, nil, useCode(tx, row.ID)
}
