/*
 * report.c - see report.h.
 *
 * A record has one state, the one that asks most of a person: what was refused
 * comes before a conflict, a conflict before what is only here. The centre's
 * word is what counts: a change is "confirmed" when its result says so, not
 * when it was sent.
 */
#include "client/store/report.h"

#include "client/store/files.h"
#include "client/store/idmap.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

enum report_state { REFUSED, CONFLICT, HERE, SENT, CONFIRMED, STATES };

static const char *const names[STATES] = {
	"refused", "conflict", "here", "sent", "confirmed"};

struct line {
	struct uuid rec;
	struct uuid kase;
	const char *type;
	enum report_state state;
	int64_t order;    /* of its first change; records without one last */
	json_t *changes;  /* or NULL */
	json_t *conflict; /* ids of open ones, or NULL */
};

struct report {
	struct view *v;
	struct store *s;
	struct arena *mem;
	const struct report_ask *ask;
	struct idmap by_rec; /* → struct line * */
	struct buf lines;    /* struct line * */
	int64_t count[STATES];
};

static struct line *line_of(
	struct report *r, const struct uuid *rec, const char *type)
{
	struct line *l = idmap_get(&r->by_rec, rec);

	if (l)
		return l;
	l = ARENA_NEW(r->mem, struct line);
	l->rec = *rec;
	l->type = type ? type : "";
	l->state = CONFIRMED;
	l->order = INT64_MAX;
	idmap_put(&r->by_rec, rec, l);
	buf_add(&r->lines, &l, sizeof(struct line *));
	return l;
}

static void raise(struct line *l, enum report_state state)
{
	if (state < l->state)
		l->state = state;
}

/* ---- the own changes ---- */

/* Whether a conflict the centre told of still waits for a person; one whose
 * record has not arrived does. */
static bool is_open(struct report *r, const json_t *result, bool *open,
	struct uuid *id, struct err *e)
{
	const char *text = json_str(result, "conflict");
	struct arena *mem;
	struct seen one;
	bool ok = true;

	*open = text && uuid_parse(text, id);
	if (!*open || !store_held(r->s, id, NULL))
		return true;
	mem = arena_new();
	ok = view_record(r->v, id, mem, &one, e);
	if (ok)
		*open = !json_flag(one.body, "settled");
	arena_free(mem);
	return ok;
}

static void add_conflict(struct line *l, const struct uuid *id, struct arena *m)
{
	raise(l, CONFLICT);
	if (!l->conflict)
		l->conflict = json_keep(json_array(), m);
	for (size_t i = 0; i < json_array_size(l->conflict); i++) {
		const char *have =
			json_string_value(json_array_get(l->conflict, i));
		struct uuid other;

		if (uuid_parse(have, &other) && uuid_cmp(&other, id) == 0)
			return;
	}
	json_array_append_new(l->conflict, json_id(id));
}

static bool state_of(struct report *r, struct line *l, const struct work *w,
	enum report_state *out, struct err *e)
{
	struct uuid conflict;
	bool open;

	switch (w->state) {
	case WORK_UNSENT:
		/* With a reason, the centre would not even keep it. */
		*out = work_result(w)                ? REFUSED
		       : store_carried(r->s, &w->id) ? SENT
						     : HERE;
		return true;
	case WORK_DEFERRED:
		*out = HERE;
		return true;
	case WORK_SENT:
		*out = SENT;
		return true;
	case WORK_PARKED:
		*out = REFUSED;
		return true;
	case WORK_CONFLICT:
		if (!is_open(r, work_result(w), &open, &conflict, e))
			return false;
		*out = open ? CONFLICT : CONFIRMED;
		if (open)
			add_conflict(l, &conflict, r->mem);
		return true;
	case WORK_APPLIED:
	case WORK_STATES:
		break;
	}
	*out = CONFIRMED;
	return true;
}

static json_t *change_json(
	struct report *r, const struct work *w, enum report_state state)
{
	static const char *const why[] = {"code", "field", "accepts", "text"};
	const json_t *c = work_change(w), *result = work_result(w);
	json_t *j = json_pack("{s:o, s:s*, s:s*, s:s}", "change",
		json_id(&w->id), "op", json_str(c, "op"), "entered_at",
		json_str(c, "entered_at"), "state", names[state]);

	if (state == SENT && store_carried(r->s, &w->id))
		json_object_set_new(j, "carried", json_true());
	if (state == REFUSED || w->state == WORK_DEFERRED)
		for (size_t i = 0; i < ARRAY_LEN(why); i++)
			if (json_object_get(result, why[i]))
				json_object_set(j, why[i],
					json_object_get(result, why[i]));
	return j;
}

static bool add_work(struct report *r, const struct work *w, struct err *e)
{
	const json_t *change = work_change(w);
	const char *kase = json_str(change, "case");
	struct line *l;
	enum report_state state;

	if (r->ask->rec && uuid_cmp(r->ask->rec, &w->rec) != 0)
		return true;
	l = line_of(r, &w->rec, json_str(change, "type"));
	if (kase && !uuid_parse(kase, &l->kase))
		memset(&l->kase, 0, sizeof(l->kase));
	if (!state_of(r, l, w, &state, e))
		return false;
	raise(l, state);
	if (w->seq < l->order)
		l->order = w->seq;
	if (state == CONFIRMED)
		return true;
	if (!l->changes)
		l->changes = json_keep(json_array(), r->mem);
	json_array_append_new(l->changes, change_json(r, w, state));
	return true;
}

/* ---- what the centre sent ---- */

/* A conflict about a record here, whoever wrote the value that lost. */
static bool add_open(struct report *r, const struct held *h, struct err *e)
{
	struct arena *mem = arena_new();
	struct seen one;
	bool ok = view_record(r->v, &h->id, mem, &one, e);
	const char *text = ok ? json_str(one.body, "record") : NULL;
	const char *type = ok ? json_str(one.body, "record_type") : NULL;
	struct uuid rec;

	if (text && uuid_parse(text, &rec) && !json_flag(one.body, "settled") &&
		(!r->ask->rec || uuid_cmp(r->ask->rec, &rec) == 0)) {
		struct line *l = line_of(
			r, &rec, arena_strdup(r->mem, type ? type : ""));

		l->kase = one.r.case_id;
		add_conflict(l, &h->id, r->mem);
	}
	arena_free(mem);
	return ok;
}

static bool add_held(struct report *r, const struct unit *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct held *h = &u->records[i];
		bool asked = r->ask->rec && uuid_cmp(r->ask->rec, &h->id) == 0;

		if (strcmp(h->type, "conflict") == 0 && !add_open(r, h, e))
			return false;
		if (r->ask->all || asked) {
			struct line *l = line_of(r, &h->id, h->type);

			if (strcmp(u->kind, "case") == 0)
				l->kase = u->id;
		}
	}
	return true;
}

/* ---- the whole ---- */

static int by_state(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return uuid_cmp(&x->rec, &y->rec);
}

/* The number on the folder, so that a person knows whose note it is. */
static json_t *number_of(struct report *r, const struct line *l)
{
	struct arena *mem;
	struct err ignored;
	struct seen one;
	json_t *out = json_null();

	if (l->state == CONFIRMED || uuid_is_nil(&l->kase))
		return out;
	mem = arena_new();
	if (view_record(r->v, &l->kase, mem, &one, &ignored) &&
		json_str(one.body, "number"))
		out = json_string(json_str(one.body, "number"));
	arena_free(mem);
	return out;
}

static json_t *line_json(struct report *r, const struct line *l)
{
	const struct rtype *t = catalogue_type(store_catalogue(r->s), l->type);
	const struct held *h = store_held(r->s, &l->rec, NULL);

	return json_pack("{s:o, s:s, s:O*, s:o, s:o, s:s, s:I, s:O*, s:O*}",
		"rec", json_id(&l->rec), "type", l->type, "label",
		t ? json_object_get(t->json, "label") : NULL, "case",
		json_id(&l->kase), "number", number_of(r, l), "state",
		names[l->state], "ver", (json_int_t)(h ? h->ver : 0), "changes",
		l->changes, "conflicts", l->conflict);
}

static json_t *lines_json(struct report *r)
{
	struct line **l = (struct line **)(void *)r->lines.p;
	size_t n = r->lines.n / sizeof(struct line *);
	json_t *out = json_array();

	if (n)
		qsort(l, n, sizeof(struct line *), by_state);
	for (size_t i = 0; i < n; i++) {
		r->count[l[i]->state]++;
		if (l[i]->state != CONFIRMED || r->ask->all || r->ask->rec)
			json_array_append_new(out, line_json(r, l[i]));
	}
	return out;
}

/* ---- files ---- */

static enum report_state file_report(const struct file *f)
{
	if (f->state == FILE_WAITING)
		return HERE;
	return f->state == FILE_REFUSED ? REFUSED : CONFIRMED;
}

/* Which document it is, and of whom. Of a case that was taken away nothing is
 * known here any more; its file is only what was refused. */
static void add_about(struct report *r, const struct file *f, json_t *out)
{
	struct err ignored;
	struct seen one;
	struct line l;

	memset(&l, 0, sizeof(l));
	if (!view_record(r->v, &f->rec, r->mem, &one, &ignored))
		return;
	l.kase = one.r.case_id;
	if (json_str(one.body, "title"))
		json_object_set(
			out, "title", json_object_get(one.body, "title"));
	json_object_set_new(out, "case", json_id(&l.kase));
	json_object_set_new(out, "number", number_of(r, &l));
}

static json_t *file_json(struct report *r, const struct file *f)
{
	char hex[SHA256_HEX];
	json_t *j =
		json_pack("{s:o, s:s, s:I, s:s, s:s}", "rec", json_id(&f->rec),
			"sha256", hex_format(f->sha.b, SHA256_LEN, hex), "size",
			(json_int_t)f->size, "media", f->media, "state",
			names[file_report(f)]);

	if (f->why)
		json_object_update(j, (json_t *)(uintptr_t)f->why);
	add_about(r, f, j);
	return j;
}

/* Of cases that were taken away: nothing of them is here but closed bytes. */
static void put_left(struct store *s, json_t *counts)
{
	int64_t waiting, refused;
	struct err ignored;

	if (!store_parcels_left(s, &waiting, &refused, &ignored))
		return;
	json_object_set_new(counts, "left_waiting", json_integer(waiting));
	json_object_set_new(counts, "left_refused", json_integer(refused));
}

static json_t *files_json(struct report *r, json_t *counts)
{
	int64_t n[STATES] = {0};
	json_t *out = json_array();

	for (size_t i = 0; i < file_count(r->s); i++) {
		const struct file *f = file_at(r->s, i);
		enum report_state state = file_report(f);

		if (r->ask->rec && uuid_cmp(r->ask->rec, &f->rec) != 0)
			continue;
		n[state]++;
		if (state != CONFIRMED || r->ask->all || r->ask->rec)
			json_array_append_new(out, file_json(r, f));
	}
	if (!r->ask->rec)
		put_left(r->s, counts);
	json_object_set_new(counts, "files_here", json_integer(n[HERE]));
	json_object_set_new(counts, "files_refused", json_integer(n[REFUSED]));
	return out;
}

/* ---- both ends ---- */

static json_t *moment(int64_t ms)
{
	return ms ? json_integer(ms) : json_null();
}

/* "matched" is the last time both digests were equal, whatever came since. */
static json_t *step_json(const struct store *s)
{
	const json_t *match = store_get(s, "match");
	int64_t at = json_int(match, "at", 0);
	int64_t matched = json_integer_value(store_get(s, "in_step"));
	struct sha256 here = store_digest(s);
	const char *centre = json_str(match, "centre");
	char hex[SHA256_HEX];

	hex_format(here.b, SHA256_LEN, hex);
	if (json_flag(match, "ok") && !matched)
		matched = at;
	return json_pack("{s:b, s:s, s:o, s:o, s:o, s:o}", "equal",
		(int)(centre && strcmp(centre, hex) == 0), "here", hex,
		"centre", centre ? json_string(centre) : json_null(),
		"compared", moment(at), "matched", moment(matched), "contact",
		moment(json_integer_value(store_get(s, "contact"))));
}

static bool gather(struct report *r, struct err *e)
{
	for (size_t i = 0; i < store_work_count(r->s); i++)
		if (!add_work(r, store_work_at(r->s, i), e))
			return false;
	for (size_t i = 0; i < store_unit_count(r->s); i++)
		if (!add_held(r, store_unit_at(r->s, i), e))
			return false;
	return !r->ask->rec || r->lines.n ||
	       err_set(e, ERR_NOT_FOUND, "no such record here");
}

static json_t *whole(struct report *r)
{
	json_t *counts = json_object();
	json_t *records = lines_json(r);
	json_t *files = files_json(r, counts);

	for (int i = 0; i < STATES; i++)
		json_object_set_new(
			counts, names[i], json_integer(r->count[i]));
	return json_pack("{s:I, s:o, s:o, s:o, s:o}", "at",
		(json_int_t)host_now_ms(), "count", counts, "step",
		step_json(r->s), "records", records, "files", files);
}

bool report_make(struct view *v, const struct report_ask *ask,
	struct arena *mem, json_t **out, struct err *e)
{
	struct report r;
	bool ok;

	memset(&r, 0, sizeof(r));
	r.v = v;
	r.s = view_store(v);
	r.mem = mem;
	r.ask = ask;
	idmap_init(&r.by_rec);
	buf_init(&r.lines, (size_t)1 << 31);
	ok = gather(&r, e);
	if (ok)
		*out = json_keep(whole(&r), mem);
	buf_free(&r.lines);
	idmap_clear(&r.by_rec);
	return ok;
}
