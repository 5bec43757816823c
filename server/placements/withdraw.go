package placements

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/files"
	"heard/server/people"
	"heard/server/viewer"
)

// PublishedPhoto is a photo of a place that somebody may be looking at, a voice that they
// may be hearing, or the guide that they may be reading.
type PublishedPhoto struct {
	ID      string  `json:"id"`
	Alt     string  `json:"alt"`
	Pano    bool    `json:"pano,omitempty"`
	Part    PartKey `json:"part,omitempty" doc:"of a voice: what it says"`
	Seconds int     `json:"seconds,omitempty" doc:"of a voice"`
	Guide   bool    `json:"guide,omitempty" doc:"the children's guide as a paper"`
}

// PublishedPhotos lists the photos, voices and guides of what a place has published and of what was shown
// for a move, also those that its draft has no more.
func (s *Service) PublishedPhotos(ctx context.Context, v viewer.Viewer, serviceID string) ([]PublishedPhoto, error) {
	list := []PublishedPhoto{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		right, err := people.PlaceRightTx(tx, v, serviceID)
		if err != nil {
			return err
		}
		if err := MayReadDraft(v, right); err != nil {
			return err
		}
		versions, err := usedVersionsTx(tx, v.OrganisationID, serviceID, tx.Now.Add(-shownFor))
		if err != nil || len(versions) == 0 {
			return err
		}
		key, err := s.keys.OrganisationKeyTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		gone, err := withdrawnTx(tx, v.OrganisationID, serviceID)
		if err != nil {
			return err
		}
		add := func(one PublishedPhoto) {
			if !slices.Contains(gone, one.ID) && !slices.ContainsFunc(list, func(other PublishedPhoto) bool { return other.ID == one.ID }) {
				list = append(list, one)
			}
		}
		for _, row := range versions {
			p, err := row.open(key)
			if err != nil {
				return err
			}
			p.eachShot(func(_ string, shot *Shot) { add(PublishedPhoto{ID: shot.ID, Alt: shot.Alt, Pano: shot.Pano}) })
			p.eachVoice(func(part *Part) { add(PublishedPhoto{ID: part.Voice.ID, Part: part.Key, Seconds: part.Voice.Seconds}) })
			if p.GuideFile != nil {
				add(PublishedPhoto{ID: p.GuideFile.ID, Guide: true})
			}
		}
		return nil
	})
	return list, err
}

// Withdraw takes a file of a place away at once: out of what is being written, out of
// what is published and out of what was shown for a move, whose versions stay as they are
// for the rest. No second person is waited for: somebody in a photo has asked.
func (s *Service) Withdraw(ctx context.Context, v viewer.Viewer, serviceID, fileID string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		right, err := people.PlaceRightTx(tx, v, serviceID)
		if err != nil {
			return err
		}
		if err := MayReadDraft(v, right); err != nil {
			return err
		}
		// Whoever saves or publishes holds the pack.
		row, err := holdPackTx(tx, v.OrganisationID, serviceID)
		if err != nil {
			return err
		}
		gone, err := withdrawnTx(tx, v.OrganisationID, serviceID)
		if err != nil || slices.Contains(gone, fileID) {
			return err // twice is once
		}
		if err := files.TakeTx(tx, v.OrganisationID, fileID, files.Owner{Kind: files.OfPlace, ID: serviceID}); err != nil {
			return err
		}
		if err := files.EndTx(tx, v.OrganisationID, fileID); err != nil {
			return err
		}
		if err := insertWithdrawnTx(tx, withdrawnRow{
			FileID: fileID, OrganisationID: v.OrganisationID, ServiceID: serviceID, WithdrawnBy: v.AccountID, At: db.At(tx.Now),
		}); err != nil {
			return err
		}
		if err := s.takeOutTx(tx, v, row, fileID); err != nil {
			return err
		}
		moves, err := movesShownTx(tx, v.OrganisationID, serviceID, tx.Now.Add(-youngAfter))
		if err != nil {
			return err
		}
		for _, m := range moves { // their phones drop it with the next answer
			if err := s.wakeMoveTx(tx, m); err != nil {
				return err
			}
		}
		return s.packChangedTx(tx, v, serviceID, "pack.photo_withdrawn")
	})
}

// takeOutTx takes a file out of what is being written, as one more revision: whoever
// waits to check it would otherwise publish something that is gone.
func (s *Service) takeOutTx(tx *db.Tx, v viewer.Viewer, row *packRow, fileID string) error {
	if row == nil {
		return nil
	}
	key, err := s.keys.OrganisationKeyTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	kept, err := row.open(key)
	if err != nil || !slices.Contains(kept.Pack.FileIDs(), fileID) {
		return err
	}
	kept.Pack.drop([]string{fileID})
	row.Revision, row.ChangedBy, row.ChangedAt = row.Revision+1, v.AccountID, db.At(tx.Now)
	if row.Sealed, err = seal(key, packAD(row.ServiceID), kept); err != nil {
		return err
	}
	return changePackTx(tx, *row)
}

// drop takes files out of a pack, wherever they stand in it.
func (p *Pack) drop(gone []string) {
	if len(gone) == 0 {
		return
	}
	is := func(s Shot) bool { return slices.Contains(gone, s.ID) }
	for i := range p.Parts {
		p.Parts[i].Photos = slices.DeleteFunc(p.Parts[i].Photos, is)
	}
	p.Walk = slices.DeleteFunc(p.Walk, is)
	for i := range p.People {
		if shot := p.People[i].Shot; shot != nil && is(*shot) {
			p.People[i].Shot = nil
		}
	}
	p.eachVoice(func(part *Part) {
		if slices.Contains(gone, part.Voice.ID) {
			part.Voice = nil
		}
	})
	if p.GuideFile != nil && slices.Contains(gone, p.GuideFile.ID) {
		p.GuideFile = nil
	}
}
