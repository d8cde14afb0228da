/*
 * lanes.h - bounded queues of requests, each with its own workers.
 *
 * A worker holds one database connection and runs straight-line blocking
 * code. A lane that is full refuses at once, so a burst of sign-ins or a slow
 * feed never delays a short read in another lane. A request with nothing to
 * say yet is parked: it holds no worker and comes back when something was
 * committed or its time is over.
 */
#ifndef SERVER_HTTP_LANES_H
#define SERVER_HTTP_LANES_H

#include "server/http/exchange.h"

/* In place of a route's lane: answered on the I/O thread, without a database.
 * Only for handlers that neither wait nor compute. */
#define ROUTE_INLINE LANE_COUNT

struct lane_figures {
	size_t waiting;
	size_t running;
	uint64_t done;
	uint64_t refused;
};

/* Opens every worker's connection first, so a start without a database
 * fails here. NULL with *e. */
struct lanes *lanes_start(struct app *app, struct err *e) MUST_CHECK;

/* Takes the exchange over until x->resume(x). False when the lane is full or
 * closing: the caller still has it. */
bool lanes_push(struct lanes *l, struct exchange *x) MUST_CHECK;

/* Parked requests are answered, no new ones park. Returns at once. */
void lanes_drain(struct lanes *l);
/* Waits for every worker to finish what it has; then frees. NULL is allowed. */
void lanes_stop(struct lanes *TAKES l);

/*
 * The memory all bodies and their trees may take together. False when there
 * is no room; what was charged is given back with lanes_release(). NULL lanes
 * have no limit.
 */
bool lanes_charge(struct lanes *l, size_t bytes) MUST_CHECK;
void lanes_release(struct lanes *l, size_t bytes);

const char *lane_name(enum lane lane);
struct lane_figures lanes_figures(struct lanes *l, enum lane lane);
size_t lanes_parked(struct lanes *l);
size_t lanes_charged(const struct lanes *l);

#endif
