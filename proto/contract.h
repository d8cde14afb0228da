/*
 * contract.h - one family-doctor team at a time, and no more people than a team
 * can carry.
 *
 * A contract binds a person, whatever case it was written in, at whichever
 * site, under whichever of their records: so it is compared with all others
 * that are in force. Who asks need not see them.
 */
#ifndef PROTO_CONTRACT_H
#define PROTO_CONTRACT_H

#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "proto/types.h"

/* Contracts in force that are not the one in question. */
struct contract_other {
	bool same_person;
	struct date from, to; /* both days belong to it; year 0: without end */
	struct uuid team;     /* nil: not seen by who asks */
	int64_t n;            /* how many there are with that team and term */
};

/*
 * Whether a contract may be in force beside the others: ERR_IN_FORCE for the
 * field `status` when the person's terms would overlap, with the term that is
 * in the way and its team if that is seen; ERR_FULL for `chosen_team` when on
 * some day of its term the team (its body, or NULL) would carry more than its
 * `capacity`. Only of a contract that becomes active, or whose team or term
 * changes.
 */
bool contract_check(const json_t *before, const json_t *after,
	const struct contract_other *others, size_t n, const json_t *team,
	struct err *e) MUST_CHECK;

/* The term a contract's body says. */
void contract_term(const json_t *body, struct contract_other *out);

#endif
