package placements

import (
	"heard/server/db"
)

// PackState is where a move stands with the place's pack.
type PackState struct {
	Published *Version `json:"published,omitempty" doc:"what the place has published last"`
	Shown     *Version `json:"shown,omitempty" doc:"what the young person was shown; it stays"`
}

// What a move can lack of the place's pack.
const (
	missingPack    = "pack"
	missingPackOld = "pack_old"
)

// youngPackTx adds what a young person may know of a pack before they open it: what is
// in it, and how much has changed since.
func (s *Service) youngPackTx(tx *db.Tx, m Move, next *NextPlace) error {
	next.Contents = []Content{}
	if m.PackVersionID == "" {
		return nil
	}
	shown, err := s.packForMoveTx(tx, m)
	next.Contents, next.Later, next.Gone = shown.Pack.contents(), len(shown.Later), shown.gone
	return err
}

// packStateTx adds the pack for those who may read it.
func packStateTx(tx *db.Tx, m Move, held []Side, view *StaffMove) error {
	if m.ToServiceID == "" || !readsPack(m, held, tx.Now) {
		return nil
	}
	published, err := newestVersionTx(tx, m.OrganisationID, m.ToServiceID)
	if err != nil {
		return err
	}
	shown, err := shownVersionTx(tx, m)
	view.Pack = &PackState{Published: published, Shown: shown}
	return err
}

// packMissingTx says which moves ahead lack a pack to show, or lead to a place whose
// pack is old.
func packMissingTx(tx *db.Tx, orgID string, moves []Move, held map[string][]Side) (map[string][]Missing, error) {
	var places []string
	for _, m := range moves {
		if m.ToServiceID != "" && m.open() {
			places = append(places, m.ToServiceID)
		}
	}
	all := map[string][]Missing{}
	if len(places) == 0 {
		return all, nil
	}
	newest, err := newestTx(tx, orgID, places)
	for _, m := range moves {
		if m.ToServiceID == "" || !m.open() || first(held[m.ID], []Side{TheirSide, Place}) == NoSide {
			continue
		}
		version, published := newest[m.ToServiceID]
		switch {
		case !published, m.ToldAt != nil && m.PackVersionID == "":
			all[m.ID] = append(all[m.ID], Missing{What: missingPack})
		case version.Old:
			all[m.ID] = append(all[m.ID], Missing{What: missingPackOld})
		}
	}
	return all, err
}
