# What people and CI type. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run test web lint fmt bench doc configuration coverage contract unit image ci

CARGO ?= cargo
WITH_POSTGRES := tests/postgres/with-postgres.sh
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14

run: ## start the server on embedded SQLite; open the address it prints
	$(CARGO) run -p chinwag-server --bin chinwag

test: ## all tests, on SQLite and on a throw-away PostgreSQL (Node 20 or newer too, for what documents show)
	$(WITH_POSTGRES) $(CARGO) test --workspace

web: ## build what is written in TypeScript and test it against the server (Node 20 or newer, Chromium)
	$(CARGO) test --workspace --no-run --test cli # builds the program too, with what the other tests were built with
	cd web && npm ci --no-audit --no-fund && npm run check && CHINWAG_BIN=$(TARGET)/debug/chinwag npm test

lint: ## formatting and clippy, without changing anything
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

fmt: ## format the code
	$(CARGO) fmt --all

bench: ## sends a second on both databases, in release mode
	CHINWAG_TEST_POSTGRES_FSYNC=on $(WITH_POSTGRES) tests/bench/sends.sh

doc: ## the API documentation, in target/doc; a warning is an error
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

configuration: ## write docs/configuration.md: every setting, from the code
	CHINWAG_WRITE_CONFIGURATION=1 $(CARGO) test -p chinwag-server --lib -- config::reference

coverage: ## write docs/coverage.md: which tests drive which requirement
	CHINWAG_WRITE_COVERAGE=1 $(CARGO) test -p chinwag-tests --test coverage

contract: ## write docs/openapi.json and docs/asyncapi.json from the code
	CHINWAG_WRITE_CONTRACT=1 $(CARGO) test -p chinwag-tests --test contract

unit: ## what systemd says of config/chinwag.service, and proxies that are installed of their examples
	tests/packages/unit.sh
	tests/packages/proxies.sh

image: ## what the Dockerfile does, without Docker, and a try of what comes out; root, and minutes
	tests/packages/image.sh

ci: lint unit test doc web ## what .ci/run runs
