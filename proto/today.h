/*
 * today.h - what waits for a person besides the dates of their cases and the
 * letters: planned services, tasks of their own, records they have not signed,
 * cases that were just shared with them (GET /v1/today).
 *
 * The centre looks for them in its tables, a station in its store; which ones
 * they are stands here.
 */
#ifndef PROTO_TODAY_H
#define PROTO_TODAY_H

#include "proto/types.h"

/* For so many days after it was opened to them a case is new to somebody. */
#define TODAY_NEW_DAYS 14
/* So far ahead planned visits are told of. */
#define TODAY_AHEAD_DAYS 7
/* More of a kind than these help nobody through a morning. */
#define TODAY_MAX 200

/*
 * The states in which a record of that type waits for somebody: a task to be
 * done, a service to be given. `n` is 0 for types that never wait.
 */
const char *const *today_states(const char *type, size_t *n);
/* Whether a record of that type with this body waits. */
bool today_waits(const char *type, const json_t *body);

/*
 * The states in which a record of a type that is signed asks nobody for it: a
 * service that is still to be or did not take place, a plan that was replaced.
 * It may be signed all the same.
 */
const char *const *today_unsigned_states(const char *type, size_t *n);
/* Whether a record of a type that is signed waits for its signature. */
bool today_to_sign(const char *type, const json_t *body);

#endif
