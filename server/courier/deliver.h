/*
 * deliver.h - changes somebody else brings, through the door as their authors'.
 *
 * Neighbouring parcels of one replica are one batch, as if the author had
 * pushed it; a batch that fails leaves the others alone. An author who may no
 * longer sign in has their changes parked, so that a person looks at them:
 * nothing is dropped because of who came to bring it.
 */
#ifndef SERVER_COURIER_DELIVER_H
#define SERVER_COURIER_DELIVER_H

#include "server/courier/courier.h"

struct delivery {
	struct req *r; /* its device is who brings it; of the rest mem, db and
			  app are used */
	struct parcel *p;
	struct err *why; /* code NONE: taken */
	struct uuid *rec;
	size_t n;
	size_t taken;
};

/* Fills why[i] for each and rec[] for those that were taken. False: the
 * database failed, and what came before stands. */
bool deliver_all(struct delivery *d, struct err *e) MUST_CHECK;
/* Notes on the trail who brought what was taken. */
bool deliver_note(struct delivery *d, struct err *e) MUST_CHECK;

#endif
