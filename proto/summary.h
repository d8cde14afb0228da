/*
 * summary.h - a case's records folded into the one line lists are made of.
 *
 * The centre stores the line per case, the station computes it for its own
 * store; both call this, so the two lists cannot differ.
 */
#ifndef PROTO_SUMMARY_H
#define PROTO_SUMMARY_H

#include "proto/calendar.h"
#include "proto/record.h"

struct summary_run;

/* Starts a line for one case; `cal` may be NULL (calendar.h). */
struct summary_run *summary_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	struct arena *mem);
/*
 * Adds a record of the case, a letter about it, or one the case names: its
 * client (person; also who that person was found to be), its manager (staff).
 * Order does not matter; `body` must outlive the run.
 */
void summary_add(
	struct summary_run *run, const struct record *r, const json_t *body);
/* The line (docs/wire.md "Summary"), owned by the run's arena. */
json_t *summary_end(struct summary_run *run);

/* True when records of that type can change the line. */
bool summary_uses(const struct rtype *t);

/* True when the line matches, upper and lower case alike: pinyin or initials
 * from the start of a word, number and Han characters of the name anywhere.
 * "" matches everything. */
bool summary_matches(const json_t *summary, const char *query);

#endif
