#!/usr/bin/env bash
# Builds the pinned tools into .cache/bin, each once per version.
#   tools.sh            all of them
#   tools.sh NAME...    only those
set -euo pipefail
cd "$(dirname "$0")/.."

TOOLS=(
  # gosec and staticcheck run inside golangci-lint.
  "golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.12.2"
  "govulncheck golang.org/x/vuln/cmd/govulncheck v1.1.4"
  "gitleaks github.com/zricethezav/gitleaks/v8 v8.30.1"
)

bin=$PWD/.cache/bin
mkdir -p "$bin"
for tool in "${TOOLS[@]}"; do
  read -r name package version <<<"$tool"
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  mark="$bin/.$name@$version"
  [ -x "$bin/$name" ] && [ -e "$mark" ] && continue
  echo "tools: building $name $version"
  # From outside the module, so that a tool never bends the versions that the server is built with.
  (cd "$bin" && GOFLAGS=-buildvcs=false CGO_ENABLED=0 GOBIN="$bin" go install "$package@$version") 2>&1 | grep -v '^go: downloading' || true
  [ -x "$bin/$name" ] || { echo "tools: $name $version could not be built" >&2; exit 1; }
  rm -f "$bin/.$name@"*
  : >"$mark"
done
