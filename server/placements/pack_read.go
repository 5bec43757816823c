package placements

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/server/errs"
)

// Longest texts, in characters, and longest lists.
const (
	maxCalled      = 80
	maxPartWords   = 2000
	maxAlt         = 300
	maxShotWords   = 200
	maxRole        = 60
	maxPersonAbout = 200
	maxRule        = 300
	maxShots       = 60
	maxPeople      = 40
	maxRules       = 30
	maxLives       = 99
	maxPackBytes   = 240 << 10
)

var errPackUnreadable = errs.New(errs.Invalid, "This pack can't be read.").With("unreadable")

// ReadPack reads a pack as an editor sends it. Fields that nobody knows are dropped;
// what would be shown and does not fit is refused with the field's name, and nothing
// that somebody typed is shortened.
func ReadPack(raw []byte) (Pack, error) {
	var p Pack
	if len(raw) > maxPackBytes {
		return p, errs.New(errs.TooLarge, "This is more than a pack can hold.").With("pack_too_large")
	}
	if !utf8.Valid(raw) || json.Unmarshal(raw, &p) != nil {
		return Pack{}, errPackUnreadable
	}
	p.tidy()
	return p, p.validate()
}

// tidy makes a document of it that is the same however it was written.
func (p *Pack) tidy() {
	p.Parts, p.Walk, p.People = orEmpty(p.Parts), orEmpty(p.Walk), orEmpty(p.People)
	p.Called, p.Area = oneLine(p.Called), oneLine(p.Area)
	for i := range p.Parts {
		part := &p.Parts[i]
		part.Words, part.Photos = manyLines(part.Words), orEmpty(part.Photos)
		for j := range part.Rules {
			part.Rules[j] = Rule{Rule: oneLine(part.Rules[j].Rule), Why: oneLine(part.Rules[j].Why)}
		}
	}
	p.eachShot(func(_ string, s *Shot) { s.Alt, s.Words = oneLine(s.Alt), oneLine(s.Words) })
	for i := range p.People {
		one := &p.People[i]
		one.Name, one.Role, one.About = oneLine(one.Name), oneLine(one.Role), oneLine(one.About)
	}
	slices.SortStableFunc(p.Parts, func(a, b Part) int { return slices.Index(partKeys, a.Key) - slices.Index(partKeys, b.Key) })
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// oneLine keeps what was typed but what can't be seen: a paste brings such things along.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text))
}

// manyLines is oneLine for text that has lines.
func manyLines(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r) && r != '\n':
			return -1
		}
		return r
	}, text))
}

func wrongField(field, sentence string) error {
	return errs.New(errs.Invalid, sentence).With("field").Field(field, sentence)
}

// fits refuses a text that is longer than its field.
func fits(field, text string, longest int) error {
	if utf8.RuneCountInString(text) > longest {
		return wrongField(field, fmt.Sprintf("This is too long: at most %d characters.", longest))
	}
	return nil
}

func firstOf(problems ...error) error {
	for _, err := range problems {
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Pack) validate() error {
	err := firstOf(fits("called", p.Called, maxCalled), fits("area", p.Area, maxCalled), p.validateShots(), p.validatePeople())
	if err != nil {
		return err
	}
	if p.Lives < 0 || p.Lives > maxLives {
		return wrongField("lives", "Say how many live there: 0 to 99.")
	}
	if p.GuideFile != nil && !isID(p.GuideFile.ID) {
		return wrongField(keyGuideFile, "This file is not there.")
	}
	seen := map[PartKey]bool{}
	for _, part := range p.Parts {
		where := "parts." + string(part.Key)
		if !slices.Contains(partKeys, part.Key) || seen[part.Key] {
			return wrongField("parts", "A pack has each of its parts once, and no others.")
		}
		seen[part.Key] = true
		if len(part.Rules) > maxRules || len(part.Rules) > 0 && part.Key != PartAgreements {
			return wrongField(where+".rules", "Only the agreements have rules, at most 30.")
		}
		for _, r := range part.Rules {
			if err := firstOf(fits(where+".rules", r.Rule, maxRule), fits(where+".rules", r.Why, maxRule)); err != nil {
				return err
			}
		}
		if err := fits(where+".words", part.Words, maxPartWords); err != nil {
			return err
		}
		if part.Voice != nil && !isID(part.Voice.ID) {
			return wrongField(where+".voice", "This recording is not there.")
		}
	}
	return nil
}

func (p *Pack) validateShots() error {
	var fault error
	count := 0
	p.eachShot(func(where string, s *Shot) {
		count++
		if fault == nil {
			fault = firstOf(fits(where+".alt", s.Alt, maxAlt), fits(where+".shotWords", s.Words, maxShotWords))
		}
		if fault == nil && !isID(s.ID) {
			fault = wrongField(where+".photos", "This photo is not there.")
		}
	})
	if fault == nil && count > maxShots {
		fault = wrongField("photos", "A pack holds at most 60 photos.")
	}
	return fault
}

func (p *Pack) validatePeople() error {
	if len(p.People) > maxPeople {
		return wrongField(keyPeople, "A pack names at most 40 people.")
	}
	for _, one := range p.People {
		switch one.Kind {
		case PersonLives, PersonWorks, PersonPet:
		default:
			return wrongField("people.kind", "Say whether they live or work here, or are a pet.")
		}
		err := firstOf(fits("people.name", one.Name, maxRole), fits("people.role", one.Role, maxRole),
			fits("people.about", one.About, maxPersonAbout), fits("people.avatar", one.Avatar, maxRole))
		if err != nil {
			return err
		}
	}
	return nil
}
