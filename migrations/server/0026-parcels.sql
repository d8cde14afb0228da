-- 0026-parcels.sql - what a wiped station handed over and could not be taken is
-- seen by an administrator, tried again, and kept no longer than it must.
--
-- Why: the parcels lay in auth.parcel, and nobody could look at them. Whose they
-- are and of what kind stood inside a text nobody should have to open, so it
-- stands beside it now. Once a parcel was taken its content is in the log as its
-- author's; what stays here is the line that says so.
-- While the previous release runs: it parks without the two columns, which the
-- list shows as unknown. Locks: auth.parcel, for a moment.
-- Undo: none; migrations only go forward.

ALTER TABLE auth.parcel
  ADD kind     text,
  ADD replica  uuid,
  ADD tries    integer NOT NULL DEFAULT 0,
  ADD tried_at timestamptz,
  ADD taken_at timestamptz,
  ALTER parcel DROP NOT NULL,
  ADD CONSTRAINT parcel_kept CHECK ((parcel IS NULL) = (taken_at IS NOT NULL));
UPDATE auth.parcel SET kind = parcel::json ->> 'kind', replica = (parcel::json ->> 'replica')::uuid;
CREATE INDEX parcel_waiting ON auth.parcel (replica, id) WHERE taken_at IS NULL;
COMMENT ON COLUMN auth.parcel.code IS 'Why it was not taken, as of the last try.';
COMMENT ON COLUMN auth.parcel.parcel IS 'Sealed as it came; null once it was taken.';
