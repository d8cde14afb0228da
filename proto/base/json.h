/*
 * json.h - reading strangers' JSON within limits, and writing one canonical
 * form.
 *
 * A cheap scan refuses depth and token bombs before jansson allocates
 * anything: 1 MiB of "[{},{},…]" becomes 79 MiB of tree (measured), so the
 * number of tokens is what must be bounded, not only the bytes.
 */
#ifndef PROTO_JSON_H
#define PROTO_JSON_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/uuid.h"

#include <jansson.h>

struct json_limits {
	size_t bytes;
	unsigned depth;
	unsigned tokens; /* values and keys together */
};

/* A request body, a batch of changes, a batch of sealed texts, a long list of
 * short things, and data we ship ourselves. */
extern const struct json_limits json_limits_body;
extern const struct json_limits json_limits_batch;
extern const struct json_limits json_limits_sealed;
extern const struct json_limits json_limits_list;
extern const struct json_limits json_limits_own;

/*
 * One JSON value: no duplicate keys, no trailing bytes, valid UTF-8, no NUL,
 * integers within int64. Fails with ERR_BAD_JSON or ERR_TOO_LARGE. The tree
 * belongs to mem.
 */
json_t *json_read(const char *p, size_t n, const struct json_limits *limits,
	struct arena *mem, struct err *e) MUST_CHECK;

/* Ties a tree the caller made to mem; returns it. */
json_t *json_keep(json_t *TAKES j, struct arena *mem);

/*
 * The canonical text: keys sorted by bytes, no spaces, at most 15 significant
 * digits. Made once, by whoever accepts a body; afterwards only bytes travel.
 */
char *json_canonical(const json_t *j, struct arena *mem) NEVER_NULL;

/* Member of an object, or NULL / 0 / false when absent or of another kind. */
const char *json_str(const json_t *o, const char *key);
/* The first object of a list whose `key` is that text, or NULL; borrowed. */
json_t *json_find(const json_t *list, const char *key, const char *text);
/* Whether a list of texts has that one. */
bool json_holds(const json_t *list, const char *text);
int64_t json_int(const json_t *o, const char *key, int64_t otherwise);
bool json_flag(const json_t *o, const char *key);
/* What is noted as text, or null where there is none: an id that is nil, a time
 * in ms that is 0. A new reference. */
json_t *json_id(const struct uuid *id) NEVER_NULL;
json_t *json_time(int64_t ms) NEVER_NULL;
/* An object with no members but these, blank-separated: else ERR_BAD_KIND on
 * `body`, or ERR_UNKNOWN_FIELD on the member. */
bool json_only(const json_t *o, const char *names, struct err *e) MUST_CHECK;

#endif
