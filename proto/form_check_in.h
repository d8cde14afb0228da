/*
 * form_check_in.h - what the files that check a form's description share, and
 * nobody else sees.
 */
#ifndef PROTO_FORM_CHECK_IN_H
#define PROTO_FORM_CHECK_IN_H

#include "proto/form_in.h"
#include "proto/grammar.h"

#define FORM_RULES_MAX 60 /* of one kind */

/* The form that is checked; `row` is the question whose rows are, or NULL. */
struct form_checking {
	const json_t *form;
	const json_t *row;
};

static inline const struct form_checking *form_checking(
	const struct grammar_run *r)
{
	return r->ctx;
}

/* The question a rule is about, or NULL with the mistake told. */
const json_t *form_needs_question(
	struct grammar_run *r, const json_t *name, const struct place *at);
grammar_also form_is_condition;
/* Runs `then` where the questions of a row come before those of the form. */
void form_within(struct grammar_run *r, const json_t *row, const json_t *v,
	const struct place *at, grammar_also *then);
/* Whether a field of a response is the sheet itself. */
bool form_is_sheet(const char *name);

/* form_check_rules.c */
extern const struct grammar form_check_grammar, form_suggest_grammar,
	form_due_grammar, form_clock_grammar, form_flag_grammar;

#endif
