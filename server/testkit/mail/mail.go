// Package mail is a mail server for tests: it takes e-mail on loopback and answers as told. Only tests import it.
package mail

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Where a message is refused.
const (
	AtFrom = "from"
	AtTo   = "to"
	AtData = "data"
)

// Answer is how one message is answered instead of being taken.
type Answer struct {
	At   string // AtData when empty
	Code int    // 4xx or 5xx
	Hang bool   // never answered
	Drop bool   // the connection is cut instead of an answer
}

// Message is an e-mail it took.
type Message struct {
	From, To, Text string
	TLS            bool
	User           string
}

// Options is what kind of server it is.
type Options struct {
	TLS            *tls.Config // offers STARTTLS
	Implicit       bool        // TLS from the first byte instead
	User, Password string      // asks for them
}

// Server is a mail server on loopback.
type Server struct {
	Address string // host:port

	options Options
	stop    chan struct{}

	mu       sync.Mutex
	answers  []Answer
	messages []Message
	asked    int
}

// Start opens a server that ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: ln.Addr().String(), options: o, stop: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, conn: c}, nil }))
	server.Domain, server.AllowInsecureAuth, server.TLSConfig = "mail.test", true, o.TLS
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = quiet{}
	if o.Implicit {
		ln, server.TLSConfig = tls.NewListener(ln, o.TLS), nil
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(ln) })
	t.Cleanup(func() { close(s.stop); _ = server.Close(); serving.Wait() })
	return s
}

// Answer says how the next messages are answered, in order; afterwards they are taken.
func (s *Server) Answer(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = answers
}

// Messages gives the e-mails it took so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Asked says how many messages were begun.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

type session struct {
	s    *Server
	conn *smtp.Conn
	set  Answer
	m    Message
}

func (c *session) Reset() {}

func (c *session) Logout() error { return nil }

// AuthMechanisms offers a password sign-in where one is asked for.
func (c *session) AuthMechanisms() []string {
	if c.s.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != c.s.options.User || password != c.s.options.Password {
			return smtp.ErrAuthFailed
		}
		c.m.User = user
		return nil
	}), nil
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.s.options.User != "" && c.m.User == "" {
		return smtp.ErrAuthRequired
	}
	c.s.mu.Lock()
	c.s.asked++
	c.set = Answer{}
	if len(c.s.answers) > 0 {
		c.set, c.s.answers = c.s.answers[0], c.s.answers[1:]
	}
	c.s.mu.Unlock()
	_, c.m.TLS = c.conn.TLSConnectionState()
	c.m.From = from
	return c.answer(AtFrom)
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.m.To = to
	return c.answer(AtTo)
}

func (c *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.answer(AtData); err != nil {
		return err
	}
	c.m.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.messages = append(c.s.messages, c.m)
	return nil
}

func (c *session) answer(at string) error {
	where := c.set.At
	if where == "" {
		where = AtData
	}
	if where != at {
		return nil
	}
	switch {
	case c.set.Hang:
		<-c.s.stop
		return smtp.ErrServerClosed
	case c.set.Drop:
		_ = c.conn.Conn().Close()
		return smtp.ErrServerClosed
	case c.set.Code != 0:
		return &smtp.SMTPError{Code: c.set.Code, EnhancedCode: smtp.EnhancedCode{c.set.Code / 100, 0, 0}, Message: "as told"}
	}
	return nil
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

func (quiet) Println(...any) {}
