/*
 * server.c - see server.h. The front (TLS, HTTP, sign-in) is tested elsewhere,
 * by real processes; here only what decides is of interest, thousands of times
 * a minute.
 */
#include "tests/sim/server.h"

#include "proto/base/hash.h"
#include "server/app.h"
#include "server/auth/ca.h"
#include "server/auth/device.h"
#include "server/courier/keys.h"
#include "server/http/reply.h"
#include "server/shelf.h"
#include "server/vault/vault.h"
#include "tests/sim/clock.h"
#include "tests/sim/seam.h"

#include <stdlib.h>
#include <string.h>

struct centre {
	struct app app;
	struct db *db;
	struct vault *vault;
	const struct catalogue *catalogue;
	int64_t page_bytes;
	bool guards;
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

/* Its authority, the key parcels are closed for, and the shelf. */
static bool open_keys(struct centre *c, const char *dir, struct err *e)
{
	static const char *const hosts[] = {"localhost"};
	struct app *app = &c->app;
	int made;

	app->conf.state_dir = dir;
	app->conf.hosts = hosts;
	app->conf.host_count = 1;
	if (!ca_init(&app->conf, false, &made, e))
		return false;
	app->ca = ca_open(dir, e);
	app->courier = app->ca ? courier_keys_open(dir, e) : NULL;
	app->shelf = app->courier ? shelf_open(&app->conf, e) : NULL;
	return app->shelf != NULL;
}

struct centre *centre_open(
	const char *conninfo, const struct catalogue *cat, const char *dir)
{
	struct centre *c = calloc(1, sizeof(*c));
	struct err e;

	if (!c)
		die("sim: out of memory");
	if (!open_keys(c, dir, &e))
		die("sim: %s %s", e.msg, e.field);
	c->catalogue = cat;
	c->app.conf.lease_days = 7;
	memcpy(c->app.token_key, "a key for the positions of a sim", 32);
	c->vault = vault_new(&(struct file_keys){.n = 1,
		.key = {{"sim key", "a key to wrap what a sim seals"}}});
	c->db = db_open_with(conninfo, c->vault, &e);
	if (!c->db)
		die("sim: %s", e.msg);
	return c;
}

void centre_close(struct centre *c)
{
	if (!c)
		return;
	db_close(c->db);
	shelf_free(c->app.shelf);
	courier_keys_free(c->app.courier);
	ca_free(c->app.ca);
	vault_free(c->vault);
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

void centre_guards(struct centre *c, bool guards)
{
	c->guards = guards;
}

bool centre_order(struct centre *c, const struct uuid *device, const char *kind)
{
	struct arena *mem = arena_new();
	struct err e;
	bool ok = db_begin_system(c->db, &e) &&
		  (kind ? order_give(c->db, mem, device, kind, "lost", &e)
			: order_take_back(c->db, mem, device, &e)) &&
		  db_commit(c->db, &e);

	if (!ok)
		db_rollback(c->db);
	arena_free(mem);
	return ok;
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

	while (at && r->query_count < LIMIT_PARAMETERS) {
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

/* What the daemon asks of a station's certificate before anything else. */
static bool is_let_in(struct req *r, struct err *e)
{
	const struct centre *c = (const struct centre *)(const void *)r->app;
	const struct reader person = r->reader;
	bool session = r->route->need != NEEDS_STATION &&
		       r->route->need != NEEDS_CERTIFICATE;
	char hex[SHA256_HEX];
	struct sha256 spki;

	if (!c->guards || r->listener != ON_SYNC)
		return true;
	spki = sha256_of(r->device_key.p, r->device_key.n);
	r->device_spki =
		arena_strdup(r->mem, hex_format(spki.b, SHA256_LEN, hex));
	memset(&r->reader, 0, sizeof(r->reader));
	if (!device_reader(r, e))
		return false;
	if (session)
		r->reader = person;
	return true;
}

static bool admitted(struct req *r, struct err *e)
{
	if (!r->route)
		return err_set(e, ERR_NOT_FOUND, "no route");
	if (r->body.n > r->route->max_body)
		return err_set(e, ERR_TOO_LARGE, "body");
	if (r->route->need == NEEDS_DEVICE && uuid_is_nil(&r->reader.device))
		return err_set(e, ERR_DEVICE_UNKNOWN, "no device");
	if (!is_let_in(r, e))
		return false;
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
