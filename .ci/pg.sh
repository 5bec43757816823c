#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL cluster of its own, with HEARD_TEST_PG set to its URL:
#   .ci/pg.sh go test ./...
# The role in it is a plain one that may make databases, as in earnest: row-level security holds for it.
# HEARD_TEST_PG_ADMIN is the superuser's URL, for the tests of what a superuser changes.
# Free port, own directory, durable as in earnest (fsync stays on), stopped and removed at the end.
# Started as root it runs as the user postgres, because PostgreSQL refuses root.
set -euo pipefail

say() { printf 'pg: %s\n' "$*" >&2; }

bin=""
for dir in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV) "$(dirname "$(command -v initdb 2>/dev/null || echo /none/initdb)")"; do
  if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then bin=$dir && break; fi
done
[ -n "$bin" ] || { say "no PostgreSQL server found; run .ci/install.sh first"; exit 1; }

as=()
home=$(mktemp -d "${TMPDIR:-/tmp}/heard-pg.XXXXXX")
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u postgres --)
  chown postgres "$home"
fi

server="" child=""
stop() {
  local rc=$? n
  trap - EXIT INT TERM
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
  if [ -n "$server" ] && kill -INT "$server" 2>/dev/null; then
    for n in $(seq 1 100); do
      kill -0 "$server" 2>/dev/null || break
      # A polite stop that takes ten seconds becomes an immediate one: there is nothing here to keep.
      [ "$n" -ne 50 ] || kill -QUIT "$server" 2>/dev/null || true
      sleep 0.2
    done
  fi
  rm -rf "$home"
  exit "$rc"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"${as[@]}" "$bin/initdb" -D "$home/data" -U postgres --auth=trust --encoding=UTF8 --locale=C >"$home/initdb.log" 2>&1 ||
  { cat "$home/initdb.log" >&2; exit 1; }

# The port is taken by trying: whoever loses a race for one simply tries the next.
port=""
for _ in $(seq 1 20); do
  try=$((20000 + RANDOM % 30000))
  (cd "$home" && exec "${as[@]}" "$bin/postgres" -D "$home/data" -p "$try" -k "$home" \
    -c listen_addresses=127.0.0.1 -c max_connections=400 -c fsync=on -c synchronous_commit=on \
    -c full_page_writes=on -c shared_buffers=128MB -c timezone=UTC) >"$home/server.log" 2>&1 &
  launcher=$!
  for _ in $(seq 1 150); do
    kill -0 "$launcher" 2>/dev/null || break
    if [ -s "$home/data/postmaster.pid" ] && "$bin/pg_isready" -q -h 127.0.0.1 -p "$try" 2>/dev/null &&
      [ "$(sed -n 4p "$home/data/postmaster.pid")" = "$try" ]; then
      port=$try && break
    fi
    sleep 0.1
  done
  if [ -n "$port" ]; then break; fi
  kill "$launcher" 2>/dev/null || true
  wait "$launcher" 2>/dev/null || true
  grep -qi 'in use' "$home/server.log" || break
done
[ -n "$port" ] || { cat "$home/server.log" >&2; say "the cluster did not start"; exit 1; }
server=$(head -n 1 "$home/data/postmaster.pid")

export HEARD_TEST_PG="postgres://heard@127.0.0.1:$port/postgres?sslmode=disable"
export HEARD_TEST_PG_ADMIN="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
"$bin/psql" -X -q -d "$HEARD_TEST_PG_ADMIN" -c 'CREATE ROLE heard LOGIN CREATEDB' \
  -c 'GRANT pg_signal_backend TO heard' # a test's database is dropped while autovacuum may be in it
"$@" &
child=$!
rc=0
wait "$child" || rc=$?
child=""
exit "$rc"
