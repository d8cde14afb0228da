/*
 * form_in.h - what the files of the form engine share, and nobody else sees.
 */
#ifndef PROTO_FORM_IN_H
#define PROTO_FORM_IN_H

#include "proto/form.h"

#define FLAG_LEVEL_MAX 5

/* The kind of a question; rows are KIND_JSON. */
enum field_kind form_kind(const json_t *question);
/* The {code,zh,en} it chooses from, or NULL. */
const json_t *form_choices(const struct catalogue *c, const json_t *question);

#endif
