/*
 * retention.h - what is kept how long, what keeps it longer, and how it goes.
 *
 * Whether a span is over is the database's to say (duty.lapse, migration 0107):
 * who keeps the register learns of a case its id and days; its number only who
 * answers requests at its site. A hold is added and released, never changed.
 * Every call is on the trail in its own transaction.
 */
#ifndef SERVER_DUTY_RETENTION_H
#define SERVER_DUTY_RETENTION_H

#include "server/access/access.h"
#include "server/req.h"

handler retention_get;        /* GET /v1/retention */
handler hold_post;            /* POST /v1/retention/holds */
handler release_post;         /* POST /v1/retention/holds/{id} */
handler proposal_post;        /* POST /v1/retention/proposals */
handler proposal_decide_post; /* POST /v1/retention/proposals/{id} */
handler certificate_get;      /* GET /v1/retention/certificates/{id} */

/* A case as it is called, at `site` or (NULL) anywhere. */
struct kept_case {
	struct uuid id;
	struct uuid site;
	const char *site_name;
	bool held;
	const char *ground; /* "span" or "request"; NULL: it is kept */
	const char *until;  /* NULL: it has not ended */
};

/*
 * Whether the reader may; begins the transaction, and finds the case that
 * member `case` names: an id, or its number at the reader's own site.
 * ERR_NOT_FOUND also for one of another site.
 */
bool kept_begin(struct req *r, enum access_act act, struct kept_case *c,
	struct err *e) MUST_CHECK;
/* A member of 1 to `most` characters; ERR_MISSING. */
bool kept_words(struct req *r, const char *member, int most, const char **out,
	struct err *e) MUST_CHECK;

#endif
