-- before.sql - what an empty database is given before it is migrated, by its
-- superuser.
--
-- now() is the simulator's: every policy and function that is made afterwards
-- finds this one under its name. The real one keeps its number, and another name.
ALTER FUNCTION pg_catalog.now() RENAME TO real_now;
CREATE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT to_timestamp(current_setting('sim.now')::float8) $$;
