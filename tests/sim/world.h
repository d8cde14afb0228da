/*
 * world.h - the small district every run begins in: three sites, six members
 * of staff, four cases shared in different ways.
 */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "tests/sim/server.h"

enum { SITE_COMMUNITY, SITE_REHAB, SITE_HOSPITAL, SITES };
enum { STAFF = 6, CASES = 4 };

/* The Monday on which runs begin, 06:00 where the users live. */
#define WORLD_START INT64_C(1794866400000)

struct staff {
	const char *name;
	int site;
	enum role role;
};
extern const struct staff world_staff[STAFF];

struct uuid world_site(int i);
struct uuid world_person(int i); /* client of case i */
struct uuid world_case(int i);
struct uuid world_staff_id(int i);
/* Reader i as a browser; a station adds device and key. */
struct caller world_caller(int i);

/* A change as docs/wire.md has it; `more` begins with the op's own members. */
const char *world_change(struct arena *mem, const struct uuid *id,
	const char *type, const struct uuid *rec, const struct uuid *case_id,
	const char *op, const char *more) NEVER_NULL;

/* A case so large that it travels in parts; for one run. */
struct run;
void world_enlarge(struct centre *c, struct run *r);

/* Fills the empty database through the door for changes. */
void world_make(struct centre *c);

#endif
