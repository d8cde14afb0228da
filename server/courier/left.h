/*
 * left.h - how much a station may leave here of what cannot be taken now.
 *
 * A parcel of a store nobody knows says nothing that could be judged, so any
 * station could leave what it likes: what lies here of one station is bounded
 * (LIMIT_KEPT_BYTES), the bytes of files by the quota besides (file.h). What
 * finds no room is refused as a whole request, so that a station of any release
 * keeps its own copy and destroys nothing.
 */
#ifndef SERVER_COURIER_LEFT_H
#define SERVER_COURIER_LEFT_H

#include "server/courier/courier.h"

/* In a transaction of the auth room, both: nobody else leaves anything for this
 * station until it ends; *room is what it may still leave. */
bool left_room(struct req *r, int64_t *room, struct err *e) MUST_CHECK;
/* ERR_KEPT_FULL unless `bytes` fit. */
bool left_fits(int64_t room, int64_t bytes, struct err *e) MUST_CHECK;

/* Keeps a change as it came, `text`, for the reason it was not taken; what is
 * here already needs no room. *room shrinks by what was added. */
bool left_change(struct req *r, const struct parcel *p, const char *text,
	const struct err *why, int64_t *room, struct err *e) MUST_CHECK;

#endif
