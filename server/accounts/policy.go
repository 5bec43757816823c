package accounts

import (
	"time"

	"heard/server/viewer"
)

// sessionState is what a session is judged by, read in one query.
type sessionState struct {
	SessionID, AccountID, OrganisationID, DeviceID string
	Place                                          viewer.Place
	Kind                                           viewer.Kind
	Suspended                                      bool
	Unlocked                                       bool
	HistoryOpen                                    bool
	Shared                                         bool // on a tablet that others use too
	HasLock                                        bool
	LastActive                                     time.Time
	Expires                                        time.Time
	Old                                            bool // found by the token before the last change
	OldUntil                                       *time.Time
}

// idle says whether nobody has done anything for too long. A young person's
// session goes idle only behind a lock, since only a secret could open it again;
// on a shared tablet always, since the next person is already waiting.
func (s sessionState) idle(now time.Time) bool {
	if s.Place == viewer.Young && !s.HasLock && !s.Shared {
		return false
	}
	return now.Sub(s.LastActive) >= idleAfter
}

// open says whether what is private may be read now.
func (s sessionState) open(now time.Time) bool { return s.Unlocked && !s.idle(now) }

// judge turns a session into a viewer, or says why it opens nothing.
func (s sessionState) judge(now time.Time) (viewer.Viewer, error) {
	switch {
	case !mayEnter(s.Kind, s.Place), s.Suspended, !now.Before(s.Expires):
		return viewer.Viewer{}, errSignIn
	case s.Old && s.OldUntil != nil && !now.Before(*s.OldUntil):
		return viewer.Viewer{}, errSignIn
	case s.Place != viewer.Young && s.idle(now):
		return viewer.Viewer{}, errIdle
	}
	return viewer.Viewer{
		AccountID: s.AccountID, OrganisationID: s.OrganisationID, SessionID: s.SessionID, DeviceID: s.DeviceID,
		Place: s.Place, Kind: s.Kind, Reading: s.mayRead(now) && !s.lacksLock(), NeedsLock: s.mayRead(now) && s.lacksLock(),
	}, nil
}

func (s sessionState) mayRead(now time.Time) bool { return s.open(now) && s.HistoryOpen }

// lacksLock says whether nothing but a missing lock stops reading: on a shared
// tablet one must be set first.
func (s sessionState) lacksLock() bool { return s.Shared && !s.HasLock }

// locked says whether the lock, rather than a closed history, stops reading.
func (s sessionState) locked(now time.Time) bool { return (s.HasLock || s.Shared) && !s.open(now) }

const (
	freeTries  = 5
	firstBlock = 5 * time.Minute
	longBlock  = time.Hour
)

// blockAfter is how long reading stays shut after so many wrong secrets in a row.
func blockAfter(failures int) time.Duration {
	if failures < freeTries {
		return 0
	}
	block := firstBlock
	for i := freeTries; i < failures && block < longBlock; i++ {
		block *= 2
	}
	return min(block, longBlock)
}
