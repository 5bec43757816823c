package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"heard/server/errs"
)

func TestCodeAndReasonSurviveWrapping(t *testing.T) {
	base := errs.New(errs.Conflict, "Someone was quicker.").With("stale")
	err := fmt.Errorf("answer: %w", base)
	if errs.CodeOf(err) != errs.Conflict || errs.ReasonOf(err) != "stale" {
		t.Fatalf("got %q, %q", errs.CodeOf(err), errs.ReasonOf(err))
	}
	if errs.CodeOf(nil) != "" || errs.CodeOf(io.EOF) != errs.Internal || errs.ReasonOf(io.EOF) != "" {
		t.Fatal("nil has no code and a foreign error is internal")
	}
	if !errors.Is(errs.Wrap(io.EOF, errs.Unavailable, "Try again."), io.EOF) {
		t.Fatal("the cause is lost")
	}
}

func TestCopiesLeaveTheOriginalAlone(t *testing.T) {
	base := errs.New(errs.Invalid, "Something is missing.")
	one := base.Field("name", "Give a name.")
	two := one.Field("kind", "Choose a kind.").With("form")
	if base.Fields != nil || base.Reason != "" || len(one.Fields) != 1 || one.Reason != "" {
		t.Fatalf("the original was changed: %+v, %+v", base, one)
	}
	if len(two.Fields) != 2 || two.Error() != "invalid (form): Something is missing." {
		t.Fatalf("got %+v, %s", two.Fields, two)
	}
}
