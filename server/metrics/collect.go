package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"heard/server/db"
)

// scrapeWithin bounds how long a scrape asks the database.
const scrapeWithin = 2 * time.Second

// Cards is how all cards are doing.
type Cards struct {
	ByState       map[string]int
	OldestWaiting *time.Time // the open card nobody has pressed for longest
	OldestDue     *time.Time // the deadline that passed longest ago
}

// Alerts is what waits to be sent.
type Alerts struct {
	Waiting int
	Oldest  *time.Time // when the one that is late longest was due
}

// Sources are asked at each scrape.
type Sources struct {
	DB        *db.DB
	Now       func() time.Time
	Cards     func(tx *db.Tx) (Cards, error)
	Alerts    func(tx *db.Tx) (Alerts, error)
	Streams   func() int
	Heartbeat func() (oldest time.Duration, stalled int, beating bool)
}

// From adds what is read rather than counted. Call it once.
func (m *Metrics) From(s Sources) { m.registry.MustRegister(&collector{Sources: s, failed: m.failed}) }

type collector struct {
	Sources
	failed prometheus.Counter
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	cardsDesc     = gauge("heard_cards", "Open cards by state.", "state")
	unseenDesc    = gauge("heard_oldest_unseen_card_seconds", "How long the card has waited that nobody has pressed for longest.")
	dueDesc       = gauge("heard_oldest_due_seconds", "How late the deadline is that passed longest ago and was not acted on.")
	waitingDesc   = gauge("heard_alerts_waiting", "Alerts that are still to be sent.")
	alertDesc     = gauge("heard_oldest_alert_seconds", "How late the alert is that is late longest.")
	streamsDesc   = gauge("heard_streams", "Live streams open at this instance.")
	ageDesc       = gauge("heard_heartbeat_age_seconds", "How long ago the newest heartbeat that got through was sent, where that is longest.")
	stalledDesc   = gauge("heard_heartbeats_stalled", "Organisations whose heartbeat has stalled.")
	connsDesc     = gauge("heard_db_connections", "Connections to the database.", "state")
	waitsDesc     = gauge("heard_db_waits_total", "Times something waited for a connection to the database.")
	waitTimeDesc  = gauge("heard_db_wait_seconds_total", "Time spent waiting for a connection to the database.")
	allCollectors = []*prometheus.Desc{
		cardsDesc, unseenDesc, dueDesc, waitingDesc, alertDesc, streamsDesc, ageDesc, stalledDesc, connsDesc, waitsDesc, waitTimeDesc,
	}
)

// Describe is prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range allCollectors {
		ch <- d
	}
}

// Collect is prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value)
	}
	pool := c.DB.Stats()
	send(connsDesc, float64(pool.InUse), "in_use")
	send(connsDesc, float64(pool.Idle), "idle")
	count(waitsDesc, float64(pool.WaitCount))
	count(waitTimeDesc, pool.WaitDuration.Seconds())
	send(streamsDesc, float64(c.Streams()))
	if age, stalled, beating := c.Heartbeat(); beating {
		send(ageDesc, age.Seconds())
		send(stalledDesc, float64(stalled))
	}
	cards, alerts, err := c.ask()
	if err != nil {
		c.failed.Inc() // the numbers are left out: an old one would look like a true one
		return
	}
	for state, n := range cards.ByState {
		send(cardsDesc, float64(n), state)
	}
	send(unseenDesc, c.since(cards.OldestWaiting))
	send(dueDesc, c.since(cards.OldestDue))
	send(waitingDesc, float64(alerts.Waiting))
	send(alertDesc, c.since(alerts.Oldest))
}

func (c *collector) ask() (cards Cards, alerts Alerts, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	err = c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if cards, err = c.Cards(tx); err != nil {
			return err
		}
		alerts, err = c.Alerts(tx)
		return err
	})
	return cards, alerts, err
}

func (c *collector) since(at *time.Time) float64 {
	if at == nil {
		return 0
	}
	return max(0, c.Now().Sub(*at).Seconds())
}
