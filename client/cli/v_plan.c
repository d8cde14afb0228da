/*
 * v_plan.c - casebridge plan: a service plan in one step.
 *
 * What the answers of a form propose (docs/packs.md "plan_from"), and whatever
 * goal templates are named besides, become a plan and its goals, all or none.
 * A plan that stands already is kept and replaced: its versions stay readable.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/form.h"
#include "proto/template.h"

#include <string.h>

struct planning {
	struct desk *d;
	struct uuid case_id;
	struct seen kase;
	const json_t *pack;
	const char *form;     /* of plan_from, or NULL */
	struct seen response; /* the newest of that form */
	struct seen plan;     /* the newest one that is not replaced */
	bool has_response, has_plan;
	json_t *codes; /* of the goals to be made */
};

static bool is_newer(
	const struct seen *a, const struct seen *b, const char *field)
{
	const char *x = json_str(a->body, field), *y = json_str(b->body, field);
	int order = strcmp(x ? x : "", y ? y : "");

	return order ? order > 0 : uuid_cmp(&a->r.id, &b->r.id) > 0;
}

static void take(struct planning *p, const struct seen *one)
{
	const char *form = json_str(one->body, "form");
	const char *status = json_str(one->body, "status");

	if (one->r.state == STATE_RETRACTED)
		return;
	if (strcmp(one->type, "response") == 0 && form && p->form &&
		strcmp(form, p->form) == 0 &&
		(!p->has_response ||
			is_newer(one, &p->response, "responded"))) {
		p->response = *one;
		p->has_response = true;
	}
	if (strcmp(one->type, "plan") == 0 &&
		(!status || strcmp(status, "replaced") != 0) &&
		(!p->has_plan ||
			json_int(one->body, "version", 0) >
				json_int(p->plan.body, "version", 0))) {
		p->plan = *one;
		p->has_plan = true;
	}
}

static bool read_case(struct planning *p, struct err *e)
{
	struct desk *d = p->d;
	size_t n;
	const struct uuid *ids;

	if (!pick_case(d, d->c->arg[0], "CASE", &p->case_id, e) ||
		!view_record(desk_view(d), &p->case_id, d->c->mem, &p->kase, e))
		return false;
	p->pack = catalogue_pack_of(d->catalogue, p->kase.body);
	if (!p->pack)
		return err_field(
			e, ERR_BAD_CODE, "programme", "casebridge programme");
	p->form = json_str(json_object_get(p->pack, "plan_from"), "form");
	ids = view_unit(desk_view(d), &p->case_id, d->c->mem, &n);
	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e))
			return false;
		take(p, &one);
	}
	return true;
}

static const json_t *person_of(struct planning *p)
{
	const char *text = json_str(p->kase.body, "person");
	struct seen one;
	struct err ignored;
	struct uuid id;

	return text && uuid_parse(text, &id) &&
			       view_record(desk_view(p->d), &id, p->d->c->mem,
				       &one, &ignored)
		       ? one.body
		       : NULL;
}

/* The answers with what else the rules may look at. */
static const json_t *facts_of(struct planning *p)
{
	const char *day = json_str(p->response.body, "responded");
	struct date on = time_day_cn(host_now_ms());
	struct form_about about = {.age = -1};

	if (day && !date_parse(day, &on))
		on = time_day_cn(host_now_ms());
	about.answers = json_object_get(p->response.body, "answers");
	about.person = person_of(p);
	about.kase = p->kase.body;
	about.responded = &on;
	return form_facts(&about, p->d->c->mem);
}

static bool choose(struct planning *p, struct err *e)
{
	struct cli *c = p->d->c;

	p->codes = p->has_response && json_is_object(json_object_get(
					      p->response.body, "answers"))
			   ? template_proposed(
				     p->pack, p->form, facts_of(p), c->mem)
			   : json_keep(json_array(), c->mem);
	for (size_t i = 1; i < c->args; i++) {
		if (!template_goal(p->pack, c->arg[i]))
			return err_field(e, ERR_BAD_CODE, c->arg[i],
				"casebridge programme %s",
				json_str(p->pack, "pack"));
		json_array_append_new(p->codes, json_string(c->arg[i]));
	}
	return json_array_size(p->codes) > 0 ||
	       err_field(e, ERR_MISSING, "GOAL", "%s",
		       p->form ? p->form : json_str(p->pack, "pack"));
}

static void print_goals(struct planning *p)
{
	static const enum text_id heads[] = {T_C_ID, T_C_WHAT, T_COUNT};
	struct cli *c = p->d->c;
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < json_array_size(p->codes); i++) {
		const char *code =
			json_string_value(json_array_get(p->codes, i));

		table_add(t, code);
		table_add(t, label_of(template_goal(p->pack, code), c->lang));
	}
	table_print(t);
}

static bool make_goals(struct planning *p, const struct uuid *plan,
	const struct uuid *tx, struct err *e)
{
	struct desk *d = p->d;
	char id[UUID_TEXT];

	for (size_t i = 0; i < json_array_size(p->codes); i++) {
		json_t *body = template_goal_body(
			template_goal(p->pack,
				json_string_value(json_array_get(p->codes, i))),
			d->c->lang, d->c->mem);
		struct uuid rec;

		memset(&rec, 0, sizeof(rec));
		json_object_set_new(
			body, "plan", json_string(uuid_format(plan, id)));
		if (!outbox_create(desk_view(d),
			    catalogue_type(d->catalogue, "goal"), &p->case_id,
			    body, tx, &rec, e))
			return false;
	}
	return true;
}

/* The one before is read on as a replaced one; a signed one says so itself. */
static bool replace_plan(struct planning *p, struct err *e)
{
	struct arena *mem = p->d->c->mem;
	json_t *set = json_keep(json_pack("{s:s}", "status", "replaced"), mem);
	bool changed;

	return !p->has_plan || p->plan.r.state == STATE_SIGNED ||
	       outbox_patch(desk_view(p->d), &p->plan.r.id, set,
		       json_keep(json_array(), mem), &changed, e);
}

static bool make_plan(struct planning *p, struct uuid *plan, struct err *e)
{
	struct desk *d = p->d;
	struct uuid tx = uuid_new();
	json_t *body = json_keep(
		json_pack("{s:I, s:s}", "version",
			(json_int_t)json_int(p->plan.body, "version", 0) + 1,
			"status", "proposed"),
		d->c->mem);
	char id[UUID_TEXT];

	if (p->has_plan)
		json_object_set_new(body, "replaces",
			json_string(uuid_format(&p->plan.r.id, id)));
	memset(plan, 0, sizeof(*plan));
	return outbox_create(desk_view(d), catalogue_type(d->catalogue, "plan"),
		       &p->case_id, body, &tx, plan, e) &&
	       make_goals(p, plan, &tx, e) && replace_plan(p, e);
}

bool verb_plan(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct planning *p = ARENA_NEW(c->mem, struct planning);
	struct uuid plan;

	p->d = d;
	if (!d || !read_case(p, e) || !choose(p, e))
		return false;
	if (!c->json)
		print_goals(p);
	if (cli_flag(c, O_DRY_RUN)) {
		if (c->json)
			out_json(c, json_incref(p->codes));
		return true;
	}
	if (!store_begin(d->s, e))
		return false;
	if (make_plan(p, &plan, e))
		return desk_saved(d, &plan, e);
	store_rollback(d->s);
	return false;
}
