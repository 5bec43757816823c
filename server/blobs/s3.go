// Long because one bucket is asked here, from its settings to the sentences an operator reads when it says no.

package blobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"heard/server/errs"
)

const (
	s3Within  = 20 * time.Second // one call, with what is tried again in it
	s3Check   = 10 * time.Second // all of the questions at the start
	s3Tries   = 3
	s3AtOnce  = 8        // of many that are deleted
	s3Largest = 64 << 20 // far above what anybody puts here
)

// S3Config says where a bucket is, and who asks there.
type S3Config struct {
	Endpoint  string // https and a host; http on this machine itself only
	Bucket    string
	Region    string
	AccessKey string
	SecretKey string
	Prefix    string         // before every key; empty, or ends in "/"
	Within    time.Duration  // how long one call may take; 0 is 20 seconds
	Roots     *x509.CertPool // who vouches for its certificate; nil is whom the machine trusts
}

// Check says whether these settings can be right; the error names the variable at fault.
func (c S3Config) Check() error {
	u, err := url.Parse(c.Endpoint)
	switch {
	case err != nil || u.Host == "" || u.User != nil || (u.Path != "" && u.Path != "/") || (u.Scheme != "https" && u.Scheme != "http"):
		return errors.New("HEARD_S3_ENDPOINT must be a scheme and a host, such as https://s3.eu-west-2.amazonaws.com")
	case u.Scheme != "https" && !loopback(u.Hostname()):
		return errors.New("HEARD_S3_ENDPOINT must begin with https:// unless it is this machine itself")
	case !bucketText.MatchString(c.Bucket):
		return errors.New("HEARD_S3_BUCKET must be the name of a bucket, and stand beside HEARD_S3_ENDPOINT")
	case c.Region == "":
		return errors.New("HEARD_S3_REGION must not be empty; storage that knows no regions takes us-east-1")
	case c.AccessKey == "" || c.SecretKey == "":
		return errors.New("HEARD_S3_ENDPOINT needs HEARD_S3_ACCESS_KEY, and HEARD_S3_SECRET_KEY or HEARD_S3_SECRET_KEY_FILE")
	case c.Prefix != "" && !prefixText.MatchString(c.Prefix):
		return errors.New("HEARD_S3_PREFIX must be small letters, digits, dots and dashes, and end in a slash, such as heard/")
	}
	return nil
}

var (
	bucketText = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixText = regexp.MustCompile(`^([a-z0-9][a-z0-9.-]*/)+$`)
)

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// S3 is a bucket of S3-compatible storage, or what lies under a prefix in it. It is
// durable when the storage says so.
type S3 struct {
	core   minio.Core
	wires  *http.Transport
	config S3Config
}

// OpenS3 makes the store. It asks the storage nothing: Ready does.
func OpenS3(c S3Config) (*S3, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Within == 0 {
		c.Within = s3Within
	}
	u, err := url.Parse(c.Endpoint)
	if err != nil {
		return nil, err
	}
	wires := transport(c)
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: u.Scheme == "https", Region: c.Region,
		Transport: wires, MaxRetries: s3Tries,
	})
	if err != nil {
		return nil, fmt.Errorf("open the bucket: %w", err)
	}
	return &S3{*core, wires, c}, nil
}

func transport(c S3Config) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: min(5*time.Second, c.Within), KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: c.Within / s3Tries, // silence is asked again while there is time left
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   16,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // sealed bytes don't shrink, and their length is held to what was said
	}
}

// Under gives the part of the bucket whose keys begin with a folder's name.
func (s *S3) Under(folder string) *S3 {
	c := s.config
	c.Prefix += folder + "/"
	return &S3{s.core, s.wires, c}
}

// Close lets its connections go.
func (s *S3) Close() error {
	s.wires.CloseIdleConnections()
	return nil
}

// Put sends whole bytes; a reader finds those from before or these. The storage
// compares them with their sum.
func (s *S3) Put(ctx context.Context, key string, b []byte) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Within)
	defer cancel()
	_, err := s.core.Client.PutObject(ctx, s.config.Bucket, s.config.Prefix+key, bytes.NewReader(b), int64(len(b)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true})
	if err != nil {
		return failed(plain(err))
	}
	return nil
}

// Get reads what was put, all of it or nothing. An answer that breaks off is asked for
// once more.
func (s *S3) Get(ctx context.Context, key string) ([]byte, error) {
	if err := check(ctx, key); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Within)
	defer cancel()
	b, again, err := s.get(ctx, key)
	if err != nil && again {
		b, _, err = s.get(ctx, key)
	}
	switch {
	case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
		return nil, errNotHere
	case err != nil:
		return nil, failed(plain(err))
	}
	return b, nil
}

func (s *S3) get(ctx context.Context, key string) (b []byte, again bool, err error) {
	body, info, _, err := s.core.GetObject(ctx, s.config.Bucket, s.config.Prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, false, err
	}
	defer body.Close()
	b, err = io.ReadAll(io.LimitReader(body, s3Largest))
	if err == nil && int64(len(b)) != info.Size {
		err = io.ErrUnexpectedEOF
	}
	return b, true, err
}

// Delete takes bytes away, a few at once; the first that does not go ends it.
func (s *S3) Delete(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if err := check(ctx, key); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	room := make(chan struct{}, s3AtOnce)
	for _, key := range keys {
		room <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		parts.Go(func() {
			defer func() { <-room }()
			if err := s.remove(ctx, key); err != nil {
				cancel(err)
			}
		})
	}
	parts.Wait()
	if err := context.Cause(ctx); err != nil {
		return failed(plain(err))
	}
	return nil
}

func (s *S3) remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Within)
	defer cancel()
	err := s.core.RemoveObject(ctx, s.config.Bucket, s.config.Prefix+key, minio.RemoveObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey { // some say so; it is what was wanted
		return nil
	}
	return err
}

// Each calls f with every key, in order.
func (s *S3) Each(ctx context.Context, f func(key string) error) error {
	for object := range s.core.ListObjectsIter(ctx, s.config.Bucket, minio.ListObjectsOptions{Prefix: s.config.Prefix, Recursive: true}) {
		if object.Err != nil {
			return failed(plain(object.Err))
		}
		key := strings.TrimPrefix(object.Key, s.config.Prefix)
		if !keyText.MatchString(key) {
			continue // not ours
		}
		if err := f(key); err != nil {
			return err
		}
	}
	return nil
}

// Ready asks the storage whether everything can be done that will be asked of it.
// Where it says no, the error tells an operator what to mend; where it can't be
// reached, the error is unavailable, and everything may go well later.
func (s *S3) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s3Check)
	defer cancel()
	key, want := "start/"+strings.ToLower(rand.Text()), []byte("heard")
	if err := s.Put(ctx, key, want); err != nil {
		return s.said("write", err)
	}
	got, err := s.Get(ctx, key)
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("other bytes came back")
	}
	if err != nil {
		return s.said("read", err)
	}
	if err := s.Delete(ctx, key); err != nil {
		return s.said("delete", err)
	}
	// Whoever may not list is told "forbidden" of what is not there, where "not there" has to come.
	_, err = s.Get(ctx, key)
	switch {
	case err == nil: // a cache, or a storage that only says yes: what people take away would stay
		return errs.New(errs.Invalid, fmt.Sprintf("%s still gives what was deleted from the bucket %s. Turn off what holds it there, such as a cache.",
			s.config.Endpoint, s.config.Bucket)).With("s3")
	case errs.CodeOf(err) != errs.NotFound:
		return s.said("list", err)
	}
	return nil
}

// said puts into words why the storage did not do what it was asked.
func (s *S3) said(what string, err error) error {
	c, code := s.config, minio.ToErrorResponse(cause(err)).Code
	no := func(format string, values ...any) error {
		return errs.Wrap(err, errs.Invalid, fmt.Sprintf(format, values...)).With("s3")
	}
	switch code {
	case minio.NoSuchBucket:
		return no("There is no bucket %s at %s. Make it, or set HEARD_S3_BUCKET, HEARD_S3_REGION or HEARD_S3_ENDPOINT right.", c.Bucket, c.Endpoint)
	case "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return no("%s does not know this access key, or its secret is another. Set HEARD_S3_ACCESS_KEY and HEARD_S3_SECRET_KEY right.", c.Endpoint)
	case "RequestTimeTooSkewed":
		return no("The clocks of this machine and of %s are too far apart. Set this one right.", c.Endpoint)
	case minio.AccessDenied:
		return no("This access key may not %s in the bucket %s at %s. It needs to read, write, delete and list there.", what, c.Bucket, c.Endpoint)
	}
	if status := minio.ToErrorResponse(cause(err)).StatusCode; status >= 300 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout {
		return no("%s refuses what Heard asks of the bucket %s (%s). Is HEARD_S3_REGION right?", c.Endpoint, c.Bucket, code)
	}
	return errs.Wrap(err, errs.Unavailable, fmt.Sprintf("The storage for pictures and papers at %s can't be reached.", c.Endpoint)).With("s3")
}

func cause(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Err
	}
	return err
}

// plain leaves addresses out of an error: they hold what a file is called.
func plain(err error) error {
	u, ok := errors.AsType[*url.Error](err)
	if !ok {
		return err
	}
	if text := u.Err.Error(); strings.Contains(text, u.URL) {
		return errors.New(strings.ReplaceAll(text, u.URL, "there"))
	}
	return u.Err
}
