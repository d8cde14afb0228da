/*
 * people.h - whom an act of administration is about.
 */
#ifndef SERVER_OFFICE_PEOPLE_H
#define SERVER_OFFICE_PEOPLE_H

#include "server/auth/account.h"
#include "server/office/desk.h"

/*
 * The member of staff a->staff, as far as it is the reader's business, locked
 * until the transaction ends: fills what the record says. ERR_NOT_FOUND for who
 * is not there or not at `site`; ERR_FORBIDDEN for oneself and for a role the
 * reader does not give. ERR_BAD_INPUT for who has left, when `in_post`.
 */
bool person_find(struct req *r, const struct uuid *site, bool in_post,
	struct account *a, struct err *e) MUST_CHECK;
/* The same, with the account they must have. */
bool person_account(struct req *r, const struct uuid *site, bool in_post,
	struct account *a, struct err *e) MUST_CHECK;

#endif
