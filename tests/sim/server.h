/*
 * server.h - the centre without its front: requests go straight to the
 * handlers behind the route table, on one connection.
 */
#ifndef TESTS_SIM_SERVER_H
#define TESTS_SIM_SERVER_H

#include "client/sync/transport.h"
#include "server/reader.h"
#include "server/req.h"

/* Who sits behind a request: what sign-in and TLS would have found out. */
struct caller {
	struct reader reader;
	struct str device_key; /* DER; empty: a browser */
};

struct centre;

/* `dir` gets the centre's keys. */
struct centre *centre_open(const char *conninfo, const struct catalogue *c,
	const char *dir) NEVER_NULL;
void centre_close(struct centre *c);
struct db *centre_db(struct centre *c);

/* Units a page of the feed may hold, in bytes; 0: what the station asks. */
void centre_page_bytes(struct centre *c, int64_t bytes);

/* Every request with a certificate is asked what stands against its station, as
 * the daemon does; without, nothing ever stands and nobody is asked. */
void centre_guards(struct centre *c, bool guards);
/* An order for a lost station, "lock" or "wipe"; NULL takes it back. True when
 * it stands so afterwards. */
bool centre_order(
	struct centre *c, const struct uuid *device, const char *kind);

/*
 * Answers one request. False when there is no answer: the centre died on the
 * way. A feed that would wait answers at once, as if the time had passed.
 */
bool centre_answer(struct centre *c, const struct caller *who,
	const struct request *q, struct arena *mem, struct reply *out);

#endif
