/*
 * demo_crowd.h - the further cases of a large district, by several writers at
 * once.
 */
#ifndef SERVER_ADMIN_DEMO_CROWD_H
#define SERVER_ADMIN_DEMO_CROWD_H

#include "server/admin/demo_mix.h"

#include <stdio.h>

struct crowd {
	const char *database; /* conninfo each writer connects with */
	const unsigned char *trail_key;
	struct vault *vault; /* and the keys */
	const struct catalogue *catalogue;
	const struct district *district;
	int64_t today;
	uint64_t seed;
	uint64_t stream; /* of the first script; each next has the next */
	const struct mix *mix;
	int records;    /* a case, on average; 0: as the programmes have them */
	size_t writers; /* 0: one a processor */
	size_t batch;
	FILE *progress; /* or NULL */
};

/* Each script is one writer's; what it holds depends on its number alone, not
 * on who writes it or when. The first failure stops all. */
bool crowd_load(const struct crowd *c, struct err *e) MUST_CHECK;

#endif
