#!/usr/bin/env bash
# Proves that the floors hold something up: builds a tree of stubs with the house's package names,
# breaks each rule once and expects the linter to name every broken file. Stubs, because in the real
# tree most of these imports are cycles, and the compiler would hide whether the rule itself works.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.cache/bin:$PATH"

copy=$(mktemp -d "${TMPDIR:-/tmp}/heard-floors.XXXXXX")
trap 'rm -rf "$copy"' EXIT
# Its own cache: the shared one would remember the files of an earlier run, which are gone.
export GOLANGCI_LINT_CACHE="$copy/.cache"
cp go.mod go.sum .golangci.yml "$copy/"

write() { # FILE IMPORT
  mkdir -p "$copy/$(dirname "$1")"
  printf '// Package %s is a stub.\npackage %s\n\nimport _ "%s"\n' "$(package "$1")" "$(package "$1")" "$2" >"$copy/$1"
}
package() { basename "$(dirname "$1")"; }

expected=()
breaks() { write "$1" "$2" && expected+=("$1"); }

# Up the floors, and sideways. Together they must stay free of cycles.
breaks server/errs/a.go heard/server/viewer
breaks server/fault/a.go heard/server/testkit
breaks server/trace/a.go heard/server/errs
breaks server/figures/a.go heard/server/errs
breaks server/pictures/a.go heard/server/errs
breaks migrations/a.go heard/server/errs
breaks frontend/a.go heard/server/errs
breaks assets/a.go heard/server/errs
breaks server/viewer/a.go heard/server/web
breaks server/db/a.go heard/server/keys
breaks server/keys/a.go heard/server/audit
breaks server/blobs/a.go heard/server/keys
breaks server/audio/a.go heard/server/db
breaks server/web/a.go heard/server/audit
breaks server/audit/a.go heard/server/people
breaks server/people/a.go heard/server/notify
breaks server/accounts/a.go heard/server/people
breaks server/notify/a.go heard/server/feelings
breaks server/outbox/a.go heard/server/feelings
breaks server/files/a.go heard/server/people
breaks server/feelings/a.go heard/server/app
breaks server/listening/a.go heard/server/feelings
breaks server/placements/a.go heard/server/listening
breaks server/reports/a.go heard/server/app
breaks server/demo/a.go heard/server/app
breaks server/pulse/a.go heard/server/app
breaks server/metrics/a.go heard/server/app
breaks server/backup/a.go heard/server/app
breaks server/app/a.go heard/server/testkit
# Layers inside a package.
breaks server/people/fiber.go github.com/gofiber/fiber/v2
breaks server/people/huma.go github.com/danielgtaylor/huma/v2
breaks server/feelings/gorm.go gorm.io/gorm
breaks server/feelings/pgx.go github.com/jackc/pgx/v5
breaks server/accounts/tink.go github.com/tink-crypto/tink-go/v2/aead
breaks server/feelings/push.go github.com/SherClockHolmes/webpush-go
breaks server/people/otel.go go.opentelemetry.io/otel
breaks server/people/prometheus.go github.com/prometheus/client_golang/prometheus
breaks server/files/webp.go github.com/deepteams/webp
breaks server/placements/draw.go golang.org/x/image/draw
breaks server/blobs/meta.go github.com/bep/imagemeta
breaks server/files/minio.go github.com/minio/minio-go/v7
breaks server/accounts/policy.go heard/server/db

# And the same imports where they belong, which must stay allowed.
allowed=(server/people/http.go server/people/http_topic.go server/people/store.go server/people/store_topic.go
  server/web/fiber.go server/db/gorm.go server/keys/tink.go server/notify/push.go server/people/people_test.go
  server/feelings/fault.go server/crash/people.go server/trace/otel.go server/metrics/prometheus.go
  server/pictures/webp.go server/pictures/draw.go server/blobs/minio.go)
write server/people/http.go github.com/gofiber/fiber/v2
write server/people/http_topic.go github.com/danielgtaylor/huma/v2
write server/people/store.go gorm.io/gorm
write server/people/store_topic.go gorm.io/gorm
write server/web/fiber.go github.com/gofiber/fiber/v2
write server/db/gorm.go gorm.io/gorm
write server/keys/tink.go github.com/tink-crypto/tink-go/v2/aead
write server/notify/push.go github.com/SherClockHolmes/webpush-go
write server/people/people_test.go heard/server/testkit
write server/feelings/fault.go heard/server/fault
write server/trace/otel.go go.opentelemetry.io/otel
write server/metrics/prometheus.go github.com/prometheus/client_golang/prometheus
write server/pictures/webp.go github.com/deepteams/webp
write server/pictures/draw.go golang.org/x/image/draw
write server/blobs/minio.go github.com/minio/minio-go/v7
write server/crash/people.go heard/server/testkit
mkdir -p "$copy/server/testkit" && printf '// Package testkit is a stub.\npackage testkit\n' >"$copy/server/testkit/a.go"

bad=0
# A package without a rule here would be free to import anything: every one must be broken above.
for dir in server/*/; do
  dir=${dir%/}
  case "$dir" in server/testkit | server/bench | server/crash | server/attack) continue ;; esac
  compgen -G "$dir/*.go" >/dev/null || continue
  [[ " ${expected[*]} " == *" $dir/a.go "* ]] || { echo "floors: $dir stands on no floor: give it a rule in .golangci.yml and a line here" >&2; bad=1; }
done

if said=$(cd "$copy" && golangci-lint run --enable-only depguard --timeout 5m ./... 2>&1); then
  echo "floors: the linter passed a tree with ${#expected[@]} broken rules" >&2
  exit 1
fi
for file in "${expected[@]}"; do
  grep -qE "^$file:[0-9]+:[0-9]+: import .* is not allowed" <<<"$said" || { echo "floors: not caught: $file" >&2; bad=1; }
done
for file in "${allowed[@]}"; do
  ! grep -qE "^$file:" <<<"$said" || { echo "floors: refused where it belongs: $file" >&2; bad=1; }
done
[ "$bad" -eq 0 ] || { printf '%s\n' "$said" >&2; exit 1; }
echo "floors: ${#expected[@]} broken rules, all caught; ${#allowed[@]} right imports, none refused"
