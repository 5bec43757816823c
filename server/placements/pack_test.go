package placements_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"heard/server/errs"
	"heard/server/placements"
)

const goldenPack = "testdata/pack.json"

func golden(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(goldenPack)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestGoldenPack holds the server's and the phone's idea of a pack together: both read
// the same file, and nothing of it is dropped on its way through.
func TestGoldenPack(t *testing.T) {
	raw := golden(t)
	front, err := os.ReadFile("../../frontend/src/ui/pack/pack.golden.json")
	if err != nil || !bytes.Equal(raw, front) {
		t.Errorf("the front end's golden pack is another one (%v)", err)
	}
	p, err := placements.ReadPack(raw)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if json.Unmarshal(raw, &want) != nil || json.Unmarshal(again, &got) != nil {
		t.Fatal("not JSON")
	}
	if a, b := mustJSON(t, want), mustJSON(t, got); a != b {
		t.Errorf("read and written again it is\n%s\nand was\n%s", b, a)
	}
	if found := placements.CheckPack(p); len(found) > 0 {
		t.Errorf("found in it: %+v", found)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestReadPack bends the golden pack by one thing at a time.
func TestReadPack(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	const photo = `{"id":"01900000-0000-7000-8000-000000000001","alt":"a"}`
	for name, c := range map[string]struct {
		pack  string
		field string // refused for it; "" with refused: by reason alone
		ok    bool
	}{
		"empty":                   {`{}`, "", true},
		"a later field":           {`{"called":"A","smell":"of bread"}`, "", true},
		"as long as it may be":    {`{"parts":[{"key":"food","words":"` + long(2000) + `"}]}`, "", true},
		"a word too long":         {`{"parts":[{"key":"food","words":"` + long(2001) + `"}]}`, "parts.food.words", false},
		"an unknown part":         {`{"parts":[{"key":"secrets","words":"a"}]}`, "parts", false},
		"a part twice":            {`{"parts":[{"key":"food"},{"key":"food"}]}`, "parts", false},
		"a voice by another name": {`{"parts":[{"key":"food","voice":{"id":"../secrets"}}]}`, "parts.food.voice", false},
		"rules elsewhere":         {`{"parts":[{"key":"food","rules":[{"rule":"a","why":"b"}]}]}`, "parts.food.rules", false},
		"31 rules":                {`{"parts":[{"key":"agreements","rules":[` + strings.Repeat(`{"rule":"a"},`, 30) + `{"rule":"a"}]}]}`, "parts.agreements.rules", false},
		"a long description":      {`{"walk":[{"id":"01900000-0000-7000-8000-000000000001","alt":"` + long(301) + `"}]}`, "walk.alt", false},
		"a photo by another name": {`{"walk":[{"id":"../secrets","alt":"a"}]}`, "walk.photos", false},
		"60 photos":               {`{"walk":[` + strings.Repeat(photo+",", 59) + photo + `]}`, "", true},
		"61 photos":               {`{"walk":[` + strings.Repeat(photo+",", 60) + photo + `]}`, "photos", false},
		"41 people":               {`{"people":[` + strings.Repeat(`{"name":"a","kind":"pet"},`, 40) + `{"name":"a","kind":"pet"}]}`, "people", false},
		"a person of no kind":     {`{"people":[{"name":"a","kind":"ghost"}]}`, "people.kind", false},
		"a hundred young people":  {`{"lives":100}`, "lives", false},
		"not an object":           {`[1]`, "", false},
		"cut":                     {`{"called":"A`, "", false},
		"not UTF-8":               {"{\"called\":\"\xff\"}", "", false},
		"words that are a number": {`{"called":1}`, "", false},
		"too large":               {`{"called":"` + strings.Repeat("a", 250<<10) + `"}`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := placements.ReadPack([]byte(c.pack))
			if (err == nil) != c.ok {
				t.Fatalf("error %v", err)
			}
			if fault, _ := errors.AsType[*errs.Error](err); !c.ok && c.field != "" && fault.Fields[c.field] == "" {
				t.Errorf("fields %v, want %s", fault.Fields, c.field)
			}
		})
	}
}

// What can't be seen is taken out of words; what somebody typed stays as it is.
func TestPackWordsStay(t *testing.T) {
	p, err := placements.ReadPack([]byte(`{"called":" Oak\u0000 House ","parts":[{"key":"welcome","words":"<b>Hi</b>\r\nAhlan ` + "\u202bأهلا" + `\u0007"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := "<b>Hi</b>\nAhlan \u202bأهلا"; p.Called != "Oak House" || p.Part(placements.PartWelcome).Words != want {
		t.Errorf("%q, %q", p.Called, p.Part(placements.PartWelcome).Words)
	}
}

// TestCheckPack says of each text and each gap what is found.
func TestCheckPack(t *testing.T) {
	for text, want := range map[string]string{
		"We live at 12 Oak Road":             "street",
		"12 oak road":                        "street",
		"Flat 3, 104a St Mary's Street":      "street",
		"the stop in Beech Avenue":           "street",
		"ME4 4AA":                            "postcode",
		"me44aa":                             "postcode",
		"SW1A 1AA":                           "postcode",
		"our car is LV21 KXP":                "plate",
		"lv21kxp":                            "plate",
		"the old van, ABC 123D":              "plate",
		"ten minutes down the road":          "",
		"Breakfast from 7. School at 8:30.":  "",
		"Ring 0808 800 5792, day and night.": "",
		"Year 10 and 11 go by bus 116":       "",
	} {
		var p placements.Pack
		raw := golden(t)
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Fatal(err)
		}
		p.Parts[4].Words = text
		got := ""
		for _, f := range placements.CheckPack(p) {
			if got = f.What; f.Part != "food" || f.Blocks || f.Said == "" {
				t.Errorf("%q: %+v", text, f)
			}
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
	blocks := map[string]bool{}
	silent := []placements.Part{{Key: placements.PartDay, Voice: &placements.Voice{ID: "v"}}, {Key: placements.PartFood, Words: "Soup", Voice: &placements.Voice{ID: "w"}}}
	for _, f := range placements.CheckPack(placements.Pack{Walk: []placements.Shot{{ID: "x"}}, Parts: silent}) {
		blocks[f.Part+" "+f.What] = f.Blocks
	}
	for _, want := range []string{"welcome no_welcome", "bedroom no_bedroom_photo", "contact no_contact", "guide no_guide", "day voice_no_words", "walk no_description"} {
		if !blocks[want] {
			t.Errorf("%s does not block: %v", want, blocks)
		}
	}
	if _, found := blocks["food voice_no_words"]; found {
		t.Error("a voice that says its words blocks")
	}
}
