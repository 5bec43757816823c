package s3

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	dated      = "20060102T150405Z"
	unsigned   = "UNSIGNED-PAYLOAD"
	streaming  = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	nothingSum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	skew       = 15 * time.Minute
)

// signed is a request's signature, version 4, taken apart.
type signed struct {
	key, day, region string
	headers          []string
	signature        string
	date             string // x-amz-date
}

// refusal is why a request is not taken: S3's own code.
type refusal string

func (r refusal) Error() string { return string(r) }

// readSignature takes the Authorization header apart.
func readSignature(r *http.Request) (s signed, err error) {
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return s, refusal("AccessDenied")
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	if len(scope) != 5 || scope[3] != "s3" || scope[4] != "aws4_request" {
		return s, refusal("AuthorizationHeaderMalformed")
	}
	return signed{
		key: scope[0], day: scope[1], region: scope[2], headers: strings.Split(parts["SignedHeaders"], ";"), signature: parts["Signature"],
		date: r.Header.Get("X-Amz-Date"),
	}, nil
}

// check says whether a request was signed by whoever has the secret, just now, and
// gives its body: what was signed for, without the frame it came in.
func (b *Bucket) check(r *http.Request, now time.Time) ([]byte, error) {
	s, err := readSignature(r)
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(dated, s.date)
	switch {
	case s.key != b.AccessKey:
		return nil, refusal("InvalidAccessKeyId")
	case s.region != b.Region:
		return nil, refusal("AuthorizationHeaderMalformed")
	case err != nil || s.day != s.date[:8]:
		return nil, refusal("AccessDenied")
	case now.Sub(at).Abs() > skew:
		return nil, refusal("RequestTimeTooSkewed")
	}
	for name := range r.Header { // what counts must be signed, whatever else is
		name = strings.ToLower(name)
		if (strings.HasPrefix(name, "x-amz-") || name == "content-md5" || name == "content-type") && !slices.Contains(s.headers, name) {
			return nil, refusal("AccessDenied")
		}
	}
	if !slices.Contains(s.headers, "host") || s.signature != b.sign(s, s.toSign(r)) {
		return nil, refusal("SignatureDoesNotMatch")
	}
	return b.body(r, s)
}

// body reads what was sent and holds it to what was signed of it.
func (b *Bucket) body(r *http.Request, s signed) ([]byte, error) {
	switch sum := r.Header.Get("X-Amz-Content-Sha256"); {
	case sum == streaming:
		return b.chunks(r, s)
	case sum == unsigned && r.TLS == nil:
		return nil, refusal("AccessDenied") // anybody on the way could have changed it
	default:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if sum != unsigned && sum != hexSum(body) {
			return nil, refusal("XAmzContentSHA256Mismatch")
		}
		return body, nil
	}
}

// chunks reads a body that is signed piece by piece: each signature goes on from the
// one before.
func (b *Bucket) chunks(r *http.Request, s signed) ([]byte, error) {
	in, before := bufio.NewReader(r.Body), s.signature
	var whole []byte
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, signature, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), ";chunk-signature=")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil || n > 1<<20 {
			return nil, refusal("IncompleteBody")
		}
		chunk := make([]byte, n+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		chunk, end := chunk[:n], chunk[n:]
		want := b.sign(s, strings.Join([]string{"AWS4-HMAC-SHA256-PAYLOAD", s.date, s.scope(), before, nothingSum, hexSum(chunk)}, "\n"))
		if !bytes.Equal(end, []byte("\r\n")) || signature != want {
			return nil, refusal("SignatureDoesNotMatch")
		}
		before, whole = signature, append(whole, chunk...)
		if n == 0 {
			break
		}
	}
	if r.Header.Get("X-Amz-Decoded-Content-Length") != strconv.Itoa(len(whole)) {
		return nil, refusal("IncompleteBody")
	}
	if left, err := io.Copy(io.Discard, in); left > 0 || err != nil {
		return nil, errors.Join(refusal("IncompleteBody"), err)
	}
	return whole, nil
}

func (s signed) scope() string { return s.day + "/" + s.region + "/s3/aws4_request" }

// toSign is what a request's own signature covers.
func (s signed) toSign(r *http.Request) string {
	var headers strings.Builder
	for _, name := range s.headers {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		_, _ = fmt.Fprintf(&headers, "%s:%s\n", name, strings.Join(strings.Fields(value), " "))
	}
	request := strings.Join([]string{
		r.Method, escape(r.URL.Path, "/"), query(r.URL.Query()), headers.String(), strings.Join(s.headers, ";"), r.Header.Get("X-Amz-Content-Sha256"),
	}, "\n")
	return strings.Join([]string{"AWS4-HMAC-SHA256", s.date, s.scope(), hexSum([]byte(request))}, "\n")
}

func query(values url.Values) string {
	var parts []string
	for name, all := range values {
		for _, value := range all {
			parts = append(parts, escape(name, "")+"="+escape(value, ""))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "&")
}

// escape writes bytes as signatures want them: all but letters, digits, "-._~" and keep.
func escape(s, keep string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~"+keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			_, _ = fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func (b *Bucket) sign(s signed, text string) string {
	key := []byte("AWS4" + b.SecretKey)
	for _, part := range []string{s.day, s.region, "s3", "aws4_request", text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
