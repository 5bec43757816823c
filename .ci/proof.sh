#!/usr/bin/env bash
# make proof: the slower half. Everything a card passes through broken by the thousand, every fault noticed, a
# thousand lives of the state machine, WebKit, the longer journeys. Each step has its time, and ends what it started.
. "$(dirname "$0")/step.sh"
began=$(date +%s)

# The shipped program must hold nothing of the faults that the harness switches on.
no_faults_shipped() {
  if grep -aqE 'HEARD_FAULT|HEARD_CLOCK|reply_before_commit' .cache/heard; then
    echo "proof: the shipped program can be given a fault" >&2
    return 1
  fi
  # And the search must find what is there to find.
  grep -aqE 'HEARD_FAULT' .cache/heard-mutants
}

invariants() {
  HEARD_PROOF=1 timeout 1200 go test -count=1 -timeout 1190s -run 'TestTheInvariants' ./server/feelings/
}

step "what this machine needs" .ci/install.sh
step "build" make build
step "the container's parts: static, without rights, in an empty directory" .ci/container.sh
step "crash: 5000 cards and 20 kills on SQLite, on PostgreSQL, and by two servers" timeout -k 20 2400 .ci/crash.sh -taps 5000 -kills 20
step "crash-mutants: every fault is noticed" timeout -k 20 900 .ci/crash.sh -mutants
step "attack: nothing about anybody follows from the figures of 40 organisations on PostgreSQL and 200 on SQLite" timeout -k 20 1800 .ci/attack.sh 200 40
step "no fault is shipped" no_faults_shipped
step "the ten invariants, a thousand lives" invariants
step "journeys in WebKit and the long ones" .ci/pg.sh .ci/playwright.sh slow

echo
node .ci/counts.mjs total
echo "make proof: $(($(date +%s) - began))s"
