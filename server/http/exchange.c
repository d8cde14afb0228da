/*
 * exchange.c - see exchange.h.
 */
#include "server/http/exchange.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "server/audit/audit.h"
#include "server/auth/csrf.h"
#include "server/auth/device.h"
#include "server/auth/session.h"
#include "server/http/lanes.h"
#include "server/http/reply.h"
#include "server/log.h"
#include "server/shelf.h"

#include <stdlib.h>
#include <string.h>

/* jansson makes up to 79 bytes of tree from one byte of text, "{}," again and
 * again, which are two values of 237 (measured); a text is copied besides. */
#define TREE_FACTOR 80
#define VALUE_BYTES 128

struct exchange *exchange_new(struct app *app, const char *target)
{
	struct arena *mem = arena_new();
	struct exchange *x = ARENA_NEW(mem, struct exchange);

	x->req.mem = mem;
	x->req.app = app;
	x->req.id = atomic_fetch_add(&app->request_count, 1) + 1;
	x->req.started_ms = host_mono_ms();
	x->target = arena_strdup(mem, target);
	buf_init(&x->body, 0);
	return x;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	lanes_release(x->req.app->lanes, x->charged);
	buf_free(&x->body);
	arena_free(x->req.mem);
}

static void copy_request(struct exchange *x)
{
	struct req *r = &x->req;
	struct gate_result *g = &x->gate;

	r->route = g->route;
	memcpy(r->segment, g->segment, sizeof(r->segment));
	for (size_t i = 0; i < g->uri.query_count; i++) {
		r->query[i].name = g->uri.query[i].name;
		r->query[i].value = g->uri.query[i].value;
	}
	r->query_count = g->uri.query_count;
	r->if_none_match = g->value[H_IF_NONE_MATCH];
	r->range = g->value[H_RANGE];
	r->if_range = g->value[H_IF_RANGE];
	r->upload_offset = g->value[H_UPLOAD_OFFSET];
	r->user_agent = g->value[H_USER_AGENT];
	r->staff = g->value[H_CASEBRIDGE_STAFF];
	r->browser = g->browser;
	r->sync_replica = g->value[H_SYNC_REPLICA];
	r->sync_req = g->value[H_SYNC_REQ];
	r->sync_seen = g->value[H_SYNC_SEEN];
	r->sync_protocol = g->value[H_SYNC_PROTOCOL];
	r->sync_schema = g->value[H_SYNC_SCHEMA];
	r->accepts_zstd = g->accepts_zstd;
}

static bool needs_session(const struct route *route)
{
	return route->need >= NEEDS_SESSION;
}

static bool needs_device(const struct route *route)
{
	return route->need == NEEDS_STATION ||
	       route->need == NEEDS_CERTIFICATE || route->need == NEEDS_DEVICE;
}

bool exchange_admit(struct exchange *x, enum listener listener, struct err *e)
{
	const struct gate_result *g = &x->gate;
	struct csrf_facts facts;

	copy_request(x);
	x->req.listener = listener;
	if (!g->route)
		return true;
	facts.is_write = strcmp(g->route->method, "GET") != 0 &&
			 strcmp(g->route->method, "HEAD") != 0;
	facts.host = g->value[H_HOST];
	facts.origin = g->value[H_ORIGIN];
	facts.fetch_site = g->value[H_SEC_FETCH_SITE];
	facts.marker = g->value[H_X_CASEBRIDGE];
	if (listener == ON_WEB && !csrf_check(&facts, e))
		return false;
	if (needs_session(g->route) && !g->token)
		return err_set(e, ERR_SIGNED_OUT, "no session token");
	if (needs_device(g->route) && !x->req.device_spki)
		return err_set(e, ERR_DEVICE_UNKNOWN,
			"no device certificate that verifies");
	x->body.cap = g->content_length;
	return true;
}

bool exchange_body(struct exchange *x, const char *p, size_t n, struct err *e)
{
	if (!lanes_charge(x->req.app->lanes, n))
		return err_set(e, ERR_BUSY, "the memory budget is spent");
	x->charged += n;
	buf_add(&x->body, p, n);
	CRASH_POINT("body_part");
	if (x->body.full)
		return err_field(e, ERR_BAD_REQUEST, "body",
			"as long as content-length says");
	return true;
}

static const struct json_limits *limits_of(size_t max_body)
{
	if (max_body > json_limits_sealed.bytes)
		return &json_limits_list;
	if (max_body > json_limits_batch.bytes)
		return &json_limits_sealed;
	return max_body > json_limits_body.bytes ? &json_limits_batch
						 : &json_limits_body;
}

/* At most, of a body within the limits. */
static size_t tree_bytes(size_t n, const struct json_limits *limits)
{
	size_t by_text = n * TREE_FACTOR;
	size_t by_values = 2 * n + limits->tokens * (size_t)VALUE_BYTES;

	return by_text < by_values ? by_text : by_values;
}

static bool read_json(struct exchange *x, struct err *e)
{
	struct req *r = &x->req;
	const struct json_limits *limits = limits_of(r->route->max_body);
	size_t tree = tree_bytes(x->body.n, limits);

	if (r->route->max_body == 0 || r->json)
		return true;
	r->body.p = x->body.p ? x->body.p : "";
	r->body.n = x->body.n;
	if (r->route->lane == LANE_FILES)
		return true;
	if (!lanes_charge(r->app->lanes, tree))
		return err_set(e, ERR_BUSY, "the memory budget is spent");
	x->charged += tree;
	r->json = json_read(r->body.p, r->body.n, limits, r->mem, e);
	CRASH_POINT("parsed");
	return r->json != NULL;
}

/* A part of a file waits in memory for as long as its reader takes. */
static bool charge_reply(struct exchange *x, struct err *e)
{
	size_t n = x->req.out.n;

	if (x->req.route->lane != LANE_FILES)
		return true;
	if (!lanes_charge(x->req.app->lanes, n))
		return err_set(e, ERR_BUSY, "the memory budget is spent");
	x->charged += n;
	return true;
}

/* The outer door; what of the answer a role sees is decided behind it. */
static bool may_call(const struct req *r, struct err *e)
{
	if (r->route->roles & 1u << r->reader.role)
		return true;
	return err_field(e, ERR_FORBIDDEN, r->route->about, "%s",
		role_name(r->reader.role));
}

static bool run_handler(struct exchange *x, struct err *e)
{
	struct req *r = &x->req;

	memset(&r->reader, 0, sizeof(r->reader));
	r->packs = SHELF_ANY;
	if (needs_session(r->route) &&
		(!session_reader(r, x->gate.token, e) ||
			!session_admits(r, e) || !may_call(r, e)))
		return false;
	if (!needs_session(r->route) && r->device_spki && !device_reader(r, e))
		return false;
	r->catalogue = shelf_take(
		r->app->shelf, r->db, r->packs, &r->reader.site, r->mem, e);
	if (!r->catalogue)
		return false;
	r->wait_ms = 0;
	r->header_count = 0;
	return read_json(x, e) && r->route->run(r, e) && charge_reply(x, e);
}

void exchange_fail(struct exchange *x, const struct err *e)
{
	x->failed = e->code;
	x->req.wait_ms = 0;
	reply_problem(&x->req, e);
	x->state = EX_DONE;
	/* A full lane is counted, not told one by one: it says nothing. */
	if (err_http(e->code) >= 500 && e->msg[0])
		log_write(&x->req.app->conf,
			e->code == ERR_INTERNAL ? LOG_ERROR : LOG_WARN,
			"id=%llu %s: %s", (unsigned long long)x->req.id,
			err_name(e->code), e->msg);
}

/* Which refusals go on the trail, and which of them once a minute of a session:
 * a page that was left asks again and again. */
enum noting { NOTED_NEVER, NOTED_ONCE, NOTED_EACH };

static enum noting noting_of(enum err_code code)
{
	static const struct {
		enum err_code code;
		enum noting how;
	} table[] = {
		{ERR_FORBIDDEN,      NOTED_EACH},
		{ERR_NOT_FOUND,      NOTED_EACH},
		{ERR_STEP_UP,        NOTED_ONCE},
		{ERR_STEP,           NOTED_ONCE},
		{ERR_LOCKED,         NOTED_ONCE},
		{ERR_OTHER_READER,   NOTED_ONCE},
 /* Its token came with another certificate than its own. */
		{ERR_DEVICE_UNKNOWN, NOTED_ONCE},
 /* More than is given of what opens what nobody shared. */
		{ERR_GLASS_LIMIT,    NOTED_EACH},
		{ERR_GLASS_OVER,     NOTED_EACH},
		{ERR_LOCKED_OUT,     NOTED_ONCE},
 /* Before whom it is about could object. */
		{ERR_NOTICE,         NOTED_EACH},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].code == code)
			return table[i].how;
	return NOTED_NEVER;
}

static bool is_first(struct req *r, struct db *db, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.session);
	return db_run(db, Q_AUTH_SESSION_REFUSED, &a, &rows, e) &&
	       db_count(rows) > 0;
}

/* What somebody who is signed in was refused belongs on the trail, with the ids
 * that were asked for; losing it in a crash or a full queue refuses nothing. */
static void note_refusal(struct exchange *x, struct db *db, enum err_code code)
{
	enum noting how = noting_of(code);
	struct req *r = &x->req;
	struct uuid ids[REQ_SEGMENTS];
	struct err ignored;
	size_t n = 0;

	if (uuid_is_nil(&r->reader.staff) || how == NOTED_NEVER)
		return;
	for (size_t i = 0; i < REQ_SEGMENTS && r->segment[i]; i++)
		n += uuid_parse(r->segment[i], &ids[n]);
	if (!db_begin_system(db, &ignored))
		return;
	if (how == NOTED_ONCE && !is_first(r, db, &ignored)) {
		db_rollback(db);
		return;
	}
	if (!audit_commit(db, r->mem, &r->reader, "refused", err_name(code),
		    ids, n, &ignored))
		db_rollback(db);
}

void exchange_run(struct exchange *x, struct workshop *w)
{
	struct err e = {0};

	x->req.db = w->db;
	if (!run_handler(x, &e)) {
		if (w->db)
			db_rollback(w->db);
		note_refusal(x, w->db, e.code);
		exchange_fail(x, &e);
	} else if (x->req.wait_ms == 0) {
		x->state = EX_DONE;
	}
	if (x->state == EX_DONE)
		reply_compress(&x->req, w->zstd);
	x->req.round++;
	x->req.db = NULL;
}
