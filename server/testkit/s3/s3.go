// Package s3 stands in for S3-compatible storage in tests: one bucket behind real
// HTTP, which checks each request's signature and each piece of a body, keeps what it
// is given, and fails as it is told. Only tests import it.
package s3

import (
	"cmp"
	"crypto/md5" // #nosec G501 -- what the protocol asks
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// page is how many keys one answer lists: few, so that listing is always by pages.
const page = 3

// Answer is how one request is answered instead of as it deserves.
type Answer struct {
	Status int
	Code   string // S3's own, such as SlowDown
	Hang   bool   // nothing is done, and never answered
	Late   bool   // done only after whoever asked has gone
	Reset  bool   // the connection is cut
	Cut    bool   // done, and the answer breaks off half-way
}

// Bucket is the stand-in, listening on loopback.
type Bucket struct {
	URL, Name, Region    string
	AccessKey, SecretKey string
	Roots                *x509.CertPool // who vouches for its certificate; nil over plain HTTP

	server *httptest.Server
	stop   chan struct{}

	mu      sync.Mutex
	objects map[string][]byte
	answers []Answer
	always  *Answer
	gone    bool
	asked   []string
}

// Start opens a bucket that ends with the test.
func Start(t testing.TB) *Bucket {
	b := made()
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	return b.started(t)
}

// StartTLS is Start over HTTPS, where bodies come unsigned.
func StartTLS(t testing.TB) *Bucket {
	b := made()
	b.server = httptest.NewTLSServer(http.HandlerFunc(b.serve))
	b.Roots = x509.NewCertPool()
	b.Roots.AddCert(b.server.Certificate())
	return b.started(t)
}

func made() *Bucket {
	return &Bucket{
		Name: "heard-files", Region: "eu-west-2", AccessKey: "AK" + rand.Text(), SecretKey: rand.Text(),
		stop: make(chan struct{}), objects: map[string][]byte{},
	}
}

func (b *Bucket) started(t testing.TB) *Bucket {
	b.URL = b.server.URL
	t.Cleanup(func() { close(b.stop); b.server.CloseClientConnections(); b.server.Close() })
	return b
}

// Answer says how the next requests are answered, in order; afterwards as they deserve.
func (b *Bucket) Answer(answers ...Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers = answers
}

// Always says how every request is answered from now on; nil is as they deserve.
func (b *Bucket) Always(a *Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.always = a
}

// Vanish takes the bucket away, or brings it back.
func (b *Bucket) Vanish(gone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = gone
}

// Objects gives what it keeps.
func (b *Bucket) Objects() map[string][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.objects)
}

// Asked gives the method and path of every request so far.
func (b *Bucket) Asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.asked)
}

// next says how a request is answered.
func (b *Bucket) next(r *http.Request) (a Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, r.Method+" "+r.URL.Path)
	switch {
	case b.always != nil:
		a = *b.always
	case len(b.answers) > 0:
		a, b.answers = b.answers[0], b.answers[1:]
	}
	return a
}

func (b *Bucket) serve(w http.ResponseWriter, r *http.Request) {
	a := b.next(r)
	body, err := b.check(r, time.Now())
	switch {
	case a.Reset:
		panic(http.ErrAbortHandler)
	case a.Hang, a.Late:
		select {
		case <-r.Context().Done():
		case <-b.stop:
			return
		}
		if a.Hang {
			return
		}
	case a.Status != 0:
		refuse(w, a.Status, a.Code)
		return
	}
	if err != nil {
		var why refusal
		if !errors.As(err, &why) {
			panic(http.ErrAbortHandler) // it broke off
		}
		refuse(w, statusOf(why), string(why))
		return
	}
	b.act(w, r, body, a.Cut)
}

func statusOf(why refusal) int {
	switch why {
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed":
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: "As the test wants it."})
}

// act does what a request asks.
func (b *Bucket) act(w http.ResponseWriter, r *http.Request, body []byte, cut bool) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	b.mu.Lock()
	defer b.mu.Unlock()
	kept, there := b.objects[key]
	switch {
	case b.gone || bucket != b.Name:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case key == "" && r.Method == http.MethodGet:
		b.list(w, r)
	case r.Method == http.MethodPut:
		sum := md5.Sum(body) // #nosec G401 -- what the protocol asks
		if want := r.Header.Get("Content-Md5"); want != "" && want != base64.StdEncoding.EncodeToString(sum[:]) {
			refuse(w, http.StatusBadRequest, "BadDigest")
			return
		}
		b.objects[key] = body
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	case r.Method == http.MethodDelete:
		delete(b.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet && !there:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case r.Method == http.MethodGet:
		sum := md5.Sum(kept) // #nosec G401 -- what the protocol asks
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Length", strconv.Itoa(len(kept)))
		if cut {
			kept = kept[:len(kept)/2]
		}
		_, _ = w.Write(kept)
		if cut {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	default:
		refuse(w, http.StatusNotImplemented, "NotImplemented")
	}
}

type listed struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name, Prefix          string
	KeyCount, MaxKeys     int
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []listedKey
}

type listedKey struct {
	Key          string
	LastModified string
	Size         int
}

// list gives a page of the keys under a prefix.
func (b *Bucket) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("list-type") != "2" || q.Get("delimiter") != "" {
		refuse(w, http.StatusNotImplemented, "NotImplemented")
		return
	}
	out := listed{Name: b.Name, Prefix: q.Get("prefix"), MaxKeys: page}
	after := cmp.Or(q.Get("continuation-token"), q.Get("start-after"))
	for _, key := range slices.Sorted(maps.Keys(b.objects)) {
		if !strings.HasPrefix(key, out.Prefix) || key <= after {
			continue
		}
		if len(out.Contents) == page {
			out.IsTruncated, out.NextContinuationToken = true, out.Contents[page-1].Key
			break
		}
		out.Contents = append(out.Contents, listedKey{key, time.Now().UTC().Format(time.RFC3339), len(b.objects[key])})
	}
	out.KeyCount = len(out.Contents)
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(out)
}
