package viewer_test

import (
	"context"
	"testing"

	"heard/server/viewer"
)

func TestViewerTravelsInTheContext(t *testing.T) {
	want := viewer.Viewer{AccountID: "a", OrganisationID: "o", Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true}
	ctx := viewer.With(context.Background(), want)
	if got, ok := viewer.From(ctx); !ok || got != want || viewer.Must(ctx) != want {
		t.Fatalf("got %+v, %v", got, ok)
	}
	if _, ok := viewer.From(context.Background()); ok {
		t.Fatal("an empty context has no viewer")
	}
	defer func() {
		if recover() == nil {
			t.Fatal("Must accepted a context without a viewer")
		}
	}()
	viewer.Must(context.Background())
}
