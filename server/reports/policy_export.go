package reports

import (
	"slices"
	"time"

	"heard/server/errs"
	"heard/server/people"
)

const (
	longestToken  = 365 * 24 * time.Hour
	mostTokens    = 20
	mostWebhooks  = 10
	longestName   = 80
	mostUnits     = 200
	tokenRequests = 120 // a minute
)

var (
	errMayNotShare = errs.New(errs.Forbidden, "Only analysts, commissioners and administrators can pass figures on to programs.")
	errTokenWrong  = errs.New(errs.Unauthenticated, "This token is not known, has expired or was ended.").With("token")
	errTooOften    = errs.New(errs.Unavailable, "That is too many requests for a minute. Please wait.").With("too_many")
)

// MayShare says whether somebody may pass figures on to programs: whoever publishes
// them, and administrators of the organisation.
func MayShare(view people.InsightView) error {
	if shared := view.Shared(); shared.All || len(shared.Services) > 0 {
		return nil
	}
	return errMayNotShare
}

// scope is which units a token reads: these, or with none all that its maker may.
type scope []string

// covers says whether a unit is in scope; no unit means all of them together.
func (s scope) covers(unitID string) error {
	if len(s) == 0 || unitID != "" && slices.Contains(s, unitID) {
		return nil
	}
	return errNoFigures
}

// checkToken says what is wrong with a token asked for; units are those its maker may pass on.
func checkToken(n NewToken, now time.Time, units []string) error {
	bad := errs.New(errs.Invalid, "This token can't be made.")
	if n.Name == "" || len([]rune(n.Name)) > longestName {
		return bad.Field("name", "Give it a name of at most 80 characters.")
	}
	if !n.ExpiresAt.After(now) || n.ExpiresAt.Sub(now) > longestToken {
		return bad.Field("expiresAt", "Choose a day within a year.")
	}
	if len(n.Units) > mostUnits {
		return bad.Field("units", "These are too many.")
	}
	for _, id := range n.Units {
		if !slices.Contains(units, id) {
			return bad.Field("units", "One of these is not yours to share.")
		}
	}
	return nil
}
