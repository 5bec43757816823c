package notify_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/testkit/govnotify"
	"heard/server/testkit/mail"
	"heard/server/testkit/push"
	"heard/server/viewer"
)

const (
	token      = "a-token-that-was-agreed"
	deliveryOf = `SELECT status FROM alert_deliveries WHERE alert_id = ? AND channel = ?`
	publicURL  = "https://heard.example.org"
)

// letters is what second channels go through.
type letters struct {
	mail  *mail.Server
	texts *govnotify.Service
}

// withLetters gives the world's service both second channels.
func (w *world) withLetters() letters {
	w.t.Helper()
	l := letters{mail: mail.Start(w.t, mail.Options{}), texts: govnotify.Start(w.t)}
	w.n = w.service(notify.Config{Channels: l.channels(), PublicURL: publicURL, LetterTimeout: 300 * time.Millisecond})
	return l
}

func (l letters) channels() notify.Channels {
	return notify.Channels{
		SMTPURL: keys.Secret("smtp://" + l.mail.Address), SMTPFrom: "Heard <heard@example.org>",
		NotifyAPIKey: keys.Secret(l.texts.APIKey), NotifyURL: l.texts.URL, NotifySMSTemplate: govnotify.Template, CallbackToken: token,
	}
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// proven gives a viewer a contact point whose code they gave back.
func (w *world) proven(l letters, v viewer.Viewer, kind notify.Channel, address string) (id string) {
	w.t.Helper()
	id, err := w.n.AddContact(w.t.Context(), v, kind, address)
	w.must(err)
	w.must(w.n.VerifyContact(w.t.Context(), v, id, l.code(kind)))
	return id
}

// code is the one that was sent last.
func (l letters) code(kind notify.Channel) string {
	if kind == notify.SMS {
		all := l.texts.Messages()
		return sixDigits.FindString(all[len(all)-1].Text)
	}
	all := l.mail.Messages()
	_, text, _ := strings.Cut(all[len(all)-1].Text, "\n\n")
	return sixDigits.FindString(text)
}

// both proves an e-mail address and a phone of Sam's.
func (w *world) both(l letters) (email, phone string) {
	w.t.Helper()
	return w.proven(l, w.sam, notify.Email, "sam.worker@example.org"), w.proven(l, w.sam, notify.SMS, "07700 900123")
}

func TestWithoutADeviceTheSecondChannelsAreTriedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		w.run(w.n)
		urgent := w.alert(w.sam, "canary-subject")
		urgent.Body = notify.NeedsYou
		alert := w.enqueue(urgent)
		w.becomes("accepted", statusOf, alert)
		w.becomes("accepted", deliveryOf, alert, "email")
		w.becomes("accepted", deliveryOf, alert, "sms")
		w.becomes("", dueOf, alert)
		w.settles(alert, "accepted")
		if got := w.heard.channels(alert); got != "email" && got != "sms" {
			t.Errorf("accepted by %q", got)
		}
		text := "Someone needs you. Open Heard: " + publicURL + "/work/open/" + alert
		email, message := l.mail.Messages()[1], l.texts.Messages()[1]
		if email.To != "sam.worker@example.org" || email.From != "heard@example.org" || !strings.Contains(email.Text, "Subject: Heard\n") || !strings.Contains(unfold(email.Text), text) {
			t.Errorf("e-mail: %+v", email)
		}
		if message.To != "+447700900123" || message.Text != text {
			t.Errorf("text message: %+v", message)
		}
		if message.Reference != w.value(`SELECT id FROM alert_deliveries WHERE alert_id = ? AND channel = 'sms'`, alert) ||
			message.ID != w.value(`SELECT provider_id FROM alert_deliveries WHERE alert_id = ? AND channel = 'sms'`, alert) {
			t.Errorf("not kept: %+v", message)
		}
		for _, private := range []string{"canary", "o1", w.sam.AccountID} {
			if strings.Contains(email.Text+message.Text, private) {
				t.Errorf("%q was sent", private)
			}
		}
	})
}

// unfold undoes what the encoding of an e-mail did to long lines.
func unfold(text string) string {
	return strings.NewReplacer("=\n", "", "=3D", "=").Replace(text)
}

func TestSecondChannelsWaitForPush(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for body, patience := range map[notify.Body]time.Duration{notify.NeedsYou: 45 * time.Second, notify.Card: 2 * time.Minute} {
			sam := w.staff(db.NewID())
			l := w.withLetters()
			w.proven(l, sam, notify.SMS, "07700 900123")
			_, sub := w.subscribe(sam)
			down := slices.Repeat([]push.Answer{{Status: 503, RetryAfter: "20"}}, 20)
			w.push.Answer(sub.ID, down...)
			stop := w.run(w.n)
			a := w.alert(sam, "c-"+string(body))
			a.Body = body
			alert := w.enqueue(a)
			began := w.clock.Now()
			for n := 1; w.clock.Now().Sub(began) < patience-20*time.Second; n++ {
				w.arrived(sub, n)
				w.becomes("", `SELECT lease_by FROM alerts WHERE id = ?`, alert)
				if len(l.texts.Messages()) != 1 {
					t.Fatalf("%s: a text message after %s", body, w.clock.Now().Sub(began))
				}
				w.clock.forward(20 * time.Second)
			}
			w.clock.forward(patience - w.clock.Now().Sub(began) + time.Millisecond)
			w.becomes("accepted", statusOf, alert)
			w.becomes("accepted", deliveryOf, alert, "sms")
			w.settles(alert, "accepted")
			// Retries of push go on beside it, and what push takes at last is no second acceptance.
			tried := len(w.push.Requests(sub.ID))
			w.push.Answer(sub.ID, push.Answer{})
			w.eventually("push is tried again", func() bool { w.clock.forward(20 * time.Second); return len(w.push.Requests(sub.ID)) > tried })
			w.becomes("", dueOf, alert)
			w.settles(alert, "accepted")
			if got := len(l.texts.Messages()); got != 2 {
				t.Errorf("%s: %d text messages", body, got)
			}
			stop()
		}
	})
}

func TestWhoIsReachedByPushGetsNoLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.arrived(sub, 1)
		w.becomes("", dueOf, alert)
		if w.heard.channels(alert) != "push" {
			t.Errorf("accepted by %q", w.heard.channels(alert))
		}
		w.clock.forward(10 * time.Minute)
		w.becomes("no_channel", statusOf, w.enqueue(w.alert(w.jo, "fence")))
		if len(l.mail.Messages())+len(l.texts.Messages()) != 2 {
			t.Error("told twice")
		}
		// A refused push has nothing left to try: the letters go at once.
		w.push.Answer(sub.ID, push.Answer{Status: 410})
		gone := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("accepted", deliveryOf, gone, "sms")
		w.becomes("accepted", deliveryOf, gone, "email")
	})
}

func TestATestPushIsPushAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		id, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Status: 400})
		test, err := w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
		w.run(w.n)
		w.becomes("no_channel", statusOf, test)
		if len(l.mail.Messages())+len(l.texts.Messages()) != 2 {
			t.Error("a test went by letter")
		}
	})
}

// What each answer of the mail server and of GOV.UK Notify means.
func TestEveryAnswerOfTheSecondChannels(t *testing.T) {
	cases := []struct {
		name    string
		mail    *mail.Answer
		text    *govnotify.Answer
		status  string
		problem string
		alert   string
	}{
		{name: "421 at once", mail: &mail.Answer{At: mail.AtFrom, Code: 421}, status: "retry", problem: "service_down", alert: "waiting"},
		{name: "451 after the text", mail: &mail.Answer{Code: 451}, status: "retry", problem: "service_down", alert: "waiting"},
		{name: "550 for the address", mail: &mail.Answer{At: mail.AtTo, Code: 550}, status: "failed", problem: "refused", alert: "no_channel"},
		{name: "554 after the text", mail: &mail.Answer{Code: 554}, status: "failed", problem: "refused", alert: "no_channel"},
		{name: "a mail server that hangs", mail: &mail.Answer{Hang: true}, status: "retry", problem: "timeout", alert: "waiting"},
		{name: "a mail server that drops", mail: &mail.Answer{Drop: true}, status: "retry", problem: "unreachable", alert: "waiting"},
		{name: "too many a minute", text: &govnotify.RateLimit, status: "retry", problem: "rate_limited", alert: "waiting"},
		{name: "too many a day", text: &govnotify.DailyLimit, status: "failed", problem: "daily_limit", alert: "no_channel"},
		{name: "trial mode", text: &govnotify.Trial, status: "failed", problem: "bad_request", alert: "no_channel"},
		{name: "a key that is revoked", text: &govnotify.Answer{Status: 403, Error: "AuthError"}, status: "failed", problem: "unauthorised", alert: "no_channel"},
		{name: "not found", text: &govnotify.Answer{Status: 404, Error: "NoResultFound"}, status: "failed", problem: "refused", alert: "no_channel"},
		{name: "their fault", text: &govnotify.Broken, status: "retry", problem: "service_down", alert: "waiting"},
		{name: "an API that hangs", text: &govnotify.Answer{Hang: true}, status: "retry", problem: "timeout", alert: "waiting"},
		{name: "an API that drops", text: &govnotify.Answer{Reset: true}, status: "retry", problem: "unreachable", alert: "waiting"},
	}
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.run(w.n)
		for i, c := range cases {
			sam, kind := w.staff("s-"+c.name), notify.Email
			if c.text != nil {
				kind = notify.SMS
			}
			w.proven(l, sam, kind, map[notify.Channel]string{notify.Email: fmt.Sprintf("sam%d@example.org", i), notify.SMS: fmt.Sprintf("+447700900%03d", i)}[kind])
			if c.mail != nil {
				l.mail.Answer(*c.mail)
			} else {
				l.texts.Answer(*c.text)
			}
			alert := w.enqueue(w.alert(sam, "c-"+c.name))
			w.becomes(c.status, deliveryOf, alert, string(kind))
			w.becomes("", `SELECT lease_by FROM alerts WHERE id = ?`, alert)
			if got := w.value(statusOf, alert); got != c.alert {
				t.Errorf("%s: alert is %s", c.name, got)
			}
			w.settles(alert, strings.TrimPrefix(c.alert, "waiting"))
			shown, err := w.n.Contacts(t.Context(), sam)
			w.must(err)
			if shown[0].LastProblem != c.problem {
				t.Errorf("%s: problem %q", c.name, shown[0].LastProblem)
			}
			if c.status != "retry" {
				continue
			}
			w.clock.forward(21 * time.Second)
			w.becomes("accepted", statusOf, alert)
			w.settles(alert, "accepted")
			if w.value(`SELECT attempts FROM alert_deliveries WHERE alert_id = ?`, alert) != "2" {
				t.Errorf("%s: not two tries", c.name)
			}
		}
		for _, private := range []string{"sam0@", "example.org", "+4477009", l.texts.APIKey, token} {
			if strings.Contains(w.log.String(), private) {
				t.Errorf("the log holds %q:\n%s", private, w.log.String())
			}
		}
	})
}

// Nobody is out of reach before every channel has failed.
func TestOneChannelLeftIsAChannel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		w.push.Answer(sub.ID, push.Answer{Status: 400})
		l.mail.Answer(mail.Answer{Code: 554})
		l.texts.Answer(govnotify.Broken)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("failed", deliveryOf, alert, "email")
		w.becomes("retry", deliveryOf, alert, "sms")
		if got := w.value(statusOf, alert) + w.heard.outcomes(alert); got != "waiting" {
			t.Errorf("with a text message still to be tried: %s", got)
		}
		l.texts.Answer(govnotify.Trial)
		w.clock.forward(21 * time.Second)
		w.becomes("no_channel", statusOf, alert)
		w.settles(alert, "no_channel")
		// A device that is added is a way again.
		_, next := w.subscribe(w.sam)
		w.arrived(next, 1)
		w.settles(alert, "no_channel,accepted")
	})
}

func TestAReportTakesAnAcceptanceBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		id := w.proven(l, w.sam, notify.SMS, "07700 900123")
		w.run(w.n)
		hear := func(bearer string, m govnotify.Message, status string) error {
			return w.n.HearReport(context.Background(), bearer, govnotify.Report(m, status))
		}
		last := func() govnotify.Message { all := l.texts.Messages(); return all[len(all)-1] }
		for _, status := range []string{"permanent-failure", "temporary-failure", "technical-failure"} {
			alert := w.enqueue(w.alert(w.sam, "c-"+status))
			w.becomes("", dueOf, alert)
			m := last()
			for _, wrong := range []string{"", "Bearer ", "Bearer " + token + "x", token, "Basic " + token} {
				if err := hear(wrong, m, status); errs.CodeOf(err) != errs.NotFound {
					t.Errorf("with %q: %v", wrong, err)
				}
			}
			stranger := m
			stranger.Reference = db.NewID()
			w.must(hear("Bearer "+token, stranger, status))
			twice := m
			twice.ID = "740e5834-3a29-46b4-9a6f-16142fde533a" // an earlier message with the same reference
			w.must(hear("Bearer "+token, twice, status))
			w.must(hear("Bearer "+token, m, "sending"))
			for _, body := range []string{"", "[]", "{", `{"reference":7}`} {
				w.must(w.n.HearReport(context.Background(), "Bearer "+token, []byte(body)))
			}
			if got := w.value(statusOf, alert) + w.value(deliveryOf, alert, "sms"); got != "acceptedaccepted" {
				t.Fatalf("changed by what changes nothing: %s", got)
			}
			w.must(hear("Bearer "+token, m, status))
			w.becomes("no_channel", statusOf, alert)
			w.settles(alert, "accepted,no_channel")
			w.must(hear("Bearer "+token, m, status))
			w.becomes("", dueOf, alert)
			w.settles(alert, "accepted,no_channel")
			if shown, err := w.n.Contacts(t.Context(), w.sam); err != nil || shown[0].ID != id || shown[0].LastProblem != "undelivered" {
				t.Errorf("contacts: %+v, %v", shown, err)
			}
		}
		// What is proven to have arrived stays so.
		alert := w.enqueue(w.alert(w.sam, "c-delivered"))
		w.becomes("", dueOf, alert)
		w.must(hear("Bearer "+token, last(), "delivered"))
		w.must(hear("Bearer "+token, last(), "permanent-failure"))
		w.becomes("", dueOf, alert)
		if got := w.value(statusOf, alert) + w.value(deliveryOf, alert, "sms"); got != "accepteddelivered" {
			t.Errorf("after delivery: %s", got)
		}
		if err := w.n.HearReport(t.Context(), "Bearer "+token, make([]byte, 17<<10)); errs.CodeOf(err) != errs.TooLarge {
			t.Errorf("a long report: %v", err)
		}
	})
}

// Another way that reached them stands; a card nobody waits for any more is left alone.
func TestAReportOfOneWayLeavesTheOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		w.run(w.n)
		fail := func() {
			all := l.texts.Messages()
			w.must(w.n.HearReport(t.Context(), "bearer "+token, govnotify.Report(all[len(all)-1], "permanent-failure")))
		}
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("", dueOf, alert)
		fail()
		w.becomes("failed", deliveryOf, alert, "sms")
		w.becomes("", dueOf, alert)
		w.settles(alert, "accepted")

		seen := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("", dueOf, seen)
		w.sql(`UPDATE alerts SET status = 'cancelled' WHERE id = ?`, seen)
		w.sql(`UPDATE alert_deliveries SET status = 'failed' WHERE alert_id = ? AND channel = 'email'`, seen)
		fail()
		w.becomes("failed", deliveryOf, seen, "sms")
		if w.value(dueOf, seen) != "" || w.heard.outcomes(seen) != "accepted" {
			t.Error("a cancelled alert was taken up again")
		}
	})
}

// A report can be faster than the writing down of what it is about.
func TestAReportBeforeItsMessageIsWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.proven(l, w.sam, notify.SMS, "07700 900123")
		w.heard.refuse(errs.New(errs.Conflict, "not yet"))
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("trying", deliveryOf, alert, "sms")
		w.eventually("it was sent", func() bool { return len(l.texts.Messages()) == 2 })
		w.must(w.n.HearReport(t.Context(), "Bearer "+token, govnotify.Report(l.texts.Messages()[1], "permanent-failure")))
		w.heard.refuse(nil)
		w.clock.forward(notify.DefaultLease + time.Millisecond)
		w.becomes("no_channel", statusOf, alert)
		w.becomes("failed", deliveryOf, alert, "sms")
		w.settles(alert, "no_channel")
	})
}

func TestEndingAccessEndsWhatWasStillToBeTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		w.both(l)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.tx(func(tx *db.Tx) error { return w.n.EndAccessTx(tx, w.sam.AccountID) })
		w.run(w.n)
		w.becomes("no_channel", statusOf, alert)
		if shown, err := w.n.Contacts(t.Context(), w.sam); err != nil || len(shown) != 2 {
			t.Errorf("%d contact points are left, %v", len(shown), err)
		}
		w.tx(func(tx *db.Tx) error { return w.n.EndAccountTx(tx, w.sam.AccountID) })
		if shown, err := w.n.Contacts(t.Context(), w.sam); err != nil || len(shown) != 0 {
			t.Errorf("%d contact points of an ended account are left, %v", len(shown), err)
		}
		if len(l.mail.Messages())+len(l.texts.Messages()) != 2 {
			t.Error("somebody without access was told")
		}
	})
}
