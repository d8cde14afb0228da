/*
 * server.c - see server.h. The front (TLS, HTTP, sign-in) is tested elsewhere,
 * by real processes; here only what decides is of interest, thousands of times
 * a minute.
 */
#include "tests/sim/server.h"

#include "server/app.h"
#include "server/http/reply.h"
#include "tests/sim/clock.h"
#include "tests/sim/seam.h"

#include <stdlib.h>
#include <string.h>

struct centre {
	struct app app;
	struct db *db;
	const struct catalogue *catalogue;
	int64_t page_bytes;
};

/* Stations ask for long pages, which would hold all the simulated cases.
 * NOLINTBEGIN */
bool __real_req_query_int(const struct req *, const char *, int64_t, int64_t,
	int64_t, int64_t *, struct err *);
bool __wrap_req_query_int(const struct req *, const char *, int64_t, int64_t,
	int64_t, int64_t *, struct err *);
/* NOLINTEND */

bool __wrap_req_query_int(const struct req *r, const char *name, int64_t min,
	int64_t max, int64_t otherwise, int64_t *out, struct err *e)
{
	const struct centre *c = (const struct centre *)(const void *)r->app;

	if (!__real_req_query_int(r, name, min, max, otherwise, out, e))
		return false;
	if ((strcmp(name, "max_bytes") == 0 || strcmp(name, "piece") == 0) &&
		c->page_bytes && *out > c->page_bytes)
		*out = c->page_bytes;
	return true;
}

struct centre *centre_open(const char *conninfo, const struct catalogue *cat)
{
	struct centre *c = calloc(1, sizeof(*c));
	struct err e;

	if (!c)
		die("sim: out of memory");
	c->catalogue = cat;
	c->app.conf.lease_days = 7;
	memcpy(c->app.token_key, "a key for the positions of a sim", 32);
	c->db = db_open(conninfo, &e);
	if (!c->db)
		die("sim: %s", e.msg);
	return c;
}

void centre_close(struct centre *c)
{
	if (!c)
		return;
	db_close(c->db);
	free(c);
}

struct db *centre_db(struct centre *c)
{
	return c->db;
}

void centre_page_bytes(struct centre *c, int64_t bytes)
{
	c->page_bytes = bytes;
}

/* ---- a request, from what the transport was given ---- */

static const struct route *route_of(const char *method, const char *path)
{
	size_t n = strcspn(path, "?");

	for (size_t i = 0; i < route_count; i++)
		if (strcmp(routes[i].method, method) == 0 &&
			strlen(routes[i].path) == n &&
			strncmp(routes[i].path, path, n) == 0)
			return &routes[i];
	return NULL;
}

static void read_query(struct req *r, const char *path)
{
	char *at = strchr(arena_strdup(r->mem, path), '?');

	while (at && r->query_count < REQ_QUERY) {
		char *name = at + 1, *value = strchr(name, '=');

		at = strchr(name, '&');
		if (at)
			*at = 0;
		if (!value)
			continue;
		*value++ = 0;
		if (strchr(value, '%'))
			die("sim: a query with %%");
		r->query[r->query_count].name = name;
		r->query[r->query_count++].value = value;
	}
}

static void fill(struct req *r, struct centre *c, const struct caller *who,
	const struct request *q)
{
	r->app = &c->app;
	r->db = c->db;
	r->listener = uuid_is_nil(&who->reader.device) ? ON_WEB : ON_SYNC;
	r->reader = who->reader;
	r->catalogue = c->catalogue;
	r->device_key = who->device_key;
	r->source = "-";
	r->started_ms = clock_true();
	r->sync_replica = q->replica;
	r->sync_seen = q->seen;
	if (q->number)
		r->sync_req =
			arena_printf(r->mem, "%lld", (long long)q->number);
	r->body = q->body;
	if (!r->body.p)
		r->body.p = "";
	read_query(r, q->path);
}

static bool admitted(struct req *r, struct err *e)
{
	if (!r->route)
		return err_set(e, ERR_NOT_FOUND, "no route");
	if (r->body.n > r->route->max_body)
		return err_set(e, ERR_TOO_LARGE, "body");
	if (r->route->need == NEEDS_DEVICE && uuid_is_nil(&r->reader.device))
		return err_set(e, ERR_DEVICE_UNKNOWN, "no device");
	if (r->route->max_body == 0)
		return true;
	r->json =
		json_read(r->body.p, r->body.n, &json_limits_batch, r->mem, e);
	return r->json != NULL;
}

static void copy_reply(const struct req *r, struct arena *mem, struct reply *to)
{
	memset(to, 0, sizeof(*to));
	to->status = r->status;
	snprintf(to->type, sizeof(to->type), "%s", r->content_type);
	to->type[strcspn(to->type, ";")] = 0;
	for (size_t i = 0; i < r->header_count; i++) {
		if (strcmp(r->header[i].name, "Sync-Head") == 0)
			snprintf(to->head, sizeof(to->head), "%s",
				r->header[i].value);
		if (strcmp(r->header[i].name, "Sync-Durable") == 0)
			snprintf(to->durable, sizeof(to->durable), "%s",
				r->header[i].value);
	}
	to->body.p = arena_strndup(mem, r->out.p, r->out.n);
	to->body.n = r->out.n;
}

/* Nothing to say yet: the centre would ask itself again when the time the
 * station is willing to wait has passed. */
static bool run(struct req *r, struct err *e)
{
	bool ok = r->route->run(r, e);

	if (!ok || r->wait_ms <= 0)
		return ok;
	clock_pass(r->wait_ms);
	seam_set_time(clock_true());
	r->wait_ms = 0;
	r->round++;
	return r->route->run(r, e);
}

bool centre_answer(struct centre *c, const struct caller *who,
	const struct request *q, struct arena *mem, struct reply *out)
{
	int64_t skew = clock_speaker(0);
	struct arena *own = arena_new();
	struct req *r = ARENA_NEW(own, struct req);
	struct err e = {.code = ERR_NONE};
	bool died;

	r->mem = own;
	r->route = route_of(q->method, q->path);
	fill(r, c, who, q);
	seam_set_time(clock_true());
	if (!admitted(r, &e) || !run(r, &e)) {
		db_rollback(c->db);
		reply_problem(r, &e);
	}
	died = seam_revive();
	if (!died)
		copy_reply(r, mem, out);
	arena_free(own);
	clock_speaker(skew);
	return !died;
}
