/*
 * ask.h - what every question for figures shares: who may ask it, how much they
 * are shown, and that it is on the trail.
 */
#ifndef SERVER_FIGURES_ASK_H
#define SERVER_FIGURES_ASK_H

#include "server/req.h"

struct figures_audience {
	bool own_site; /* one site only, else a district */
	int64_t below; /* counts of 1 to one less are hidden; 0: nothing is */
};

/* Of the reader and the query's `for`: sites (unless given) or outside. */
bool figures_audience(
	struct req *r, struct figures_audience *out, struct err *e) MUST_CHECK;

/* Replies and commits, the question on the trail as `action`. */
bool figures_answer(struct req *r, const char *action, json_t *TAKES j,
	struct err *e) MUST_CHECK;

/* {"zh","en"}; "<5" and why, or null where nothing is hidden. */
json_t *figures_both(const char *zh, const char *en) NEVER_NULL;
json_t *figures_rule(int64_t below, struct arena *mem) NEVER_NULL;

/* A programme by its code: as its pack calls it, else the code itself. */
json_t *figures_programme(struct req *r, const char *code) NEVER_NULL;

#endif
