package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// mailer sends e-mail through the one server that was set; nil when none was.
type mailer struct {
	url     *url.URL
	from    string
	timeout time.Duration
	roots   *x509.CertPool // who vouches for the mail server; nil for those the system trusts
	dialled string         // another address than the URL's, in tests
}

func newMailer(c Channels, timeout time.Duration) (*mailer, error) {
	if c.SMTPURL == "" {
		return nil, nil
	}
	u, err := plainURL(c.SMTPURL.Reveal())
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("HEARD_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, errors.New("HEARD_SMTP_URL has a port that is none")
		}
	}
	from, err := mail.ParseAddress(c.SMTPFrom)
	if err != nil {
		return nil, errors.New("HEARD_SMTP_FROM must be the address e-mail comes from, such as heard@example.org, because HEARD_SMTP_URL is set")
	}
	return &mailer{url: u, from: from.String(), timeout: timeout}, nil
}

// send gives one message to the mail server. A message it has taken stays taken, whatever happens to the
// connection afterwards.
func (m *mailer) send(ctx context.Context, to, messageID, text string) answer {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if message.From(m.from) != nil || message.To(to) != nil {
		return answer{state: pushRefused, problem: problemBadRequest}
	}
	message.Subject(neutralSubject)
	message.SetDate()
	message.SetMessageIDWithValue(messageID + "@" + m.domain())
	// Sent by a machine: no out-of-office replies.
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, text)
	client, err := m.client(ctx)
	if err != nil {
		return answer{state: pushRefused, problem: problemBadRequest}
	}
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() || err == nil {
		return answer{state: pushAccepted}
	}
	return judgeMail(err)
}

func (m *mailer) domain() string {
	if from, err := mail.ParseAddress(m.from); err == nil {
		for i := range from.Address {
			if from.Address[i] == '@' {
				return from.Address[i+1:]
			}
		}
	}
	return "heard.invalid"
}

func (m *mailer) client(ctx context.Context) (*gomail.Client, error) {
	host := m.url.Hostname()
	policy, port := gomail.TLSMandatory, 587
	implicit := m.url.Scheme == "smtps"
	if implicit {
		// The connection is secure before the library sees it, so there is no STARTTLS left to insist on.
		policy, port = gomail.TLSOpportunistic, 465
	} else if loopback(host) {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{
		gomail.WithTimeout(m.timeout), gomail.WithTLSPolicy(policy), gomail.WithPort(port), gomail.WithoutNoop(),
		gomail.WithTLSConfig(m.secureTo(host)), gomail.WithDialContextFunc(m.dial(ctx, host, implicit)),
	}
	if port, err := strconv.Atoi(m.url.Port()); err == nil {
		options = append(options, gomail.WithPort(port))
	}
	if user := m.url.User; user != nil {
		password, _ := user.Password()
		way := gomail.SMTPAuthAutoDiscover
		if loopback(host) && !implicit {
			way = gomail.SMTPAuthPlainNoEnc // nothing leaves this machine
		}
		options = append(options, gomail.WithSMTPAuth(way), gomail.WithUsername(user.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(host, options...)
}

// dial opens a connection that ends with ctx: the library minds its context only while it dials.
func (m *mailer) dial(ctx context.Context, host string, implicit bool) gomail.DialContextFunc {
	return func(dialling context.Context, network, address string) (net.Conn, error) {
		plain := &net.Dialer{Timeout: m.timeout}
		conn, err := plain.DialContext(dialling, network, orElse(m.dialled, address))
		if err == nil && implicit {
			secure := tls.Client(conn, m.secureTo(host))
			if err = secure.HandshakeContext(dialling); err != nil {
				_ = conn.Close()
			}
			conn = secure
		}
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
}

func (m *mailer) secureTo(host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}
}

// judgeMail says what a mail server's answer means. The error itself goes nowhere: it holds the address.
func judgeMail(err error) answer {
	code := 0
	var sending *gomail.SendError
	var reply *textproto.Error
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &sending) && sending.ErrorCode() != 0:
		code = sending.ErrorCode()
	case errors.As(err, &reply):
		code = reply.Code
	}
	switch {
	case code == 530 || code == 534 || code == 535 || code == 538:
		return answer{state: pushRefused, problem: problemUnauthorised, code: code}
	case code/100 == 5:
		return answer{state: pushRefused, problem: problemRefused, code: code}
	case code/100 == 4:
		return answer{state: pushRetry, problem: problemServiceDown, code: code}
	case errors.As(err, &certificate), errors.As(err, &authority), strings.Contains(err.Error(), "does not support STARTTLS"):
		return answer{state: pushRefused, problem: problemInsecure}
	case errors.As(err, &timeout) && timeout.Timeout():
		return answer{state: pushRetry, problem: problemTimeout}
	default:
		return answer{state: pushRetry, problem: problemUnreachable}
	}
}
