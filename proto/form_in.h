/*
 * form_in.h - what the files of the form engine share, and nobody else sees.
 */
#ifndef PROTO_FORM_IN_H
#define PROTO_FORM_IN_H

#include "proto/form.h"
#include "proto/rule.h"

#define FLAG_LEVEL_MAX 5

/* The kind of a question; rows are KIND_JSON. */
enum field_kind form_kind(const json_t *question);
/* The {code,zh,en} it chooses from, or NULL. */
const json_t *form_choices(const struct catalogue *c, const json_t *question);

/* Whether a condition on the answers may name a fact, and what it is. `row` is
 * the question whose rows are looked at, or NULL. */
bool form_subject(const struct catalogue *c, const json_t *form,
	const json_t *row, const char *path, struct rule_subject *out);

#endif
