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
source tests/server.sh

measure() { # DATABASE URL BATCH
  serve "$target/release/chinwag" "CHINWAG_DATABASE__URL=$2" "CHINWAG_DATABASE__MAX_BATCH=$3" \
    "CHINWAG_AUTH__SECRET=$(head -c 32 /dev/urandom | base64)" CHINWAG_AUTH__GUESTS=true CHINWAG_LOG__LEVEL=info
  printf '%-10s batch <= %-4s ' "$1" "$3"
  "$target/release/examples/load" --url "$url" --senders "$senders" \
    --in-flight "$in_flight" --seconds "$seconds"
  stop_server
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
