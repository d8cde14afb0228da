/*
 * access.h - who may do what: one pure function, one table.
 *
 * The table is server/access/policy.csv. access_decide() is asked for every
 * record touched; the data rooms run only with the grant it returns. Facts are
 * loaded in the same transaction as the data they are about.
 */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/types.h"
#include "server/reader.h"

enum access_verb {
	VERB_READ,
	VERB_CREATE,
	VERB_PATCH,
	VERB_SIGN,
	VERB_RETRACT,
	VERB_RESOLVE,
	VERB_GLASS_READ,   /* what an emergency leaves of reading … */
	VERB_GLASS_CREATE, /* … and creating; never asked for by name */
};

/* What is done to no record: administration and audit. */
enum access_act {
	ACT_ACCOUNT,   /* who may sign in */
	ACT_ENROLMENT, /* codes, and requests to be let in */
	ACT_DEVICE,    /* stations that are in */
	ACT_SETTING,
	ACT_TRAIL,
	ACT_REQUEST,   /* what people ask about their own records */
	ACT_IMPACT,    /* assessments of what a use means for them */
	ACT_INCIDENT,  /* what went wrong with their data */
	ACT_RETENTION, /* what is kept how long; holds, and what may go */
	ACT_DESTROY,   /* carrying out what somebody else asked for */
};

struct access_facts {
	const struct rtype *type;
	bool directory; /* it lies in the directory, whatever its type */
	int mask;       /* classes of the unit the reader sees now; 0 none */
	int cls;        /* the record's class bit */
	struct uuid author;         /* nil for a record about to be made */
	const struct uuid *readers; /* of a restricted record */
	size_t reader_count;
};

struct grant; /* only access_decide() makes one */

/*
 * The grant, or NULL with *e: ERR_NOT_FOUND for what the reader does not reach
 * (exactly as for what does not exist), ERR_FORBIDDEN for a verb the role does
 * not have on something it does reach. Default is no.
 */
const struct grant *access_decide(const struct reader *r, enum access_verb verb,
	const struct access_facts *facts, struct err *e) MUST_CHECK;

/* Whether the role has the verb on records of that type at all, be it only on
 * its own. For what is about many cases and about none in particular. */
bool access_ever(enum role role, enum access_verb verb, const char *type);

/*
 * What the role may do, for a page that offers only that: {"create":[type…],
 * "patch":[…],"sign":[…],"retract":[…],"resolve":[…],"own":[verb…],"act":[…],
 * "grant":[role…]}; `own` are the verbs it has on its own records only. A
 * courtesy: access_decide() and those below are asked all the same.
 */
json_t *access_may(enum role role) NEVER_NULL;

/*
 * Whether the reader may do such a thing at all, else ERR_FORBIDDEN. *site is
 * the only site at which (the reader's own), or NULL: everywhere. Things of
 * another site are then to be answered like what does not exist.
 */
bool access_act(const struct reader *r, enum access_act act,
	const struct uuid **site, struct err *e) MUST_CHECK;
/* Whether a role gives and takes another: the staff records and accounts of
 * such people are its business. */
bool access_grants(enum role by, const char *role);

#endif
