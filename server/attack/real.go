package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"heard/server/app"
	"heard/server/db"
	"heard/server/figures"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	keyVar  = "HEARD_ATTACK_KEY"
	address = "http://localhost:8080" // nothing listens: requests are handed to the app
	running = "publishing"
	awake   = 5 * time.Minute // a session that does nothing but read locks later than that
)

// real is Heard itself, on an embedded database in a folder of its own. Publishing is another process.
type real struct {
	*app.App
	folder   string
	key      string
	ring     *keys.Ring
	r        *mathrand.Rand
	clock    *atomic.Int64      // Unix milliseconds
	sessions map[string]session // organisation → its commissioner's
}

func openReal(ctx context.Context, o options) (publisher, error) {
	folder, err := os.MkdirTemp("", "heard-attack-")
	if err != nil {
		return nil, err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	p := &real{
		folder: folder, key: base64.StdEncoding.EncodeToString(raw[:]), r: mathrand.New(mathrand.NewPCG(o.seed, 2)),
		clock: &atomic.Int64{}, sessions: map[string]session{},
	}
	p.clock.Store(made.UnixMilli())
	if p.ring, err = keys.Load("", p.key); err != nil {
		return nil, err
	}
	return p, p.open(ctx)
}

// open starts Heard as it is shipped, but for its clock and the jobs that nobody waits for here.
func (p *real) open(ctx context.Context) error {
	opened, err := openApp(ctx, p.folder, p.key, p.clock.Load)
	p.App = opened
	return err
}

func openApp(ctx context.Context, folder, key string, clock func() int64) (*app.App, error) {
	return app.Open(ctx, app.Config{
		Listen: "127.0.0.1:0", PublicURL: address, DataDir: folder, Key: keys.Secret(key), PushContact: "heard@example.org",
		Now: func() time.Time { return time.UnixMilli(clock()).UTC() }, Log: slog.New(slog.DiscardHandler),
		HeartbeatEvery: -1, LeftEvery: -1, ReleasesEvery: -1,
	})
}

func (p *real) close() error {
	return errors.Join(p.Close(), os.RemoveAll(p.folder))
}

// settle makes an organisation with young people who are served since before 1 April, and a commissioner.
func (p *real) settle(ctx context.Context, o *organisation) error {
	return p.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if o.id, err = p.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Made up"}); err != nil {
			return err
		}
		if o.commissioner, err = p.Accounts.CreateTx(tx, o.id, viewer.NewAccount{Kind: viewer.KindStaff, Name: "Ro"}); err != nil {
			return err
		}
		if err := relate(tx, o.id, o.commissioner, people.CommissionerOf, people.ToOrganisation, o.id); err != nil {
			return err
		}
		for i, roster := range rosters() {
			s := &o.services[i]
			if s.id, err = insertService(tx, o.id, fmt.Sprintf("Service %d", i+1)); err != nil {
				return err
			}
			for range roster {
				id, err := p.Accounts.CreateTx(tx, o.id, viewer.NewAccount{Kind: viewer.KindYoungPerson, Name: "Kim"})
				if err != nil {
					return err
				}
				s.young = append(s.young, id)
				if err := relate(tx, o.id, id, people.ServedBy, people.ToService, s.id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// begin moves the clock into a quarter.
func (p *real) begin(_ context.Context, q figures.Period) error {
	p.moveTo(q.Start(london).AddDate(0, 1, 10))
	return nil
}

func (p *real) moveTo(t time.Time) {
	p.clock.Store(t.UnixMilli())
	clear(p.sessions) // they would be locked by now
}

// act hands an answer to the code that takes it from phones. A minute goes by, so that no document may tell the time.
func (p *real) act(ctx context.Context, o *organisation, _ figures.Period, a act) error {
	p.clock.Add(time.Minute.Milliseconds())
	return p.DB.Tx(ctx, func(tx *db.Tx) error {
		if a.move {
			return serveElsewhere(tx, o.id, a.who, o.services[0].id, o.services[1].id)
		}
		answer := map[string]any{"what": "answer", "id": uuid.NewString(), "listened": a.face}
		if a.serious > 0 {
			answer["serious"] = a.serious
		}
		body, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		v := viewer.Viewer{OrganisationID: o.id, AccountID: a.who, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true}
		_, err = p.Listening.AnswerTx(tx, v, body)
		return err
	})
}

// publish lets the quarter close and has a process publish it, which is killed in the middle if so wanted.
func (p *real) publish(ctx context.Context, q figures.Period, kill bool) error {
	p.moveTo(q.Closes(london).Add(time.Minute))
	if err := p.Close(); err != nil {
		return err
	}
	if err := p.child(ctx, kill); err != nil {
		return err
	}
	return p.open(ctx)
}

func (p *real) child(ctx context.Context, kill bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "-publish", p.folder, "-at", strconv.FormatInt(p.clock.Load(), 10))
	child.Env = append(os.Environ(), keyVar+"="+p.key)
	child.Stderr = os.Stderr
	said, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	if kill {
		// It says when it begins; from then on at any moment, most often soon.
		if _, err := bufio.NewReader(said).ReadString('\n'); err != nil {
			return errors.Join(err, child.Wait())
		}
		time.Sleep(time.Duration(p.r.ExpFloat64() * float64(150*time.Millisecond)))
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		_ = child.Wait() // killed, or done before
		return nil
	}
	if _, err := io.Copy(io.Discard, said); err != nil {
		return err
	}
	return child.Wait()
}

// publishUntilKilled is the child: it publishes everything that is due.
func publishUntilKilled(ctx context.Context, o options) error {
	a, err := openApp(ctx, o.publish, os.Getenv(keyVar), func() int64 { return o.at })
	if err != nil {
		return err
	}
	fmt.Println(running)
	_, err = a.Reports.Publish(ctx)
	return errors.Join(err, a.Close())
}

// get reads what a commissioner's page would.
func (p *real) get(ctx context.Context, o *organisation, path string) (answer, error) {
	in, known := p.sessions[o.id]
	if !known || p.clock.Load()-in.at > awake.Milliseconds() {
		var err error
		if in, err = p.signIn(ctx, o); err != nil {
			return answer{}, err
		}
		p.sessions[o.id] = in
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/"+string(viewer.Insight)+path, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	request.AddCookie(&http.Cookie{Name: "heard_" + string(viewer.Insight), Value: in.token})
	response, err := p.Web.Fiber().Test(request, -1)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if response.StatusCode >= http.StatusBadRequest && response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusUnprocessableEntity {
		err = errors.Join(err, fmt.Errorf("%s: %d %s", path, response.StatusCode, bytes.TrimSpace(body)))
	}
	is := answer{
		status: response.StatusCode, etag: response.Header.Get("ETag"), length: response.Header.Get("Content-Length"),
		age: response.Header.Get("Last-Modified") + response.Header.Get("Age"), body: body,
	}
	if is.status >= 400 {
		is.body = nil // a problem names its request
	}
	return is, err
}
