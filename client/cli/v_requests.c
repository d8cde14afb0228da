/*
 * v_requests.c - casebridge request, requests, answer: services asked for from
 * the menu, what waits and with whom, and the next step of one.
 *
 * Ward staff ask, or patients through them; a person at the site triages, takes
 * it up, and says what came of it, or why nothing could. Who could take it is
 * proposed (proto/capacity.h); a person names the provider.
 */
#include "client/cli/letter_step.h"
#include "client/cli/menu.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/capacity.h"

#include <string.h>

#define PROPOSED 3

/* clang-format off */
static const struct step_word words[] = {
	{"triage",   "分诊", "triaged"    },
	{"accept",   "接受", "accepted"   },
	{"start",    "开始", "in_progress"},
	{"done",     "完成", "done"       },
	{"unmet",    "未满足", "unmet"    },
	{"withdraw", "撤回", "withdrawn"  },
};

static const struct step_option taken[] = {
	{"triaged",  O_URGENCY, "triage"      },
	{"accepted", O_ASSIGN,  "provider"    },
	{"done",     O_NOTE,    "result"      },
	{"done",     O_LETTER,  "result"      },
	{"unmet",    O_REASON,  "unmet_reason"},
	{"unmet",    O_NOTE,    "result"      },
};
/* clang-format on */

static const struct step_table steps = {
	"request", words, ARRAY_LEN(words), taken, ARRAY_LEN(taken)};

/* ---- asking ---- */

/* Who asks, by what they are. */
static const char *asker(const struct desk *d)
{
	static const struct {
		const char *role;
		const char *kind;
	} kinds[] = {
		{"nurse",             "nurse" },
		{"psychiatrist",      "doctor"},
		{"prevention_doctor", "doctor"},
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(desk_reader(d, "role"), kinds[i].role) == 0)
			return kinds[i].kind;
	return "other_staff";
}

static void put(json_t *body, const char *field, const char *value)
{
	if (value && !json_object_get(body, field))
		json_object_set_new(body, field, json_string(value));
}

static bool from_options(
	struct desk *d, const struct rtype *t, json_t *body, struct err *e)
{
	static const struct {
		enum option option;
		const char *field;
	} fields[] = {
		{O_TO,      "to_site"          },
		{O_WARD,    "ward"             },
		{O_LABEL,   "client_label"     },
		{O_URGENCY, "urgency"          },
		{O_BY,      "requested_by_kind"},
		{O_NEED,    "need"             },
		{O_PERSON,  "person"           },
	};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!option_value(
			    d, t, fields[i].option, fields[i].field, body, e))
			return false;
	put(body, "urgency", "routine");
	put(body, "requested_by_kind", asker(d));
	put(body, "status", "open");
	return true;
}

/* The item and whose it is; something that is on no menu is asked for in
 * words, so that what is not offered can be counted. */
static bool name_item(struct desk *d, json_t *body, struct err *e)
{
	const char *typed = d->c->arg[0];
	struct menu_item it;
	char id[UUID_TEXT];

	if (cli_flag(d->c, O_OTHER)) {
		put(body, "item_name", typed);
		return cli_need(d->c, O_TO, e);
	}
	if (!menu_find(d, typed, json_str(body, "to_site"), &it, e))
		return false;
	put(body, "item", uuid_format(&it.id, id));
	put(body, "item_name", json_str(it.body, "clinical_name"));
	put(body, "to_site", it.site);
	return true;
}

static bool case_of(struct desk *d, struct uuid *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	return !d->c->option[O_CASE] ||
	       pick_case(d, d->c->option[O_CASE], "--case", out, e);
}

bool verb_request(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *body = json_keep(json_object(), c->mem);
	const struct rtype *t;
	struct uuid rec, of;

	memset(&rec, 0, sizeof(rec));
	if (!d)
		return false;
	t = catalogue_type(d->catalogue, "request");
	if (!from_options(d, t, body, e) || !name_item(d, body, e) ||
		!case_of(d, &of, e))
		return false;
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (outbox_create(desk_view(d), t, &of, body, NULL, &rec, e))
		return desk_saved(d, &rec, e);
	store_rollback(d->s);
	return false;
}

/* ---- who could take it ---- */

static bool add_directory(
	struct desk *d, struct capacity_run *run, struct err *e)
{
	static const struct uuid directory;
	size_t n;
	const struct uuid *ids =
		view_unit(desk_view(d), &directory, d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e))
			return false;
		capacity_add(run, &one.r, one.body);
	}
	return true;
}

static bool weigh(struct desk *d, const struct letter *l, struct capacity *out,
	struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct capacity_run *run =
		capacity_begin(json_str(l->s.body, "to_site"),
			json_str(l->s.body, "item"), &today, d->c->mem);
	struct letter *list;
	size_t n;

	if (!add_directory(d, run, e) ||
		!letters_read(d, "request", &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		capacity_add(run, &list[i].s.r, list[i].s.body);
	*out = capacity_end(run);
	return true;
}

static bool is_open(const struct letter *l)
{
	return strcmp(l->at.status, "open") == 0 ||
	       strcmp(l->at.status, "triaged") == 0;
}

static const char *room_text(struct cli *c, const struct capacity *k)
{
	return k->limit < 0 ? ""
			    : text_of(c, k->full ? T_RQ_FULL : T_RQ_ROOM,
				      number_text(c, k->taken),
				      number_text(c, k->limit), NULL);
}

/* "Li 0, Wang 2; 1 of 6 today" */
static const char *proposal(struct cli *c, const struct capacity *k)
{
	const char *out = "", *room = room_text(c, k);

	for (size_t i = 0; i < k->n && i < PROPOSED; i++)
		out = arena_printf(c->mem, "%s%s%s %lld", out, i ? ", " : "",
			k->providers[i].name, (long long)k->providers[i].open);
	return *room ? arena_printf(
			       c->mem, "%s%s%s", out, *out ? "; " : "", room)
		     : out;
}

/* ---- the list ---- */

static bool is_mine(const struct desk *d, const struct letter *l)
{
	const char *provider = json_str(l->s.body, "provider");

	return provider && strcmp(provider, desk_reader(d, "staff")) == 0;
}

static bool wanted(const struct desk *d, const struct letter *l)
{
	const struct cli *c = d->c;
	bool unmet = strcmp(l->at.status, "unmet") == 0;

	if (cli_flag(c, O_OPEN) && !is_open(l))
		return false;
	if (cli_flag(c, O_UNMET) && !unmet)
		return false;
	if (cli_flag(c, O_MINE) && !is_mine(d, l))
		return false;
	if (cli_flag(c, O_ALL) || cli_flag(c, O_UNMET))
		return true;
	return !l->at.ended && l->at.sides != SIDE_OTHER;
}

static const char *field_text(
	struct desk *d, const struct letter *l, const char *field)
{
	const struct field *f = rtype_field(l->s.r.type, field);
	const json_t *v = json_object_get(l->s.body, field);

	return f && v ? value_show(d, f, v) : "";
}

static const char *where(struct desk *d, const struct letter *l)
{
	return arena_printf(d->c->mem, "%s %s", field_text(d, l, "ward"),
		field_text(d, l, "client_label"));
}

/* The level given at triage takes the place of the one it was asked with. */
static const char *level(struct desk *d, const struct letter *l)
{
	const char *triage = field_text(d, l, "triage");

	return *triage ? triage : field_text(d, l, "urgency");
}

/* Why not, of one that was not met; who does it or could, of the others. */
static const char *hands(struct desk *d, const struct letter *l, struct err *e)
{
	struct capacity k;

	if (strcmp(l->at.status, "unmet") == 0)
		return field_text(d, l, "unmet_reason");
	if (!is_open(l) || !(l->at.sides & SIDE_TARGET))
		return field_text(d, l, "provider");
	return weigh(d, l, &k, e) ? proposal(d->c, &k) : NULL;
}

static bool print_list(
	struct desk *d, const struct letter *list, size_t n, struct err *e)
{
	static const enum text_id heads[] = {T_C_ID, T_C_WHAT, T_C_WARD,
		T_C_URGENCY, T_C_STATE, T_C_CLOCK, T_C_HANDS, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < n; i++) {
		const struct letter *l = &list[i];
		const char *by;

		if (!wanted(d, l))
			continue;
		by = hands(d, l, e);
		if (!by)
			return false;
		table_add(t, pick_short(d, &l->s.r.id));
		table_add(t, field_text(d, l, "item_name"));
		table_add(t, where(d, l));
		table_add(t, level(d, l));
		table_add(t, field_text(d, l, "status"));
		table_add(t, letter_clock(d, l));
		table_add(t, by);
	}
	table_print(t);
	return true;
}

static bool list_json(
	struct desk *d, const struct letter *list, size_t n, struct err *e)
{
	json_t *out = json_keep(json_array(), d->c->mem);

	for (size_t i = 0; i < n; i++) {
		struct capacity k;
		json_t *one;

		if (!wanted(d, &list[i]))
			continue;
		one = letter_json(d, &list[i]);
		json_array_append_new(out, one);
		if (!is_open(&list[i]) || !(list[i].at.sides & SIDE_TARGET))
			continue;
		if (!weigh(d, &list[i], &k, e))
			return false;
		json_object_set_new(one, "proposal", capacity_json(&k));
	}
	out_json(d->c, json_incref(out));
	return true;
}

bool verb_requests(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct letter *list;
	size_t n;

	if (!d || !letters_read(d, "request", &list, &n, e))
		return false;
	return c->json ? list_json(d, list, n, e) : print_list(d, list, n, e);
}

/* ---- one ---- */

static bool print_one(struct desk *d, const struct letter *l, struct err *e)
{
	static const enum text_id heads[] = {T_C_LABEL, T_C_VALUE, T_COUNT};
	const struct rtype *type = l->s.r.type;
	struct table *t = table_new(d->c, heads);
	const char *next = step_words(d, &steps, l), *by = "";

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *f = &type->fields[i];
		const json_t *v = json_object_get(l->s.body, f->name);

		if (!v)
			continue;
		table_add(t, value_label(d->c, type, f));
		table_add(t, value_show(d, f, v));
	}
	table_print(t);
	if (is_open(l) && l->at.sides & SIDE_TARGET && !(by = hands(d, l, e)))
		return false;
	if (*by)
		out_pair(d->c, T_RQ_PROPOSED, by);
	if (*next)
		out_line(d->c, text_of(d->c, T_LT_NEXT, next, NULL));
	return true;
}

static bool show_one(struct desk *d, const struct letter *l, struct err *e)
{
	struct capacity k;
	json_t *out;

	if (!d->c->json)
		return print_one(d, l, e);
	if (!weigh(d, l, &k, e))
		return false;
	out = letter_json(d, l);
	json_object_set_new(out, "proposal", capacity_json(&k));
	out_json(d->c, out);
	return true;
}

/* "best": whoever has the least in hand, while the day has room. */
static bool assign_best(
	struct desk *d, const struct letter *l, json_t *set, struct err *e)
{
	struct cli *c = d->c;
	struct capacity k;
	char id[UUID_TEXT];

	if (!weigh(d, l, &k, e))
		return false;
	if (!k.n || k.full)
		return err_field(e, ERR_NOT_SAVED, "--assign", "%s",
			k.n ? text_of(c, T_RQ_DAY_FULL, room_text(c, &k), NULL)
			    : text_raw(c->lang, T_RQ_NOBODY));
	json_object_set_new(set, "provider",
		json_string(uuid_format(&k.providers[0].id, id)));
	if (!c->json)
		out_pair(c, T_RQ_ASSIGNED, k.providers[0].name);
	return true;
}

/* Taken up without a name it is the taker's own. */
static bool assign(
	struct desk *d, const struct letter *l, json_t *set, struct err *e)
{
	const char *typed = d->c->option[O_ASSIGN];

	if (typed && strcmp(typed, "best") == 0)
		return assign_best(d, l, set, e);
	if (!typed && !json_object_get(l->s.body, "provider"))
		json_object_set_new(
			set, "provider", json_string(desk_reader(d, "staff")));
	return true;
}

bool verb_answer(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *set = json_keep(json_object(), c->mem);
	const char *typed = c->option[O_ASSIGN];
	bool best = typed && strcmp(typed, "best") == 0;
	struct letter l;

	if (!d || !letter_pick(d, c->arg[0], "request", &l, e))
		return false;
	if (c->args == 1)
		return show_one(d, &l, e);
	/* "best" is nobody's name. */
	c->option[O_ASSIGN] = best ? NULL : typed;
	if (!step_read(d, &steps, &l, c->arg[1], set, e))
		return false;
	c->option[O_ASSIGN] = typed;
	if (strcmp(json_str(set, "status"), "accepted") == 0) {
		if (!assign(d, &l, set, e))
			return false;
	} else if (best) {
		return cli_usage(e, "--assign", "accept");
	}
	return step_take(d, &steps, &l, set, e);
}
