/*
 * engine.h - bringing one store and the centre together.
 *
 * Pure protocol: it talks through a transport and writes to a store, and knows
 * neither sockets nor clocks but for the time of contact it notes. Every
 * request of a replica is numbered, and stands in the store, whole, before its
 * first byte leaves; when the answer is lost or the program killed, the very
 * same request is sent again, so the centre never sees a gap or two different
 * requests of one number.
 *
 * A round: receipts, then the outbox, then receipts, then pages until nothing
 * is left, then the digests are compared. Pages are applied while the answer is
 * still coming in; when the line breaks, what came counts, and the next request
 * goes on behind it. Nothing in any answer makes it drop
 * unsent work; there is no such code.
 */
#ifndef CLIENT_ENGINE_H
#define CLIENT_ENGINE_H

#include "client/store/store.h"
#include "client/sync/transport.h"

struct sync_report {
	/* work */
	int64_t sent;
	int64_t applied;
	int64_t conflicts;
	int64_t parked;
	int64_t deferred;
	int64_t refused;  /* would not be taken at all; still in the outbox */
	int64_t salvaged; /* versions only this station had, now at the centre
			   */
	/* copy */
	int64_t units;
	int64_t records;
	int64_t purged;
	int64_t kept;        /* purges put off: the unit has unsent work */
	int64_t cases;       /* whole ones that came new or anew */
	int64_t total_units; /* as announced, for the estimate */
	int64_t total_cases;
	int64_t total_records;
	int64_t total_bytes;
	int64_t bytes;   /* of pages applied */
	int64_t rate;    /* bytes a second the line gave, 0: not measured */
	int64_t cuts;    /* answers that broke off behind a whole page */
	int64_t answers; /* of any kind */
	/* end */
	bool ended;   /* nothing is left but what would not be taken */
	bool renewed; /* this store is a new replica now */
	bool matched; /* both digests are equal: everything is here */
	char here[SHA256_HEX];
	char centre[SHA256_HEX];
};

struct sync_hooks {
	void *ctx;
	/* Something happened; NULL when nobody looks. */
	void (*progress)(void *ctx, const struct sync_report *r);
	/* ECDSA by the device key, DER, into `out`. */
	bool (*sign)(void *ctx, const char *text, size_t n, struct buf *out,
		struct err *e);
	/* The store: the same, or opened again when it was closed while bytes
	 * travelled, so that a person may work meanwhile. NULL hook: it stays
	 * open. NULL with *e. */
	struct store *(*store)(void *ctx, struct err *e);
};

/*
 * Adds what an earlier round did to the report of the one after it.
 */
void sync_report_add(struct sync_report *r, const struct sync_report *earlier);

/*
 * One round. False with ERR_OFFLINE, ERR_TLS, ERR_VOID_PAGE, ERR_BUSY (work is
 * kept, try later), ERR_SIGNED_OUT (sign in, then go on), or what else stood
 * in the way. True: everything was exchanged; report->matched says whether the
 * digests are equal, and only then may "synced" be said.
 */
bool sync_round(struct store *s, struct transport *t,
	const struct sync_hooks *hooks, struct sync_report *report,
	struct err *e) MUST_CHECK;

/* Only makes the store known to the centre, when it is not yet. */
bool sync_register(
	struct store *s, struct transport *t, struct err *e) MUST_CHECK;

/*
 * Waiting for news without holding the store: _begin writes down a request the
 * centre may hold for wait_s seconds, the caller closes the store, sends it,
 * opens the store again, and gives the answer to _end. When another process
 * has synced in between, the answer is set aside (*used is false).
 */
bool sync_listen_begin(struct store *s, int64_t wait_s, struct arena *mem,
	struct request *out, struct err *e) MUST_CHECK;
bool sync_listen_end(struct store *s, const struct request *q,
	const struct reply *a, const struct sync_hooks *hooks,
	struct sync_report *report, bool *used, struct err *e) MUST_CHECK;

/* What a first sync would bring: the totals are in the report, with the rate of
 * the line. Moves nothing, except that a line that was never measured brings
 * the first few units, which stay. */
bool sync_estimate(struct store *s, struct transport *t,
	const struct sync_hooks *hooks, struct sync_report *report,
	struct err *e) MUST_CHECK;

/* Reads a problem document into *e; false always. */
bool sync_problem(const struct reply *a, struct err *e);

#endif
