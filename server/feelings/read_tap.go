package feelings

import (
	"bytes"
	"encoding/json"

	"heard/server/errs"
)

var errNoCard = errs.New(errs.Invalid, "This isn't a card.").With("no_card")

// ReadTap reads what a phone sent, field by field: a field that is unknown or of
// a wrong type never costs the card.
func ReadTap(body []byte) (Tap, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return Tap{}, errNoCard
	}
	t := Tap{
		ID:        readID(fields["id"]),
		Card:      readText(fields["card"]),
		Kind:      readText(fields["kind"]),
		Intensity: readText(fields["intensity"]),
		Need:      readText(fields["need"]),
		Words:     readText(fields["words"]),
		TappedAt:  readText(fields["tappedAt"]),
		Kept:      readTruth(fields["kept"]),
	}
	t.Audience, _ = readList(fields["audience"])
	t.SwitchedOff, t.Chosen = readList(fields["switchedOff"])
	return t, nil
}

func readText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// readID keeps an id that is no text as it was written.
func readID(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// readTruth reads a truth; in doubt a card goes to a person.
func readTruth(raw json.RawMessage) bool {
	switch string(bytes.Trim(raw, `"`)) {
	case "true", "1":
		return true
	default:
		return false
	}
}

// readList reads a list of ids and says whether there was one. It has no limit
// but the body's: an adult who is switched off must not come in at the end of it.
func readList(raw json.RawMessage) ([]string, bool) {
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil || entries == nil {
		return nil, false
	}
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		if id := readText(e); id != "" {
			ids = append(ids, id)
		}
	}
	return ids, true
}
