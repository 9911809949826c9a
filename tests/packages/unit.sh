#!/usr/bin/env bash
# What systemd says of config/chinwag.service: that it understands every line, and how exposed it is.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v systemd-analyze >/dev/null || {
  echo "systemd-analyze is missing: install the package systemd and run again" >&2
  exit 1
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
# A root of its own: the program need not be installed here.
mkdir -p "$root"/usr/bin "$root"/etc/systemd/system "$root"/usr/lib/systemd/system
install -m 755 /bin/true "$root/usr/bin/chinwag"
cp config/chinwag.service "$root/etc/systemd/system/"
cp -r /usr/lib/systemd/system/. "$root/usr/lib/systemd/system/"
systemd-analyze verify --root="$root" --man=no chinwag.service
systemd-analyze security --offline=true --threshold="${THRESHOLD:-15}" --no-pager config/chinwag.service
