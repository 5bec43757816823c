#!/usr/bin/env bash
# Unit and component tests of the front end.
. "$(dirname "$0")/step.sh"
rc=0
(cd frontend && node_modules/.bin/vitest run --reporter=default --reporter=json --outputFile.json=../.cache/reports/vitest.json) || rc=$?
node .ci/counts.mjs vitest .cache/reports/vitest.json
exit "$rc"
