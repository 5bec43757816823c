package reports

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test vector that Standard Webhooks 1.0.0 publish.
func TestSignatureIsTheStandards(t *testing.T) {
	file, err := os.ReadFile("testdata/standard_webhooks.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Secret, ID, Timestamp, Body, Signature string }
	if err := json.Unmarshal(file, &v); err != nil {
		t.Fatal(err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(v.Secret, secretPrefix))
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseInt(v.Timestamp, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if got := sign(secret, v.ID, time.Unix(seconds, 0), []byte(v.Body)); got != v.Signature {
		t.Errorf("signed as %s, published is %s", got, v.Signature)
	}
}

func TestTriesEndWithinADay(t *testing.T) {
	published := time.Date(2026, 10, 15, 6, 0, 0, 0, time.UTC)
	now, tries := published, 0
	for {
		tries++
		again, ok := nextTry(tries, published, now)
		if !ok {
			break
		}
		if !again.After(now) {
			t.Fatalf("try %d is not later", tries)
		}
		now = again
	}
	if tries != len(retryAfter)+1 || now.Sub(published) > deliverWithin || now.Sub(published) < 23*time.Hour {
		t.Errorf("%d tries, the last after %s", tries, now.Sub(published))
	}
}
