# Sourced by the other scripts. Heads each step, times it, and says which step failed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.cache/bin:$PATH"
mkdir -p .cache/counts .cache/reports

# step NAME COMMAND...: runs the command under a heading; the first failure ends the script.
step() {
  local name=$1 began rc=0
  shift
  began=$(date +%s)
  printf '\n== %s\n' "$name"
  "$@" || rc=$?
  if [ "$rc" -ne 0 ]; then
    printf '== %s: FAILED (exit %s) after %ss\n' "$name" "$rc" "$(($(date +%s) - began))" >&2
    exit "$rc"
  fi
  printf '== %s: ok in %ss\n' "$name" "$(($(date +%s) - began))"
}

in_ci() { [ "${CI:-}" = true ]; }
