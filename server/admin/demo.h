/*
 * demo.h - a district to look at: places, people, cases and sign-ins, all
 * invented and all written through the one door for writes.
 *
 * The same seed and the same day give the same bodies. Dates are reckoned back
 * from `today`, so that the demo is always current.
 */
#ifndef SERVER_ADMIN_DEMO_H
#define SERVER_ADMIN_DEMO_H

#include "proto/types.h"
#include "server/auth/password.h"
#include "server/vault/vault.h"

#include <stdio.h>

#define DEMO_SEED  20261122
#define DEMO_CASES 1400
#define CITY_CASES 4000

struct demo_options {
	const char *database;           /* conninfo of the daemon's role */
	const unsigned char *trail_key; /* 32 bytes: what marks events */
	const char *owner; /* of the owner: keeps the statistics current */
	const struct catalogue *catalogue;
	size_t cases;   /* in all; at most 58 (or 0): the flagship and the
			   stories only. The hospice of a city comes on top */
	bool city;      /* seven more districts around ours */
	size_t records; /* a further case, on average; 0: as programmes have */
	uint64_t seed;
	const char *today; /* YYYY-MM-DD; NULL: the machine's day */
	const char *home;  /* all further cases at this site; NULL: the mix */
	const char *accounts; /* file for the sign-ins; NULL: stdout */
	enum password_cost cost;
	struct vault *vault; /* seals what is stored, second factors too */
	size_t writers;      /* connections; 0: one a processor */
	size_t batch;        /* changes a commit; 0: what measured best */
	FILE *progress;      /* lines about the course of it; NULL: none */
};

/*
 * Loads the demo into an empty, migrated database. Already there: says so and
 * is done. Broken off: goes on where it was, given the same seed. ERR_USAGE
 * names an option that cannot be; a refused change is a fault of ours and
 * comes with its code and field.
 */
bool demo_run(const struct demo_options *o, struct err *e) MUST_CHECK;

#endif
