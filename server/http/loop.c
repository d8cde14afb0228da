/*
 * loop.c - what an I/O thread does: its connections, its turns, its limits.
 */
#include "server/http/listener.h"

#include "proto/base/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_MS    250  /* how often limits are looked at */
#define HUNG_UP_MS 1000 /* still for so long, a connection is looked at */
#define REST_MS    20 /* before a door is looked at again that let nobody in */
#define POLL_FDS   (LISTENERS + 1)

/* ---- connections ---- */

void conn_enter(struct conn *c, enum conn_phase phase, size_t bytes)
{
	c->phase = phase;
	c->phase_ms = host_mono_ms();
	c->bytes = bytes;
}

static void write_source(struct MHD_Connection *carrier, struct conn *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		carrier, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	const void *bytes = NULL;

	if (a && a->sa_family == AF_INET)
		bytes = &((const struct sockaddr_in *)(const void *)a)
				 ->sin_addr;
	else if (a && a->sa_family == AF_INET6)
		bytes = &((const struct sockaddr_in6 *)(const void *)a)
				 ->sin6_addr;
	if (!bytes ||
		!inet_ntop(a->sa_family, bytes, c->source, sizeof(c->source)))
		snprintf(c->source, sizeof(c->source), "unknown");
}

static void open_conn(
	struct port *port, struct MHD_Connection *carrier, void **context)
{
	struct conn *c = calloc(1, sizeof(*c));
	const union MHD_ConnectionInfo *info;

	if (!c)
		die("out of memory (connection)");
	c->port = port;
	c->opened_ms = host_mono_ms();
	conn_enter(c, CONN_OPENING, 0);
	info = MHD_get_connection_info(
		carrier, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info->connect_fd;
	write_source(carrier, c);
	if (port->tls) {
		info = MHD_get_connection_info(
			carrier, MHD_CONNECTION_INFO_GNUTLS_SESSION);
		c->credentials = tls_begin(port->tls, info->tls_session);
	}
	c->next = port->loop->conns;
	if (c->next)
		c->next->prev = c;
	port->loop->conns = c;
	port->loop->conn_count++;
	port->conn_count++;
	atomic_fetch_add(&port->http->open, 1);
	atomic_fetch_add(&port->http->accepted, 1);
	*context = c;
}

static void close_conn(struct port *port, void **context)
{
	struct conn *c = *context;

	if (!c)
		return;
	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		port->loop->conns = c->next;
	port->loop->conn_count--;
	port->conn_count--;
	atomic_fetch_sub(&port->http->open, 1);
	if (c->credentials) /* the session is gone already */
		tls_end(port->tls, c->credentials);
	free(c);
	*context = NULL;
}

void loop_on_connection(void *cls, struct MHD_Connection *carrier,
	void **context, enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		open_conn(cls, carrier, context);
	else
		close_conn(cls, context);
}

/*
 * The other end has hung up, and the library did not see it: on a connection
 * that was used before, half of a TLS record and the end of the stream that
 * come together are one event to it, and the record is not whole. Nothing is
 * missed by looking: a request that is whole was read.
 */
static bool has_hung_up(const struct conn *c, int64_t now)
{
	char one;

	return (c->phase == CONN_IDLE || c->phase == CONN_HEADERS ||
		       c->phase == CONN_BODY) &&
	       now - c->phase_ms >= HUNG_UP_MS &&
	       recv(c->fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Ends connections that took too long. The library sees the end of file and
 * closes them; it runs on this same thread, so the descriptor is still theirs.
 */
static void look_at_limits(struct loop *l)
{
	int64_t now = host_mono_ms();
	bool draining = http_is_draining(l->http);

	for (struct conn *c = l->conns; c; c = c->next) {
		int64_t limit = conn_limit_ms(c->phase, c->bytes);
		bool unused = c->phase == CONN_IDLE || c->phase == CONN_OPENING;

		if (c->is_cut || limit == 0)
			continue;
		if (has_hung_up(c, now)) {
			c->is_cut = true;
			shutdown(c->fd, SHUT_RDWR);
			continue;
		}
		if (now - c->phase_ms < limit && !(draining && unused))
			continue;
		c->is_cut = true;
		if (!draining)
			atomic_fetch_add(&l->http->cut, 1);
		shutdown(c->fd, SHUT_RDWR);
	}
}

/* ---- loops ---- */

static bool is_resting(const struct port *p)
{
	return p->rest_until_ms > host_mono_ms();
}

/*
 * A port without connections has nothing but callers at its door. When none of
 * them could be let in, there are no descriptors left (or another loop was
 * faster): asking again at once would only keep a processor busy.
 */
static void rest_in_vain(struct port *p)
{
	if (p->conn_count == 0)
		p->rest_until_ms = host_mono_ms() + REST_MS;
}

/* The shortest time any port allows to wait. */
static int wait_ms(struct loop *l, bool due[LISTENERS])
{
	int64_t shortest = LOOK_MS;

	for (int i = 0; i < LISTENERS; i++) {
		MHD_UNSIGNED_LONG_LONG ms;

		due[i] = MHD_get_timeout(l->port[i].daemon, &ms) == MHD_YES &&
			 ms == 0;
		if (due[i])
			shortest = 0;
		else if (is_resting(&l->port[i]) && shortest > REST_MS)
			shortest = REST_MS;
	}
	return (int)shortest;
}

void loop_take(struct loop *l, struct exchange *x)
{
	bool first;

	pthread_mutex_lock(&l->lock);
	first = !l->ready;
	x->next = l->ready;
	l->ready = x;
	pthread_mutex_unlock(&l->lock);
	/* The rest of a burst finds the loop woken already. */
	if (first && write(l->wake[1], "", 1) < 0)
		die("http: a loop cannot be woken");
}

static void resume_ready(struct loop *l, bool due[LISTENERS])
{
	struct exchange *x;

	pthread_mutex_lock(&l->lock);
	x = l->ready;
	l->ready = NULL;
	pthread_mutex_unlock(&l->lock);
	while (x) {
		struct exchange *next = x->next;
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			x->carrier, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
		const struct conn *c = info->socket_context;

		due[c->port - l->port] = true;
		MHD_resume_connection(x->carrier);
		x = next;
	}
}

static void turn(struct loop *l, bool look)
{
	struct pollfd fds[POLL_FDS];
	bool due[LISTENERS];
	char drop[16];

	for (int i = 0; i < LISTENERS; i++) {
		int fd = is_resting(&l->port[i]) ? -1 : l->port[i].epoll_fd;

		fds[i] = (struct pollfd){fd, POLLIN, 0};
	}
	fds[LISTENERS] = (struct pollfd){l->wake[0], POLLIN, 0};
	if (poll(fds, POLL_FDS, wait_ms(l, due)) < 0 && errno != EINTR)
		die("poll: %s", strerror(errno));
	if (fds[LISTENERS].revents && read(l->wake[0], drop, sizeof(drop)) < 0)
		die("pipe: %s", strerror(errno));
	resume_ready(l, due);
	/* A port at its connection limit listens again only when it is run. */
	for (int i = 0; i < LISTENERS; i++)
		if (look || fds[i].revents || due[i]) {
			MHD_run(l->port[i].daemon);
			if (fds[i].revents)
				rest_in_vain(&l->port[i]);
		}
}

static void stop_accepting(struct loop *l)
{
	for (int i = 0; i < LISTENERS; i++) {
		MHD_socket fd;

		/* Health stays visible until the end. */
		if (l->port[i].kind == ON_OPS)
			continue;
		fd = MHD_quiesce_daemon(l->port[i].daemon);
		if (fd != MHD_INVALID_SOCKET)
			close(fd);
	}
}

bool loop_is_working(const struct loop *l)
{
	for (const struct conn *c = l->conns; c; c = c->next)
		if (c->phase == CONN_WORKING)
			return true;
	return false;
}

static size_t busy_conns(const struct loop *l)
{
	size_t n = 0;

	for (const struct conn *c = l->conns; c; c = c->next)
		n += c->port->kind != ON_OPS;
	return n;
}

void *loop_run(void *cls)
{
	struct loop *l = cls;
	int64_t look_at = 0;
	bool quiet = false, look;

	for (;;) {
		int64_t now = host_mono_ms();

		if (http_is_draining(l->http) && !quiet) {
			stop_accepting(l);
			quiet = true;
			look_at = 0;
		}
		look = now >= look_at;
		if (look) {
			look_at_limits(l);
			look_at = now + LOOK_MS;
		}
		if (quiet && (busy_conns(l) == 0 ||
				     now > atomic_load(&l->http->give_up_ms)))
			break;
		turn(l, look);
	}
	return NULL;
}
