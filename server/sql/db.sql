-- Statements of server/db: transactions, migrations, the start-up self check.

-- query: begin
BEGIN ISOLATION LEVEL READ COMMITTED;

-- query: begin_snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ;

-- query: commit
COMMIT;

-- query: rollback
ROLLBACK;

-- query: enter
-- Tells row-level security who asks, until the transaction ends, and what its COMMIT waits for.
-- The same as app.enter() and the emergency, if it is one; the function would be planned anew for every request.
SELECT set_config('app.room', $1::text, true),
       set_config('app.staff', coalesce($2::uuid::text, ''), true),
       set_config('app.site', coalesce($3::uuid::text, ''), true),
       set_config('app.role', coalesce($4::text, ''), true),
       set_config('app.replica', coalesce($5::uuid::text, ''), true),
       set_config('app.glass', coalesce($6::uuid::text, ''), true),
       set_config('synchronous_commit', $7::text, true);

-- query: type_no_put
-- The catalogue's numbers, so that policies can speak of types by name.
INSERT INTO access.type_no (no, name)
SELECT n::smallint, t FROM unnest($1::bigint[], $2::text[]) x (n, t)
ON CONFLICT (no) DO UPDATE SET name = EXCLUDED.name;

-- query: self_check
-- One row for each reason not to serve: no row means all is well.
SELECT 'table without forced row-level security: ' || n.nspname || '.' || c.relname AS problem
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('log', 'access', 'rec', 'audit', 'auth', 'figures', 'duty', 'trail') AND c.relkind = 'r'
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
UNION ALL
SELECT 'the role ' || rolname || ' may bypass row-level security'
  FROM pg_roles
 WHERE rolname = current_user AND (rolsuper OR rolbypassrls OR rolcreaterole)
UNION ALL
SELECT 'the role owns ' || n.nspname || '.' || c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles r ON r.oid = c.relowner
 WHERE n.nspname IN ('log', 'access', 'rec', 'audit', 'auth', 'figures', 'duty', 'trail') AND r.rolname = current_user
UNION ALL
SELECT 'setting ' || name || ' is ' || setting
  FROM pg_settings
 WHERE (name IN ('full_page_writes') AND setting <> 'on')
    OR (name = 'fsync' AND setting <> 'on' AND NOT $1::boolean)
    OR (name = 'synchronous_commit' AND setting IN ('off', 'local'))
    OR (name = 'max_prepared_transactions' AND setting <> '0')
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text || ' looks past row-level security without a fixed search_path'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'log', 'access', 'auth', 'figures', 'trail') AND p.prosecdef
   AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) k WHERE k LIKE 'search_path=%');

-- query: migration_state
-- The migrations that have run, oldest first.
SELECT number, name, sha256 FROM public.casebridge_migration ORDER BY number;
