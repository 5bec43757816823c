package placements

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/viewer"
)

// A version older than this needs somebody to look at it again. It is no reason not to
// show it: an old booklet is better than none.
const goodFor = 365 * 24 * time.Hour

// Version is a published pack, without its words.
type Version struct {
	ID     string    `json:"-"`
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	Old    bool      `json:"old,omitempty" doc:"More than a year old: it needs a review"`
}

// Later is something that reads otherwise today than when it was shown. With nothing in
// it, the place says no more of it.
type Later struct {
	Key       string       `json:"key" doc:"a part's key, walk, people or guideFile"`
	At        time.Time    `json:"at"`
	Part      *Part        `json:"part,omitempty"`
	Walk      []Shot       `json:"walk,omitempty"`
	People    []PackPerson `json:"people,omitempty"`
	GuideFile *GuideFile   `json:"guideFile,omitempty"`
}

// Content says what a part holds, for whoever wants to know before they look.
type Content struct {
	Key    string `json:"key"`
	Photos int    `json:"photos"`
}

// PackShown is a pack as it is shown for a move.
type PackShown struct {
	Move        string    `json:"move" doc:"The move it is shown for: an answer that comes late may be of another one"`
	Version     int       `json:"version"`
	PublishedAt time.Time `json:"publishedAt"`
	Pack        Pack      `json:"pack"`
	Later       []Later   `json:"later" nullable:"false"`
	Bytes       int64     `json:"bytes" doc:"What a phone that saves it fetches"`
	QR          string    `json:"qr,omitempty" doc:"A picture of the address of My next place, for the booklet; nothing secret is in it"`

	files []string // what may be fetched with it
	gone  []string // what could be read with it once and was taken away
}

// errNotOpened keeps the place closed until its young person opens it.
var errNotOpened = errs.New(errs.Conflict, "This opens when you say so.").With("not_opened")

func versionAD(id string) keys.AD {
	return keys.AD{Table: "pack_versions", Column: "sealed", Row: id}
}

func (r versionRow) version(now time.Time) Version {
	at := r.PublishedAt.Time()
	return Version{ID: r.ID, Number: r.Number, At: at, Old: !now.Before(at.Add(goodFor))}
}

func (r versionRow) open(key *keys.Key) (Pack, error) {
	var p Pack
	return p, open(key, versionAD(r.ID), r.Sealed, &p)
}

// newestVersionTx gives what a place has published last; nil: nothing.
func newestVersionTx(tx *db.Tx, orgID, serviceID string) (*Version, error) {
	newest, err := newestTx(tx, orgID, []string{serviceID})
	if version, published := newest[serviceID]; published {
		return &version, err
	}
	return nil, err
}

// shownVersionTx gives the version that was shown for a move; nil: none was.
func shownVersionTx(tx *db.Tx, m Move) (*Version, error) {
	if m.PackVersionID == "" {
		return nil, nil
	}
	row, err := versionTx(tx, m.OrganisationID, m.PackVersionID)
	if err != nil || row == nil {
		return nil, err
	}
	version := row.version(tx.Now)
	return &version, nil
}

// packForMoveTx gives the pack that was shown for a move and what has changed in it
// since. Nothing was shown: there is nothing.
func (s *Service) packForMoveTx(tx *db.Tx, m Move) (PackShown, error) {
	shown := PackShown{Move: m.ID, Later: []Later{}}
	if m.PackVersionID == "" {
		return shown, errNotFound
	}
	row, err := versionTx(tx, m.OrganisationID, m.PackVersionID)
	if err != nil {
		return shown, err
	}
	if row == nil {
		return shown, errNotFound
	}
	key, err := s.keys.OrganisationKeyTx(tx, m.OrganisationID)
	if err != nil {
		return shown, err
	}
	if shown.Pack, err = row.open(key); err != nil {
		return shown, err
	}
	gone, err := withdrawnTx(tx, m.OrganisationID, row.ServiceID)
	if err != nil {
		return shown, err
	}
	// Not only what was in this version: what came with a later one may lie on a phone too,
	// also when a still later one has it no more.
	if shown.gone, err = withdrawnSinceTx(tx, *row); err != nil {
		return shown, err
	}
	shown.Pack.drop(gone)
	shown.Version, shown.PublishedAt, shown.files = row.Number, row.PublishedAt.Time(), shown.Pack.FileIDs()
	newest, err := newestRowTx(tx, m.OrganisationID, row.ServiceID)
	if err != nil || newest == nil || newest.ID == row.ID {
		return shown, err
	}
	now, err := newest.open(key)
	if err != nil {
		return shown, err
	}
	now.drop(gone)
	shown.Later = laterOf(shown.Pack, now, newest.PublishedAt.Time())
	for _, l := range shown.Later {
		shown.files = append(shown.files, l.fileIDs()...)
	}
	return shown, nil
}

// laterOf says which parts of a pack read otherwise today.
func laterOf(was, now Pack, at time.Time) []Later {
	later := []Later{}
	for _, key := range partKeys {
		before, after := was.Part(key), now.Part(key)
		if same(before, after) {
			continue
		}
		l := Later{Key: string(key), At: at}
		if !same(after, Pack{}.Part(key)) {
			l.Part = &after
		}
		later = append(later, l)
	}
	if !same(was.Walk, now.Walk) {
		later = append(later, Later{Key: keyWalk, At: at, Walk: now.Walk})
	}
	if !same(was.People, now.People) {
		later = append(later, Later{Key: keyPeople, At: at, People: now.People})
	}
	if !same(was.GuideFile, now.GuideFile) {
		later = append(later, Later{Key: keyGuideFile, At: at, GuideFile: now.GuideFile})
	}
	return later
}

// fileIDs names the files that are shown with a change.
func (l Later) fileIDs() []string {
	changed := Pack{Walk: l.Walk, People: l.People, GuideFile: l.GuideFile}
	if l.Part != nil {
		changed.Parts = []Part{*l.Part}
	}
	return changed.FileIDs()
}

// contents says what is in a pack, in its order.
func (p Pack) contents() []Content {
	list := []Content{}
	for _, part := range p.Parts {
		if !same(part, Pack{}.Part(part.Key)) {
			list = append(list, Content{Key: string(part.Key), Photos: len(part.Photos)})
		}
	}
	if len(p.Walk) > 0 {
		list = append(list, Content{Key: keyWalk, Photos: len(p.Walk)})
	}
	if len(p.People) > 0 {
		list = append(list, Content{Key: keyPeople})
	}
	return list
}

// savedBytesTx reckons what a phone that saves a pack fetches: one picture of each.
func savedBytesTx(tx *db.Tx, orgID string, p Pack) (int64, error) {
	found, err := files.FilesTx(tx, orgID, p.FileIDs())
	var sum int64
	for _, f := range found {
		switch f.Kind {
		case files.Photo:
			sum += f.Parts["720.webp"]
		case files.Panorama:
			sum += f.Parts["2048.webp"]
		case files.Voice:
			sum += f.Bytes
		}
	}
	return sum, err
}

// MyPack gives a young person the pack of their next place, once they chose to look.
func (s *Service) MyPack(ctx context.Context, v viewer.Viewer) (shown PackShown, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return shown, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := myOpenedTx(tx, v)
		if err != nil {
			return err
		}
		if shown, err = s.packForMoveTx(tx, m); err != nil {
			return err
		}
		if shown.Bytes, err = savedBytesTx(tx, v.OrganisationID, shown.Pack); err != nil {
			return err
		}
		shown.QR, err = s.nextQR()
		return err
	})
	return shown, err
}

// myOpenedTx gives the move of a young person who chose to look at where they go.
func myOpenedTx(tx *db.Tx, v viewer.Viewer) (Move, error) {
	m, err := youngMoveTx(tx, v)
	switch {
	case err != nil:
		return Move{}, err
	case m == nil:
		return Move{}, errNotFound
	case m.Choice != Opened:
		return Move{}, errNotOpened
	}
	return *m, nil
}

// PackOfMove gives an adult the pack that was shown for a move; before it is told, the
// one that would be.
func (s *Service) PackOfMove(ctx context.Context, v viewer.Viewer, moveID string) (shown PackShown, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := packMoveTx(tx, v, moveID)
		if err != nil {
			return err
		}
		if shown, err = s.staffPackTx(tx, m); err != nil {
			return err
		}
		shown.QR, err = s.nextQR()
		return err
	})
	return shown, err
}

func (s *Service) staffPackTx(tx *db.Tx, m Move) (PackShown, error) {
	if m.PackVersionID == "" {
		newest, err := newestVersionTx(tx, m.OrganisationID, m.ToServiceID)
		if err != nil {
			return PackShown{}, err
		}
		if newest == nil {
			return PackShown{}, errNotFound
		}
		m.PackVersionID = newest.ID
	}
	return s.packForMoveTx(tx, m)
}

const qrPixels = 240

// nextQR draws the address under which a young person's own phone opens its next place.
func (s *Service) nextQR() (string, error) {
	picture, err := qrcode.Encode(strings.TrimSuffix(s.url, "/")+"/next", qrcode.Medium, qrPixels)
	if err != nil {
		return "", errs.Wrap(err, errs.Internal, "")
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture), nil
}

// shows says whether a file is one of those that may be fetched with a pack.
func (p PackShown) shows(fileID string) bool { return slices.Contains(p.files, fileID) }
