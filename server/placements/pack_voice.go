package placements

import (
	"heard/server/files"
)

// noWords stands where somebody speaks and nobody can read what they say.
const noWords = "voice_no_words"

// Voice is somebody of the place saying a part's words. It never stands alone: whoever
// can't hear reads the same.
type Voice struct {
	ID      string `json:"id"`
	Name    string `json:"name" doc:"Of its one file"`
	Seconds int    `json:"seconds"`
	Bytes   int64  `json:"bytes"`
}

// eachVoice calls f with every part that somebody says.
func (p *Pack) eachVoice(f func(part *Part)) {
	for i := range p.Parts {
		if p.Parts[i].Voice != nil {
			f(&p.Parts[i])
		}
	}
}

// fitVoice writes down of a part's voice what is true of its file.
func (part *Part) fitVoice(found map[string]files.File, own files.Owner) error {
	f, there := found[part.Voice.ID]
	if !there || f.Owner != own || f.Kind != files.Voice {
		return wrongField("parts."+string(part.Key)+".voice", "This recording is not there.")
	}
	part.Voice = &Voice{ID: f.ID, Name: f.Name(), Seconds: f.Seconds(), Bytes: f.Bytes}
	return nil
}
