package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"heard/server/db"
	"heard/server/files"
	"heard/server/placements"
	"heard/server/viewer"
)

// photos are drawn by assets/demo/draw.mjs: nobody's home, and nobody in it.
var photos = []struct{ name, alt string }{
	{"door", "A brick house with a green front door, a path and flowers"},
	{"hall", "A hall with coats on hooks, shoes in a row and stairs"},
	{"kitchen", "A kitchen with a big table and four chairs"},
	{"bedroom", "A bed with a blue quilt under a window, and a desk with a lamp"},
	{"garden", "A garden with a bench, a football and a swing on a tree"},
	{"round", "The whole bedroom, wall by wall: window, bed, desk, door and cupboard"},
}

// packWords are what Oak House says of itself, by part.
var packWords = []struct {
	key    placements.PartKey
	words  string
	photos []string
}{
	{placements.PartWelcome, "Hello. We are glad you are coming.\n\nYou can ask us anything, as often as you like.", []string{"door"}},
	{placements.PartBedroom, "This is your room. The door locks from the inside, and nobody comes in without knocking.\n\nThe bed is by the window. There is a lamp you can reach from it.", []string{"bedroom", "round"}},
	{placements.PartHome, "Four young people live here. There is a kitchen with a big table, a room for films and a room for quiet.", []string{"kitchen", "hall"}},
	{placements.PartDay, "Breakfast is from seven. Somebody walks or drives with you to school if you like. We eat together at half past five, or later if you are out.", nil},
	{placements.PartFood, "Each of us chooses a meal a week. There is always bread and fruit. Vegan and halal are no trouble.", nil},
	{placements.PartWifi, "There is wifi everywhere until ten, on school nights. You keep your phone.", nil},
	{placements.PartYours, "Paint one wall. Put up what you like. Bring your own duvet if you have one.", nil},
	{placements.PartAgreements, "We made these together, and change them together.", nil},
	{placements.PartAround, "There is a skate park, a library and a bus that stops near. You stay at your school.", []string{"garden"}},
	{placements.PartContact, "Ring 01632 960 120, day and night. Kay or somebody else who works here picks up.", nil},
	{placements.PartGuide, "We look after you, we listen, and we write down what you say about how we do it. When we get it wrong, you can say so, and somebody from outside looks at it.", nil},
	{placements.PartAdvocacy, "Riverside Advocacy is on your side and nobody else's: 01632 960 130.", nil},
}

// along is how Leo gets there, said by his phone: what he asks, wishes and packs.
var along = []map[string]any{
	{"do": "question", "words": "Can I bring my rabbit?"},
	{"do": "question", "words": "Is it loud at night?"},
	{"do": "about", "words": "Call me Leo, not Leonard."},
	{"do": "about", "words": "I need a minute before I talk in the morning."},
	{"do": "visit", "kind": "visit", "words": "After school, with Sam"},
	{"do": "wish", "key": "music", "words": "My own list, all the way"},
	{"do": "wish", "key": "stops", "words": "Chips by the sea"},
	{"do": "bag", "name": "Headphones"},
	{"do": "bag", "name": "The blue blanket"},
}

// Furnish gives Oak House its pages and tells Leo of his move there, unless it is done. Pictures
// take seconds, so that it runs beside the open doors.
func (s *Service) Furnish(ctx context.Context) error {
	kay, err := s.behind(ctx, "kay")
	if err != nil {
		return err
	}
	ours, err := s.c.Placements.OurPlaces(ctx, kay)
	if err != nil || len(ours) == 0 || ours[0].Version != nil {
		return err
	}
	oak := ours[0].Service.ID
	if err := s.publishPack(ctx, kay, oak); err != nil {
		return err
	}
	return s.moveLeo(ctx, kay, oak)
}

// behind is whoever stands behind a door.
func (s *Service) behind(ctx context.Context, key string) (v viewer.Viewer, err error) {
	for _, d := range s.doors {
		if d.Key != key {
			continue
		}
		v = viewer.Viewer{AccountID: d.accountID, SessionID: "demo", DeviceID: "demo", Place: d.Place, Kind: viewer.KindStaff, Reading: true, Demo: true}
		if d.Place == viewer.Young {
			v.Kind = viewer.KindYoungPerson
		}
		err = s.c.DB.Read(ctx, func(tx *db.Tx) (err error) {
			v.OrganisationID, err = organisationOfTx(tx, d.accountID)
			return err
		})
	}
	return v, err
}

func (s *Service) publishPack(ctx context.Context, kay viewer.Viewer, oak string) error {
	shots := map[string]placements.Shot{}
	for _, photo := range photos {
		raw, err := fs.ReadFile(s.c.Photos, "demo/"+photo.name+".jpg")
		if err != nil {
			return err
		}
		kind := files.Photo
		if photo.name == "round" {
			kind = files.Panorama
		}
		f, err := s.c.Files.Keep(ctx, kay.OrganisationID, kay.AccountID, files.Owner{Kind: files.OfPlace, ID: oak}, kind, raw)
		if err != nil {
			return err
		}
		shots[photo.name] = placements.Shot{ID: f.ID, Alt: photo.alt, W: f.W, H: f.H, Colour: f.Colour, Pano: kind == files.Panorama}
	}
	pack := placements.Pack{Called: "Oak House", Area: "Gillingham", Lives: 4, Walk: []placements.Shot{shots["door"], shots["hall"], shots["kitchen"], shots["bedroom"]}}
	for _, p := range packWords {
		part := placements.Part{Key: p.key, Words: p.words, Photos: []placements.Shot{}}
		for _, name := range p.photos {
			part.Photos = append(part.Photos, shots[name])
		}
		if p.key == placements.PartAgreements {
			part.Rules = []placements.Rule{{Rule: "Knock before you come in", Why: "Everybody's room is their own"}, {Rule: "Say when you will be late", Why: "Then nobody worries"}}
		}
		pack.Parts = append(pack.Parts, part)
	}
	pack.People = []placements.PackPerson{
		{Name: "Kay", Role: "works here in the day", Kind: placements.PersonWorks, About: "Makes pancakes on Sunday", Avatar: "a6"},
		{Name: "Lou", Role: "works here at night", Kind: placements.PersonWorks, Avatar: "a3"},
		{Name: "Zed", Role: "15", Kind: placements.PersonLives, About: "Skates. Has the room next to yours", Avatar: "a7"},
		{Name: "Biscuit", Role: "the dog", Kind: placements.PersonPet, About: "Sleeps on everybody's feet"},
	}
	draft, err := s.c.Placements.Save(ctx, kay, oak, 0, pack)
	if err != nil {
		return err
	}
	if err := s.c.Placements.Ready(ctx, kay, oak, draft.Revision); err != nil {
		return err
	}
	ruth, err := s.behind(ctx, "ruth")
	if err != nil {
		return err
	}
	_, err = s.c.Placements.Publish(ctx, ruth, oak, draft.Revision, placements.Checked{Street: true, Plates: true, People: true, Descriptions: true})
	return err
}

// schoolDay is an hour of that day, or of the Monday after it.
func schoolDay(day time.Time, hour int) time.Time {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, london)
}

// moveLeo has his social worker make the move and tell him, and Leo look and ask.
func (s *Service) moveLeo(ctx context.Context, kay viewer.Viewer, oak string) error {
	people := map[string]viewer.Viewer{}
	for _, key := range []string{"leo", "sam", "marta"} {
		v, err := s.behind(ctx, key)
		if err != nil {
			return err
		}
		people[key] = v
	}
	leo, sam, marta := people["leo"], people["sam"], people["marta"]
	now := s.c.Clock.Now().In(london)
	moves := schoolDay(now.AddDate(0, 0, 6), 16)
	id, err := s.c.Placements.Make(ctx, marta, placements.NewMove{ID: db.NewID(), YoungPersonID: leo.AccountID, MoveInput: placements.MoveInput{
		FromName: "Willow House", ToServiceID: oak, Day: moves.Format(time.DateOnly), TimeWords: "after school",
		Reason:    "Willow House closes for repairs. Oak House has a room, and you can stay at your school.",
		DecidedBy: "Marta and Ruth, with the people who look after Willow House.",
		Wishes:    "You said you want to keep your school and Sam. Both stay. You wanted to stay by the river: that did not work out this time.",
	}})
	if err != nil {
		return err
	}
	if err := s.c.Placements.Tell(ctx, marta, id, 1, false); err != nil {
		return err
	}
	if err := s.c.Placements.Choose(ctx, leo, id, placements.Opened); err != nil {
		return err
	}
	said := make([]string, len(along))
	for i, act := range along {
		said[i] = db.NewID()
		body := map[string]any{"what": "move", "id": said[i], "move": id}
		for name, value := range act {
			body[name] = value
		}
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		err = s.c.DB.Tx(ctx, func(tx *db.Tx) error {
			_, err := s.c.Placements.ActTx(tx, leo, raw)
			return err
		})
		if err != nil {
			return fmt.Errorf("an act of the demo, %s: %w", act["do"], err)
		}
	}
	if err := s.c.Placements.AnswerQuestion(ctx, kay, id, said[0], "Yes. There is a hutch in the garden, and Zed helps with the straw."); err != nil {
		return err
	}
	afternoon := schoolDay(now.AddDate(0, 0, 2), 16)
	if err := s.c.Placements.SettleVisit(ctx, kay, id, said[4], placements.VisitReply{State: placements.VisitAgreed, At: &afternoon, Words: "I open the door. We bake."}); err != nil {
		return err
	}
	leaves := moves.Add(-15 * time.Minute)
	return s.c.Placements.PlanJourney(ctx, sam, id, placements.PlanInput{LeavesAt: &leaves, EscortID: sam.AccountID, Plan: placements.Plan{
		How: "car", Minutes: 50, With: []string{sam.AccountID}, MayStop: true, CarriedIn: "case", Food: "There is a cool box. Say what goes in.",
		Stops: []placements.Stop{{Name: "Farthing Corner", Minutes: 25, Toilet: true}},
	}})
}
