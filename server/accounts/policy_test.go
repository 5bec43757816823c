package accounts_test

import (
	"testing"
	"time"

	"heard/server/accounts"
	"heard/server/errs"
	"heard/server/viewer"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// young is a young person's open session with a lock, just used.
func young() accounts.SessionState {
	return accounts.SessionState{
		SessionID: "s", AccountID: "a", OrganisationID: "o", DeviceID: "d", Place: viewer.Young, Kind: viewer.KindYoungPerson,
		Unlocked: true, HistoryOpen: true, HasLock: true, LastActive: noon, Expires: noon.Add(time.Hour),
	}
}

func staff() accounts.SessionState {
	s := young()
	s.Place, s.Kind, s.HasLock = viewer.Work, viewer.KindStaff, false
	return s
}

func TestASessionIsJudged(t *testing.T) {
	past, future := noon.Add(-time.Second), noon.Add(time.Second)
	for name, c := range map[string]struct {
		state   accounts.SessionState
		change  func(*accounts.SessionState)
		reading bool
		code    errs.Code
		reason  string
	}{
		"young, open":                 {state: young(), reading: true},
		"young, locked":               {state: young(), change: func(s *accounts.SessionState) { s.Unlocked = false }},
		"young, history closed":       {state: young(), change: func(s *accounts.SessionState) { s.HistoryOpen = false }},
		"young, nearly idle":          {state: young(), change: func(s *accounts.SessionState) { s.LastActive = noon.Add(time.Second - 10*time.Minute) }, reading: true},
		"young, idle":                 {state: young(), change: func(s *accounts.SessionState) { s.LastActive = noon.Add(-10 * time.Minute) }},
		"young, idle without a lock":  {state: young(), change: func(s *accounts.SessionState) { s.LastActive, s.HasLock = noon.Add(-10*time.Minute), false }, reading: true},
		"young, suspended":            {state: young(), change: func(s *accounts.SessionState) { s.Suspended = true }, code: errs.Unauthenticated},
		"young, expired":              {state: young(), change: func(s *accounts.SessionState) { s.Expires = noon }, code: errs.Unauthenticated},
		"old token, new one not seen": {state: young(), change: func(s *accounts.SessionState) { s.Old = true }, reading: true},
		"old token, still in grace":   {state: young(), change: func(s *accounts.SessionState) { s.Old, s.OldUntil = true, &future }, reading: true},
		"old token, over":             {state: young(), change: func(s *accounts.SessionState) { s.Old, s.OldUntil = true, &past }, code: errs.Unauthenticated},
		"staff, open":                 {state: staff(), reading: true},
		"staff, idle":                 {state: staff(), change: func(s *accounts.SessionState) { s.LastActive = noon.Add(-10 * time.Minute) }, code: errs.Unauthenticated, reason: "idle"},
		"staff, idle and suspended":   {state: staff(), change: func(s *accounts.SessionState) { s.LastActive, s.Suspended = noon.Add(-time.Hour), true }, code: errs.Unauthenticated},
		"staff, expired":              {state: staff(), change: func(s *accounts.SessionState) { s.Expires = past }, code: errs.Unauthenticated},
		"staff at the young's place":  {state: young(), change: func(s *accounts.SessionState) { s.Kind = viewer.KindStaff }, code: errs.Unauthenticated},
		"admin at work":               {state: staff(), change: func(s *accounts.SessionState) { s.Kind = viewer.KindAdmin }, code: errs.Unauthenticated},
		"staff at insight":            {state: staff(), change: func(s *accounts.SessionState) { s.Place = viewer.Insight }, reading: true},
		"staff at insight, idle":      {state: staff(), change: func(s *accounts.SessionState) { s.Place, s.LastActive = viewer.Insight, noon.Add(-10*time.Minute) }, code: errs.Unauthenticated, reason: "idle"},
		"admin at insight":            {state: staff(), change: func(s *accounts.SessionState) { s.Place, s.Kind = viewer.Insight, viewer.KindAdmin }, reading: true},
		"young at insight":            {state: young(), change: func(s *accounts.SessionState) { s.Place = viewer.Insight }, code: errs.Unauthenticated},
		"family at insight":           {state: staff(), change: func(s *accounts.SessionState) { s.Place, s.Kind = viewer.Insight, viewer.KindFamily }, code: errs.Unauthenticated},
		"family":                      {state: staff(), change: func(s *accounts.SessionState) { s.Kind = viewer.KindFamily }, code: errs.Unauthenticated},
	} {
		if c.change != nil {
			c.change(&c.state)
		}
		v, err := accounts.Judge(c.state, noon)
		if errs.CodeOf(err) != c.code || errs.ReasonOf(err) != c.reason || v.Reading != c.reading || (err == nil) != (v.AccountID == "a") {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}

func TestWrongSecretsShutLongerAndLonger(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: 5 * time.Minute, 6: 10 * time.Minute, 7: 20 * time.Minute, 8: 40 * time.Minute, 9: time.Hour, 1 << 30: time.Hour,
	} {
		if got := accounts.BlockAfter(failures); got != want {
			t.Errorf("%d: %s", failures, got)
		}
	}
}
