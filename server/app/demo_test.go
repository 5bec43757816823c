package app_test

import (
	"testing"

	"heard/server/app"
	"heard/server/errs"
)

func TestTheDemoAndARealOrganisationNeverMeet(t *testing.T) {
	open := func(folder string, demo bool) error {
		a, err := app.Open(t.Context(), app.Config{
			PublicURL: "http://localhost:1", DataDir: folder, PushContact: "heard@example.org", Demo: demo,
		})
		if err != nil {
			return err
		}
		if !demo {
			_, err = a.People.InviteFirstAdmin(t.Context(), "Riverside", "Alex")
		}
		if closed := a.Close(); err == nil {
			err = closed
		}
		return err
	}
	for first, second := range map[bool]string{true: "demo", false: "real_organisation"} {
		folder := t.TempDir()
		if err := open(folder, first); err != nil {
			t.Fatal(err)
		}
		if err := open(folder, !first); errs.ReasonOf(err) != second {
			t.Errorf("a database of the demo (%t) opened as the other: %v", first, err)
		}
		if err := open(folder, first); err != nil {
			t.Errorf("a refused start did harm: %v", err)
		}
	}
}
