package reports

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// secretPrefix begins every signing secret, as Standard Webhooks ask.
const secretPrefix = "whsec_"

// eventReleased is the one thing that webhooks tell.
const eventReleased = "figures.released"

// Why a webhook ended, and what became of a delivery.
const (
	endedGone      = "gone"
	endedRemoved   = "removed"
	endedNoAccess  = "no_access"
	outcomeDone    = "delivered"
	outcomeGivenUp = "given_up"
)

// Webhook is an address that is told of each release.
type Webhook struct {
	ID          string
	URL         string
	CreatedAt   time.Time
	EndedAt     *time.Time
	EndedWhy    string
	LastAt      *time.Time // of the last try
	LastStatus  int        // 0: no answer
	LastProblem string
}

// message is all a webhook says: that there are new figures. They are fetched with a token.
type message struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      struct {
		Release int    `json:"release"`
		Period  string `json:"period"`
	} `json:"data"`
}

func messageOf(number int, period string, published time.Time) ([]byte, error) {
	m := message{Type: eventReleased, Timestamp: published.UTC().Format("2006-01-02T15:04:05.000Z")}
	m.Data.Release, m.Data.Period = number, period
	return json.Marshal(m)
}

// sign gives the webhook-signature header of Standard Webhooks 1.0.0, version 1.
func sign(secret []byte, id string, at time.Time, body []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Webhooks lists the viewer's own webhooks, and everybody's for whoever reads the whole organisation.
func (e *Exports) Webhooks(ctx context.Context, v viewer.Viewer) ([]Webhook, error) {
	var hooks []Webhook
	err := e.db.Read(ctx, func(tx *db.Tx) error {
		view, err := mayShareTx(tx, v)
		if err != nil {
			return err
		}
		rows, err := webhooksOf(tx, v, view.All)
		if err != nil {
			return err
		}
		for _, row := range rows {
			url, err := e.ring.Open(row.URL, webhookAD("url", row.ID))
			if err != nil {
				return err
			}
			hooks = append(hooks, row.webhook(string(url)))
		}
		return nil
	})
	return hooks, err
}

// AddWebhook adds an address. Its signing secret is given this once.
func (e *Exports) AddWebhook(ctx context.Context, v viewer.Viewer, url string) (id string, secret keys.Secret, err error) {
	if err := e.hosts.Check(url); err != nil {
		return "", "", err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	id, secret = db.NewID(), keys.Secret(secretPrefix+base64.StdEncoding.EncodeToString(raw[:]))
	sealedURL, err := e.ring.Seal([]byte(url), webhookAD("url", id))
	if err != nil {
		return "", "", err
	}
	sealedSecret, err := e.ring.Seal(raw[:], webhookAD("secret", id))
	if err != nil {
		return "", "", err
	}
	err = e.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := mayShareTx(tx, v); err != nil {
			return err
		}
		if many, err := countWebhooks(tx, v); err != nil || many >= mostWebhooks {
			return orTooMany(err)
		}
		err := insertWebhook(tx, webhookRow{
			OrganisationID: v.OrganisationID, ID: id, MadeBy: v.AccountID, URL: sealedURL, Secret: sealedSecret, CreatedAt: db.At(tx.Now),
		})
		if err != nil {
			return err
		}
		return noteShared(tx, v, "figure_webhook.made", "figure_webhook", id)
	})
	return id, secret, err
}

// EndWebhook takes an address away.
func (e *Exports) EndWebhook(ctx context.Context, v viewer.Viewer, id string) error {
	return e.db.Tx(ctx, func(tx *db.Tx) error {
		view, err := mayShareTx(tx, v)
		if err != nil {
			return err
		}
		if err := findWebhook(tx, v, id, view.All); err != nil {
			return err
		}
		if err := endWebhooks(tx, webhookByID, id, endedRemoved); err != nil {
			return err
		}
		return noteShared(tx, v, "figure_webhook.ended", "figure_webhook", id)
	})
}

// OnPublishedTx writes what is to be sent, in the transaction that publishes: a release
// and its telling are made together, or neither is.
func (e *Exports) OnPublishedTx(tx *db.Tx, orgID string, r Release) error {
	tx.AfterCommit(e.hurry)
	if err := lettersTx(tx, orgID, r); err != nil {
		return err
	}
	hooks, err := liveWebhooks(tx, orgID)
	if err != nil || len(hooks) == 0 {
		return err
	}
	now := db.At(tx.Now)
	rows := make([]deliveryRow, len(hooks))
	for i, hook := range hooks {
		rows[i] = deliveryRow{
			OrganisationID: orgID, ID: db.NewID(), WebhookID: hook.ID, ReleaseNumber: r.Number, Period: string(r.Period),
			PublishedAt: db.At(r.PublishedAt), DueAt: &now,
		}
	}
	return insertDeliveries(tx, rows)
}

func webhookAD(column, id string) keys.AD {
	return keys.AD{Table: "figure_webhooks", Column: column, Row: id}
}
