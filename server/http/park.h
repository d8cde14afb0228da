/*
 * park.h - requests that wait for news, without a worker.
 *
 * One thread asks the database for the newest commit number five times a
 * second while somebody waits, and sleeps otherwise. A commit made by this
 * process is noticed at once.
 */
#ifndef SERVER_HTTP_PARK_H
#define SERVER_HTTP_PARK_H

#include "server/http/exchange.h"

struct park;

/* `wake` takes an exchange whose wait is over; it must not block. */
struct park *park_start(struct app *app,
	void (*wake)(void *cls, struct exchange *x), void *cls,
	struct err *e) MUST_CHECK;

/* Parks until the head passes x->seen_csn or x->wait_until_ms. False when
 * closing; the caller still has it. */
bool park_add(struct park *p, struct exchange *x) MUST_CHECK;
/* Something was committed by this process. */
void park_notice(struct park *p);
/* Wakes everybody and lets nobody in any more. */
void park_close(struct park *p);
void park_stop(struct park *TAKES p);
size_t park_count(struct park *p);

#endif
