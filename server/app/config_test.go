package app_test

import (
	"strings"
	"testing"

	"heard/server/app"
)

// A number of days that no clock can hold would let every move's words go at once.
func TestAMovesWordsHaveATimeThatCanBe(t *testing.T) {
	for _, days := range []int{-1, 1, 89, 36501, 106_752, 1 << 40} {
		a, err := app.Open(t.Context(), app.Config{PublicURL: "http://localhost:8080", DataDir: t.TempDir(), MoveWordsDays: days})
		if err == nil {
			_ = a.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), "HEARD_MOVE_WORDS_DAYS must be at ") {
			t.Errorf("%d days: %v", days, err)
		}
	}
}
