/*
 * listener.c - see listener.h: sockets, the library's daemons, start and stop.
 */
#include "server/http/listener.h"

#include "proto/base/host.h"
#include "server/http/lanes.h"
#include "server/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG  1024
#define MEMORY   32768 /* per connection; more only costs memory */
#define SILENT_S 120   /* the library's own timeout, behind ours */

static const enum listener kinds[LISTENERS] = {ON_WEB, ON_SYNC, ON_OPS};
static const char *const loopback[] = {"localhost", "127.0.0.1", "::1"};

/* ---- starting and stopping -------------------------------------------------
 */

static int bind_to(const char *text, char bound[80], struct err *e)
{
	struct sockaddr_storage sa = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&sa;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&sa;
	struct address a;
	socklen_t n;
	int fd, yes = 1;

	if (!address_parse(text, &a))
		die("listen address '%s' was not checked", text);
	if (a.is_v6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(a.port);
		inet_pton(AF_INET6, a.host, &v6->sin6_addr);
		n = sizeof(*v6);
	} else {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(a.port);
		inet_pton(AF_INET, a.host, &v4->sin_addr);
		n = sizeof(*v4);
	}
	fd = socket(sa.ss_family, SOCK_STREAM, 0);
	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
		bind(fd, (struct sockaddr *)&sa, n) || listen(fd, BACKLOG) ||
		/* two loops accept from it; the slower must not block */
		fcntl(fd, F_SETFL, O_NONBLOCK) ||
		fcntl(fd, F_SETFD, FD_CLOEXEC) ||
		getsockname(fd, (struct sockaddr *)&sa, &n)) {
		err_set(e, ERR_USAGE, "cannot listen on %s: %s", text,
			strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	snprintf(bound, 80, a.is_v6 ? "[%s]:%d" : "%s:%d", a.host,
		ntohs(a.is_v6 ? v6->sin6_port : v4->sin_port));
	return fd;
}

static void ignore_message(void *cls, const char *fmt, va_list ap)
{
	/* The library's messages name peers and quote requests. */
	(void)cls;
	(void)fmt;
	(void)ap;
}

static bool start_daemon(struct port *p, int fd, struct err *e)
{
	const struct config *c = &p->http->app->conf;
	unsigned loops = (unsigned)p->http->loop_count;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG | (p->tls ? MHD_USE_TLS : 0);
	int own = dup(fd); /* the library closes it */
	enum tls_oldest oldest =
		p->kind == ON_WEB && c->web_tls == 0 ? TLS_12 : TLS_13;
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT,   0,
                 p->tls ? (void *)(uintptr_t)tls_certificate_pem(p->tls)
			       : NULL                                  },
		{MHD_OPTION_HTTPS_MEM_KEY,    0,
                 p->tls ? (void *)(uintptr_t)tls_key_pem(p->tls) : NULL},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
                 (void *)(uintptr_t)tls_priority(oldest)               },
		{MHD_OPTION_END,              0, NULL                  },
	};
	struct MHD_OptionItem none[] = {
		{MHD_OPTION_END, 0, NULL}
        };

	p->daemon = MHD_start_daemon(flags, 0, NULL, NULL, http_on_request, p,
		MHD_OPTION_EXTERNAL_LOGGER, ignore_message, NULL,
		MHD_OPTION_LISTEN_SOCKET, own,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
		MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)c->connections / loops + 1,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)c->connections_per_source,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_S,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_URI_LOG_CALLBACK, http_on_target, p,
		MHD_OPTION_NOTIFY_CONNECTION, loop_on_connection, p,
		MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, p,
		MHD_OPTION_ARRAY, p->tls ? tls : none, MHD_OPTION_END);
	if (p->daemon) {
		p->epoll_fd =
			MHD_get_daemon_info(p->daemon, MHD_DAEMON_INFO_EPOLL_FD)
				->epoll_fd;
		return true;
	}
	close(own);
	return err_set(e, ERR_INTERNAL, "the HTTP library does not start");
}

static void fill_port(struct http *h, struct loop *l, int i)
{
	const struct config *c = &h->app->conf;
	struct port *p = &l->port[i];

	p->http = h;
	p->loop = l;
	p->kind = kinds[i];
	p->tls = p->kind == ON_WEB    ? h->web_tls
		 : p->kind == ON_SYNC ? h->sync_tls
				      : NULL;
	p->rules.routes = routes;
	p->rules.route_count = route_count;
	/* Whoever reaches the loopback listener calls it by its address. */
	p->rules.hosts = p->kind == ON_OPS ? loopback : c->hosts;
	p->rules.host_count =
		p->kind == ON_OPS ? ARRAY_LEN(loopback) : c->host_count;
	p->rules.has_static = p->kind == ON_WEB;
	p->rules.listener = p->kind;
}

static bool open_listeners(struct http *h, struct err *e)
{
	const struct config *c = &h->app->conf;
	const char *where[LISTENERS] = {
		c->web_listen, c->sync_listen, c->ops_listen};

	for (int i = 0; i < LISTENERS; i++) {
		h->fd[i] = bind_to(where[i], h->address[i], e);
		if (h->fd[i] < 0)
			return false;
	}
	h->web_tls = tls_open(c->state_dir, false, e);
	if (!h->web_tls)
		return false;
	h->sync_tls = tls_open(c->state_dir, true, e);
	return h->sync_tls != NULL;
}

static bool start_loop(struct http *h, struct loop *l, struct err *e)
{
	l->http = h;
	pthread_mutex_init(&l->lock, NULL);
	if (pipe(l->wake) != 0)
		die("pipe: %s", strerror(errno));
	for (int i = 0; i < LISTENERS; i++) {
		fill_port(h, l, i);
		if (!start_daemon(&l->port[i], h->fd[i], e))
			return false;
	}
	return true;
}

static void close_listeners(struct http *h)
{
	for (int i = 0; i < LISTENERS; i++) {
		if (h->fd[i] >= 0)
			close(h->fd[i]);
		h->fd[i] = -1;
	}
}

bool http_start(struct app *app, struct err *e)
{
	struct http *h = calloc(1, sizeof(*h));
	bool ok;

	if (!h)
		die("out of memory (http)");
	h->app = app;
	for (int i = 0; i < LISTENERS; i++)
		h->fd[i] = -1;
	h->loop_count = (size_t)app->conf.threads;
	h->loops = calloc(h->loop_count, sizeof(*h->loops));
	if (!h->loops)
		die("out of memory (loops)");
	ok = open_listeners(h, e);
	for (size_t i = 0; ok && i < h->loop_count; i++)
		ok = start_loop(h, &h->loops[i], e);
	if (!ok) {
		http_free(h);
		return false;
	}
	close_listeners(h); /* every port has a descriptor of its own */
	app->http = h;      /* before the first request can ask for it */
	for (size_t i = 0; i < h->loop_count; i++) {
		if (pthread_create(&h->loops[i].thread, NULL, loop_run,
			    &h->loops[i]) != 0)
			die("http: no thread");
		h->loops[i].is_running = true;
	}
	return true;
}

bool http_reload(struct http *h, struct err *e)
{
	return tls_reload(h->web_tls, e) && tls_reload(h->sync_tls, e);
}

bool http_drain(struct http *h, int64_t max_ms)
{
	bool done = true;

	atomic_store(&h->give_up_ms, host_mono_ms() + max_ms);
	atomic_store(&h->draining, true);
	if (h->app->lanes)
		lanes_drain(h->app->lanes);
	for (size_t i = 0; i < h->loop_count; i++) {
		struct loop *l = &h->loops[i];

		if (!l->is_running)
			continue;
		if (write(l->wake[1], "", 1) < 0)
			die("http: a loop cannot be woken");
		pthread_join(l->thread, NULL);
		l->is_running = false;
		done = done && !loop_is_working(l);
	}
	return done;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->loop_count; i++) {
		struct loop *l = &h->loops[i];

		for (int k = 0; k < LISTENERS; k++)
			if (l->port[k].daemon)
				MHD_stop_daemon(l->port[k].daemon);
		if (l->http) {
			pthread_mutex_destroy(&l->lock);
			close(l->wake[0]);
			close(l->wake[1]);
		}
	}
	close_listeners(h);
	tls_close(h->web_tls);
	tls_close(h->sync_tls);
	free(h->loops);
	free(h);
}

bool http_is_draining(const struct http *h)
{
	return atomic_load(&h->draining);
}

struct http_figures http_figures(const struct http *h)
{
	struct http_figures f = {.open = atomic_load(&h->open),
		.accepted = atomic_load(&h->accepted),
		.cut = atomic_load(&h->cut),
		.refused = atomic_load(&h->refused)};

	for (size_t i = 0; i < ARRAY_LEN(f.status); i++)
		f.status[i] = atomic_load(&h->status[i]);
	return f;
}

const char *http_address(const struct http *h, enum listener l)
{
	for (int i = 0; i < LISTENERS; i++)
		if (kinds[i] == l)
			return h->address[i];
	return "";
}
