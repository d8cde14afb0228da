/*
 * lab.h - what is made once and used by every run of a process.
 */
#ifndef TESTS_SIM_LAB_H
#define TESTS_SIM_LAB_H

#include "tests/sim/run.h"

struct lab {
	const struct options *o;
	struct arena *mem;
	struct catalogue *catalogue;
	struct catalogue *old_catalogue; /* lacks a type and a field */
	struct centre *centre;
	struct model world; /* what every run begins with */
	bool other_clocks;  /* of the stations, from here on */
	struct run main;
	struct run trial; /* of a search */
	struct {
		const char *key; /* PEM */
		struct str spki; /* DER */
		struct uuid id;
		const char *store; /* an empty store, signed in */
	} device[STATIONS];
};

void lab_open(struct lab *lab, const struct options *o);
void lab_close(struct lab *lab);

/* Between runs: what was rolled back is still in the tables until somebody
 * sweeps. */
void lab_tidy(struct lab *lab);

/* Copies a file whole; true when `from` exists. */
bool lab_copy(const char *from, const char *to);

#endif
