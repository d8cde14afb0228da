/*
 * sending_show.h - proto/sending.h for a person at a station: read from the
 * store, and told before anything leaves.
 */
#ifndef CLIENT_SENDING_SHOW_H
#define CLIENT_SENDING_SHOW_H

#include "client/cli/desk.h"
#include "proto/sending.h"

/* Of a case at hand; `body` needs to_site. */
bool sending_read(struct desk *d, const struct uuid *case_id,
	const json_t *body, struct sending *out, struct err *e) MUST_CHECK;
void sending_print(struct desk *d, const struct sending *s);

#endif
