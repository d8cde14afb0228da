-- 0119-kept-files.sql - files of a station that is wiped are kept like its
-- changes, and a receipt says what was not handed in.
--
-- Why: of a file the centre could not take (its author shut out, the quota of
-- the day used up) nothing was kept, and the wipe destroyed the only copy. The
-- pieces lie beside the parcel that opens them, sealed as they came; `size` is
-- what was announced, and what a station may leave here is bounded by it.
-- `left_entries` and `unread_stores` are what the station says it destroyed
-- without anybody having it; null: an older program, which does not say.
-- While the previous release runs: it keeps no files and reads none of this.
-- Locks: auth.parcel and auth.device_order, for a moment. Undo: none;
-- migrations only go forward.

ALTER TABLE auth.parcel ADD size bigint CHECK (size > 0);
ALTER TABLE auth.device_order ADD left_entries integer, ADD unread_stores integer;

CREATE TABLE auth.parcel_piece (
  parcel uuid NOT NULL REFERENCES auth.parcel,
  no     integer NOT NULL CHECK (no >= 0),
  sealed bytea NOT NULL,
  PRIMARY KEY (parcel, no)
);
COMMENT ON TABLE auth.parcel_piece IS
  'The sealed chunks of a kept file, as they came; gone once it was taken.';
ALTER TABLE auth.parcel_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.parcel_piece FORCE ROW LEVEL SECURITY;
CREATE POLICY room ON auth.parcel_piece USING (app.room() = 'auth') WITH CHECK (app.room() = 'auth');
GRANT SELECT, INSERT, DELETE ON auth.parcel_piece TO casebridge_app;
