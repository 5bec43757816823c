package reports

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// tokenPrefix begins every token, so that one found in the wrong place is known for what it is.
const tokenPrefix = "hrd_"

// Token lets a program read published figures, as its maker may and no further.
type Token struct {
	ID         string
	Name       string
	Units      []string // none: all its maker may read
	MadeBy     viewer.Person
	CreatedAt  time.Time
	ExpiresAt  time.Time
	EndedAt    *time.Time
	LastUsedOn string // a day in UTC; empty: never
}

// NewToken is what is asked for.
type NewToken struct {
	Name      string
	Units     []string
	ExpiresAt time.Time
}

// Tokens lists the viewer's own tokens, and everybody's for whoever reads the whole organisation.
func (e *Exports) Tokens(ctx context.Context, v viewer.Viewer) ([]Token, error) {
	var tokens []Token
	err := e.db.Read(ctx, func(tx *db.Tx) error {
		view, err := mayShareTx(tx, v)
		if err != nil {
			return err
		}
		rows, err := tokensOf(tx, v, view.All)
		if err != nil {
			return err
		}
		makers := make([]string, len(rows))
		for i, row := range rows {
			makers[i] = row.MadeBy
		}
		persons, err := e.names.PersonsTx(tx, v.OrganisationID, makers)
		if err != nil {
			return err
		}
		for _, row := range rows {
			tokens = append(tokens, row.token(persons))
		}
		return nil
	})
	return tokens, err
}

// AddToken makes a token. The secret is given this once and kept only as a hash.
func (e *Exports) AddToken(ctx context.Context, v viewer.Viewer, n NewToken) (id string, secret keys.Secret, err error) {
	if _, err := e.figures.Overview(ctx, v); err != nil {
		return "", "", err
	}
	overview, err := e.figures.Overview(ctx, programOf(v))
	if errs.CodeOf(err) == errs.NotFound {
		err = errMayNotShare
	}
	if err != nil {
		return "", "", err
	}
	units := make([]string, len(overview.Units))
	for i, u := range overview.Units {
		units[i] = u.ID
	}
	n.Name, n.Units = strings.TrimSpace(n.Name), slices.Compact(slices.Sorted(slices.Values(n.Units)))
	id, secret = db.NewID(), newTokenSecret()
	err = e.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := mayShareTx(tx, v); err != nil {
			return err
		}
		if err := checkToken(n, tx.Now, units); err != nil {
			return err
		}
		if many, err := countTokens(tx, v); err != nil || many >= mostTokens {
			return orTooMany(err)
		}
		err := insertToken(tx, tokenRow{
			OrganisationID: v.OrganisationID, ID: id, MadeBy: v.AccountID, Name: n.Name, TokenHash: e.tokenHash(secret.Reveal()),
			Units: strings.Join(n.Units, " "), CreatedAt: db.At(tx.Now), ExpiresAt: db.At(n.ExpiresAt), WindowAt: db.At(tx.Now),
		})
		if err != nil {
			return err
		}
		return noteShared(tx, v, "figure_token.made", "figure_token", id)
	})
	return id, secret, err
}

// EndToken ends a token at once and for good.
func (e *Exports) EndToken(ctx context.Context, v viewer.Viewer, id string) error {
	return e.db.Tx(ctx, func(tx *db.Tx) error {
		view, err := mayShareTx(tx, v)
		if err != nil {
			return err
		}
		if err := findToken(tx, v, id, view.All); err != nil {
			return err
		}
		if err := endTokens(tx, byID, id); err != nil {
			return err
		}
		return noteShared(tx, v, "figure_token.ended", "figure_token", id)
	})
}

// useToken finds whose token stands in an Authorization header and what it may read, and
// counts the request. It is its maker's: what they may no longer pass on, it no longer reads.
func (e *Exports) useToken(ctx context.Context, header string) (viewer.Viewer, scope, error) {
	kind, secret, _ := strings.Cut(header, " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(kind, "Bearer") || !strings.HasPrefix(secret, tokenPrefix) {
		return viewer.Viewer{}, nil, errTokenWrong
	}
	var row tokenRow
	var count int
	live := func(tx *db.Tx) (err error) {
		if row, err = tokenByHash(tx, e.tokenHash(secret)); err != nil {
			return err
		}
		if row.EndedAt != nil || row.ExpiresAt <= db.At(tx.Now) {
			return errTokenWrong
		}
		return nil
	}
	var v viewer.Viewer
	// Anybody can send a Bearer: only with one that is known is the one writer asked for.
	err := e.db.Read(ctx, func(tx *db.Tx) error {
		if err := live(tx); err != nil {
			return err
		}
		v = programOf(viewer.Viewer{AccountID: row.MadeBy, OrganisationID: row.OrganisationID, Place: viewer.Insight, Kind: viewer.KindStaff, Reading: true})
		if _, err := mayShareTx(tx, v); errs.CodeOf(err) == errs.Forbidden {
			return errTokenWrong
		} else if err != nil {
			return err
		}
		return nil
	})
	if err == nil {
		err = e.db.Tx(ctx, func(tx *db.Tx) (err error) {
			if err = live(tx); err == nil { // it may have ended since
				count, err = countRequest(tx, row.ID)
			}
			return err
		})
	}
	if errs.CodeOf(err) == errs.NotFound {
		err = errTokenWrong
	}
	if err == nil && count > tokenRequests {
		err = errTooOften
	}
	if err != nil {
		return viewer.Viewer{}, nil, err
	}
	return v, row.scope(), nil
}

// programOf is a program that reads in an account's name, and so only what the account may pass on.
func programOf(v viewer.Viewer) viewer.Viewer {
	v.Program = true
	return v
}

func (e *Exports) tokenHash(secret string) []byte { return e.ring.MAC("figures token", []byte(secret)) }

func newTokenSecret() keys.Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	return keys.Secret(tokenPrefix + base64.RawURLEncoding.EncodeToString(b[:]))
}

func mayShareTx(tx *db.Tx, v viewer.Viewer) (people.InsightView, error) {
	view, err := people.InsightTx(tx, v)
	if err != nil {
		return view, err
	}
	return view, MayShare(view)
}

func orTooMany(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "You have too many. End one you no longer use.").With("too_many")
}
