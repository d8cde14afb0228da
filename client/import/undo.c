/*
 * undo.c - taking a batch back (see batch.h).
 *
 * Unsent work is dropped here because its author says so, and only work that
 * made a record of the batch and was never answered by the centre. Everything
 * is decided before anything is dropped: a view reads the work it shows.
 */
#include "client/import/batch.h"

#include "client/import/batch_in.h"
#include "client/store/idmap.h"
#include "client/store/outbox.h"
#include "proto/base/host.h"

#include <string.h>

#define REASON "导入已撤销 / import undone"

/* A record of the batch, and what has become of it. */
struct mark {
	struct uuid id;
	const char *type;
	const struct work *made; /* the change that made it, if still here */
	bool touched;            /* somebody did something with it since */
};

struct undo {
	struct view *v;
	struct store *s;
	struct arena *mem;
	const json_t *rows;
	struct idmap marks; /* id → struct mark * */
	struct buf drops;   /* const struct work * */
	struct undone *out;
};

static const char *const left_names[] = {"edited_since", "sent"};

const char *left_name(enum left l)
{
	return left_names[l];
}

/* No role may retract these (server/access/policy.csv); a test compares. */
static const char *const kept_types[] = {"person", "case"};

static bool may_retract(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(kept_types); i++)
		if (strcmp(kept_types[i], type) == 0)
			return false;
	return true;
}

static void release(void *p)
{
	struct undo *u = p;

	idmap_clear(&u->marks);
	buf_free(&u->drops);
}

/* ---- what is in the batch ---- */

static size_t record_count(const json_t *row)
{
	return json_array_size(row) / 2;
}

static const char *type_at(const json_t *row, size_t i)
{
	return json_string_value(json_array_get(row, 1 + 2 * i));
}

static struct mark *mark_at(const struct undo *u, const json_t *row, size_t i)
{
	const char *text = json_string_value(json_array_get(row, 2 + 2 * i));
	struct uuid id;

	return text && uuid_parse(text, &id) ? idmap_get(&u->marks, &id) : NULL;
}

static bool add_mark(struct undo *u, const json_t *row, size_t i)
{
	const char *text = json_string_value(json_array_get(row, 2 + 2 * i));
	struct mark *m = ARENA_NEW(u->mem, struct mark);

	if (!text || !type_at(row, i) || !uuid_parse(text, &m->id))
		return false;
	m->type = type_at(row, i);
	idmap_put(&u->marks, &m->id, m);
	return true;
}

static bool add_marks(struct undo *u, struct err *e)
{
	for (size_t i = 0; i < json_array_size(u->rows); i++) {
		const json_t *row = json_array_get(u->rows, i);

		for (size_t k = 0; k < record_count(row); k++)
			if (!add_mark(u, row, k))
				return err_field(
					e, ERR_STORE_DAMAGED, "paper", "-");
	}
	return true;
}

/* ---- who did something since ---- */

static void touch(struct undo *u, const struct uuid *id)
{
	struct mark *m = idmap_get(&u->marks, id);

	if (m)
		m->touched = true;
}

static void touch_named(struct undo *u, const json_t *o, const char *member)
{
	const char *text = json_str(o, member);
	struct uuid id;

	if (text && uuid_parse(text, &id))
		touch(u, &id);
}

/* Own work: on a record of the batch, or in a case of it. A retraction that
 * waits is this very thing, asked for before. */
static void look_at_work(struct undo *u, const struct work *w)
{
	const json_t *change = work_change(w);
	const char *op = json_str(change, "op");
	struct mark *m = idmap_get(&u->marks, &w->rec);

	if (!op || strcmp(op, "retract") == 0)
		return;
	if (m && strcmp(op, "create") == 0) {
		m->made = w;
		return;
	}
	touch(u, &w->rec);
	touch(u, &w->unit);
	touch_named(u, change, "case");
	touch_named(u, json_object_get(change, "set"), "person");
	touch_named(u, json_object_get(change, "set"), "subject");
}

/* A record in a case of the batch that the batch did not bring, or a newer
 * version than the one it brought. */
static void look_at_unit(struct undo *u, const struct unit *unit)
{
	bool ours = idmap_get(&u->marks, &unit->id) != NULL;

	for (size_t i = 0; i < unit->n; i++) {
		const struct held *h = &unit->records[i];
		bool from_batch = idmap_get(&u->marks, &h->id) != NULL;

		if (h->state == STATE_RETRACTED)
			continue;
		if (from_batch && h->ver > 1)
			touch(u, &h->id);
		if (ours && !from_batch)
			touch(u, &unit->id);
	}
}

/* A person of the batch who by now is the client of another case. */
static void look_at_case(struct undo *u, const struct unit *unit)
{
	struct arena *mem;
	struct err ignored;
	struct seen one;

	if (strcmp(unit->kind, "case") != 0 || idmap_get(&u->marks, &unit->id))
		return;
	mem = arena_new();
	if (view_record(u->v, &unit->id, mem, &one, &ignored))
		touch_named(u, one.body, "person");
	arena_free(mem);
}

static void look_around(struct undo *u)
{
	for (size_t i = 0; i < store_work_count(u->s); i++)
		look_at_work(u, store_work_at(u->s, i));
	for (size_t i = 0; i < store_unit_count(u->s); i++) {
		look_at_unit(u, store_unit_at(u->s, i));
		look_at_case(u, store_unit_at(u->s, i));
	}
}

/* ---- row by row ---- */

/* The centre never had it, or would not have it. */
static bool never_taken(const struct work *w)
{
	return (w->state == WORK_UNSENT && !work_result(w)) ||
	       w->state == WORK_PARKED;
}

static void leave(
	struct undo *u, const json_t *row, const struct mark *m, enum left why)
{
	char text[UUID_TEXT];

	json_array_append_new(u->out->left,
		json_pack("{s:O, s:s, s:s, s:s}", "row", json_array_get(row, 0),
			"type", m->type, "id", uuid_format(&m->id, text), "why",
			left_name(why)));
}

static bool is_retracted(struct undo *u, const struct mark *m)
{
	struct arena *mem = arena_new();
	struct err ignored;
	struct seen one;
	bool out = view_record(u->v, &m->id, mem, &one, &ignored) &&
		   one.r.state == STATE_RETRACTED;

	arena_free(mem);
	return out;
}

static bool undo_record(
	struct undo *u, const json_t *row, const struct mark *m, struct err *e)
{
	bool held = store_held(u->s, &m->id, NULL) != NULL;

	if (!held && !m->made)
		return true;
	if (!held && never_taken(m->made)) {
		buf_add(&u->drops, &m->made, sizeof(struct work *));
		u->out->dropped++;
		return true;
	}
	if (is_retracted(u, m))
		return true;
	if (!may_retract(m->type)) {
		leave(u, row, m, LEFT_AT_CENTRE);
		return true;
	}
	u->out->retracted++;
	return outbox_retract(u->v, &m->id, REASON, e);
}

/* A row of which anything was worked on since stays as a whole. */
static bool undo_row(struct undo *u, const json_t *row, struct err *e)
{
	bool touched = false;

	for (size_t i = 0; i < record_count(row); i++)
		touched |= mark_at(u, row, i)->touched;
	for (size_t i = 0; i < record_count(row); i++) {
		const struct mark *m = mark_at(u, row, i);

		if (touched)
			leave(u, row, m, LEFT_EDITED);
		else if (!undo_record(u, row, m, e))
			return false;
	}
	return true;
}

/* The newest first, so that each is at the end of the list it leaves. */
static bool drop_all(struct undo *u, struct err *e)
{
	const struct work *const *w = (const void *)u->drops.p;

	for (size_t i = u->drops.n / sizeof(struct work *); i > 0; i--)
		if (!store_work_drop(u->s, w[i - 1], e))
			return false;
	return true;
}

static bool carry_out(
	struct undo *u, const char *id, const json_t *head, struct err *e)
{
	json_t *now = json_deep_copy(head);

	for (size_t i = json_array_size(u->rows); i > 0; i--)
		if (!undo_row(u, json_array_get(u->rows, i - 1), e)) {
			json_decref(now);
			return false;
		}
	json_object_set_new(
		now, "undone", json_integer((json_int_t)host_now_ms()));
	json_object_set_new(now, "left",
		json_integer((json_int_t)json_array_size(u->out->left)));
	/* A view reads the work it shows: nothing goes before the end. */
	return store_paper_put(u->s, PAPER_BATCH, id, now, e) && drop_all(u, e);
}

bool batch_undo(struct view *v, const char *id, struct arena *mem,
	struct undone *out, struct err *e)
{
	struct undo *u = ARENA_NEW(mem, struct undo);
	json_t *head, *rows;

	memset(out, 0, sizeof(*out));
	out->left = json_keep(json_array(), mem);
	u->v = v;
	u->s = view_store(v);
	u->mem = mem;
	u->out = out;
	idmap_init(&u->marks);
	buf_init(&u->drops, (size_t)1 << 30);
	arena_adopt(mem, u, release);
	if (!store_paper(u->s, PAPER_BATCH, id, mem, &head, e) ||
		!store_paper(u->s, PAPER_ROWS, id, mem, &rows, e))
		return false;
	if (!head || !rows)
		return err_field(e, ERR_NOT_FOUND, "--undo", "-");
	u->rows = rows;
	if (!add_marks(u, e))
		return false;
	look_around(u);
	if (!store_begin(u->s, e))
		return false;
	if (!carry_out(u, id, head, e)) {
		store_rollback(u->s);
		return false;
	}
	return store_commit(u->s, e);
}
