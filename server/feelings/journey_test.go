package feelings_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/viewer"
)

// TestRandomJourneys lets everybody press anything at any time, ends and begins
// relations in between, and after every step holds what is stored against the
// invariants. It runs on SQLite: the rules are the same code on both databases.
func TestRandomJourneys(t *testing.T) {
	w := newWorld(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)})
	rapid.Check(t, func(rt *rapid.T) {
		j := journey{w: w, t: rt}
		j.tap()
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			rapid.SampledFrom([]func(){
				j.tap, j.press, j.press, j.press, j.young, j.young, j.settle, j.relation, j.time, j.open,
			}).Draw(rt, "step")()
			j.hold()
		}
		w.exec("UPDATE relations SET ended_at = NULL")
	})
}

type journey struct {
	w    *world
	t    *rapid.T
	last feelings.Tap
	id   string
	sent map[string]string // client id and body → card
}

func (j *journey) staff() viewer.Viewer {
	return rapid.SampledFrom([]viewer.Viewer{j.w.sam, j.w.jo, j.w.lea, j.w.sue, j.w.kit, j.w.otto, j.w.dan}).Draw(j.t, "who")
}

func (j *journey) version() int {
	return j.w.page(j.id).Version - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(j.t, "behind")
}

// allow accepts a press and every refusal that is meant.
func (j *journey) allow(err error) {
	switch errs.CodeOf(err) {
	case "", errs.NotFound, errs.Forbidden, errs.Conflict, errs.Invalid:
	default:
		j.t.Fatalf("%v", err)
	}
}

// tap sends a new card, or the last one again, or the last one changed.
func (j *journey) tap() {
	if j.sent == nil || rapid.Bool().Draw(j.t, "new") {
		j.last = feelings.Tap{ID: db.NewID(), Words: canary, TappedAt: j.w.now().Format(time.RFC3339)}
		j.last.Card = rapid.SampledFrom([]string{"sad", "not_safe", "sit_with_me", "purple"}).Draw(j.t, "card")
	} else if rapid.Bool().Draw(j.t, "changed") {
		j.last.Words += "."
	}
	r := j.w.tap(j.last)
	if j.sent == nil {
		j.sent = map[string]string{}
	}
	key := j.last.ID + j.last.Words
	if first, again := j.sent[key]; again && (first != r.ID || !r.Duplicate) || !again && r.Duplicate {
		j.t.Fatalf("the receipt %+v does not fit the card first stored as %q", r, first)
	}
	j.sent[key], j.id = r.ID, r.ID
}

func (j *journey) press() {
	ctx, v, version := j.w.t.Context(), j.staff(), j.version()
	answer := func(a feelings.Answer) func() (feelings.View, error) {
		return func() (feelings.View, error) { return j.w.cards.Answer(ctx, v, j.id, version, a) }
	}
	_, err := rapid.SampledFrom([]func() (feelings.View, error){
		func() (feelings.View, error) { return j.w.cards.Seen(ctx, v, j.id, version) },
		func() (feelings.View, error) { return j.w.cards.Here(ctx, v, j.id, version) },
		func() (feelings.View, error) { return j.w.cards.Met(ctx, v, j.id, version) },
		func() (feelings.View, error) { return j.w.cards.CloseFor(ctx, v, j.id, version, "as agreed") },
		func() (feelings.View, error) { return j.w.cards.CheckedOn(ctx, v, j.id, version) },
		answer(feelings.Answer{Kind: feelings.AnswerOnMyWay}),
		answer(feelings.Answer{Kind: feelings.AnswerTalkAfter, At: j.w.now().Add(time.Hour)}),
		answer(feelings.Answer{Kind: feelings.AnswerOwnWords, Words: "Soon"}),
		answer(feelings.Answer{Kind: feelings.AnswerHandOver, To: j.staff().AccountID}),
	}).Draw(j.t, "press")()
	j.allow(err)
}

func (j *journey) young() {
	ctx, v, version := j.w.t.Context(), j.w.leo, j.version()
	_, err := rapid.SampledFrom([]func() (feelings.View, error){
		func() (feelings.View, error) { return j.w.cards.Withdraw(ctx, v, j.id, version) },
		func() (feelings.View, error) { return j.w.cards.Close(ctx, v, j.id, version, nil) },
		func() (feelings.View, error) { return j.w.cards.Reopen(ctx, v, j.id, version) },
		func() (feelings.View, error) { return j.w.cards.Check(ctx, v, j.id, version, "not_yet") },
		func() (feelings.View, error) { return j.w.cards.Check(ctx, v, j.id, version, "yes") },
	}).Draw(j.t, "press")()
	j.allow(err)
}

func (j *journey) settle() {
	outcome := rapid.SampledFrom([]notify.Outcome{notify.Accepted, notify.NoChannel}).Draw(j.t, "outcome")
	before := j.w.page(j.id)
	j.w.settle(j.id, j.staff(), outcome)
	if after := j.w.page(j.id); before.State != after.State && after.State != feelings.StateAlerting && after.State != feelings.StateNoChannel {
		j.t.Fatalf("a push moved %s to %s", before.State, after.State)
	}
}

func (j *journey) relation() {
	if rapid.Bool().Draw(j.t, "ends") {
		j.w.endRelations(j.staff())
		return
	}
	j.w.exec("UPDATE relations SET ended_at = NULL")
}

func (j *journey) time() {
	j.w.forward(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour}).Draw(j.t, "time"))
	j.w.due(j.w.cards)
}

func (j *journey) open() {
	j.allow(j.w.cards.InboxOpen(j.w.t.Context(), j.staff()))
}

// waits says whether a card must have its due row, apart from the code: nobody has
// it in hand, or a promise stands.
func (j *journey) waits(v feelings.View) bool {
	switch v.State {
	case "received", "alerting", "no_channel", "seen", "promised", "overdue", "nobody":
		return true
	case "withdrawn":
		urgent := v.Kind == "not_safe" || v.Need == "sit_with_me"
		return urgent && j.w.count("SELECT count(*) FROM card_events WHERE card_id = ? AND kind = 'checked_on'", v.ID) == 0
	}
	return false
}

// hold checks everything that must be true of every card at any time.
func (j *journey) hold() {
	for _, id := range j.sent {
		v := j.w.page(id)
		var state string
		var version int
		j.w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Raw("SELECT state, version FROM cards WHERE id = ?", id).Row().Scan(&state, &version)
		})
		again := j.w.count("SELECT count(*) FROM card_events WHERE card_id = ? AND kind = 'again'", id) // not shown
		if feelings.State(state) != v.State || version != v.Version || version != len(v.Events)+again {
			j.t.Fatalf("stored %s %d, the events say %s %d: %s", state, version, v.State, v.Version, kinds(v))
		}
		dues := j.w.count("SELECT count(*) FROM card_dues WHERE id = ?", id)
		due := j.waits(v)
		// One that is not safe may wait for a safeguarding lead besides.
		lead := v.Kind == "not_safe" && (v.State == "here" || v.State == "check" || v.State == "closed")
		if dues > 1 || due && dues != 1 || !due && !lead && dues != 0 {
			j.t.Fatalf("%s %s with %d due rows", v.Kind, v.State, dues)
		}
		if v.Next.At != nil && j.w.count("SELECT count(*) FROM card_dues WHERE id = ? AND due_at <= ?", id, db.At(*v.Next.At)) != 1 {
			j.t.Fatal("the due row is later than what is said to happen next")
		}
		if n := j.w.count("SELECT count(*) FROM card_events WHERE card_id = ? AND kind IN ('seen', 'promised', 'here', 'check', 'words', 'handed_over', 'checked_on') AND coalesce(evidence, '') NOT LIKE 'relation:%'", id); n != 0 {
			j.t.Fatalf("%d presses of adults without the relation they rest on", n)
		}
		if n := j.w.count("SELECT count(*) FROM card_events WHERE card_id = ? AND kind = 'alerting' AND evidence NOT LIKE 'push:%' AND evidence NOT LIKE 'inbox:%'", id); n != 0 {
			j.t.Fatalf("alerting without evidence")
		}
		j.words(v)
	}
}

// words holds what may be shown against the events of this round.
func (j *journey) words(v feelings.View) {
	round := v.Events
	for i, e := range v.Events {
		if slices.Contains([]feelings.EventKind{feelings.EventReopened, feelings.EventCheckNo, feelings.EventCheckNotYet}, e.Kind) {
			round = v.Events[i:]
		}
	}
	has := func(kind feelings.EventKind, who *viewer.Person) bool {
		return slices.ContainsFunc(round, func(e feelings.EventView) bool {
			return e.Kind == kind && (who == nil || e.Who != nil && e.Who.ID == who.ID)
		})
	}
	proof := map[feelings.State]feelings.EventKind{
		feelings.StateAlerting: feelings.EventAlerting, feelings.StateNoChannel: feelings.EventNoChannel, feelings.StateSeen: feelings.EventSeen,
		feelings.StatePromised: feelings.EventPromised, feelings.StateHere: feelings.EventHere, feelings.StateOverdue: feelings.EventOverdue,
		feelings.StateCheck: feelings.EventCheck,
	}
	if kind, needs := proof[v.State]; needs && !has(kind, v.Who) {
		j.t.Fatalf("%s of %v without its event: %s", v.State, v.Who, kinds(v))
	}
	if v.State == feelings.StateClosed && !strings.HasSuffix(kinds(v), "closed") && !strings.HasSuffix(kinds(v), "check_yes") {
		j.t.Fatalf("closed by %s", kinds(v))
	}
	if seen := strings.Contains(kinds(v), "seen"); v.State == feelings.StateWithdrawn && (v.Words != "") != seen {
		j.t.Fatalf("withdrawn: words kept %v, seen before %v", v.Words != "", seen)
	}
}
