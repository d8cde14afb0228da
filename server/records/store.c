/*
 * store.c - the one write: typed rows, reach, digests, trail, then seal() and
 * what carries its number, and COMMIT, all in one message.
 *
 * The order matters: everything that can be refused or takes time comes before
 * seal(), because from seal() to COMMIT every other writer waits.
 */
#include "server/records/at_rest.h"

#include "proto/digest.h"
#include "proto/summary.h"
#include "server/audit/audit.h"

#include "proto/base/mutant.h"

#include <string.h>

/* In this order, so that a row finds what it refers to. */
static const struct {
	const char *type;
	enum query put;
} puts_in_order[] = {
	{"district",         Q_PUT_DISTRICT        },
	{"site",             Q_PUT_SITE            },
	{"staff",            Q_PUT_STAFF           },
	{"person",           Q_PUT_PERSON          },
	{"case",             Q_PUT_CASE            },
	{"relation",         Q_PUT_RELATION        },
	{"member",           Q_PUT_MEMBER          },
	{"consent",          Q_PUT_CONSENT         },
	{"screening",        Q_PUT_SCREENING       },
	{"assessment",       Q_PUT_ASSESSMENT      },
	{"response",         Q_PUT_RESPONSE        },
	{"need",             Q_PUT_NEED            },
	{"plan",             Q_PUT_PLAN            },
	{"goal",             Q_PUT_GOAL            },
	{"task",             Q_PUT_TASK            },
	{"service",          Q_PUT_SERVICE         },
	{"review",           Q_PUT_REVIEW          },
	{"flag",             Q_PUT_FLAG            },
	{"conflict",         Q_PUT_CONFLICT        },
	{"holiday",          Q_PUT_HOLIDAY         },
	{"service_item",     Q_PUT_SERVICE_ITEM    },
	{"resource",         Q_PUT_RESOURCE        },
	{"team",             Q_PUT_TEAM            },
	{"pack",             Q_PUT_PACK            },
	{"application",      Q_PUT_APPLICATION     },
	{"contract",         Q_PUT_CONTRACT        },
	{"closure",          Q_PUT_CLOSURE         },
	{"document",         Q_PUT_DOCUMENT        },
	{"segment",          Q_PUT_SEGMENT         },
	{"supervision",      Q_PUT_SUPERVISION     },
	{"referral",         Q_PUT_REFERRAL        },
	{"request",          Q_PUT_REQUEST         },
	{"contact",          Q_PUT_CONTACT         },
	{"group",            Q_PUT_GROUP           },
	{"participant",      Q_PUT_PARTICIPANT     },
	{"session",          Q_PUT_SESSION         },
	{"attendance",       Q_PUT_ATTENDANCE      },
	{"group_assessment", Q_PUT_GROUP_ASSESSMENT},
};

static bool is_type(const struct fresh *f, const char *type)
{
	return strcmp(f->rec.type->name, type) == 0;
}

/* ---- typed rows ---- */

static void add_row(struct buf *out, const struct fresh *f)
{
	const struct record *r = &f->rec;
	char id[UUID_TEXT], case_id[UUID_TEXT], site[UUID_TEXT];

	buf_printf(out, "%s{\"id\":\"%s\",", out->n > 1 ? "," : "",
		uuid_format(&r->id, id));
	if (!uuid_is_nil(&r->case_id))
		buf_printf(out, "\"case_id\":\"%s\",",
			uuid_format(&r->case_id, case_id));
	if (!uuid_is_nil(&r->site))
		buf_printf(out, "\"site_id\":\"%s\",",
			uuid_format(&r->site, site));
	buf_printf(out, "\"rec_ver\":%lld,\"rec_state\":\"%s\"%s",
		(long long)r->ver, state_name(r->state),
		r->body.n > 2 ? "," : "");
	buf_add(out, f->stored.plain.p + 1, f->stored.plain.n - 1);
}

static void release_buf(void *p)
{
	buf_free(p);
}

static void queue_typed(struct world *w, struct db *db, size_t t)
{
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, w->fresh_count);
	struct buf *rows = ARENA_NEW(w->mem, struct buf);
	struct db_args a;
	size_t n = 0;

	buf_init(rows, (size_t)1 << 30);
	arena_adopt(w->mem, rows, release_buf);
	buf_char(rows, '[');
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];

		if (f->old || !is_type(f, puts_in_order[t].type))
			continue;
		ids[n++] = f->rec.id;
		add_row(rows, f);
	}
	if (!n)
		return;
	buf_char(rows, ']');
	db_args_init(&a, w->mem);
	db_uuids(&a, ids, n);
	db_textn(&a, rows->p, rows->n);
	db_queue(db, puts_in_order[t].put, &a);
}

/* ---- units, reach, digests, summaries ---- */

static const char *const kind_of_unit[] = {
	[SCOPE_DIRECTORY] = "directory",
	[SCOPE_PERSON] = "person",
	[SCOPE_CASE] = "case",
	[SCOPE_GROUP] = "group",
	[SCOPE_LETTER] = "letter",
};

static void queue_units(struct world *w, struct db *db)
{
	size_t n = 0;
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, w->fresh_count);
	struct uuid *sites = ARENA_ARRAY(w->mem, struct uuid, w->fresh_count);
	const char **kinds = ARENA_ARRAY(w->mem, const char *, w->fresh_count);
	struct db_args a;

	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];

		if (f->rec.ver != 1 || uuid_cmp(&f->unit, &f->rec.id) != 0)
			continue;
		ids[n] = f->unit;
		sites[n] = f->rec.site;
		kinds[n++] = kind_of_unit[f->rec.type->scope];
	}
	if (!n)
		return;
	db_args_init(&a, w->mem);
	db_uuids(&a, ids, n);
	db_texts(&a, kinds, n);
	db_uuids(&a, sites, n);
	db_queue(db, Q_UNIT_ADD, &a);
}

static void add_once(struct uuid *list, size_t *n, const struct uuid *id)
{
	/* Records of one case mostly stand together. */
	if (*n && uuid_cmp(&list[*n - 1], id) == 0)
		return;
	for (size_t i = 0; i < *n; i++)
		if (uuid_cmp(&list[i], id) == 0)
			return;
	list[(*n)++] = *id;
}

/* What each type's versions may change about who reaches what. A person's new
 * telephone moves nobody's reach, nor does a phase or a main problem. */
static bool moves_reach(struct world *w, const struct fresh *f)
{
	static const struct {
		const char *type;
		const char *field; /* NULL: any change */
	} movers[] = {
		{"case",        "home_site"  },
		{"person",      "merged_into"},
		{"member",      NULL         },
		{"consent",     NULL         },
		{"relation",    NULL         },
		{"referral",    NULL         },
		{"request",     "to_site"    },
		{"contact",     "case_opened"},
		{"group",       NULL         },
		{"participant", NULL         },
	};

	if (f->rec.state == STATE_RETRACTED)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(movers); i++)
		if (is_type(f, movers[i].type))
			return !movers[i].field ||
			       entry_moved(w, f->entry, movers[i].field);
	return false;
}

/* The cases, persons, letters and groups a list of versions is about. */
struct touched {
	struct uuid *list[4];
	size_t n[4];
};

enum { OF_CASES, OF_PERSONS, OF_LETTERS, OF_GROUPS };

#define LEFT_MAX 2 /* persons one record may cease to name */

/* Whom a record named before and names no more: no row leads there now, so
 * their reach would stay as it was. */
static void leave(struct world *w, const struct fresh *f, struct touched *t)
{
	static const struct {
		const char *type;
		const char *field;
	} names[] = {
		{"person",      "merged_into"},
		{"participant", "person"     },
		{"relation",    "person"     },
		{"relation",    "subject"    },
	};
	const struct str text = f->entry->stored.body;
	struct uuid id;
	struct err e;

	for (size_t i = 0; f->entry->stored.ver && i < ARRAY_LEN(names); i++) {
		const char *s;

		if (!is_type(f, names[i].type) ||
			!entry_moved(w, f->entry, names[i].field))
			continue;
		s = json_str(
			json_read(text.p, text.n, &json_limits_own, w->mem, &e),
			names[i].field);
		if (s && uuid_parse(s, &id))
			add_once(t->list[OF_PERSONS], &t->n[OF_PERSONS], &id);
	}
}

static struct touched touch(
	struct world *w, bool (*wanted)(struct world *, const struct fresh *))
{
	static const int list_of[] = {
		[SCOPE_DIRECTORY] = -1,
		[SCOPE_PERSON] = OF_PERSONS,
		[SCOPE_CASE] = OF_CASES,
		[SCOPE_GROUP] = OF_GROUPS,
		[SCOPE_LETTER] = OF_LETTERS,
	};
	struct touched t = {0};

	for (size_t k = 0; k < ARRAY_LEN(t.list); k++)
		t.list[k] = ARENA_ARRAY(
			w->mem, struct uuid, w->fresh_count * (1 + LEFT_MAX));
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];
		int k = list_of[f->rec.type->scope];

		if (k < 0 || !wanted(w, f))
			continue;
		/* A conflict about a person or a letter is of no case. */
		if (k != OF_CASES || !uuid_is_nil(&f->rec.case_id))
			add_once(t.list[k], &t.n[k], &f->unit);
		if (k == OF_LETTERS && !uuid_is_nil(&f->rec.case_id))
			add_once(t.list[OF_CASES], &t.n[OF_CASES],
				&f->rec.case_id);
		leave(w, f, &t);
	}
	return t;
}

static void queue_reach(struct world *w, struct db *db)
{
	struct touched t = touch(w, moves_reach);
	struct db_args a;

	if (!t.n[OF_CASES] && !t.n[OF_PERSONS] && !t.n[OF_LETTERS] &&
		!t.n[OF_GROUPS])
		return;
	db_args_init(&a, w->mem);
	for (size_t k = 0; k < ARRAY_LEN(t.list); k++)
		db_uuids(&a, t.list[k], t.n[k]);
	db_queue(db, Q_REFRESH_REACH, &a);
}

static bool shows_in_line(struct world *w, const struct fresh *f)
{
	(void)w;
	(void)f;
	return true;
}

static void queue_lines(struct world *w, struct db *db)
{
	struct touched t = touch(w, shows_in_line);
	struct db_args a;

	if (!t.n[OF_CASES] && !t.n[OF_PERSONS])
		return;
	db_args_init(&a, w->mem);
	db_uuids(&a, t.list[OF_CASES], t.n[OF_CASES]);
	db_uuids(&a, t.list[OF_PERSONS], t.n[OF_PERSONS]);
	db_queue(db, Q_SUMMARY_DIRTY, &a);
}

static void queue_digests(struct world *w, struct db *db)
{
	size_t n = 0, m = 0, room = w->fresh_count;
	struct uuid *rec = ARENA_ARRAY(w->mem, struct uuid, room);
	struct uuid *unit = ARENA_ARRAY(w->mem, struct uuid, room);
	struct uuid *old_unit = ARENA_ARRAY(w->mem, struct uuid, room);
	int64_t *ver = ARENA_ARRAY(w->mem, int64_t, room);
	int64_t *cls = ARENA_ARRAY(w->mem, int64_t, room);
	int64_t *bytes = ARENA_ARRAY(w->mem, int64_t, room);
	int64_t *old_cls = ARENA_ARRAY(w->mem, int64_t, room);
	struct str *sha = ARENA_ARRAY(w->mem, struct str, room);
	struct db_args a;

	for (size_t i = 0; i < room; i++) {
		const struct fresh *f = &w->fresh[i];

		if (f->old)
			continue;
		rec[n] = f->rec.id;
		unit[n] = f->unit;
		ver[n] = f->rec.ver;
		cls[n] = f->rec.cls;
		bytes[n] = (int64_t)f->rec.body.n;
		sha[n].p = (const char *)f->rec.sha.b;
		sha[n++].n = SHA256_LEN;
		if (f->entry->stored.ver &&
			f->entry->stored.cls != f->rec.cls) {
			old_unit[m] = f->unit;
			old_cls[m++] = f->entry->stored.cls;
		}
	}
	db_args_init(&a, w->mem);
	db_uuids(&a, rec, n);
	db_units(&a, unit, n);
	db_ints(&a, ver, n);
	db_ints(&a, cls, n);
	db_bytes_array(&a, sha, n);
	db_ints(&a, bytes, n);
	db_units(&a, old_unit, m);
	db_ints(&a, old_cls, m);
	db_queue(db, Q_DIGEST_PUT, &a);
}

static void queue_audit(struct world *w, struct db *db)
{
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, w->n);
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		if (!uuid_is_nil(&w->changes[i].rec))
			ids[n++] = w->changes[i].rec;
	audit_queue(db, w->mem, w->trail, "write", "ok", ids, n);
}

/* ---- what carries the commit's number ---- */

/* Over the versions made and the results given: what this commit says. */
static struct sha256 commit_leaf(const struct world *w)
{
	struct sha256_run *run = sha256_begin();

	for (size_t i = 0; i < w->fresh_count; i++) {
		struct leaf l = {w->fresh[i].rec.id, w->fresh[i].rec.ver,
			w->fresh[i].rec.sha, w->fresh[i].rec.cls};
		unsigned char bytes[DIGEST_LEAF];

		digest_leaf(&l, bytes);
		sha256_add(run, bytes, sizeof(bytes));
	}
	for (size_t i = 0; i < w->n; i++) {
		unsigned char status = (unsigned char)w->results[i].status;

		sha256_add(run, w->results[i].id.b, 16);
		sha256_add(run, w->changes[i].payload.b, SHA256_LEN);
		sha256_add(run, &status, 1);
	}
	return sha256_end(run);
}

static const struct uuid *or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? NULL : u;
}

static void queue_seal(struct world *w, struct db *db)
{
	struct sha256 *leaf = ARENA_NEW(w->mem, struct sha256);
	struct db_args a;

	*leaf = commit_leaf(w);
	db_args_init(&a, w->mem);
	db_uuid(&a, or_null(&w->reader->staff));
	db_uuid(&a, or_null(&w->reader->device));
	db_uuid(&a, or_null(&w->reader->replica));
	db_text(&a, "c");
	db_int(&a, (int64_t)w->fresh_count);
	db_bytes(&a, leaf->b, SHA256_LEN);
	db_queue(db, Q_SEAL, &a);
}

/* The stored versions that stop being the newest. */
static void queue_supersede(struct world *w, struct db *db)
{
	struct uuid *id = ARENA_ARRAY(w->mem, struct uuid, w->fresh_count + 1);
	int64_t *ver = ARENA_ARRAY(w->mem, int64_t, w->fresh_count + 1);
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct entry *x = w->fresh[i].entry;

		if (w->fresh[i].rec.ver != x->stored.ver + 1 || !x->stored.ver)
			continue;
		id[n] = x->id;
		ver[n++] = x->stored.ver;
	}
	if (!n)
		return;
	db_args_init(&a, w->mem);
	db_uuids(&a, id, n);
	db_ints(&a, ver, n);
	db_queue(db, Q_SUPERSEDE, &a);
}

/* One column of all fresh versions, picked by a small function each. */
#define COLUMN(type, name, expr)                                               \
	type *name = ARENA_ARRAY(w->mem, type, w->fresh_count);                \
	for (size_t i = 0; i < w->fresh_count; i++) {                          \
		const struct fresh *f = &w->fresh[i];                          \
		name[i] = (expr);                                              \
	}

static void queue_versions(struct world *w, struct db *db)
{
	size_t n = w->fresh_count;
	struct db_args a;

	COLUMN(struct uuid, id, f->rec.id)
	COLUMN(int64_t, ver, f->rec.ver)
	COLUMN(struct uuid, unit, f->unit)
	COLUMN(struct uuid, case_id, f->rec.case_id)
	COLUMN(int64_t, type, f->rec.type->no)
	COLUMN(int64_t, cls, f->rec.cls)
	COLUMN(int64_t, state, (int64_t)f->rec.state)
	COLUMN(struct uuid, site, f->rec.site)
	COLUMN(struct uuid, author, f->rec.author)
	COLUMN(struct uuid, change, f->change)
	COLUMN(int64_t, entered, f->rec.entered_at)
	COLUMN(const char *, reason, f->rec.reason)
	COLUMN(const char *, readers, f->readers)
	COLUMN(const char *, body, f->stored.text.p)
	COLUMN(int64_t, key, f->stored.key)
	COLUMN(struct str, sha,
		((struct str){(const char *)f->rec.sha.b, SHA256_LEN}))
	COLUMN(bool, old, f->old)

	db_args_init(&a, w->mem);
	db_uuids(&a, id, n);
	db_ints(&a, ver, n);
	db_units(&a, unit, n);
	db_uuids(&a, case_id, n);
	db_ints(&a, type, n);
	db_ints(&a, cls, n);
	db_ints(&a, state, n);
	db_uuids(&a, site, n);
	db_uuids(&a, author, n);
	db_uuids(&a, change, n);
	db_ms_array(&a, entered, n);
	db_texts(&a, reason, n);
	db_texts(&a, readers, n);
	db_texts(&a, body, n);
	db_bytes_array(&a, sha, n);
	db_bools(&a, old, n);
	db_uuid(&a, or_null(&w->reader->staff));
	db_uuid(&a, or_null(&w->reader->device));
	db_ms(&a, w->now);
	db_ints(&a, key, n);
	db_queue(db, Q_VERSION_PUT, &a);
}

static void queue_touch(struct world *w, struct db *db)
{
	struct uuid *units = ARENA_ARRAY(w->mem, struct uuid, w->fresh_count);
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < w->fresh_count; i++)
		add_once(units, &n, &w->fresh[i].unit);
	db_args_init(&a, w->mem);
	db_units(&a, units, n);
	db_queue(db, Q_UNIT_TOUCH, &a);
}

/* A result is kept when it is new and final. */
static bool is_kept(const struct world *w, size_t i)
{
	const struct change_result *r = &w->results[i];

	if (r->status == CHANGE_DEFERRED || r->status == CHANGE_REFUSED ||
		world_known(w, &r->id))
		return false;
	for (size_t k = 0; k < i; k++)
		if (uuid_cmp(&w->results[k].id, &r->id) == 0)
			return false;
	return r->status != CHANGE_NOTED || !MUTANT(ack_without_commit);
}

static const char *result_text(struct world *w, const struct change_result *r)
{
	struct buf b;
	char *text;

	buf_init(&b, 4096);
	change_result_json(r, &b);
	text = arena_strndup(w->mem, b.p, b.n);
	buf_free(&b);
	return text;
}

static size_t queue_results(struct world *w, struct db *db)
{
	struct uuid *id = ARENA_ARRAY(w->mem, struct uuid, w->n);
	struct str *sha = ARENA_ARRAY(w->mem, struct str, w->n);
	const char **text = ARENA_ARRAY(w->mem, const char *, w->n);
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (!is_kept(w, i))
			continue;
		id[n] = w->results[i].id;
		sha[n].p = (const char *)w->changes[i].payload.b;
		sha[n].n = SHA256_LEN;
		text[n++] = result_text(w, &w->results[i]);
	}
	if (!n)
		return 0;
	db_args_init(&a, w->mem);
	db_uuids(&a, id, n);
	db_bytes_array(&a, sha, n);
	db_texts(&a, text, n);
	db_uuid(&a, or_null(&w->reader->staff));
	db_queue(db, Q_RESULT_PUT, &a);
	return n;
}

static void queue_parked(struct world *w, struct db *db)
{
	struct uuid *id = ARENA_ARRAY(w->mem, struct uuid, w->n);
	const char **code = ARENA_ARRAY(w->mem, const char *, w->n);
	const char **field = ARENA_ARRAY(w->mem, const char *, w->n);
	const char **accepts = ARENA_ARRAY(w->mem, const char *, w->n);
	const char **payload = ARENA_ARRAY(w->mem, const char *, w->n);
	int64_t *key = ARENA_ARRAY(w->mem, int64_t, w->n);
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (w->results[i].status != CHANGE_PARKED || !is_kept(w, i) ||
			MUTANT(park_forgets))
			continue;
		id[n] = w->results[i].id;
		code[n] = err_name(w->results[i].why.code);
		field[n] = w->results[i].why.field;
		accepts[n] = w->results[i].why.accepts;
		payload[n] = w->parked[i].text.p;
		key[n++] = w->parked[i].key;
	}
	if (!n)
		return;
	db_args_init(&a, w->mem);
	db_uuids(&a, id, n);
	db_texts(&a, code, n);
	db_texts(&a, field, n);
	db_texts(&a, accepts, n);
	db_texts(&a, payload, n);
	db_uuid(&a, or_null(&w->reader->staff));
	db_uuid(&a, or_null(&w->reader->site));
	db_ints(&a, key, n);
	db_queue(db, Q_PARKED_PUT, &a);
}

static bool anything_to_keep(const struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (is_kept(w, i))
			return true;
	return w->fresh_count > 0;
}

/* No version leaves this room without somebody's leave. */
static void insist_on_grants(const struct world *w)
{
	for (size_t i = 0; i < w->fresh_count; i++)
		if (!w->fresh[i].entry->grant)
			die("a record would be written without a grant");
}

static void queue_head(struct world *w, struct db *db)
{
	struct db_args none;

	db_args_init(&none, w->mem);
	db_queue(db, Q_HEAD, &none);
}

static void queue_all(struct world *w, struct db *db)
{
	at_rest_queue(w, db);
	if (w->fresh_count) {
		queue_units(w, db);
		for (size_t t = 0; t < ARRAY_LEN(puts_in_order); t++)
			queue_typed(w, db, t);
		queue_reach(w, db);
		queue_lines(w, db);
		queue_digests(w, db);
	}
	if (w->n)
		queue_audit(w, db);
	if (!anything_to_keep(w)) {
		queue_head(w, db);
		return;
	}
	queue_seal(w, db);
	if (w->fresh_count) {
		queue_supersede(w, db);
		queue_versions(w, db);
		queue_touch(w, db);
	}
	queue_results(w, db);
	queue_parked(w, db);
}

bool world_store(struct world *w, struct db *db, bool more,
	struct commit_head *out, struct err *e)
{
	enum { ROOM = 64 };
	struct db_rows *rows[ROOM] = {0};
	struct str chain;
	size_t i = ROOM;

	insist_on_grants(w);
	if (!at_rest_seal(w, db, e)) {
		db_rollback(db);
		return false;
	}
	queue_all(w, db);
	if (!more)
		db_queue_commit(db);
	if (!db_flush(db, w->mem, rows, ROOM, e)) {
		db_rollback(db);
		return false;
	}
	/* seal() and head answer with the same three columns. */
	while (i-- > 0)
		if (rows[i] && db_has_column(rows[i], "csn"))
			break;
	if (i >= ROOM)
		die("a commit without a head");
	out->csn = db_get_int(rows[i], 0, "csn");
	out->epoch = db_get_int(rows[i], 0, "epoch");
	chain = db_get_bytes(rows[i], 0, "chain");
	memset(&out->chain, 0, sizeof(out->chain));
	if (chain.n == SHA256_LEN)
		memcpy(out->chain.b, chain.p, SHA256_LEN);
	for (size_t k = 0; k < w->n; k++)
		if (is_kept(w, k))
			w->results[k].csn = out->csn;
	return true;
}
