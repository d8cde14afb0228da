/*
 * programme_in.h - what the files that check a programme pack share, and nobody
 * else sees.
 */
#ifndef PROTO_PROGRAMME_IN_H
#define PROTO_PROGRAMME_IN_H

#include "proto/form_in.h"
#include "proto/grammar.h"

#define KEYS(list) .keys = (list), .count = ARRAY_LEN(list)

struct programme_checking {
	const json_t *pack;
	const json_t *form; /* the answers a condition looks at, or NULL */
	const json_t *row;  /* the question whose rows it looks at, or NULL */
	unsigned deep;      /* levels of latest and earliest */
};

static inline struct programme_checking *programme_of(
	const struct grammar_run *r)
{
	return r->ctx;
}

/* ---- what is named exists ---- */

void programme_is_code_of(struct grammar_run *r, const char *list,
	const char *code, enum mistake_code told, const struct place *at);
void programme_are_codes_of(struct grammar_run *r, const char *list,
	const json_t *v, const struct place *at);
grammar_also programme_is_timepoint, programme_is_instrument;
/* The form of that name, or NULL with the mistake told. */
const json_t *programme_needs_form(
	struct grammar_run *r, const json_t *name, const struct place *at);

/* ---- conditions ---- */

/* On the answers of the form at hand; on case.…, person.…, last.FORM.… */
grammar_also programme_is_answer_condition, programme_is_case_condition;
/* Looks at v with the answers of a form, or of its rows, at hand. */
void programme_with_form(struct grammar_run *r, const json_t *form,
	const json_t *row, const struct grammar_key *k, const json_t *v,
	const struct place *at);

/* ---- programme_days.c ---- */

extern const struct grammar programme_due; /* an item of the schedule */
grammar_also programme_are_events;

#endif
