/*
 * desk.h - what a verb works on: the station's directory, the person's open
 * store, and the way to the centre.
 *
 * Everything closes with the arena of the program. The store's lock is held
 * from desk_open() on, so two commands at once take turns.
 */
#ifndef CLIENT_DESK_H
#define CLIENT_DESK_H

#include "client/cli/cli.h"
#include "client/store/outbox.h"
#include "client/store/place.h"
#include "client/sync/engine.h"

struct desk {
	struct cli *c;
	struct catalogue *base;      /* of this program */
	struct catalogue *catalogue; /* with the packs of an open store */
	struct station_dir place;
	const char *store_name; /* file name, in the place */
	const char *passphrase;
	int lock;
	struct store *s; /* NULL: not open */
	struct view *v;
	const char *key;    /* PEM of the device */
	struct arena *seen; /* of the view */
};

/* The catalogue and the place; makes the directory when `make`. */
struct desk *desk_new(struct cli *c, bool make, struct err *e) MUST_CHECK;
/*
 * The store of whoever signed in last. ERR_SIGNED_OUT when nobody has;
 * ERR_LEASE_OVER when the station was out of touch for too long and the verb
 * (`lease`) shows or changes case content.
 */
struct desk *desk_open(struct cli *c, bool lease, struct err *e) MUST_CHECK;
/* Opens and closes the store of an existing desk (sync --watch). */
bool desk_lock_store(struct desk *d, struct err *e) MUST_CHECK;
bool desk_open_store(struct desk *d, struct err *e) MUST_CHECK;
void desk_close_store(struct desk *d);
/* Opens it with this passphrase, as desk_open() does with `lease`. */
bool desk_unlock(
	struct desk *d, const char *passphrase, struct err *e) MUST_CHECK;
/* Closes it and wipes the passphrase. */
void desk_lock(struct desk *d);

/* What the person sees now; made anew after the store changed. */
struct view *desk_view(struct desk *d) NEVER_NULL;

/* One connection to the centre, in mem; `extra` (NULL: nothing) says how it
 * behaves, where it leads is the station's. */
struct transport *desk_transport(struct desk *d, const struct https *extra,
	struct arena *mem, struct err *e) MUST_CHECK;
/* Carries out what the centre ordered for this station (client/sync/orders.h);
 * no store is open. */
bool desk_obey(struct cli *c, struct err *e) MUST_CHECK;
/* A value of a query; what is typed may be anything. */
const char *desk_escaped(struct cli *c, const char *text) NEVER_NULL;
/* A plain request with the session's token; the answer's JSON when the status
 * is 2xx, else the problem in *e. */
json_t *desk_ask(struct desk *d, const char *path, struct err *e) MUST_CHECK;
/* The same of an answer that is no JSON, as it comes (transport.h). False also
 * when the taker said so, with *e as it left it. */
bool desk_take(struct desk *d, const char *path, const struct taker *taker,
	struct err *e) MUST_CHECK;
/* The same, sending a body. */
json_t *desk_post(struct desk *d, const char *path, const json_t *body,
	struct err *e) MUST_CHECK;
/* By any method, where nothing is read of the answer; body may be NULL. */
bool desk_tell(struct desk *d, const char *method, const char *path,
	const json_t *body, struct err *e) MUST_CHECK;

/* Commits what the outbox took and says so. */
bool desk_saved(
	struct desk *d, const struct uuid *rec, struct err *e) MUST_CHECK;
/* How many changes wait to be sent. */
int64_t desk_waiting(const struct desk *d);

/* While a first sync is on its way: how many of all cases are here, a line on
 * standard output. */
void desk_coming(struct desk *d);

/* The session's member, or "". */
const char *desk_reader(const struct desk *d, const char *member);

#endif
