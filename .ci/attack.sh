#!/usr/bin/env bash
# make attack: publishes made-up organisations, kills the publishing, and tries to learn from what is served what
# somebody answered. attack.sh [flags of server/attack]
. "$(dirname "$0")/step.sh"
.ci/install.sh base
go build -o .cache/attack ./server/attack
exec .cache/attack "$@"
