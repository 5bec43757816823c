#!/usr/bin/env bash
# Everything that judges the code without running it.
. "$(dirname "$0")/step.sh"

# The offline database comes beside the repository; without it the tool asks the public one.
vulnerabilities() {
  local archive=../shared/vulndb.tgz out=.cache/vulndb
  if [ -f "$archive" ]; then
    if [ ! -d "$out/vulndb" ] || [ "$archive" -nt "$out/.unpacked" ]; then
      rm -rf "$out" && mkdir -p "$out"
      tar -xzf "$archive" -C "$out"
      touch "$out/.unpacked"
    fi
    govulncheck -db "file://$PWD/$out/vulndb" ./...
    return
  fi
  local rc=0
  timeout 120 govulncheck ./... >.cache/reports/vuln.txt 2>&1 || rc=$?
  if [ "$rc" -eq 0 ]; then
    tail -n 3 .cache/reports/vuln.txt
  elif [ "$rc" -eq 3 ]; then
    cat .cache/reports/vuln.txt
    return 3
  else
    echo "NOT CHECKED: no offline vulnerability database at $archive, and the public one did not answer." >&2
    ! in_ci
  fi
}

# History and work tree both: a secret that was committed and taken out again has still leaked.
secrets() {
  gitleaks git --no-banner --redact --config .gitleaks.toml . &&
    gitleaks dir --no-banner --redact --config .gitleaks.toml .
}

shell() {
  local file
  for file in .ci/run .ci/*.sh; do bash -n "$file" || return 1; done
}

step "pinned tools" .ci/tools.sh
step "house rules" .ci/house.sh
step "shell scripts" shell
step "golangci-lint" golangci-lint run --timeout 10m ./...
step "floors: a forbidden import turns the lint red" .ci/floors_test.sh
step "front-end floors" node .ci/floors.mjs
step "front-end lint" npm --prefix frontend run --silent lint
step "secrets" secrets
step "known vulnerabilities" vulnerabilities
