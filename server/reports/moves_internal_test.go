package reports

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"heard/server/figures"
)

var movedAt = time.Date(2026, time.November, 27, 14, 0, 0, 0, time.UTC)

// before is a moment so long before the move; a negative one is after it.
func before(d time.Duration) *time.Time { return new(movedAt.Add(-d)) }

// moved are so many moves of as many young people, all alike but for what set changes.
func moved(count int, set func(i int, m *moveTold)) []moveTold {
	moves := make([]moveTold, count)
	for i := range moves {
		moves[i] = moveTold{YoungPersonID: fmt.Sprint(i), ServiceID: "oak", MovedAt: movedAt}
		set(i, &moves[i])
	}
	return moves
}

func greeted(days ...int) buddyTold {
	b := buddyTold{DayOne: "2026-11-28"}
	for _, day := range days {
		b.At = append(b.At, time.Date(2026, time.November, 27+day, 23, 59, 0, 0, time.UTC))
	}
	return b
}

// What counts for each figure, and what only nearly does.
func TestWhatCountsOfAMove(t *testing.T) {
	week := []int{1, 2, 3, 4, 5, 6, 7}
	for name, c := range map[string]struct {
		set  func(i int, m *moveTold)
		want map[Set]Cell
	}{
		"nothing was done": {func(int, *moveTold) {}, map[Set]Cell{
			SetToldBefore: {N: 10}, SetNotice: {N: 10}, SetVisitMade: {N: 10}, SetPackOpened: {N: 10}, SetChoicesMade: {N: 10}, SetBuddyWeek: {Hidden: true},
		}},
		"told with a pack a millisecond before, and after": {func(i int, m *moveTold) {
			at := before(time.Millisecond)
			if i > 3 {
				at = before(-time.Millisecond)
			}
			m.ToldAt, m.PackedAt = at, at
		}, map[Set]Cell{SetToldBefore: {A: 4, N: 10}}},
		"told before, the pack came at the move":       {func(_ int, m *moveTold) { m.ToldAt, m.PackedAt = before(time.Hour), before(0) }, map[Set]Cell{SetToldBefore: {N: 10}}},
		"days of notice, and one told when they moved": {func(i int, m *moveTold) { m.ToldAt = before(time.Duration(i) * 24 * time.Hour) }, map[Set]Cell{SetNotice: {A: 388_800, N: 10}}},
		"told two days too late":                       {func(_ int, m *moveTold) { m.ToldAt = before(-48 * time.Hour) }, map[Set]Cell{SetNotice: {N: 10}}},
		"opened in the car, and opened there": {func(i int, m *moveTold) {
			m.PackedAt, m.OpenedAt = before(time.Hour), before(time.Duration(5-i)*time.Minute)
		}, map[Set]Cell{SetPackOpened: {A: 5, N: 10}}},
		"opened where there was no pack, and before there was one": {func(i int, m *moveTold) {
			m.OpenedAt = before(time.Hour)
			if i > 2 {
				m.PackedAt = before(time.Duration(3+i) * 10 * time.Minute)
			}
		}, map[Set]Cell{SetPackOpened: {A: 7, N: 10}}},
		"visits and choices": {func(i int, m *moveTold) { m.Visited, m.Chose = i < 3, i < 7 }, map[Set]Cell{SetVisitMade: {A: 3, N: 10}, SetChoicesMade: {A: 7, N: 10}}},
		"a card on each day; on six; one of two buddies; the last too late": {func(i int, m *moveTold) {
			m.BuddyWanted = true
			m.Buddies = [][]buddyTold{{greeted(week...)}, {greeted(week[:6]...)}, {greeted(1), greeted(week...)}, {greeted(1, 2, 3, 4, 5, 6, 8)}}[i%4]
		}, map[Set]Cell{SetBuddyWeek: {A: 5, N: 10}}},
		"two buddies make no week together": {func(_ int, m *moveTold) {
			m.BuddyWanted, m.Buddies = true, []buddyTold{greeted(1, 2, 3), greeted(4, 5, 6, 7)}
		}, map[Set]Cell{SetBuddyWeek: {N: 10}}},
		"nine wanted a buddy": {func(i int, m *moveTold) { m.BuddyWanted, m.Buddies = i > 0, []buddyTold{greeted(week...)} }, map[Set]Cell{SetBuddyWeek: {Hidden: true}}},
	} {
		for _, got := range moveCells(moved(10, c.set), time.UTC) {
			want, asked := c.want[got.Set]
			if want.Set = got.Set; asked && got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}
	}
}

// Ten moves of nine young people are hidden, and look like none at all.
func TestMovesOfNineAreHidden(t *testing.T) {
	moves := moved(10, func(i int, m *moveTold) {
		m.YoungPersonID, m.ToldAt, m.PackedAt, m.BuddyWanted = fmt.Sprint(max(i, 1)), before(time.Hour), before(time.Hour), true
	})
	if nine, none := moveCells(moves, time.UTC), moveCells(nil, time.UTC); !reflect.DeepEqual(nine, none) {
		t.Errorf("nine are %+v, none %+v", nine, none)
	}
}

// One in ten had so much notice or less: the least that nine of ten had.
func TestNoticeIsTheLeastThatNineOfTenHad(t *testing.T) {
	cells := moveCells(moved(20, func(i int, m *moveTold) { m.ToldAt = before(time.Duration(i+1) * time.Hour) }), time.UTC)
	if notice := cells[1]; notice.A != 37_800 || notice.B != 7200 {
		t.Errorf("of 1 to 20 hours the notice is %+v", notice)
	}
	m, _ := MeasureOf("notice")
	var s sum
	s.add(Cell{Set: SetNotice, A: 37_800, B: 7200, N: 20}, 0)
	if f := s.figure(m); f.Value.P90 != nil || *f.Value.P10 != 7200 || *f.Value.Median != 37_800 {
		t.Errorf("it is read as %+v", *f.Value)
	}
	l := line{N: ptr(20), figure: figure{Median: ptr(691_200.0), P10: ptr(7200.0)}}
	if words := figureWords(l); words != "half had at least 8 days, nine of ten at least 2 h 0 min" {
		t.Errorf("it is told as %q", words)
	}
	one := section{Measure: wordsFor("notice"), Lines: []line{l}}
	if heads, cells := headsOf(one), cellsOf(one, l); len(heads) != len(cells) || strings.Join(cells, "|") != "20|8 days|2 h 0 min" {
		t.Errorf("the report has %q over %q", heads, cells)
	}
}

// A review belongs to the period of its own day by the organisation's clock, and a young
// person who moved twice counts with the later move, in one unit.
func TestReviewsCountOnTheirDay(t *testing.T) {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	on := func(young, service, at string, answered ...int) moveTold {
		moved, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		m := moveTold{YoungPersonID: young, ServiceID: service, MovedAt: moved, Reviewed: map[int]bool{}}
		for _, day := range answered {
			m.Reviewed[day] = true
		}
		return m
	}
	units := map[string]string{"oak": "oak", "elm": "pool", "ash": "pool"}
	moves := []moveTold{
		on("leo", "oak", "2026-06-02T22:59:00Z", 28), // day 28 is 30 June
		on("mia", "oak", "2026-06-02T23:00:00Z", 28), // midnight in London: 1 July
		on("tia", "oak", "2026-05-10T12:00:00Z", 28),
		on("tia", "elm", "2026-05-20T12:00:00Z"), // the later move, not answered
		on("kim", "ash", "2026-05-20T12:00:00Z", 7),
		on("ada", "gone", "2026-05-20T12:00:00Z", 28),
	}
	got := reviewed(moves, units, 28, figures.Period("2026-Q2"), loc)
	want := map[string]judgement{"oak": {yes: 1}, "pool": {no: 2}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("of the quarter there are %+v, want %+v", got, want)
	}
}
