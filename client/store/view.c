/*
 * view.c - see view.h. The only place where the outbox meets the copy.
 */
#include "client/store/view.h"

#include "client/store/idmap.h"
#include "proto/change.h"
#include "proto/fold.h"
#include "proto/merge.h"
#include "proto/summary.h"

#include <stdlib.h>
#include <string.h>

/* The own changes that touch one record, in order of entry. */
struct touch {
	struct touch *next;
	const struct work *work;
	struct change change;
};

/* A record, and the unit or the case it is looked up by. */
struct about {
	struct uuid of;
	struct uuid rec;
};

/* Many of them, in order; made when first asked for. */
struct abouts {
	struct about *list; /* NULL: not made yet */
	size_t n;
};

struct view {
	struct store *s;
	struct arena *mem;
	struct idmap first; /* record → struct touch * */
	struct idmap last;
	struct calendar *calendar; /* made when first asked for */
	struct abouts letters;     /* by the case they are about */
	struct abouts made;        /* by the unit they will be in */
};

static void release_maps(void *p)
{
	struct view *v = p;

	idmap_clear(&v->first);
	idmap_clear(&v->last);
}

/* What was added to a signed record: a record of its own, until the centre's
 * copy of it is here. */
static bool is_addition(const struct view *v, const struct change *c)
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
	       (ver > have || (ver == have && is_addition(v, c)));
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
		else if (is_addition(v, &t->change))
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

/* ---- lists ---- */

static int by_uuid(const void *a, const void *b)
{
	return uuid_cmp(a, b);
}

static struct uuid *finish(struct buf *ids, struct arena *mem, size_t *n)
{
	struct uuid *out = arena_alloc(mem, ids->n + sizeof(struct uuid));

	*n = ids->n / sizeof(struct uuid);
	if (*n) {
		memcpy(out, ids->p, ids->n);
		qsort(out, *n, sizeof(*out), by_uuid);
	}
	buf_free(ids);
	return out;
}

/* Creates the copy does not have. */
static const struct touch *made(struct view *v, size_t i)
{
	const struct work *w = store_work_at(v->s, i);
	const struct touch *t = idmap_get(&v->first, &w->rec);

	if (!t || t->work != w || t->change.op != OP_CREATE ||
		!t->change.type || store_held(v->s, &w->rec, NULL))
		return NULL;
	return t;
}

/* Additions to what is signed, where they stand. */
static const struct uuid *added(struct view *v, size_t i)
{
	const struct work *w = store_work_at(v->s, i);
	const struct touch *t = idmap_get(&v->first, &w->rec);
	struct arena *mem;
	struct err ignored;
	struct seen one;
	bool there;

	while (t && t->work != w)
		t = t->next;
	if (!t || !is_addition(v, &t->change))
		return NULL;
	mem = arena_new();
	there = view_record(v, &t->change.keeps, mem, &one, &ignored);
	arena_free(mem);
	return there ? &t->change.keeps : NULL;
}

static int by_what(const void *a, const void *b)
{
	const struct about *x = a, *y = b;
	int order = uuid_cmp(&x->of, &y->of);

	return order ? order : uuid_cmp(&x->rec, &y->rec);
}

static void note(struct buf *out, const struct uuid *of, const struct uuid *rec)
{
	struct about a = {*of, *rec};

	buf_add(out, &a, sizeof(a));
}

/* Frees the buffer. */
static void keep_sorted(struct view *v, struct buf *all, struct abouts *out)
{
	out->n = all->n / sizeof(struct about);
	out->list = arena_alloc(v->mem, all->n + sizeof(struct about));
	if (out->n) {
		memcpy(out->list, all->p, all->n);
		qsort(out->list, out->n, sizeof(struct about), by_what);
	}
	buf_free(all);
}

static void add_about(
	const struct abouts *all, const struct uuid *of, struct buf *ids)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (uuid_cmp(&all->list[mid].of, of) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < all->n && uuid_cmp(&all->list[low].of, of) == 0; low++)
		buf_add(ids, &all->list[low].rec, sizeof(struct uuid));
}

/* The case a held letter is about, when it is about one. */
static void note_held(struct view *v, const struct unit *u, struct buf *out)
{
	for (size_t i = 0; i < u->n; i++) {
		struct arena *mem = arena_new();
		struct record r;
		struct err ignored;

		if (store_read(v->s, u, &u->records[i], mem, &r, &ignored) &&
			r.type && r.type->scope == SCOPE_LETTER &&
			!uuid_is_nil(&r.case_id))
			note(out, &r.case_id, &r.id);
		arena_free(mem);
	}
}

/* Letters lie beside their case, so a case has to be told which are its own. */
static void find_letters(struct view *v)
{
	struct buf all;

	buf_init(&all, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++)
		if (strcmp(store_unit_at(v->s, i)->kind, "letter") == 0)
			note_held(v, store_unit_at(v->s, i), &all);
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && t->change.type->scope == SCOPE_LETTER &&
			!uuid_is_nil(&t->change.case_id))
			note(&all, &t->change.case_id, &t->work->rec);
	}
	keep_sorted(v, &all, &v->letters);
}

/* After a list was taken in there are thousands: looking through all of them
 * for each case would take a minute. */
static void find_made(struct view *v)
{
	struct buf all;

	buf_init(&all, (size_t)1 << 30);
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t)
			note(&all, &t->work->unit, &t->work->rec);
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct uuid *id = added(v, i);

		if (id)
			note(&all, &store_work_at(v->s, i)->unit, id);
	}
	keep_sorted(v, &all, &v->made);
}

struct uuid *view_unit(
	struct view *v, const struct uuid *unit, struct arena *mem, size_t *n)
{
	const struct unit *u = store_unit(v->s, unit);
	struct buf ids;

	if (!v->letters.list)
		find_letters(v);
	if (!v->made.list)
		find_made(v);
	buf_init(&ids, (size_t)1 << 30);
	add_about(&v->letters, unit, &ids);
	add_about(&v->made, unit, &ids);
	for (size_t i = 0; u && i < u->n; i++)
		buf_add(&ids, &u->records[i].id, sizeof(struct uuid));
	return finish(&ids, mem, n);
}

struct uuid *view_roots(
	struct view *v, const char *type, struct arena *mem, size_t *n)
{
	struct buf ids;

	buf_init(&ids, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++) {
		const struct unit *u = store_unit_at(v->s, i);

		if (strcmp(u->kind, type) == 0)
			buf_add(&ids, &u->id, sizeof(struct uuid));
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && strcmp(t->change.type->name, type) == 0)
			buf_add(&ids, &t->work->rec, sizeof(struct uuid));
	}
	return finish(&ids, mem, n);
}

struct uuid *view_cases(struct view *v, struct arena *mem, size_t *n)
{
	return view_roots(v, "case", mem, n);
}

struct uuid *view_of_type(
	struct view *v, const char *type, struct arena *mem, size_t *n)
{
	struct buf ids;

	buf_init(&ids, (size_t)1 << 30);
	for (size_t i = 0; i < store_unit_count(v->s); i++) {
		const struct unit *u = store_unit_at(v->s, i);

		for (size_t k = 0; k < u->n; k++)
			if (strcmp(u->records[k].type, type) == 0)
				buf_add(&ids, &u->records[k].id,
					sizeof(struct uuid));
	}
	for (size_t i = 0; i < store_work_count(v->s); i++) {
		const struct touch *t = made(v, i);

		if (t && strcmp(t->change.type->name, type) == 0)
			buf_add(&ids, &t->work->rec, sizeof(struct uuid));
		if (strcmp(type, "conflict") == 0 && added(v, i))
			buf_add(&ids, added(v, i), sizeof(struct uuid));
	}
	return finish(&ids, mem, n);
}

const struct calendar *view_calendar(struct view *v)
{
	static const struct uuid directory;
	const struct unit *u = store_unit(v->s, &directory);

	if (v->calendar)
		return v->calendar;
	v->calendar = calendar_new(v->mem);
	for (size_t i = 0; u && i < u->n; i++) {
		const struct held *h = &u->records[i];
		struct seen one;
		struct err ignored;

		if (strcmp(h->type, "holiday") == 0 &&
			view_record(v, &h->id, v->mem, &one, &ignored) &&
			one.r.state != STATE_RETRACTED)
			calendar_add(v->calendar, one.body);
	}
	return v->calendar;
}

/* ---- a case as a whole ---- */

/* A record another one names: its client, its manager. */
static bool tell_named(struct view *v, const json_t *body, const char *field,
	int steps, view_each *tell, void *ctx, struct arena *mem, struct err *e)
{
	const char *text = json_str(body, field);
	struct seen one;
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return true;
	if (!view_record(v, &id, mem, &one, e))
		return e->code == ERR_NOT_FOUND;
	tell(ctx, &one);
	if (!one.r.type || strcmp(one.type, "person") != 0)
		return true;
	/* Found to be somebody on file already, and they perhaps as well; a
	 * circle could only stand here until the centre has refused it. */
	return steps <= 0 || tell_named(v, one.body, "merged_into", steps - 1,
				     tell, ctx, mem, e);
}

bool view_case(struct view *v, const struct uuid *case_id, struct arena *mem,
	view_each *tell, void *ctx, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_unit(v, case_id, mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		tell(ctx, &one);
		if (uuid_cmp(&ids[i], case_id) == 0 &&
			(!tell_named(v, one.body, "person", PERSON_STEPS, tell,
				 ctx, mem, e) ||
				!tell_named(v, one.body, "manager", 0, tell,
					ctx, mem, e)))
			return false;
	}
	return true;
}

static void add_to_line(void *ctx, const struct seen *one)
{
	summary_add(ctx, &one->r, one->body);
}

bool view_summary(struct view *v, const struct uuid *case_id, struct arena *mem,
	json_t **out, struct err *e)
{
	struct summary_run *run = summary_begin(
		store_catalogue(v->s), view_calendar(v), case_id, mem);

	if (!view_case(v, case_id, mem, add_to_line, run, e))
		return false;
	*out = summary_end(run);
	return true;
}
