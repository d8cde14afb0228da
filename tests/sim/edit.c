/*
 * edit.c - see edit.h: through the same functions the station's commands use.
 */
#include "tests/sim/edit.h"

#include "client/store/outbox.h"
#include "tests/sim/ledger.h"
#include "tests/sim/station.h"

#include <string.h>

/* One thing a person does: a view, a transaction, an entry of the ledger when
 * "saved" was said. */
struct deed {
	struct station *st;
	struct run *r;
	struct view *v;
	struct arena *mem;
	struct station *before;
	size_t work; /* entries of the outbox before */
	bool open;
	bool changed; /* by a patch */
};

static void begin(struct deed *d, struct station *st)
{
	memset(d, 0, sizeof(*d));
	d->st = st;
	d->r = st->run;
	d->mem = arena_new();
	d->before = station_enter(st);
	d->v = view_new(st->s, d->mem);
	d->work = store_work_count(st->s);
}

static bool start(struct deed *d)
{
	struct err e;

	d->open = store_begin(d->st->s, &e);
	return d->open;
}

static struct uuid id_in(const json_t *change, const char *key)
{
	const char *text = json_str(change, key);
	struct uuid u = {{0}};

	if (text && !uuid_parse(text, &u))
		die("sim: %s", text);
	return u;
}

/* What was added to the outbox, as the ledger has it. */
static void record(struct deed *d, json_t *before, json_t *typed,
	const struct intent *more)
{
	for (size_t i = d->work; i < store_work_count(d->st->s); i++) {
		const json_t *c = work_change(store_work_at(d->st->s, i));
		struct uuid id = id_in(c, "id"), rec = id_in(c, "rec");
		bool create = strcmp(json_str(c, "op"), "create") == 0;
		struct intent *in = ledger_add(d->r, d->st->person, &id, &rec,
			json_str(c, "type"),
			arena_strdup(d->r->mem, json_str(c, "op")));

		in->lost = true;
		in->set = create ? json_keep(json_deep_copy(
						     json_object_get(c, "set")),
					   d->r->mem)
				 : typed;
		in->before = create ? NULL : before;
		in->after = create            ? in->set
			    : before && typed ? edit_after(d->r, before, typed)
					      : before;
		if (more) {
			in->sha = more->sha;
			in->settles = more->settles;
		}
		run_trace(d->r, "  %s %s %s change %s %s", in->op, in->type,
			run_id(&rec), run_id(&id),
			in->set ? json_canonical(in->set, d->mem) : "");
	}
}

/* Saved, unless the station died just before or just after. */
static void finish(struct deed *d, bool ok, json_t *before, json_t *typed,
	const struct intent *more)
{
	size_t first = d->r->intent_count;
	struct err e;

	if (d->open && !ok)
		store_rollback(d->st->s);
	if (d->open && ok) {
		record(d, before, typed, more);
		if (d->changed && first == d->r->intent_count)
			run_fail(d->r, "I6",
				"station %d says saved and has nothing to send",
				d->st->i);
		/* Killed between the commit and the word "saved", it is there
		 * all the same, but nobody can ask for it. */
		ok = store_commit(d->st->s, &e);
		for (size_t i = first; ok && i < d->r->intent_count; i++)
			d->r->intents[i].lost = false;
	}
	arena_free(d->mem);
	if (d->open && (!ok || d->st->dead))
		station_restart(d->st);
	station_leave(d->before);
}

/* ---- what is on the screen ---- */

static bool is_one_of(const char *type, const char *types)
{
	const char *at = strstr(types, type);

	return at && (at == types || at[-1] == ' ') &&
	       (at[strlen(type)] == ' ' || at[strlen(type)] == 0);
}

struct found {
	struct uuid *id;
	size_t n;
};

static struct found find_all(struct deed *d, const char *types)
{
	struct found f = {NULL, 0};
	size_t room = store_work_count(d->st->s) + 1;

	for (size_t i = 0; i < store_unit_count(d->st->s); i++)
		room += store_unit_at(d->st->s, i)->n;
	f.id = ARENA_ARRAY(d->mem, struct uuid, room);
	for (size_t i = 0; i < store_unit_count(d->st->s); i++) {
		const struct unit *u = store_unit_at(d->st->s, i);

		for (size_t k = 0; k < u->n; k++)
			if (is_one_of(u->records[k].type, types))
				f.id[f.n++] = u->records[k].id;
	}
	for (size_t i = 0; i < store_work_count(d->st->s); i++) {
		const struct work *w = store_work_at(d->st->s, i);
		const json_t *c = work_change(w);

		if (work_waits(w) && strcmp(json_str(c, "op"), "create") == 0 &&
			is_one_of(json_str(c, "type"), types))
			f.id[f.n++] = w->rec;
	}
	return f;
}

/* A record of one of some types, shown to this person; most work is on the
 * first of each, where people meet. */
static bool choose(
	struct deed *d, struct rng *g, const char *types, struct seen *out)
{
	struct found f = find_all(d, types);
	struct err e;

	if (!f.n)
		return false;
	if (f.n > 2 && rng_chance(g, 600))
		f.n = 2;
	return view_record(
		d->v, &f.id[rng_below(g, (unsigned)f.n)], d->mem, out, &e);
}

static json_t *keep_body(struct deed *d, const struct seen *one)
{
	return json_keep(json_deep_copy(one->body), d->r->mem);
}

/* ---- deeds ---- */

static void split(const json_t *typed, json_t *set, json_t *unset)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)typed, key, v)
	{
		if (json_is_null(v))
			json_array_append_new(unset, json_string(key));
		else
			json_object_set(set, key, v);
	}
}

static void patch(
	struct station *st, struct rng *g, const char *types, bool sharing)
{
	struct deed d;
	struct seen one;
	json_t *typed = NULL, *before = NULL;
	json_t *set, *unset;
	bool changed = false, ok = false;
	struct err e;

	begin(&d, st);
	if (choose(&d, g, types, &one) && one.r.type) {
		before = keep_body(&d, &one);
		typed = edit_typed(d.r, g, one.type, before, sharing);
		set = json_keep(json_object(), d.mem);
		unset = json_keep(json_array(), d.mem);
		split(typed, set, unset);
		ok = start(&d) &&
		     outbox_patch(d.v, &one.r.id, set, unset, &changed, &e);
		if (d.open && !ok)
			run_trace(d.r, "  station %d refuses: %s %s", st->i,
				err_name(e.code), e.field);
	}
	d.changed = changed;
	finish(&d, ok, before, typed, NULL);
}

void edit_patch(struct station *st, struct rng *g)
{
	static const char *const types[] = {"need", "need", "service",
		"service", "service", "person", "case", "flag"};

	patch(st, g, RNG_PICK(g, types), false);
}

void edit_sharing(struct station *st, struct rng *g)
{
	patch(st, g, "member consent", true);
}

void edit_create(struct station *st, struct rng *g)
{
	static const struct {
		const char *type;
		const char *body;
	} made[] = {
		{"need",    "{\"domain\":\"economic\",\"severity\":2}"                                   },
		{"service", "{\"started_at\":\"2026-11-03T10:00:00+08:00\","
			    "\"kind\":\"interview\",\"status\":\"completed\"}"},
		{"flag",    "{\"kind\":\"relapse\",\"level\":2}"                                         },
	};
	size_t i = rng_below(g, ARRAY_LEN(made));
	struct uuid rec = {{0}}, nil = {{0}};
	struct seen one;
	struct deed d;
	struct err e;
	bool ok = false;

	begin(&d, st);
	if (choose(&d, g, "case", &one) && one.r.type) {
		const struct rtype *t =
			catalogue_type(st->catalogue, made[i].type);
		json_t *body =
			json_keep(json_loads(made[i].body, 0, NULL), d.mem);

		ok = t && start(&d) &&
		     outbox_create(d.v, t, &one.r.id, body, &nil, &rec, &e);
	}
	finish(&d, ok, NULL, NULL, NULL);
}

/* A person and a case come together or not at all. */
void edit_case(struct station *st, struct rng *g)
{
	const struct rtype *person = catalogue_type(st->catalogue, "person");
	const struct rtype *kase = catalogue_type(st->catalogue, "case");
	struct uuid nil = {{0}}, who = {{0}}, rec = {{0}}, tx;
	char site[UUID_TEXT], text[UUID_TEXT];
	struct deed d;
	struct err e;
	json_t *body;
	bool ok;

	(void)g;
	begin(&d, st);
	tx = uuid_new();
	body = json_keep(json_pack("{s:s}", "name", "新来的人"), d.mem);
	ok = start(&d) && outbox_create(d.v, person, &nil, body, &tx, &who, &e);
	body = json_keep(
		json_pack("{s:s, s:s, s:s}", "person", uuid_format(&who, text),
			"phase", "intake", "home_site",
			uuid_format(&st->caller.reader.site, site)),
		d.mem);
	d.v = view_new(st->s, d.mem);
	ok = ok && outbox_create(d.v, kase, &nil, body, &tx, &rec, &e);
	finish(&d, ok, NULL, NULL, NULL);
}

static bool is_own(const struct station *st, const struct record *r)
{
	return uuid_cmp(&r->author, &st->caller.reader.staff) == 0;
}

void edit_sign(struct station *st, struct rng *g)
{
	struct intent more;
	struct seen one;
	struct deed d;
	struct err e;
	json_t *before = NULL;
	bool ok = false;

	memset(&more, 0, sizeof(more));
	begin(&d, st);
	for (int tries = 0; tries < 4 && !before; tries++)
		if (choose(&d, g, "service", &one) &&
			(is_own(st, &one.r) || tries == 3) &&
			one.r.state == STATE_LIVE) {
			char hex[SHA256_HEX];

			before = keep_body(&d, &one);
			hex_format(one.r.sha.b, SHA256_LEN, hex);
			more.sha = arena_strdup(d.r->mem, hex);
			ok = start(&d) && outbox_sign(d.v, &one.r.id, &e);
		}
	finish(&d, ok, before, NULL, &more);
}

void edit_retract(struct station *st, struct rng *g)
{
	struct seen one;
	struct deed d;
	struct err e;
	json_t *before = NULL;
	bool ok = false;

	begin(&d, st);
	if (choose(&d, g, "need service flag", &one)) {
		before = keep_body(&d, &one);
		ok = start(&d) &&
		     outbox_retract(d.v, &one.r.id, "by mistake", &e);
	}
	finish(&d, ok, before, NULL, NULL);
}

/* The value of either side, or for a field alone also a third. */
static json_t *decision(struct deed *d, struct rng *g, const json_t *conflict)
{
	const json_t *fields = json_object_get(conflict, "fields");
	const json_t *side = json_object_get(
		conflict, rng_chance(g, 500) ? "mine" : "theirs");
	json_t *out = json_keep(json_object(), d->r->mem);

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *f = json_string_value(json_array_get(fields, i));
		json_t *v = json_object_get(side, f);

		json_object_set(out, f, v ? v : json_null());
	}
	return out;
}

static bool unsettled(struct deed *d, struct rng *g, struct seen *out)
{
	for (int tries = 0; tries < 4; tries++)
		if (choose(d, g, "conflict", out) &&
			!json_flag(out->body, "settled"))
			return true;
	return false;
}

void edit_settle(struct station *st, struct rng *g)
{
	struct intent more;
	struct seen one, about;
	struct deed d;
	struct err e;
	json_t *before = NULL, *value = NULL;
	bool ok = false;

	memset(&more, 0, sizeof(more));
	begin(&d, st);
	if (unsettled(&d, g, &one)) {
		more.settles = id_in(one.body, "record");
		value = decision(&d, g, one.body);
		if (view_record(d.v, &more.settles, d.mem, &about, &e)) {
			before = keep_body(&d, &about);
			ok = start(&d) &&
			     outbox_resolve(d.v, &one.r.id, value, "seen", &e);
		}
	}
	finish(&d, ok, before, value, &more);
}
