/*
 * edit.h - what people type: few fields and few values, so that they meet.
 */
#ifndef TESTS_SIM_EDIT_H
#define TESTS_SIM_EDIT_H

#include "tests/sim/run.h"

/* Somebody at a station changes, makes, signs, retracts or settles something
 * that is on the screen there. Nothing happens when there is nothing to do it
 * to, or the station refuses it with a reason. */
void edit_patch(struct station *st, struct rng *g);
void edit_create(struct station *st, struct rng *g);
void edit_case(struct station *st, struct rng *g);
void edit_sign(struct station *st, struct rng *g);
void edit_retract(struct station *st, struct rng *g);
void edit_settle(struct station *st, struct rng *g);
/* Who may open or close a case to others does so: memberships and consents. */
void edit_sharing(struct station *st, struct rng *g);

/* What would be typed into a record of a type, given what is on the screen: an
 * object, empty when nothing. `sharing`: only fields that move who sees what.
 */
json_t *edit_typed(struct run *r, struct rng *g, const char *type,
	const json_t *screen, bool sharing);
/* The screen with what was typed on it. Null takes a value away. */
json_t *edit_after(struct run *r, json_t *screen, const json_t *typed);

#endif
