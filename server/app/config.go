// Package app is the composition root: it opens the parts, wires them and runs them.
// Tests open the same App that main does.
package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/caarlos0/env/v11"

	"heard/server/fault"
	"heard/server/keys"
	"heard/server/notify"
)

// Config is everything that can be set from outside. The zero values of the
// fields without an env tag mean "as in production"; tests set them.
type Config struct {
	// Listen is the TCP address of the HTTP server.
	Listen string `env:"HEARD_LISTEN" envDefault:"127.0.0.1:8080"`
	// PublicURL is how browsers reach the server: scheme and host, no path.
	PublicURL string `env:"HEARD_URL" envDefault:"http://localhost:8080"`
	// DatabaseURL is a PostgreSQL URL; empty means the embedded database in DataDir.
	DatabaseURL keys.Secret `env:"DATABASE_URL"`
	// ReportsDatabaseURL is the same PostgreSQL by a login that reads published figures and nothing
	// else (see Command, reports-role); empty: they are read as everything is.
	ReportsDatabaseURL keys.Secret `env:"HEARD_REPORTS_DATABASE_URL"`
	// DataDir holds the embedded database and, unless set apart, the server's key.
	DataDir string `env:"HEARD_DATA" envDefault:"data"`
	// Key is the server's key, 32 bytes in base64; it wins over KeyFile.
	Key keys.Secret `env:"HEARD_KEY"`
	// KeyFile is where the server's key lies (mode 0400); made at the first start.
	KeyFile string `env:"HEARD_KEY_FILE"`
	// S3Endpoint is where S3-compatible storage keeps pictures and papers, in S3Bucket; empty: they lie
	// in DataDir.
	S3Endpoint string `env:"HEARD_S3_ENDPOINT"`
	// S3Bucket is the bucket there.
	S3Bucket string `env:"HEARD_S3_BUCKET"`
	// S3Region is the bucket's region.
	S3Region string `env:"HEARD_S3_REGION" envDefault:"us-east-1"`
	// S3AccessKey is who Heard is to the storage.
	S3AccessKey string `env:"HEARD_S3_ACCESS_KEY"`
	// S3SecretKey proves it; it wins over S3SecretKeyFile.
	S3SecretKey keys.Secret `env:"HEARD_S3_SECRET_KEY"`
	// S3SecretKeyFile is a file that holds S3SecretKey and nothing else.
	S3SecretKeyFile string `env:"HEARD_S3_SECRET_KEY_FILE"`
	// S3Prefix stands before all that Heard keeps in the bucket.
	S3Prefix string `env:"HEARD_S3_PREFIX" envDefault:"heard/"`
	// MoveWordsDays is how many days after a move its words stay; 0 is three years.
	MoveWordsDays int `env:"HEARD_MOVE_WORDS_DAYS" envDefault:"1095"`
	// TrustedProxies are the addresses or networks whose ClientIPHeader is believed.
	TrustedProxies []string `env:"HEARD_TRUSTED_PROXIES" envSeparator:","`
	// ClientIPHeader is the one header the proxy sets to the client's address.
	ClientIPHeader string `env:"HEARD_CLIENT_IP_HEADER" envDefault:"X-Real-IP"`
	// PushContact is the address push services may write to, without "mailto:".
	PushContact string `env:"HEARD_PUSH_CONTACT" envDefault:"heard@example.org"`
	// SMTPURL is the mail server for e-mails to staff whom push does not reach; empty for none.
	SMTPURL keys.Secret `env:"HEARD_SMTP_URL"`
	// SMTPFrom is the address those e-mails come from.
	SMTPFrom string `env:"HEARD_SMTP_FROM"`
	// NotifyAPIKey is the GOV.UK Notify key for text messages to staff whom push does not reach; empty for none.
	NotifyAPIKey keys.Secret `env:"HEARD_NOTIFY_API_KEY"`
	// NotifyURL is where GOV.UK Notify is.
	NotifyURL string `env:"HEARD_NOTIFY_URL"`
	// NotifySMSTemplate is the id of a GOV.UK Notify template that holds ((text)).
	NotifySMSTemplate string `env:"HEARD_NOTIFY_SMS_TEMPLATE"`
	// NotifyCallbackToken is what GOV.UK Notify proves itself with when it reports.
	NotifyCallbackToken keys.Secret `env:"HEARD_NOTIFY_CALLBACK_TOKEN"`
	// TestPushOrigin lets one loopback origin stand in for the push services.
	// It is refused unless PublicURL is loopback too.
	TestPushOrigin string `env:"HEARD_TEST_PUSH_ORIGIN"`
	// LogLevel is debug, info, warn or error.
	LogLevel slog.Level `env:"HEARD_LOG_LEVEL" envDefault:"info"`

	// Demo opens the made-up organisation; set by the flag only, never by the environment.
	Demo bool
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Log receives the structured log; nil writes JSON to standard error.
	Log *slog.Logger
	// GroupMax is how many writes SQLite commits together; 0 is the default, 1 one by one.
	GroupMax int
	// MetricsListen is the TCP address of the metrics for Prometheus, never the public one; empty for none.
	MetricsListen string `env:"HEARD_METRICS_LISTEN"`
	// MetricsToken is what Prometheus proves itself with; needed unless MetricsListen is this machine itself.
	MetricsToken keys.Secret `env:"HEARD_METRICS_TOKEN"`
	// TraceEndpoint is the OTLP/HTTP address of an OpenTelemetry collector; empty for no traces.
	TraceEndpoint string `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	// HeartbeatEvery is how often a card of the server's own proves that cards get
	// through; 0 is once a minute, below 0 never.
	HeartbeatEvery time.Duration
	// LeftEvery is how often cards that rest on somebody who has left are looked for; 0 is five
	// seconds, less is never.
	LeftEvery time.Duration
	// ReleasesEvery is how often it is looked whether a period is to be published; 0 is once a
	// minute, less is never.
	ReleasesEvery time.Duration
	// SharingEvery is how often it is looked whether somebody is still to be told of a release; 0 is
	// PollEvery, less than 0 never.
	SharingEvery time.Duration
	// FilesEvery is how often it is looked for uploads to make files of; 0 is PollEvery, less than 0
	// never.
	FilesEvery time.Duration
	// PlacesEvery is how often files that no pack and no move shows any more are looked for; 0 is once an
	// hour, less is never.
	PlacesEvery time.Duration
	// S3Within is how long one call of the storage may take; 0 is 20 seconds.
	S3Within time.Duration
	// PollEvery is how often jobs look for due rows unasked; 0 is one second.
	PollEvery time.Duration
}

// ConfigFromEnv reads the environment and checks it; the error names the variable at fault.
func ConfigFromEnv(demo bool) (Config, error) {
	var c Config
	if err := env.Parse(&c); err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	c.Demo = demo
	if demo && os.Getenv("HEARD_DATA") == "" {
		c.DataDir = "data-demo"
	}
	return c, c.check()
}

func (c *Config) check() error {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || (u.Path != "" && u.Path != "/") {
		return errors.New("HEARD_URL must be a scheme and a host, such as https://heard.example.org")
	}
	if u.Scheme != "https" && !loopback(u.Hostname()) {
		return errors.New("HEARD_URL must begin with https:// unless it is this machine itself")
	}
	if c.ReportsDatabaseURL != "" && c.DatabaseURL == "" {
		return errors.New("HEARD_REPORTS_DATABASE_URL is for PostgreSQL: it needs DATABASE_URL")
	}
	if c.TestPushOrigin != "" && !loopback(u.Hostname()) {
		return errors.New("HEARD_TEST_PUSH_ORIGIN is for tests on this machine only; take it away")
	}
	if host, _, err := net.SplitHostPort(c.MetricsListen); c.MetricsListen != "" && (err != nil || !loopback(host) && c.MetricsToken == "") {
		return errors.New("HEARD_METRICS_LISTEN must be a host and a port, and other than on this machine itself it needs HEARD_METRICS_TOKEN")
	}
	if c.MoveWordsDays != 0 && c.MoveWordsDays < 90 {
		return errors.New("HEARD_MOVE_WORDS_DAYS must be at least 90: a move is read for 42 days after it, and counted later")
	}
	if c.MoveWordsDays > 36500 { // far below where a time.Duration would turn negative, and every move be over
		return errors.New("HEARD_MOVE_WORDS_DAYS must be at most 36500, which is a hundred years")
	}
	if err := c.checkS3(); err != nil {
		return err
	}
	return c.channels().Check()
}

func (c *Config) channels() notify.Channels {
	return notify.Channels{
		SMTPURL: c.SMTPURL, SMTPFrom: c.SMTPFrom, NotifyAPIKey: c.NotifyAPIKey, NotifyURL: c.NotifyURL,
		NotifySMSTemplate: c.NotifySMSTemplate, CallbackToken: c.NotifyCallbackToken,
	}
}

func (c *Config) fill() {
	if c.Now == nil {
		c.Now = fault.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	}
	if c.PollEvery == 0 {
		c.PollEvery = time.Second
	}
	if c.SharingEvery == 0 {
		c.SharingEvery = c.PollEvery
	}
	if c.FilesEvery == 0 {
		c.FilesEvery = c.PollEvery
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.DataDir, "server.key")
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
