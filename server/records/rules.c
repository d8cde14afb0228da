/*
 * rules.c - the rules that need more than the body itself: references, circles,
 * phases, and the few fields that are not the writer's to set.
 */
#include "server/records/decide.h"

#include "proto/person.h"
#include "proto/scale.h"

#include <string.h>

#define PINYIN_MAX   200 /* the catalogue's limits of person.pinyin … */
#define INITIALS_MAX 60  /* … and person.initials */
#define CHAIN_MAX    64  /* links followed before a chain counts as a circle */

struct rule {
	struct world *w;
	const struct change *c;
	struct entry *x;
	const json_t *before;
	const json_t *after;
	struct err *e;
};

static bool same_member(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

/* ---- references ---- */

static bool allowed_type(const struct field *f, const struct rtype *t)
{
	for (size_t i = 0; i < json_array_size(f->to); i++)
		if (t && strcmp(json_string_value(json_array_get(f->to, i)),
				 t->name) == 0)
			return true;
	return !f->to;
}

static bool check_target(struct rule *q, const struct field *f,
	const struct rtype *t, const struct uuid *unit)
{
	if (!allowed_type(f, t))
		return err_field(q->e, ERR_BAD_INPUT, f->name, "%s",
			json_string_value(json_array_get(f->to, 0)));
	if (t && t->scope == SCOPE_CASE && q->c->type->scope == SCOPE_CASE &&
		uuid_cmp(unit, &q->x->unit) != 0)
		return err_field(q->e, ERR_WRONG_CASE, f->name, "-");
	return true;
}

static bool check_ref(void *ctx, const struct field *f, const struct uuid *id)
{
	struct rule *q = ctx;
	const struct entry *x = world_find(q->w, id);
	const struct ref_head *r = world_ref(q->w, id);

	/* What has not changed was checked when it was written. */
	if (q->before && same_member(q->before, q->after, f->name))
		return true;
	if (x && x->now.ver)
		return check_target(q, f, x->now.type, &x->unit);
	if (r)
		return check_target(q, f, r->type, &r->unit);
	return err_field(q->e, ERR_PREDECESSOR, f->name, "-");
}

/* The record that `id` names in the field through which a type refers to
 * itself, as this batch leaves it; what stands outside the batch cannot name
 * a record of the batch that is new, and an old one is loaded with it. */
static bool next_link(struct rule *q, const char *field, struct uuid *id)
{
	struct entry *x = world_find(q->w, id);
	const char *s;

	if (!x || !x->now.ver)
		return false;
	s = json_str(entry_body(q->w, x), field);
	return s && uuid_parse(s, id);
}

static bool check_circle(struct rule *q, const struct field *f)
{
	const char *s = json_str(q->after, f->name);
	struct uuid at;

	if (f->kind != KIND_REF || !allowed_type(f, q->c->type) || !f->to ||
		!s || !uuid_parse(s, &at))
		return true;
	for (int i = 0; i < CHAIN_MAX; i++) {
		if (uuid_cmp(&at, &q->x->id) == 0)
			return err_field(q->e, ERR_CYCLE, f->name, "-");
		if (!next_link(q, f->name, &at))
			return true;
	}
	return err_field(q->e, ERR_CYCLE, f->name, "-");
}

static bool check_refs(struct rule *q)
{
	const struct rtype *t = q->c->type;

	for (size_t i = 0; i < t->field_count; i++)
		if (!check_circle(q, &t->fields[i]))
			return false;
	return record_each_ref(t, q->after, check_ref, q);
}

/* ---- rules of single types ---- */

static bool check_phase(struct rule *q)
{
	const char *from = json_str(q->before, "phase");
	const char *to = json_str(q->after, "phase");
	struct case_facts *f = world_facts(q->w, &q->x->id);
	struct phase_facts none, *facts = f ? &f->facts : &none;

	if (!q->before)
		return phase_may_start(to, q->e);
	if (from && to && strcmp(from, to) == 0)
		return true;
	memset(&none, 0, sizeof(none));
	facts->close_reason = json_str(q->after, "close_reason") != NULL;
	return phase_may_move(from ? from : "", to ? to : "", facts, q->e);
}

static bool check_case(struct rule *q)
{
	char site[UUID_TEXT];
	const char *home = json_str(q->after, "home_site");

	if (!q->before &&
		strcmp(home, uuid_format(&q->w->reader->site, site)) != 0)
		return err_field(q->e, ERR_FORBIDDEN, "home_site",
			"home_site = own site");
	if (q->before && (!same_member(q->before, q->after, "home_site") ||
				 !same_member(q->before, q->after, "person")))
		return err_field(q->e, ERR_FORBIDDEN, "home_site",
			"a case keeps its person and home site");
	return check_phase(q);
}

static bool check_assessment(struct rule *q)
{
	const char *name = json_str(q->after, "instrument");
	const json_t *scale =
		name ? catalogue_scale(q->w->catalogue, name) : NULL;
	struct scale_result result;

	/* An unanswered item is a fact of life: it is kept and gives no score.
	 */
	if (!scale ||
		scale_score(scale, json_str(q->after, "variant"),
			json_object_get(q->after, "answers"), &result, q->e))
		return true;
	return q->e->code == ERR_MISSING;
}

static bool check_staff(struct rule *q)
{
	if (uuid_cmp(&q->x->id, &q->w->reader->staff) == 0 && q->before &&
		(!same_member(q->before, q->after, "role") ||
			!same_member(q->before, q->after, "site")))
		return err_field(q->e, ERR_FORBIDDEN, "role",
			"nobody changes their own role or site");
	return true;
}

static bool check_member(struct rule *q)
{
	if (!json_object_get(q->after, "staff") &&
		!json_object_get(q->after, "name"))
		return err_field(q->e, ERR_MISSING, "staff", "staff, name");
	return true;
}

static const struct {
	const char *type;
	bool (*check)(struct rule *);
} type_rules[] = {
	{"case",       check_case      },
	{"assessment", check_assessment},
	{"staff",      check_staff     },
	{"member",     check_member    },
};

/* ---- what a record adds to its case's facts ---- */

static bool is(const json_t *body, const char *key, const char *code)
{
	const char *s = json_str(body, key);

	return s && strcmp(s, code) == 0;
}

/* The same questions the query phase_facts asks of the tables. That a high flag
 * was closed shows there only: another one may still be open. */
static void add_facts(struct world *w, const struct entry *x, const json_t *b)
{
	struct case_facts *f = world_facts(w, &x->unit);
	const char *t = x->now.type ? x->now.type->name : "";

	if (!f || x->now.state == STATE_RETRACTED)
		return;
	f->facts.consent |=
		strcmp(t, "consent") == 0 && !json_object_get(b, "withdrawn");
	f->facts.eligible |=
		strcmp(t, "screening") == 0 && is(b, "result", "eligible");
	f->facts.priority_need |=
		strcmp(t, "need") == 0 &&
		(json_flag(b, "main") || json_object_get(b, "priority"));
	f->facts.risk_rated |=
		strcmp(t, "flag") == 0 ||
		(strcmp(t, "response") == 0 && json_object_get(b, "danger"));
	f->facts.plan_approved |= strcmp(t, "plan") == 0 &&
				  json_str(b, "agreed") &&
				  json_str(b, "approved");
	f->facts.service_noted |=
		strcmp(t, "service") == 0 && is(b, "status", "completed");
	f->facts.reviewed |=
		strcmp(t, "review") == 0 ||
		(strcmp(t, "goal") == 0 && json_object_get(b, "reached"));
	f->facts.high_flag_open |= strcmp(t, "flag") == 0 &&
				   json_int(b, "level", 0) >= 3 &&
				   !json_str(b, "to");
}

/* Facts of a case that moves may stand earlier in the same batch. */
static void gather_facts(struct rule *q)
{
	struct world *w = q->w;

	if (strcmp(q->c->type->name, "case") != 0 || !q->before)
		return;
	if (!world_facts(w, &q->x->id)) {
		memset(&w->facts[w->fact_count], 0, sizeof(*w->facts));
		w->facts[w->fact_count++].id = q->x->id;
	}
	for (size_t i = 0; i < w->fresh_count; i++) {
		struct entry *x = world_find(w, &w->fresh[i].rec.id);

		if (x && uuid_cmp(&x->unit, &q->x->id) == 0)
			add_facts(w, x, entry_body(w, x));
	}
}

/* A name is found by its sound: whoever writes it down need not spell it. */
void decide_derive(const struct change *c, json_t *body)
{
	const char *name = json_str(body, "name");
	struct buf full, initials;

	if (strcmp(c->type->name, "person") != 0 || !name ||
		!json_object_get(c->set, "name") ||
		json_object_get(c->set, "pinyin"))
		return;
	buf_init(&full, PINYIN_MAX);
	buf_init(&initials, INITIALS_MAX);
	if (person_pinyin(name, &full, &initials) && full.n && !full.full &&
		!initials.full) {
		json_object_set_new(body, "pinyin", json_string(full.p));
		json_object_set_new(body, "initials", json_string(initials.p));
	}
	buf_free(&full);
	buf_free(&initials);
}

bool decide_rules(struct world *w, const struct change *c, struct entry *x,
	const json_t *before, const json_t *after, struct err *e)
{
	struct rule q = {w, c, x, before, after, e};

	if (!check_refs(&q))
		return false;
	gather_facts(&q);
	for (size_t i = 0; i < ARRAY_LEN(type_rules); i++)
		if (strcmp(type_rules[i].type, c->type->name) == 0)
			return type_rules[i].check(&q);
	return true;
}
