/*
 * measure.h - what the records of a case or a group amount to.
 *
 * One table, measure.def, says what each measure is called, what it counts and
 * how; packs judge themselves by it. The results are plain facts of one case or
 * group: whoever adds them up over many keeps the rules on small numbers.
 */
#ifndef PROTO_MEASURE_H
#define PROTO_MEASURE_H

#include "proto/types.h"

enum measure_of { MEASURE_CASE, MEASURE_GROUP, MEASURE_PROGRAMME };

struct measure {
	const char *name;
	enum measure_of of;
	enum field_kind kind; /* KIND_JSON: an object or an array */
	const char *codes;    /* the list its codes are of, or NULL */
	const char *unit;     /* "%", "days" …; "" when it has none */
	const char *needs;    /* record types it reads, with blanks between */
	const char *zh, *en;
	const char *formula;
};

extern const struct measure measures[];
extern const size_t measure_count;

/* By its name, or a path into it ("needs.economic.last"); NULL when there is
 * no such measure. */
const struct measure *measure_find(const char *path);

#endif
