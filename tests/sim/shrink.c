/*
 * shrink.c - see shrink.h: leaves out halves, then quarters, down to single
 * steps (Zeller's ddmin), while the run still breaks the same invariant.
 */
#include "tests/sim/shrink.h"

#include <string.h>

#define TRIES 250

struct search {
	struct lab *lab;
	uint64_t seed;
	const struct failure *failed;
	int steps;
	int tries;
};

static bool still_fails(struct search *s, const bool *skip)
{
	struct run *r = &s->lab->trial;

	s->tries++;
	run_seed(r, s->lab, s->seed, skip, false);
	return strcmp(r->failed.what, s->failed->what) == 0;
}

/* Tries to leave out [from, to) besides what is left out already. */
static bool leave_out(struct search *s, bool *skip, int from, int to)
{
	bool with[STEPS_MAX];
	bool any = false;

	memcpy(with, skip, sizeof(with));
	for (int i = from; i < to && i < s->steps; i++) {
		any |= !with[i];
		with[i] = true;
	}
	if (!any || s->tries >= TRIES || !still_fails(s, with))
		return false;
	memcpy(skip, with, sizeof(with));
	return true;
}

int shrink(struct lab *lab, uint64_t seed, const struct failure *failed,
	bool skip[STEPS_MAX])
{
	struct search s = {lab, seed, failed, 0, 0};
	int kept = 0;

	memset(skip, 0, STEPS_MAX * sizeof(*skip));
	s.steps = failed->step + 1 < STEPS_MAX ? failed->step + 1 : STEPS_MAX;
	for (int i = s.steps; i < STEPS_MAX; i++)
		skip[i] = true;
	for (int part = (s.steps + 1) / 2; part >= 1; part /= 2)
		for (int at = 0; at < s.steps; at += part)
			leave_out(&s, skip, at, at + part);
	for (int i = 0; i < s.steps; i++)
		kept += !skip[i];
	return kept;
}
