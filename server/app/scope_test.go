package app_test

import (
	"context"
	"slices"
	"testing"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// neighbours makes a second organisation with a member of staff and a young
// person, whose join code it gives.
func neighbours(t *testing.T, k *testkit.Kit) (staff viewer.Viewer, code string) {
	t.Helper()
	must(t, k.App.DB.Tx(t.Context(), func(tx *db.Tx) (err error) {
		if staff.OrganisationID, err = k.App.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Hillside (made up)"}); err != nil {
			return err
		}
		staff.Place, staff.Kind, staff.Reading, staff.SessionID = viewer.Work, viewer.KindStaff, true, db.NewID()
		make := func(kind viewer.Kind, name string) (string, error) {
			return k.App.Accounts.CreateTx(tx, staff.OrganisationID, viewer.NewAccount{Kind: kind, Name: name, Avatar: "a1"})
		}
		if staff.AccountID, err = make(viewer.KindStaff, "Noor"); err != nil {
			return err
		}
		young, err := make(viewer.KindYoungPerson, "Mia")
		if err != nil {
			return err
		}
		made, err := k.App.Accounts.MakeJoinCodeTx(tx, staff, young)
		code = made.Words
		return err
	}))
	return staff, code
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A request sees its own organisation, whatever its query forgot. SQLite has no such wall.
func TestARequestSeesItsOwnOrganisation(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		w.Leo.Post("/cards", k.NewCard(w.Sam)).OK()
		noor, _ := neighbours(t, k)
		seen := func(ctx context.Context) (cards, organisations int64) {
			must(t, k.App.DB.Read(ctx, func(tx *db.Tx) error {
				if err := tx.Gorm().Table("cards").Count(&cards).Error; err != nil {
					return err
				}
				return tx.Gorm().Table("organisations").Count(&organisations).Error
			}))
			return cards, organisations
		}
		if cards, organisations := seen(t.Context()); cards != 1 || organisations != 2 {
			t.Fatalf("the server sees %d cards of %d organisations", cards, organisations)
		}
		if k.App.DB.Dialect() != db.Postgres {
			return
		}
		if cards, organisations := seen(viewer.With(t.Context(), noor)); cards != 0 || organisations != 1 {
			t.Fatalf("somebody else's staff see %d cards and %d organisations", cards, organisations)
		}
		err := k.App.DB.Tx(viewer.With(t.Context(), noor), func(tx *db.Tx) error {
			return tx.Gorm().Exec("UPDATE card_events SET organisation_id = ?", noor.OrganisationID).Error
		})
		must(t, err)
		var events []struct{ Kind string }
		rowsOf(t, k.App.DB, &events, "SELECT kind FROM card_events WHERE organisation_id <> '"+noor.OrganisationID+"'")
		if len(events) == 0 {
			t.Fatal("somebody else's staff took the card's events")
		}
	})
}

// What starts in one organisation and ends in another still works.
func TestABrowserMovesToAnotherOrganisation(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		noor, code := neighbours(t, k)

		var joined struct {
			Account      struct{ Name string }
			Organisation struct{ Name string }
		}
		w.Leo.Post("/join", map[string]any{"code": code, "deviceName": "The same phone"}).Into(&joined)
		if joined.Account.Name != "Mia" || joined.Organisation.Name != "Hillside (made up)" {
			t.Fatalf("joined as %+v", joined)
		}

		_, phone := w.Sam.Subscribe()
		_, moved, err := k.App.Notify.Subscribe(viewer.With(t.Context(), noor), noor, notify.NewSubscription{
			Endpoint: phone.Endpoint, P256dh: phone.Keys.P256dh, Auth: phone.Keys.Auth, Label: "The same browser",
		})
		if err != nil || !moved {
			t.Fatalf("moved %v: %v (%s)", moved, err, errs.ReasonOf(err))
		}
		var owners []string
		rowsOf(t, k.App.DB, &owners, "SELECT account_id FROM push_subscriptions")
		if !slices.Equal(owners, []string{noor.AccountID}) {
			t.Fatalf("the browser belongs to %q", owners)
		}
	})
}
