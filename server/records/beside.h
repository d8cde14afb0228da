/*
 * beside.h - what stands beside a batch, for the rules that look at more than
 * one record (proto/about.h, proto/contract.h); inside server/records.
 *
 * It comes with the third trip of the one read, and only what the batch gives
 * reason to ask for: a batch of service notes asks for nothing. Row-level
 * security holds: of what the reader does not see nothing is known here, and
 * its rule is left out, except that contracts in force count wherever they are.
 */
#ifndef SERVER_RECORDS_BESIDE_H
#define SERVER_RECORDS_BESIDE_H

#include "server/records/world.h"

struct beside_body {
	struct uuid id;
	json_t *body;
};

/* The first baseline by an instrument, as it was asked for. */
struct beside_baseline {
	struct uuid unit;
	struct uuid who; /* a person or participant; nil: the client */
	const char *instrument;
	const char *day; /* YYYY-MM-DD; NULL: there is none */
};

/* Contracts in force: of the person of a case (or a person) asked about, or,
 * asked nil, of a team. */
struct beside_contract {
	struct uuid asked;
	struct uuid team; /* nil: not seen */
	const char *from, *to;
	int64_t n;
};

struct beside {
	struct beside_body *bodies; /* sorted by id */
	size_t body_count;
	struct beside_baseline *baselines;
	size_t baseline_count;
	struct beside_contract *contracts;
	size_t contract_count;
	int asked; /* which statements are on their way */
};

/* load_beside.c: queues what is to be asked, once heads are known; how many
 * statements. Their rows go to beside_take() in the same order. */
size_t beside_queue(struct world *w, struct db *db);
#define BESIDE_QUERIES 3
void beside_take(struct world *w, struct db_rows *const *rows);

/* A record as the batch leaves it, else as it stands; NULL when it is neither
 * held nor was loaded, or is retracted. */
const json_t *world_body(struct world *w, const struct uuid *id);

/* rule_about.c: the rules themselves. */
bool beside_check(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, const json_t *after, struct err *e) MUST_CHECK;
/* What a record says by itself, given what stands beside it. */
void beside_fill(struct world *w, const struct rtype *t, const json_t *before,
	json_t *body);

#endif
