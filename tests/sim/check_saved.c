/*
 * check_saved.c - everything somebody was told is saved stands in a version, in
 * a conflict, or whole in the review queue (check.h, I6 and promise 2).
 */
#include "tests/sim/check.h"

#include "tests/sim/lab.h"
#include "tests/sim/ledger.h"
#include "tests/sim/model.h"
#include "tests/sim/seam.h"

#include <stdlib.h>
#include <string.h>

struct outcome {
	const char *status; /* NULL: the centre never heard of it */
	int64_t csn;
	bool parked; /* and stands in the review queue */
};

struct books {
	PGresult *results;
	PGresult *parked;
	PGresult *kept; /* parcels nobody could take yet */
};

static int row_of(PGresult *res, const struct uuid *change)
{
	char text[UUID_TEXT];

	uuid_format(change, text);
	for (int i = 0; i < PQntuples(res); i++)
		if (strcmp(PQgetvalue(res, i, 0), text) == 0)
			return i;
	return -1;
}

static struct outcome outcome_of(
	const struct books *b, const struct intent *in, struct arena *mem)
{
	int at = row_of(b->results, &in->change);
	struct outcome o = {NULL, 0, row_of(b->parked, &in->change) >= 0};
	json_t *j;

	if (at < 0)
		return o;
	j = json_keep(json_loads(PQgetvalue(b->results, at, 2), 0, NULL), mem);
	o.status = json_str(j, "status");
	o.csn = strtoll(PQgetvalue(b->results, at, 1), NULL, 10);
	return o;
}

/* A conflict that keeps the value of one field of a change. */
static bool is_kept(const struct run *r, const struct intent *in,
	const struct field *f, const json_t *typed)
{
	char change[UUID_TEXT];

	uuid_format(&in->change, change);
	for (size_t i = 0; i < r->model.n; i++) {
		const struct version *v = r->model.v[i];
		const char *of = json_str(v->body, "change");

		if (strcmp(v->type, "conflict") == 0 && of &&
			strcmp(of, change) == 0 &&
			has_value(json_object_get(v->body, "fields"),
				json_keep(json_string(f->name), r->mem)) &&
			same_value(f,
				json_object_get(
					json_object_get(v->body, "mine"),
					f->name),
				typed))
			return true;
	}
	return false;
}

/* A value stood in the record when the change was answered: the whole of it,
 * its elements, or its addition. */
static bool stood(const struct field *f, const struct version *v,
	const struct intent *in, const json_t *typed)
{
	const json_t *now = json_object_get(v->body, f->name);
	const json_t *saw = json_object_get(in->before, f->name);
	const char *s, *t, *n;

	if (is_set_field(f)) {
		for (size_t i = 0; i < json_array_size(typed); i++)
			if (!has_value(saw, json_array_get(typed, i)) &&
				!has_value(now, json_array_get(typed, i)))
				return false;
		for (size_t i = 0; i < json_array_size(saw); i++)
			if (!has_value(typed, json_array_get(saw, i)) &&
				has_value(now, json_array_get(saw, i)))
				return false;
		return true;
	}
	if (!f->append)
		return same_value(f, now, typed);
	s = saw ? json_string_value(saw) : "";
	t = typed ? json_string_value(typed) : "";
	n = now ? json_string_value(now) : "";
	t += strlen(s);
	return strlen(n) >= strlen(t) &&
	       strcmp(n + strlen(n) - strlen(t), t) == 0;
}

/* One commit may hold several versions of a record, of several changes. */
static bool ever_stood(const struct run *r, const struct field *f,
	const struct intent *in, const json_t *typed, int64_t csn)
{
	const struct version *v = model_at(&r->model, &in->rec, csn);

	for (; v; v = v->before) {
		if (stood(f, v, in, typed))
			return true;
		if (v->csn < csn)
			break;
	}
	return false;
}

static void check_patch(
	struct run *r, const struct intent *in, const struct outcome *o)
{
	const struct rtype *t = catalogue_type(r->lab->catalogue, in->type);
	const char *key;
	json_t *typed;

	json_object_foreach(in->set, key, typed)
	{
		const struct field *f = rtype_field(t, key);

		if (same_value(f, json_object_get(in->before, key), typed))
			continue;
		if (!ever_stood(r, f, in, typed, o->csn) &&
			!is_kept(r, in, f, typed))
			run_fail(r, "I6",
				"change %s (%s, step %d): the value of '%s' is "
				"neither in %s %s nor in a conflict",
				run_id(&in->change), o->status, in->step, key,
				in->type, run_id(&in->rec));
	}
}

/* A version of the record this change is about carries its name. */
static bool made_version(const struct run *r, const struct intent *in)
{
	for (size_t i = 0; i < r->model.n; i++)
		if (uuid_cmp(&r->model.v[i]->change, &in->change) == 0 &&
			uuid_cmp(&r->model.v[i]->rec, &in->rec) == 0)
			return true;
	return false;
}

static void check_taken(
	struct run *r, const struct intent *in, const struct outcome *o)
{
	const struct version *v = model_at(&r->model, &in->rec, o->csn);

	if (strcmp(in->op, "patch") == 0) {
		check_patch(r, in, o);
		return;
	}
	/* Noted: somebody else had done the same. */
	if (strcmp(o->status, "noted") == 0) {
		int want = strcmp(in->op, "sign") == 0 ? STATE_SIGNED
						       : STATE_RETRACTED;

		if (!v || v->state != want)
			run_fail(r, "I6", "%s %s noted, and it is not so",
				in->op, run_id(&in->rec));
		return;
	}
	if (!made_version(r, in))
		run_fail(r, "I6", "change %s (%s %s, %s) made no version",
			run_id(&in->change), in->op, in->type, o->status);
}

static void check_one(
	struct run *r, const struct intent *in, const struct books *b)
{
	struct arena *mem = arena_new();
	struct outcome o = outcome_of(b, in, mem);

	if (!o.status && row_of(b->kept, &in->change) >= 0) {
		arena_free(mem);
		return;
	}
	if (!o.status)
		run_fail(r, "I6",
			"change %s (%s %s, step %d) was saved and is nowhere",
			run_id(&in->change), in->op, in->type, in->step);
	else if (strcmp(o.status, "parked") == 0 && !o.parked)
		run_fail(r, "I6", "change %s is parked nowhere",
			run_id(&in->change));
	else if (strcmp(o.status, "parked") != 0)
		check_taken(r, in, &o);
	arena_free(mem);
}

void check_saved(struct run *r)
{
	struct books b = {
		seam_ask("SELECT change_id, csn, result FROM sim.result "
			 "ORDER BY csn, change_id",
			NULL, 0),
		seam_ask("SELECT change_id, code, field, payload "
			 "FROM sim.parked ORDER BY csn, change_id",
			NULL, 0),
		seam_ask("SELECT id FROM sim.kept WHERE NOT taken ORDER BY id",
			NULL, 0)};

	for (size_t i = 0; i < r->intent_count; i++)
		if (!r->intents[i].lost)
			check_one(r, &r->intents[i], &b);
	PQclear(b.results);
	PQclear(b.parked);
	PQclear(b.kept);
}
