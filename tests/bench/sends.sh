#!/usr/bin/env bash
# Acknowledged sends a second over real sockets, on SQLite and on PostgreSQL, with group commit and with
# batches of one. Builds in release mode. `make bench` gives it a throw-away PostgreSQL whose durability
# is on (see CHINWAG_TEST_POSTGRES_FSYNC); figures are for comparison within one run on one machine.
#   tests/bench/sends.sh [SECONDS] [SENDERS] [IN_FLIGHT]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5} senders=${2:-50} in_flight=${3:-1}
: "${CHINWAG_TEST_POSTGRES_URL:?run it through make bench}"

# One command: apart, they would resolve other features and build everything twice.
cargo build --release -q -p chinwag-server --bin chinwag -p chinwag-tests --example load
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
server=
cleanup() { [[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

measure() { # DATABASE URL BATCH
  local port
  port=$(free_port)
  CHINWAG_SERVER__PORT=$port CHINWAG_DATABASE__URL=$2 CHINWAG_DATABASE__MAX_BATCH=$3 \
    CHINWAG_AUTH__SECRET=$(head -c 32 /dev/urandom | base64) CHINWAG_AUTH__GUESTS=true CHINWAG_LOG__LEVEL=info \
    CHINWAG_LIMITS__SOCKETS_PER_USER=1000 CHINWAG_LIMITS__SENDS_PER_SECOND=1000000 \
    CHINWAG_LIMITS__SENDS_BURST=1000000 CHINWAG_LIMITS__REQUESTS_PER_SECOND=1000000 \
    CHINWAG_LIMITS__REQUESTS_BURST=1000000 CHINWAG_LIMITS__LOGINS_PER_MINUTE=1000000 CHINWAG_LIMITS__LOGINS_BURST=1000000 \
    "$target/release/chinwag" >"$work/log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    curl -fs "http://127.0.0.1:$port/health/ready" >/dev/null && break
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
  done
  printf '%-10s batch <= %-4s ' "$1" "$3"
  "$target/release/examples/load" --url "http://127.0.0.1:$port" --senders "$senders" \
    --in-flight "$in_flight" --seconds "$seconds"
  kill "$server"
  wait "$server" || true
  server=
  grep -o 'mean batch[^"]*' "$work/log" || true
}

echo "$senders senders, $in_flight in flight, $seconds s each, $(date +%F)"
for batch in 256 1; do
  rm -rf "$work/db"
  mkdir "$work/db"
  measure sqlite "sqlite://$work/db/chinwag.db?mode=rwc" "$batch"
done
for batch in 256 1; do
  name="bench_${RANDOM}_$batch"
  psql -qX "$CHINWAG_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
  measure postgres "${CHINWAG_TEST_POSTGRES_URL%/*}/$name" "$batch"
done
