/*
 * pick.h - from what a person types to a record.
 *
 * A record may be named by its id, by the beginning of its id (at least eight
 * hex digits, hyphens left out or not), or, for a case or a group, by its
 * number. What fits more than one is refused with those it fits, never guessed.
 */
#ifndef CLIENT_PICK_H
#define CLIENT_PICK_H

#include "client/cli/desk.h"

/* ERR_NOT_FOUND or ERR_AMBIGUOUS; `field` is what the error names. */
bool pick_record(struct desk *d, const char *typed, const char *field,
	struct uuid *out, struct err *e) MUST_CHECK;
/* The same, but it must be a record of that type: `case`, `group`. */
bool pick_root(struct desk *d, const char *type, const char *typed,
	const char *field, struct uuid *out, struct err *e) MUST_CHECK;
bool pick_case(struct desk *d, const char *typed, const char *field,
	struct uuid *out, struct err *e) MUST_CHECK;
/* For a field that refers to records: id, or the name of one record of the
 * types it may name. */
bool pick_ref(struct desk *d, const struct field *f, const char *typed,
	struct uuid *out, struct err *e) MUST_CHECK;
/* A change of the outbox, by id or its beginning; NULL when there is none. */
const struct work *pick_work(struct desk *d, const char *typed);

/* The shortest beginning, from eight digits on, that names this id alone. */
const char *pick_short(struct desk *d, const struct uuid *id);
/* The name of a record another one refers to, or its short id. */
const char *pick_name(struct desk *d, const struct uuid *id);

#endif
