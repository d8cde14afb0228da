/*
 * request.h - what takes a second administrator: one asks, another carries it
 * out, and whom it is done to is told and may end it before.
 */
#ifndef SERVER_OFFICE_REQUEST_H
#define SERVER_OFFICE_REQUEST_H

#include "server/auth/account.h"
#include "server/office/desk.h"

#define REQUEST_DAYS 7 /* then nobody grants it any more */

enum request_kind {
	REQUEST_ACCOUNT,  /* a new account */
	REQUEST_PASSWORD, /* a new one-time password */
	REQUEST_FACTOR,   /* the second factor taken off */
	REQUEST_RESUME,   /* a suspended account of an administrator */
	REQUEST_KINDS
};

/*
 * Notes the request in the transaction of desk_begin(), after person_find() or
 * person_account() filled `a`, commits, and answers 202 {"request","due"}.
 * ERR_BAD_INPUT when the same stands already.
 */
bool request_make(struct req *r, enum request_kind kind,
	const struct account *a, struct err *e) MUST_CHECK;
/* Those that stand, of a site or of all (NULL), in the reader's transaction. */
bool request_list(struct req *r, const struct uuid *site, json_t **out,
	struct err *e) MUST_CHECK;

#endif
