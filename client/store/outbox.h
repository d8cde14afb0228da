/*
 * outbox.h - turning what a person wants into changes that will be sent.
 *
 * Each function checks with the centre's own rules (proto) against what the
 * person sees now, and adds one change to the outbox, inside the caller's
 * transaction: "saved" may be said after store_commit(). The view is out of
 * date afterwards.
 *
 * `seen` carries the values that stood on the screen, so the centre can tell a
 * colleague's edit in between; `after` names the own change that must arrive
 * first.
 */
#ifndef CLIENT_OUTBOX_H
#define CLIENT_OUTBOX_H

#include "client/store/view.h"

/*
 * A new record with this body (nulls are dropped). `case_id` is nil for types
 * without a case and for a case itself. `tx` groups changes that apply
 * together or not at all; nil stands alone. `rec` is made when nil.
 */
bool outbox_create(struct view *v, const struct rtype *t,
	const struct uuid *case_id, json_t *body, const struct uuid *tx,
	struct uuid *rec, struct err *e) MUST_CHECK;
/* `set` an object, `unset` an array of field names, either may be empty. When
 * nothing would change, nothing is added and *changed is false. */
bool outbox_patch(struct view *v, const struct uuid *rec, json_t *set,
	json_t *unset, bool *changed, struct err *e) MUST_CHECK;
/* The same as one of a group that applies together or not at all; nil stands
 * alone. */
bool outbox_patch_in(struct view *v, const struct uuid *rec, json_t *set,
	json_t *unset, const struct uuid *tx, bool *changed,
	struct err *e) MUST_CHECK;
/* Beside a signed record, which stays as it is: one value, with a reason or
 * NULL. ERR_BAD_INPUT when the record is not signed. */
bool outbox_addition(struct view *v, const struct uuid *rec, json_t *set,
	const char *reason, struct err *e) MUST_CHECK;
bool outbox_sign(
	struct view *v, const struct uuid *rec, struct err *e) MUST_CHECK;
bool outbox_retract(struct view *v, const struct uuid *rec, const char *reason,
	struct err *e) MUST_CHECK;
/* Settles a conflict record with a value for each of its fields (null: none);
 * `note` may be NULL. */
bool outbox_resolve(struct view *v, const struct uuid *conflict,
	const json_t *value, const char *note, struct err *e) MUST_CHECK;

/*
 * The same by somebody whose choice was not taken: when another person has
 * settled it meanwhile, the value goes into the record as an edit on what
 * stands now.
 */
bool outbox_insist(struct view *v, const struct uuid *conflict,
	const json_t *value, const char *note, struct err *e) MUST_CHECK;

/*
 * A change as a page made it (docs/wire.md "A change"), under its own id and
 * with what stood on the page. One that was taken before is taken once. *added
 * is false when nothing would change.
 */
struct change;
bool outbox_take(struct view *v, const struct change *c, bool *added,
	struct err *e) MUST_CHECK;

/*
 * A parked change again, as a new one on what stands now; the parked one goes
 * from the list (the centre keeps its copy in the review queue).
 */
bool outbox_retry(struct view *v, const struct work *parked, json_t *instead,
	struct err *e) MUST_CHECK;

/* The fields of a conflict, as they stand in its record: what `seen` must
 * say. Owned by mem. */
bool outbox_standing(struct view *v, const json_t *conflict, struct arena *mem,
	json_t **out, struct err *e) MUST_CHECK;

#endif
