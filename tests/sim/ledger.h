/*
 * ledger.h - what people were told is saved: kept beside everything else, in
 * the words they typed, with what stood on their screen.
 */
#ifndef TESTS_SIM_LEDGER_H
#define TESTS_SIM_LEDGER_H

#include "tests/sim/run.h"

/* A new entry, to be filled in by who made it. The pointer is good until the
 * next one. */
struct intent *ledger_add(struct run *r, int author, const struct uuid *change,
	const struct uuid *rec, const char *type, const char *op);
const struct intent *ledger_find(
	const struct run *r, const struct uuid *change);

/* Two values of a field are the same: absent is null, and the order of a set
 * is not part of it. */
bool same_value(const struct field *f, const json_t *a, const json_t *b);
/* The field is taken element by element, or grows at its end. */
bool is_set_field(const struct field *f);
bool has_value(const json_t *list, const json_t *v);

#endif
