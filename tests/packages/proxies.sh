#!/usr/bin/env bash
# What Caddy, nginx and Prometheus say of the examples for them in docs/. Of programs that are not installed, says so:
# nothing needs them but the reader of those examples.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first block of a language in a document.
block() { awk -v fence="\`\`\`$2" '$0 == "```" { inside = 0 } inside { print } $0 == fence && !seen { inside = seen = 1 }' "$1"; }
there() { command -v "$1" >/dev/null || { echo "$1 is not installed: its example is not checked"; return 1; }; }

if there caddy; then
  block docs/operating.md caddyfile >"$work/Caddyfile"
  caddy validate --adapter caddyfile --config "$work/Caddyfile" >/dev/null 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
  echo "caddy takes its example"
fi
if there nginx; then
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=chat.example.org -days 1 \
    -keyout "$work/chat.example.org.key" -out "$work/chat.example.org.pem" 2>/dev/null
  block docs/operating.md nginx | sed "s#/etc/ssl/#$work/#" >"$work/site.conf"
  {
    echo "events {} pid $work/pid; error_log stderr; http { access_log off; include $work/site.conf;"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/$kind;"; done
    echo "}"
  } >"$work/nginx.conf"
  nginx -t -q -p "$work" -c "$work/nginx.conf"
  echo "nginx takes its example"
fi
if there promtool; then
  echo token >"$work/chinwag-token"
  block docs/metrics.md yaml | sed "s#/etc/prometheus/#$work/#" >"$work/prometheus.yml"
  promtool check config --syntax-only "$work/prometheus.yml" >/dev/null
  promtool check config "$work/prometheus.yml" >/dev/null
  echo "promtool takes the example for Prometheus"
fi
