package listening

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	// familyRecent is how long after a contact a link about it can be made.
	familyRecent = 14 * 24 * time.Hour
	// familyLife is how long a link waits to be used.
	familyLife = 14 * 24 * time.Hour
	// familyLinks is how many links one contact can have: both parents and a carer.
	familyLinks = 3

	familyTokenSize = 32
	familyPixels    = 512

	subjectFamilyLink = "family_link"
)

// FamilyLink is a link as it is shown, once, to the worker who made it.
type FamilyLink struct {
	URL       string
	QR        string // a picture as a data: address
	ExpiresAt time.Time
}

// FamilyQuestion is what the holder of a link is shown. Whose family is asked is not
// in it: a link may end up in other hands.
type FamilyQuestion struct {
	Kind    Kind   `json:"kind" enum:"meeting,visit,session,call" doc:"what it was"`
	Day     string `json:"day" doc:"the organisation's day, as 2026-03-05"`
	With    string `json:"with" doc:"what the worker is called"`
	Service string `json:"service"`
	Order   Order  `json:"order" enum:"best_first,best_last"`
}

// familyLink is a link as it is kept: without its token.
type familyLink struct {
	ID        string
	Contact   Contact
	MadeBy    string
	TokenHash []byte
	Order     Order
	ExpiresAt time.Time
}

// MakeFamilyLink makes a link by which the family or a carer of a young person can
// answer about a contact of the viewer's. There is no way to ask for it again, nor
// for what became of it.
func (s *Service) MakeFamilyLink(ctx context.Context, v viewer.Viewer, contactID string) (FamilyLink, error) {
	var made FamilyLink
	if err := viewer.AsStaff(v); err != nil {
		return made, err
	}
	token := make([]byte, familyTokenSize)
	_, _ = rand.Read(token) // crypto/rand.Read never fails: it ends the program instead
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := holdRecordedTx(tx, v, contactID)
		if err != nil {
			return err
		}
		standing, err := people.StandingTx(tx, v, c.YoungPersonID)
		if err != nil {
			return err
		}
		if err := MayMakeFamilyLink(v, standing, c, tx.Now); err != nil {
			return err
		}
		n, err := familyLinksTx(tx, c)
		if err != nil {
			return err
		}
		if n >= familyLinks {
			return errEnoughLinks
		}
		l := familyLink{
			ID: db.NewID(), Contact: c, MadeBy: v.AccountID,
			TokenHash: s.familyHash(token), Order: drawOrder(), ExpiresAt: tx.Now.Add(familyLife),
		}
		made.ExpiresAt = l.ExpiresAt
		if err := insertFamilyLinkTx(tx, l); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{
			OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: audit.FamilyLinkMade,
			ObjectKind: subjectFamilyLink, ObjectID: l.ID, SubjectID: c.YoungPersonID,
		})
	})
	if err != nil {
		return FamilyLink{}, err
	}
	// Behind the #, so that it is in no request, no log and no referrer.
	made.URL = strings.TrimSuffix(s.url, "/") + "/family/#" + base64.RawURLEncoding.EncodeToString(token)
	picture, err := qrcode.Encode(made.URL, qrcode.Medium, familyPixels)
	if err != nil {
		return FamilyLink{}, errs.Wrap(err, errs.Internal, "")
	}
	made.QR = "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture)
	return made, nil
}

// OpenFamilyLink gives the question behind a link. It changes nothing.
func (s *Service) OpenFamilyLink(ctx context.Context, token string) (FamilyQuestion, error) {
	var q FamilyQuestion
	hash, err := s.readFamilyToken(token)
	if err != nil {
		return q, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		l, err := openFamilyLinkTx(tx, hash)
		if err != nil {
			return err
		}
		c := l.Contact
		names, err := s.names.PersonsTx(tx, c.OrganisationID, []string{c.WorkerID})
		if err != nil {
			return err
		}
		services, err := people.ServiceNamesTx(tx, c.OrganisationID)
		if err != nil {
			return err
		}
		loc, err := people.ZoneTx(tx, c.OrganisationID)
		if err != nil {
			return err
		}
		q = FamilyQuestion{
			Kind: c.Kind, Day: c.At.In(loc).Format(time.DateOnly), With: names[c.WorkerID].Name,
			Service: services[c.ServiceID], Order: l.Order,
		}
		return nil
	})
	return q, err
}

// AnswerByFamily takes the answer of whoever holds a link, and ends the link.
func (s *Service) AnswerByFamily(ctx context.Context, token string, f Face) error {
	hash, err := s.readFamilyToken(token)
	if err != nil {
		return err
	}
	// The writer is asked for only with a link that works: whoever sends made-up
	// tokens must hold up nobody's card.
	if err := s.db.Read(ctx, func(tx *db.Tx) error { _, err := openFamilyLinkTx(tx, hash); return err }); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.answerFamilyTx(tx, hash, f) })
}

// answerFamilyTx ends a link and counts its answer apart from those of young people.
// Nobody is woken and nothing is written down beside it. One young person's family
// counts once in a period, by whichever of their links, so that more links never give
// one family more weight or less cover by the noise. Its first answer stays: whoever
// makes a link could answer by it, and must not take away what a family said. Whether
// an answer counted is told to nobody.
func (s *Service) answerFamilyTx(tx *db.Tx, tokenHash []byte, f Face) error {
	l, err := holdFamilyLinkTx(tx, tokenHash)
	if err != nil {
		return err
	}
	if err := closeFamilyLinkTx(tx, l.ID); err != nil || !f.Valid() {
		return err
	}
	c := l.Contact
	// Two links of one family at the same moment wait for one another.
	if _, err := holdPersonTx(tx, c.OrganisationID, c.YoungPersonID); err != nil {
		return err
	}
	unit, period, err := people.CountsInTx(tx, c.OrganisationID, c.ServiceID, c.At)
	if err != nil {
		return err
	}
	key, err := s.periodKeyTx(tx, c.OrganisationID, string(period))
	if err != nil {
		return err
	}
	defer clear(key)
	return putFirstAnswerTx(tx, answerRow{
		OrganisationID: c.OrganisationID, UnitID: unit.ID, Period: string(period), Question: string(FamilyListened),
		Tag: tag(key, FamilyListened, c.YoungPersonID), Value: int(f), FaceOrder: string(l.Order),
	})
}

func (s *Service) familyHash(token []byte) []byte { return s.mac.MAC("family link", token) }

// readFamilyToken gives what a token is found by. One that is none is answered like
// one that is not there.
func (s *Service) readFamilyToken(token string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != familyTokenSize {
		return nil, errLinkEnded
	}
	return s.familyHash(raw), nil
}
