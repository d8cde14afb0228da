/*
 * sheet.h - a response to a form, as both ends judge and fill it.
 *
 * The rules of the form are proto/form; here is which of them apply to a
 * record, and what they put into it. What the rules look at (facts) each end
 * gathers from where its records lie, and only when it is needed.
 */
#ifndef PROTO_SHEET_H
#define PROTO_SHEET_H

#include "proto/calendar.h"
#include "proto/form.h"

/* The end that asks. */
struct sheet_host {
	const struct catalogue *catalogue;
	const struct calendar *calendar; /* may be NULL: Monday to Friday */
	struct date today;
	/* The facts (form_facts) of that body; lives as long as the call. */
	const json_t *(*facts)(void *ctx, const json_t *body);
	void *ctx;
};

/* The form a body says it was made with, NULL when there is none such. */
const json_t *sheet_form(const struct catalogue *c, const json_t *body);

/* Version, day, lifted fields and the next date where the person gave none.
 * `before` is NULL for a new response; a sheet that did not change is left. */
void sheet_complete(
	const struct sheet_host *h, const json_t *before, json_t *body);

/* Whether the answers can be taken; those that have not changed were. */
bool sheet_judge(const struct sheet_host *h, const json_t *before,
	const json_t *after, struct err *e) MUST_CHECK;

/* ---- the response before ---- */

/* The person a response is about: the one it names, else the client. */
const char *sheet_about(const json_t *body, const json_t *kase);

/* The last earlier response of the same form about the same person, while the
 * candidates are looked at in any order. */
struct sheet_last {
	const json_t *body; /* of the response it should come before */
	const json_t *kase;
	struct uuid id;
	const char *day; /* of the best so far; NULL: none */
	struct uuid best_id;
	const json_t *answers;
};
void sheet_consider(
	struct sheet_last *l, const json_t *body, const struct uuid *id);

#endif
