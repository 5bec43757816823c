#!/usr/bin/env bash
# make bench: prints "bench: NAME VALUE UNIT" lines. Measured, never asserted.
. "$(dirname "$0")/step.sh"
.ci/install.sh
.ci/pg.sh go run ./server/bench -binary "$PWD/.cache/heard"
.ci/pg.sh .ci/playwright.sh bench | grep -E '^bench:|✘|Error'
