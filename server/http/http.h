/*
 * http.h - the daemon's three doors: browsers, stations, operators.
 *
 * I/O threads only move bytes; every request is judged by the gate and then
 * belongs to a lane until its reply is built.
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/app.h"
#include "server/req.h"

struct http;

struct http_figures {
	size_t open;
	uint64_t accepted;
	uint64_t cut;       /* too slow, or idle too long */
	uint64_t status[6]; /* replies by first digit */
	uint64_t refused;   /* by the gate */
};

/* Binds, then listens and sets app->http. app->lanes and app->web are there
 * already. */
bool http_start(struct app *app, struct err *e) MUST_CHECK;
/* New certificates for new connections; keeps the old ones on failure. */
bool http_reload(struct http *h, struct err *e) MUST_CHECK;
/*
 * No new connections or requests; running ones finish. False when some had
 * not after max_ms: then *h cannot be freed and the process must end.
 */
bool http_drain(struct http *h, int64_t max_ms);
void http_free(struct http *TAKES h);

bool http_is_draining(const struct http *h);
struct http_figures http_figures(const struct http *h);
/* "127.0.0.1:8443": where a listener really is, also for port 0. */
const char *http_address(const struct http *h, enum listener l);

/* Handlers of the ops listener. */
bool healthz_get(struct req *r, struct err *e);
bool readyz_get(struct req *r, struct err *e);
bool metrics_get(struct req *r, struct err *e);

#endif
