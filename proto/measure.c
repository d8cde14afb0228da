/*
 * measure.c - see measure.h: the table, and a case from its records to the
 * result.
 */
#include "proto/measure_in.h"

#include "proto/queue.h"
#include "proto/rule.h"

#include <math.h>
#include <string.h>

/* clang-format off */
const struct measure measures[] = {
#define MEASURE(name, of, kind, codes, unit, needs, zh, en, formula)           \
	{#name, MEASURE_##of, KIND_##kind, codes, unit, needs, zh, en, formula},
#include "proto/measure.def"
#undef MEASURE
};
/* clang-format on */

const size_t measure_count = ARRAY_LEN(measures);

const struct measure *measure_find(const char *path)
{
	size_t n = strcspn(path, ".");

	for (size_t i = 0; i < ARRAY_LEN(measures); i++)
		if (strncmp(measures[i].name, path, n) == 0 &&
			!measures[i].name[n] &&
			(!path[n] || measures[i].kind == KIND_JSON))
			return &measures[i];
	return NULL;
}

/* ---- results ---- */

void put(json_t *out, const char *name, json_t *v)
{
	if (!measure_find(name))
		die("measure '%s' is not in measure.def", name);
	json_object_set_new(out, name, v);
}

void put_count(json_t *out, const char *name, int64_t n)
{
	put(out, name, json_integer((json_int_t)n));
}

json_t *rounded(double v)
{
	double r = floor(v * 100 + 0.5 + 1e-9) / 100;

	return r == floor(r) ? json_integer((json_int_t)r) : json_real(r);
}

void put_number(json_t *out, const char *name, double v)
{
	put(out, name, rounded(v));
}

void put_share(json_t *out, const char *name, double a, double b)
{
	if (b > 0)
		put_number(out, name, 100 * a / b);
}

bool set_has(const json_t *set, const char *text)
{
	for (size_t i = 0; i < json_array_size(set); i++)
		if (strcmp(json_string_value(json_array_get(set, i)), text) ==
			0)
			return true;
	return false;
}

void set_add(json_t *set, const char *text)
{
	if (text && !set_has(set, text))
		json_array_append_new(set, json_string(text));
}

/* In the order of a code list. */
static json_t *in_order_of(const json_t *set, const struct code_list *list)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(list->items); i++) {
		const char *code =
			json_str(json_array_get(list->items, i), "code");

		if (set_has(set, code))
			json_array_append_new(out, json_string(code));
	}
	return out;
}

json_t *set_sorted(const json_t *set, const struct code_list *list)
{
	json_t *out;

	if (list)
		return in_order_of(set, list);
	out = json_array();
	for (size_t i = 0; i < json_array_size(set); i++) {
		const char *text = json_string_value(json_array_get(set, i));
		size_t at = 0;

		while (at < json_array_size(out) &&
			strcmp(json_string_value(json_array_get(out, at)),
				text) < 0)
			at++;
		json_array_insert_new(out, at, json_string(text));
	}
	return out;
}

bool body_is(const json_t *body, const char *field, const char *value)
{
	const char *s = json_str(body, field);

	return s && strcmp(s, value) == 0;
}

int64_t days_between(const struct date *from, const struct date *to)
{
	return date_to_days(to) - date_to_days(from);
}

/* ---- taking records ---- */

static const struct kept_type kept_types[] = {
	{"person",      M_PERSON,      NULL        },
	{"staff",       M_STAFF,       NULL        },
	{"service",     M_SERVICE,     "started_at"},
	{"response",    M_RESPONSE,    "responded" },
	{"assessment",  M_ASSESSMENT,  "assessed"  },
	{"segment",     M_SEGMENT,     "from"      },
	{"member",      M_MEMBER,      "from"      },
	{"review",      M_REVIEW,      "held"      },
	{"supervision", M_SUPERVISION, "held"      },
	{"plan",        M_PLAN,        "approved"  },
	{"goal",        M_GOAL,        NULL        },
	{"need",        M_NEED,        "identified"},
	{"task",        M_TASK,        "due"       },
	{"referral",    M_REFERRAL,    "requested" },
	{"application", M_APPLICATION, "submitted" },
	{"document",    M_DOCUMENT,    "made"      },
	{"contract",    M_CONTRACT,    "from"      },
	{"screening",   M_SCREENING,   "screened"  },
};

struct measure_run *measure_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	const struct date *on, struct arena *mem)
{
	struct measure_run *run = ARENA_NEW(mem, struct measure_run);

	run->c = c;
	run->cal = cal;
	run->case_id = *case_id;
	run->asked = *on;
	run->mem = mem;
	run->schedule = schedule_begin(c, cal, case_id, mem);
	return run;
}

bool measure_uses(const struct rtype *t)
{
	return kept_uses(kept_types, ARRAY_LEN(kept_types), t->name) ||
	       schedule_uses(t);
}

void measure_add(
	struct measure_run *run, const struct record *r, const json_t *body)
{
	if (!r->type || r->state == STATE_RETRACTED)
		return;
	schedule_add(run->schedule, r, body);
	if (uuid_cmp(&r->id, &run->case_id) == 0)
		run->kase = body;
	if (queue_is_own(r->type, body))
		return;
	kept_add(kept_types, ARRAY_LEN(kept_types), run->of, run->mem, r, body);
}

/* ---- the result ---- */

static void measure_due(struct measure_run *run)
{
	int64_t items = 0, days = 0;
	const struct kept *list;
	struct kept all;

	for (size_t i = 0; i < run->due->n; i++) {
		int64_t late = due_days_late(&run->due->items[i], &run->asked);

		items += late > 0;
		days = late > days ? late : days;
	}
	put_count(run->out, "overdue_items", items);
	put_count(run->out, "overdue_days", days);
	schedule_completeness(
		run->schedule, run->asked.year, &run->asked, &list, &all);
	put_count(run->out, "schedule_due", all.due);
	put_count(run->out, "schedule_done", all.done);
	put_count(run->out, "schedule_late", all.late);
	put_count(run->out, "schedule_missing", all.missing);
	put_share(run->out, "schedule_completeness", (double)all.done,
		(double)all.due);
}

/* Whether a condition looks at a measure of groups; a case has none of those,
 * so it can neither show nor lack what is asked. */
static bool is_about_groups(const json_t *cond)
{
	json_t *none = json_object(), *names = json_array();
	bool found = false;

	rule_missing(cond, none, names);
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *path = json_string_value(json_array_get(names, i));
		const char *dot = strchr(path, '.');
		const struct measure *m = dot ? measure_find(dot + 1) : NULL;

		found |= m && m->of == MEASURE_GROUP;
	}
	json_decref(names);
	json_decref(none);
	return found;
}

/* What the pack asks good work to show, and this case does not; a case nobody
 * opened is not judged. */
static json_t *gaps_of(struct measure_run *run)
{
	const json_t *list = json_object_get(run->pack, "evidence");
	json_t *facts =
		json_keep(json_pack("{s:O}", "measures", run->out), run->mem);
	json_t *out = json_array();
	bool opened = json_str(run->kase, "opened") != NULL;

	for (size_t i = 0; opened && i < json_array_size(list); i++) {
		const json_t *e = json_array_get(list, i);
		const json_t *cond = json_object_get(e, "if");
		json_t *unknown;

		if (is_about_groups(cond) ||
			rule_holds(cond, facts) == RULE_YES)
			continue;
		unknown = json_array();
		rule_missing(cond, facts, unknown);
		json_array_append_new(out,
			json_pack("{s:s, s:s, s:s, s:o}", "code",
				json_str(e, "code"), "zh", json_str(e, "zh"),
				"en", json_str(e, "en"), "unknown", unknown));
	}
	return out;
}

static void look_at_case(struct measure_run *run)
{
	const char *name = json_str(run->kase, "programme");
	const char *version = json_str(run->kase, "programme_version");

	for (size_t i = 0; i < MEASURE_LISTS; i++)
		entries_sort(&run->of[i]);
	run->client = entries_client(&run->of[M_PERSON], run->kase);
	if (name && version)
		run->pack = catalogue_pack_version(run->c, name, version);
	if (name && !run->pack)
		run->pack = catalogue_pack(run->c, name);
	if (!fold_day(run->kase, "closed", &run->today))
		run->today = run->asked;
	run->due = schedule_end(run->schedule);
	run->out = json_keep(json_object(), run->mem);
	run->coverage = json_null();
}

json_t *measure_end(struct measure_run *run)
{
	static void (*const parts[])(struct measure_run *) = {measure_services,
		measure_settings, measure_people, measure_goals, measure_needs,
		measure_work, measure_coverage, measure_due};

	look_at_case(run);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		parts[i](run);
	run->gaps = gaps_of(run);
	return json_keep(json_pack("{s:O, s:o, s:o}", "measures", run->out,
				 "gaps", run->gaps, "coverage", run->coverage),
		run->mem);
}

const struct schedule *measure_schedule(const struct measure_run *run)
{
	return run->due;
}
