package db

import "time"

// Stats says how the connections to the database are used.
type Stats struct {
	InUse, Idle  int
	WaitCount    int64
	WaitDuration time.Duration
}

// Stats gives the numbers of this moment; on SQLite those of the readers.
func (d *DB) Stats() Stats {
	pool := d.engine.connections()
	s := pool.Stats()
	return Stats{InUse: s.InUse, Idle: s.Idle, WaitCount: s.WaitCount, WaitDuration: s.WaitDuration}
}
