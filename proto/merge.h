/*
 * merge.h - three-way merge of one change into the current body.
 *
 * Fields that belong together form an atom (types.h). For each atom a change
 * touches, `mine` is what the author wants, `seen` what was on the author's
 * screen, `current` what stands now:
 *
 *   current = mine   nothing to do
 *   current = seen   take mine
 *   else             conflict: current stands, mine is kept for a person
 *
 * The comparison is with the values seen, never with a version number: in a
 * chain of offline edits the predecessor's version would be the wrong base and
 * silently overwrite a colleague (reference: our protocol study §4.4). A seen
 * that lacks a field of the atom counts as "not seen" and so as a conflict.
 *
 * Sets (codes, refs) merge element by element and never conflict. A text
 * marked `append` to which the author only added is added to what stands.
 */
#ifndef PROTO_MERGE_H
#define PROTO_MERGE_H

#include "proto/types.h"

struct merge {
	json_t *body;      /* the new body; owned by mem */
	bool changed;      /* body differs from current */
	json_t *conflicts; /* array of {atom, fields, seen, mine, theirs} */
};

/*
 * `set` is an object (or NULL), `unset` an array of field names (or NULL),
 * `seen` an object (or NULL). Does not change its inputs. Cannot fail: values
 * were checked by record_check_some(), the result is checked by the caller.
 */
void merge_change(const struct rtype *t, const json_t *current,
	const json_t *set, const json_t *unset, const json_t *seen,
	struct arena *mem, struct merge *out);

/* The same of a record that is final (signed): nothing of it moves, and every
 * touched atom that does not stand as the author wants it is a conflict. */
void merge_final(const struct rtype *t, const json_t *current,
	const json_t *set, const json_t *unset, const json_t *seen,
	struct arena *mem, struct merge *out);

/* What the author saw, for a patch: every field of every atom that `set` and
 * `unset` touch, absent ones as null. */
json_t *merge_seen(const struct rtype *t, const json_t *body, const json_t *set,
	const json_t *unset, struct arena *mem);

/* The names of the fields in which two bodies differ, as an array. */
json_t *merge_changed_fields(
	const json_t *before, const json_t *after, struct arena *mem);

#endif
