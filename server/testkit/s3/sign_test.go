package s3

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The examples that the documentation of the signature gives, with their key and
// their day: were the stand-in wrong, it and the client might be wrong together.
var (
	documented = &Bucket{Region: "us-east-1", AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	thatDay    = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
)

func request(method, url, signedHeaders, signature string, body []byte, header map[string]string) *http.Request {
	r := httptest.NewRequest(method, url, bytes.NewReader(body))
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="+
		signedHeaders+",Signature="+signature)
	return r
}

func TestTheDocumentedSignatures(t *testing.T) {
	get := func(path, signature string, header map[string]string) *http.Request {
		header["X-Amz-Content-Sha256"] = nothingSum
		signedHeaders := "host;x-amz-content-sha256;x-amz-date"
		if header["Range"] != "" {
			signedHeaders = "host;range;x-amz-content-sha256;x-amz-date"
		}
		return request(http.MethodGet, "https://examplebucket.s3.amazonaws.com"+path, signedHeaders, signature, nil, header)
	}
	chunked := func(change func(string) string) *http.Request {
		a := func(n int) string { return strings.Repeat("a", n) }
		body := change("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + a(65536) + "\r\n" +
			"400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + a(1024) + "\r\n" +
			"0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n")
		r := request(http.MethodPut, "https://s3.amazonaws.com/examplebucket/chunkObject.txt",
			"content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
			"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", []byte(body), map[string]string{
				"X-Amz-Content-Sha256": streaming, "Content-Encoding": "aws-chunked", "X-Amz-Decoded-Content-Length": "66560",
				"X-Amz-Storage-Class": "REDUCED_REDUNDANCY",
			})
		r.ContentLength = 66824
		return r
	}
	as := func(s string) string { return s }
	const ranged, listing = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
	for _, c := range []struct {
		what    string
		request *http.Request
		at      time.Time
		bytes   int
		refused refusal
	}{
		{"a part of an object", get("/test.txt", ranged, map[string]string{"Range": "bytes=0-9"}), thatDay, 0, ""},
		{"a list", get("/?max-keys=2&prefix=J", listing, map[string]string{}), thatDay, 0, ""},
		{"a body in pieces", chunked(as), thatDay, 66560, ""},
		{"another object", get("/other.txt", ranged, map[string]string{"Range": "bytes=0-9"}), thatDay, 0, "SignatureDoesNotMatch"},
		{"another header", get("/test.txt", ranged, map[string]string{"Range": "bytes=0-8"}), thatDay, 0, "SignatureDoesNotMatch"},
		{"a header nobody signed", get("/test.txt", ranged, map[string]string{"Range": "bytes=0-9", "X-Amz-Acl": "public-read"}), thatDay, 0, "AccessDenied"},
		{"an hour later", get("/test.txt", ranged, map[string]string{"Range": "bytes=0-9"}), thatDay.Add(time.Hour), 0, "RequestTimeTooSkewed"},
		{"a changed piece", chunked(func(s string) string { return strings.Replace(s, "aaaa", "aaab", 1) }), thatDay, 0, "SignatureDoesNotMatch"},
		{"a piece left out", chunked(func(s string) string {
			return s[:strings.Index(s, "400;")] + s[strings.Index(s, "0;chunk-signature=b6"):]
		}), thatDay, 0, "SignatureDoesNotMatch"},
		{"more behind the end", chunked(func(s string) string { return s + "more" }), thatDay, 0, "IncompleteBody"},
	} {
		body, err := documented.check(c.request, c.at)
		if err != nil && !strings.HasPrefix(err.Error(), string(c.refused)) || (err == nil) != (c.refused == "") || len(body) != c.bytes {
			t.Errorf("%s: %d bytes, %v", c.what, len(body), err)
		}
	}
}
