/*
 * report.h - is anything only here? What a person, or the page of a station,
 * is told about every record: only on this machine, on its way, taken by the
 * centre, refused with its reason, or in conflict; and when both ends last held
 * the same. Made of the store alone, without a network, in any state it is in.
 */
#ifndef CLIENT_REPORT_H
#define CLIENT_REPORT_H

#include "client/store/view.h"

struct report_ask {
	bool all;               /* also records that are only as the centre
				   has them */
	const struct uuid *rec; /* this record alone; NULL: every one */
};

/*
 * The report as docs/wire.md has it (GET /v1/sync at a station); it belongs to
 * mem. Fails only when a row of the store does not open, and with
 * ERR_NOT_FOUND when the one record asked for is not here.
 */
bool report_make(struct view *v, const struct report_ask *ask,
	struct arena *mem, json_t **out, struct err *e) MUST_CHECK;

#endif
