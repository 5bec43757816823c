#!/usr/bin/env bash
# make attack: publishes made-up organisations, kills the publishing, and tries to learn from what is served what
# somebody answered: on PostgreSQL, and more of them on SQLite. attack.sh ORGANISATIONS ON-POSTGRES [flags of server/attack]
. "$(dirname "$0")/step.sh"
.ci/install.sh
go build -o .cache/attack ./server/attack
sqlite=$1 postgres=$2
shift 2
.ci/pg.sh .cache/attack -on postgres -organisations "$postgres" "$@"
exec .cache/attack -organisations "$sqlite" "$@"
