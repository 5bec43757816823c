// Package migrations carries the schema. NNNN_name.sql serves both databases;
// where they differ there is NNNN_name.postgres.sql beside NNNN_name.sqlite.sql.
package migrations

import "embed"

// FS holds every migration file.
//
//go:embed *.sql
var FS embed.FS
