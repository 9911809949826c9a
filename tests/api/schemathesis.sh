#!/usr/bin/env bash
# A client that knows nothing but docs/openapi.json: thousands of requests that fit it, and that do not, against a
# server on SQLite. It fails where an answer has a status, a kind or a form that the description does not give, where
# a method that is not described is not refused with 405, and on 5xx.
#   tests/api/schemathesis.sh [examples of each operation]      needs `st`: pip install schemathesis==4.32.5
#   CHECKS=all                                                  also what was refused though it fits, and taken though it
#     does not: with much that no schema can say (a cursor is one that a list gave), to be read by people
# Left out: what would take away what the rest is about (DELETE, leaving, clearing), and the import, whose lines st cannot write.
set -euo pipefail
cd "$(dirname "$0")/../.."
examples=${1:-40}
command -v st >/dev/null || { echo "schemathesis is not installed: pip install schemathesis==4.32.5" >&2; exit 2; }
cargo build -q -p chinwag-server --bin chinwag
program=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/chinwag
source tests/server.sh
export CHINWAG_AUTH__MODE=external CHINWAG_AUTH__SECRET=of-this-run-alone-and-of-no-server
serve "$program" CHINWAG_LOG__LEVEL=warn
cd "$work"
base=$url/api/v1
admin=(-sS --fail -H "Authorization: Bearer $("$program" token --user admin --role admin)" -H 'Content-Type: application/json')
curl "${admin[@]}" -o me "$base/users/me"
id() { python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'; }
conversation=$(curl "${admin[@]}" "$base/conversations" -d '{"type":"group","name":"Team","participant_ids":[]}' | id)
message=$(curl "${admin[@]}" "$base/conversations/$conversation/messages" -d '{"content":"hello"}' | id)
cat >schemathesis.toml <<TOML
[parameters]
"path.conversation_id" = "$conversation"
"path.message_id" = "$message"
TOML
unsaid=(--exclude-checks positive_data_acceptance,negative_data_rejection)
[[ ${CHECKS:-} != all ]] || unsaid=()
st run "$base/openapi.json" -H "${admin[3]}" --phases coverage,fuzzing -n "$examples" \
  --exclude-method DELETE --exclude-path-regex '/(import|leave|clear)$' --continue-on-failure "${unsaid[@]}"
# Else all of it was asked by somebody for whom nothing is there.
curl "${admin[@]}" -o message "$base/messages/$message"
