package main

import (
	"context"
	"fmt"
	"testing"
)

// desk stands in for a test where testkit's personas want one: a failure of theirs ends the setting up.
type desk struct {
	testing.TB
	ctx context.Context
}

type setupFailed struct{ error }

func (d desk) Helper() {}

func (d desk) Context() context.Context { return d.ctx }

func (d desk) Fatal(args ...any) { panic(setupFailed{fmt.Errorf("%s", fmt.Sprint(args...))}) }

func (d desk) Fatalf(format string, args ...any) { panic(setupFailed{fmt.Errorf(format, args...)}) }

// during runs what uses the desk and gives its failure as an error.
func during(work func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case setupFailed:
			err = fmt.Errorf("setting up: %w", p.error)
		default:
			panic(p)
		}
	}()
	work()
	return nil
}
