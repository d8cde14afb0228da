-- 0128-kept-as-sent.sql - what is kept of a file is found by who left it and its very
-- text, not by the name somebody gave it.
--
-- Why: whoever carries a parcel knows its id and its store. By these two alone
-- another station could stand in its place with a piece of its own, and the
-- station that was wiped left that piece out. The digest is of the parcel's
-- text and stays when the text goes; what was left by the other door as a file,
-- without a size, has none and is nobody's beginning.
-- While the previous release runs: it leaves rows without a digest; such a file
-- is kept once more from its beginning. Locks: auth.parcel, for a moment.
-- Undo: none; migrations only go forward.

ALTER TABLE auth.parcel ADD digest bytea CHECK (length(digest) = 32);
UPDATE auth.parcel SET digest = sha256(convert_to(parcel, 'UTF8')) WHERE kind = 'file' AND size IS NOT NULL AND parcel IS NOT NULL;
CREATE UNIQUE INDEX parcel_text ON auth.parcel (device, digest) WHERE digest IS NOT NULL;
CREATE INDEX parcel_left ON auth.parcel (device) WHERE taken_at IS NULL;
COMMENT ON COLUMN auth.parcel.digest IS 'SHA-256 of the text of a file''s parcel as it was sent.';
