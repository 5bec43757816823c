package notify

import (
	"context"
	"crypto/ecdh"
	"crypto/x509"
	"net/netip"
	"time"

	"heard/server/keys"
)

// Parts that are decided by themselves, for table tests.
var (
	ForgetUnseen = (*Service).forgetUnseen
	RetryAfter   = retryAfter
	Backoff      = backoff
	NewPayload   = newPayload
	IsPublic     = func(address string) bool { return isPublic(netip.MustParseAddr(address)) }
)

// Seal encrypts one record with a key and salt that are given.
func Seal(record []byte, size uint32, p256dh, auth, private, salt []byte) ([]byte, error) {
	own, err := ecdh.P256().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return seal(record, size, p256dh, auth, own, salt)
}

// JudgeStatus says what a push service's answer means.
func JudgeStatus(status int) string {
	state, _ := judgeStatus(status)
	return state
}

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

// Mail sends one e-mail to the server at an address as if it were somewhere else under the given name, and says what
// the problem was.
func Mail(address, name string, roots *x509.CertPool) (problem string) {
	m, err := newMailer(Channels{SMTPURL: keys.Secret(address), SMTPFrom: "heard@example.org"}, time.Second)
	if err != nil {
		return err.Error()
	}
	m.roots, m.dialled = roots, m.url.Host
	m.url.Host = name
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return m.send(ctx, "sam@example.org", "id", "text").problem
}
