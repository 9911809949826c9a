#!/bin/sh
# Fails where files that a build writes are not what is committed, or are not committed at all.
set -eu
git diff --exit-code -- "$@"
untracked=$(git ls-files --others --exclude-standard -- "$@")
if [ -n "$untracked" ]; then
  echo "not committed: $untracked" >&2
  exit 1
fi
