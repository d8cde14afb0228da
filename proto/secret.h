/*
 * secret.h - which values of a body are sealed where they are stored.
 *
 * Identity numbers, telephones and addresses, wherever the catalogue or a form
 * has them (`"check":"resident_id"`, `"check":"phone"`, `"sealed":true`), also
 * in the rows of a list, in the answers to a form and in the values of a
 * conflict; of a restricted record every text. Names, dates and codes are not:
 * lists and figures are made of them.
 */
#ifndef PROTO_SECRET_H
#define PROTO_SECRET_H

#include "proto/types.h"

/* Whether a field of the catalogue, or a question of a form, says so. */
bool secret_question(const json_t *field);

/* A value's bytes in a text. */
struct span {
	size_t at;
	size_t n;
};

/* Whether records of a type may hold such values at all; class as
 * record_class_of(). A type not known here may. */
bool secret_possible(const struct rtype *t, int cls);

/*
 * The secret values of a body, in order and never within one another; *out is
 * in mem. `body` is the text of a JSON object. What is not known (a type, a
 * form of a pack that is not here) is taken whole.
 */
size_t secret_find(const struct catalogue *c, const struct rtype *t, int cls,
	struct str body, struct arena *mem, struct span **out);

/*
 * The same of a change (docs/wire.md, POST /v1/changes): of what it sets, of
 * what its author saw, and why, where the record is restricted. `restricted`:
 * it is about a record that is, or may be.
 */
size_t secret_find_change(const struct catalogue *c, const struct rtype *t,
	bool restricted, struct str change, struct arena *mem,
	struct span **out);

#endif
