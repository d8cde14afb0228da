/*
 * step.h - what is still between a session and the records.
 *
 * Worked out anew at every request from what is in the database, never stored:
 * what changes counts at once. Pure.
 */
#ifndef SERVER_AUTH_STEP_H
#define SERVER_AUTH_STEP_H

#include "server/req.h"

#define STEP_SECONDS                                                           \
	900 /* a sign-in is finished within this, or begun anew                \
	     */

struct step_facts {
	enum role role;
	bool locked;      /* the screen was locked or left */
	bool has_factor;  /* a second factor is on … */
	bool factored;    /* … and was given in this session */
	bool must_change; /* somebody else chose the password */
	bool must_enrol;  /* a factor was reset by another */
};

/* "factor", "change", "enrol", "locked"; "" for a whole session. */
const char *step_name(enum step s);
/*
 * Which step comes next. `roles` is the setting second-factor: roles beside
 * administrators and auditors that must have one, comma-separated, or "all".
 */
enum step step_next(const struct step_facts *f, const char *roles);
/* Who administers or audits. */
bool step_is_office(enum role role);
/* Whether a member of staff in that role must have a second factor. */
bool step_must_have_factor(enum role role, const char *roles);
/*
 * How long such a person's session lasts at most, in hours, and how long a page
 * of theirs may be left, in minutes: what the setting says, and for
 * administrators and auditors no more than 8 hours and 10 minutes.
 */
int64_t step_hours(enum role role, int64_t setting);
int64_t step_idle_minutes(enum role role, int64_t setting);
/* ERR_USAGE names what in the setting is no role. */
bool step_setting_check(const char *roles, struct err *e) MUST_CHECK;
/* Whether a session at that step may call a route with that need. */
bool step_admits(enum need need, enum step s);
/* Whether a route asks for a proof of the person within the last minutes:
 * because of its row, or because an administrator writes in a browser. */
bool step_wants_proof(
	const struct route *route, enum listener listener, enum role role);

#endif
