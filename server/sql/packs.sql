-- Statements of server/shelf: the packs of the district, for the catalogue.

-- query: packs_stamp
-- A number that grows with every version of a pack. Always one row.
SELECT app.pack_stamp() AS stamp;

-- query: packs_all
-- Every pack that was not retracted, as it was written.
SELECT id, version, body FROM app.packs();
