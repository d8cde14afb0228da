/*
 * decide.h - the parts of a decision, shared by decide.c, rules.c and
 * conflict.c.
 */
#ifndef SERVER_RECORDS_DECIDE_H
#define SERVER_RECORDS_DECIDE_H

#include "proto/merge.h"
#include "server/records/world.h"

/* What the access room must know about an entry. */
struct access_facts decide_facts(
	const struct world *w, const struct entry *x, const struct rtype *t);

/* Appends the next version of an entry. */
void decide_version(struct world *w, struct entry *x, json_t *body,
	enum record_state state, const struct change *c);

/*
 * rules.c: what a body of type t may say beside its own fields: references
 * exist, are of the right type and in the same case, do not go round in
 * circles; what was written is only added to where the catalogue says so; the
 * case's phase may move; nobody changes what is not theirs. `before` is NULL
 * for a new record.
 */
bool decide_rules(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, const json_t *after, struct err *e) MUST_CHECK;

/* facts.c: what is on file in a case as this batch leaves it. */
struct phase_facts decide_case_facts(
	struct world *w, const struct uuid *case_id);

/* rules.c: fills what follows from the body itself: a person's pinyin, the day
 * a step was taken, by when an answer is owed, what a form says of its
 * answers. */
void decide_derive(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, json_t *body);

/* rule_pack.c: a pack is sound, and what it says never changes. */
bool decide_pack(struct world *w, const json_t *before, const json_t *after,
	struct err *e) MUST_CHECK;

/* conflict.c: keeps the values that lost in conflict records; the first id.
 * `after` is what the record will say: who may read it, may read them. */
struct uuid decide_conflicts(struct world *w, const struct change *c,
	struct entry *x, const json_t *after, const json_t *conflicts);
/*
 * What is added to a signed record by somebody who knew it as signed: kept as
 * a conflict of the id the change names (`keeps`), settled in its favour. `k`
 * is the one value of merge_final() that differs; ERR_ID_REUSE when there is a
 * record of that id.
 */
bool decide_addition(struct world *w, const struct change *c, struct entry *x,
	const json_t *k, struct err *e) MUST_CHECK;
/* What differed about a record that is restricted from now on becomes as
 * private as it, settled or not; when all else is decided. */
void decide_conceal(struct world *w);
/* Settles a conflict: the value chosen goes into the record it is about. */
bool decide_settle(struct world *w, const struct change *c, struct entry *x,
	struct err *e) MUST_CHECK;

#endif
