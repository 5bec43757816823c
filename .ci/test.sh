#!/usr/bin/env bash
# make test: linters, types, Go tests with the race detector on SQLite and PostgreSQL, components,
# journeys in Chromium, one push into a real Firefox.
. "$(dirname "$0")/step.sh"
began=$(date +%s)

step "what this machine needs" .ci/install.sh
step "front end: packages and build" make build
.ci/lint.sh
step "front end: types" npm --prefix frontend run --silent check
step "journeys: types" frontend/node_modules/.bin/tsc -p frontend/e2e/tsconfig.json
step "front end: unit and component tests" .ci/vitest.sh
step "Go tests, race detector, SQLite and PostgreSQL" .ci/pg.sh .ci/gotest.sh
step "journeys in Chromium and a push into Firefox" .ci/pg.sh .ci/playwright.sh quick

echo
node .ci/counts.mjs total
echo "make test: $(($(date +%s) - began))s"
