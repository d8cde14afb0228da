/*
 * outside.h - what can be done with a store from outside, without its key.
 *
 * Its parcels can be carried, because they are closed for the centre (store.h,
 * "for others to carry"); how much waits can be counted; nothing can be read.
 * The caller holds the store's lock (place.h) while one is open.
 */
#ifndef CLIENT_OUTSIDE_H
#define CLIENT_OUTSIDE_H

#include "client/store/place.h"
#include "proto/base/hash.h"
#include "proto/base/uuid.h"

struct outside;

struct outside_counts {
	int64_t waiting;  /* entries the centre has not answered */
	int64_t closed;   /* of them with a parcel, carried or not */
	int64_t to_carry; /* parcels of changes nobody carried yet */
	int64_t files;    /* parcels of files nobody carried yet */
	int64_t refused;  /* parcels the centre will never take */
};

struct outside_parcel {
	struct uuid id;
	int64_t place; /* they are in order of it */
	bool is_file;
	const char *blob;  /* path of a file's sealed bytes */
	const char *entry; /* the parcel's JSON */
};

/* NULL with ERR_STORE_DAMAGED, or when an older program's store has none of
 * this: then *e has ERR_NOT_FOUND. */
struct outside *outside_open(const char *path, struct err *e) MUST_CHECK;
/* NULL is allowed. */
void outside_close(struct outside *TAKES o);

/* The store's own id, as the centre knows it. */
bool outside_id(struct outside *o, struct uuid *out, struct err *e) MUST_CHECK;
/* Whether it opens with its share only (share.h). */
bool outside_shared(struct outside *o, bool *out, struct err *e) MUST_CHECK;
bool outside_count(struct outside *o, struct outside_counts *out,
	struct err *e) MUST_CHECK;
/* Whose parcels they are (JSON, in mem), or NULL. */
bool outside_passport(struct outside *o, struct arena *mem, const char **out,
	struct err *e) MUST_CHECK;
/* The next that waits behind another (NULL: the first); *found is false at the
 * end. */
bool outside_next(struct outside *o, const struct outside_parcel *behind,
	struct arena *mem, struct outside_parcel *out, bool *found,
	struct err *e) MUST_CHECK;
/* The centre has it, or will never take it. */
bool outside_mark(struct outside *o, const struct uuid *id, bool taken,
	struct err *e) MUST_CHECK;

#endif
