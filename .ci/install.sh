#!/usr/bin/env bash
# Installs what this machine is missing, and touches nothing that is there.
#   install.sh base   what building and running needs: looks only, and says what to get
#   install.sh        what the tests need besides: Debian packages, through apt-get where it can
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'install: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

base() {
  local bad=0 want have
  want=$(sed -nE 's/^go ([0-9]+\.[0-9]+).*/\1/p' go.mod)
  if ! has go; then
    say "Go $want or newer is needed and was not found on the PATH."
    bad=1
  else
    have=$(go env GOVERSION | sed -E 's/^go([0-9]+\.[0-9]+).*/\1/')
    if [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" != "$want" ]; then
      say "Go $want or newer is needed; this is Go $have."
      bad=1
    fi
  fi
  if ! has node || ! has npm; then
    say "Node.js 20 or newer, with npm, is needed and was not found on the PATH."
    bad=1
  elif [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    say "Node.js 20 or newer is needed; this is $(node --version)."
    bad=1
  fi
  return "$bad"
}

has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chromium() { has chromium || has chromium-browser || has google-chrome; }
has_firefox() { has firefox-esr; }
has_webkit() { has WebKitWebDriver; }
has_arabic() { has fc-list && [ -n "$(fc-list :lang=ar family)" ]; }
# The race detector is C: the compiler alone is not enough without the headers it links against.
has_gcc() { has gcc && echo 'int main(void){return 0;}' | gcc -x c -include stdlib.h -o /dev/null - 2>/dev/null; }

# name of the check, Debian packages that satisfy it, and what is lost without it
NEEDS=(
  "gcc|gcc libc6-dev|the race detector"
  "postgres|postgresql|the tests on PostgreSQL"
  "chromium|chromium|the browser journeys"
  "firefox|firefox-esr|the push into a real Firefox"
  "webkit|webkit2gtk-driver|the journey in WebKit"
  "xvfb|xvfb|a screen for WebKit"
  "arabic|fontconfig fonts-noto-core|the right-to-left screens"
)
has_xvfb() { has Xvfb; }

missing() {
  local need check packages why
  for need in "${NEEDS[@]}"; do
    IFS='|' read -r check packages why <<<"$need"
    "has_$check" || printf '%s|%s\n' "$packages" "$why"
  done
}

# Another apt-get may be running (a fresh machine updates itself): wait for it, but not for ever.
apt() {
  local try
  for try in $(seq 1 20); do
    if "${ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" 2> >(tee .cache/apt.err >&2); then
      return 0
    fi
    grep -qiE 'lock|temporarily|timed out' .cache/apt.err || return 1
    say "apt-get is busy or unreachable, trying again ($try of 20)"
    sleep 10
  done
  return 1
}

tests() {
  local lines packages
  lines=$(missing)
  [ -n "$lines" ] || return 0
  packages=$(cut -d'|' -f1 <<<"$lines" | tr '\n' ' ')
  say "missing here: $packages"
  ROOT=()
  if [ "$(id -u)" -ne 0 ]; then
    if has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then ROOT=(sudo); else ROOT=(false); fi
  fi
  if has apt-get && [ "${ROOT[*]:-}" != false ]; then
    mkdir -p .cache
    # shellcheck disable=SC2086 # a list of packages, on purpose
    apt update && apt install -y --no-install-recommends $packages || say "apt-get could not install all of it"
  else
    say "apt-get cannot be used here (it takes Debian or Ubuntu, and root or sudo)"
  fi
  lines=$(missing)
  [ -n "$lines" ] || return 0
  while IFS='|' read -r packages why; do
    say "still missing: $packages (needed for $why)"
  done <<<"$lines"
  say "install the above with your system's package manager, then run this again"
  return 1
}

base
[ "${1:-}" = base ] || tests
