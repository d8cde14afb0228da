/*
 * check.h - what must hold: the invariants of reference sync §4.1 and the six
 * promises of design/4, each against the model and never by asking the code
 * under test.
 */
#ifndef TESTS_SIM_CHECK_H
#define TESTS_SIM_CHECK_H

#include "tests/sim/run.h"

/* A page as it leaves: nothing on it that may not be seen now (I3), and first
 * of all a purge for everything that must go (promise 5). */
void check_page(struct run *r, const struct caller *who,
	const struct request *q, const struct reply *a);
/* Receipts were taken: what the centre believes gone is no longer offered. */
void check_receipts(struct run *r, const struct request *q);
/* What the reader of a page that ends the feed should hold, as one number. */
uint64_t check_done_sum(const struct run *r, const struct reader *reader);
/* After every step: manifest and stores (I2, I4, I5), cases whole (I17). */
void check_step(struct run *r);
/* Gives back what was kept from step to step. */
void check_end(struct run *r);
/* At rest: everything. */
void check_rest(struct run *r);
/* Histories: who saw what they replaced (I8), whole atoms (I9), signed bodies
 * (I10), each change once (I7). In check_history.c. */
void check_history(struct run *r);
/* What was saved is somewhere (I6). In check_saved.c. */
void check_saved(struct run *r);
/* Parcels were answered: what was taken is at the centre (E1), and what was
 * typed is not readable in them (E5). In check_errand.c, as is check_order().
 */
void check_parcels(
	struct run *r, const struct request *q, const struct reply *a);
/* A station that knows of an order, or gave its receipt, stands by it (E2). */
void check_order(struct station *st);

#endif
