/*
 * engine_in.h - what the files of the engine share.
 */
#ifndef CLIENT_ENGINE_IN_H
#define CLIENT_ENGINE_IN_H

#include "client/sync/engine.h"

#define PAGE_CAP   ((size_t)64 << 20) /* accepted: one unit may be large */
#define ANSWER_CAP ((size_t)8 << 20)
#define RECEIPTS   400 /* in one request */
#define PUSH_BYTES ((size_t)1000000)

/* What is known of the line to the centre, kept in the store. */
struct line {
	int64_t rate;    /* bytes of pages in a second; 0: not measured */
	int64_t careful; /* bytes still to be taken in small pieces */
};

struct engine {
	struct store *s;
	struct transport *t;
	const struct sync_hooks *hooks;
	struct sync_report *report;
	int64_t pushed;  /* seq of the last entry sent in this round */
	bool one_by_one; /* a batch was refused whole: find the one */
	bool too_old;    /* the centre takes no changes of this program */
	bool pulled;     /* the last page came */
	bool compare;    /* digests differ: ask which units */
	bool held; /* the centre takes no changes now; why is in refused */
	unsigned heals;
	unsigned renewals;
	unsigned voids;
	struct sha256 brought; /* ids of the last page's units */
	struct line line;
	/* the answer coming in */
	const struct request *asked;
	struct taker taker; /* applies pages while they come in */
	size_t pages;       /* of it that were applied */
	int64_t bytes;      /* of them */
	int64_t taken_ms;   /* when the last of them stood; 0: none yet */
	bool taking;     /* some of them stand only with the commit to come */
	struct err stop; /* why taking it ended; NONE: it did not */
	struct err refused; /* the last entry the centre would not take */
};

/* What a pending request is for, and what its answer means. */
enum call {
	CALL_PULL,
	CALL_PUSH,
	CALL_RECEIPTS,
	CALL_DIGEST,
	CALL_AGAIN,
	CALL_SALVAGE,
	CALL_COUNT
};

/*
 * Numbers a request and writes it down; inside the caller's transaction, which
 * it commits. `body` may be NULL.
 */
bool engine_pend(struct engine *g, enum call call, const char *path,
	const char *body, struct err *e) MUST_CHECK;

/* Begins the transaction of an answer: the request is no longer pending, the
 * head is noted. engine_settle() ends it. */
bool engine_answered(
	struct engine *g, const struct reply *a, struct err *e) MUST_CHECK;
bool engine_settle(struct engine *g, struct err *e) MUST_CHECK;

/* Plans a request of a kind; *planned is false when there is none to make. */
bool push_plan(struct engine *g, bool *planned, struct err *e) MUST_CHECK;
bool receipts_plan(struct engine *g, bool *planned, struct err *e) MUST_CHECK;
bool pull_plan(struct engine *g, int64_t wait_s, struct err *e) MUST_CHECK;
/* Only the totals; the least that measures the line. */
bool pull_plan_totals(struct engine *g, struct err *e) MUST_CHECK;
bool pull_plan_some(struct engine *g, struct err *e) MUST_CHECK;
bool digest_plan(struct engine *g, struct err *e) MUST_CHECK;
/* What a new replica does before it pulls (reconcile.c). */
bool again_plan(struct engine *g, bool *planned, struct err *e) MUST_CHECK;
bool again_is_due(const struct store *s);
/* The unit was compared and differed: the centre's version stands. */
bool again_is_anew(const struct store *s, const struct uuid *unit);
/* Inside a transaction: this store is another replica now. */
void again_begin(struct store *s);
/* An offer was refused. */
bool again_refused(struct engine *g, const struct reply *a,
	const struct err *why, struct err *e) MUST_CHECK;
/* What the centre is told of a unit; inside a transaction. */
bool receipts_add(struct engine *g, const char *kind, const struct uuid *unit,
	int64_t gen, struct err *e) MUST_CHECK;
/* One page, whole or not at all; it stands with pull_settle(). */
bool pull_take_page(struct engine *g, const struct reply *a, struct str text,
	struct err *e) MUST_CHECK;
bool pull_settle(struct engine *g, struct err *e) MUST_CHECK;
/* Every unit here with its digest, as the members of a JSON array. */
void digest_units(struct engine *g, struct buf *out);
/* Units of a list the centre does not know to be here: it is told. */
bool pull_unlisted(
	struct engine *g, const json_t *ids, struct err *e) MUST_CHECK;

/* After a centre that did not know what was asked: from now on as it was asked
 * before there were pieces, until a centre says that it knows them. */
bool pull_plainly(
	struct engine *g, const struct reply *a, struct err *e) MUST_CHECK;

/* What a good answer to each means. */
typedef bool engine_handler(struct engine *g, const struct reply *a,
	struct arena *mem, struct err *e);
engine_handler pull_answer, push_answer, receipts_answer, digest_answer;
engine_handler again_answer, salvage_answer;

/* The store; opened again when whoever drives the engine had closed it while
 * bytes travelled. ERR_STORE_BUSY when another process has synced meanwhile. */
bool engine_store(struct engine *g, struct err *e) MUST_CHECK;

/* Pages of an answer that is still coming in. */
bool pull_take(void *engine, const struct reply *a, struct str have,
	size_t *used) MUST_CHECK;
/* The whole pages nobody took before the line ended. */
bool pull_take_rest(
	struct engine *g, const struct reply *a, struct err *e) MUST_CHECK;
/* What an answer, or the end of the line in the middle of it, says of the
 * line. */
void pull_measure(struct engine *g, const struct reply *a, bool whole);

/* No changes are taken now; the rest of the round goes on. */
bool push_held(
	struct engine *g, const struct err *why, struct err *e) MUST_CHECK;
/* A push that was refused as a whole. */
bool push_refused(struct engine *g, const struct err *why, struct arena *mem,
	struct err *e) MUST_CHECK;
/* Refused because this program is too old: nothing more is sent in this round,
 * everything else goes on. */
bool push_too_old(struct engine *g, const struct err *why, struct arena *mem,
	struct err *e) MUST_CHECK;
#ifdef CASEBRIDGE_MUTANTS
bool push_forget(
	struct engine *g, const struct uuid *unit, struct err *e) MUST_CHECK;
#else
#define push_forget(g, unit, e) true
#endif
/* Puts the journal back in front of the outbox, for a new replica. */
bool push_rewind(struct engine *g, struct err *e) MUST_CHECK;
/* Drops what a verified backup of the centre holds. */
bool push_prune(struct engine *g, struct err *e) MUST_CHECK;

/* A JSON answer; ERR_VOID_PAGE when it is none. */
json_t *engine_json(
	const struct reply *a, struct arena *mem, struct err *e) MUST_CHECK;

#endif
