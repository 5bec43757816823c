package app_test

import (
	"testing"
	"time"

	"heard/server/testkit"
)

// Every answer that tells the server's time tells that of the one clock.
func TestOneClock(t *testing.T) {
	k := testkit.New(t)
	w := k.World()
	for path, p := range map[string]*testkit.Person{"/session": w.Leo, "/cards": w.Leo, "/inbox": w.Sam} {
		var told struct{ ServerTime time.Time }
		p.Get(path).Into(&told)
		if !told.ServerTime.Equal(k.Clock.Now()) {
			t.Errorf("%s says it is %s, the clock %s", path, told.ServerTime, k.Clock.Now())
		}
	}
}
