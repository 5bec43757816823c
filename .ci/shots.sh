#!/usr/bin/env bash
# make shots: the README's pictures, taken of the running demo.
. "$(dirname "$0")/step.sh"
.ci/install.sh
HEARD_BINARY=$PWD/.cache/heard node frontend/e2e/shots.mjs docs/pictures
