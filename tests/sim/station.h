/*
 * station.h - a station: its store, its clock, and its death at any step.
 *
 * A program that is killed leaves what it had committed. Here that is a flag:
 * from the chosen durable step on (a request about to leave, a commit about to
 * be made or just made) nothing works any more, and the store is opened again
 * from its file.
 */
#ifndef TESTS_SIM_STATION_H
#define TESTS_SIM_STATION_H

#include "tests/sim/run.h"

#define STATION_PASSPHRASE "correct horse"

/* Station i of person p, with an empty store. */
void station_make(struct run *r, int i, int person);
/* A copy of another station's disk. */
void station_clone(struct run *r, int i, const struct station *from);
void station_close(struct station *st);
/* Ends the program and starts it again. False when the store is damaged. */
bool station_restart(struct station *st);

/* Its clock is so many days wrong, or others when the lab says so. */
void station_set_clock(struct station *st, int64_t days);

/* Who acts from now on: clock and death are that station's. Gives the one
 * before, for station_leave(). */
struct station *station_enter(struct station *st);
void station_leave(struct station *before);
/* A durable step: true when the station is dead after it. */
bool station_step(struct station *st);

/* One round over the network as it is. What went wrong is the network's. */
bool station_sync(
	struct station *st, struct sync_report *report, struct err *e);
/* Waiting for news: asks, lets others act, takes the answer. */
void station_listen(struct station *st);

/* Its work and receipts are all with the centre. */
bool station_is_empty(const struct station *st);

#endif
