package testkit

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"heard/server/db"
	"heard/server/testkit/push"
	"heard/server/viewer"
)

// Everybody in a test comes in by the doors real people use: invitations and
// passkeys for staff, join codes for young people. There is no back door to test.

// Admin gives the organisation's first administrator, signed in.
func (k *Kit) Admin() *Person {
	k.T.Helper()
	if k.admin != nil {
		return k.admin
	}
	invitation, err := k.App.People.InviteFirstAdmin(k.T.Context(), "Riverside (made up)", "Ada")
	if err != nil {
		k.T.Fatal(err)
	}
	k.admin = k.Accept(viewer.Admin, invitation.URL)
	return k.admin
}

// At gives personas at a server that runs elsewhere, such as a child process; its
// first administrator comes in by the link. It has no clock of the server's, no
// push service and no log.
func At(t testing.TB, address, adminLink string) *Kit {
	t.Helper()
	k := &Kit{T: t, URL: address, Clock: NewClock(time.Now())}
	k.admin = k.Accept(viewer.Admin, adminLink)
	return k
}

// Staff makes a member of staff, signed in.
func (k *Kit) Staff(name string) *Person {
	k.T.Helper()
	var made struct {
		ID         string
		Invitation struct{ URL string }
	}
	k.Admin().Post("/staff", map[string]any{"name": name, "kind": "staff"}).Into(&made)
	p := k.Accept(viewer.Work, made.Invitation.URL)
	p.ID, p.Name = made.ID, name
	return p
}

// YoungPerson makes a young person of a service, joined on a first device.
func (k *Kit) YoungPerson(name, serviceID string) *Person {
	k.T.Helper()
	var made struct{ ID string }
	k.Admin().Post("/young-people", map[string]any{"name": name, "serviceId": serviceID}).Into(&made)
	p := k.Join(made.ID, "First phone")
	p.Name = name
	return p
}

// Join opens another device of a young person by a code from the administrator.
func (k *Kit) Join(youngPersonID, device string) *Person {
	k.T.Helper()
	var code struct{ Words string }
	k.Admin().Post("/young-people/"+youngPersonID+"/join-code", nil).Into(&code)
	p := k.Browser(viewer.Young)
	p.ID = youngPersonID
	p.Post("/join", map[string]any{"code": code.Words, "deviceName": device}).OK()
	p.Refresh()
	return p
}

// Service makes a service.
func (k *Kit) Service(kind, name string) string {
	k.T.Helper()
	return k.made("/services", map[string]any{"kind": kind, "name": name})
}

// Team makes a team of a service.
func (k *Kit) Team(serviceID, name string) string {
	k.T.Helper()
	return k.made("/teams", map[string]any{"serviceId": serviceID, "name": name})
}

func (k *Kit) made(path string, body any) string {
	k.T.Helper()
	var made struct{ ID string }
	k.Admin().Post(path, body).Into(&made)
	return made.ID
}

// Relate proposes a relation as the administrator and gives its id and whether
// it is in force at once.
func (k *Kit) Relate(subjectID, kind, objectID string) (id string, confirmed bool) {
	k.T.Helper()
	var made struct {
		ID        string
		Confirmed bool
	}
	k.Admin().Post("/relations", map[string]any{
		"subjectId": subjectID, "kind": kind, "objectId": objectID, "reason": "made up for a test",
	}).Into(&made)
	return made.ID, made.Confirmed
}

// Refresh asks whose session this is and takes the CSRF token with it.
func (p *Person) Refresh() {
	p.kit.T.Helper()
	var session struct {
		SignedIn bool
		CSRF     string
		Account  struct{ ID string }
	}
	p.Get("/session").Into(&session)
	p.csrf = session.CSRF
	if session.SignedIn {
		p.ID = session.Account.ID
	}
}

// Accept opens an invitation with a new passkey on a virtual authenticator.
func (k *Kit) Accept(place viewer.Place, link string) *Person {
	k.T.Helper()
	_, token, ok := strings.Cut(link, "#")
	if !ok {
		k.T.Fatalf("an invitation without a token in its fragment: %s", link)
	}
	p := k.Browser(place)
	p.passkeys = virtualwebauthn.NewAuthenticator()
	credential := newPasskey()
	begun := p.begin("/invite/begin", map[string]any{"token": token})
	options, err := virtualwebauthn.ParseAttestationOptions(string(begun.Options))
	if err != nil {
		k.T.Fatal(err)
	}
	p.passkeys.Options.UserHandle = []byte(options.UserID)
	answer := virtualwebauthn.CreateAttestationResponse(k.party(), p.passkeys, credential, *options)
	p.Post("/invite/finish", map[string]any{
		"ceremony": begun.Ceremony, "credential": json.RawMessage(answer), "deviceName": "Test browser",
	}).OK()
	p.passkeys.AddCredential(credential)
	p.passkey = &credential
	p.Refresh()
	return p
}

// newPasskey makes a key whose coordinates are both 32 bytes long: the virtual
// authenticator leaves out leading zeros, which no real one does.
func newPasskey() virtualwebauthn.Credential {
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == 77 {
			return credential
		}
	}
}

// SignIn signs a member of staff in with their passkey.
func (p *Person) SignIn() {
	p.kit.T.Helper()
	begun := p.begin("/sign-in/begin", map[string]any{})
	options, err := virtualwebauthn.ParseAssertionOptions(string(begun.Options))
	if err != nil {
		p.kit.T.Fatal(err)
	}
	answer := virtualwebauthn.CreateAssertionResponse(p.kit.party(), p.passkeys, *p.passkey, *options)
	p.Post("/sign-in/finish", map[string]any{
		"ceremony": begun.Ceremony, "credential": json.RawMessage(answer), "deviceName": "Test browser",
	}).OK()
	p.Refresh()
}

// At signs the same person in at another place, in the same browser, with the passkey
// they have.
func (p *Person) At(place viewer.Place) *Person {
	p.kit.T.Helper()
	there := *p
	there.Place, there.csrf = place, ""
	there.SignIn()
	return &there
}

// Analyst makes a member of staff who reads and answers for a service's figures; its
// lead confirms.
func (k *Kit) Analyst(name, serviceID string, lead *Person) *Person {
	k.T.Helper()
	p := k.invitedToInsight(name)
	k.RelateAndConfirm(lead, p.ID, "analyst_of", serviceID)
	return p
}

// Commissioner makes a member of staff who reads and answers for all figures of the
// organisation; somebody who safeguards it confirms, or any lead while nobody does.
func (k *Kit) Commissioner(name string, lead *Person) *Person {
	k.T.Helper()
	p := k.invitedToInsight(name)
	organisation := ""
	err := k.App.DB.Read(k.T.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT organisation_id FROM accounts WHERE id = ?", p.ID).Scan(&organisation).Error
	})
	if err != nil {
		k.T.Fatal(err)
	}
	k.RelateAndConfirm(lead, p.ID, "commissioner_of", organisation)
	return p
}

func (k *Kit) invitedToInsight(name string) *Person {
	k.T.Helper()
	var made struct {
		ID         string
		Invitation struct{ InsightURL string }
	}
	k.Admin().Post("/staff", map[string]any{"name": name, "kind": "staff"}).Into(&made)
	p := k.Accept(viewer.Insight, made.Invitation.InsightURL)
	p.ID, p.Name = made.ID, name
	return p
}

type begun struct {
	Options  json.RawMessage
	Ceremony string
}

func (p *Person) begin(path string, body any) begun {
	p.kit.T.Helper()
	var b begun
	p.Post(path, body).Into(&b)
	return b
}

func (k *Kit) party() virtualwebauthn.RelyingParty {
	return virtualwebauthn.RelyingParty{Name: "Heard", ID: "localhost", Origin: k.URL}
}

// World is a small organisation with everybody a first card needs.
type World struct {
	Home, Team                       string
	Leo, Sam, Jo, Lead, Safeguarding *Person
}

// World makes Oak House: Leo lives there, Sam is his keyworker and Jo his second
// one; the team has a lead, the service a safeguarding lead.
func (k *Kit) World() *World {
	k.T.Helper()
	w := &World{Home: k.Service("childrens_home", "Oak House")}
	w.Team = k.Team(w.Home, "Days")
	w.Lead = k.Staff("Priya")
	k.Relate(w.Lead.ID, "lead_of", w.Team)
	w.Safeguarding = k.Staff("Ruth")
	k.RelateAndConfirm(w.Lead, w.Safeguarding.ID, "safeguarding_of", w.Home)
	w.Leo = k.YoungPerson("Leo", w.Home)
	w.Sam, w.Jo = k.Staff("Sam"), k.Staff("Jo")
	k.RelateAndConfirm(w.Lead, w.Sam.ID, "keyworker_of", w.Leo.ID)
	k.RelateAndConfirm(w.Lead, w.Jo.ID, "keyworker_of", w.Leo.ID)
	return w
}

// RelateAndConfirm has the administrator propose a relation and a lead confirm it.
func (k *Kit) RelateAndConfirm(lead *Person, subjectID, kind, objectID string) string {
	k.T.Helper()
	id, confirmed := k.Relate(subjectID, kind, objectID)
	if !confirmed {
		lead.Post("/relations/"+id+"/confirm", nil).OK()
	}
	return id
}

// Subscribe gives a member of staff a phone at the push service.
func (p *Person) Subscribe() (subscriptionID string, phone push.Subscription) {
	p.kit.T.Helper()
	var health struct{ PublicKey string }
	p.Get("/push").Into(&health)
	phone = p.kit.Push.Subscribe(health.PublicKey)
	var made struct{ ID string }
	p.Post("/push/subscriptions", map[string]any{
		"endpoint": phone.Endpoint, "keys": phone.Keys, "label": p.Name + "'s phone",
	}).Into(&made)
	return made.ID, phone
}

// Card is what a phone sends.
type Card struct {
	ID          string   `json:"id"`
	Card        string   `json:"card"`
	Kind        string   `json:"kind"`
	Intensity   string   `json:"intensity,omitempty"`
	Need        string   `json:"need,omitempty"`
	Words       string   `json:"words,omitempty"`
	Audience    []string `json:"audience"`
	SwitchedOff []string `json:"switchedOff,omitempty"`
	Kept        bool     `json:"kept"`
	TappedAt    string   `json:"tappedAt"`
}

// NewCard is a sad card with a need, tapped now.
func (k *Kit) NewCard(audience ...*Person) Card {
	card := Card{
		ID: db.NewID(), Card: "sad", Kind: "feeling", Intensity: "quite", Need: "sit_with_me",
		TappedAt: k.Clock.Now().Format(time.RFC3339), Audience: []string{},
	}
	for _, p := range audience {
		card.Audience = append(card.Audience, p.ID)
	}
	return card
}
