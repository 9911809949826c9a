#!/usr/bin/env bash
# Runs a command with CHINWAG_TEST_POSTGRES_URL naming a PostgreSQL that lives as long as the command does.
#
#   tests/postgres/with-postgres.sh cargo test --workspace
#
# If the variable is set already, that server is used as it is. Otherwise a throw-away cluster is made in a
# temporary folder, on a free port of 127.0.0.1, run by an unprivileged user (PostgreSQL refuses root), and
# removed at the end, however the end comes. Nothing is skipped: without PostgreSQL this fails and says what to do.
set -euo pipefail

if (($# == 0)); then
  echo "usage: $0 COMMAND [ARGUMENT...]" >&2
  exit 64
fi
if [[ -n ${CHINWAG_TEST_POSTGRES_URL:-} ]]; then
  exec "$@"
fi

say() { echo "with-postgres: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Prints the folder that holds both `initdb` and `postgres`, the newest version first.
find_binaries() {
  local candidates=() folder
  if command -v initdb >/dev/null; then
    candidates+=("$(dirname "$(readlink -f "$(command -v initdb)")")")
  fi
  if command -v pg_config >/dev/null; then
    candidates+=("$(pg_config --bindir)")
  fi
  while read -r folder; do
    candidates+=("$folder")
  done < <(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin \
    /usr/local/opt/postgresql*/bin | sort -rV)
  for folder in "${candidates[@]}"; do
    if [[ -x $folder/initdb && -x $folder/postgres ]]; then
      echo "$folder"
      return
    fi
  done
}

# Installs Debian's package without letting it create and start a cluster of its own.
install_on_debian() {
  say "PostgreSQL is not here; installing the package"
  local keep=/etc/postgresql-common/createcluster.conf
  if [[ ! -e $keep ]]; then
    mkdir -p "$(dirname "$keep")"
    echo 'create_main_cluster = false' >"$keep"
  fi
  apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o Dpkg::Options::=--force-confold postgresql >&2
}

binaries=$(find_binaries)
if [[ -z $binaries ]]; then
  if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    install_on_debian
    binaries=$(find_binaries)
  fi
  [[ -n $binaries ]] || fail "the tests need PostgreSQL 15 or newer, and neither 'initdb' nor 'postgres' was found.
  Cure: install it (Debian, Ubuntu: sudo apt-get install postgresql; Fedora: sudo dnf install postgresql-server;
  macOS: brew install postgresql), or set CHINWAG_TEST_POSTGRES_URL to a server where databases may be created."
fi

as_owner=()
owner=$(id -un)
if [[ $(id -u) -eq 0 ]]; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  if command -v setpriv >/dev/null; then
    as_owner=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
  elif command -v runuser >/dev/null; then
    as_owner=(runuser -u "$owner" --)
  else
    fail "running as root, PostgreSQL needs an unprivileged user. Cure: install util-linux (setpriv), or run as a user."
  fi
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/chinwag-postgres.XXXXXX")
server=
command_group=

clean_up() {
  if [[ -n $server ]]; then
    # SIGINT is PostgreSQL's fast shutdown.
    kill -INT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

stop_on_signal() {
  if [[ -n $command_group ]]; then
    kill -TERM -- "-$command_group" 2>/dev/null || true
    wait "$command_group" 2>/dev/null || true
  fi
  exit $((128 + $1))
}
trap 'stop_on_signal 1' HUP
trap 'stop_on_signal 2' INT
trap 'stop_on_signal 15' TERM

[[ $(id -u) -ne 0 ]] || chown "$owner" "$folder"
# The owner may not be allowed to stand in the current folder.
run_in_folder() { (cd "$folder" && exec "${as_owner[@]}" "$@"); }

make_cluster() {
  run_in_folder "$binaries/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale="$1" --no-sync \
    >"$folder/initdb.log" 2>&1
}
make_cluster C.UTF-8 || {
  rm -rf "$folder/data"
  make_cluster C
} || {
  cat "$folder/initdb.log" >&2
  fail "initdb failed"
}

# Waits for the line that the server writes when it accepts connections; fails when the process is gone.
wait_until_ready() {
  local attempt
  for ((attempt = 0; attempt < 600; attempt++)); do
    if [[ $(sed -n 8p "$folder/data/postmaster.pid" 2>/dev/null) == ready* ]]; then
      return 0
    fi
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

port=
for _ in 1 2 3 4 5 6 7 8; do
  # Below the range from which the kernel gives out ports, so that no test is given this one.
  port=$((15000 + RANDOM % 17000))
  # A group of its own, so that Ctrl-C in the terminal ends the command first and the server after it.
  set -m
  (
    cd "$folder"
    exec "${as_owner[@]}" "$binaries/postgres" -D "$folder/data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
      -c fsync="${CHINWAG_TEST_POSTGRES_FSYNC:-off}" -c full_page_writes="${CHINWAG_TEST_POSTGRES_FSYNC:-off}" -c log_min_messages=warning
  ) >"$folder/server.log" 2>&1 </dev/null &
  server=$!
  set +m
  wait_until_ready && break
  kill -QUIT "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
done
[[ -n $server ]] || {
  cat "$folder/server.log" >&2
  fail "PostgreSQL did not start"
}

export CHINWAG_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
# A process group of its own lets a signal reach everything that the command started.
set -m
"$@" <&0 &
command_group=$!
set +m
status=0
wait "$command_group" || status=$?
exit "$status"
