/*
 * view.c - see view.h. The only place where the outbox meets the copy.
 */
#include "client/store/view_in.h"

#include "proto/merge.h"

#include <string.h>

static void release_maps(void *p)
{
	struct view *v = p;

	idmap_clear(&v->first);
	idmap_clear(&v->last);
}

bool view_is_addition(const struct view *v, const struct change *c)
{
	return c->op == OP_PATCH && !uuid_is_nil(&c->keeps) &&
	       !store_held(v->s, &c->keeps, NULL);
}

static void add_touch(struct view *v, const struct uuid *rec, struct touch *t)
{
	struct touch *last = idmap_get(&v->last, rec);

	if (last)
		last->next = t;
	else
		idmap_put(&v->first, rec, t);
	idmap_put(&v->last, rec, t);
}

static struct touch *also(struct view *v, const struct touch *t)
{
	struct touch *copy = ARENA_NEW(v->mem, struct touch);

	*copy = *t;
	copy->next = NULL;
	return copy;
}

/* A settled conflict also changes the record it was about. */
static void add_settled(struct view *v, const struct touch *t)
{
	const struct unit *u;
	const struct held *h = store_held(v->s, &t->change.rec, &u);
	struct record r;
	struct err ignored;
	struct uuid about;
	json_t *body;
	const char *id;

	if (!h || !store_read(v->s, u, h, v->mem, &r, &ignored))
		return;
	body = json_read(
		r.body.p, r.body.n, &json_limits_body, v->mem, &ignored);
	id = json_str(body, "record");
	if (!id || !uuid_parse(id, &about))
		return;
	add_touch(v, &about, also(v, t));
}

/* Work that the copy does not show yet. An addition leaves the version of what
 * it was added to as it is. */
static bool counts(
	const struct view *v, const struct work *w, const struct change *c)
{
	const struct held *h = store_held(v->s, &w->rec, NULL);
	int64_t ver = json_int(work_result(w), "ver", 0);
	int64_t have = h ? h->ver : 0;

	if (work_waits(w))
		return !work_hidden(w) || store_unit(v->s, &w->unit) != NULL;
	return w->state != WORK_PARKED && !work_hidden(w) &&
	       (ver > have || (ver == have && view_is_addition(v, c)));
}

struct view *view_new(struct store *s, struct arena *mem)
{
	struct view *v = ARENA_NEW(mem, struct view);

	v->s = s;
	v->mem = mem;
	idmap_init(&v->first);
	idmap_init(&v->last);
	arena_adopt(mem, v, release_maps);
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);
		struct touch *t = ARENA_NEW(mem, struct touch);

		t->work = w;
		change_decode(
			store_catalogue(s), work_change(w), mem, &t->change);
		if (!counts(v, w, &t->change))
			continue;
		add_touch(v, &w->rec, t);
		if (t->change.op == OP_RESOLVE)
			add_settled(v, t);
		else if (view_is_addition(v, &t->change))
			add_touch(v, &t->change.keeps, also(v, t));
	}
	return v;
}

struct store *view_store(struct view *v)
{
	return v->s;
}

const struct work *view_last_waiting(struct view *v, const struct uuid *rec)
{
	const struct work *last = NULL;

	for (const struct touch *t = idmap_get(&v->first, rec); t; t = t->next)
		if (work_waits(t->work) && uuid_cmp(&t->work->rec, rec) == 0)
			last = t->work;
	return last;
}

/* ---- own changes on a record ---- */

struct uuid view_reader(struct view *v, const char *member)
{
	const char *text = json_str(store_get(v->s, "reader"), member);
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		memset(&id, 0, sizeof(id));
	return id;
}

static void begin_record(
	struct view *v, const struct change *c, struct seen *out)
{
	struct record *r = &out->r;

	memset(r, 0, sizeof(*r));
	r->id = c->rec;
	r->type = c->type;
	r->type_name = c->type_name;
	r->case_id = c->case_id;
	if (c->type && c->type->root)
		r->case_id = c->rec;
	r->site = view_reader(v, "site");
	r->author = view_reader(v, "staff");
	r->by = r->author;
	r->at = r->entered_at = c->entered_at;
	r->state = STATE_LIVE;
	out->type = c->type_name;
	out->body = json_keep(json_deep_copy(c->set), v->mem);
	record_drop_nulls(out->body);
}

/* What is signed stays as it is; what was written before that was known is a
 * conflict, what was added to it stands by itself. */
static void apply_patch(const struct change *c, const json_t *set,
	struct arena *mem, struct seen *out)
{
	bool final = out->r.state == STATE_SIGNED;
	struct merge m;

	(final ? merge_final : merge_change)(
		out->r.type, out->body, set, c->unset, c->seen, mem, &m);
	out->body = m.body;
	if (!final || uuid_is_nil(&c->keeps))
		out->collides |= json_array_size(m.conflicts) > 0;
}

/* The addendum as the centre will keep it (server/records/conflict.c). */
static json_t *addition_body(struct view *v, const struct change *c,
	const json_t *k, struct arena *mem)
{
	struct uuid staff = view_reader(v, "staff");
	char rec[UUID_TEXT], id[UUID_TEXT], by[UUID_TEXT], at[TIME_TEXT];
	json_t *b = json_deep_copy(k);

	uuid_format(&staff, by);
	time_format(c->entered_at, at);
	json_object_update_new(b,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s, s:s}",
			"record", uuid_format(&c->rec, rec), "record_type",
			c->type_name, "change", uuid_format(&c->id, id),
			"mine_by", by, "mine_at", at, "signed", 1, "settled", 1,
			"addendum", 1, "settled_by", by, "settled_at", at));
	json_object_set(b, "value", json_object_get(k, "mine"));
	if (c->reason && c->reason[0])
		json_object_set_new(b, "note", json_string(c->reason));
	return json_keep(b, mem);
}

/* ERR_NOT_FOUND also where the centre will make an edit of it, because what it
 * was added to is not signed. */
static bool begin_addition(struct view *v, const struct touch *t,
	struct arena *mem, struct seen *out, struct err *e)
{
	const struct change *c = &t->change;
	struct merge m;
	struct seen to;

	if (!view_record(v, &c->rec, mem, &to, e))
		return false;
	if (to.r.state != STATE_SIGNED)
		return err_set(e, ERR_NOT_FOUND, "record not held");
	merge_final(to.r.type, to.body, c->set, c->unset, c->seen, mem, &m);
	if (!json_array_size(m.conflicts))
		return err_set(e, ERR_NOT_FOUND, "record not held");
	out->r = to.r;
	out->r.id = c->keeps;
	out->r.type = catalogue_type(store_catalogue(v->s), "conflict");
	out->r.type_name = out->type = "conflict";
	out->r.state = STATE_LIVE;
	out->r.ver = 0;
	out->r.by = view_reader(v, "staff");
	out->r.at = out->r.entered_at = c->entered_at;
	out->unit = to.unit;
	out->body = addition_body(v, c, json_array_get(m.conflicts, 0), mem);
	out->waiting = work_waits(t->work);
	return out->r.type != NULL;
}

static void apply_resolve(
	const struct change *c, struct arena *mem, struct seen *out)
{
	const json_t *value = json_object_get(c->set, "value");

	if (uuid_cmp(&out->r.id, &c->rec) != 0) {
		apply_patch(c, value, mem, out);
		return;
	}
	out->body = json_keep(json_copy(out->body), mem);
	json_object_update(out->body, (json_t *)(uintptr_t)c->set);
	record_drop_nulls(out->body);
	json_object_set_new(out->body, "settled", json_true());
}

/* The hash of the body as the centre will compute it. */
static void rehash(struct seen *out, struct arena *mem)
{
	char *text = json_canonical(out->body, mem);

	out->r.body.p = text;
	out->r.body.n = strlen(text);
	out->r.sha = sha256_of(text, out->r.body.n);
}

static void apply(const struct touch *t, struct arena *mem, struct seen *out)
{
	const struct change *c = &t->change;

	switch (c->op) {
	case OP_CREATE:
		break;
	case OP_PATCH:
		apply_patch(c, c->set, mem, out);
		rehash(out, mem);
		break;
	case OP_SIGN:
		if (sha256_equal(&c->sha, &out->r.sha))
			out->r.state = STATE_SIGNED;
		else
			out->collides = true;
		break;
	case OP_RETRACT:
		out->r.state = STATE_RETRACTED;
		out->r.reason = c->reason;
		break;
	case OP_RESOLVE:
		/* Beside what is signed the value stands as an addendum. */
		if (out->r.state != STATE_LIVE)
			break;
		apply_resolve(c, mem, out);
		rehash(out, mem);
		break;
	}
}

static bool read_held(struct view *v, const struct uuid *id, struct arena *mem,
	struct seen *out, struct err *e)
{
	const struct unit *u;
	const struct held *h = store_held(v->s, id, &u);

	if (!store_read(v->s, u, h, mem, &out->r, e))
		return false;
	out->unit = u->id;
	out->type = out->r.type_name;
	out->body = json_read(
		out->r.body.p, out->r.body.n, &json_limits_own, mem, e);
	return out->body != NULL;
}

/* What is restricted here is as withheld as the centre will have it, before it
 * has; what was restricted there stays so until the centre has opened it. */
static void classify(struct seen *out)
{
	if (out->r.type && out->r.cls != CLASS_RESTRICTED)
		out->r.cls = record_class_of(out->r.type, out->body);
}

bool view_record(struct view *v, const struct uuid *id, struct arena *mem,
	struct seen *out, struct err *e)
{
	const struct touch *t = idmap_get(&v->first, id);
	bool own = t != NULL;

	memset(out, 0, sizeof(*out));
	if (store_held(v->s, id, NULL)) {
		if (!read_held(v, id, mem, out, e))
			return false;
	} else if (t && t->change.op == OP_CREATE && t->change.type) {
		begin_record(v, &t->change, out);
		out->unit = t->work->unit;
		rehash(out, mem);
	} else if (t && uuid_cmp(&t->change.keeps, id) == 0) {
		if (!begin_addition(v, t, mem, out, e))
			return false;
		rehash(out, mem);
		return true;
	} else {
		return err_set(e, ERR_NOT_FOUND, "record not held");
	}
	for (; t; t = t->next) {
		out->waiting += work_waits(t->work);
		/* Of a type this program does not know, only the copy shows. */
		if (out->r.type)
			apply(t, mem, out);
	}
	if (own)
		classify(out);
	return true;
}
