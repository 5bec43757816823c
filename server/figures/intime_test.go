package figures_test

import (
	"testing"
	"time"

	"heard/server/figures"
)

// Somebody saw it, or a level's time passed first: what came later changes nothing.
func TestInTime(t *testing.T) {
	came := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	at := func(kinds ...string) []figures.Stamp {
		stamps := make([]figures.Stamp, len(kinds))
		for i, kind := range kinds {
			stamps[i] = figures.Stamp{Kind: kind, At: came.Add(time.Duration(i) * time.Minute)}
		}
		return stamps
	}
	for name, c := range map[string]struct {
		free            bool // it waits for nobody
		stamps          []figures.Stamp
		inTime, counted bool
	}{
		"nothing yet":                  {stamps: at("received", "alerting")},
		"seen":                         {stamps: at("received", "alerting", "seen"), inTime: true, counted: true},
		"promised without seen":        {stamps: at("received", "promised"), inTime: true, counted: true},
		"there at once":                {stamps: at("received", "here"), inTime: true, counted: true},
		"talked about":                 {stamps: at("received", "check"), inTime: true, counted: true},
		"checked on after taking it":   {stamps: at("received", "checked_on"), inTime: true, counted: true},
		"overdue":                      {stamps: at("received", "overdue"), counted: true},
		"seen after overdue":           {stamps: at("received", "overdue", "escalated", "seen"), counted: true},
		"overdue after seen":           {stamps: at("received", "seen", "overdue"), inTime: true, counted: true},
		"nobody was left":              {stamps: at("received", "alerting", "nobody"), counted: true},
		"nobody was on from the start": {stamps: at("nobody")},
		"taken back before either":     {stamps: at("received", "withdrawn")},
		"taken back once seen":         {stamps: at("received", "seen", "withdrawn"), inTime: true, counted: true},
		"closed only":                  {stamps: at("received", "closed")},
		"only to know, and seen":       {free: true, stamps: at("received", "seen")},
	} {
		if inTime, counted := figures.InTime(!c.free, came, c.stamps); inTime != c.inTime || counted != c.counted {
			t.Errorf("%s: in time %v, counted %v", name, inTime, counted)
		}
	}
}
