# shellcheck shell=bash
# A server for one script: in a folder of its own, on a free port, without limits; it ends with the script, and what it
# said is shown where the script failed. To be sourced at the top of the repository.
#   serve PROGRAM [NAME=VALUE ...]      until it is ready; then `url` is where it is, and `work` its folder, with its `log`
#   stop_server
work=$(mktemp -d) server='' url=''

stop_server() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" || true
  server=''
}

finish() {
  local status=$?
  stop_server
  [[ $status == 0 || ! -s $work/log ]] || tail -n 20 "$work/log" >&2
  rm -rf "$work"
}
trap finish EXIT

serve() {
  local program port much=1000000
  program=$(realpath "$1")
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  url=http://127.0.0.1:$port
  (cd "$work" && exec env "CHINWAG_SERVER__PORT=$port" CHINWAG_LIMITS__SOCKETS_PER_USER=1000 \
    CHINWAG_LIMITS__SENDS_PER_SECOND=$much CHINWAG_LIMITS__SENDS_BURST=$much \
    CHINWAG_LIMITS__REQUESTS_PER_SECOND=$much CHINWAG_LIMITS__REQUESTS_BURST=$much \
    CHINWAG_LIMITS__LOGINS_PER_MINUTE=$much CHINWAG_LIMITS__LOGINS_BURST=$much \
    "${@:2}" "$program" >log 2>&1) &
  server=$!
  for _ in $(seq 100); do
    curl -fs "$url/health/ready" >/dev/null && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  echo "the server did not start" >&2
  return 1
}
