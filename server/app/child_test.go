package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/keys"
)

var builds struct {
	folder string
	once   sync.Once
	err    error
}

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "heard-app-test")
	if err != nil {
		panic(err)
	}
	builds.folder = folder
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// binary is the program as it is shipped, built once for all tests that need it.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(builds.folder, "heard")
	builds.once.Do(func() {
		// The flags of make build, so that what it compiled is not compiled again.
		command := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "heard/server") // #nosec G204 -- fixed words
		if out, err := command.CombinedOutput(); err != nil {
			builds.err = err
			t.Logf("%s", out)
		}
	})
	if builds.err != nil {
		t.Fatalf("build heard: %v", builds.err)
	}
	return path
}

// child is Heard in a process of its own, which can be killed.
type child struct {
	t            *testing.T
	url, address string
	databaseURL  string
	folder, key  string
	log          *os.File
	running      *exec.Cmd
}

func newChild(t *testing.T, databaseURL string) *child {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	_ = free.Close()
	var key [32]byte
	_, _ = rand.Read(key[:])
	c := &child{
		t: t, address: address, url: "http://localhost:" + port, databaseURL: databaseURL,
		folder: t.TempDir(), key: base64.StdEncoding.EncodeToString(key[:]),
	}
	if c.log, err = os.Create(filepath.Join(t.TempDir(), "child.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.kill()
		if t.Failed() {
			text, _ := os.ReadFile(c.log.Name())
			t.Logf("the child's last words: %s", text[max(0, len(text)-4000):])
		}
		_ = c.log.Close()
	})
	return c
}

func (c *child) command(args ...string) *exec.Cmd {
	command := exec.Command(binary(c.t), args...) // #nosec G204 -- built above
	command.Env = []string{
		"HEARD_LISTEN=" + c.address, "HEARD_URL=" + c.url, "HEARD_DATA=" + c.folder, "HEARD_KEY=" + c.key,
		"HEARD_LOG_LEVEL=warn", "DATABASE_URL=" + c.databaseURL,
	}
	return command
}

var link = regexp.MustCompile(`https?://\S+`)

// invite gives the first administrator's link, as an operator gets it.
func (c *child) invite() string {
	c.t.Helper()
	var stderr bytes.Buffer
	command := c.command("admin", "invite", "-organisation", "Riverside (made up)", "-name", "Ada")
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		c.t.Fatalf("heard admin invite: %v\n%s", err, stderr.String())
	}
	return link.FindString(string(out))
}

// start runs the server until kill, and returns once it is ready.
func (c *child) start() {
	c.running = c.command()
	c.running.Stdout, c.running.Stderr = c.log, c.log
	if err := c.running.Start(); err != nil {
		c.t.Errorf("start heard: %v", err)
		return
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get(c.url + "/readyz")
		if err != nil {
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	c.t.Error("heard did not become ready")
}

// kill ends the server as a power cut would: SIGKILL, nothing flushed, nobody told.
func (c *child) kill() {
	if c.running == nil {
		return
	}
	_ = c.running.Process.Kill()
	_ = c.running.Wait()
	c.running = nil
}

// database opens what the child left behind.
func (c *child) database() *db.DB {
	c.t.Helper()
	ring, err := keys.Load("", c.key)
	if err != nil {
		c.t.Fatal(err)
	}
	d, err := db.Open(context.Background(), db.Config{
		URL: c.databaseURL, Path: filepath.Join(c.folder, "heard.db"), Key: ring.DatabaseKey(),
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = d.Close() })
	return d
}

func rowsOf(t *testing.T, d *db.DB, into any, query string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query).Scan(into).Error })
	if err != nil {
		t.Fatalf("%s: %v", strings.Fields(query)[:4], err)
	}
}
