package main

import "context"

// measureSQLite compares writing many waiting cards in one commit with writing them one by one.
func measureSQLite(ctx context.Context, s settings) error {
	grouped, err := taps(ctx, s.lasting, "", 0)
	if err != nil {
		return err
	}
	single, err := taps(ctx, s.lasting, "", 1)
	if err != nil {
		return err
	}
	line("tap_http_sqlite_rps", grouped.perSecond, "1/s")
	line("tap_http_sqlite_p99_ms", float64(grouped.p99.Microseconds())/1000, "ms")
	line("tap_http_sqlite_single_rps", single.perSecond, "1/s")
	line("tap_http_sqlite_ratio", grouped.perSecond/single.perSecond, "x")
	return nil
}
