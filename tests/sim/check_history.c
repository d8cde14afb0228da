/*
 * check_history.c - every version that was ever made, against what people
 * typed and saw (check.h).
 */
#include "tests/sim/check.h"

#include "tests/sim/lab.h"
#include "tests/sim/ledger.h"
#include "tests/sim/model.h"

#include <string.h>

/* Of these the centre makes its own value. */
static bool is_derived(const struct field *f)
{
	return strcmp(f->name, "pinyin") == 0 ||
	       strcmp(f->name, "initials") == 0 || f->server;
}

static bool same_atom(
	const struct rtype *t, size_t atom, const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (t->fields[i].atom == atom && !is_derived(&t->fields[i]) &&
			!same_value(&t->fields[i],
				json_object_get(a, t->fields[i].name),
				json_object_get(b, t->fields[i].name)))
			return false;
	return true;
}

static const struct field *first_of(const struct rtype *t, size_t atom)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (t->fields[i].atom == atom)
			return &t->fields[i];
	return NULL;
}

/* Elements nobody touched stay, and none comes from nowhere. */
static bool set_is_fair(const json_t *old, const json_t *new, const json_t *saw,
	const json_t *typed)
{
	for (size_t i = 0; i < json_array_size(old); i++) {
		const json_t *v = json_array_get(old, i);

		if (!has_value(new, v) &&
			!(has_value(saw, v) && !has_value(typed, v)))
			return false;
	}
	for (size_t i = 0; i < json_array_size(new); i++) {
		const json_t *v = json_array_get(new, i);

		if (!has_value(old, v) && !has_value(typed, v))
			return false;
	}
	return true;
}

/* The old text is the beginning of the new, and the rest was typed. */
static bool growth_is_fair(const json_t *old, const json_t *new,
	const json_t *saw, const json_t *typed)
{
	const char *a = old ? json_string_value(old) : "";
	const char *b = new ? json_string_value(new) : "";
	const char *s = saw ? json_string_value(saw) : "";
	const char *t = typed ? json_string_value(typed) : "";

	return strncmp(b, a, strlen(a)) == 0 && strncmp(t, s, strlen(s)) == 0 &&
	       strcmp(b + strlen(a), t + strlen(s)) == 0;
}

static bool is_fair(const struct rtype *t, size_t atom, const struct version *v,
	const struct intent *in)
{
	const struct field *f = first_of(t, atom);
	const json_t *old = json_object_get(v->before->body, f->name);
	const json_t *new = json_object_get(v->body, f->name);
	const json_t *saw = json_object_get(in->before, f->name);
	const json_t *typed = json_object_get(in->after, f->name);

	if (same_atom(t, atom, v->before->body, in->before))
		return true; /* they saw what they replaced */
	if (is_set_field(f))
		return set_is_fair(old, new, saw, typed);
	return f->append && growth_is_fair(old, new, saw, typed);
}

/* I8: what is replaced was seen. I9: what stands was one author's. */
static void check_replaced(
	struct run *r, const struct version *v, const struct intent *in)
{
	const struct rtype *t = catalogue_type(r->lab->catalogue, v->type);

	for (size_t atom = 0; t && atom < t->atom_count; atom++) {
		const struct field *f = first_of(t, atom);

		if (!f || same_atom(t, atom, v->before->body, v->body))
			continue;
		if (!in->before || !is_fair(t, atom, v, in))
			run_fail(r, "I8",
				"%s %s version %lld replaces '%s' that its "
				"author had not seen (change %s)",
				v->type, run_id(&v->rec), (long long)v->ver,
				f->name, run_id(&in->change));
		else if (!is_set_field(f) && !f->append &&
			 !same_atom(t, atom, v->body, in->after))
			run_fail(r, "I9",
				"%s %s version %lld has a '%s' that nobody "
				"wrote",
				v->type, run_id(&v->rec), (long long)v->ver,
				f->name);
	}
}

static void check_version(struct run *r, const struct version *v)
{
	const struct intent *in = ledger_find(r, &v->change);

	for (const struct version *w = v->before; w; w = w->before)
		if (uuid_cmp(&w->change, &v->change) == 0)
			run_fail(r, "I7", "change %s made two versions of %s",
				run_id(&v->change), run_id(&v->rec));
	if (!in) {
		run_fail(r, "I6", "version of %s by a change nobody typed",
			run_id(&v->rec));
		return;
	}
	if (strcmp(v->type, "conflict") == 0)
		return;
	if (v->before && v->before->state == STATE_SIGNED &&
		strcmp(v->before->text, v->text) != 0)
		run_fail(r, "I10", "signed %s %s has another body", v->type,
			run_id(&v->rec));
	if (v->state == STATE_SIGNED && v->before &&
		v->before->state != STATE_SIGNED &&
		(!in->sha || strcmp(in->sha, v->sha) != 0))
		run_fail(r, "I10", "%s %s is signed as nobody saw it", v->type,
			run_id(&v->rec));
	if (v->before)
		check_replaced(r, v, in);
	else if (!json_equal(v->body, in->set) &&
		 strcmp(v->type, "case") != 0 && strcmp(v->type, "person") != 0)
		run_fail(r, "I9", "%s %s was not made as it was typed", v->type,
			run_id(&v->rec));
}

void check_history(struct run *r)
{
	for (size_t i = r->given; i < r->model.n; i++)
		check_version(r, r->model.v[i]);
}
