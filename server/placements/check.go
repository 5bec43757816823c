package placements

import (
	"regexp"
	"strings"
)

// Finding is something to look at before a pack is published.
type Finding struct {
	Part   string `json:"part,omitempty" doc:"A part's key, walk or people; without it, the whole pack"`
	What   string `json:"what" enum:"no_bedroom_photo,no_description,no_welcome,no_contact,no_guide,voice_no_words,postcode,street,plate"`
	Said   string `json:"said,omitempty" doc:"The words that look like it"`
	Shot   string `json:"shot,omitempty" doc:"The photo"`
	Blocks bool   `json:"blocks" doc:"It can't be published like this"`
}

// What can be found.
const (
	noBedroomPhoto = "no_bedroom_photo"
	noDescription  = "no_description"
	noWelcome      = "no_welcome"
	noContact      = "no_contact"
	noGuide        = "no_guide"
	aPostcode      = "postcode"
	aStreet        = "street"
	aPlate         = "plate"
)

// Words that tell a stranger which house it is. They warn and block nothing: a machine
// that reads words is often wrong, so that two people look.
var tells = []struct {
	what string
	like *regexp.Regexp
}{
	{aPostcode, regexp.MustCompile(`(?i)\b[a-z]{1,2}[0-9][a-z0-9]?\s?[0-9][abd-hjlnp-uw-z]{2}\b`)},
	{aStreet, regexp.MustCompile(`(?i)\b[0-9]{1,4}[a-z]?,?\s+(?:[a-z][\w'’-]*\s+){1,3}(?:road|rd|street|st|lane|avenue|ave|close|drive|crescent|terrace|grove|mews|court|gardens|square|hill|row)\b`)},
	{aStreet, regexp.MustCompile(`\b\p{Lu}[\w'’-]+\s+(?:Road|Rd|Street|Lane|Avenue|Ave|Close|Drive|Crescent|Terrace|Grove|Mews|Court|Gardens|Square)\b`)},
	{aPlate, regexp.MustCompile(`(?i)\b[a-z]{2}[0-9]{2}\s?[a-z]{3}\b`)},
	{aPlate, regexp.MustCompile(`\b(?:[A-Z][0-9]{1,3}\s?[A-Z]{3}|[A-Z]{3}\s?[0-9]{1,3}[A-Z])\b`)},
}

// CheckPack says what is missing in a pack and what may tell a stranger where it is:
// first what blocks, then in the order of the pack.
func CheckPack(p Pack) []Finding {
	found := []Finding{}
	blocks := func(part PartKey, what string) {
		found = append(found, Finding{Part: string(part), What: what, Blocks: true})
	}
	if p.Part(PartWelcome).Words == "" {
		blocks(PartWelcome, noWelcome)
	}
	if len(p.Part(PartBedroom).Photos) == 0 {
		blocks(PartBedroom, noBedroomPhoto)
	}
	if p.Part(PartContact).Words == "" {
		blocks(PartContact, noContact)
	}
	if p.Part(PartGuide).Words == "" && p.GuideFile == nil {
		blocks(PartGuide, noGuide)
	}
	p.eachVoice(func(part *Part) {
		if part.Words == "" {
			blocks(part.Key, noWords)
		}
	})
	p.eachShot(func(where string, s *Shot) {
		if s.Alt == "" {
			found = append(found, Finding{Part: where, What: noDescription, Shot: s.ID, Blocks: true})
		}
	})
	p.eachText(func(where, text string) {
		for _, tell := range tells {
			for _, said := range tell.like.FindAllString(text, -1) {
				found = appendOnce(found, Finding{Part: where, What: tell.what, Said: strings.Join(strings.Fields(said), " ")})
			}
		}
	})
	return found
}

func appendOnce(found []Finding, f Finding) []Finding {
	for _, have := range found {
		if have.Part == f.Part && have.What == f.What && (have.Said == f.Said || strings.Contains(have.Said, f.Said)) {
			return found
		}
	}
	return append(found, f)
}

// blocked says whether something found stands in the way of publishing.
func blocked(found []Finding) bool {
	for _, f := range found {
		if f.Blocks {
			return true
		}
	}
	return false
}

// eachText calls f with every text of the pack and where it stands.
func (p *Pack) eachText(f func(where, text string)) {
	f("", p.Called)
	f("", p.Area)
	for _, part := range p.Parts {
		f(string(part.Key), part.Words)
		for _, r := range part.Rules {
			f(string(part.Key), r.Rule)
			f(string(part.Key), r.Why)
		}
	}
	p.eachShot(func(where string, s *Shot) {
		f(where, s.Alt)
		f(where, s.Words)
	})
	for _, one := range p.People {
		f(keyPeople, one.Name)
		f(keyPeople, one.Role)
		f(keyPeople, one.About)
	}
}
