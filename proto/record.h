/*
 * record.h - the envelope, and what a body must be before anyone accepts it.
 *
 * A body is an object of the type's fields; null means absent and is never
 * stored. Both programs check with the same code: the station before it says
 * "saved", the centre before it commits.
 */
#ifndef PROTO_RECORD_H
#define PROTO_RECORD_H

#include "proto/base/hash.h"
#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "proto/types.h"

enum record_state { STATE_DRAFT, STATE_LIVE, STATE_SIGNED, STATE_RETRACTED };

const char *state_name(enum record_state s);
/* False when there is no such state. */
bool state_from_name(const char *name, enum record_state *out);

struct record {
	struct uuid id;
	const struct rtype *type; /* NULL: a type this program does not know */
	const char *type_name;
	struct uuid case_id; /* its case, or the group; nil: none */
	struct uuid site;
	int64_t ver;
	enum record_state state;
	int cls;            /* enum record_class, one bit */
	struct uuid author; /* of version 1 */
	struct uuid by;     /* of this version */
	struct uuid device; /* nil: a browser */
	int64_t at;
	int64_t entered_at;
	int64_t csn;
	const char *reason; /* of a retraction, or NULL */
	struct str body;    /* canonical text; never re-serialised */
	struct sha256 sha;  /* of body */
	bool withheld;      /* body is what may be told of it: withhold.h */
};

/* The unit the record is shared with: its case or group, itself (a person, a
 * letter), or nil (the directory). */
struct uuid record_unit(const struct rtype *t, const struct uuid *id,
	const struct uuid *case_id);

/* The class bit: the type's, or CLASS_RESTRICTED when the body says so. */
int record_class_of(const struct rtype *t, const json_t *body);

/*
 * Checks a whole body: known fields, required fields, kinds, limits, codes,
 * dates that exist, check digits. `by_server` allows fields only the centre
 * fills, and those of a newer program, which a body that stands may hold. The
 * first fault is reported with its field and what would be taken. References
 * are checked for shape only; what they name is the centre's to see.
 */
bool record_check(const struct catalogue *c, const struct rtype *t,
	const json_t *body, bool by_server, struct err *e) MUST_CHECK;

/* The same for some fields of a body (a patch's `set`): none is required, and
 * what hangs on several fields together is left to the whole body. */
bool record_check_some(const struct catalogue *c, const struct rtype *t,
	const json_t *set, bool by_server, struct err *e) MUST_CHECK;

/* One value against the field it is for: kind, limits, choices. */
bool record_check_value(
	const struct field *f, const json_t *v, struct err *e) MUST_CHECK;

/* True unless a code is newly chosen that was taken out of use: a retired
 * programme, form or instrument. What says so already may go on. */
bool record_check_in_use(const struct rtype *t, const json_t *before,
	const json_t *after, struct err *e) MUST_CHECK;

/* True when texts the catalogue lets only grow did nothing but grow. */
bool record_check_growth(const struct rtype *t, const json_t *before,
	const json_t *after, struct err *e) MUST_CHECK;

/*
 * Puts what has several spellings into the one that is stored, in place: a
 * resident number is 18 characters with X in upper case, whatever was typed.
 * `set` is a body or some fields of one; `rest` is the body as it stands, or
 * NULL, and may hold the kind of document `set` does not name. A number that
 * is none is left for the check.
 */
void record_normalise(const struct rtype *t, json_t *set, const json_t *rest);

/* Drops nulls in place; afterwards absent and null are the same thing. */
void record_drop_nulls(json_t *body);

/* Calls fn(ctx, field, id) for every record a body names; false stops. */
bool record_each_ref(const struct rtype *t, const json_t *body,
	bool (*fn)(void *ctx, const struct field *f, const struct uuid *id),
	void *ctx);

/* The envelope as docs/wire.md has it, with the body's bytes as they stand. */
void record_json(const struct record *r, struct buf *out);
/* The feed's line ({"r":{…},"b":…}, no newline). */
void record_line(const struct record *r, struct buf *out);
/* Reads such a line; the strings and the body point into `line`'s copy in
 * mem. Fails with ERR_VOID_PAGE when it is no record line. */
bool record_parse_line(const struct catalogue *c, struct str line,
	struct record *out, struct arena *mem, struct err *e) MUST_CHECK;

#endif
