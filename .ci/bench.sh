#!/usr/bin/env bash
# make bench: prints "bench: NAME VALUE UNIT" lines. Measured, never asserted.
#   .ci/bench.sh                one part after the other
#   .ci/bench.sh -only figures  one part of server/bench alone
. "$(dirname "$0")/step.sh"
.ci/install.sh
[ $# -eq 0 ] || exec .ci/pg.sh go run ./server/bench -binary "$PWD/.cache/heard" "$@"
go build -o .cache/pushd ./server/testkit/pushd
.ci/pg.sh go run ./server/bench -binary "$PWD/.cache/heard"
# What only kills can show.
.ci/crash.sh -bench -taps 300 -kills 5 -seed 1
.ci/pg.sh .ci/playwright.sh bench | grep -E '^bench:|✘|Error'
