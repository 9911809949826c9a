#!/usr/bin/env bash
# Runs the root of an image as a container would: nothing but what is in it, as its own user. Needs root.
#
#   tests/packages/try-image.sh FOLDER
set -euo pipefail
image=$1
user=65532:65532
chroot=$(command -v chroot)
inside() { env -i "${environment[@]}" "$chroot" --userspec=$user "$image" "$@"; }

# What every container has.
mkdir -p "$image/dev"
for device in null:3 random:8 urandom:9; do
  [[ -e $image/dev/${device%:*} ]] || mknod -m 666 "$image/dev/${device%:*}" c 1 "${device#*:}"
done
chown -R $user "$image"
ls -l "$image/chinwag"
if ldd "$image/chinwag" 2>/dev/null | grep -q "=>"; then
  echo "not static" >&2
  exit 1
fi

echo "== without a secret it refuses, and says what to do"
environment=(CHINWAG_SERVER__HOST=0.0.0.0 CHINWAG_SERVER__PORT=0)
if inside /chinwag serve; then
  echo "it served" >&2
  exit 1
elif [[ $? -ne 2 ]]; then
  echo "another exit code" >&2
  exit 1
fi

echo "== with one it serves, and healthcheck says so"
port=$(awk 'BEGIN { srand(); print 20000 + int(rand() * 20000) }')
environment=(CHINWAG_SERVER__HOST=0.0.0.0 "CHINWAG_SERVER__PORT=$port" CHINWAG_LOG__FORMAT=json
  "CHINWAG_AUTH__SECRET=$(head -c 32 /dev/urandom | base64)" CHINWAG_AUTH__GUESTS=true)
inside /chinwag healthcheck && { echo "healthy before it runs" >&2; exit 1; }
# Not by the function: the process to be stopped is the program itself.
env -i "${environment[@]}" "$chroot" --userspec=$user "$image" /chinwag serve &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 300); do
  inside /chinwag healthcheck && break
  kill -0 $server
  sleep 0.1
done
inside /chinwag healthcheck
echo "hello" | inside /chinwag chat --user "Ann" --conversation 00000000-0000-0000-0000-000000000000 && exit 1
stat -c '%u %n' "$image"/data/*
kill -TERM $server
wait $server
trap - EXIT
echo "it ended softly"
