# The commands of the project. `make run` and `make test` are all a newcomer needs; both build only
# what changed since last time, and keep everything they make under .cache/.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

export PATH := $(CURDIR)/.cache/bin:$(PATH)

BINARY  := .cache/heard
DIST    := frontend/dist/index.html
MODULES := frontend/node_modules/.package-lock.json

# Everything the built front end is made from. Directories count, so that a deleted file is noticed.
FRONT_SOURCES := $(shell find frontend assets \
	\( -name node_modules -o -path frontend/dist -o -path frontend/e2e -o -name test-results -o -name playwright-report \) -prune \
	-o \( -type f -o -type d \) \
	! -path frontend ! -name '*.test.ts' ! -name '*.md' ! -name '*.timestamp-*' ! -name '*.go' ! -name '*.spec.ts' -print 2>/dev/null)

.PHONY: help
help: ## Show these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

.PHONY: run
run: build ## Start the demo on http://localhost:8080
	@exec $(BINARY) -demo

.PHONY: build
build: base $(DIST) ## Build the front end and the server where they changed
	@mkdir -p .cache
	@# The same flags as plain `go run ./server`, so that both share what is compiled.
	@go build -o $(BINARY) ./server

.PHONY: base
base:
	@.ci/install.sh base

$(MODULES): frontend/package.json frontend/package-lock.json
	@cd frontend && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(DIST): $(MODULES) $(FRONT_SOURCES)
	@cd frontend && npm run --silent build
	@touch $@ frontend/dist/.gitkeep

.PHONY: test
test: ## Everything that must be green before a change lands
	@.ci/test.sh

.PHONY: proof
proof: ## What takes longer: another browser engine, crashes, attacks
	@.ci/proof.sh

# How many cards are tapped and how many processes killed, in each of the runs; SEED=0 takes one from the clock.
TAPS  ?= 400
KILLS ?= 6
SEED  ?= 0

.PHONY: crash
crash: base $(DIST) ## Kill and cut everything; lost, doubled, falsely seen, stuck? TAPS= KILLS= SEED=
	@.ci/crash.sh -taps $(TAPS) -kills $(KILLS) -seed $(SEED)

.PHONY: crash-mutants
crash-mutants: base $(DIST) ## Switch faults on, one after the other: make crash must notice each
	@.ci/crash.sh -mutants -seed $(SEED)

# How many made-up organisations are published and attacked, on SQLite and on PostgreSQL.
ORGANISATIONS ?= 200
ON_POSTGRES   ?= 40

.PHONY: attack
attack: base $(DIST) ## Try to learn from published figures what somebody answered; ORGANISATIONS= ON_POSTGRES= SEED=
	@.ci/attack.sh $(ORGANISATIONS) $(ON_POSTGRES) -seed $(SEED)

.PHONY: bench
bench: build ## Measure, and print "bench: NAME VALUE UNIT" lines
	@.ci/bench.sh

.PHONY: lint
lint: $(MODULES) ## Linters, floors, secrets and known vulnerabilities only
	@.ci/lint.sh

.PHONY: fmt
fmt: $(MODULES) ## Format Go and the front end
	@.ci/tools.sh golangci-lint
	@golangci-lint fmt ./...
	@cd frontend && node_modules/.bin/biome check --write .

.PHONY: shots
shots: build ## Take the README's pictures of the real screens
	@.ci/shots.sh

.PHONY: tidy-check
tidy-check: ## Fail when go.mod and go.sum do not match the code
	@go mod tidy -diff

.PHONY: clean
clean: ## Remove everything that was built
	@rm -rf .cache frontend/node_modules frontend/test-results frontend/playwright-report
	@find frontend/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true
