#!/usr/bin/env bash
# make proof: the slower half. WebKit, the server killed under load, the longer journeys.
. "$(dirname "$0")/step.sh"
began=$(date +%s)

step "what this machine needs" .ci/install.sh
step "build" make build
step "the container's parts: static, without rights, in an empty directory" .ci/container.sh
step "journeys in WebKit and the long ones" .ci/pg.sh .ci/playwright.sh slow

echo
node .ci/counts.mjs total
echo "make proof: $(($(date +%s) - began))s"
