#!/usr/bin/env bash
# No container engine runs here, so this takes the Dockerfile's own steps: the same Go build, then the
# static binary alone, as a user without rights, with an empty environment, in a bare directory.
. "$(dirname "$0")/step.sh"

bare=$(mktemp -d "${TMPDIR:-/tmp}/heard-bare.XXXXXX")
pid=""
stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
  rm -rf "$bare"
}
trap stop EXIT

CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$bare/heard" ./server
if ldd "$bare/heard" >/dev/null 2>&1; then
  echo "container: the binary asks for shared libraries" >&2
  exit 1
fi

mkdir -m 0700 "$bare/data"
as=(env -i)
if [ "$(id -u)" -eq 0 ]; then
  chmod 0755 "$bare"
  chown 65532:65532 "$bare/data"
  as=(setpriv --reuid=65532 --regid=65532 --clear-groups env -i)
fi
port=$((20000 + RANDOM % 30000))
settings=("HEARD_DATA=$bare/data" "HEARD_LISTEN=:$port" "HEARD_URL=http://localhost:$port")
(cd "$bare/data" && exec "${as[@]}" "${settings[@]}" "$bare/heard") >"$bare/log" 2>&1 &
pid=$!
healthy=""
for _ in $(seq 1 100); do
  if "${as[@]}" "${settings[@]}" "$bare/heard" health 2>/dev/null; then healthy=yes && break; fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.2
done
[ -n "$healthy" ] || { cat "$bare/log" >&2; echo "container: the binary did not become healthy" >&2; exit 1; }

mode=$(stat -c %a "$bare/data/server.key")
[ "$mode" = 400 ] || { echo "container: the key file has mode $mode" >&2; exit 1; }
kill "$pid"
wait "$pid" || { echo "container: it did not stop cleanly" >&2; cat "$bare/log" >&2; exit 1; }
pid=""
if "${as[@]}" "${settings[@]}" "$bare/heard" health 2>/dev/null; then
  echo "container: health says yes when nothing runs" >&2
  exit 1
fi
echo "container: $(stat -c %s "$bare/heard" | numfmt --to=iec)B, static, runs as a stranger in an empty directory, stops cleanly"
