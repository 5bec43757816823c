package placements

import "slices"

// PartKey says what a part of a pack is about.
type PartKey string

// The parts, in the order a pack shows them.
const (
	PartWelcome    PartKey = "welcome"
	PartBedroom    PartKey = "bedroom"
	PartHome       PartKey = "home"
	PartDay        PartKey = "day"
	PartFood       PartKey = "food"
	PartWifi       PartKey = "wifi"
	PartYours      PartKey = "yours" // what may be changed in the room
	PartAgreements PartKey = "agreements"
	PartAround     PartKey = "around"
	PartContact    PartKey = "contact"
	PartGuide      PartKey = "guide"
	PartAdvocacy   PartKey = "advocacy"
)

// partKeys holds every part, in order.
var partKeys = []PartKey{
	PartWelcome, PartBedroom, PartHome, PartDay, PartFood, PartWifi, PartYours, PartAgreements, PartAround, PartContact, PartGuide, PartAdvocacy,
}

// The rest of a pack that can change by itself.
const (
	keyWalk      = "walk"
	keyPeople    = "people"
	keyGuideFile = "guideFile"
)

// Pack is what a place tells of itself. It is one document, so that whoever saves it
// saves all of it or nothing.
type Pack struct {
	Called    string       `json:"called"`
	Area      string       `json:"area" doc:"A town, never a street"`
	Lives     int          `json:"lives,omitempty" doc:"How many young people live there; 0: not said"`
	Parts     []Part       `json:"parts" nullable:"false"`
	Walk      []Shot       `json:"walk" nullable:"false" doc:"From the front door to the bedroom, in order"`
	People    []PackPerson `json:"people" nullable:"false"`
	GuideFile *GuideFile   `json:"guideFile,omitempty"`
}

// Part is one subject of a pack.
type Part struct {
	Key    PartKey `json:"key"`
	Words  string  `json:"words"`
	Photos []Shot  `json:"photos" nullable:"false"`
	Rules  []Rule  `json:"rules,omitempty" doc:"Of the agreements: what is agreed, and why"`
	Voice  *Voice  `json:"voice,omitempty" doc:"Somebody says the words"`
}

// Rule is one agreement of a home.
type Rule struct {
	Rule string `json:"rule"`
	Why  string `json:"why"`
}

// Shot is a photo where a pack shows it.
type Shot struct {
	ID     string `json:"id"`
	Alt    string `json:"alt" doc:"What somebody who can't see it is told"`
	Words  string `json:"words,omitempty"`
	W      int    `json:"w"`
	H      int    `json:"h"`
	Colour string `json:"colour" doc:"Shown until the photo is there"`
	Pano   bool   `json:"pano,omitempty"`
}

// PersonKind says what somebody in a pack is to the place.
type PersonKind string

// The kinds.
const (
	PersonLives PersonKind = "lives"
	PersonWorks PersonKind = "works"
	PersonPet   PersonKind = "pet"
)

// PackPerson is somebody who lives or works there, by their first name.
type PackPerson struct {
	Name   string     `json:"name"`
	Role   string     `json:"role"`
	Kind   PersonKind `json:"kind"`
	About  string     `json:"about,omitempty"`
	Avatar string     `json:"avatar,omitempty"`
	Shot   *Shot      `json:"shot,omitempty"`
}

// GuideFile is the children's guide as a paper.
type GuideFile struct {
	ID    string `json:"id"`
	Bytes int64  `json:"bytes"`
}

// eachShot calls f with every photo of the pack and with where it stands: a part's key,
// the walk or the people.
func (p *Pack) eachShot(f func(where string, s *Shot)) {
	for i := range p.Parts {
		for j := range p.Parts[i].Photos {
			f(string(p.Parts[i].Key), &p.Parts[i].Photos[j])
		}
	}
	for i := range p.Walk {
		f(keyWalk, &p.Walk[i])
	}
	for i := range p.People {
		if p.People[i].Shot != nil {
			f(keyPeople, p.People[i].Shot)
		}
	}
}

// Part gives a part by its key; an empty one when the pack says nothing of it.
func (p Pack) Part(key PartKey) Part {
	for _, part := range p.Parts {
		if part.Key == key {
			return part
		}
	}
	return Part{Key: key, Photos: []Shot{}}
}

// FileIDs names every file the pack shows, each once.
func (p Pack) FileIDs() []string {
	ids := []string{}
	p.eachShot(func(_ string, s *Shot) { ids = append(ids, s.ID) })
	p.eachVoice(func(part *Part) { ids = append(ids, part.Voice.ID) })
	if p.GuideFile != nil {
		ids = append(ids, p.GuideFile.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
