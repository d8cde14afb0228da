/*
 * errand.h - what needs nobody's session: parcels that are carried while their
 * writer is signed out, and orders for a station that is lost.
 *
 * Only in seeds that have them (struct swarm). Every station is a computer of
 * its own there, with a directory as client/store/place.h says.
 */
#ifndef TESTS_SIM_ERRAND_H
#define TESTS_SIM_ERRAND_H

#include "tests/sim/run.h"

/* A station becomes one the centre knows, with nothing in its directory but its
 * key. */
void errand_enrol(struct station *st);
/* What lies beside the store on a copied disk. */
void errand_copy(struct station *st, const struct station *from);

/* The person signs out; then whoever is there has the waiting work carried, and
 * what is ordered is obeyed (`casebridge carry`). The person signs in again
 * when nothing is in the way. */
void errand_carry(struct station *st);
/* Somebody opens the store: offline when the station knows of no order, else
 * when the centre lets them in. False when the station stays shut. */
bool errand_open(struct station *st);
/* What a round is followed by: the store is made known, what is stuck handed
 * in. */
void errand_after_round(struct station *st);
/* At the centre a station is locked, wiped or unlocked. */
void errand_order(struct station *st, struct rng *g);
/* The line is good: orders are carried out, locks are taken back, everybody is
 * there again who can be. */
void errand_end(struct run *r);

#endif
