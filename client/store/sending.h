/*
 * sending.h - proto/sending.h of a case in this store.
 */
#ifndef CLIENT_STORE_SENDING_H
#define CLIENT_STORE_SENDING_H

#include "client/store/view.h"
#include "proto/sending.h"

/* ERR_MISSING and ERR_BAD_INPUT name to_site. All of it belongs to mem. */
bool sending_of(struct view *v, const struct uuid *case_id, const json_t *body,
	struct arena *mem, struct sending *out, struct err *e) MUST_CHECK;

#endif
