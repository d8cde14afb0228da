/*
 * copies.h - which stations hold a case, and which still owe a purge; inside
 * server/records.
 */
#ifndef SERVER_COPIES_H
#define SERVER_COPIES_H

#include "server/req.h"

/*
 * {"copies":[{"replica","station","staff","name","site","site_name","state",
 * "since","last_seen"}],"asked","purged","held"} for those who answer for the
 * case (log.copies); empty for others. Inside a transaction; owned by r->mem.
 */
json_t *copies_json(
	struct req *r, const struct uuid *case_id, struct err *e) MUST_CHECK;

#endif
