package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"heard/server/keys"
)

// texter sends text messages through GOV.UK Notify; nil when none is set.
type texter struct {
	base      string
	serviceID string
	secret    keys.Secret
	template  string
	client    *http.Client
}

const uuidPattern = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

var (
	// An API key is its name, the service's id and the secret; the name may have dashes of its own.
	apiKeyForm = regexp.MustCompile(`^(?:.*-)?(` + uuidPattern + `)-(` + uuidPattern + `)$`)
	uuidForm   = regexp.MustCompile(`^` + uuidPattern + `$`)
)

func newTexter(c Channels, timeout time.Duration) (*texter, error) {
	if c.NotifyAPIKey == "" {
		return nil, nil
	}
	parts := apiKeyForm.FindStringSubmatch(c.NotifyAPIKey.Reveal())
	if parts == nil {
		return nil, errors.New("HEARD_NOTIFY_API_KEY must be a whole GOV.UK Notify API key: name, service id and secret joined with dashes")
	}
	base, err := plainURL(orElse(c.NotifyURL, DefaultNotifyURL))
	if err != nil || base.User != nil || base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())) {
		return nil, errors.New("HEARD_NOTIFY_URL must look like " + DefaultNotifyURL)
	}
	if !uuidForm.MatchString(c.NotifySMSTemplate) {
		return nil, errors.New("HEARD_NOTIFY_SMS_TEMPLATE must be the id of a GOV.UK Notify template, because HEARD_NOTIFY_API_KEY is set")
	}
	if c.CallbackToken != "" && len(c.CallbackToken.Reveal()) < shortestToken {
		return nil, errors.New("HEARD_NOTIFY_CALLBACK_TOKEN must be at least 16 characters long: it is all that proves who reports")
	}
	return &texter{
		base: base.Scheme + "://" + base.Host, serviceID: parts[1], secret: keys.Secret(parts[2]), template: c.NotifySMSTemplate,
		client: &http.Client{
			Timeout:       timeout,
			Transport:     &http.Transport{TLSHandshakeTimeout: timeout, MaxIdleConnsPerHost: lettersAtOnce, IdleConnTimeout: 90 * time.Second},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

const shortestToken = 16

// send gives one text message to GOV.UK Notify. The reference comes back with the report of what became of it.
func (t *texter) send(ctx context.Context, to, reference, text string) answer {
	refused := answer{state: pushRefused, problem: problemBadRequest}
	body, err := json.Marshal(map[string]any{
		"phone_number": to, "template_id": t.template, "reference": reference, "personalisation": map[string]string{"text": text},
	})
	if err != nil {
		return refused
	}
	// A token is good for 30 seconds by their clock, so each message has its own.
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": t.serviceID, "iat": time.Now().Unix()}).
		SignedString([]byte(t.secret.Reveal()))
	if err != nil {
		return refused
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/v2/notifications/sms", bytes.NewReader(body))
	if err != nil {
		return refused
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := t.client.Do(request)
	if err != nil {
		state, problem := judgeError(err)
		return answer{state: state, problem: problem}
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return judgeText(response, said)
}

// judgeText goes by status and error type, which are promised to stay; the messages are not.
func judgeText(response *http.Response, said []byte) answer {
	var reply struct {
		ID     string `json:"id"`
		Errors []struct {
			Error string `json:"error"`
		} `json:"errors"`
	}
	_ = json.Unmarshal(said, &reply) // what can't be read says nothing: the status decides
	a := answer{code: response.StatusCode}
	switch a.state, a.problem = judgeStatus(response.StatusCode); {
	case a.state == pushAccepted && uuidForm.MatchString(reply.ID):
		a.providerID = strings.ToLower(reply.ID)
	case a.state == pushGone:
		// Only a push service's 404 says that an address is gone for good.
		a.state, a.problem = pushRefused, problemRefused
	case response.StatusCode == http.StatusTooManyRequests && len(reply.Errors) > 0 && reply.Errors[0].Error == "TooManyRequestsError":
		// The day's messages are used up: trying again today is no use.
		a.state, a.problem = pushRefused, problemDailyLimit
	case a.state == pushRetry:
		a.retryAfter = retryAfter(response.Header.Get("Retry-After"), time.Now())
	}
	return a
}

// judgeReport says whether a report means that the message arrived. Anything that is no end says nothing.
func judgeReport(status string) (arrived, failed bool) {
	switch status {
	case "delivered":
		return true, false
	case "permanent-failure", "temporary-failure", "technical-failure":
		return false, true
	default:
		return false, false
	}
}
