#!/usr/bin/env bash
# What compressed frames and cached lists would gain (e13): a message's bytes and what DEFLATE leaves of them, by
# itself and after a hundred others in one window; the time of the list of conversations without a cache. On SQLite,
# in release mode; figures are for comparison within one run on one machine.
#   tests/bench/wire.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release -q -p chinwag-server --bin chinwag -p chinwag-tests --example load
source tests/server.sh
serve "${CARGO_TARGET_DIR:-target}/release/chinwag" CHINWAG_LOG__LEVEL=warn
python3 - "$url/api/v1" <<'PYTHON'
import json, sys, time, urllib.request, zlib

base, token = sys.argv[1], None


def ask(method, path, body=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(base + path, data, headers, method=method)) as answer:
        return answer.read()


token = json.loads(ask("POST", "/auth/guest", {"name": "Ann"}))["access_token"]
groups = []
for number in range(200):
    group = json.loads(ask("POST", "/conversations", {"type": "group", "name": f"Group {number}", "participant_ids": []}))
    groups.append(group["id"])
    words = f"This is what somebody says in number {number}, as long as such a line is."
    ask("POST", f"/conversations/{group['id']}/messages", {"content": words, "client_id": f"c-{number}"})
frames = [json.dumps(json.loads(ask("GET", f"/conversations/{group}/messages?limit=1"))["items"][0]).encode() for group in groups[:101]]
alone, window = zlib.compress(frames[-1], 6), zlib.compressobj(6, zlib.DEFLATED, -15)
for frame in frames[:-1]:
    window.compress(frame), window.flush(zlib.Z_SYNC_FLUSH)
shared = window.compress(frames[-1]) + window.flush(zlib.Z_SYNC_FLUSH)
print(f"a message: {len(frames[-1])} bytes, deflated {len(alone)} by itself, {len(shared)} in a window of its socket")
times = []
for _ in range(200):
    begun = time.perf_counter()
    ask("GET", "/conversations?limit=50")
    times.append(time.perf_counter() - begun)
print(f"50 of 200 conversations: {sorted(times)[100] * 1000:.1f} ms (median of 200, the client's time included)")
PYTHON
