package listening

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"heard/server/audio"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	voiceStep    = 64 << 10 // what is sealed is filled up to a multiple: how long somebody spoke is hidden
	voicesPerDay = 40       // of one young person: a phone gone wild must not fill the disk
)

// errVoice says that what came as a voice can't be read at all; what is no recording that
// Heard knows, audio refuses in the same words.
var errVoice = errs.New(errs.Invalid, "Heard can't play this recording.").With("voice").Field("voice", "Not a recording that Heard knows.")

var errVoices = errs.New(errs.Invalid, "That is a great many recordings for one day.").With("voice_too_many")

// part says whose a voice note is: the young person's own copy, or what they told.
type part string

const (
	partCopy part = "copy"
	partTold part = "told"
)

// Voice is a voice note.
type Voice struct {
	audio.Sound
	Bytes []byte
}

// voiceNote is what lies sealed with an answer of the voice beside it.
type voiceNote struct {
	Type   string `json:"type"`
	Millis int64  `json:"millis"`
	Bytes  int    `json:"bytes"`
}

// readVoice reads the voice of an answer; nil: there is none. What its phone says
// that it is, is not asked.
func readVoice(raw json.RawMessage) (*Voice, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var sent struct{ Data string }
	if json.Unmarshal(raw, &sent) != nil {
		return nil, errVoice
	}
	recorded, err := base64.RawURLEncoding.DecodeString(sent.Data)
	if err != nil {
		return nil, errVoice
	}
	sound, err := audio.Read(recorded, audio.MaxNote)
	if err != nil {
		return nil, err
	}
	return &Voice{Sound: sound, Bytes: recorded}, nil
}

func (v *Voice) note() *voiceNote {
	if v == nil {
		return nil
	}
	return &voiceNote{Type: v.Type, Millis: v.Length.Milliseconds(), Bytes: len(v.Bytes)}
}

// mayKeepVoiceTx refuses what no finger could have recorded in a day.
func mayKeepVoiceTx(tx *db.Tx, v viewer.Viewer, voice *Voice) error {
	if voice == nil {
		return nil
	}
	n, err := voicesSinceTx(tx, v, db.At(tx.Now.Add(-24*time.Hour)))
	if err == nil && n >= voicesPerDay {
		err = errVoices
	}
	return err
}

// keepVoiceTx seals the voice of one part of an answer.
func keepVoiceTx(tx *db.Tx, v viewer.Viewer, p part, ofID string, voice *Voice, key *keys.Key) error {
	if voice == nil {
		return nil
	}
	id := db.NewID()
	size := len(voice.Bytes)
	plain := make([]byte, size+(voiceStep-size%voiceStep)%voiceStep)
	copy(plain, voice.Bytes)
	sealed, err := key.Seal(plain, voiceAD(id))
	if err != nil {
		return err
	}
	return insertVoiceTx(tx, voiceRow{
		OrganisationID: v.OrganisationID, ID: id, YoungPersonID: v.AccountID, Part: string(p), OfID: ofID, At: db.At(tx.Now), Sealed: sealed,
	})
}

// openVoiceTx gives the voice of one part of an answer. Without one, or without the
// key that sealed it, there is nothing here.
func openVoiceTx(tx *db.Tx, orgID, youngPersonID string, p part, ofID string, k kept, key *keys.Key) (Voice, error) {
	if k.Voice == nil {
		return Voice{}, errNotFound
	}
	row, err := voiceTx(tx, orgID, youngPersonID, p, ofID)
	if err != nil {
		return Voice{}, err
	}
	plain, err := key.Open(row.Sealed, voiceAD(row.ID))
	if err != nil || len(plain) < k.Voice.Bytes {
		return Voice{}, errNotFound
	}
	return Voice{
		Sound: audio.Sound{Type: k.Voice.Type, Length: time.Duration(k.Voice.Millis) * time.Millisecond},
		Bytes: plain[:k.Voice.Bytes],
	}, nil
}

// MyVoice gives a young person the voice of an answer of theirs, by the phone's id
// of it.
func (s *Service) MyVoice(ctx context.Context, v viewer.Viewer, id string) (voice Voice, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return voice, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := copyTx(tx, v, id)
		if err != nil {
			return err
		}
		if row == nil {
			return errNotFound
		}
		key, err := s.keys.PersonKeyTx(tx, v.OrganisationID, v.AccountID)
		if gone(err) {
			return errNotFound
		}
		if err != nil {
			return err
		}
		k, err := row.open(key)
		if err != nil {
			return errNotFound
		}
		voice, err = openVoiceTx(tx, v.OrganisationID, v.AccountID, partCopy, id, k, key)
		return err
	})
	return voice, err
}

// ToldVoice gives a worker the voice of what a young person told them, as long as
// they may read it. That they did is written down, once.
func (s *Service) ToldVoice(ctx context.Context, v viewer.Viewer, id string) (voice Voice, err error) {
	if err := viewer.AsStaff(v); err != nil {
		return voice, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := toldByIDTx(tx, v, id)
		if err != nil {
			return err
		}
		if row == nil {
			return errNotFound
		}
		standings, err := people.StandingsTx(tx, v, []string{row.YoungPersonID})
		if err != nil {
			return err
		}
		if err := MayReadTold(v, row.WorkerID, standings[row.YoungPersonID]); err != nil {
			return err
		}
		chain := keyChain{s: s, tx: tx, orgID: v.OrganisationID, keys: map[string]*keys.Key{}}
		k, ok, err := chain.open(*row)
		if err != nil {
			return err
		}
		if !ok {
			return errNotFound
		}
		if voice, err = openVoiceTx(tx, v.OrganisationID, row.YoungPersonID, partTold, row.ID, k, chain.keys[row.YoungPersonID]); err != nil {
			return err
		}
		return firstReadTx(tx, v, *row)
	})
	return voice, err
}

func voiceAD(id string) keys.AD { return keys.AD{Table: "voice_notes", Column: "sealed", Row: id} }
