/*
 * certificate.h - that a case was destroyed: for a program, and to print.
 */
#ifndef SERVER_DUTY_CERTIFICATE_H
#define SERVER_DUTY_CERTIFICATE_H

#include "proto/base/json.h"
#include "server/db/db.h"

/*
 * Certificates of a site or (NULL) of all, or the one `id`, newest first, in a
 * system transaction of the caller's: objects as docs/wire.md has them, in mem.
 */
bool certificates_list(struct db *db, struct arena *mem,
	const struct uuid *site, const struct uuid *id, json_t **out,
	struct err *e) MUST_CHECK;

/* {"certificate":{…},"copies":[…],"text":{"zh","en"}} of the one that `list`
 * holds, in mem; the text is lines to print. */
bool certificate_whole(struct db *db, struct arena *mem, const json_t *list,
	json_t **out, struct err *e) MUST_CHECK;

#endif
