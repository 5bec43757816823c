// Long because a bucket is asked here everything that a folder is, and has more ways to go wrong.

package blobs_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/blobs"
	"heard/server/errs"
	"heard/server/testkit/s3"
)

func configOf(b *s3.Bucket) blobs.S3Config {
	return blobs.S3Config{
		Endpoint: b.URL, Bucket: b.Name, Region: b.Region, AccessKey: b.AccessKey, SecretKey: b.SecretKey, Prefix: "heard/", Roots: b.Roots,
		Within: 3 * time.Second,
	}
}

func openS3(t *testing.T, c blobs.S3Config) *blobs.S3 {
	t.Helper()
	s, err := blobs.OpenS3(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s.Under("blobs")
}

// each runs a test on a folder and on a bucket, over HTTP and over HTTPS; lie gives
// what is kept by then, by its key.
func each(t *testing.T, f func(t *testing.T, s blobs.Store, lie func() map[string]string)) {
	t.Run("folder", func(t *testing.T) {
		d, folder := open(t)
		f(t, d, func() map[string]string {
			found := map[string]string{}
			for _, path := range within(t, folder) {
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				key, _ := filepath.Rel(folder, path)
				found[filepath.ToSlash(key)] = string(b)
			}
			return found
		})
	})
	for name, start := range map[string]func(testing.TB) *s3.Bucket{"bucket": s3.Start, "bucket over https": s3.StartTLS} {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			f(t, openS3(t, configOf(b)), func() map[string]string {
				found := map[string]string{}
				for key, kept := range b.Objects() {
					found[strings.TrimPrefix(key, "heard/blobs/")] = string(kept)
				}
				return found
			})
		})
	}
}

func TestEveryStoreKeepsWholeBytes(t *testing.T) {
	each(t, func(t *testing.T, s blobs.Store, lie func() map[string]string) {
		ctx := t.Context()
		for _, text := range []string{"first", "second and longer", "", strings.Repeat("a photo, sealed. ", 20_000)} {
			if err := s.Put(ctx, "ab/some-id/720.webp", []byte(text)); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Get(ctx, "ab/some-id/720.webp"); err != nil || string(got) != text {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
			if left := lie(); len(left) != 1 || left["ab/some-id/720.webp"] != text {
				t.Fatalf("%d lie there", len(left))
			}
		}
		for range 2 { // what is not there is gone already
			if err := s.Delete(ctx, "ab/some-id/720.webp", "ab/other/1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Get(ctx, "ab/some-id/720.webp"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("got %v", err)
		}
	})
}

func TestEveryStoreDeletesManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s blobs.Store, lie func() map[string]string) {
		var keys []string
		for n := range 30 {
			keys = append(keys, fmt.Sprintf("ab/id/%d", n))
			if err := s.Put(t.Context(), keys[n], []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Delete(t.Context(), keys[1:]...); err != nil {
			t.Fatal(err)
		}
		if left := lie(); len(left) != 1 || left[keys[0]] != "x" {
			t.Errorf("left: %v", left)
		}
	})
}

func TestEveryStoreRefusesStrangeKeysAndWhoHasGivenUp(t *testing.T) {
	each(t, func(t *testing.T, s blobs.Store, lie func() map[string]string) {
		for _, key := range []string{"", "/", "../secret", "a/../../secret", "a//b", "a/./b", ".hidden", "A", "a b", "a\x00b", "ä"} {
			if err := s.Put(t.Context(), key, []byte("x")); errs.CodeOf(err) != errs.Internal {
				t.Errorf("%q was put: %v", key, err)
			}
			if _, err := s.Get(t.Context(), key); errs.CodeOf(err) != errs.Internal {
				t.Errorf("%q was asked for: %v", key, err)
			}
			if err := s.Delete(t.Context(), key); errs.CodeOf(err) != errs.Internal {
				t.Errorf("%q was deleted: %v", key, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(ctx, "a/b", []byte("x")); errs.CodeOf(err) != errs.Unavailable || len(lie()) != 0 {
			t.Errorf("%v, %v", err, lie())
		}
	})
}

// What goes wrong once is tried again, and nobody hears of it.
func TestABucketIsAskedAgain(t *testing.T) {
	b := s3.Start(t)
	s := openS3(t, configOf(b))
	want := bytes.Repeat([]byte("sealed"), 40_000)
	for what, once := range map[string]s3.Answer{
		"a broken server": {Status: 500, Code: "InternalError"}, "too much at once": {Status: 503, Code: "SlowDown"}, "a cut connection": {Reset: true},
		"silence": {Hang: true},
	} {
		b.Answer(once)
		if err := s.Put(t.Context(), "ab/1", want); err != nil {
			t.Errorf("%s at Put: %v", what, err)
		}
		b.Answer(once)
		if got, err := s.Get(t.Context(), "ab/1"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s at Get: %d bytes, %v", what, len(got), err)
		}
		b.Answer(once)
		if err := s.Delete(t.Context(), "ab/1"); err != nil || len(b.Objects()) != 0 {
			t.Errorf("%s at Delete: %v", what, err)
		}
	}
	if err := s.Put(t.Context(), "ab/1", want); err != nil {
		t.Fatal(err)
	}
	b.Answer(s3.Answer{Cut: true})
	if got, err := s.Get(t.Context(), "ab/1"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("an answer cut once: %d bytes, %v", len(got), err)
	}
	b.Answer(s3.Answer{Cut: true}, s3.Answer{Cut: true})
	if got, err := s.Get(t.Context(), "ab/1"); errs.CodeOf(err) != errs.Unavailable || got != nil {
		t.Errorf("an answer cut twice: %d bytes, %v", len(got), err)
	}
}

// Away, silent, gone or refusing: what was kept is never said not to be there, and
// what an operator reads names no key.
func TestABucketThatIsAway(t *testing.T) {
	b := s3.Start(t)
	c := configOf(b)
	patient := openS3(t, c)
	c.Within = 100 * time.Millisecond
	s := openS3(t, c)
	for _, key := range []string{"ab/secret-name", "ab/another"} {
		if err := patient.Put(t.Context(), key, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	private := func(what string, err error) {
		t.Helper()
		for _, word := range []string{"secret-name", b.SecretKey, b.AccessKey} {
			if err == nil || strings.Contains(err.Error(), word) {
				t.Errorf("%s says too much: %v", what, err)
			}
		}
	}
	b.Always(&s3.Answer{Reset: true}) // until it gives up by itself, not for want of time
	_, err := patient.Get(t.Context(), "ab/secret-name")
	private("a connection that is always cut", err)
	b.Always(nil)
	for what, set := range map[string]func(on bool){
		"away":           always(b, s3.Answer{Reset: true}),
		"silent":         always(b, s3.Answer{Hang: true}),
		"broken":         always(b, s3.Answer{Status: 503, Code: "ServiceUnavailable"}),
		"refusing":       always(b, s3.Answer{Status: http.StatusForbidden, Code: "AccessDenied"}),
		"without bucket": b.Vanish,
	} {
		set(true)
		began := time.Now()
		_, err := s.Get(t.Context(), "ab/secret-name")
		for call, err := range map[string]error{
			"Get": err, "Put": s.Put(t.Context(), "ab/secret-name", []byte("x")), "Delete": s.Delete(t.Context(), "ab/secret-name", "ab/another"),
		} {
			if errs.CodeOf(err) != errs.Unavailable || errs.ReasonOf(err) != "blobs" {
				t.Errorf("%s, %s: %v", what, call, err)
			}
			private(what+", "+call, err)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: %s", what, took)
		}
		set(false)
	}
	b.Vanish(true)
	if err := s.Each(t.Context(), func(string) error { return nil }); errs.CodeOf(err) != errs.Unavailable {
		t.Errorf("a list of a bucket that is gone: %v", err)
	}
	b.Vanish(false)
	for _, key := range []string{"ab/secret-name", "ab/another"} {
		if got, err := patient.Get(t.Context(), key); err != nil || string(got) != "sealed" {
			t.Errorf("afterwards: %q, %v", got, err)
		}
	}
}

func always(b *s3.Bucket, a s3.Answer) func(bool) {
	return func(on bool) {
		if on {
			b.Always(&a)
		} else {
			b.Always(nil)
		}
	}
}

func TestABucketIsListedPageByPage(t *testing.T) {
	b := s3.Start(t)
	s := openS3(t, configOf(b))
	var want, got []string
	for n := range 8 {
		want = append(want, fmt.Sprintf("ab/id/%d", n))
		if err := s.Put(t.Context(), want[n], []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	other, err := blobs.OpenS3(configOf(b))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Under("uploads").Put(t.Context(), "ab/passing", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Each(t.Context(), func(key string) error { got = append(got, key); return nil }); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// At the start an operator is told what to mend; what may go well later is another code.
func TestTheStartAsksTheBucket(t *testing.T) {
	b := s3.Start(t)
	ask := func(change func(*blobs.S3Config)) error {
		t.Helper()
		c := configOf(b)
		change(&c)
		s, err := blobs.OpenS3(c)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.Ready(t.Context())
	}
	as := func(*blobs.S3Config) {}
	if err := ask(as); err != nil || len(b.Objects()) != 0 {
		t.Fatalf("%v, left: %v", err, b.Objects())
	}
	ok := s3.Answer{}
	for _, c := range []struct {
		what    string
		answers []s3.Answer
		change  func(*blobs.S3Config)
		code    errs.Code
		says    string
	}{
		{"another bucket", nil, func(c *blobs.S3Config) { c.Bucket = "elsewhere" }, errs.Invalid, "There is no bucket elsewhere at " + b.URL},
		{"another key", nil, func(c *blobs.S3Config) { c.AccessKey = "stranger" }, errs.Invalid, "does not know this access key"},
		{"another secret", nil, func(c *blobs.S3Config) { c.SecretKey = "guessed" }, errs.Invalid, "does not know this access key"},
		{"another region", nil, func(c *blobs.S3Config) { c.Region = "us-east-1" }, errs.Invalid, "Is HEARD_S3_REGION right?"},
		{"a wrong clock", []s3.Answer{{Status: 403, Code: "RequestTimeTooSkewed"}}, as, errs.Invalid, "The clocks"},
		{"no right to write", []s3.Answer{{Status: 403, Code: "AccessDenied"}}, as, errs.Invalid, "may not write"},
		{"no right to read", []s3.Answer{ok, {Status: 403, Code: "AccessDenied"}}, as, errs.Invalid, "may not read"},
		{"no right to delete", []s3.Answer{ok, ok, {Status: 403, Code: "AccessDenied"}}, as, errs.Invalid, "may not delete"},
		{"no right to list", []s3.Answer{ok, ok, ok, {Status: 403, Code: "AccessDenied"}}, as, errs.Invalid, "may not list"},
		{"what was deleted stays", []s3.Answer{ok, ok, {Status: http.StatusNoContent}}, as, errs.Invalid, "still gives what was deleted"},
		{"away", []s3.Answer{{Reset: true}, {Reset: true}, {Reset: true}, {Reset: true}, {Reset: true}, {Reset: true}}, as, errs.Unavailable, "can't be reached"},
		{"nobody there", nil, func(c *blobs.S3Config) { c.Endpoint = "http://127.0.0.1:1" }, errs.Unavailable, "can't be reached"},
		{"busy", []s3.Answer{{Status: 503}, {Status: 503}, {Status: 503}, {Status: 503}}, as, errs.Unavailable, "can't be reached"},
	} {
		b.Answer(c.answers...)
		if err := ask(c.change); errs.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.what, err)
		}
		b.Answer()
	}
}

func TestSettingsOfABucket(t *testing.T) {
	right := blobs.S3Config{Endpoint: "https://storage.example.org", Bucket: "heard-files", Region: "us-east-1", AccessKey: "a", SecretKey: "b", Prefix: "heard/"}
	for want, change := range map[string]func(*blobs.S3Config){
		"":                                   func(*blobs.S3Config) {},
		"HEARD_S3_ENDPOINT must be a scheme": func(c *blobs.S3Config) { c.Endpoint = "storage.example.org" },
		"HEARD_S3_ENDPOINT must begin with":  func(c *blobs.S3Config) { c.Endpoint = "http://storage.example.org" },
		"HEARD_S3_BUCKET":                    func(c *blobs.S3Config) { c.Bucket = "" },
		"HEARD_S3_REGION":                    func(c *blobs.S3Config) { c.Region = "" },
		"HEARD_S3_ENDPOINT needs":            func(c *blobs.S3Config) { c.SecretKey = "" },
		"HEARD_S3_PREFIX":                    func(c *blobs.S3Config) { c.Prefix = "heard" },
	} {
		c := right
		change(&c)
		if err := c.Check(); (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
