package web_test

import (
	"context"
	"testing"

	"heard/server/viewer"
	"heard/server/web"
)

// wire carries one hub's signals to another at once, and counts them.
type wire struct {
	to   *web.Hub
	told int
}

func (w *wire) Tell(kind string, ids ...string) {
	w.told++
	w.to.Hear(kind, ids)
}

// What one instance's hub is told, the others' do, and tell nobody again.
func TestHubsTellOneAnother(t *testing.T) {
	near, far := web.NewHub(), web.NewHub()
	there, back := &wire{to: far}, &wire{to: near}
	near.RelayTo(there)
	far.RelayTo(back)
	subscribe := func(account, session string) <-chan struct{} {
		wakes, stop := far.Subscribe(context.Background(), viewer.Viewer{AccountID: account, SessionID: session})
		t.Cleanup(stop)
		return wakes
	}
	woken := func(wakes <-chan struct{}) (yes, open bool) {
		select {
		case _, open := <-wakes:
			return open, open
		default:
			return false, true
		}
	}
	a, b, c := subscribe("a", "s1"), subscribe("b", "s2"), subscribe("c", "s3")

	near.Wake("a")
	if yes, _ := woken(a); !yes {
		t.Error("a wake did not cross")
	}
	if yes, _ := woken(b); yes {
		t.Error("somebody else was woken")
	}
	private, stop := far.SubscribePrivate(context.Background(), viewer.Viewer{AccountID: "a", SessionID: "s4"})
	defer stop()
	near.Wake("a")
	<-a
	if yes, _ := woken(private); yes {
		t.Error("a wake for all woke those who only wait for what is private")
	}
	near.WakeReaders("a")
	if yes, _ := woken(a); yes {
		t.Error("a wake for those who may read woke all")
	}
	if yes, _ := woken(private); !yes {
		t.Error("a wake for those who may read did not cross")
	}
	far.Missed()
	<-private
	for _, wakes := range []<-chan struct{}{a, b, c} {
		if yes, _ := woken(wakes); !yes {
			t.Error("not everybody was woken after something may have been missed")
		}
	}
	near.EndSession("s1")
	near.EndAccount("b")
	for name, wakes := range map[string]<-chan struct{}{"session": a, "account": b} {
		if _, open := woken(wakes); open {
			t.Errorf("the end of the %s did not cross", name)
		}
	}
	if _, open := woken(c); !open {
		t.Error("somebody else's ended")
	}
	if there.told != 5 || back.told != 0 {
		t.Errorf("told %d there and %d back", there.told, back.told)
	}
}
