/*
 * browser.h - browsers a person has signed in with before.
 *
 * A cookie names the browser, for all who sit at it; it lets nobody in. A pair
 * of account and browser that worked before has its own counter of wrong
 * guesses, so that whoever guesses elsewhere does not lock the person out.
 */
#ifndef SERVER_AUTH_BROWSER_H
#define SERVER_AUTH_BROWSER_H

#include "server/req.h"

#define BROWSER_LABEL 60

/* "Chrome · Windows", from a User-Agent; our own words only, whatever stands
 * in it. */
void browser_label(const char *user_agent, char out[BROWSER_LABEL + 1]);

/* The SHA-256 of the cookie that came, in r->mem; NULL: none. */
const struct sha256 *browser_hash(const struct req *r);
/* Whether the account has signed in with the browser of this request. */
bool browser_is_known(struct req *r, const struct uuid *account, bool *known,
	struct err *e) MUST_CHECK;
/* Queues that it has now, and gives it its cookie. */
void browser_learn(struct req *r, const struct uuid *account);

#endif
