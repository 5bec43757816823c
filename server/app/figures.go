package app

import (
	"context"
	"fmt"

	"heard/server/db"
	"heard/server/reports"
)

// publishedConns is how many connections reading published figures may hold.
const publishedConns = 8

// openPublished opens the login of its own for reading published figures; nil when there
// is none.
func (a *App) openPublished(ctx context.Context) (*db.DB, error) {
	c := a.Config
	if c.ReportsDatabaseURL == "" {
		return nil, nil
	}
	d, err := db.Open(ctx, db.Config{URL: c.ReportsDatabaseURL.Reveal(), Now: c.Now, Log: c.Log, Conns: publishedConns, Scope: scope})
	if err != nil {
		return nil, fmt.Errorf("HEARD_REPORTS_DATABASE_URL: %w", err)
	}
	a.ends = append(a.ends, d.Close)
	return d, nil
}

// exports makes what gets published figures out; it hears of a release in the
// transaction that publishes it.
func (a *App) exports() error {
	made, err := reports.NewExports(reports.ExportsConfig{
		Figures: a.Reports, DB: a.DB, Ring: a.ring, Names: a.Accounts, Letters: a.Notify, PublicURL: a.Config.PublicURL, Log: a.log, Poll: a.Config.SharingEvery,
	})
	if err != nil {
		return err
	}
	a.Exports = made
	a.Reports.OnPublished(made.OnPublishedTx)
	a.Accounts.OnAccountEnd(made.EndAccountTx)
	return nil
}
