/*
 * outbox_in.h - the steps of the outbox, for the files of it: as in outbox.h,
 * and `as` is the change of a page that is kept under its own id, or NULL.
 */
#ifndef CLIENT_OUTBOX_IN_H
#define CLIENT_OUTBOX_IN_H

#include "client/store/outbox.h"
#include "proto/change.h"

bool outbox_do_create(struct view *v, const struct rtype *t,
	const struct uuid *case_id, json_t *body, const struct uuid *tx,
	struct uuid *rec, const struct change *as, struct err *e) MUST_CHECK;
bool outbox_do_patch(struct view *v, const struct seen *now, json_t *set,
	json_t *unset, const struct uuid *tx, const struct change *as,
	struct arena *mem, bool *changed, struct err *e) MUST_CHECK;
/* `set` beside a signed record, kept as the conflict `keeps`. */
bool outbox_do_addition(struct view *v, const struct seen *now, json_t *set,
	const struct uuid *keeps, const char *reason, const struct change *as,
	struct arena *mem, struct err *e) MUST_CHECK;
bool outbox_do_sign(struct view *v, const struct seen *now,
	const struct change *as, struct err *e) MUST_CHECK;
bool outbox_do_retract(struct view *v, const struct seen *now,
	const char *reason, const struct change *as, struct err *e) MUST_CHECK;
bool outbox_do_resolve(struct view *v, const struct seen *now,
	const json_t *value, const char *note, const struct change *as,
	struct arena *mem, struct err *e) MUST_CHECK;

#endif
