/*
 * centre.h - a small centre in memory, written from docs/wire.md and not from
 * the engine it tests: units with a manifest, numbered requests, results kept
 * by change id. Knobs make it lose requests and answers, or answer nonsense.
 */
#ifndef TESTS_CLIENT_CENTRE_H
#define TESTS_CLIENT_CENTRE_H

#include "client/sync/engine.h"
#include "tests/unit/client/fixture.h"

#include <stdarg.h>

#define UNITS   64
#define RECORDS 16
#define RESULTS 1024

enum held_state { NOT_HELD, OFFERED, HELD, PURGE_SENT };

struct its_unit {
	unsigned id;
	const char *kind;
	bool visible;
	enum held_state state;
	int64_t gen;
	int64_t changed; /* log position of the last change */
	size_t answer;   /* it was offered in */
	struct record record[RECORDS];
	size_t n;
};

/* What happens to the next exchange. */
enum trouble {
	FINE,
	LOST_REQUEST, /* never arrives */
	LOST_ANSWER,  /* arrives, the answer does not */
	HTML,         /* a portal answers */
	HTML_AS_PAGE, /* and claims to be what was asked for */
	CUT,          /* cut_at bytes of the answer */
	BROKEN,       /* the line ends after cut_at bytes, a few at a time */
	TURNED,       /* a bit of the byte at cut_at */
	PROBLEM,      /* status and code below, nothing processed */
};

struct centre {
	struct fixture *f;
	struct transport t;
	struct its_unit unit[UNITS];
	size_t units;
	int64_t csn;
	int64_t epoch;
	int64_t durable; /* -1: not said */
	size_t per_page; /* units in one page */
	size_t in_a_row; /* pages in one answer */
	int64_t bytes;   /* it says are to come; 0: 9000 */
	/* the replica it knows */
	char replica[64];
	int64_t last; /* number of its last request */
	char last_path[512];
	long piece[16]; /* asked for, by number of the request */
	const char *last_body;
	bool gap; /* a number was left out or used for two things */
	/* results by change id */
	struct {
		char id[40];
		const char *result;
		int applied;
	} result[RESULTS];
	size_t results;
	/* what a change gets; NULL: applied */
	const char *(*judge)(struct centre *k, const json_t *change);
	size_t most_changes; /* in one request; more is 413 */
	bool deaf;           /* hears no receipt, offers the same for ever */
	size_t silent;       /* results it leaves out of an answer */
	/* troubles, one an exchange, in order */
	enum trouble trouble[64];
	size_t troubles, now;
	size_t cut_at;
	unsigned status;
	const char *code;
	/* what was seen, for the tests */
	char log[8192];
	unsigned registered;
	char signed_text[512];
	size_t pages;
	bool older; /* of a release that compares but takes no offers */
	char offered[4096];
	size_t answers;
};

static inline void note(struct centre *k, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
static inline void note(struct centre *k, const char *fmt, ...)
{
	size_t at = strlen(k->log);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(k->log + at, sizeof(k->log) - at, fmt, ap);
	va_end(ap);
}

static inline struct its_unit *its(struct centre *k, unsigned n)
{
	for (size_t i = 0; i < k->units; i++)
		if (k->unit[i].id == n)
			return &k->unit[i];
	return NULL;
}

static inline struct its_unit *its_by_text(struct centre *k, const char *text)
{
	for (size_t i = 0; text && i < k->units; i++)
		if (strcmp(id_text(k->f, k->unit[i].id), text) == 0)
			return &k->unit[i];
	return NULL;
}

/* A new version of a record, in the log. */
static inline void put(struct centre *k, unsigned unit, const char *kind,
	const char *type, unsigned rec, int64_t ver, const char *body)
{
	struct its_unit *u = its(k, unit);
	size_t i = 0;
	struct record r = make_record(k->f, type, rec,
		strcmp(kind, "case") == 0 ? unit : 0, ver, body);

	if (!u) {
		u = &k->unit[k->units++];
		memset(u, 0, sizeof(*u));
		u->id = unit;
		u->kind = kind;
		u->visible = true;
	}
	while (i < u->n && uuid_cmp(&u->record[i].id, &r.id) != 0)
		i++;
	u->n += i == u->n;
	r.csn = ++k->csn;
	u->changed = k->csn;
	u->record[i] = r;
}

static inline struct sha256 unit_digest(const struct its_unit *u)
{
	struct leaf leaf[RECORDS];

	memset(leaf, 0, sizeof(leaf));
	for (size_t i = 0; i < u->n; i++) {
		leaf[i].id = u->record[i].id;
		leaf[i].ver = u->record[i].ver;
		leaf[i].sha = u->record[i].sha;
		leaf[i].cls = u->record[i].cls;
	}
	return digest_unit(leaf, u->n);
}

static inline int unit_order(const void *a, const void *b)
{
	const struct its_unit *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static inline struct sha256 its_digest(struct centre *k)
{
	struct digest_holding *h = digest_holding_begin();

	qsort(k->unit, k->units, sizeof(k->unit[0]), unit_order);
	for (size_t i = 0; i < k->units; i++) {
		struct sha256 d = unit_digest(&k->unit[i]);
		struct uuid u = id(k->unit[i].id);

		if (k->unit[i].visible)
			digest_holding_add(h, &u, &d);
	}
	return digest_holding_end(h);
}

/* ---- answers ---- */

static inline bool answer(struct centre *k, struct reply *a, unsigned status,
	const char *type, const char *text, struct arena *mem)
{
	memset(a, 0, sizeof(*a));
	a->status = status;
	snprintf(a->type, sizeof(a->type), "%s", type);
	snprintf(a->head, sizeof(a->head), "%lld.%lld.0123456789abcdef",
		(long long)k->epoch, (long long)k->csn);
	if (k->durable >= 0)
		snprintf(a->durable, sizeof(a->durable), "%lld.%lld",
			(long long)k->epoch, (long long)k->durable);
	a->body.p = arena_strdup(mem, text);
	a->body.n = strlen(text);
	return true;
}

static inline bool problem(struct centre *k, struct reply *a, unsigned status,
	const char *code, struct arena *mem)
{
	answer(k, a, status, "application/problem+json",
		arena_printf(mem, "{\"type\":\"about:blank\",\"code\":\"%s\"}",
			code),
		mem);
	a->head[0] = 0;
	return true;
}

struct page_maker {
	struct buf b;
	int lines;
};

static inline void page_line(struct page_maker *p, const char *text, size_t n)
{
	buf_add(&p->b, text, n);
	buf_char(&p->b, '\n');
	p->lines++;
}

static inline void page_text(struct page_maker *p, const char *text)
{
	page_line(p, text, strlen(text));
}

/* Deltas of one round go by id; `after` is where the last page of it ended. */
static inline void page_units(struct centre *k, struct page_maker *p,
	int64_t since, int64_t *after, size_t *left, struct arena *mem)
{
	size_t room = k->per_page;
	int64_t from = *after;

	*left = 0;
	qsort(k->unit, k->units, sizeof(k->unit[0]), unit_order);
	for (size_t i = 0; i < k->units; i++) {
		struct its_unit *u = &k->unit[i];
		bool whole = u->state != HELD;

		if (!u->visible || (whole && u->answer == k->answers) ||
			(!whole && (u->changed <= since || u->id <= from)))
			continue;
		if (!room) {
			(*left)++;
			continue;
		}
		room--;
		*after = u->id;
		if (whole) {
			u->state = OFFERED;
			u->gen++;
			u->answer = k->answers;
		}
		page_text(p, arena_printf(mem,
				     "{\"u\":{\"unit\":\"%s\",\"kind\":\"%s\","
				     "\"gen\":%lld,\"full\":%s,\"n\":%zu}}",
				     id_text(k->f, u->id), u->kind,
				     (long long)(whole ? u->gen : 0),
				     whole ? "true" : "false", u->n));
		for (size_t r = 0; r < u->n; r++) {
			struct str line = line_of(k->f, &u->record[r]);

			page_line(p, line.p, line.n);
		}
	}
}

static inline void page_purges(
	struct centre *k, struct page_maker *p, struct arena *mem)
{
	for (size_t i = 0; i < k->units; i++) {
		struct its_unit *u = &k->unit[i];

		if (u->visible || u->state == NOT_HELD)
			continue;
		u->state = PURGE_SENT;
		page_text(p, arena_printf(mem,
				     "{\"p\":{\"unit\":\"%s\",\"gen\":%lld,"
				     "\"purge\":\"%s\",\"reason\":\"x\"}}",
				     id_text(k->f, u->id), (long long)u->gen,
				     id_text(k->f, 7000 + u->id)));
	}
}

/* One page, from a place in the log; the place moves behind it. False when it
 * was the last. */
static inline bool one_page(struct centre *k, struct buf *out, int64_t *from,
	int64_t *after, struct arena *mem)
{
	struct page_maker p = {{0}, 0};
	char hex[SHA256_HEX];
	struct sha256 sha;
	size_t left;

	k->pages++;
	buf_init(&p.b, 1 << 24);
	page_text(&p, arena_printf(mem,
			      "{\"h\":{\"v\":1,\"head\":\"1.%lld.x\","
			      "\"units\":%zu,\"records\":9,\"bytes\":%lld}}",
			      (long long)k->csn, k->units,
			      (long long)(k->bytes ? k->bytes : 9000)));
	page_purges(k, &p, mem);
	page_units(k, &p, *from, after, &left, mem);
	if (!left) {
		sha = its_digest(k);
		page_text(&p,
			arena_printf(mem,
				"{\"d\":{\"head\":\"1.%lld.x\",\"units\":1,"
				"\"records\":1,\"digest\":\"%s\"}}",
				(long long)k->csn, hex_format(sha.b, 32, hex)));
		*from = k->csn;
		*after = 0;
	}
	sha = sha256_of(p.b.p, p.b.n);
	buf_printf(&p.b,
		"{\"f\":{\"lines\":%d,\"sha256\":\"%s\",\"next\":\"t%lld-%"
		"lld\","
		"\"more\":%s}}\n",
		p.lines, hex_format(sha.b, 32, hex), (long long)*from,
		(long long)*after, left ? "true" : "false");
	buf_add(out, p.b.p, p.b.n);
	buf_free(&p.b);
	return left > 0;
}

static inline bool feed(struct centre *k, const struct request *q,
	struct reply *a, struct arena *mem)
{
	const char *since = strstr(q->path, "since=");
	const char *piece = strstr(q->path, "&piece=");
	int64_t from = 0, after = 0;
	struct buf all;
	char *dash;

	if (since[6] == 't') {
		from = strtoll(since + 7, &dash, 10);
		after = *dash == '-' ? strtoll(dash + 1, NULL, 10) : 0;
	}
	if (since[6] == 'X')
		return problem(k, a, 400, "bad_token", mem);
	if (piece && k->answers < ARRAY_LEN(k->piece))
		k->piece[k->answers] = strtol(piece + 7, NULL, 10);
	k->answers++;
	buf_init(&all, 1 << 24);
	for (size_t i = 0; i < k->in_a_row; i++)
		if (!one_page(k, &all, &from, &after, mem))
			break;
	answer(k, a, 200, "application/x-ndjson", all.p, mem);
	buf_free(&all);
	return true;
}

static inline void take_receipt(struct centre *k, const json_t *r)
{
	const char *kind = json_str(r, "kind");
	struct its_unit *u = its_by_text(k, json_str(r, "unit"));
	bool same = u && json_int(r, "gen", -1) == u->gen;

	note(k, " %s", kind);
	if (!u)
		return;
	if (strcmp(kind, "stored") == 0 && same && u->state == OFFERED)
		u->state = HELD;
	if (strcmp(kind, "purged") == 0 && same && u->state == PURGE_SENT)
		u->state = NOT_HELD;
	if (strcmp(kind, "damaged") == 0)
		u->state = OFFERED;
	if (strcmp(kind, "unlisted") == 0 && u->state == NOT_HELD)
		u->state = OFFERED;
}

static inline bool receipts(
	struct centre *k, const json_t *j, struct reply *a, struct arena *mem)
{
	const json_t *list = json_object_get(j, "receipts");

	for (size_t i = 0; !k->deaf && i < json_array_size(list); i++)
		take_receipt(k, json_array_get(list, i));
	return answer(k, a, 200, "application/json",
		"{\"accepted\":1,\"ignored\":0}", mem);
}

static inline const char *result_of(struct centre *k, const json_t *change)
{
	const char *cid = json_str(change, "id"), *status = NULL;
	size_t i = 0;

	while (i < k->results && strcmp(k->result[i].id, cid) != 0)
		i++;
	if (i < k->results)
		return k->result[i].result;
	status = k->judge ? k->judge(k, change) : NULL;
	note(k, " %s", json_str(change, "op"));
	if (status && strcmp(status, "deferred") == 0)
		return arena_printf(k->f->mem,
			"{\"id\":\"%s\",\"status\":\"deferred\","
			"\"code\":\"predecessor\"}",
			cid);
	k->results++;
	snprintf(k->result[i].id, sizeof(k->result[i].id), "%s", cid);
	k->result[i].applied = 1;
	k->result[i].result = arena_printf(k->f->mem,
		"{\"id\":\"%s\",\"rec\":\"%s\",\"status\":\"%s\",\"ver\":%d,"
		"\"csn\":%lld%s}",
		cid, json_str(change, "rec"), status ? status : "applied",
		status && strcmp(status, "parked") == 0 ? 0 : 5,
		(long long)++k->csn,
		status && strcmp(status, "parked") == 0
			? ",\"code\":\"not_found\",\"field\":\"rec\""
			: "");
	return k->result[i].result;
}

static inline bool changes(
	struct centre *k, const json_t *j, struct reply *a, struct arena *mem)
{
	const json_t *list = json_object_get(j, "changes");
	const char *out = "";

	if (k->most_changes && json_array_size(list) > k->most_changes)
		return problem(k, a, 413, "too_large", mem);
	for (size_t i = k->silent; i < json_array_size(list); i++)
		out = arena_printf(mem, "%s%s%s", out, out[0] ? "," : "",
			result_of(k, json_array_get(list, i)));
	return answer(k, a, 200, "application/json",
		arena_printf(mem, "{\"head\":\"x\",\"results\":[%s]}", out),
		mem);
}

/* What is equal is held, and the feed goes on from here. */
static inline void hold_equal(
	struct centre *k, const json_t *list, json_t *out, struct arena *mem)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *u = json_string_value(
			json_array_get(json_array_get(list, i), 0));
		struct its_unit *mine = its_by_text(k, u);
		const json_t *differ = json_object_get(out, "differ");
		bool equal = mine && mine->visible;

		for (size_t d = 0; d < json_array_size(differ); d++)
			equal &= strcmp(json_string_value(
						json_array_get(differ, d)),
					 u) != 0;
		if (equal) {
			mine->state = HELD;
			mine->gen++;
		}
	}
	json_object_set_new(out, "next",
		json_string(arena_printf(mem, "t%lld-0", (long long)k->csn)));
}

/* Wanted is every body it does not have; lines are kept as they come. */
static inline bool salvage(
	struct centre *k, const json_t *j, struct reply *a, struct arena *mem)
{
	const json_t *have = json_object_get(j, "have");
	const json_t *lines = json_object_get(j, "records");
	json_t *want = json_keep(json_array(), mem);

	for (size_t i = 0; i < json_array_size(have); i++) {
		const json_t *one = json_array_get(have, i);
		const char *sha = json_string_value(json_array_get(one, 1));
		bool known = false;

		for (size_t u = 0; u < k->units; u++)
			for (size_t r = 0; r < k->unit[u].n; r++) {
				char hex[SHA256_HEX];

				hex_format(k->unit[u].record[r].sha.b, 32, hex);
				known |= strcmp(hex, sha) == 0;
			}
		if (!known)
			json_array_append(want, json_array_get(one, 0));
	}
	for (size_t i = 0; i < json_array_size(lines); i++)
		snprintf(k->offered + strlen(k->offered),
			sizeof(k->offered) - strlen(k->offered), "%s\n",
			json_string_value(json_array_get(lines, i)));
	return answer(k, a, 200, "application/json",
		have ? json_canonical(
			       json_keep(json_pack("{s:O}", "want", want), mem),
			       mem)
		     : arena_printf(mem,
			       "{\"parked\":%zu,\"known\":0,\"refused\":[]}",
			       json_array_size(lines)),
		mem);
}

static inline bool compare_units(
	struct centre *k, const json_t *j, struct reply *a, struct arena *mem)
{
	const json_t *list = json_object_get(j, "units");
	json_t *differ = json_array(), *missing = json_array();
	json_t *extra = json_array(), *out;
	bool listed[UNITS] = {false};

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *u = json_string_value(json_array_get(one, 0));
		const char *hex = json_string_value(json_array_get(one, 1));
		struct its_unit *mine = its_by_text(k, u);
		struct sha256 d;
		char want[SHA256_HEX];

		if (!mine || !mine->visible) {
			json_array_append_new(extra, json_string(u));
			continue;
		}
		listed[mine - k->unit] = true;
		d = unit_digest(mine);
		if (strcmp(hex_format(d.b, 32, want), hex) != 0)
			json_array_append_new(differ, json_string(u));
	}
	for (size_t i = 0; i < k->units; i++)
		if (k->unit[i].visible && !listed[i])
			json_array_append_new(missing,
				json_string(id_text(k->f, k->unit[i].id)));
	out = json_pack("{s:o, s:o, s:o}", "differ", differ, "missing", missing,
		"extra", extra);
	json_keep(out, mem);
	if (json_flag(j, "reconcile") && !k->older)
		hold_equal(k, list, out, mem);
	return answer(
		k, a, 200, "application/json", json_canonical(out, mem), mem);
}

/* ---- requests ---- */

static inline bool enrol_replica(
	struct centre *k, const json_t *j, struct reply *a, struct arena *mem)
{
	const char *r = json_str(j, "replica");

	if (strcmp(k->replica, r) != 0) {
		/* A new copy: what the old one held is not this one's. */
		for (size_t i = 0; i < k->units; i++)
			k->unit[i].state = NOT_HELD;
		snprintf(k->replica, sizeof(k->replica), "%s", r);
		k->last = 0;
		k->registered++;
	}
	return answer(k, a, 201, "application/json",
		arena_printf(mem,
			"{\"replica\":\"%s\",\"epoch\":%lld,"
			"\"head\":\"%lld.%lld.0123456789abcdef\","
			"\"lease_days\":7}",
			r, (long long)k->epoch, (long long)k->epoch,
			(long long)k->csn),
		mem);
}

/* A number comes once, or again with the same request; one that was refused
 * at the door may be left out. */
static inline void check_number(struct centre *k, const struct request *q)
{
	const char *body = q->body.n ? q->body.p : "";

	if (q->number == k->last)
		k->gap |= strcmp(k->last_path, q->path) != 0 ||
			  strcmp(k->last_body, body) != 0;
	else
		k->gap |= q->number < k->last;
	k->last = q->number;
	snprintf(k->last_path, sizeof(k->last_path), "%s", q->path);
	k->last_body = arena_strdup(k->f->mem, body);
}

static inline bool process(struct centre *k, const struct request *q,
	struct reply *a, struct arena *mem)
{
	struct err e;
	json_t *j = q->body.n ? json_read(q->body.p, q->body.n,
					&json_limits_own, mem, &e)
			      : NULL;

	if (strcmp(q->path, "/v1/replicas") == 0) {
		note(k, "replica;");
		return enrol_replica(k, j, a, mem);
	}
	check_number(k, q);
	note(k, "%s", strncmp(q->path, "/v1/changes?", 12) == 0 ? "pull" : "");
	if (strncmp(q->path, "/v1/changes?", 12) == 0) {
		note(k, ";");
		return feed(k, q, a, mem);
	}
	note(k, "%s", q->path + 4);
	if (strcmp(q->path, "/v1/changes") == 0)
		changes(k, j, a, mem);
	else if (strcmp(q->path, "/v1/receipts") == 0)
		receipts(k, j, a, mem);
	else if (strcmp(q->path, "/v1/salvage") == 0 && k->older)
		problem(k, a, 404, "not_found", mem);
	else if (strcmp(q->path, "/v1/salvage") == 0)
		salvage(k, j, a, mem);
	else
		compare_units(k, j, a, mem);
	note(k, ";");
	return true;
}

/* Bytes in small steps, until the line ends. */
static inline bool drip(const struct centre *k, const struct request *q,
	struct reply *a, struct err *e)
{
	size_t end = k->cut_at < a->body.n ? k->cut_at : a->body.n, from = 0;

	for (size_t at = 0; q->taker && at < end; at += 7) {
		struct str have = {
			a->body.p + from, (at + 7 < end ? at + 7 : end) - from};
		size_t used;

		if (!q->taker->take(q->taker->ctx, a, have, &used))
			break;
		from += used;
	}
	a->body.p += from;
	a->body.n = end - from;
	return err_set(e, ERR_OFFLINE, "the line broke");
}

static inline bool centre_send(void *ctx, const struct request *q,
	struct arena *mem, struct reply *a, struct err *e)
{
	struct centre *k = ctx;
	enum trouble what = k->now < k->troubles ? k->trouble[k->now++] : FINE;

	switch (what) {
	case LOST_REQUEST:
		return err_set(e, ERR_OFFLINE, "lost");
	case HTML:
		return answer(
			k, a, 200, "text/html", "<html>sign in</html>", mem);
	case HTML_AS_PAGE:
		return answer(k, a, 200,
			strcmp(q->method, "GET") == 0 ? "application/x-ndjson"
						      : "application/json",
			"<html>sign in</html>\n", mem);
	case PROBLEM:
		return problem(k, a, k->status, k->code, mem);
	case FINE:
	case LOST_ANSWER:
	case CUT:
	case BROKEN:
	case TURNED:
		break;
	}
	if (!process(k, q, a, mem))
		return err_set(e, ERR_OFFLINE, "failed");
	if (what == LOST_ANSWER) {
		memset(a, 0, sizeof(*a));
		return err_set(e, ERR_OFFLINE, "lost");
	}
	if (what == BROKEN)
		return drip(k, q, a, e);
	if (what == TURNED && k->cut_at < a->body.n) {
		char *turned = arena_strndup(mem, a->body.p, a->body.n);

		turned[k->cut_at] = (char)(turned[k->cut_at] ^ 4);
		a->body.p = turned;
	}
	if (what == CUT && k->cut_at < a->body.n) {
		a->body.n = k->cut_at;
		a->body.p = arena_strndup(mem, a->body.p, k->cut_at);
	}
	return true;
}

static inline bool hook_sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	struct centre *k = ctx;

	(void)e;
	snprintf(k->signed_text, sizeof(k->signed_text), "%.*s", (int)n, text);
	buf_text(out, "signature");
	return true;
}

static inline void centre_init(struct centre *k, struct fixture *f)
{
	memset(k, 0, sizeof(*k));
	k->f = f;
	k->t.ctx = k;
	k->t.send = centre_send;
	k->epoch = 1;
	k->durable = -1;
	k->per_page = 2;
	k->in_a_row = 1;
	put(k, 2, "person", "person", 2, 1, "{\"name\":\"刘建国\"}");
	put(k, 1, "case", "case", 1, 1, CASE_BODY);
	put(k, 1, "case", "service", 3, 1, SERVICE_BODY);
	put(k, 10, "case", "case", 10, 1, CASE_BODY);
	put(k, 11, "case", "case", 11, 1, CASE_BODY);
	put(k, 12, "case", "case", 12, 1, CASE_BODY);
}

static inline bool sync_with(
	struct centre *k, struct sync_report *r, struct err *e)
{
	struct sync_hooks hooks = {k, NULL, hook_sign, NULL};

	k->log[0] = 0;
	return sync_round(k->f->s, &k->t, &hooks, r, e);
}

#endif
