/*
 * withdrawal.h - memberships that end and consents that are withdrawn, from
 * what this station holds: who would lose what and what would fall
 * (proto/withdraw.h), and the step itself, one group of changes in the outbox.
 */
#ifndef CLIENT_WITHDRAWAL_H
#define CLIENT_WITHDRAWAL_H

#include "client/store/view.h"

#define WITHDRAWAL_MOST   50  /* records in one step */
#define WITHDRAWAL_REASON 450 /* characters */

struct withdrawal;

/*
 * Of these records of a case. ERR_BAD_INPUT with `field` records[i] when one is
 * not a membership or a consent of it. `reason` may be NULL for a preview. It
 * belongs to mem.
 */
struct withdrawal *withdrawal_new(struct view *v, const struct uuid *case_id,
	const struct uuid *records, size_t n, const char *reason,
	struct arena *mem, struct err *e) MUST_CHECK;

/* {"case","from":"station","losses","falls"}, as the centre's preview. */
json_t *withdrawal_preview(struct withdrawal *w) NEVER_NULL;

/* What the centre is asked: {"case","records","reason"?}. */
json_t *withdrawal_question(const struct withdrawal *w) NEVER_NULL;

/*
 * Inside a transaction: one group of changes. *any is false when all of it had
 * ended before.
 */
bool withdrawal_save(struct withdrawal *w, bool *any, struct err *e) MUST_CHECK;

#endif
