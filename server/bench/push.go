package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/google/uuid"

	"heard/server/app"
	"heard/server/db"
	"heard/server/notify"
	"heard/server/testkit/push"
)

// pushes is how many are measured at once.
const pushes = 3000

// measurePushes compares the sender, from leased row to written result, with the library's encrypting and signing
// alone, both by the processor time they take. The push service is another process.
func measurePushes(ctx context.Context, _ settings) error {
	own, err := sentPerCore(ctx)
	if err != nil {
		return err
	}
	library, err := encryptedPerCore(ctx)
	if err != nil {
		return err
	}
	line("push_per_s_core", own, "1/s")
	line("push_lib_per_s_core", library, "1/s")
	line("push_ratio", own/library, "x")
	return nil
}

// sentPerCore fills a demo's database with alerts for one device and has the sender send them.
func sentPerCore(ctx context.Context) (float64, error) {
	service, err := startPushd(ctx)
	if err != nil {
		return 0, err
	}
	defer service.stop()
	dir, err := os.MkdirTemp("", "heard-bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	base := "http://localhost:" + port
	a, err := app.Open(ctx, app.Config{
		PublicURL: base, DataDir: dir, Demo: true, PushContact: "bench@example.org", TestPushOrigin: service.origin,
		HeartbeatEvery: -1, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return 0, err
	}
	served := make(chan error, 1)
	go func() { served <- a.Web.Serve(ln) }()
	client := newClient()
	defer client.CloseIdleConnections()
	perCore := 0.0
	sam, err := open(client, base, "sam", "work")
	if err == nil {
		err = sam.subscribeAt(client, service)
	}
	if err == nil {
		perCore, err = drainAlerts(ctx, a, sam)
	}
	return perCore, errors.Join(err, a.Web.Shutdown(ctx), <-served, a.Close())
}

func drainAlerts(ctx context.Context, a *app.App, to phone) (float64, error) {
	var who struct{ ID, OrganisationID string }
	err := a.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Gorm().Raw(`SELECT account_id AS id, organisation_id FROM push_subscriptions WHERE gone_at IS NULL`).Scan(&who).Error; err != nil {
			return err
		}
		var alerts []notify.Alert
		for range pushes {
			alerts = append(alerts, notify.Alert{
				OrganisationID: who.OrganisationID, AccountID: who.ID, SubjectKind: "bench", SubjectID: uuid.NewString(),
				Body: notify.Card, TTL: time.Hour, Urgency: notify.UrgencyHigh,
			})
		}
		return a.Notify.EnqueueTx(tx, alerts)
	})
	if err != nil {
		return 0, err
	}
	sending, stop := context.WithCancel(ctx)
	began, ended := processor(), make(chan error, 1)
	go func() { ended <- a.Notify.Run(sending) }()
	left := pushes
	for deadline := time.Now().Add(2 * time.Minute); left > 0 && err == nil && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		err = a.DB.Read(ctx, func(tx *db.Tx) error {
			return tx.Gorm().Raw(`SELECT count(*) FROM alerts WHERE subject_kind = 'bench' AND status = 'waiting'`).Scan(&left).Error
		})
	}
	took := processor() - began
	stop()
	if err = errors.Join(err, <-ended); err != nil || left > 0 {
		return 0, errors.Join(err, fmt.Errorf("%d pushes were not sent", left))
	}
	return pushes / took.Seconds(), nil
}

// encryptedPerCore is what the library does before a push goes out, and nothing after.
func encryptedPerCore(ctx context.Context) (float64, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return 0, err
	}
	service, err := push.Listen(push.Options{})
	if err != nil {
		return 0, err
	}
	defer service.Close()
	device := service.Subscribe(public)
	options := &webpush.Options{
		HTTPClient: nowhere{}, RecordSize: 512, Subscriber: "bench@example.org", TTL: 3600, Urgency: webpush.UrgencyHigh,
		VAPIDPublicKey: public, VAPIDPrivateKey: private,
	}
	to := &webpush.Subscription{Endpoint: device.Endpoint, Keys: webpush.Keys{P256dh: device.Keys.P256dh, Auth: device.Keys.Auth}}
	began := processor()
	for range pushes {
		plain := []byte(strings.Repeat(" ", 128))
		if _, err := webpush.SendNotificationWithContext(ctx, plain, to, options); err != nil {
			return 0, err
		}
	}
	return pushes / (processor() - began).Seconds(), nil
}

// nowhere takes a request and sends it to nobody.
type nowhere struct{}

func (nowhere) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusCreated, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// processor is the processor time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
