#!/usr/bin/env bash
# make shots: the README's pictures, taken of the running demo.
. "$(dirname "$0")/step.sh"
.ci/install.sh
HEARD_SHOTS=$PWD/docs/pictures .ci/pg.sh .ci/playwright.sh shots
