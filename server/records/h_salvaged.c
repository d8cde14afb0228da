/*
 * h_salvaged.c - what stations offered after a restore: listed for whoever
 * decides, put back or declined, one by one.
 *
 * Putting back goes through the one door like any change, with every check, as
 * the author the record names and on the word of the person who decides, who is
 * named on the trail. A signature is not put back: it was given to a version
 * the centre can no longer vouch for, so the author signs anew. Over a record
 * that stands, the decision names the version it was made over.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/withhold.h"
#include "server/access/fresh.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/lineage/lineage.h"
#include "server/records/apply.h"

#include <string.h>

#define ROWS_MOST 200
#define NOTE_MOST 500

/* ---- the list ---- */

static bool waiting(struct req *r, const struct uuid *id, int64_t most,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	db_int(&a, most);
	return db_run(r->db, Q_SALVAGE_WAITING, &a, rows, e);
}

static json_t *body_of(
	struct req *r, const struct db_rows *rows, int i, const char *column)
{
	const char *text = db_get_text(rows, i, column);
	struct err ignored;

	return text ? json_read(text, strlen(text), &json_limits_own, r->mem,
			      &ignored)
		    : NULL;
}

/* Restricted bodies are told to who proved it, and asks for them. */
static bool is_withheld(struct req *r, const struct db_rows *rows, int i)
{
	return withholds((int)db_get_int(rows, i, "class")) &&
	       !req_query(r, "open");
}

static json_t *told_of(
	struct req *r, const struct db_rows *rows, int i, const char *column)
{
	json_t *body = body_of(r, rows, i, column);
	const char *type = db_get_text(rows, i, "type");

	return body && is_withheld(r, rows, i)
		       ? withheld_body(catalogue_type(r->catalogue, type), body,
				 r->mem)
		       : body;
}

static void put_id(json_t *o, const char *key, const struct db_rows *rows,
	int i, const char *column)
{
	struct uuid id = db_get_uuid(rows, i, column);
	char text[UUID_TEXT];

	json_object_set_new(o, key,
		db_is_null(rows, i, column)
			? json_null()
			: json_string(uuid_format(&id, text)));
}

static void put_text(json_t *o, const char *key, const struct db_rows *rows,
	int i, const char *column)
{
	const char *text = db_get_text(rows, i, column);

	json_object_set_new(o, key, text ? json_string(text) : json_null());
}

static void put_time(json_t *o, const char *key, const struct db_rows *rows,
	int i, const char *column)
{
	char at[TIME_TEXT];

	json_object_set_new(o, key,
		json_string(time_format(db_get_ms(rows, i, column), at)));
}

struct member {
	const char *key;
	const char *column;
	void (*put)(json_t *, const char *, const struct db_rows *, int,
		const char *);
};

static void put_members(json_t *o, const struct member *m, size_t n,
	const struct db_rows *rows, int i)
{
	for (size_t k = 0; k < n; k++)
		m[k].put(o, m[k].key, rows, i, m[k].column);
}

/* Who wrote what stands now, where and when. */
static const struct member now_members[] = {
	{"by",         "now_by",        put_id  },
	{"by_name",    "now_by_name",   put_text},
	{"entered_at", "now_at",        put_time},
	{"site",       "now_site",      put_id  },
	{"site_name",  "now_site_name", put_text},
	{"station",    "now_device",    put_id  },
};

static json_t *now_of(struct req *r, const struct db_rows *rows, int i)
{
	json_t *out;
	enum record_state state =
		(enum record_state)db_get_int(rows, i, "now_state");

	if (db_is_null(rows, i, "now_version"))
		return json_null();
	out = json_pack("{s:I, s:s, s:O?}", "ver",
		(json_int_t)db_get_int(rows, i, "now_version"), "state",
		state_name(state), "body", told_of(r, rows, i, "now_body"));
	put_members(out, now_members, ARRAY_LEN(now_members), rows, i);
	return out;
}

static const struct member members[] = {
	{"id",          "id",          put_id  },
	{"rec",         "record_id",   put_id  },
	{"case",        "case_id",     put_id  },
	{"type",        "type",        put_text},
	{"state",       "state",       put_text},
	{"site",        "site_id",     put_id  },
	{"site_name",   "site_name",   put_text},
	{"station",     "device",      put_id  },
	{"author",      "author",      put_id  },
	{"author_name", "author_name", put_text},
	{"by",          "by",          put_id  },
	{"by_name",     "by_name",     put_text},
	{"at",          "at",          put_time},
	{"entered_at",  "entered_at",  put_time},
	{"offered_at",  "offered_at",  put_time},
};

static json_t *row_json(struct req *r, const struct db_rows *rows, int i)
{
	json_t *o = json_pack("{s:I, s:I, s:I, s:O?, s:o, s:O?}", "ver",
		(json_int_t)db_get_int(rows, i, "version"), "csn",
		(json_int_t)db_get_int(rows, i, "csn"), "offers",
		(json_int_t)db_get_int(rows, i, "offers"), "offered",
		body_of(r, rows, i, "offered"), "now", now_of(r, rows, i),
		"body", told_of(r, rows, i, "salvaged"));

	if (is_withheld(r, rows, i))
		json_object_set_new(o, "withheld", json_true());
	else
		put_text(o, "reason", rows, i, "reason");
	put_members(o, members, ARRAY_LEN(members), rows, i);
	return o;
}

/* What was read; what was withheld is still to be. */
static struct uuid *read_of(
	struct req *r, const struct db_rows *rows, int count, size_t *n)
{
	struct uuid *ids = ARENA_ARRAY(r->mem, struct uuid, (size_t)count + 1);

	*n = 0;
	for (int i = 0; i < count; i++)
		if (!is_withheld(r, rows, i))
			ids[(*n)++] = db_get_uuid(rows, i, "record_id");
	return ids;
}

/* {"rows":[…],"more":bool}; who may decide nothing gets an empty list. */
bool salvage_get(struct req *r, struct err *e)
{
	bool open = req_query(r, "open") != NULL;
	json_t *list = json_keep(json_array(), r->mem);
	struct db_rows *rows;
	struct uuid *ids;
	size_t read;
	int n;

	if ((open && !fresh_reader(r, e)) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!waiting(r, NULL, ROWS_MOST + 1, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	n = db_count(rows) > ROWS_MOST ? ROWS_MOST : db_count(rows);
	ids = read_of(r, rows, n, &read);
	for (int i = 0; i < n; i++)
		json_array_append_new(list, row_json(r, rows, i));
	if (!audit_end(r, open ? "salvage_open" : "salvage_list", "ok", ids,
		    read, e))
		return false;
	return req_reply_json(r, 200,
		json_pack("{s:O, s:b}", "rows", list, "more",
			db_count(rows) > ROWS_MOST));
}

/* ---- what has to be done ---- */

struct salvaged {
	struct req *r;
	const struct rtype *type;
	struct uuid id, rec, case_id, site, author, by;
	enum record_state state;
	const char *reason;
	int64_t cls, entered_at, ver, now_ver;
	enum record_state now_state;
	const json_t *body, *now;
};

static bool find(struct req *r, const struct uuid *id, struct salvaged *out,
	struct err *e)
{
	struct db_rows *rows;
	const char *type;

	memset(out, 0, sizeof(*out));
	if (!db_begin(r->db, &r->reader, false, e) ||
		!waiting(r, id, 1, &rows, e) || !db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	type = db_get_text(rows, 0, "type");
	out->r = r;
	out->id = *id;
	out->type = catalogue_type(r->catalogue, type);
	out->rec = db_get_uuid(rows, 0, "record_id");
	out->case_id = db_get_uuid(rows, 0, "case_id");
	out->site = db_get_uuid(rows, 0, "site_id");
	out->author = db_get_uuid(rows, 0, "author");
	out->by = db_get_uuid(rows, 0, "by");
	out->entered_at = db_get_ms(rows, 0, "entered_at");
	out->cls = db_get_int(rows, 0, "class");
	out->ver = db_get_int(rows, 0, "version");
	out->now_ver = db_get_int(rows, 0, "now_version");
	out->now_state = (enum record_state)db_get_int(rows, 0, "now_state");
	out->reason = db_get_text(rows, 0, "reason");
	out->body = body_of(r, rows, 0, "salvaged");
	out->now = body_of(r, rows, 0, "now_body");
	return (out->type && out->body &&
		       state_from_name(
			       db_get_text(rows, 0, "state"), &out->state)) ||
	       err_field(e, ERR_UNKNOWN_TYPE, "type", "%s", type);
}

/* The change all kinds begin with. */
static json_t *change_of(const struct salvaged *s, const char *op)
{
	struct uuid id = uuid_new();
	char text[4][UUID_TEXT], at[TIME_TEXT];
	json_t *c = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id",
		uuid_format(&id, text[0]), "rec", uuid_format(&s->rec, text[1]),
		"type", s->type->name, "op", op, "entered_at",
		time_format(s->entered_at, at));

	if (!uuid_is_nil(&s->case_id) && !s->type->root)
		json_object_set_new(c, "case",
			json_string(uuid_format(&s->case_id, text[2])));
	return c;
}

/* What only the centre fills is filled by it again. */
static bool is_own(const struct field *f)
{
	return !f->server;
}

static json_t *create(const struct salvaged *s)
{
	json_t *c = change_of(s, "create"), *set = json_object();

	for (size_t i = 0; i < s->type->field_count; i++) {
		const struct field *f = &s->type->fields[i];
		json_t *v = json_object_get(s->body, f->name);

		if (v && is_own(f))
			json_object_set(set, f->name, v);
	}
	json_object_set_new(c, "set", set);
	return c;
}

/* NULL when the record says all of it already. */
static json_t *patch(const struct salvaged *s)
{
	json_t *set = json_object(), *unset = json_array();
	json_t *seen = json_object(), *c;

	for (size_t i = 0; i < s->type->field_count; i++) {
		const struct field *f = &s->type->fields[i];
		json_t *then = json_object_get(s->body, f->name);
		json_t *now = json_object_get(s->now, f->name);

		json_object_set_new(
			seen, f->name, now ? json_incref(now) : json_null());
		if (!is_own(f) || json_equal(then, now))
			continue;
		if (then)
			json_object_set(set, f->name, then);
		else if (now)
			json_array_append_new(unset, json_string(f->name));
	}
	if (!json_object_size(set) && !json_array_size(unset)) {
		json_decref(set);
		json_decref(unset);
		json_decref(seen);
		return NULL;
	}
	c = change_of(s, "patch");
	json_object_set_new(c, "set", set);
	json_object_set_new(c, "unset", unset);
	json_object_set_new(c, "seen", seen);
	json_object_set_new(c, "base_ver", json_integer(s->now_ver));
	return c;
}

static json_t *retract(const struct salvaged *s)
{
	json_t *c = change_of(s, "retract");

	json_object_set_new(
		c, "reason", json_string(s->reason ? s->reason : "-"));
	return c;
}

static json_t *changes_of(const struct salvaged *s)
{
	json_t *list = json_array(), *first = NULL;

	if (!s->now_ver)
		first = create(s);
	else if (s->state != STATE_RETRACTED)
		first = patch(s);
	if (first)
		json_array_append_new(list, first);
	if (s->state == STATE_RETRACTED && s->now_state != STATE_RETRACTED)
		json_array_append_new(list, retract(s));
	return list;
}

/* ---- through the door ---- */

static struct reader at_the_door(const struct salvaged *s)
{
	struct reader who = s->r->reader;
	const struct uuid *author = s->now_ver ? &s->by : &s->author;

	memset(&who.replica, 0, sizeof(who.replica));
	/* That a restricted record is the reader's own is the word of a
	 * station: it opens no door that is not open to them anyway. Nor does
	 * anybody change what says who they are under another's name. */
	if (s->cls == CLASS_RESTRICTED || uuid_cmp(&s->rec, &who.staff) == 0)
		return who;
	if (!uuid_is_nil(author))
		who.staff = *author;
	if (!uuid_is_nil(&s->site))
		who.site = s->site;
	who.role = s->type->scope == SCOPE_DIRECTORY ? ROLE_SYSTEM_ADMIN
						     : ROLE_SUPERVISOR;
	return who;
}

/* What the decision says, before it is one. */
struct decision {
	const struct salvaged *s;
	const struct reader *door; /* as whom it is put back */
	const char *how, *note;
};

/* In the transaction of what it puts back: of two who decide at once, the
 * second finds it settled, and nothing of theirs is kept. */
static bool settle(const struct decision *d, struct db *db, struct err *e)
{
	const struct salvaged *s = d->s;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, s->r->mem);
	db_uuid(&a, &s->id);
	db_text(&a, d->how);
	db_text(&a, d->note);
	if (!db_run(db, Q_SALVAGE_SETTLE, &a, &rows, e))
		return false;
	return db_get_int(rows, 0, "settled") ||
	       err_field(e, ERR_SETTLED, "id", "-");
}

static const char *act_of(const struct decision *d)
{
	return arena_printf(d->s->r->mem, "salvage_%s", d->how);
}

/* Settled by who decides, written by whom the record names. */
static bool settle_first(void *ctx, struct db *db, struct err *e)
{
	const struct decision *d = ctx;
	struct req *r = d->s->r;

	if (!db_stand_for(db, &r->reader, e) || !settle(d, db, e))
		return false;
	audit_queue(db, r->mem, &r->reader, act_of(d), "ok", &d->s->rec, 1);
	return db_stand_for(db, d->door, e);
}

static bool put_back(const struct decision *d, json_t *list, struct err *e)
{
	struct req *r = d->s->r;
	struct apply a = {.mem = r->mem,
		.catalogue = r->catalogue,
		.reader = d->door,
		.trail = &r->reader,
		.db = r->db,
		.before = settle_first,
		.ctx = (void *)(uintptr_t)d,
		.whole = true,
		.now = host_now_ms()};
	struct change_result *results;
	struct commit_head head;
	struct change *changes;
	size_t n;

	if (!change_batch_decode(r->catalogue, list, r->mem, &changes, &n, e))
		return false;
	results = ARENA_ARRAY(r->mem, struct change_result, n);
	if (apply_changes(&a, changes, n, results, &head, e))
		return true;
	return e->code == ERR_MOVED_ON ? err_field(e, ERR_MOVED_ON, "over", "-")
				       : false;
}

/* Nothing to write: declined, or the record says all of it already. */
static bool settle_alone(const struct decision *d, struct err *e)
{
	struct req *r = d->s->r;

	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!settle(d, r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	return audit_end(r, act_of(d), "ok", &d->s->rec, 1, e);
}

static bool decide(
	const struct salvaged *s, bool take, const char *note, struct err *e)
{
	struct reader door = at_the_door(s);
	struct decision d = {s, &door, take ? "reinstated" : "declined", note};
	json_t *list;

	if (!take)
		return settle_alone(&d, e);
	list = json_keep(
		json_pack("{s:o}", "changes", changes_of(s)), s->r->mem);
	return json_array_size(json_object_get(list, "changes"))
		       ? put_back(&d, list, e)
		       : settle_alone(&d, e);
}

/* {"take":bool,"over":ver of what stands, 0: nothing,"note"} → {"status"} */
bool salvage_decide(struct req *r, struct err *e)
{
	const json_t *take = json_object_get(r->json, "take");
	const char *note = json_str(r->json, "note");
	struct salvaged s;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e))
		return false;
	if (!json_is_boolean(take))
		return err_field(e, ERR_MISSING, "take", "true, false");
	if (!note || !*note || strlen(note) > NOTE_MOST)
		return err_field(e, ERR_MISSING, "note", "1-%d", NOTE_MOST);
	if (!find(r, &id, &s, e))
		return false;
	if (json_is_true(take) && json_int(r->json, "over", -1) != s.now_ver)
		return err_field(
			e, ERR_MOVED_ON, "over", "%lld", (long long)s.now_ver);
	if (!decide(&s, json_is_true(take), note, e))
		return false;
	return req_reply_text(r, 200,
		json_is_true(take) ? "{\"status\":\"reinstated\"}"
				   : "{\"status\":\"declined\"}");
}
