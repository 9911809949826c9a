#!/usr/bin/env bash
# What the Dockerfile does, without Docker: runs the commands of its build stages in folders, and what comes out
# in an empty root as the image's own user. For machines that cannot run containers, and to find out why an
# image does not build. Takes as long as a release build, and needs root for chroot.
#
#   tests/packages/image.sh [folder for the build, kept]
set -euo pipefail
cd "$(dirname "$0")/../.."
source=$PWD
work=${1:-$(mktemp -d)}
[[ -n ${1:-} ]] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"

# The RUN commands of a stage, with its folders in place of the image's.
commands() {
  awk -v stage="$1" '
    /^FROM/ { inside = ($NF == stage); next }
    inside && /^RUN/ { running = 1; sub(/^RUN /, "") }
    inside && running { print; if ($0 !~ /\\$/) running = 0 }' Dockerfile |
    sed "s#/image#$work/image#g"
}
# ENV of the toolchain.
eval "$(awk '/^ENV RUSTFLAGS/ { on = 1 } on { sub(/^ENV /, ""); print "export " $0; if ($0 !~ /\\$/) exit }' Dockerfile | sed 's/ \\$//; s/^export  */export /')"

echo "== context, as .dockerignore leaves it"
rm -rf "$work/skeleton" "$work/image" && mkdir -p "$work/skeleton" "$work/src"
# Docker begins at the root, tar anywhere.
grep -v '^#' .dockerignore | sed 's#^\*\*/#*/#; t; s#^#./#' >"$work/ignored"
tar -C "$source" --anchored --wildcards -X "$work/ignored" -cf - . | tar -C "$work/skeleton" -xf -

echo "== skeleton"
(cd "$work/skeleton" && sh -euc "$(commands skeleton)")
find "$work/skeleton" -type f | sort >"$work/skeleton.list"
head -c 400 "$work/skeleton.list"

echo "== dependencies"
tar -C "$work/skeleton" -cf - . | tar -C "$work/src" -xf -
mapfile -t builds < <(commands build | grep -n '^cargo\|^find' | cut -d: -f1)
all=$(commands build)
(cd "$work/src" && sh -euc "$(sed -n "1,$((builds[1] - 1))p" <<<"$all")")

echo "== program"
tar -C "$source" --anchored --wildcards -X "$work/ignored" -cf - . | tar -C "$work/src" -xf -
(cd "$work/src" && sh -euc "$(sed -n "${builds[1]},\$p" <<<"$all")") 2>&1 | tee "$work/program.log"
if grep 'Compiling' "$work/program.log" | grep -v "($work/"; then
  echo "these dependencies were built again; their layer is good for nothing" >&2
  exit 1
fi

"$source/tests/packages/try-image.sh" "$work/image"
