#!/bin/bash
# late.t - no commit is ever missed by a reader, whoever commits late.
#
# Eight writers hold their transactions open for random times around seal();
# a poller reads "what came after my place" again and again, by the log's
# number and, as a control, by a plain sequence. The control must lose rows:
# if it does not, the test is too weak to say anything.
. tests/flow/lib.sh
use_blank

sql "CREATE SCHEMA late;
     CREATE SEQUENCE late.seq;
     CREATE TABLE late.row (seq bigint NOT NULL, csn bigint NOT NULL);
     CREATE INDEX ON late.row (seq); CREATE INDEX ON late.row (csn)" >/dev/null

# One writer: takes its sequence number first, dawdles, seals last; one in ten
# gives up.
cat >"$work/writer.sql" <<'Q'
\set wait random(0, 20000)
\set fate random(1, 10)
BEGIN;
SELECT nextval('late.seq') AS seq \gset
SELECT pg_sleep(:wait / 1000000.0);
SELECT csn FROM log.seal(NULL, NULL, NULL, 'c', 1, '\x00') \gset
INSERT INTO late.row VALUES (:seq, :csn);
\if :fate = 1
ROLLBACK;
\else
COMMIT;
\endif
Q
cat >"$work/poll.sql" <<'Q'
CREATE OR REPLACE PROCEDURE late.poll(seconds float, OUT seen_csn bigint, OUT seen_seq bigint)
LANGUAGE plpgsql AS $$
DECLARE
  c bigint := 0; s bigint := 0; n bigint; m bigint;
  until_at timestamptz := clock_timestamp() + make_interval(secs => seconds);
BEGIN
  seen_csn := 0; seen_seq := 0;
  WHILE clock_timestamp() < until_at LOOP
    SELECT count(*), max(csn) INTO n, m FROM late.row WHERE csn > c;
    seen_csn := seen_csn + n; c := coalesce(m, c);
    SELECT count(*), max(seq) INTO n, m FROM late.row WHERE seq > s;
    seen_seq := seen_seq + n; s := coalesce(m, s);
    COMMIT;
    PERFORM pg_sleep(0.002);
  END LOOP;
END $$;
Q
conn=$(cluster_conninfo "$work/s" postgres)
psql -qX "$conn" -f "$work/poll.sql"
psql -AtqX "$conn" -c 'CALL late.poll(8, NULL, NULL)' >"$work/seen" &
poller=$!
pgbench=$(command -v pgbench || echo /usr/lib/postgresql/15/bin/pgbench)
"$pgbench" -n -c 8 -j 2 -T 6 -f "$work/writer.sql" "$conn" >"$work/writers" 2>&1
wait "$poller"
IFS='|' read -r by_csn by_seq <"$work/seen"
rows=$(sql 'SELECT count(*) FROM late.row')
ok "eight writers got something done ($rows rows)" [ "$rows" -gt 500 ]
ok "by commit number the reader saw every row, none twice" is "$by_csn" "$rows"
ok "by a plain sequence it would have lost some ($((rows - by_seq)))" [ "$by_seq" -lt "$rows" ]
ok "the numbers are dense" is "$(sql 'SELECT max(csn) = count(*) FROM log.commit')" t
ok "and the chain holds" is "$(sql "
	SELECT count(*) FROM (SELECT csn, chain, sha256(coalesce(lag(chain) OVER (ORDER BY csn), ''::bytea)
	       || int8send(csn) || leaf) AS want FROM log.commit) x WHERE chain <> want")" 0
ok "seal refuses a snapshot that could not see its predecessor" like "$(psql -X "$conn" -c \
	"BEGIN ISOLATION LEVEL REPEATABLE READ" -c "SELECT log.seal(NULL, NULL, NULL, 'c', 1, '\x00')" 2>&1)" 'read committed only'
done_testing
