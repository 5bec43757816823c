#!/usr/bin/env bash
# make crash, make crash-mutants: breaks everything a card passes through and compares what people were told
# with what the server holds. crash.sh [flags of server/crash]
. "$(dirname "$0")/step.sh"
.ci/install.sh
# The server here can be given a fault and a wrong clock; the program that is shipped is built without the tag.
go build -tags mutants -o .cache/heard-mutants ./server
go build -o .cache/crash ./server/crash
exec .cache/crash -binary .cache/heard-mutants "$@"
