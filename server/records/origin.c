/*
 * origin.c - see origin.h.
 *
 * Merging is pure and cheap, so the conflicts to come are found by merging
 * here once more; only for them is history asked.
 */
#include "server/records/origin.h"

#include "proto/merge.h"

#include <string.h>

/* "dose,unit" */
static const char *field_list(struct arena *mem, const json_t *fields)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(fields); i++)
		out = arena_printf(mem, "%s%s%s", out, i ? "," : "",
			json_string_value(json_array_get(fields, i)));
	return out;
}

/* ---- asking ---- */

struct asked {
	struct uuid rec[LIMIT_CHANGES];
	const char *fields[LIMIT_CHANGES];
	size_t n;
};

static void ask(struct asked *a, const struct uuid *rec, const char *fields)
{
	for (size_t i = 0; i < a->n; i++)
		if (uuid_cmp(&a->rec[i], rec) == 0 &&
			strcmp(a->fields[i], fields) == 0)
			return;
	/* What has no room is told by the newest version. */
	if (a->n == LIMIT_CHANGES)
		return;
	a->rec[a->n] = *rec;
	a->fields[a->n++] = fields;
}

static void ask_change(
	struct world *w, const struct change *c, struct asked *out)
{
	struct entry *x = world_find(w, &c->rec);
	struct merge m;
	bool final = x && x->stored.state == STATE_SIGNED;

	if (c->refused || c->op != OP_PATCH || !x || !x->stored.ver ||
		x->stored.type != c->type ||
		(c->base_ver >= x->stored.ver && !final))
		return;
	(final ? merge_final : merge_change)(c->type, entry_body(w, x), c->set,
		c->unset, c->seen, w->mem, &m);
	for (size_t i = 0; i < json_array_size(m.conflicts); i++)
		ask(out, &c->rec,
			field_list(w->mem,
				json_object_get(json_array_get(m.conflicts, i),
					"fields")));
}

/* The values of some fields in a version; null where it has none. */
static json_t *values_in(
	struct world *w, const struct db_rows *rows, int i, const char *fields)
{
	struct str text = db_get_bytes(rows, i, "body");
	json_t *out = json_keep(json_object(), w->mem), *body, *v;
	const char *end;
	struct err e;

	body = json_read(text.p, text.n, &json_limits_own, w->mem, &e);
	for (const char *p = fields; *p; p = *end ? end + 1 : end) {
		const char *name;

		end = p + strcspn(p, ",");
		name = arena_strndup(w->mem, p, (size_t)(end - p));
		v = json_object_get(body, name);
		json_object_set_new(
			out, name, v ? json_incref(v) : json_null());
	}
	return out;
}

/* Rows of one record, newest first: the one that brought in what stands, and
 * what stood before it. When all say the same it is older than they are, and
 * the oldest of them is named. */
static void find_origin(struct world *w, const struct db_rows *rows, int first,
	const char *fields, struct origin *out)
{
	const json_t *now = values_in(w, rows, first, fields);
	int at = first;

	out->rec = db_get_uuid(rows, first, "record_id");
	out->fields = fields;
	for (int i = first + 1; i < db_count(rows) && !out->was; i++) {
		struct uuid rec = db_get_uuid(rows, i, "record_id");
		json_t *then;

		if (uuid_cmp(&rec, &out->rec) != 0)
			break;
		then = values_in(w, rows, i, fields);
		if (json_equal(then, now))
			at = i;
		else
			out->was = then;
	}
	out->by = db_get_uuid(rows, at, "by");
	out->site = db_get_uuid(rows, at, "site");
	out->device = db_get_uuid(rows, at, "device");
	out->entered_at = db_get_ms(rows, at, "entered_at");
}

static int first_row(const struct db_rows *rows, const struct uuid *rec)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "record_id");

		if (uuid_cmp(&id, rec) == 0)
			return i;
	}
	return -1;
}

static void take(
	struct world *w, const struct asked *a, const struct db_rows *rows)
{
	w->origins = ARENA_ARRAY(w->mem, struct origin, a->n);
	memset(w->origins, 0, a->n * sizeof(*w->origins));
	for (size_t i = 0; i < a->n; i++) {
		int first = first_row(rows, &a->rec[i]);

		if (first >= 0)
			find_origin(w, rows, first, a->fields[i],
				&w->origins[w->origin_count++]);
	}
}

bool origin_load(struct world *w, struct db *db, struct err *e)
{
	struct asked *a = ARENA_NEW(w->mem, struct asked);
	struct db_rows *rows;
	struct db_args args;

	for (size_t i = 0; i < w->n; i++)
		ask_change(w, &w->changes[i], a);
	if (!a->n)
		return true;
	db_args_init(&args, w->mem);
	db_uuids(&args, a->rec, a->n);
	if (!db_run(db, Q_VALUE_ORIGINS, &args, &rows, e))
		return false;
	take(w, a, rows);
	return true;
}

/* ---- answering ---- */

static bool stands_since_before(
	struct world *w, struct entry *x, const json_t *fields)
{
	for (size_t i = 0; i < json_array_size(fields); i++)
		if (x->now.ver != x->stored.ver &&
			entry_moved(w, x,
				json_string_value(json_array_get(fields, i))))
			return false;
	return true;
}

struct origin origin_of(struct world *w, struct entry *x, const json_t *fields)
{
	const char *names = field_list(w->mem, fields);
	bool before = stands_since_before(w, x, fields);
	struct origin o;

	for (size_t i = 0; before && i < w->origin_count; i++)
		if (uuid_cmp(&w->origins[i].rec, &x->id) == 0 &&
			strcmp(w->origins[i].fields, names) == 0)
			return w->origins[i];
	memset(&o, 0, sizeof(o));
	o.rec = x->id;
	o.fields = names;
	o.by = x->now.by;
	o.device = x->now.device;
	o.entered_at = x->now.entered_at;
	if (!before)
		o.site = w->reader->site;
	return o;
}
