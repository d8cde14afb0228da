/*
 * renew.h - a station tells its centre how it stands, and keeps its certificate
 * good.
 *
 * Told are the program, how many changes are not sent yet and since when; never
 * whose or what. It is told when it changed, and every few hours
 * (proto/station.h). When less than thirty days are left of the certificate, by
 * its own date or by the centre's, a new one for the same key comes with the
 * answer. The key stays: it is what the centre knows the station by and what
 * receipts are signed with, and another program of this station may be using
 * it. What was told last is kept in the file `told`.
 */
#ifndef CLIENT_RENEW_H
#define CLIENT_RENEW_H

#include "client/store/place.h"
#include "client/store/store.h"
#include "client/sync/transport.h"

/*
 * After a round. `others`: what waits in stores of others. True also when there
 * was nothing to tell, or the centre is too old to ask. Nothing else hangs on
 * it: what fails is told after the next round.
 */
bool renew_tell(const struct station_dir *p, const struct store *s,
	int64_t others, struct transport *t, struct err *e) MUST_CHECK;

#endif
