package notify

import (
	"net/netip"
	"time"
)

// Parts that are decided by themselves, for table tests.
var (
	ForgetUnseen = (*Service).forgetUnseen
	RetryAfter   = retryAfter
	Backoff      = backoff
	NewPayload   = newPayload
	IsPublic     = func(address string) bool { return isPublic(netip.MustParseAddr(address)) }
)

// Fetch uses the client pushes go through, and says how its failure is judged.
func Fetch(testOrigin, url string) (state, problem string) {
	hosts, err := newAllowList(testOrigin)
	if err != nil {
		return "", err.Error()
	}
	client := newClient(hosts, 5*time.Second)
	response, err := client.Get(url)
	if err != nil {
		return judgeError(err)
	}
	_ = response.Body.Close()
	return judgeStatus(response.StatusCode)
}
