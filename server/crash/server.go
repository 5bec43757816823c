package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// server is one Heard process that is started again whenever it ends, as a service manager would.
type server struct {
	binary, address, folder string
	env                     []string
	launch                  *launcher
	log                     *os.File

	mu      sync.Mutex
	running *exec.Cmd
	starts  int
	stop    chan struct{}
	stopped chan struct{}
}

// serverSettings is what the processes of one run share.
type serverSettings struct {
	binary, folder, key, publicURL, databaseURL, pushOrigin, fault string
}

func newServer(launch *launcher, s serverSettings, name, port string) (*server, error) {
	log, err := os.Create(filepath.Join(s.folder, name+".log"))
	if err != nil {
		return nil, err
	}
	p := &server{
		binary: s.binary, address: "127.0.0.1:" + port, folder: s.folder, launch: launch, log: log,
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	p.env = []string{
		"HEARD_LISTEN=" + p.address, "HEARD_URL=" + s.publicURL, "HEARD_DATA=" + s.folder, "HEARD_KEY=" + s.key,
		"HEARD_LOG_LEVEL=warn", "DATABASE_URL=" + s.databaseURL, "HEARD_TEST_PUSH_ORIGIN=" + s.pushOrigin,
		"HEARD_FAULT=" + s.fault, "HEARD_CLOCK=" + p.clock(), "GOMAXPROCS=2",
	}
	// People are let in by a clock that is behind: when it is set wrong later, they have all come already.
	return p, p.setClock(-6 * widestJump)
}

func (s *server) clock() string { return s.log.Name() + ".clock" }

// setClock makes the process's clock wrong by so much, at once.
func (s *server) setClock(by time.Duration) error {
	making := s.clock() + ".new"
	if err := os.WriteFile(making, []byte(strconv.FormatInt(by.Milliseconds(), 10)), 0o600); err != nil {
		return err
	}
	return os.Rename(making, s.clock())
}

var link = regexp.MustCompile(`https?://\S+`)

// invite gives the first administrator's link, as an operator gets it.
func (s *server) invite(ctx context.Context) (string, error) {
	command := exec.CommandContext(ctx, s.binary, "admin", "invite", "-organisation", "Riverside (made up)", "-name", "Ada")
	command.Env = s.env
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("heard admin invite: %w: %s", err, complaint.String())
	}
	return link.FindString(string(out)), nil
}

// supervise keeps the process running until quit.
func (s *server) supervise() {
	defer close(s.stopped)
	for {
		command := exec.Command(s.binary)
		command.Env, command.Stdout, command.Stderr = s.env, s.log, s.log
		s.mu.Lock()
		err := s.launch.start(command)
		if err == nil {
			s.running = command
			s.starts++
		}
		s.mu.Unlock()
		if err == nil {
			_ = command.Wait()
		}
		select {
		case <-s.stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// kill ends the process as a power cut would: SIGKILL, nothing flushed, nobody told.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		_ = s.running.Process.Kill()
	}
}

// quit kills the process for good.
func (s *server) quit() {
	close(s.stop)
	s.kill()
	<-s.stopped
	_ = s.log.Close()
}

// ready waits until the process takes cards.
func (s *server) ready(ctx context.Context, within time.Duration) error {
	for deadline := time.Now().Add(within); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		response, err := http.Get("http://" + s.address + "/readyz")
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("heard did not become ready; see %s", s.log.Name()), ctx.Err())
}

func newKey() string {
	var key [32]byte
	_, _ = rand.Read(key[:])
	return base64.StdEncoding.EncodeToString(key[:])
}
