/*
 * desk.c - see desk.h. What the browser would put on the screen is the newest
 * body the model knows of.
 */
#include "tests/sim/desk.h"

#include "tests/sim/clock.h"
#include "tests/sim/edit.h"
#include "tests/sim/lab.h"
#include "tests/sim/ledger.h"
#include "tests/sim/model.h"
#include "tests/sim/net.h"

#include <string.h>

static const struct version *choose(
	struct run *r, struct rng *g, const struct caller *who, bool sharing)
{
	const struct version *found[512];
	unsigned n = 0;

	for (size_t i = 0; i < r->model.n && n < ARRAY_LEN(found); i++) {
		const struct version *v = r->model.v[i];
		bool moves = strcmp(v->type, "member") == 0 ||
			     strcmp(v->type, "consent") == 0;

		if (!v->after && moves == sharing && !uuid_is_nil(&v->unit) &&
			strcmp(v->type, "conflict") != 0 &&
			model_sees(&r->model, &who->reader, v, clock_true()))
			found[n++] = v;
	}
	/* Where the others are, too. */
	if (!sharing && rng_chance(g, 600))
		for (unsigned tries = 0; n && tries < 8; tries++) {
			const struct version *v = found[rng_below(g, n)];

			if (strcmp(v->type, "service") == 0 ||
				strcmp(v->type, "need") == 0)
				return v;
		}
	return n ? found[rng_below(g, n)] : NULL;
}

/* Every field of every atom that is touched, as it stood. */
static json_t *seen_of(
	struct run *r, const struct version *v, const json_t *typed)
{
	const struct rtype *t = catalogue_type(r->lab->catalogue, v->type);
	json_t *out = json_keep(json_object(), r->mem);

	for (size_t i = 0; i < t->field_count; i++)
		for (size_t k = 0; k < t->field_count; k++) {
			const json_t *old =
				json_object_get(v->body, t->fields[k].name);

			if (!json_object_get(typed, t->fields[i].name) ||
				t->fields[i].atom != t->fields[k].atom)
				continue;
			json_object_set_new(out, t->fields[k].name,
				old ? json_incref((json_t *)(uintptr_t)old)
				    : json_null());
		}
	return out;
}

static void send(struct run *r, int who, const struct version *v,
	const json_t *typed, struct arena *mem, const struct uuid *id)
{
	struct caller caller = world_caller(who);
	bool root = uuid_cmp(&v->case_id, &v->rec) == 0;
	json_t *set = json_keep(json_object(), mem);
	json_t *unset = json_keep(json_array(), mem);
	struct request q;
	struct reply a;
	const char *key;
	json_t *x;

	json_object_foreach((json_t *)(uintptr_t)typed, key, x)
	{
		if (json_is_null(x))
			json_array_append_new(unset, json_string(key));
		else
			json_object_set(set, key, x);
	}
	memset(&q, 0, sizeof(q));
	q.method = "POST";
	q.path = "/v1/changes";
	q.body.p = arena_printf(mem, "{\"changes\":[%s]}",
		world_change(mem, id, v->type, &v->rec,
			uuid_is_nil(&v->case_id) || root ? NULL : &v->case_id,
			"patch",
			arena_printf(mem,
				"\"set\":%s,\"unset\":%s,\"seen\":%s,"
				"\"base_ver\":%lld",
				json_canonical(set, mem),
				json_canonical(unset, mem),
				json_canonical(seen_of(r, v, typed), mem),
				(long long)v->ver)));
	q.body.n = strlen(q.body.p);
	net_centre(r, &caller, &q, mem, &a);
}

void desk_edit(struct run *r, struct rng *g, bool sharing)
{
	/* Whoever opens a case to others sits at its home. */
	int who = (int)rng_below(g, sharing ? 2 : STAFF);
	struct caller caller = world_caller(sharing ? who * 4 : who);
	const struct version *v = choose(r, g, &caller, sharing);
	struct arena *mem = arena_new();
	struct intent *in;
	struct uuid id;
	json_t *typed, *before;
	int64_t skew = clock_speaker(0);

	who = sharing ? who * 4 : who;
	if (v) {
		before = json_keep(json_deep_copy(v->body), r->mem);
		typed = edit_typed(r, g, v->type, before, sharing);
		id = uuid_new();
		in = ledger_add(r, who, &id, &v->rec, v->type, "patch");
		in->desk = true;
		in->set = typed;
		in->before = before;
		in->after = edit_after(r, before, typed);
		run_trace(r, "  desk %d: patch %s %s change %s %s", who,
			v->type, run_id(&v->rec), run_id(&id),
			json_canonical(typed, mem));
		if (json_object_size(typed))
			send(r, who, v, typed, mem, &id);
		else
			in->lost = true;
	}
	clock_speaker(skew);
	arena_free(mem);
}
