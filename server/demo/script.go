package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"heard/server/feelings"
	"heard/server/viewer"
)

// history is how far back the made-up past goes.
const history = 30 * 24 * time.Hour

// scene is one card with everything that becomes of it.
type scene struct {
	young   viewer.Viewer
	tap     feelings.Tap
	id      string
	version int
}

// step is one act at one time.
type step struct {
	at    time.Time
	scene *scene
	do    act
	by    viewer.Viewer
	to    string        // whom it is handed to
	in    time.Duration // how far ahead it is promised
	words string
}

// act is what somebody does with a card.
type act int

const (
	taps act = iota
	opensInbox
	looks
	sees
	promisesToCome
	promisesToSit
	promisesToTalk
	writes
	handsOver
	promisePasses
	isHere
	met
	saysYes
	saysNotYet
	closes
	withdraws
	proposes
)

// beat is a step of a plot: minutes after the tap, what, and by whom.
type beat struct {
	after int
	do    act
	who   role
	in    int // minutes ahead, for a promise
}

// role says who of a card's people acts.
type role int

const (
	child role = iota
	worker
	colleague
	guard
)

// plots are the ways a card can go.
var plots = map[string][]beat{
	"coming": {{0, taps, child, 0}, {1, opensInbox, worker, 0}, {3, looks, worker, 0}, {4, sees, worker, 0}, {5, promisesToCome, worker, 15}, {17, isHere, worker, 0}, {44, met, worker, 0}, {52, saysYes, child, 0}},
	"sit":    {{0, taps, child, 0}, {1, opensInbox, worker, 0}, {2, sees, worker, 0}, {3, promisesToSit, worker, 10}, {9, isHere, worker, 0}, {39, met, worker, 0}, {60, saysYes, child, 0}},
	"talk":   {{0, taps, child, 0}, {6, sees, worker, 0}, {8, promisesToTalk, worker, 90}, {101, isHere, worker, 0}, {125, met, worker, 0}, {128, saysYes, child, 0}},
	"words":  {{0, taps, child, 0}, {1, opensInbox, worker, 0}, {5, looks, worker, 0}, {6, sees, worker, 0}, {7, writes, worker, 0}, {75, closes, child, 0}},
	"seen":   {{0, taps, child, 0}, {9, sees, worker, 0}, {150, closes, child, 0}},
	"late": {
		{0, taps, child, 0}, {1, opensInbox, worker, 0}, {3, sees, worker, 0}, {4, promisesToCome, worker, 15}, {20, promisePasses, child, 0}, {38, isHere, worker, 0},
		{60, met, worker, 0}, {64, saysNotYet, child, 0}, {70, sees, worker, 0}, {74, isHere, worker, 0}, {110, met, worker, 0}, {121, saysYes, child, 0},
	},
	"handed":    {{0, taps, child, 0}, {2, looks, worker, 0}, {3, handsOver, worker, 0}, {6, sees, colleague, 0}, {7, promisesToCome, colleague, 10}, {15, isHere, colleague, 0}, {45, met, colleague, 0}, {47, saysYes, child, 0}},
	"taken":     {{0, taps, child, 0}, {4, withdraws, child, 0}},
	"kept":      {{0, taps, child, 0}},
	"not safe":  {{0, taps, child, 0}, {1, opensInbox, worker, 0}, {1, sees, worker, 0}, {2, promisesToCome, worker, 5}, {3, sees, guard, 0}, {5, isHere, worker, 0}, {72, met, worker, 0}, {90, saysYes, child, 0}},
	"waiting":   {{0, taps, child, 0}, {1, opensInbox, worker, 0}},
	"promised":  {{0, taps, child, 0}, {2, sees, worker, 0}, {3, promisesToSit, worker, 40}},
	"looked at": {{0, taps, child, 0}, {1, opensInbox, worker, 0}, {4, looks, worker, 0}, {5, sees, worker, 0}},
	"asked":     {{0, taps, child, 0}, {3, sees, worker, 0}, {5, isHere, worker, 0}, {41, met, worker, 0}},
}

// usual are the cards of an ordinary month: what, and how it tends to go. Each
// stands as often as it should come.
var usual = []struct {
	card, need, intensity, words string
	plots                        []string
}{
	{"happy", "just_know", "quite", "", []string{"seen", "words", "kept"}},
	{"proud", "just_know", "very", "I got moved up in maths!", []string{"words"}},
	{"excited", "", "very", "Match on Saturday", []string{"words", "seen"}},
	{"calm", "", "", "", []string{"kept", "seen"}},
	{"ok", "", "", "", []string{"kept", "seen", "taken"}},
	{"tired", "quiet", "quite", "", []string{"seen", "words"}},
	{"bored", "go_outside", "little", "", []string{"coming", "words"}},
	{"sad", "sit_with_me", "quite", "", []string{"sit", "sit", "late"}},
	{"lonely", "talk", "quite", "", []string{"coming", "talk"}},
	{"homesick", "call_someone", "quite", "Can I ring my brother tonight?", []string{"talk", "handed"}},
	{"angry", "give_space", "very", "", []string{"words", "seen"}},
	{"angry", "go_outside", "very", "They cancelled contact again.", []string{"coming", "handed", "late"}},
	{"worried", "talk", "quite", "What happens at the meeting?", []string{"talk", "coming"}},
	{"worried", "", "little", "", []string{"kept", "words"}},
	{"scared", "sit_with_me", "quite", "", []string{"sit", "coming"}},
	{"overwhelmed", "calm_down", "very", "", []string{"sit", "coming", "late"}},
	{"numb", "", "", "", []string{"kept", "seen"}},
	{"hurt", "hug", "quite", "", []string{"coming"}},
	{"dont_know", "sit_with_me", "", "", []string{"sit"}},
	{"something_else", "", "", "New haircut. Don't say anything.", []string{"words", "taken"}},
}

// replies are what workers write.
var replies = []string{
	"Thank you for telling me. I'm so pleased for you.",
	"I hear you. No need to talk. I'm in the kitchen if you want company.",
	"That sounds hard. I'm thinking of you, and I'm in until ten.",
	"Well done! Tell me all about it at tea.",
	"I've got that. Take all the space you need.",
}

// script writes the month: the same each time, but for the day it ends on.
func script(c *cast, now time.Time) []step {
	chance := rand.New(rand.NewPCG(1632, 960)) // #nosec G404 -- made-up history, the same each time
	var steps []step
	for _, y := range youngPeople {
		for i := range y.cards {
			u := usual[chance.IntN(len(usual))]
			plot := u.plots[chance.IntN(len(u.plots))]
			if plot == "handed" && len(y.keyworkers) < 2 {
				plot = "coming"
			}
			at := moment(chance, now, i, y.cards)
			sc := c.scene(y, len(steps), feelings.Tap{Card: u.card, Kind: "feeling", Need: u.need, Intensity: u.intensity, Words: u.words, Kept: plot == "kept"})
			steps = append(steps, c.play(y, sc, plots[plot], at, replies[chance.IntN(len(replies))])...)
		}
	}
	steps = append(steps, c.openCards(now)...)
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	return steps
}

// moment spreads a young person's cards over the month, in waking hours, and
// leaves the last six hours to the cards that are still open.
func moment(chance *rand.Rand, now time.Time, i, n int) time.Time {
	day := now.Add(-history).Add(time.Duration(i+1) * (history - 24*time.Hour) / time.Duration(n+1))
	at := day.Truncate(24 * time.Hour).Add(time.Duration(8*60+chance.IntN(12*60)) * time.Minute).Add(time.Duration(chance.IntN(60)) * time.Second)
	if earliest := now.Add(-history + time.Hour); at.Before(earliest) {
		return earliest
	}
	return at
}

// openCards are those of today that somebody can still do something about, and
// two of this month when a young person was not safe.
func (c *cast) openCards(now time.Time) []step {
	var steps []step
	add := func(key, plot string, ago time.Duration, t feelings.Tap) {
		for _, y := range youngPeople {
			if y.key == key {
				sc := c.scene(y, 1000+len(steps), t)
				steps = append(steps, c.play(y, sc, plots[plot], now.Add(-ago), replies[0])...)
			}
		}
	}
	add("amira", "not safe", 19*24*time.Hour, feelings.Tap{Card: "not_safe", Kind: "not_safe"})
	add("leo", "not safe", 8*24*time.Hour, feelings.Tap{Card: "not_safe", Kind: "not_safe", Words: "Somebody I don't want to see is outside school."})
	add("leo", "looked at", 3*time.Hour, feelings.Tap{Card: "tired", Kind: "feeling", Need: "quiet", Intensity: "quite"})
	add("tia", "asked", 2*time.Hour, feelings.Tap{Card: "homesick", Kind: "feeling", Need: "talk"})
	add("tia", "promised", 20*time.Minute, feelings.Tap{Card: "sad", Kind: "feeling", Need: "sit_with_me", Intensity: "quite"})
	add("amira", "waiting", 35*time.Minute, feelings.Tap{Card: "overwhelmed", Kind: "feeling", Need: "calm_down", Intensity: "very"})
	add("leo", "waiting", 6*time.Minute, feelings.Tap{Card: "worried", Kind: "feeling", Need: "talk", Intensity: "quite", Words: "What happens on Thursday?"})
	return append(steps, step{at: now.Add(-90 * time.Minute), do: proposes, by: c.admin})
}

// scene starts a card; its id is made up from its number.
func (c *cast) scene(y young, number int, t feelings.Tap) *scene {
	t.ID = fmt.Sprintf("0000de30-0000-7000-8000-%012d", number)
	return &scene{young: c.people[y.key], tap: t}
}

// play turns a plot into steps with a place in time.
func (c *cast) play(y young, sc *scene, plot []beat, at time.Time, reply string) []step {
	who := map[role]viewer.Viewer{child: sc.young, worker: c.people[y.keyworkers[0]], guard: c.people["dev"]}
	if len(y.keyworkers) > 1 {
		who[colleague] = c.people[y.keyworkers[1]]
	}
	steps := make([]step, len(plot))
	for i, b := range plot {
		steps[i] = step{
			at: at.Add(time.Duration(b.after)*time.Minute + time.Duration(i)*time.Second), scene: sc, do: b.do, by: who[b.who],
			to: who[colleague].AccountID, in: time.Duration(b.in) * time.Minute, words: reply,
		}
	}
	return steps
}
