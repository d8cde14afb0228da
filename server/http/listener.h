/*
 * listener.h - inside server/http: sockets, I/O loops and their connections.
 *
 * Each I/O thread drives, in one poll(), a libmicrohttpd daemon per listener;
 * all of them accept from the same socket. The daemons have no threads of
 * their own: version 0.9.75 waits a second time in epoll_wait() when exactly
 * 128 connections are ready at once, and then serves nobody until something
 * else happens (docs/threads.md). MHD_run() never waits. Without threads of
 * its own the library cannot wake anybody after a resume either, so replies
 * come back through the loop's own list and pipe.
 */
#ifndef SERVER_HTTP_LISTENER_H
#define SERVER_HTTP_LISTENER_H

#include "proto/base/hash.h"
#include "server/http/conn.h"
#include "server/http/exchange.h"
#include "server/http/http.h"
#include "server/http/tls.h"

#include <microhttpd.h>
#include <pthread.h>

#define LISTENERS 3

struct conn {
	struct conn *prev, *next; /* of its loop */
	struct port *port;
	int fd;
	enum conn_phase phase;
	int64_t phase_ms; /* when it began */
	size_t bytes;
	int64_t opened_ms;
	bool is_cut;
	struct tls_credentials *credentials;
	bool device_asked; /* the two below are known */
	bool has_device;
	struct tls_peer device;
	char source[64];
};

/* One listener as seen by one loop. */
struct port {
	struct http *http;
	struct loop *loop;
	enum listener kind;
	struct gate_rules rules;
	struct tls *tls; /* NULL: plain */
	struct MHD_Daemon *daemon;
	int epoll_fd;
	size_t conn_count;
	int64_t rest_until_ms; /* its door is not looked at before */
};

struct loop {
	struct http *http;
	pthread_t thread;
	bool is_running;
	int wake[2];
	pthread_mutex_t lock;
	struct exchange *ready; /* replies built since the last turn */
	struct port port[LISTENERS];
	struct conn *conns;
	size_t conn_count;
};

struct http {
	struct app *app;
	struct tls *web_tls, *sync_tls;
	int fd[LISTENERS];
	char address[LISTENERS][80];
	struct loop *loops;
	size_t loop_count;
	_Atomic bool draining;
	_Atomic int64_t give_up_ms;
	_Atomic size_t open;
	_Atomic uint64_t accepted, cut, refused;
	_Atomic uint64_t status[6];
};

/* From any thread: the reply is built, the loop shall take it up. Once. */
void loop_take(struct loop *l, struct exchange *x);
/* Begins a phase of a connection. */
void conn_enter(struct conn *c, enum conn_phase phase, size_t bytes);

/* The thread of a loop; ends when draining is over. */
void *loop_run(void *cls);
/* Whether a lane still has one of its requests. */
bool loop_is_working(const struct loop *l);
void loop_on_connection(void *cls, struct MHD_Connection *carrier,
	void **context, enum MHD_ConnectionNotificationCode what);

/* The library's callbacks, in http.c. */
void *http_on_target(
	void *cls, const char *target, struct MHD_Connection *carrier);
enum MHD_Result http_on_request(void *cls, struct MHD_Connection *carrier,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_n, void **request);
void http_on_completed(void *cls, struct MHD_Connection *carrier,
	void **request, enum MHD_RequestTerminationCode why);

#endif
