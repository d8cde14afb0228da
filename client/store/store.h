/*
 * store.h - one person's sealed store at one station.
 *
 * What the centre sent stands in *units* (a case, a person, the directory) of
 * records; what the person did stands in *work* (the outbox, and behind it the
 * journal of acknowledged changes); what the centre must still be told stands
 * in receipts. Positions, names and the token are the *state*, a JSON object.
 *
 * After unlocking, an index of units and records is in memory; bodies stay
 * sealed until read. Everything written happens in a transaction, and a commit
 * that returned true is on the disk. When a transaction fails, the index no
 * longer fits the file: the store refuses further work and is to be closed.
 *
 * A row that was deleted, moved or put back from an older copy is noticed when
 * the store is opened (the state holds a sum over the rows, each unit the
 * revisions of its records). A whole older *file* is noticed by the centre,
 * by the number every request carries.
 *
 * One thread; one process at a time (place.h holds the lock).
 */
#ifndef CLIENT_STORE_H
#define CLIENT_STORE_H

#include "client/store/seal.h"
#include "proto/base/hash.h"
#include "proto/record.h"

struct store;

/* ---- opening ---- */

enum secret { SECRET_PASSPHRASE, SECRET_RECOVERY };

/* Makes the file, whole or not at all and over no other; `recovery` receives
 * the key that opens it when the passphrase is forgotten, and is shown once. */
bool store_create(const char *path, const char *passphrase,
	const struct seal_cost *cost, char recovery[SEAL_RECOVERY],
	struct err *e) MUST_CHECK;

/*
 * ERR_BAD_PASSPHRASE, or ERR_STORE_DAMAGED with what does not fit in `field`;
 * a damaged file is left exactly as it is. The catalogue outlives the store.
 */
struct store *store_open(const char *path, const struct catalogue *c,
	enum secret kind, const char *secret, struct err *e) MUST_CHECK;
/* NULL is allowed. Wipes the keys. */
void store_close(struct store *TAKES s);

/* Whether it opens with its share only (share.h); and makes it so. */
bool store_is_shared(struct store *s);
bool store_cover(struct store *s, const struct seal_key *share,
	struct err *e) MUST_CHECK;

/* Seals the master key with another passphrase. */
bool store_rewrap(struct store *s, const char *passphrase,
	const struct seal_cost *cost, struct err *e) MUST_CHECK;

/*
 * Reads what it can of the outbox of a store that will not open, from a copy
 * of the file made beside it. `work` is an array of {change, state, …};
 * *lost counts entries that could not be read.
 */
bool store_salvage(const char *path, enum secret kind, const char *secret,
	struct arena *mem, json_t **work, size_t *lost,
	struct err *e) MUST_CHECK;

/* ---- transactions and state ---- */

bool store_begin(struct store *s, struct err *e) MUST_CHECK;
bool store_commit(struct store *s, struct err *e) MUST_CHECK;
void store_rollback(struct store *s);

/* Its file. */
const char *store_path(const struct store *s);
/* The store's own id, as the centre knows it. */
const struct uuid *store_id(const struct store *s);
const struct catalogue *store_catalogue(const struct store *s);
/*
 * The district's own packs, as the store holds them, laid over a catalogue;
 * NULL when there are none. What has mistakes is left out and told.
 */
struct catalogue *store_packs(struct store *s, const struct catalogue *base,
	struct mistakes *left_out);
/* Another catalogue from now on. Both outlive the store; the types of both are
 * the same. */
void store_use(struct store *s, const struct catalogue *c);
/* A member of the state; NULL when there is none. Owned by the store. */
const json_t *store_get(const struct store *s, const char *key);
/* "" when there is none. */
const char *store_text(const struct store *s, const char *key);
/* Inside a transaction. NULL removes the member. */
void store_set(struct store *s, const char *key, json_t *TAKES v);

/* ---- units and records ---- */

struct held {
	struct uuid id;
	const char *type;
	int64_t ver;
	int64_t rev; /* the store's own, of the row */
	int cls;
	enum record_state state;
	struct sha256 sha;
	unsigned char key[SHA256_LEN]; /* of the row */
};

struct unit {
	struct uuid id;
	const char *kind; /* "case", "person", "directory" */
	int64_t gen;
	const struct held *records; /* by id */
	size_t n;
	struct sha256 digest; /* of what is held (digest.h) */
};

size_t store_unit_count(const struct store *s);
/* In order of id. Valid until a unit is put or dropped. */
const struct unit *store_unit_at(const struct store *s, size_t i);
const struct unit *store_unit(const struct store *s, const struct uuid *id);
/* Where a record is held; NULL when it is not. */
const struct held *store_held(
	const struct store *s, const struct uuid *id, const struct unit **unit);
/* Holding digest over every unit. */
struct sha256 store_digest(const struct store *s);

/* ERR_STORE_DAMAGED when the row is missing or does not open. */
bool store_read(struct store *s, const struct unit *u, const struct held *h,
	struct arena *mem, struct record *out, struct err *e) MUST_CHECK;

struct incoming {
	struct record r;
	struct str line; /* the feed's line, kept as it came */
};

struct delivery {
	struct uuid unit;
	const char *kind;
	int64_t gen;
	bool full; /* replaces what is held of the unit */
	const struct incoming *records;
	size_t n;
	int64_t part; /* 1, 2 … of a unit too large for a page; 0: all of it */
	bool more;    /* further parts follow */
	/* The centre was restored, and has been offered what is newer here: its
	 * word stands, also where it is an older version. Only with `full`. */
	bool anew;
};

/*
 * Applies a delivery. A version is never replaced by a lower one, unless anew.
 * Parts are kept aside, sealed, where nothing else sees them, and become the
 * unit with the last one; one that does not follow the part before it is
 * ERR_VOID_PAGE. There is one unit in parts at a time: the first part of
 * another, or anything else that becomes of it, takes its place.
 */
bool store_deliver(
	struct store *s, const struct delivery *d, struct err *e) MUST_CHECK;
/* Destroys the unit's key and rows; the commit also empties SQLite's log. */
bool store_drop_unit(
	struct store *s, const struct uuid *unit, struct err *e) MUST_CHECK;

/* ---- work: outbox and journal ---- */

enum work_state {
	WORK_UNSENT,
	WORK_SENT,     /* in a request whose answer is not here yet */
	WORK_DEFERRED, /* the centre waits for what it builds on; sent again */
	WORK_APPLIED,  /* in the log of the centre, or noted as already so */
	WORK_CONFLICT, /* applied in part; a conflict record holds the rest */
	WORK_PARKED,   /* kept in the centre's review queue; a person decides */
	WORK_STATES
};

struct work {
	int64_t seq; /* order of entry */
	int64_t rev;
	enum work_state state;
	json_t *doc; /* {"change":{…},"result":{…}?,"hidden":true?} */
	struct uuid id;
	struct uuid rec;
	struct uuid unit;
};

size_t store_work_count(const struct store *s);
/* In order of seq. */
const struct work *store_work_at(const struct store *s, size_t i);
/* By the change's id; NULL when there is none. */
const struct work *store_work(const struct store *s, const struct uuid *id);
const json_t *work_change(const struct work *w);
const json_t *work_result(const struct work *w); /* or NULL */
bool work_hidden(const struct work *w);
/* True while the centre has not said what became of it. */
bool work_waits(const struct work *w);
/* It waits, and the centre would not even keep it: its result says why. */
bool work_refused(const struct work *w);

/* Adds a change (an object as in docs/wire.md) at the end of the outbox. */
bool store_work_add(
	struct store *s, json_t *TAKES change, struct err *e) MUST_CHECK;
/* Gives an entry another state and, unless NULL, a result. */
bool store_work_put(struct store *s, const struct work *w,
	enum work_state state, json_t *TAKES result, struct err *e) MUST_CHECK;
/* Keeps an entry out of the local view: its unit was withdrawn. One that waits
 * shows again when the unit is here again. */
bool store_work_hide(
	struct store *s, const struct work *w, struct err *e) MUST_CHECK;
bool store_work_drop(
	struct store *s, const struct work *w, struct err *e) MUST_CHECK;

/* ---- receipts ---- */

/* An object as in docs/wire.md; a newer one of the same kind and unit takes
 * the older one's place. */
bool store_receipt_add(
	struct store *s, json_t *TAKES receipt, struct err *e) MUST_CHECK;
/* All of them, oldest first; owned by mem. */
json_t *store_receipts(const struct store *s, struct arena *mem);
/* Forgets those of the list that are still as they were when it was made. */
bool store_receipts_drop(
	struct store *s, const json_t *receipts, struct err *e) MUST_CHECK;

/* ---- papers: what the station keeps for itself and never sends ----
 *
 * One whose doc has a `value` with `case` or `rec` (ids), as the draft of a
 * form has, is about that unit, and goes with it; one with a `base` (the record
 * as it was) also when that record is no longer here.
 */

/* A JSON value under a kind and a name, in the place of an older one; NULL
 * takes it away. Inside a transaction. */
bool store_paper_put(struct store *s, const char *kind, const char *name,
	json_t *TAKES doc, struct err *e) MUST_CHECK;
/* *out is NULL when there is none; it belongs to mem. */
bool store_paper(struct store *s, const char *kind, const char *name,
	struct arena *mem, json_t **out, struct err *e) MUST_CHECK;
/* All of a kind: an array of {"name","doc"}, in no order. */
bool store_papers(struct store *s, const char *kind, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;
/* How many there are of a kind, and how large one is; 0: there is none. */
bool store_papers_total(struct store *s, const char *kind, size_t *n,
	size_t *bytes, struct err *e) MUST_CHECK;
bool store_paper_size(struct store *s, const char *kind, const char *name,
	size_t *bytes, struct err *e) MUST_CHECK;
/* Names of those that went with their unit since the store was opened, an array
 * or NULL. */
const json_t *store_papers_gone(const struct store *s, const char *kind);

/* ---- for others to carry (proto/courier.h) ---- */

/* The public key this store signs with, base64url in mem; made when there is
 * none yet. Outside a transaction. */
bool store_author(struct store *s, struct arena *mem, const char **key,
	struct err *e) MUST_CHECK;
/* What the centre answered to it: its courier key, and the passport. From now
 * on, and for what waits already, a parcel stands beside everything that waits.
 * Outside a transaction. */
bool store_closed_for(struct store *s, const char *courier,
	const json_t *passport, struct err *e) MUST_CHECK;
/* Whether the parcels are of the replica the store is now. */
bool store_has_passport(const struct store *s);
/* Whether they are closed for the courier key of that name; NULL: the centre
 * did not say which is in use. */
bool store_seals_to(const struct store *s, const char *key);
/* The parcel (JSON, in mem) that stands beside an entry that waits, or NULL. */
bool store_parcel(struct store *s, const struct uuid *id, struct arena *mem,
	const char **out, struct err *e) MUST_CHECK;
/*
 * A file whose case was withdrawn before the centre had it: its bytes are here
 * still, but nothing here opens them; the parcel does, at the centre alone.
 */
struct parcel_left {
	struct uuid id;
	unsigned char row[SHA256_LEN];
	bool carried;      /* somebody has brought it */
	const char *entry; /* JSON */
	const char *path;  /* of the bytes */
};
/* The first of them; *found is false when there is none. */
bool store_parcel_left(struct store *s, struct arena *mem,
	struct parcel_left *out, bool *found, struct err *e) MUST_CHECK;
/* The centre has it: nothing of it stays. Or will never take it as it is. In a
 * transaction of its own. */
bool store_parcel_end(struct store *s, const struct parcel_left *p, bool taken,
	struct err *e) MUST_CHECK;
/* How many of them wait to be handed in, and how many the centre will never
 * take: their bytes are damaged, or the key they were closed for is gone. */
bool store_parcels_left(struct store *s, int64_t *waiting, int64_t *refused,
	struct err *e) MUST_CHECK;
/* A person gave those up that nobody will ever open: their bytes go. In a
 * transaction of its own. */
bool store_parcels_drop(struct store *s, struct err *e) MUST_CHECK;
/* Whether somebody carried it to the centre already. */
bool store_carried(struct store *s, const struct uuid *id);

/* Opens every row and hashes every body again; the first fault is reported. */
bool store_verify(struct store *s, struct err *e) MUST_CHECK;
/* The same for the centre's copy alone. A unit with a record that does not open
 * has no digest any more until it is delivered whole, so that comparing with
 * the centre finds it. How many those are. */
size_t store_doubt(struct store *s);

#endif
