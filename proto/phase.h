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

#include "proto/base/timeutil.h"
#include "proto/types.h"

#define PHASE_TRIES 8 /* different days counted at most */

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
	bool letter_waits; /* a referral out that nobody has taken charge of */
	/* What the case itself says, by phase_facts_case(). */
	bool close_reason;     /* it names one */
	bool closure_approved; /* a supervisor approved this closing */
	bool lost_unproved;    /* lost contact, with too few tries on file */
	/* Counted on the way. */
	int closures;               /* approved */
	int64_t tries[PHASE_TRIES]; /* days on which the client was not reached
				     */
	int try_count;
};

/* Adds what a record says: of its type, with its body, not retracted. Facts
 * only ever become true. */
void phase_facts_add(
	struct phase_facts *f, const char *type, const json_t *body);
/*
 * What the case itself adds, after all of its records: its reason to close and
 * whether that is borne out, and service that began before consent for a reason
 * given (it counts as consent; a review is owed). `pack` is its programme, or
 * NULL.
 */
void phase_facts_case(
	struct phase_facts *f, const json_t *body, const json_t *pack);

/*
 * "intake" → may it become "assessment"? ERR_BAD_MOVE or ERR_GATE, with what
 * is missing named in e->accepts. A case may be created in any phase up to
 * and including intake. A programme may use some of the phases only and waive
 * some of the facts (docs/packs.md); NULL: all phases, nothing waived.
 */
bool phase_may_start(const char *phase, struct err *e) MUST_CHECK;
bool phase_may_move(const char *from, const char *to, const json_t *pack,
	const struct phase_facts *facts, struct err *e) MUST_CHECK;

/* Whether a programme goes through that phase; all do when pack is NULL. */
bool phase_is_used(const json_t *pack, const char *phase);

/*
 * What a move says by itself: begun anew, a case counts the time and loses its
 * closing; ended, it has a day of closing. Changes `after`, the body to be.
 */
void phase_fill(const json_t *before, json_t *after, const struct date *today);

#endif
