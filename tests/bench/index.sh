#!/usr/bin/env bash
# What PostgreSQL's index of trigrams costs a message: processor time of the one session that inserts, so that other
# work on the machine does not count. Tables with the indexes of `messages`, batches as the log commits them, and the
# ways in which GIN can be kept. Linux, on the machine of the server:
#   tests/postgres/with-postgres.sh tests/bench/index.sh [BATCH] [MESSAGES]
set -euo pipefail
batch=${1:-50} messages=${2:-20000}
: "${CHINWAG_TEST_POSTGRES_URL:?run it through tests/postgres/with-postgres.sh}"
name="bench_index_$RANDOM"
url=${CHINWAG_TEST_POSTGRES_URL%/*}/$name
psql -qX "$CHINWAG_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
trap 'psql -qX "$CHINWAG_TEST_POSTGRES_URL" -c "DROP DATABASE $name WITH (FORCE)"' EXIT

# Eight words each, common ones more often than rare ones.
psql -qX "$url" <<SQL
CREATE EXTENSION pg_trgm;
CREATE SEQUENCE positions;
CREATE TABLE talks AS SELECT n, (SELECT string_agg(w, ' ') FROM (
  SELECT array_to_string(ARRAY(SELECT (ARRAY['ba','con','di','er','fo','gan','hi','in','ka','lo','men','no','ra',
    'ste','ti','vu'])[1 + (rank >> shift) % 16] FROM unnest(ARRAY[0, 4, 8]) AS shift), '') AS w
  FROM (SELECT floor(4096 ^ random())::int AS rank FROM generate_series(1, 8 + 0 * n)) r) s) AS t
FROM generate_series(1, $messages) AS n;
CREATE UNIQUE INDEX ON talks (n);
SQL

measure() { # LABEL INDEX
  psql -qXAt "$url" <<SQL | awk -v label="$1" -v n="$messages" -v hz="$(getconf CLK_TCK)" \
    '/before/ { b = $2 } /after/ { printf "%-28s %6.1f microseconds a message\n", label, ($2 - b) * 1e6 / hz / n }'
SET client_min_messages = warning;
DROP TABLE IF EXISTS m;
CREATE TABLE m (conversation_id uuid, seq bigint, id uuid, sender_id text, client_key uuid, request_hash bytea,
  kind text, content text, created_at bigint, revision bigint, counted boolean, search_text text, position bigint,
  PRIMARY KEY (conversation_id, seq));
CREATE UNIQUE INDEX ON m (id);
CREATE UNIQUE INDEX ON m (client_key);
CREATE INDEX ON m (conversation_id, revision);
CREATE INDEX ON m (conversation_id, sender_id, seq);
CREATE INDEX ON m (conversation_id, seq) WHERE NOT counted;
$2
SELECT pg_backend_pid() AS pid \gset
\setenv SESSION :pid
\! awk '{ print "before", \$14 + \$15 }' /proc/\$SESSION/stat
DO \$\$ BEGIN FOR b IN 0 .. $messages / $batch - 1 LOOP
  INSERT INTO m SELECT '00000000-0000-0000-0000-000000000001', nextval('positions'), gen_random_uuid(), 'ann',
    gen_random_uuid(), decode(md5(t) || md5(n::text), 'hex'), 'text', t, 0, currval('positions'), true, t,
    currval('positions')
  FROM talks WHERE n > b * $batch AND n <= (b + 1) * $batch;
  COMMIT;
END LOOP; END \$\$;
\! awk '{ print "after", \$14 + \$15 }' /proc/\$SESSION/stat
SQL
}

echo "$messages messages in batches of $batch, $(date +%F)"
for _ in 1 2 3; do
  measure "no index" ""
  measure "pending list of 512 kB" "CREATE INDEX ON m USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 512);"
  measure "pending list of 4 MB" "CREATE INDEX ON m USING gin (search_text gin_trgm_ops);"
  measure "no pending list" "CREATE INDEX ON m USING gin (search_text gin_trgm_ops) WITH (fastupdate = off);"
done
