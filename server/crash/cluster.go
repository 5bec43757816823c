package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a PostgreSQL of the harness's own, durable as in earnest, which it may kill.
type cluster struct {
	bin, home string
	port      string
	as        *syscall.Credential // PostgreSQL refuses to run as root
	launch    *launcher
	postgres  *exec.Cmd
	log       *os.File
}

// newCluster makes and starts a cluster with a database "heard" and a plain role that owns it, so that row-level
// security holds as in earnest.
func newCluster(ctx context.Context, launch *launcher, home string) (*cluster, error) {
	c := &cluster{home: home, launch: launch}
	var err error
	if c.bin, err = postgresBin(); err != nil {
		return nil, err
	}
	if err = os.MkdirAll(home, 0o755); err != nil {
		return nil, err
	}
	if c.log, err = os.Create(filepath.Join(home, "postgres.log")); err != nil {
		return nil, err
	}
	if err = c.drop(); err != nil {
		return nil, err
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	data := filepath.Join(home, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	initdb.Dir = home
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	for _, statement := range []string{"CREATE ROLE heard LOGIN", "CREATE DATABASE heard OWNER heard"} {
		if err := c.execute(ctx, statement); err != nil {
			return nil, errors.Join(err, c.kill())
		}
	}
	return c, nil
}

func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.Sort(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("no PostgreSQL server found; run .ci/install.sh first")
	}
	return filepath.Dir(path), nil
}

// drop takes the rights of the user postgres where the harness itself runs as root.
func (c *cluster) drop() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.home, int(uid), int(gid))
}

// start runs the postmaster on the same data as before and waits until it answers.
func (c *cluster) start(ctx context.Context) error {
	command := exec.Command(filepath.Join(c.bin, "postgres"), "-D", filepath.Join(c.home, "data"), "-p", c.port, "-k", c.home,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "fsync=on", "-c", "synchronous_commit=on",
		"-c", "full_page_writes=on", "-c", "shared_buffers=64MB", "-c", "timezone=UTC", "-c", "checkpoint_timeout=30s")
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	command.Dir, command.Stdout, command.Stderr = c.home, c.log, c.log
	if err := c.launch.start(command); err != nil {
		return err
	}
	c.postgres = command
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if c.execute(ctx, "SELECT 1") == nil {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("PostgreSQL did not start; see %s", c.log.Name()), ctx.Err())
}

// kill ends the postmaster and every process it started, all with SIGKILL, as a power cut would.
func (c *cluster) kill() error {
	if c.postgres == nil {
		return nil
	}
	pid := c.postgres.Process.Pid
	// Stopped first, so that it starts no more while its children are counted.
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	children := childrenOf(pid)
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
	err := c.postgres.Process.Kill()
	_ = c.postgres.Wait()
	c.postgres = nil
	// A new postmaster refuses to start while an old process still holds the shared memory.
	for deadline := time.Now().Add(5 * time.Second); slices.ContainsFunc(children, alive) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return err
}

// alive says whether a process still holds anything; a dead one nobody has asked after does not.
func alive(pid int) bool {
	state, _ := statusOf(pid)
	return state != "" && state != "Z"
}

// statusOf reads a process's state and its parent; both empty when there is no such process.
func statusOf(pid int) (state, parent string) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", ""
	}
	// The name in brackets may hold anything; the state and the parent follow the last bracket.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 2 {
		return "", ""
	}
	return fields[0], fields[1]
}

// childrenOf lists the processes whose parent is pid. PostgreSQL's are all the postmaster's own children.
func childrenOf(pid int) []int {
	var children []int
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		child, _ := strconv.Atoi(filepath.Base(folder))
		if _, parent := statusOf(child); parent == strconv.Itoa(pid) {
			children = append(children, child)
		}
	}
	return children
}

// execute runs one statement as the superuser, past every proxy.
func (c *cluster) execute(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, "postgres://postgres@127.0.0.1:"+c.port+"/postgres?sslmode=disable")
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// url is how Heard's own role reaches the database at an address: the cluster's, or a proxy's before it.
func (c *cluster) url(address string) string {
	return "postgres://heard@" + address + "/heard?sslmode=disable"
}

func (c *cluster) address() string { return "127.0.0.1:" + c.port }

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, errors.Join(err, ln.Close())
}
