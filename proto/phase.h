/*
 * phase.h - through which phases a case may go, and what each gate asks.
 *
 * The phases and gates are those of social-work case management practice
 * (MZ/T 094-2017, DB62/T 4986-2024) as our reference §3.4 combines them:
 * forward one step, evaluation back to planning, any earlier phase to closing,
 * and ended back to intake when a case is reopened. Beyond them an evaluation
 * may decide to go on as before, a relapse in follow-up reopens the case at
 * once, and a closing may end it where nobody is left to follow up.
 */
#ifndef PROTO_PHASE_H
#define PROTO_PHASE_H

#include "proto/types.h"

/* What is on file in the case, as the gates see it. */
struct phase_facts {
	bool consent;        /* an effective consent, or a legal basis given */
	bool eligible;       /* a screening whose result is eligible */
	bool priority_need;  /* a need that is main or ranked */
	bool risk_rated;     /* a danger level or a risk flag is on file */
	bool plan_approved;  /* a plan that is agreed and approved */
	bool service_noted;  /* at least one completed service */
	bool reviewed;       /* a review, or a goal with a level reached */
	bool high_flag_open; /* a flag of level >= 3 without an end */
	bool close_reason;   /* the case names one */
};

/* Adds what a record says: of its type, with its body, not retracted. Facts
 * only ever become true; close_reason is the case's own and not touched. */
void phase_facts_add(
	struct phase_facts *f, const char *type, const json_t *body);

/* "intake" → may it become "assessment"? ERR_BAD_MOVE or ERR_GATE, with what
 * is missing named in e->accepts. A case may be created in any phase up to
 * and including intake. */
bool phase_may_start(const char *phase, struct err *e) MUST_CHECK;
bool phase_may_move(const char *from, const char *to,
	const struct phase_facts *facts, struct err *e) MUST_CHECK;

#endif
