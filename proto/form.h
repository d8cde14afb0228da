/*
 * form.h - forms: sheets of questions with their rules (docs/packs.md, "A
 * form"). No form has code of its own.
 *
 * A form is checked once, when the catalogue is read (form_mistakes);
 * everything else here relies on it. Both programs judge a response by the same
 * code: the station before it says "saved", the centre before it commits.
 */
#ifndef PROTO_FORM_H
#define PROTO_FORM_H

#include "proto/base/uuid.h"
#include "proto/calendar.h"
#include "proto/mistake.h"
#include "proto/types.h"

/* Adds every mistake in a description. */
void form_mistakes(const struct catalogue *c, const json_t *form,
	const struct place *at, struct mistakes *out);

/* ---- what the rules look at ---- */

/* Whatever is not known is NULL, and then what hangs on it is unsure. */
struct form_about {
	const json_t *answers;
	const json_t *previous; /* answers of the last earlier response */
	const json_t *person;   /* bodies of the two records */
	const json_t *kase;
	const struct date *responded; /* the response's own day */
	int age;                      /* whole years; -1: from the birth date */
};

/* The facts of docs/packs.md "Conditions" as one object. */
json_t *form_facts(
	const struct form_about *about, struct arena *mem) NEVER_NULL;

/* ---- one question ---- */

/* The question of that name, in the form or (rows not NULL) in a row of that
 * question; NULL when there is none. A title is no question. */
const json_t *form_question(
	const json_t *form, const char *rows, const char *name);

/* A question as a field, with its choices; `options` is where those of its own
 * are put and must live as long as the field. */
struct field form_field(const struct catalogue *c, const json_t *question,
	struct code_list *options);
bool form_is_money(const json_t *question); /* whole fen */
bool form_is_rows(const json_t *question);

/* RULE_YES when the question is asked of these facts. */
bool form_is_asked(const json_t *question, const json_t *facts);

/* ---- a response ---- */

/*
 * Whether the answers can be taken: known questions only, kinds, limits,
 * choices, none that is not asked, every required one that is, no contradiction
 * the form refuses. The field of an error is answers.danger, in a row
 * answers.results[2].item (counted from 0). What the form only warns of is
 * added to `warnings` (may be NULL) as {"code","field","level","zh","en"}.
 */
bool form_check_answers(const struct catalogue *c, const json_t *form,
	const json_t *answers, const json_t *facts, json_t *warnings,
	struct err *e) MUST_CHECK;

/* Every check that holds, whatever its level: the same with "level". For sheets
 * that are still being filled in. Belongs to mem. */
json_t *form_told(
	const json_t *form, const json_t *facts, struct arena *mem) NEVER_NULL;

/*
 * What the form proposes: {"stability":{"value","zh","en","missing":[…]}}. The
 * sentences are the reason; `missing` names answers that could have changed
 * it. A proposal is never stored.
 */
json_t *form_suggest(
	const json_t *form, const json_t *facts, struct arena *mem) NEVER_NULL;

/*
 * The next date the form asks for, after the first rule that holds. False when
 * none does or the day it starts from is not known. What could have made
 * another rule hold is added to `missing` (may be NULL); *year, of a calendar
 * that is not here (calendar.h), may be NULL.
 */
bool form_due(const json_t *form, const json_t *facts,
	const struct calendar *cal, struct date *out, json_t *missing,
	int *year);
/* The field of the response that date goes into, or NULL. */
const char *form_due_field(const json_t *form);

/* Something owed between two moments; instants in milliseconds. */
struct form_clock {
	int64_t from;
	int64_t earliest;
	int64_t latest;
	const json_t *text; /* zh, en */
};
/* False when the form has no clock, or the moment was not given. */
bool form_clock(
	const json_t *form, const json_t *facts, struct form_clock *out);

/*
 * Copies answers into the fields of the response they are lifted to. `before`
 * is the body as it stood, or NULL: where an answer was taken back, so is the
 * field. Where there was none, what stands is left.
 */
void form_lift(const json_t *form, const json_t *before, json_t *body);

/* The id of the flag of a kind and level that a response raises: the same
 * whoever makes it, so that a repeat makes none twice. */
struct uuid form_flag_id(
	const struct uuid *response, const char *kind, int level);

/* The flags such a response raises: [{"kind","level","zh","en"}], of each kind
 * the highest. */
json_t *form_flags(
	const json_t *form, const json_t *facts, struct arena *mem) NEVER_NULL;

#endif
