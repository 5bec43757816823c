// Package errs holds the one error type that crosses floors. Callers decide by
// code and reason; the text is for people and the wrapped cause for the log.
package errs

import (
	"errors"
	"maps"
)

// Code says what kind of failure happened; the web layer turns it into a status.
type Code string

// The codes, all of them.
const (
	Invalid         Code = "invalid"
	Unauthenticated Code = "unauthenticated"
	Forbidden       Code = "forbidden"
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"
	TooLarge        Code = "too_large"
	Unavailable     Code = "unavailable"
	Internal        Code = "internal"
)

// Error is an error with a code. Message is a plain sentence that may be shown
// to whoever asked. Err stays inside: it is logged, never answered.
type Error struct {
	Code    Code
	Message string
	Fields  map[string]string
	Reason  string // a finer machine code, such as "csrf" or "stale"
	Err     error
}

// New makes an error that has no cause.
func New(code Code, message string) *Error {
	return &Error{Code: code, Message: message}
}

// Wrap makes an error around its cause.
func Wrap(err error, code Code, message string) *Error {
	return &Error{Code: code, Message: message, Err: err}
}

// With returns a copy that carries a reason, so that an error kept in a package
// variable is never changed by the request that returns it.
func (e *Error) With(reason string) *Error {
	c := *e
	c.Reason = reason
	return &c
}

// Field returns a copy that says what is wrong with one field.
func (e *Error) Field(name, msg string) *Error {
	c := *e
	c.Fields = maps.Clone(e.Fields)
	if c.Fields == nil {
		c.Fields = make(map[string]string, 1)
	}
	c.Fields[name] = msg
	return &c
}

// Error gives the text for the log: code, reason, message and cause.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf says which code an error has: none for nil, Internal for an error that
// is not ours.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ReasonOf says which reason an error carries, or nothing.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}
