package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/errs"
)

// Problem is the body of every refused request (RFC 9457). It is built from our
// own words only: what was submitted never comes back in it.
type Problem struct {
	Type      string            `json:"type" doc:"always about:blank: the code says what happened"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail" doc:"a plain sentence for people"`
	Code      errs.Code         `json:"code" doc:"what happened, for programs"`
	Reason    string            `json:"reason,omitempty" doc:"a finer code, where there is one"`
	Fields    map[string]string `json:"fields,omitempty" doc:"what is wrong with which field"`
	RequestID string            `json:"requestId" doc:"the same id stands in the server's log"`
}

// Error makes a Problem an error, as huma asks.
func (p *Problem) Error() string { return string(p.Code) }

// GetStatus tells huma the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

var statuses = map[errs.Code]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

var plain = map[errs.Code]string{
	errs.Invalid:         "Something in this is not right.",
	errs.Unauthenticated: "Please sign in.",
	errs.Forbidden:       "This is not allowed.",
	errs.NotFound:        "This does not exist, or is not yours to see.",
	errs.Conflict:        "This has changed in the meantime.",
	errs.TooLarge:        "This is too big.",
	errs.Unavailable:     "Heard can't do this right now. Please try again.",
	errs.Internal:        "Something went wrong in Heard. Please try again.",
}

// problemOf turns any error into what may be shown. An error that is not ours
// becomes "internal" and keeps its text to itself.
func problemOf(err error, requestID string) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		e = errs.New(errs.Internal, "")
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			e = errs.New(errs.Unavailable, "")
		}
	}
	status, ok := statuses[e.Code]
	if !ok {
		e, status = errs.New(errs.Internal, ""), http.StatusInternalServerError
	}
	detail := e.Message
	if detail == "" {
		detail = plain[e.Code]
	}
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail,
		Code: e.Code, Reason: e.Reason, Fields: e.Fields, RequestID: requestID,
	}
}

// problemOfStatus is for refusals that come from the router or the parser and
// carry nothing but a status.
func problemOfStatus(status int, requestID string) *Problem {
	code := errs.Internal
	switch {
	case status == http.StatusUnauthorized:
		code = errs.Unauthenticated
	case status == http.StatusForbidden:
		code = errs.Forbidden
	case status == http.StatusNotFound:
		code = errs.NotFound
	case status == http.StatusConflict:
		code = errs.Conflict
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestHeaderFieldsTooLarge:
		code = errs.TooLarge
	case status >= 400 && status < 500:
		code = errs.Invalid
	case status == http.StatusServiceUnavailable, status == http.StatusBadGateway:
		code = errs.Unavailable
	}
	detail := plain[code]
	if status == http.StatusMethodNotAllowed {
		detail = "This address does not take this method."
	}
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: detail, Code: code, RequestID: requestID,
	}
}

// huma builds its own refusals (validation, broken JSON) through these two
// variables; the originals echo the submitted value.
func init() {
	huma.NewError = func(status int, _ string, causes ...error) huma.StatusError {
		return humaProblem(status, "", causes)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, causes ...error) huma.StatusError {
		return humaProblem(status, RequestID(ctx.Context()), causes)
	}
}

func humaProblem(status int, requestID string, causes []error) *Problem {
	p := problemOfStatus(status, requestID)
	for _, cause := range causes {
		d, ok := cause.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		if p.Fields == nil {
			p.Fields = make(map[string]string, len(causes))
		}
		name, sentence := fieldOf(d.ErrorDetail())
		p.Fields[name] = sentence
	}
	return p
}

const requiredPrefix = "expected required property "

// fieldOf names the field and says in our words what is wrong with it. An
// unknown field is not named, because its name was made up by the sender.
func fieldOf(d *huma.ErrorDetail) (name, sentence string) {
	name = d.Location
	for _, where := range []string{"body.", "path.", "query.", "header."} {
		name = strings.TrimPrefix(name, where)
	}
	switch message := d.Message; {
	case message == "unexpected property":
		return "body", "There is a field here that Heard does not know."
	case strings.HasPrefix(message, requiredPrefix):
		property, _, _ := strings.Cut(strings.TrimPrefix(message, requiredPrefix), " ")
		if name == "body" || name == "" {
			return property, "This is needed."
		}
		return name + "." + property, "This is needed."
	case strings.HasPrefix(message, "required "):
		return name, "This is needed."
	case strings.HasPrefix(message, "expected length <= "):
		return name, "This is too long" + limit(message) + "."
	case strings.HasPrefix(message, "expected length >= "):
		return name, "This is too short" + limit(message) + "."
	case strings.HasPrefix(message, "expected array length <= "):
		return name, "These are too many" + limit(message) + "."
	default:
		return name, "This is not in the form Heard expects."
	}
}

// limit takes the number out of the schema's own message.
func limit(message string) string {
	number, err := strconv.Atoi(message[strings.LastIndexByte(message, ' ')+1:])
	if err != nil {
		return ""
	}
	return " (the limit is " + strconv.Itoa(number) + ")"
}
