/*
 * server.c - the listening socket and its requests; the only file here that
 * knows libmicrohttpd.
 *
 * No threads of its own: run_step() waits a little for the socket and answers
 * what has come. A request whose answer travels to the centre first is
 * suspended and taken up again when it is there.
 */
#include "client/local/local_in.h"

#include "client/store/lines.h"
#include "proto/base/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEP_MS     1000 /* nothing on its way */
#define STEP_FAST   20
#define CONNECTIONS 32
#define IDLE_S      60

struct running {
	struct local l;
	struct MHD_Daemon *daemon;
	sigset_t signals; /* that end it */
	bool stopped;
};

/* One request from its first header to its last byte. */
struct visit {
	struct ask ask;
	struct buf body;
	struct MHD_Connection *connection;
	bool answered; /* the errand is back */
};

/* ---- a request ---- */

static enum MHD_Result add_query(
	void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct ask *a = ctx;

	(void)kind;
	if (a->query_count < ASK_QUERY && name && value) {
		a->query[a->query_count].name = arena_strdup(a->mem, name);
		a->query[a->query_count++].value = arena_strdup(a->mem, value);
	}
	return MHD_YES;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static struct visit *visit_new(
	struct MHD_Connection *c, const char *method, const char *path)
{
	struct visit *v = calloc(1, sizeof(*v));
	struct ask *a = &v->ask;
	const char *encoding = header(c, "Accept-Encoding");

	if (!v)
		die("out of memory (visit)");
	v->connection = c;
	buf_init(&v->body, BODY_MAX);
	a->mem = arena_new();
	a->method = arena_strdup(a->mem, method);
	a->path = arena_strdup(a->mem, path);
	a->host = header(c, "Host");
	a->origin = header(c, "Origin");
	a->fetch_site = header(c, "Sec-Fetch-Site");
	a->cookie = header(c, "Cookie");
	a->content_type = header(c, "Content-Type");
	a->if_none_match = header(c, "If-None-Match");
	a->range = header(c, "Range");
	a->upload_offset = header(c, "Upload-Offset");
	a->by = header(c, "X-Casebridge");
	a->staff = header(c, "Casebridge-Staff");
	a->accepts_br = encoding && strstr(encoding, "br");
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, add_query, a);
	return v;
}

static enum MHD_Result reply(struct visit *v)
{
	const struct ask *a = &v->ask;
	struct MHD_Response *out = MHD_create_response_from_buffer(
		a->out.n, (void *)(uintptr_t)a->out.p, MHD_RESPMEM_MUST_COPY);
	bool has_cache = false;
	enum MHD_Result rc;

	if (!out)
		return MHD_NO;
	for (size_t i = 0; i < web_header_count; i++)
		MHD_add_response_header(
			out, web_headers[i].name, web_headers[i].value);
	for (size_t i = 0; i < a->header_count; i++) {
		MHD_add_response_header(
			out, a->header[i].name, a->header[i].value);
		has_cache |= strcmp(a->header[i].name, "Cache-Control") == 0;
	}
	if (!has_cache)
		MHD_add_response_header(out, "Cache-Control", "no-store");
	if (a->type && a->status != 204 && a->status != 304)
		MHD_add_response_header(out, "Content-Type", a->type);
	rc = MHD_queue_response(v->connection, a->status, out);
	MHD_destroy_response(out);
	return rc;
}

/* Judged wherever time passes, also while a round has the store, and before
 * anybody is heard: who comes first after the machine slept finds it locked. */
static void judge_idle(struct running *r)
{
	struct local *l = &r->l;
	int64_t idle = host_boot_ms() - l->seen_ms;

	if (idle > l->conf->end_ms)
		r->stopped = true;
	if (idle > l->conf->lock_ms)
		local_lock(l);
}

static enum MHD_Result finish(struct running *r, struct visit *v)
{
	struct err e;

	if (v->body.full) {
		err_field(&e, ERR_TOO_LARGE, "body", "%zu", BODY_MAX);
		ask_problem(&v->ask, &e);
		return reply(v);
	}
	v->ask.body.p = v->body.p;
	v->ask.body.n = v->body.n;
	judge_idle(r);
	route_ask(&r->l, &v->ask);
	if (v->ask.status < 400 && door_somebody(&v->ask))
		r->l.seen_ms = host_boot_ms();
	if (!v->ask.errand)
		return reply(v);
	MHD_suspend_connection(v->connection);
	return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c,
	const char *path, const char *method, const char *version,
	const char *part, size_t *part_n, void **own)
{
	struct visit *v = *own;

	(void)version;
	if (!v) {
		*own = visit_new(c, method, path);
		return MHD_YES;
	}
	if (*part_n) {
		buf_add(&v->body, part, *part_n);
		*part_n = 0;
		return MHD_YES;
	}
	return v->answered ? reply(v) : finish(ctx, v);
}

static void on_end(void *ctx, struct MHD_Connection *c, void **own,
	enum MHD_RequestTerminationCode why)
{
	struct visit *v = *own;
	struct running *r = ctx;

	(void)c;
	(void)why;
	if (!v)
		return;
	if (v->ask.errand)
		errand_end(&r->l, v->ask.errand);
	buf_free(&v->body);
	arena_free(v->ask.mem);
	free(v);
	*own = NULL;
}

/* ---- the socket ---- */

/*
 * 127.64-127.x.y: a loopback address nobody else is on, because cookies know
 * addresses but not ports.
 */
static int listen_somewhere(struct local *l, unsigned *port, struct err *e)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t n = sizeof(at);
	unsigned char r[3];
	char text[INET_ADDRSTRLEN];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	host_random(r, sizeof(r));
	at.sin_addr.s_addr = htonl(127u << 24 | (64u + r[0] % 64u) << 16 |
				   (unsigned)r[1] << 8 | (1u + r[2] % 254u));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) != 0 ||
		listen(fd, CONNECTIONS) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &n) != 0 ||
		!inet_ntop(AF_INET, &at.sin_addr, text, sizeof(text))) {
		err_set(e, ERR_INTERNAL, "no loopback address: %s",
			strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	snprintf(l->host_text, sizeof(l->host_text), "%s:%u", text, *port);
	return fd;
}

static bool start(struct running *r, struct err *e)
{
	unsigned port;
	int fd = listen_somewhere(&r->l, &port, e);

	if (fd < 0)
		return false;
	door_make(&r->l, port);
	r->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL,
		NULL, on_request, r, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, r,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (r->daemon)
		return true;
	close(fd);
	return err_set(e, ERR_INTERNAL, "cannot serve pages");
}

/* ---- the loop ---- */

static bool take_back_errands(struct running *r)
{
	bool any = false;

	for (size_t i = 0; i < ERRANDS; i++) {
		struct errand *w = r->l.errands[i];
		struct ask *a = w ? errand_ask(w) : NULL;
		struct visit *v = (struct visit *)a; /* its first member */

		any |= w != NULL;
		if (!w || !errand_done(w))
			continue;
		errand_end(&r->l, w);
		v->answered = true;
		MHD_resume_connection(v->connection);
	}
	return any;
}

static void serve(struct running *r, bool fast)
{
	static const struct timespec at_once = {0, 0};
	bool waiting = take_back_errands(r);

	judge_idle(r);
	MHD_run_wait(r->daemon, fast || waiting ? STEP_FAST : STEP_MS);
	if (sigtimedwait(&r->signals, NULL, &at_once) > 0)
		r->stopped = true;
}

static bool meanwhile(void *ctx)
{
	struct running *r = ctx;

	serve(r, true);
	return !r->stopped && !r->l.locked && !r->l.rounds.paused;
}

static void close_store(struct local *l)
{
	if (!l->s)
		return;
	lines_free(l->lines);
	l->lines = NULL;
	l->s = NULL;
	l->host->lock(l->host->ctx);
}

void local_lock(struct local *l)
{
	l->locked = true;
}

void local_heed(struct local *l, const struct err *why)
{
	if (why->code != ERR_DEVICE_LOCKED && why->code != ERR_DEVICE_WIPE)
		return;
	l->order = *why;
	local_lock(l);
}

struct view *local_view(struct local *l, struct ask *a)
{
	return view_new(l->s, a->mem);
}

static void loop(struct running *r)
{
	struct local *l = &r->l;

	while (!r->stopped && l->order.code == ERR_NONE) {
		if (l->locked)
			close_store(l);
		round_if_due(l, meanwhile, r);
		serve(r, false);
	}
}

/* Taken up between two requests; threads made from now on leave them to us. */
static void watch_signals(struct running *r)
{
	static const struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&r->signals);
	sigaddset(&r->signals, SIGINT);
	sigaddset(&r->signals, SIGTERM);
	sigaddset(&r->signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &r->signals, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static void end(struct running *r)
{
	while (take_back_errands(r))
		MHD_run_wait(r->daemon, STEP_FAST);
	MHD_stop_daemon(r->daemon);
	close_store(&r->l);
}

bool local_run(const struct local_conf *conf, const struct local_host *host,
	struct store *s, struct err *e)
{
	struct running *r = calloc(1, sizeof(*r));
	char url[ORIGIN_TEXT + KEY_TEXT + 8];
	bool ok;

	if (!r)
		die("out of memory (pages)");
	r->l.conf = conf;
	r->l.host = host;
	r->l.s = s;
	r->l.seen_ms = host_boot_ms();
	/* Whoever began this gave the passphrase to begin it. */
	r->l.proved_ms = r->l.seen_ms;
	if (!start(r, e)) {
		free(r);
		return false;
	}
	watch_signals(r);
	snprintf(url, sizeof(url), "%s/#key=%s", r->l.origin, r->l.key);
	host->ready(host->ctx, url);
	loop(r);
	end(r);
	if (r->l.order.code != ERR_NONE)
		*e = r->l.order;
	ok = r->l.order.code == ERR_NONE;
	free(r);
	return ok;
}
