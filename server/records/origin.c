/*
 * origin.c - see origin.h.
 *
 * Merging is pure and cheap, so the conflicts to come are found by merging
 * here once more; only for them is history asked, and it answers with the
 * fields in question, never with whole bodies.
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
	struct uuid rec[CHANGES_MAX];
	const char *fields[CHANGES_MAX];
	size_t n;
};

static void ask(struct asked *a, const struct uuid *rec, const char *fields)
{
	for (size_t i = 0; i < a->n; i++)
		if (uuid_cmp(&a->rec[i], rec) == 0 &&
			strcmp(a->fields[i], fields) == 0)
			return;
	/* What has no room is told by the newest version. */
	if (a->n == CHANGES_MAX)
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

static void take(struct world *w, const struct db_rows *rows)
{
	w->origin_count = (size_t)db_count(rows);
	w->origins = ARENA_ARRAY(w->mem, struct origin, w->origin_count + 1);
	for (int i = 0; i < db_count(rows); i++) {
		struct origin *o = &w->origins[i];
		const char *was = db_get_text(rows, i, "was");
		struct err e;

		o->rec = db_get_uuid(rows, i, "rec");
		o->fields = db_get_text(rows, i, "fields");
		o->by = db_get_uuid(rows, i, "by");
		o->site = db_get_uuid(rows, i, "site");
		o->device = db_get_uuid(rows, i, "device");
		o->entered_at = db_get_ms(rows, i, "entered_at");
		o->was = was ? json_read(was, strlen(was), &json_limits_own,
				       w->mem, &e)
			     : NULL;
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
	db_texts(&args, a->fields, a->n);
	if (!db_run(db, Q_VALUE_ORIGINS, &args, &rows, e))
		return false;
	take(w, rows);
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
