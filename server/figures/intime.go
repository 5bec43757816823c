package figures

import "time"

// Stamp is one thing that happened to a card, and when.
type Stamp struct {
	Kind string
	At   time.Time
}

// InTime says whether somebody saw a card before the time of a level had passed, by
// its stamps in the order they were written. Not counted are cards that wait for
// nobody (not limited), those sent while nobody was on duty at any level, those taken
// back before either, and those where neither has happened yet.
func InTime(limited bool, received time.Time, stamps []Stamp) (inTime, counts bool) {
	if !limited {
		return false, false
	}
	for _, s := range stamps {
		switch s.Kind {
		case "seen", "promised", "here", "check", "checked_on":
			return true, true
		case "overdue":
			return false, true
		case "nobody":
			return false, s.At.After(received)
		case "withdrawn":
			return false, false
		}
	}
	return false, false
}
