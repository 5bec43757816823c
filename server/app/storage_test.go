// Long because a bucket is followed here from the start through what lies in it to its being away.

package app_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/testkit"
	"heard/server/testkit/s3"
	"heard/server/viewer"
)

// on sets a Heard up to keep pictures and papers in a bucket.
func on(b *s3.Bucket) func(*app.Config) {
	return func(c *app.Config) {
		c.S3Endpoint, c.S3Bucket, c.S3Region, c.S3AccessKey, c.S3SecretKey, c.S3Prefix = b.URL, b.Name, b.Region, b.AccessKey, keys.Secret(b.SecretKey), "heard/"
		c.S3Within = 2 * time.Second
	}
}

// speckled is a JPEG with a name in what its camera wrote, and several pieces long.
func speckled(t *testing.T, name string) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 800, 600))
	for y := range 600 {
		for x := range 800 {
			m.SetRGBA(x, y, color.RGBA{byte(x * y >> 4), byte(x ^ y), byte(x + 3*y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	exif := append([]byte{0xff, 0xe1, 0, byte(2 + 6 + len(name))}, "Exif\x00\x00"+name...)
	return bytes.Join([][]byte{raw[:2], exif, raw[2:], []byte(name)}, nil)
}

// stored is a Heard whose pictures lie in a bucket; Sam may put up for one place.
type stored struct {
	*testkit.World
	t     *testing.T
	k     *testkit.Kit
	b     *s3.Bucket
	place files.Owner
	orgID string
}

func inBucket(t *testing.T, databaseURL string) *stored {
	t.Helper()
	s := &stored{t: t, b: s3.Start(t), place: files.Owner{Kind: files.OfPlace, ID: "a-place"}}
	s.k = testkit.OpenWith(t, databaseURL, on(s.b))
	s.World = s.k.World()
	s.k.App.Files.LetIn(func(*db.Tx, viewer.Viewer, files.Owner) (string, error) { return "", nil })
	err := s.k.App.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT organisation_id FROM accounts WHERE id = ?", s.Sam.ID).Scan(&s.orgID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send puts a photo up, piece by piece, and gives the upload.
func (s *stored) send(raw []byte) string {
	s.t.Helper()
	var begun struct {
		ID    string
		Piece int
	}
	s.Sam.Post("/uploads", map[string]any{"kind": "photo", "owner": s.place, "size": len(raw)}).Into(&begun)
	for at := 0; at < len(raw); at += begun.Piece {
		s.piece(begun.ID, at, raw[at:min(at+begun.Piece, len(raw))]).OK()
	}
	return begun.ID
}

func (s *stored) piece(id string, at int, b []byte) *testkit.Answer {
	request := s.Sam.Request(http.MethodPut, "/uploads/"+id+"/"+strconv.Itoa(at), b)
	request.Header.Set("Content-Type", "application/octet-stream")
	return s.Sam.Send(request)
}

func (s *stored) work() {
	s.t.Helper()
	if err := s.k.App.Files.WorkOnce(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// look says what became of an upload, long after Sam's session has locked.
func (s *stored) look(id string) (u files.Upload) {
	s.t.Helper()
	u, err := s.k.App.Files.Look(s.t.Context(), viewer.Viewer{AccountID: s.Sam.ID, OrganisationID: s.orgID}, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// sealed fails when what lies in the bucket can be read, or says whose it is.
func (s *stored) sealed(raw []byte, names ...string) {
	s.t.Helper()
	for key, b := range s.b.Objects() {
		for what, magic := range map[string]string{"JPEG": "\xff\xd8\xff", "JFIF": "JFIF", "WebP": "WEBP", "RIFF": "RIFF", "PDF": "%PDF"} {
			// Four bytes may come by chance where a longer look does not.
			if bytes.HasPrefix(b, []byte(magic)) || bytes.Contains(b[:min(len(b), 64)], []byte(magic)) {
				s.t.Errorf("%s begins as %s", key, what)
			}
		}
		for _, name := range names {
			if bytes.Contains(b, []byte(name)) || strings.Contains(key, name) {
				s.t.Errorf("%s holds %q", key, name)
			}
		}
		for at := 0; at+16 <= len(raw); at += 997 {
			if bytes.Contains(b, raw[at:at+16]) {
				s.t.Errorf("%s holds a piece of what was sent", key)
			}
		}
	}
}

// What lies in the bucket is sealed at every step, says nobody's name, and goes when
// it is over; on the disk lies nothing of it.
func TestABucketHoldsSealedBytesOnly(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		s := inBucket(t, databaseURL)
		const name = "canary-at-12-Oak-Road"
		raw := speckled(t, name)
		id := s.send(raw)
		if n := len(s.b.Objects()); n < 2 {
			t.Fatalf("%d pieces lie there", n)
		}
		s.sealed(raw, name, s.Sam.ID, s.Sam.Name)
		s.work()
		u := s.look(id)
		if u.State != files.Done || len(s.b.Objects()) != 6 {
			t.Fatalf("%+v, %d lie there", u, len(s.b.Objects()))
		}
		s.sealed(raw, name, s.Sam.ID, s.Sam.Name)
		for part := range u.File.Parts {
			out, err := s.k.App.Files.Serve(t.Context(), *u.File, part)
			if err != nil || http.DetectContentType(out.Body) != out.ContentType {
				t.Errorf("%s: %v", part, err)
			}
		}
		for _, folder := range []string{"blobs", "uploads"} {
			_ = filepath.WalkDir(filepath.Join(s.k.App.Config.DataDir, folder), func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					t.Errorf("%s lies on the disk", path)
				}
				return nil
			})
		}
		if err := s.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return files.EndTx(tx, s.orgID, u.File.ID) }); err != nil {
			t.Fatal(err)
		}
		s.work()
		if left := s.b.Objects(); len(left) != 0 {
			t.Errorf("%d are left", len(left))
		}
	})
}

// While the storage is away a photo is a plain sentence and a code, an upload waits,
// and everything else goes on: Heard is ready, and cards get through.
func TestHeardOutlivesItsBucket(t *testing.T) {
	s := inBucket(t, "")
	raw := speckled(t, "made up")
	id := s.send(raw)
	s.work()
	kept := *s.look(id).File
	waiting := s.send(raw)

	s.b.Always(&s3.Answer{Reset: true})
	_, err := s.k.App.Files.Serve(t.Context(), kept, "360.webp")
	if errs.CodeOf(err) != errs.Unavailable || errs.ReasonOf(err) != "blobs" {
		t.Errorf("a photo: %v", err)
	}
	var begun struct{ ID string }
	s.Sam.Post("/uploads", map[string]any{"kind": "photo", "owner": s.place, "size": 1000}).Into(&begun)
	a := s.piece(begun.ID, 0, raw[:1000])
	if code, reason := a.Problem(); a.Status != http.StatusServiceUnavailable || code != "unavailable" || reason != "blobs" || !strings.Contains(string(a.Body), "Please try again.") {
		t.Errorf("a piece: %d %s", a.Status, a.Body)
	}
	ready, err := http.Get(s.k.URL + "/readyz")
	if err != nil || ready.StatusCode != http.StatusOK {
		t.Errorf("ready: %v, %v", ready, err)
	}
	_ = ready.Body.Close()
	s.Leo.Post("/cards", s.k.NewCard(s.Sam)).OK()
	for range 4 { // hours of it make no photo a broken one
		_ = s.k.App.Files.WorkOnce(t.Context()) // it says so in the log
		s.k.Clock.Forward(time.Hour)
		if u := s.look(waiting); u.State != files.Working {
			t.Fatalf("while the storage is away: %+v", u)
		}
	}

	s.b.Always(nil)
	s.work()
	if u := s.look(waiting); u.State != files.Done || u.File == nil {
		t.Errorf("afterwards: %+v", u)
	}
	if out, err := s.k.App.Files.Serve(t.Context(), kept, "360.webp"); err != nil || len(out.Body) == 0 {
		t.Errorf("the photo afterwards: %v", err)
	}
}

// What is written after everybody has given up on it is found by its upload's row.
func TestWhatComesLateToABucketIsSwept(t *testing.T) {
	s := inBucket(t, "")
	late := s3.Answer{Late: true}
	s.b.Answer(s3.Answer{}, s3.Answer{}, late, late, late, late)
	_, err := s.k.App.Files.Keep(t.Context(), s.orgID, s.Sam.ID, s.place, files.Photo, speckled(t, "made up"))
	if errs.CodeOf(err) != errs.Unavailable {
		t.Fatalf("kept all the same: %v", err)
	}
	s.k.Eventually("what came late lies there", func() bool { return len(s.b.Objects()) == 3 })
	s.k.Clock.Forward(3 * time.Hour)
	s.work()
	if left := s.b.Objects(); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
}

// A Heard that has been in use comes up whatever the storage says by then, and says so.
func TestHeardComesUpWithoutItsBucket(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		s := inBucket(t, databaseURL)
		s.send(speckled(t, "made up"))
		logs := &testkit.Logs{}
		c := s.k.App.Config
		c.Log, c.S3SecretKey = slog.New(slog.NewJSONHandler(logs, nil)), "of last year"
		a, err := app.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Close()
		for _, says := range []string{"pictures and papers are out of reach", "does not know this access key", `"ERROR"`} {
			if !strings.Contains(logs.String(), says) {
				t.Errorf("nothing is said of %q", says)
			}
		}
	})
}

// At a first start a storage that says no ends it with a sentence; one that is away
// does not, because no card waits for a picture.
func TestTheStartWithABucket(t *testing.T) {
	b, logs := s3.Start(t), &testkit.Logs{}
	set := func(change func(*app.Config)) app.Config {
		c := app.Config{PublicURL: "http://localhost:8080", DataDir: t.TempDir(), HeartbeatEvery: -1, FilesEvery: -1, PlacesEvery: -1}
		c.Log = slog.New(slog.NewJSONHandler(logs, nil))
		on(b)(&c)
		change(&c)
		return c
	}
	for says, change := range map[string]func(*app.Config){
		"There is no bucket elsewhere":               func(c *app.Config) { c.S3Bucket = "elsewhere" },
		"does not know this access key":              func(c *app.Config) { c.S3SecretKey = "guessed" },
		"HEARD_S3_ENDPOINT needs":                    func(c *app.Config) { c.S3SecretKey = "" },
		"HEARD_S3_ENDPOINT is not set":               func(c *app.Config) { c.S3Endpoint = "" },
		"HEARD_S3_SECRET_KEY_FILE can't be read":     func(c *app.Config) { c.S3SecretKey, c.S3SecretKeyFile = "", "/nowhere/at/all" },
		"HEARD_S3_ENDPOINT must begin with https://": func(c *app.Config) { c.S3Endpoint = "http://storage.example.org" },
	} {
		a, err := app.Open(t.Context(), set(change))
		if err == nil {
			_ = a.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), b.SecretKey) {
			t.Errorf("%s: %v", says, err)
		}
	}
	for what, change := range map[string]func(*app.Config){
		"all is well":    func(*app.Config) {},
		"nobody there":   func(c *app.Config) { c.S3Endpoint = "http://127.0.0.1:1" },
		"secret by file": func(c *app.Config) { c.S3SecretKey, c.S3SecretKeyFile = "", secretFile(t, b.SecretKey) },
	} {
		c := set(change)
		a, err := app.Open(t.Context(), c)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		_ = a.Close()
		if what == "nobody there" && !strings.Contains(logs.String(), "pictures and papers are out of reach") {
			t.Errorf("%s: nothing is said of it", what)
		}
	}
}

func secretFile(t *testing.T, secret string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
