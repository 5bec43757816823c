package reports

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

const (
	// deliverAtOnce bounds the deliveries one worker has in hand.
	deliverAtOnce = 16
	// deliverLease outlasts a batch, which is sent side by side: each delivery has its timeout.
	deliverLease = time.Minute
	// deliverWithin is how long a release is worth telling.
	deliverWithin = 24 * time.Hour
	writeWithin   = 5 * time.Second
)

// retryAfter is the schedule of Standard Webhooks, cut off at a day.
var retryAfter = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// delivery is one message on lease.
type delivery struct {
	at     time.Time // when it was taken on lease
	row    deliveryRow
	hook   webhookRow
	url    string
	secret []byte
	gone   string // why it is not to be sent; empty: send it
	broken bool   // its address or secret cannot be read, now or later
}

// tried is what became of one try.
type tried struct {
	status  int
	problem string // empty: taken
}

// RunDeliveries tells webhooks of releases until ctx ends.
func (e *Exports) RunDeliveries(ctx context.Context) error {
	return e.repeat(ctx, e.wake, "webhooks", e.deliver)
}

// repeat works off what is due until ctx ends: a full batch is followed by the next at once.
func (e *Exports) repeat(ctx context.Context, wake <-chan struct{}, who string, work func(context.Context) (int, error)) error {
	if e.poll < 0 {
		<-ctx.Done()
		return nil
	}
	poll := time.NewTicker(e.poll)
	defer poll.Stop()
	for ctx.Err() == nil {
		n, err := work(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "a release cannot be told of", "type", who, "error", err)
		}
		if err == nil && n == deliverAtOnce {
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-poll.C:
		}
	}
	return nil
}

func (e *Exports) hurry() {
	for _, wake := range []chan struct{}{e.wake, e.wakeLetters} {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// deliver takes what is due on lease and tries each once.
func (e *Exports) deliver(ctx context.Context) (int, error) {
	var due []delivery
	err := e.db.Tx(ctx, func(tx *db.Tx) (err error) {
		due, err = e.claimTx(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	failed := make([]error, len(due))
	for i, d := range due {
		all.Go(func() { failed[i] = e.try(ctx, d) })
	}
	all.Wait()
	return len(due), errors.Join(failed...)
}

func (e *Exports) claimTx(ctx context.Context, tx *db.Tx) ([]delivery, error) {
	ids, err := db.Lease(tx, db.LeaseSpec{Table: "figure_deliveries", Worker: e.worker, For: deliverLease, Limit: deliverAtOnce})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := deliveriesByID(tx, ids)
	if err != nil {
		return nil, err
	}
	due := make([]delivery, len(rows))
	for i, row := range rows {
		if due[i], err = e.openTx(ctx, tx, row); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// openTx reads a delivery's address, and whether whoever added it may still pass figures on.
func (e *Exports) openTx(ctx context.Context, tx *db.Tx, row deliveryRow) (delivery, error) {
	d := delivery{at: tx.Now, row: row}
	var err error
	if d.hook, err = webhookOf(tx, row.OrganisationID, row.WebhookID); err != nil {
		return d, err
	}
	if d.hook.EndedAt != nil {
		d.gone = endedGone
		return d, nil
	}
	maker := viewer.Viewer{AccountID: d.hook.MadeBy, OrganisationID: row.OrganisationID, Place: viewer.Insight}
	if _, err := mayShareTx(tx, maker); errs.CodeOf(err) == errs.Forbidden {
		d.gone = endedNoAccess
		return d, nil
	} else if err != nil {
		return d, err
	}
	url, noURL := e.ring.Open(d.hook.URL, webhookAD("url", d.hook.ID))
	secret, noSecret := e.ring.Open(d.hook.Secret, webhookAD("secret", d.hook.ID))
	if err := errors.Join(noURL, noSecret); err != nil {
		// No reason to give back the lease of all the others.
		e.log.ErrorContext(ctx, "a webhook cannot be read", "webhook", d.hook.ID, "error", err)
		d.broken = true
		return d, nil
	}
	d.url, d.secret = string(url), secret
	return d, nil
}

// try sends a message and writes down what became of it, also while the server stops.
func (e *Exports) try(ctx context.Context, d delivery) error {
	var t tried
	switch {
	case d.broken:
		t = tried{problem: "unreadable"}
	case d.gone == "":
		t = e.post(ctx, d)
		if ctx.Err() != nil && t.status == 0 {
			return nil // broken off: the lease runs out and it is tried again
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	return e.db.Tx(last, func(tx *db.Tx) error { return e.recordTx(tx, d, t) })
}

func (e *Exports) recordTx(tx *db.Tx, d delivery, t tried) error {
	switch {
	case d.gone == endedNoAccess:
		if err := endWebhooks(tx, webhookByID, d.hook.ID, endedNoAccess); err != nil {
			return err
		}
		return settle(tx, &deliveryRow{}, d.row.ID, e.worker, nil, d.gone)
	case d.gone != "":
		return settle(tx, &deliveryRow{}, d.row.ID, e.worker, nil, d.gone)
	}
	if err := noteTry(tx, d.hook.ID, t); err != nil {
		return err
	}
	switch {
	case t.problem == "":
		return settle(tx, &deliveryRow{}, d.row.ID, e.worker, nil, outcomeDone)
	case t.status == http.StatusGone:
		if err := endWebhooks(tx, webhookByID, d.hook.ID, endedGone); err != nil {
			return err
		}
		return settle(tx, &deliveryRow{}, d.row.ID, e.worker, nil, endedGone)
	}
	again, ok := nextTry(d.row.Attempts, d.row.PublishedAt.Time(), tx.Now)
	if !ok || d.broken {
		return settle(tx, &deliveryRow{}, d.row.ID, e.worker, nil, outcomeGivenUp)
	}
	return settle(tx, &deliveryRow{}, d.row.ID, e.worker, &again, "")
}

// nextTry says when a delivery is tried again, after so many; false when the release is too
// old to be news.
func nextTry(attempts int, published, now time.Time) (time.Time, bool) {
	if attempts > len(retryAfter) {
		return time.Time{}, false
	}
	again := now.Add(retryAfter[max(attempts, 1)-1])
	return again, again.Sub(published) <= deliverWithin
}

// post sends one message. Only an answer of 2xx within the timeout counts as taken.
func (e *Exports) post(ctx context.Context, d delivery) tried {
	body, err := messageOf(d.row.ReleaseNumber, d.row.Period, d.row.PublishedAt.Time())
	if err != nil {
		return tried{problem: "unreadable"}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return tried{problem: "address"}
	}
	id := "msg_" + d.row.ID
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Heard")
	request.Header.Set("webhook-id", id)
	request.Header.Set("webhook-timestamp", strconv.FormatInt(d.at.Unix(), 10))
	request.Header.Set("webhook-signature", sign(d.secret, id, d.at, body))
	response, err := e.client.Do(request)
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return tried{problem: "timeout"}
		}
		return tried{problem: "unreachable"}
	}
	defer func() { _ = response.Body.Close() }() // what it says is of no interest
	switch response.StatusCode / 100 {
	case 2:
		return tried{status: response.StatusCode}
	case 3:
		return tried{status: response.StatusCode, problem: "redirected"}
	default:
		return tried{status: response.StatusCode, problem: "refused"}
	}
}
