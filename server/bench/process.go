package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// starts is how many cold starts are measured; the median is printed.
const starts = 5

// measureProcess starts the built binary on a database that exists already and
// looks at its memory before and after a load.
func measureProcess(ctx context.Context, s settings) error {
	dir, err := os.MkdirTemp("", "heard-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var took []float64
	for i := range starts + 1 {
		p, err := launch(ctx, s.binary, dir, "")
		if err != nil {
			return err
		}
		if i > 0 { // the first start made the database
			took = append(took, float64(p.ready.Microseconds())/1000)
		}
		if i == starts {
			err = p.underLoad(ctx, s.lasting)
		}
		if err := errors.Join(err, p.stop()); err != nil {
			return err
		}
	}
	line("cold_start_ms", median(took), "ms")
	return nil
}

type process struct {
	command *exec.Cmd
	base    string
	ready   time.Duration
}

// launch starts the server and waits for its first 200.
func launch(ctx context.Context, binary, dir, pushOrigin string) (*process, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	// A name, because a passkey belongs to a name, never to an address.
	base := "http://localhost" + address[strings.LastIndex(address, ":"):]
	p := &process{base: base, command: exec.CommandContext(ctx, binary, "-demo", "-listen", address)}
	p.command.Env = append(os.Environ(), "HEARD_URL="+p.base, "HEARD_DATA="+dir, "DATABASE_URL=", "HEARD_LOG_LEVEL=error",
		"HEARD_TEST_PUSH_ORIGIN="+pushOrigin)
	p.command.Stderr = os.Stderr
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < time.Minute {
		if answers(ctx, p.base+"/readyz") {
			p.ready = time.Since(began)
			return p, nil
		}
		time.Sleep(time.Millisecond)
	}
	return nil, errors.Join(errors.New("the server never became ready"), p.stop())
}

func answers(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (p *process) underLoad(ctx context.Context, lasting time.Duration) error {
	idle, err := p.memory()
	if err != nil {
		return err
	}
	client := newClient()
	defer client.CloseIdleConnections()
	device, err := enter(client, p.base)
	if err != nil {
		return err
	}
	if _, err := drive(ctx, lasting, device.tap(client)); err != nil {
		return err
	}
	loaded, err := p.memory()
	if err != nil {
		return err
	}
	line("rss_mb_idle", idle, "MB")
	line("rss_mb_after_load", loaded, "MB")
	return nil
}

func (p *process) memory() (float64, error) { return memoryOf(p.command.Process.Pid, "VmRSS:") }

// memoryOf reads the resident set of a process from /proc, in megabytes: as it is, or the most it ever was.
func memoryOf(pid int, which string) (float64, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if kilobytes, ok := strings.CutPrefix(lines.Text(), which); ok {
			n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kilobytes), " kB"), 64)
			return n / 1024, err
		}
	}
	return 0, errors.New("the system does not tell a process's memory")
}

func (p *process) stop() error {
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return p.command.Wait()
}
