package demo_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/assets"
	"heard/server/accounts"
	"heard/server/audit"
	"heard/server/blobs"
	"heard/server/db"
	"heard/server/demo"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/listening"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/placements"
	"heard/server/reports"
	"heard/server/viewer"
	"heard/server/web"
)

// house is the real services on a real database, as the program wires them.
type house struct {
	config db.Config
	now    time.Time
	clock  *demo.Clock
	ring   *keys.Ring

	db       *db.DB
	accounts *accounts.Service
	people   *people.Service
	feelings *feelings.Service
	reports  *reports.Service
	demo     *demo.Service

	placements *placements.Service
	folder     string // of what lies outside the database
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, newHouse(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)}))
	})
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, newHouse(t, db.Config{URL: freshPostgres(t, server)})) })
	}
}

func freshPostgres(t *testing.T, server string) string {
	t.Helper()
	name := "heard_demo_" + strings.ReplaceAll(db.NewID(), "-", "")
	run := func(sql string) {
		conn, err := pgx.Connect(context.Background(), server)
		must(t, err)
		defer func() { _ = conn.Close(context.Background()) }()
		_, err = conn.Exec(context.Background(), sql)
		must(t, err)
	}
	run("CREATE DATABASE " + name)
	t.Cleanup(func() { run("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(server)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

func newHouse(t *testing.T, c db.Config) *house {
	t.Helper()
	h := &house{config: c, folder: t.TempDir(), now: time.Date(2026, 3, 2, 14, 2, 0, 0, time.UTC)}
	var err error
	h.ring, err = keys.Load(filepath.Join(t.TempDir(), "key"), "")
	must(t, err)
	h.start(t)
	return h
}

// start opens everything, as at a start of the program.
func (h *house) start(t *testing.T) {
	t.Helper()
	ctx, log := t.Context(), slog.New(slog.DiscardHandler)
	h.clock = demo.NewClock(func() time.Time { return h.now })
	h.config.Now, h.config.Log = h.clock.Now, log
	var err error
	h.db, err = db.Open(ctx, h.config)
	must(t, err)
	t.Cleanup(func() { must(t, h.db.Close()) })
	must(t, h.db.Migrate(ctx))
	hub := web.NewHub()
	n, err := notify.New(ctx, notify.Config{DB: h.db, Ring: h.ring, Log: log, Contact: "heard@example.org"})
	must(t, err)
	h.accounts, err = accounts.New(accounts.Config{DB: h.db, Ring: h.ring, Hub: hub, Log: log, PublicURL: "http://localhost:8080", Demo: true})
	must(t, err)
	heard := listening.New(listening.Config{DB: h.db, Keys: h.accounts, Names: h.accounts, Waker: hub})
	h.reports = reports.New(reports.Config{DB: h.db, Names: h.accounts, Log: log, Every: -1})
	h.feelings, err = feelings.New(feelings.Config{Contacts: heard, DB: h.db, Deck: assets.Deck, Keys: h.accounts, Names: h.accounts, Alerts: n, MAC: h.ring, Waker: hub, Log: log})
	must(t, err)
	n.SettleWith(h.feelings)
	h.people = people.New(people.Config{DB: h.db, Ring: h.ring, Book: h.accounts, Enders: []people.AccessEnder{n}, Waiting: h.feelings, Wake: hub.Wake, Tester: n})
	n.BookDuty(h.people)
	h.people.WatchDuty(h.feelings)
	kept, err := blobs.OpenDir(filepath.Join(h.folder, "blobs"))
	must(t, err)
	passing, err := blobs.OpenDir(filepath.Join(h.folder, "uploads"))
	must(t, err)
	photos := files.New(files.Config{DB: h.db, Keys: h.accounts, Kept: kept, Passing: passing, Log: log, Every: -1})
	hellos, err := placements.Hellos(assets.Hello)
	must(t, err)
	h.placements = placements.New(placements.Config{
		DB: h.db, Keys: h.accounts, Names: h.accounts, Waker: hub, Count: heard, PublicURL: "http://localhost:8080", Files: photos, Hellos: hellos, Log: log, Every: -1,
	})
	photos.LetIn(placements.MayUploadTx)
	h.demo, err = demo.New(demo.Config{
		DB: h.db, Accounts: h.accounts, People: h.people, Feelings: h.feelings, Listening: heard, Reports: h.reports, Clock: h.clock,
		Placements: h.placements, Files: photos, Photos: assets.Demo,
	})
	must(t, err)
}

func (h *house) enter(t *testing.T, door string) viewer.Viewer {
	t.Helper()
	opened, err := h.demo.Enter(t.Context(), door)
	must(t, err)
	v, err := h.accounts.Authenticate(t.Context(), opened.Place, opened.Token.Reveal(), true)
	must(t, err)
	return v
}

func TestOpen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		began := time.Now()
		must(t, h.demo.Open(ctx))
		t.Logf("made in %v", time.Since(began))
		if !h.clock.Now().Equal(h.now) {
			t.Fatal("the clock was left turned back")
		}
		leo, sam, ruth, alex := h.enter(t, "leo"), h.enter(t, "sam"), h.enter(t, "ruth"), h.enter(t, "alex")

		cards, err := h.feelings.Mine(ctx, leo, 50)
		must(t, err)
		if len(cards) < 30 || cards[0].State != feelings.StateAlerting || cards[0].Words == "" {
			t.Fatalf("Leo has %d cards, the newest %+v", len(cards), cards[0])
		}
		oldest := cards[len(cards)-1].ReceivedAt
		if age := h.now.Sub(oldest); age < 25*24*time.Hour || age > 30*24*time.Hour {
			t.Fatalf("the oldest card is from %v", oldest)
		}
		inbox, err := h.feelings.Inbox(ctx, sam)
		must(t, err)
		if len(inbox.Waiting) == 0 || len(inbox.Coming) == 0 || len(inbox.Check) == 0 {
			t.Fatalf("Sam's inbox: %d waiting, %d coming, %d to check", len(inbox.Waiting), len(inbox.Coming), len(inbox.Check))
		}
		proposed, err := h.people.Proposed(ctx, ruth)
		must(t, err)
		if len(proposed) != 1 {
			t.Fatalf("%d relations wait for the lead", len(proposed))
		}
		mine, err := h.people.MyPeople(ctx, leo)
		must(t, err)
		for _, p := range mine {
			if !strings.HasPrefix(p.Phone, "01632 960") && !strings.HasPrefix(p.Phone, "07700 900") {
				t.Errorf("%s has a phone number that could be somebody's: %q", p.Name, p.Phone)
			}
		}
		o, err := h.people.Organisation(ctx, alex)
		must(t, err)
		if !o.Demo || !strings.Contains(o.Name, "made up") || !strings.HasPrefix(o.DutyPhone, "01632 960") {
			t.Fatalf("organisation %+v", o)
		}
		must(t, h.db.Read(ctx, func(tx *db.Tx) error { return audit.Verify(tx, leo.OrganisationID) }))
		h.everyState(t)

		if _, err := h.people.InviteFirstAdmin(ctx, "Medway", "Ada Min"); errs.ReasonOf(err) != "demo" {
			t.Fatalf("a real organisation was made beside the demo: %v", err)
		}
		if _, err := h.demo.Enter(ctx, ""); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("an empty door opened: %v", err)
		}

		// A second start finds everything as it was.
		before := h.doorIDs(t)
		h.start(t)
		must(t, h.demo.Open(ctx))
		for door, id := range h.doorIDs(t) {
			if before[door] != id {
				t.Errorf("door %s leads to somebody else after another start", door)
			}
		}
		again, err := h.feelings.Mine(ctx, leo, 50)
		must(t, err)
		if len(again) != len(cards) {
			t.Fatalf("%d cards, then %d", len(cards), len(again))
		}
	})
}

func (h *house) doorIDs(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, d := range h.demo.Doors() {
		ids[d.Key] = h.enter(t, d.Key).AccountID
	}
	if len(ids) != 11 {
		t.Fatalf("doors %v", ids)
	}
	return ids
}

// everyState asks that the doors' cards show everything a card can come to.
func (h *house) everyState(t *testing.T) {
	t.Helper()
	states := map[feelings.State]int{}
	kinds := map[feelings.EventKind]int{}
	for _, door := range []string{"leo", "tia"} {
		cards, err := h.feelings.Mine(t.Context(), h.enter(t, door), 50)
		must(t, err)
		for _, c := range cards {
			states[c.State]++
			for _, e := range c.Events {
				kinds[e.Kind]++
			}
		}
	}
	for _, s := range []feelings.State{feelings.StateAlerting, feelings.StateSeen, feelings.StatePromised, feelings.StateCheck, feelings.StateClosed, feelings.StateKept, feelings.StateWithdrawn} {
		if states[s] == 0 {
			t.Errorf("no card of the doors is %s: %v", s, states)
		}
	}
	for _, k := range []feelings.EventKind{feelings.EventOverdue, feelings.EventHandedOver, feelings.EventWords, feelings.EventHere, feelings.EventCheckNotYet} {
		if kinds[k] == 0 {
			t.Errorf("no card of the doors tells of %s: %v", k, kinds)
		}
	}
}

// TestWhoIsOnInTheDemo: at any time of day somebody of each level is on duty, and
// the lead has a gap of the coming night to look at.
func TestWhoIsOnInTheDemo(t *testing.T) {
	for _, clock := range []string{"2026-03-02T14:02:00Z", "2026-03-02T22:30:00Z", "2026-03-28T23:45:00Z", "2026-10-24T20:00:00Z"} {
		t.Run(clock, func(t *testing.T) {
			h := newHouse(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)})
			var err error
			h.now, err = time.Parse(time.RFC3339, clock)
			must(t, err)
			must(t, h.demo.Open(t.Context()))
			leo, ruth, nia := h.enter(t, "leo"), h.enter(t, "ruth"), h.enter(t, "nia")
			h.onEveryLevel(t, leo)
			notices, err := h.people.Notices(t.Context(), ruth)
			must(t, err)
			if len(notices) != 1 || notices[0].Kind != people.RotaGap || notices[0].EndsAt.Sub(*notices[0].StartsAt) > 6*time.Hour+30*time.Minute {
				t.Fatalf("%+v", notices)
			}
			duty, err := h.people.MyDuty(t.Context(), nia)
			must(t, err)
			if duty.State != people.DutyOn || !duty.MadeUp {
				t.Fatalf("%+v", duty)
			}
			h.now = h.now.Add(48 * time.Hour) // left running over two changes of shift
			for range 20 {
				_, err := h.people.RotaOnce(t.Context())
				must(t, err)
			}
			h.onEveryLevel(t, leo)
		})
	}
}

func (h *house) onEveryLevel(t *testing.T, leo viewer.Viewer) {
	t.Helper()
	must(t, h.db.Read(t.Context(), func(tx *db.Tx) error {
		duty, err := people.DutyTx(tx, leo.OrganisationID, leo.AccountID)
		if err == nil && (len(duty.Cover) == 0 || len(duty.Team) == 0 || len(duty.OnCall) == 0) {
			t.Errorf("at %v: %d on cover, %d of the team, %d on call", h.now, len(duty.Cover), len(duty.Team), len(duty.OnCall))
		}
		return err
	}))
}

func TestRefusesRealOrganisation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.people.InviteFirstAdmin(t.Context(), "Medway", "Ada Min")
		must(t, err)
		err = h.demo.Open(t.Context())
		if errs.CodeOf(err) != errs.Conflict || errs.ReasonOf(err) != "real_organisation" {
			t.Fatalf("the demo opened beside a real organisation: %v", err)
		}
	})
}

func TestHalfMadeIsPassedOver(t *testing.T) {
	h := newHouse(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)})
	// The power went after the first step.
	half, _, err := h.people.CreateDemo(t.Context(), "Riverside (made up)", viewer.NewAccount{Name: "Alex"})
	must(t, err)
	must(t, h.demo.Open(t.Context()))
	if leo := h.enter(t, "leo"); leo.OrganisationID == half {
		t.Fatal("the doors lead into the half-made organisation")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
