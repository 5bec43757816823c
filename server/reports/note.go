package reports

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/viewer"
)

// maxDid is the longest note, in characters.
const maxDid = 600

// WriteNote says what a unit did about a release; an empty text takes the note away.
// Young people read it as it is written.
func (s *Service) WriteNote(ctx context.Context, v viewer.Viewer, number int, unit, did string) error {
	did, err := cleanDid(did)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		h, err := shelfTx(tx, tx, v)
		if err != nil {
			return err
		}
		u, err := h.find(unit)
		if err != nil {
			return err
		}
		period, err := h.periodOf(number)
		if err != nil {
			return err
		}
		if err := MayNote(v, h.view, Counted{u.ID, u.services}); err != nil {
			return err
		}
		row := noteRow{OrganisationID: v.OrganisationID, Period: string(period), UnitID: unit, Did: did, ByID: v.AccountID, At: db.At(tx.Now)}
		write, action := keepNote, "release.note"
		if did == "" {
			write, action = dropNote, "release.note.remove"
		}
		if err := write(tx, row); err != nil {
			return err
		}
		return note(tx, v, action, "unit", unit)
	})
}

func (h shelf) periodOf(number int) (figures.Period, error) {
	for _, r := range h.order {
		if r.Number == number {
			return r.Period, nil
		}
	}
	return "", errNotFound
}

// cleanDid trims a note; it may have several lines.
func cleanDid(did string) (string, error) {
	did = strings.TrimSpace(strings.ReplaceAll(did, "\r\n", "\n"))
	wrong := func(sentence string) error { return errs.New(errs.Invalid, sentence).Field("did", sentence) }
	switch {
	case !utf8.ValidString(did):
		return "", wrong("The note holds characters that can't be read.")
	case utf8.RuneCountInString(did) > maxDid:
		return "", wrong("The note can have at most 600 characters.")
	case strings.ContainsFunc(did, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return "", wrong("The note must be plain text.")
	}
	return did, nil
}

// SetTarget sets a measure's target, in whole percent; nil takes it away.
func (s *Service) SetTarget(ctx context.Context, v viewer.Viewer, measure string, percent *int) error {
	m, known := MeasureOf(measure)
	if !known {
		return errNotFound
	}
	if percent != nil && (m.Kind != Rate || *percent < 0 || *percent > 100) {
		const sentence = "A target is a whole percent, and only shares have one."
		return errs.New(errs.Invalid, sentence).Field("percent", sentence)
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		h, err := shelfTx(tx, tx, v)
		if err != nil {
			return err
		}
		if err := MayTarget(v, h.view); err != nil {
			return err
		}
		if percent == nil {
			err = dropTarget(tx, v.OrganisationID, measure)
		} else {
			err = keepTarget(tx, targetRow{OrganisationID: v.OrganisationID, Measure: measure, Percent: *percent})
		}
		if err != nil {
			return err
		}
		return note(tx, v, "target.set", "measure", measure)
	})
}

// notesTx gives what units wrote, newest period first.
func (s *Service) notesTx(tx *db.Tx, v viewer.Viewer, units []string) ([]Note, error) {
	rows, err := notesTx(tx, v.OrganisationID, units)
	if err != nil {
		return nil, err
	}
	var who []string
	for _, row := range rows {
		who = append(who, row.ByID)
	}
	persons, err := s.names.PersonsTx(tx, v.OrganisationID, who)
	notes := make([]Note, len(rows))
	for i, row := range rows {
		notes[i] = Note{Period: row.Period, Unit: row.UnitID, Did: row.Did, By: persons[row.ByID].Name, At: row.At.Time()}
	}
	return notes, err
}

func note(tx *db.Tx, v viewer.Viewer, action, kind, id string) error {
	return audit.Append(tx, audit.Entry{OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action, ObjectKind: kind, ObjectID: id})
}
