/*
 * courier.h - what waits on this machine, whoever wrote it, brought to the
 * centre with the station's certificate alone.
 *
 * No store is opened for it and no session needed: parcels are closed for the
 * centre (client/store/outside.h), and so is what was imported from another
 * station (bundle.h). A store somebody is using just now is left to them.
 */
#ifndef CLIENT_COURIER_H
#define CLIENT_COURIER_H

#include "client/store/place.h"
#include "client/store/store.h"
#include "client/sync/transport.h"

struct courier_report {
	int64_t changes; /* the centre has them now */
	int64_t files;
	int64_t refused; /* the centre will never take them as they are */
	int64_t left;    /* still here */
	int64_t busy;    /* stores in use */
};

struct courier_job {
	const struct station_dir *place;
	struct transport *t;
	const char *but; /* a store that is not looked into, or NULL */
	/* The centre is to keep, as it is, what it cannot take now: nobody
	 * else will have it. */
	bool keep;
};

/*
 * Brings everything it can. True also when something is left; false when the
 * centre could not be asked, with why. A centre that knows nothing of parcels
 * takes none.
 */
bool courier_carry(const struct courier_job *job, struct courier_report *out,
	struct err *e) MUST_CHECK;

/* The same count, asking nobody: what of others waits here; refused is what
 * was imported and the centre would not take. */
bool courier_waits(const struct courier_job *job, struct courier_report *out,
	struct err *e) MUST_CHECK;

/* What nobody has but this machine, after everything was brought. */
struct courier_lost {
	int64_t entries;
	int64_t stores; /* that cannot be read from outside */
};
bool courier_lost_here(const struct station_dir *p, struct courier_lost *out,
	struct err *e) MUST_CHECK;

struct exported {
	int64_t changes;
	int64_t files;
	int64_t people;    /* stores they come from */
	int64_t uncovered; /* entries that wait and have no parcel */
	int64_t unread;    /* stores that cannot be read from outside */
	int64_t lost;      /* files whose bytes are gone */
};

/*
 * Everything that waits here, whoever wrote it, in a file any station of the
 * site can take (bundle.h); opens no store.
 */
bool courier_export(const struct station_dir *p, const char *path,
	struct exported *out, struct err *e) MUST_CHECK;

/* Takes a checked bundle (bundle.h) over for the next time; *here: it was
 * taken over before. */
bool courier_import(const struct station_dir *p, const char *path,
	const struct sha256 *name, bool *here, struct err *e) MUST_CHECK;

/*
 * Hands in what the centre refused outright of units that are no longer here;
 * what it has then waits no more. Anything that fails is tried again by the
 * next round. Outside a transaction.
 */
bool courier_hand_in(
	struct store *s, struct transport *t, struct err *e) MUST_CHECK;
/* Whether an entry was handed in that way. */
bool courier_has(const struct work *w);

/*
 * Tells the centre this store's key, once for each replica and once for each
 * courier key the centre puts into use, so that others may carry its work. Any
 * failure leaves everything as it was; an older centre has no such call.
 */
bool courier_introduce(
	struct store *s, struct transport *t, struct err *e) MUST_CHECK;

#endif
