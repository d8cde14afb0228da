/*
 * demo_script.h - what the demo's people will write, before anybody writes it.
 *
 * A script is a list of changes, each with its author and its stage. Within a
 * stage authors do not wait for each other, so a loader can send each author's
 * changes of many cases together; what builds on another's work stands in a
 * later stage. The order within a stage and author is the order of the calls.
 */
#ifndef SERVER_ADMIN_DEMO_SCRIPT_H
#define SERVER_ADMIN_DEMO_SCRIPT_H

#include "proto/types.h"
#include "server/admin/demo_district.h"

/* The stations on the way of a case; a gate or an approval lies between. */
enum stage {
	STAGE_OPENING,  /* person, case, screening, group, consents */
	STAGE_BASELINE, /* needs, first scales, supplement, first follow-up */
	STAGE_PLANNING,
	STAGE_APPROVAL,
	STAGE_START, /* into intervention */
	STAGE_WORK,  /* a year of contacts */
	STAGE_EVALUATION,
	STAGE_REPLAN,
	STAGE_REAPPROVAL,
	STAGE_RESUME,
	STAGE_CLOSING,
	STAGE_CLOSURE, /* approved */
	STAGE_CLOSED,
	STAGE_CLOSURE_AGAIN,
	STAGE_CLOSED_AGAIN,
	STAGE_ENDS /* what ends access comes last */
};

/* Who writes, when. */
struct pen {
	enum stage stage;
	size_t author; /* in the district's staff */
	int64_t at;    /* ms */
};

struct line {
	enum stage stage;
	size_t author;
	size_t seq;
	json_t *change; /* as docs/wire.md has it */
};

struct script {
	struct arena *mem;
	const struct catalogue *catalogue;
	const struct district *district;
	int64_t today; /* days since 1970 */
	struct rng rng;
	int64_t born; /* ms in the ids made: in order of loading, so that
			indexes grow at one end */
	struct line *lines;
	size_t n, room;
	size_t records; /* how many of them make a record */
};

/* A record as its writers know it. */
struct draft {
	struct uuid id;
	struct uuid case_id;
	const struct rtype *type;
	json_t *body;
	int64_t ver;
	char ref[UUID_TEXT]; /* the id as text, for other bodies */
};

/* An empty script; everything in it belongs to mem. */
void script_init(struct script *s, struct arena *mem, const struct catalogue *c,
	const struct district *d, int64_t today, uint64_t seed,
	uint64_t stream);

/* `of` is the case a record belongs to; NULL for a person, a case and the
 * directory. Nulls in the body are left out. `id` may be NULL: a new one. */
struct draft *script_create(struct script *s, struct pen pen, const char *type,
	const struct draft *of, const struct uuid *id,
	json_t *TAKES body) NEVER_NULL;
/* Null values of `set` take a field away. Whoever writes has seen the newest.
 */
void script_patch(
	struct script *s, struct pen pen, struct draft *d, json_t *TAKES set);
void script_sign(struct script *s, struct pen pen, struct draft *d);

/* Lines in the order in which they can be sent. */
void script_sort(struct script *s);

/* ---- words for bodies ---- */

/* An instant of that day in Asia/Shanghai; minutes after midnight. */
int64_t demo_ms(int64_t day, int minutes);
const char *demo_time(struct arena *mem, int64_t ms); /* RFC 3339, +08:00 */
const char *demo_day(struct arena *mem, int64_t day); /* YYYY-MM-DD */
/* The id of a member of staff or of a site as text. */
const char *staff_ref(const struct script *s, size_t i);
const char *site_ref(const struct script *s, size_t i);

#endif
