package notify

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"heard/server/errs"
	"heard/server/keys"
)

// Channel is a way to reach somebody.
type Channel string

// The channels. Push comes first; the others are tried when it does not reach.
const (
	Push  Channel = "push"
	Email Channel = "email"
	SMS   Channel = "sms"
)

// What is said on every second channel: no name, no feeling, nothing of the card.
const (
	neutralSubject = "Heard"
	neutralText    = "Someone needs you. Open Heard: "
	codeText       = "Your Heard code is "
)

// How long push alone is waited for before the second channels are tried as well.
const (
	patienceNeedsYou = 45 * time.Second
	patienceCard     = 2 * time.Minute
)

func (a alertRow) patience() time.Duration {
	if Body(a.Body) == NeedsYou {
		return patienceNeedsYou
	}
	return patienceCard
}

// DefaultNotifyURL is where GOV.UK Notify is.
const DefaultNotifyURL = "https://api.notifications.service.gov.uk"

// Channels says how second channels are reached; each is off until it is set.
type Channels struct {
	SMTPURL  keys.Secret // smtp://user:password@host:port, or smtps:// for TLS from the first byte
	SMTPFrom string

	NotifyAPIKey      keys.Secret // GOV.UK Notify: name, service id and secret joined with dashes
	NotifyURL         string      // DefaultNotifyURL when empty
	NotifySMSTemplate string      // a template that holds ((text)) and nothing else
	CallbackToken     keys.Secret // what GOV.UK Notify proves itself with when it reports
}

// Check refuses settings that would fail at the first alert; each sentence names the variable at fault.
func (c Channels) Check() error {
	if _, err := newMailer(c, 0); err != nil {
		return err
	}
	_, err := newTexter(c, 0)
	return err
}

// loopback says whether a host is this machine itself, the only one that may be spoken to in plain text.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// plainURL reads a URL that has a host and nothing after it.
func plainURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("not a plain URL") // never err: it quotes the URL, and that may hold a password
	}
	return u, nil
}

const longestAddress = 254

// normalise gives an address in the one form it is kept in, so that the same one is not kept twice.
func normalise(kind Channel, address string) (string, error) {
	address = strings.TrimSpace(address)
	bad := errs.New(errs.Invalid, "This can't be used.")
	switch kind {
	case Email:
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Name != "" || parsed.Address != address || len(address) > longestAddress || !strings.Contains(address, ".") {
			return "", bad.Field("address", "This is not an email address.")
		}
		name, domain, _ := strings.Cut(address, "@")
		return name + "@" + strings.ToLower(domain), nil
	case SMS:
		number := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "").Replace(address)
		if strings.HasPrefix(number, "00") {
			number = "+" + number[2:]
		}
		if strings.HasPrefix(number, "0") {
			number = "+44" + number[1:]
		}
		if !phoneNumber.MatchString(number) {
			return "", bad.Field("address", "This is not a mobile number. Write it like 07700 900123 or +44 7700 900123.")
		}
		return number, nil
	default:
		return "", bad.Field("kind", "Choose email or text message.")
	}
}

var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)

// mask shows enough of an address for its owner to know it, and no more.
func mask(kind Channel, address string) string {
	if kind == SMS {
		return "•••• " + address[max(0, len(address)-3):]
	}
	name, domain, _ := strings.Cut(address, "@")
	first := []rune(name)
	return string(first[:min(1, len(first))]) + "•••@" + domain
}
