package files

import (
	"path"
	"slices"
	"time"

	"heard/server/audio"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

var errNotFound = errs.New(errs.NotFound, "There is nothing here, or it isn't yours to see.")

// Kind is what a file is for.
type Kind string

// The kinds of file.
const (
	Photo    Kind = "photo"
	Panorama Kind = "panorama"
	Guide    Kind = "guide" // a PDF
	Voice    Kind = "voice" // somebody reads a part's words
)

// OwnerKind is what a file belongs to.
type OwnerKind string

// What a file can belong to.
const (
	OfPlace OwnerKind = "place" // a service's pack
	OfMove  OwnerKind = "move"
)

// Owner is what a file belongs to. Who may read it, follows from that.
type Owner struct {
	Kind OwnerKind `json:"kind" enum:"place,move"`
	ID   string    `json:"id" maxLength:"64"`
}

// File is what was put up, clean and sealed, in one or several parts.
type File struct {
	ID             string
	OrganisationID string
	Owner          Owner
	Kind           Kind
	W, H           int
	Colour         string
	Bytes          int64         // of its largest part
	Length         time.Duration // of a voice
	MadeBy         string
	MadeAt         time.Time
	Parts          map[string]int64 // the bytes of each by its name

	keyOf   string
	wrapped []byte
}

// Name gives the one part of a file that has no sizes.
func (f File) Name() string {
	for name := range f.Parts {
		return name
	}
	return ""
}

// Seconds is a voice's length as a page says it, at least one.
func (f File) Seconds() int { return max(1, int(f.Length.Round(time.Second)/time.Second)) }

// Has says whether the file has a part of that name.
func (f File) Has(name string) bool {
	_, has := f.Parts[name]
	return has
}

// The names of a file's parts.
const guideName = "guide.pdf"

// partsOf are the names that a file of a kind may have.
func partsOf(k Kind) []string {
	switch k {
	case Photo:
		return []string{"360.webp", "360.jpg", "720.webp", "720.jpg", "1280.webp", "1280.jpg"}
	case Panorama:
		return []string{"2048.webp", "2048.jpg", "4096.webp", "4096.jpg"}
	case Guide:
		return []string{guideName}
	case Voice:
		return []string{"voice.webm", "voice.ogg", "voice.mp4"}
	}
	return nil
}

// typeOf says what a part is, as a browser is told it; never what somebody's phone
// said it was.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".webp":
		return "image/webp"
	case ".jpg":
		return "image/jpeg"
	case ".webm":
		return audio.WebM
	case ".ogg":
		return audio.Ogg
	case ".mp4":
		return audio.MP4
	}
	return "application/pdf"
}

func fileOwner(id string) string { return "file:" + id }

func partAD(id, name string) keys.AD {
	return keys.AD{Table: "files", Column: "blob", Row: id + "/" + name}
}

// keptAt is where a part lies. An id begins with its time, so that its end spreads
// better.
func keptAt(id, name string) string { return id[len(id)-2:] + "/" + id + "/" + name }

// lost says that what is sealed can't be opened any more; "later" stays "later".
func lost(err error) error {
	if errs.CodeOf(err) == errs.Unavailable {
		return err
	}
	return errNotFound
}

// FileTx gives a file of an organisation, unless it is gone.
func FileTx(tx *db.Tx, orgID, id string) (File, error) {
	found, err := FilesTx(tx, orgID, []string{id})
	if err != nil {
		return File{}, err
	}
	f, ok := found[id]
	if !ok {
		return File{}, errNotFound
	}
	return f, nil
}

// FilesTx gives several files of an organisation; what is gone or another's is left
// out.
func FilesTx(tx *db.Tx, orgID string, ids []string) (map[string]File, error) {
	found := make(map[string]File, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := fileRowsTx(tx, orgID, ids)
	if err != nil {
		return nil, err
	}
	parts, err := partRowsTx(tx, orgID, ids)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		f := row.file()
		for _, p := range parts {
			if p.FileID == f.ID {
				f.Parts[p.Name] = p.Bytes
			}
		}
		found[f.ID] = f
	}
	return found, nil
}

// TakeTx says whether a file is an owner's: what is another's is not found, so that
// nobody gets at a file by naming it in something of their own.
func TakeTx(tx *db.Tx, orgID, id string, o Owner) error {
	f, err := FileTx(tx, orgID, id)
	if err != nil {
		return err
	}
	if f.Owner != o {
		return errNotFound
	}
	return nil
}

// EndTx takes files away from every reader at once; their bytes and keys follow.
func EndTx(tx *db.Tx, orgID string, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return endFilesTx(tx, orgID, slices.Compact(slices.Sorted(slices.Values(ids))))
}
