package feelings_test

import (
	"testing"
	"time"

	"heard/server/people"
)

// TestLessTimeBesideAReminder: where the safeguarding leads' reminder comes before the
// level's end, a service that gives its levels less time meanwhile brings the end
// forward to that reminder, and the young person is shown no earlier time.
func TestLessTimeBesideAReminder(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		w.limits(people.Limits{NotSafe: 10 * time.Minute, SitWithMe: 10 * time.Minute, Other: time.Hour})
		id := w.tap(notSafe()).ID
		w.told(id)
		w.next(t, id, "tell_next", 10*time.Minute, "Kim")
		w.after(time.Minute)
		w.exec("UPDATE service_limits SET not_safe = 120")
		w.next(t, id, "tell_next", 4*time.Minute, "Kim")
		w.after(4 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.kim)
		w.next(t, id, "tell_next", 2*time.Minute, "")
	})
}

// TestMoreTimeBesideAReminder: the leads are told when it was planned for them or soon
// after, and what the young person is shown is what happens.
func TestMoreTimeBesideAReminder(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		w.limits(people.Limits{NotSafe: 6 * time.Minute, SitWithMe: 10 * time.Minute, Other: time.Hour})
		id := w.tap(notSafe()).ID
		w.told(id)
		w.after(time.Minute)
		w.exec("UPDATE service_limits SET not_safe = 600")
		w.next(t, id, "tell_next", 9*time.Minute, "Kim")
		w.after(4 * time.Minute)
		w.tells(t, id, w.sue)
		w.next(t, id, "tell_next", 5*time.Minute, "Kim")
		w.after(5 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
	})
}
