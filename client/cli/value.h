/*
 * value.h - between what people type and read and what a body holds.
 *
 * One table maps a field's kind to how it is read and shown, so that every
 * verb takes the same forms: codes by code or label, dates also as "today",
 * times also as "YYYY-MM-DD HH:MM" in China's time, references by name.
 */
#ifndef CLIENT_VALUE_H
#define CLIENT_VALUE_H

#include "client/cli/desk.h"

/* NULL with the field and what would be taken in *e. The value belongs to the
 * caller. */
json_t *value_parse(struct desk *d, const struct field *f, const char *typed,
	struct err *e) MUST_CHECK;
/* For people. */
const char *value_show(struct desk *d, const struct field *f, const json_t *v);
/* What a field takes, in a few words. */
const char *value_accepts(struct cli *c, const struct field *f);

/* field=value … into `set` (an object) and `unset` (an array of names; NULL:
 * "field=" is left out). */
bool value_assignments(struct desk *d, const struct rtype *t, size_t from,
	json_t *set, json_t *unset, struct err *e) MUST_CHECK;
/* The object in --file, if given, into `set`. */
bool value_file(struct desk *d, json_t *set, struct err *e) MUST_CHECK;

/* Label of a field in the person's language. */
const char *value_label(
	struct cli *c, const struct rtype *t, const struct field *f);
const char *type_label(struct cli *c, const struct rtype *t);
/* A type by name or label; ERR_UNKNOWN_TYPE. */
const struct rtype *value_type(
	struct desk *d, const char *typed, struct err *e) MUST_CHECK;
/* An instant as a Chinese clock shows it. */
const char *time_show(struct cli *c, int64_t ms);

#endif
