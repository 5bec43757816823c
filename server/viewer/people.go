package viewer

import "time"

// Account is one account as an administrator sees it. Floors that may not import
// one another exchange it, so it lives here.
type Account struct {
	ID        string
	Kind      Kind
	Name      string // on record
	Called    string // on screens
	Avatar    string
	Phone     string
	Suspended bool
	Joined    bool // has a way in: a live device or a passkey
	Invited   bool // an unused invitation waits
	CreatedAt time.Time
}

// Person is the account as everybody else sees it.
func (a Account) Person() Person {
	return Person{ID: a.ID, Name: a.Called, Avatar: a.Avatar}
}

// NewAccount is what is asked for when an account is made or changed.
type NewAccount struct {
	Kind   Kind
	Name   string
	Called string
	Avatar string
	Phone  string
	// Machine is for the heartbeat's accounts, which are in no list, count or figure.
	Machine bool
}

// Organisation is what every member may know of their organisation.
type Organisation struct {
	ID            string
	Name          string
	KeyworkerWord string
	AboutMeWord   string
	DutyPhone     string
	Demo          bool
}

// Invitation is a link that opens an account once.
type Invitation struct {
	URL        string
	InsightURL string // the same, opening where figures are read: for those who only do that
	ExpiresAt  time.Time
}
