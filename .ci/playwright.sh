#!/usr/bin/env bash
# Journeys against the built server. playwright.sh quick|slow [more arguments for Playwright]
. "$(dirname "$0")/step.sh"
[ -n "${HEARD_TEST_PG:-}" ] || { echo "playwright: HEARD_TEST_PG is not set; start this through .ci/pg.sh" >&2; exit 1; }
suite=$1
shift
export HEARD_SUITE=$suite HEARD_BINARY=$PWD/.cache/heard HEARD_MUTANTS=$PWD/.cache/heard-mutants HEARD_PUSHD=$PWD/.cache/pushd
HEARD_CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
export HEARD_CHROMIUM
export PLAYWRIGHT_JSON_OUTPUT_NAME=$PWD/.cache/reports/playwright-$suite.json
rc=0
go build -o "$HEARD_PUSHD" ./server/testkit/pushd
# One journey moves the server's clock past the end of a quarter; the program that is shipped can't be told the time.
case $suite in quick | slow) go build -tags mutants -o "$HEARD_MUTANTS" ./server ;; esac
(cd frontend && node_modules/.bin/playwright test --config e2e/playwright.config.ts --reporter=list,json "$@") || rc=$?
node .ci/counts.mjs playwright "$PLAYWRIGHT_JSON_OUTPUT_NAME" "$suite"
exit "$rc"
