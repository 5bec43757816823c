#!/usr/bin/env bash
# The Go tests, their output as usual, their numbers kept for the closing line. A skipped test is a
# failure in CI: there nothing may be missing.
. "$(dirname "$0")/step.sh"
[ -n "${HEARD_TEST_PG:-}" ] || { echo "gotest: HEARD_TEST_PG is not set; start this through .ci/pg.sh" >&2; exit 1; }
# SQLite is C made into Go: watching each of its memory accesses finds nothing of ours and makes every test on it
# three times slower. What calls it is watched.
unwatched=-gcflags=github.com/ncruces/go-sqlite3-wasm/v6=-race=false
CGO_ENABLED=1 go test -race "$unwatched" -count=1 -timeout 20m -json ./... | node .ci/counts.mjs go
