/*
 * heads.h - a station remembers how far the trail of the centre was sealed.
 *
 * With a round of syncing it asks for the newest signed head, at most once a
 * minute, and takes it in place of its own when the pinned key signed it and
 * the proof says that it goes on from its own. What does not is kept with both
 * heads as evidence, told to whoever uses the station, and reported to the
 * centre. So the trail cannot be rewritten or set back without some station
 * knowing, even by somebody who may do anything to the database.
 *
 * Files of the station's directory: `trail.pin`, the key, which came when the
 * station was let in (or with the first head); `trail.heads`, the newest head
 * of each epoch; `trail.evidence`. Nothing in them is about a person.
 */
#ifndef CLIENT_HEADS_H
#define CLIENT_HEADS_H

#include "client/store/place.h"
#include "client/sync/transport.h"

#define HEADS_PIN "trail.pin"

/* After a round. True also when there was nothing to ask, or the centre seals
 * nothing; what fails is asked again after the next. */
bool heads_ask(const struct station_dir *p, struct transport *t,
	struct err *e) MUST_CHECK;

struct heads_report {
	int64_t epoch, size, at_ms; /* of the newest head; epoch 0: none */
	const char *note;
	const json_t
		*evidence; /* [{"id","at","kind","mine","theirs","told"}] */
};
/* What the station holds; texts are p->mem's. */
struct heads_report heads_report(const struct station_dir *p);
/* The same for a page: {"epoch","size","at","wrong"}, how many pieces of
 * evidence there are. */
json_t *heads_json(const struct station_dir *p) NEVER_NULL;

#endif
