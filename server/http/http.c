/*
 * http.c - one request between libmicrohttpd and the lanes.
 *
 * The library calls http_on_request() once when the headers are there, once
 * for each piece of the body, once at its end, and once more after a resume.
 * The connection is suspended before the exchange is pushed and resumed once,
 * by whoever built the reply, so the two can never happen in the wrong order.
 */
#include "server/http/listener.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "server/http/lanes.h"
#include "server/http/reply.h"
#include "server/http/static.h"
#include "server/log.h"

#include <fcntl.h>
#include <string.h>

static struct conn *conn_of(struct MHD_Connection *carrier)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		carrier, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

void *http_on_target(
	void *cls, const char *target, struct MHD_Connection *carrier)
{
	struct port *port = cls;
	struct exchange *x = exchange_new(port->http->app, target);
	struct conn *c = conn_of(carrier);

	x->carrier = carrier;
	x->req.source = arena_strdup(x->req.mem, c->source);
	conn_enter(c, CONN_HEADERS, 0);
	return x;
}

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind,
	const char *name, size_t name_n, const char *value, size_t value_n)
{
	struct gate_request *q = cls;
	size_t i = q->header_count++;

	(void)kind;
	if (i < LIMIT_HEADERS) {
		q->header[i].name.p = name;
		q->header[i].name.n = name_n;
		q->header[i].value.p = value ? value : "";
		q->header[i].value.n = value ? value_n : 0;
	}
	return MHD_YES;
}

/* The certificate of the other end, asked for once a connection. */
static const struct tls_peer *device_of(
	struct conn *c, struct MHD_Connection *carrier)
{
	const union MHD_ConnectionInfo *info;

	if (c->port->kind != ON_SYNC)
		return NULL;
	if (!c->device_asked) {
		info = MHD_get_connection_info(
			carrier, MHD_CONNECTION_INFO_GNUTLS_SESSION);
		c->has_device = tls_device(info->tls_session, &c->device);
		c->device_asked = true;
	}
	return c->has_device ? &c->device : NULL;
}

static bool judge(struct port *port, struct exchange *x, struct conn *c,
	const char *method, const char *version, struct err *e)
{
	struct gate_request q = {
		.method = method, .target = x->target, .version = version};
	const struct tls_peer *device;

	MHD_get_connection_values_n(
		x->carrier, MHD_HEADER_KIND, add_header, &q);
	if (!gate_check(&port->rules, &q, x->req.mem, &x->gate, e))
		return false;
	if (http_is_draining(port->http) && port->kind != ON_OPS)
		return err_set(e, ERR_BUSY, "shutting down");
	device = device_of(c, x->carrier);
	if (device) {
		/* The connection outlives its requests. */
		x->req.device_spki = device->spki;
		x->req.device_key.p = (const char *)device->key;
		x->req.device_key.n = device->key_n;
	}
	return exchange_admit(x, port->kind, e);
}

static void add_browser_headers(struct MHD_Response *out)
{
	MHD_add_response_header(out, "Strict-Transport-Security",
		"max-age=31536000; includeSubDomains");
	for (size_t i = 0; i < web_header_count; i++)
		MHD_add_response_header(
			out, web_headers[i].name, web_headers[i].value);
}

static void add_headers(struct MHD_Response *out, const struct req *r)
{
	bool has_cache = false;

	/* Half of an empty answer would be what only browsers heed. */
	if (r->listener == ON_SYNC)
		MHD_add_response_header(
			out, "X-Content-Type-Options", "nosniff");
	else
		add_browser_headers(out);
	for (size_t i = 0; i < r->header_count; i++) {
		MHD_add_response_header(
			out, r->header[i].name, r->header[i].value);
		has_cache |= strcmp(r->header[i].name, "Cache-Control") == 0;
	}
	if (!has_cache)
		MHD_add_response_header(out, "Cache-Control", "no-store");
	if (r->content_type && r->status != 204 && r->status != 304)
		MHD_add_response_header(out, "Content-Type", r->content_type);
}

/* The library closes what it sends from. */
static struct MHD_Response *from_file(const struct req_file *f)
{
	int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
	struct MHD_Response *out =
		fd < 0 ? NULL : MHD_create_response_from_fd64(f->size, fd);

	if (!out && fd >= 0)
		close(fd);
	return out;
}

/* The body stays in the exchange's arena until the request is completed. */
static struct MHD_Response *response_of(const struct req *r)
{
	return r->file ? from_file(r->file)
		       : MHD_create_response_from_buffer(r->out.n,
				 (void *)(uintptr_t)r->out.p,
				 MHD_RESPMEM_PERSISTENT);
}

/* The library keeps what it read for as long as the connection lasts. */
static bool had_secret(const struct exchange *x)
{
	return x->gate.route && x->gate.route->lane == LANE_PASSWORD;
}

static enum MHD_Result send_reply(struct exchange *x, struct conn *c)
{
	struct http *h = c->port->http;
	struct MHD_Response *out = response_of(&x->req);
	enum MHD_Result ok;

	if (!out)
		return MHD_NO;
	add_headers(out, &x->req);
	if (x->must_close || had_secret(x) || http_is_draining(h) ||
		host_mono_ms() - c->opened_ms > CONN_LIFETIME_MS)
		MHD_add_response_header(out, "Connection", "close");
	if (x->req.status / 100 < ARRAY_LEN(h->status))
		atomic_fetch_add(&h->status[x->req.status / 100], 1);
	conn_enter(c, CONN_SENDING, x->req.out.n);
	x->state = EX_SENT;
	ok = MHD_queue_response(x->carrier, x->req.status, out);
	MHD_destroy_response(out);
	return ok;
}

/* A connection is kept only when it is sure where the next request begins. */
static bool must_close(const struct exchange *x, const struct err *e)
{
	return x->gate.content_length > 0 || e->code == ERR_BAD_REQUEST ||
	       e->code == ERR_TOO_LARGE || e->code == ERR_BAD_MEDIA;
}

static enum MHD_Result refuse(
	struct exchange *x, struct conn *c, const struct err *e)
{
	x->must_close = must_close(x, e);
	atomic_fetch_add(&c->port->http->refused, 1);
	exchange_fail(x, e);
	return send_reply(x, c);
}

/* Runs on a worker. The connection is suspended and cannot go away. */
static void resume(struct exchange *x)
{
	loop_take(x->loop, x);
}

static enum MHD_Result submit(struct exchange *x, struct conn *c)
{
	struct app *app = x->req.app;
	struct workshop none = {0};
	struct err e;

	if (!x->gate.route) {
		if (!static_reply(app->web, &x->gate, &x->req, &e))
			exchange_fail(x, &e);
		return send_reply(x, c);
	}
	if (x->gate.route->lane == ROUTE_INLINE) {
		exchange_run(x, &none);
		return send_reply(x, c);
	}
	conn_enter(c, CONN_WORKING, 0);
	x->state = EX_WORK;
	x->resume = resume;
	x->loop = c->port->loop;
	MHD_suspend_connection(x->carrier);
	if (!lanes_push(app->lanes, x)) {
		e = (struct err){.code = ERR_BUSY};
		exchange_fail(x, &e);
		resume(x);
	}
	return MHD_YES;
}

static enum MHD_Result begin(struct port *port, struct exchange *x,
	struct conn *c, const char *method, const char *version)
{
	struct err e;

	if (!judge(port, x, c, method, version, &e))
		return refuse(x, c, &e);
	x->state = EX_BODY;
	if (x->gate.content_length) {
		CRASH_POINT("headers");
		conn_enter(c, CONN_BODY, x->gate.content_length);
	}
	return MHD_YES;
}

enum MHD_Result http_on_request(void *cls, struct MHD_Connection *carrier,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_n, void **request)
{
	struct exchange *x = *request;
	struct conn *c = conn_of(carrier);
	size_t n = *upload_n;
	struct err e;

	(void)url; /* decoded and cut at NUL: never looked at */
	switch (x->state) {
	case EX_HEAD:
		return begin(cls, x, c, method, version);
	case EX_BODY:
		if (n == 0)
			return submit(x, c);
		*upload_n = 0;
		if (!exchange_body(x, upload, n, &e)) {
			/* A reply is taken only once all has arrived. */
			x->must_close = true;
			exchange_fail(x, &e);
		}
		return MHD_YES;
	case EX_DONE:
		if (n == 0) {
			if (c->port->tls) /* probes do not count */
				CRASH_POINT("replying");
			return send_reply(x, c);
		}
		break;
	case EX_WORK:
	case EX_SENT:
		break;
	}
	*upload_n = 0;
	return MHD_YES;
}

static void log_request(
	const struct exchange *x, enum MHD_RequestTerminationCode why)
{
	const struct route *route = x->gate.route;
	const struct req *r = &x->req;

	/* Probes come every few seconds and say nothing. */
	log_write(&r->app->conf, r->listener == ON_OPS ? LOG_DEBUG : LOG_INFO,
		"id=%llu %s %s status=%u code=%s ms=%lld in=%zu out=%zu%s",
		(unsigned long long)r->id, route ? route->method : "-",
		route              ? route->path
		: x->gate.uri.path ? "file"
				   : "-",
		r->status, err_name(x->failed),
		(long long)(host_mono_ms() - r->started_ms), x->body.n,
		r->out.n,
		why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " cut");
}

void http_on_completed(void *cls, struct MHD_Connection *carrier,
	void **request, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *request;

	(void)cls;
	if (!x)
		return;
	log_request(x, why);
	conn_enter(conn_of(carrier), CONN_IDLE, 0);
	exchange_free(x);
	*request = NULL;
}
