/*
 * local.h - the web app on a station's own computer, served from its store.
 *
 * One person, one browser, one thread: requests are answered in turn from the
 * open store, with the shapes the centre answers with, so the pages are the
 * same. The store is never waited for: bytes travel on a thread of their own,
 * and while a round of syncing waits for the centre, requests are answered.
 *
 * It listens on a loopback address chosen at random, at a random port. Only
 * who holds the one-time key gets a session; the key travels behind the # of
 * the address, which no server and no proxy is sent. Cookies are shared by all
 * ports of an address, and so the address is this station's own for as long as
 * it is open. What a request must have besides is in door.c.
 */
#ifndef CLIENT_LOCAL_H
#define CLIENT_LOCAL_H

#include "client/store/store.h"
#include "client/sync/engine.h"
#include "proto/webroot.h"

/* What lies outside of this room. */
struct local_host {
	void *ctx;
	/* Opens the store; ERR_BAD_PASSPHRASE, ERR_LEASE_OVER … */
	struct store *(*unlock)(
		void *ctx, const char *passphrase, struct err *e);
	/* Whether this is the passphrase of the store that is open. */
	bool (*is_own)(void *ctx, const char *passphrase);
	/* Closes it, and wipes what opened it. */
	void (*lock)(void *ctx);
	/* A line to the centre of its own. */
	struct transport *(*line)(void *ctx, struct arena *mem, struct err *e);
	bool (*sign)(void *ctx, const char *text, size_t n, struct buf *out,
		struct err *e);
	/* After a round that went well, over its line: the station tells its
	 * centre how it stands. May be NULL. */
	void (*told)(void *ctx, struct transport *line);
	/* What it keeps of the sealed trail: {"epoch","size","at","wrong"}. */
	json_t *(*trail)(void *ctx, struct arena *mem);
	/* It listens at that address, which holds the key: for the person
	 * alone. */
	void (*ready)(void *ctx, const char *url);
};

struct local_conf {
	const struct webroot *web;
	int64_t lock_ms;  /* nobody there for so long: the store is closed */
	int64_t end_ms;   /* … and it ends */
	int64_t fresh_ms; /* so long the passphrase proves who sits there */
	bool offline;     /* never syncs by itself */
};

/*
 * Serves until it was idle for too long or is told to stop (SIGINT, SIGTERM).
 * False with ERR_DEVICE_LOCKED or ERR_DEVICE_WIPE as soon as the centre says
 * so: who sits at an open page of a lost station must not keep the order away.
 * `s` is the open store; it belongs to the host and is closed by its lock().
 */
bool local_run(const struct local_conf *conf, const struct local_host *host,
	struct store *s, struct err *e) MUST_CHECK;

#endif
