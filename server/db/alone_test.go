package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"heard/server/db"
	"heard/server/errs"
)

// TestAlone: one holds the file, and whoever comes second is told so; once the first
// is gone there is room again.
func TestAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "heard.db")
	stopping, stop := context.WithCancel(t.Context())
	release, err := db.Alone(stopping, path)
	if err != nil {
		t.Fatal(err)
	}
	stop() // a server that is told to stop still runs
	if _, err := db.Alone(t.Context(), path); errs.CodeOf(err) != errs.Conflict {
		t.Fatalf("a second one: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = db.Alone(t.Context(), path)
	if err != nil {
		t.Fatalf("after the first was gone: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

// holdEnv makes this test's program one that holds a file until it is killed.
const holdEnv = "HEARD_TEST_HOLD"

// TestAloneAfterKill: nothing of a process that was killed stands in the way.
func TestAloneAfterKill(t *testing.T) {
	if path := os.Getenv(holdEnv); path != "" {
		if _, err := db.Alone(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		fmt.Println("held")
		select {}
	}
	path := filepath.Join(t.TempDir(), "heard.db")
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAloneAfterKill$") // #nosec G204 -- this test itself
	other.Env = append(os.Environ(), holdEnv+"="+path)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("it says %q, %v", line, err)
	}
	if _, err := db.Alone(t.Context(), path); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("beside another process: %v", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	release, err := db.Alone(t.Context(), path)
	if err != nil {
		t.Fatalf("after it was killed: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}
