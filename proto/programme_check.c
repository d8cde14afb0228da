/*
 * programme_check.c - whether a programme pack holds together (pack_check.h).
 *
 * The keys stand in tables. What a table cannot say is that something named
 * exists: an instrument, a form and its questions, a code, a measure, a goal.
 */
#include "proto/pack_check.h"

#include "proto/measure.h"
#include "proto/programme_in.h"

#include <string.h>

#define LABEL_MAX 200
#define TEXT_MAX  1000
#define LIST_MAX  60
#define MANY      1000000

/* ---- what is named exists ---- */

void programme_is_code_of(struct grammar_run *r, const char *list,
	const char *code, enum mistake_code told, const struct place *at)
{
	const struct code_list *l = catalogue_codes(r->c, list);

	if (l && code && !code_list_item(l, code))
		grammar_wrong(r, at, told, code, "%s",
			grammar_codes(r->out->mem, l->items));
}

void programme_are_codes_of(struct grammar_run *r, const char *list,
	const json_t *v, const struct place *at)
{
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct place in = place_at(at, i);

		programme_is_code_of(r, list,
			json_string_value(json_array_get(v, i)),
			MISTAKE_UNKNOWN_CODE, &in);
	}
}

static void are_models(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_are_codes_of(r, "practice_model", v, at);
}

static void are_consents(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_are_codes_of(r, "consent_purpose", v, at);
}

static void are_timepoints(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_are_codes_of(r, "timepoint", v, at);
}

void programme_is_timepoint(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_is_code_of(
		r, "timepoint", json_string_value(v), MISTAKE_UNKNOWN_CODE, at);
}

static void is_domain(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_is_code_of(r, "need_domain", json_string_value(v),
		MISTAKE_UNKNOWN_CODE, at);
}

static void is_phase(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	programme_is_code_of(r, "case_phase", json_string_value(v),
		MISTAKE_UNKNOWN_PHASE, at);
}

void programme_is_instrument(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	if (!catalogue_scale(r->c, json_string_value(v)))
		grammar_wrong(r, at, MISTAKE_UNKNOWN_INSTRUMENT,
			json_string_value(v), "-");
}

static void are_instruments(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct place in = place_at(at, i);

		if (json_is_string(json_array_get(v, i)))
			programme_is_instrument(r, json_array_get(v, i), &in);
	}
}

const json_t *programme_needs_form(
	struct grammar_run *r, const json_t *name, const struct place *at)
{
	const json_t *form =
		catalogue_form(r->c, json_string_value(name), NULL);

	if (!form)
		grammar_wrong(r, at, MISTAKE_UNKNOWN_FORM,
			json_string_value(name), "-");
	return form;
}

static void is_form(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	(void)programme_needs_form(r, v, at);
}

static void are_measures(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *name = json_string_value(json_array_get(v, i));
		struct place in = place_at(at, i);

		if (name && !measure_find(name))
			grammar_wrong(
				r, &in, MISTAKE_UNKNOWN_MEASURE, name, "-");
	}
}

/* ---- conditions ---- */

static void subject_of_list(
	const struct catalogue *c, const char *list, struct rule_subject *out)
{
	const struct code_list *l = list ? catalogue_codes(c, list) : NULL;

	out->items = l ? l->items : NULL;
}

static bool is_measure_fact(
	void *ctx, const char *path, struct rule_subject *out)
{
	struct grammar_run *r = ctx;
	const struct measure *m;

	if (strncmp(path, "measures.", 9) != 0)
		return false;
	m = measure_find(path + 9);
	if (!m)
		return false;
	out->kind = m->kind;
	subject_of_list(r->c, m->codes, out);
	return true;
}

static void is_evidence(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	rule_check(v, at, is_measure_fact, r, r->out);
}

/* An answer of the form at hand. */
static bool is_answer_fact(
	void *ctx, const char *path, struct rule_subject *out)
{
	struct grammar_run *r = ctx;

	return form_subject(
		r->c, programme_of(r)->form, programme_of(r)->row, path, out);
}

void programme_is_answer_condition(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	/* Without the form nothing can be said of its answers. */
	if (programme_of(r)->form)
		rule_check(v, at, is_answer_fact, r, r->out);
}

/* case.…, person.…, last.FORM.… */
static bool is_case_fact(void *ctx, const char *path, struct rule_subject *out)
{
	struct grammar_run *r = ctx;
	char name[GRAMMAR_NAME_MAX + 1];
	const json_t *form, *q;
	size_t n;

	if (strncmp(path, "case.", 5) == 0 || strncmp(path, "person.", 7) == 0)
		return form_subject(r->c, NULL, NULL, path, out);
	if (strncmp(path, "last.", 5) != 0)
		return false;
	path += 5;
	n = strcspn(path, ".");
	if (n >= sizeof(name) || !path[n])
		return false;
	memcpy(name, path, n);
	name[n] = 0;
	form = catalogue_form(r->c, name, NULL);
	q = form_question(form, NULL, path + n + 1);
	if (!q)
		return false;
	out->kind = form_kind(q);
	out->items = form_choices(r->c, q);
	return true;
}

void programme_is_case_condition(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	rule_check(v, at, is_case_fact, r, r->out);
}

/* Looks at v with the answers of a form, or of its rows, in sight. */
void programme_with_form(struct grammar_run *r, const json_t *form,
	const json_t *row, const struct grammar_key *k, const json_t *v,
	const struct place *at)
{
	struct programme_checking inner = *programme_of(r), *outer = r->ctx;

	inner.form = form;
	inner.row = row;
	r->ctx = &inner;
	grammar_value(r, k, v, at);
	r->ctx = outer;
}

/* ---- parts ---- */

/* The phases used stand in their usual order. */
static void are_phases(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const struct code_list *l = catalogue_codes(r->c, "case_phase");
	size_t last = 0;

	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *name = json_string_value(json_array_get(v, i));
		const json_t *item = l && name ? code_list_item(l, name) : NULL;
		struct place in = place_at(at, i);
		size_t k = 0;

		is_phase(r, json_array_get(v, i), &in);
		while (item && json_array_get(l->items, k) != item)
			k++;
		if (item && i && k < last)
			grammar_wrong(r, &in, MISTAKE_BAD_VALUE, name, "%s",
				grammar_codes(r->out->mem, l->items));
		last = item ? k : last;
	}
}

static const char *const units[] = {
	"client", "family", "group", "request", NULL};
static const char *const waived[] = {"consent", "eligible", "priority_need",
	"risk_rated", "plan_approved", "service_noted", "reviewed",
	"closure_approved", NULL};
static const char *const criteria[] = {"include", "exclude", NULL};
static const char *const pers[] = {"year", "case", NULL};
static const char *const beginnings[] = {"opened", "admitted", NULL};
static const char *const whos[] = {"client", "caregiver", "participant", NULL};
static const char *const group_kinds[] = {"closed", "open", NULL};
/* clang-format off */
static const struct grammar_key criterion_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "kind", .kind = GRAMMAR_WORD, .needed = true, .words = criteria},
};
static const struct grammar criterion = {KEYS(criterion_keys), .labelled = true};
static const struct grammar_key screening_keys[] = {
	{.key = "criteria", .kind = GRAMMAR_LIST, .needed = true, .min = 1,
		.max = LIST_MAX, .of = &criterion, .by = "code"},
};
static const struct grammar screening = {KEYS(screening_keys)};

static const struct grammar_key expected_keys[] = {
	{.key = "n", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 366},
	{.key = "per", .kind = GRAMMAR_WORD, .needed = true, .words = pers},
};
static const struct grammar expected = {KEYS(expected_keys)};
/* clang-format on */

static void check_first_contact(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place in = place_key(at, "same_day");
	bool same = json_object_get(v, "same_day") != NULL;
	bool days = json_object_get(v, "working_days") != NULL;

	if (!same && !days)
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "working_days", "-");
	if (same && days)
		grammar_wrong(r, &in, MISTAKE_UNKNOWN_KEY, "same_day",
			"working_days");
}

/* clang-format off */
static const struct grammar_key contact_keys[] = {
	{.key = "of", .kind = GRAMMAR_WORD, .needed = true, .words = beginnings},
	{.key = "same_day", .kind = GRAMMAR_BOOL},
	{.key = "working_days", .kind = GRAMMAR_INT, .max = 60},
};
static const struct grammar first_contact = {
	KEYS(contact_keys), .also = check_first_contact};

static const struct grammar_key instrument_keys[] = {
	{.key = "instrument", .kind = GRAMMAR_NAME, .needed = true, .also = programme_is_instrument},
	{.key = "who", .kind = GRAMMAR_WORD, .needed = true, .words = whos},
	{.key = "timepoints", .kind = GRAMMAR_NAMES, .needed = true, .min = 1,
		.max = 10, .also = are_timepoints},
	{.key = "optional", .kind = GRAMMAR_BOOL},
};
static const struct grammar instrument = {KEYS(instrument_keys)};

static const struct grammar_key form_keys[] = {
	{.key = "form", .kind = GRAMMAR_NAME, .needed = true, .also = is_form},
	{.key = "phase", .kind = GRAMMAR_NAME, .also = is_phase},
	{.key = "required", .kind = GRAMMAR_BOOL},
};
static const struct grammar form = {KEYS(form_keys)};
/* clang-format on */

/* ---- after closing, evidence, coverage ---- */

static void are_months(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	int64_t last = 0;

	if (!json_is_array(v))
		grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "[1, 3, 6]");
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *one = json_array_get(v, i);
		int64_t n = json_integer_value(one);
		struct place in = place_at(at, i);

		if (!json_is_integer(one) || n <= last || n > 120)
			grammar_wrong(r, &in, MISTAKE_BAD_NUMBER, NULL,
				"%lld-120", (long long)last + 1);
		last = n > last ? n : last;
	}
}

/* A code list that a service is sorted by. */
static void is_service_list(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const struct rtype *t = catalogue_type(r->c, "service");
	const char *name = json_string_value(v), *known = "";

	for (size_t i = 0; t && i < t->field_count; i++) {
		const struct field *f = &t->fields[i];

		if (f->kind != KIND_CODE)
			continue;
		if (strcmp(f->codes->name, name) == 0)
			return;
		known = arena_printf(r->out->mem, "%s%s%s", known,
			*known ? " " : "", f->codes->name);
	}
	grammar_wrong(r, at, MISTAKE_BAD_VALUE, name, "%s", known);
}

/* clang-format off */
static const struct grammar_key after_keys[] = {
	{.key = "months", .needed = true, .also = are_months},
};
static const struct grammar after_close = {KEYS(after_keys)};

static const struct grammar_key evidence_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "if", .needed = true, .also = is_evidence},
};
static const struct grammar evidence = {KEYS(evidence_keys), .labelled = true};

static const struct grammar_key coverage_keys[] = {
	{.key = "rows", .kind = GRAMMAR_NAME, .needed = true, .also = is_service_list},
	{.key = "columns", .kind = GRAMMAR_NAME, .needed = true, .also = is_service_list},
};
static const struct grammar coverage = {KEYS(coverage_keys)};

/* ---- templates ---- */

#define LEVEL(name)                                                            \
	{.key = (name), .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX}
static const struct grammar_key level_keys[] = {
	LEVEL("-2"), LEVEL("-1"), LEVEL("0"), LEVEL("1"), LEVEL("2")};
static const struct grammar goal_levels = {KEYS(level_keys)};
static const struct grammar_key goal_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "domain", .kind = GRAMMAR_TEXT, .needed = true, .max = 60, .also = is_domain},
	{.key = "indicator", .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX},
	{.key = "levels", .kind = GRAMMAR_OBJECT, .needed = true, .of = &goal_levels},
};
static const struct grammar goal = {KEYS(goal_keys), .labelled = true};
/* clang-format on */

static void is_goal(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const json_t *goals = json_object_get(programme_of(r)->pack, "goals");
	struct code_list l = {"", goals};

	for (size_t i = 0; i < json_array_size(goals); i++) {
		const char *code = json_str(json_array_get(goals, i), "code");

		if (code && strcmp(code, json_string_value(v)) == 0)
			return;
	}
	grammar_wrong(r, at, MISTAKE_UNKNOWN_CODE, json_string_value(v), "%s",
		grammar_codes(r->out->mem, l.items));
}

/* clang-format off */
static const struct grammar_key plan_rule_keys[] = {
	{.key = "if", .needed = true, .also = programme_is_answer_condition},
	{.key = "goal", .kind = GRAMMAR_NAME, .needed = true, .also = is_goal},
};
static const struct grammar plan_rule = {KEYS(plan_rule_keys)};
/* clang-format on */

static void check_plan_from(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	static const struct grammar_key rules = {.key = "rules",
		.kind = GRAMMAR_LIST,
		.min = 1,
		.max = LIST_MAX,
		.of = &plan_rule};
	struct place in = place_key(at, "form"), list = place_key(at, "rules");
	const json_t *sheet = json_str(v, "form")
				      ? programme_needs_form(r,
						json_object_get(v, "form"), &in)
				      : NULL;

	if (json_object_get(v, "rules"))
		programme_with_form(r, sheet, NULL, &rules,
			json_object_get(v, "rules"), &list);
}

/* clang-format off */
static const struct grammar_key plan_keys[] = {
	{.key = "form", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "rules", .needed = true},
};
static const struct grammar plan_from = {KEYS(plan_keys), .also = check_plan_from};

static const struct grammar_key service_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "clinical", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "patient", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "clinical_about", .kind = GRAMMAR_LABEL, .max = TEXT_MAX},
	{.key = "patient_about", .kind = GRAMMAR_LABEL, .max = TEXT_MAX},
	{.key = "minutes", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 1440},
	{.key = "respond_hours", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 8784},
	{.key = "capacity_day", .kind = GRAMMAR_INT, .min = 1, .max = 1000},
};
static const struct grammar service = {KEYS(service_keys)};

static const struct grammar_key session_keys[] = {
	{.key = "aim", .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX},
	{.key = "steps", .kind = GRAMMAR_LABEL, .max = 4000},
	{.key = "minutes", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 1440},
	{.key = "stage", .kind = GRAMMAR_NAME},
};
static const struct grammar session = {KEYS(session_keys), .labelled = true};
/* clang-format on */

static void check_group(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place in = place_key(at, "size_min");

	if (json_int(v, "size_min", 0) > json_int(v, "size_max", MANY))
		grammar_wrong(r, &in, MISTAKE_MIN_ABOVE_MAX, NULL, "-");
}

/* clang-format off */
static const struct grammar_key group_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "kind", .kind = GRAMMAR_WORD, .needed = true, .words = group_kinds},
	{.key = "theory", .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX},
	{.key = "aims", .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX},
	{.key = "size_min", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 500},
	{.key = "size_max", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 500},
	{.key = "attend_min", .kind = GRAMMAR_INT, .min = 1, .max = 100},
	{.key = "instruments", .kind = GRAMMAR_NAMES, .max = 20, .also = are_instruments},
	{.key = "sessions", .kind = GRAMMAR_LIST, .needed = true, .min = 1,
		.max = LIST_MAX, .of = &session},
};
static const struct grammar group = {
	KEYS(group_keys), .labelled = true, .also = check_group};

static const struct grammar_key protocol_keys[] = {
	{.key = "no", .kind = GRAMMAR_INT, .needed = true, .min = 1, .max = 200},
};
static const struct grammar protocol = {KEYS(protocol_keys), .labelled = true};

static const struct grammar_key closing_keys[] = {
	{.key = "lost_contact_tries", .kind = GRAMMAR_INT, .min = 1, .max = 20},
};
static const struct grammar closing = {KEYS(closing_keys)};

static const struct grammar_key attainment_keys[] = {
	{.key = "mostly", .kind = GRAMMAR_INT, .min = 1, .max = 100},
	{.key = "partly", .kind = GRAMMAR_INT, .min = 1, .max = 100},
};
static const struct grammar attainment = {KEYS(attainment_keys)};

/* ---- the pack ---- */

static const struct grammar_key pack_keys[] = {
	{.key = "pack", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "version", .kind = GRAMMAR_VERSION, .needed = true},
	{.key = "label", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "target", .kind = GRAMMAR_LABEL, .needed = true, .max = TEXT_MAX},
	{.key = "about", .kind = GRAMMAR_LABEL, .needed = true, .max = 4000},
	{.key = "unit", .kind = GRAMMAR_WORD, .needed = true, .words = units},
	{.key = "models", .kind = GRAMMAR_NAMES, .max = 20, .also = are_models},
	{.key = "phases", .kind = GRAMMAR_NAMES, .needed = true, .min = 1,
		.max = 20, .also = are_phases},
	{.key = "waive", .kind = GRAMMAR_WORDS, .max = 20, .words = waived},
	{.key = "screening", .kind = GRAMMAR_OBJECT, .of = &screening},
	{.key = "expected_services", .kind = GRAMMAR_OBJECT, .of = &expected},
	{.key = "first_contact", .kind = GRAMMAR_OBJECT, .of = &first_contact},
	{.key = "consents", .kind = GRAMMAR_NAMES, .needed = true, .max = 20,
		.also = are_consents},
	{.key = "assent_from", .kind = GRAMMAR_INT, .max = 18},
	{.key = "instruments", .kind = GRAMMAR_LIST, .max = LIST_MAX, .of = &instrument},
	{.key = "forms", .kind = GRAMMAR_LIST, .max = LIST_MAX, .of = &form},
	{.key = "events", .also = programme_are_events},
	{.key = "schedule", .kind = GRAMMAR_LIST, .max = LIST_MAX, .of = &programme_due, .by = "code"},
	{.key = "after_close", .kind = GRAMMAR_OBJECT, .of = &after_close},
	{.key = "evidence", .kind = GRAMMAR_LIST, .max = LIST_MAX, .of = &evidence,
		.by = "code"},
	{.key = "coverage", .kind = GRAMMAR_OBJECT, .of = &coverage},
	{.key = "goals", .kind = GRAMMAR_LIST, .max = 200, .of = &goal, .by = "code"},
	{.key = "plan_from", .kind = GRAMMAR_OBJECT, .of = &plan_from},
	{.key = "services", .kind = GRAMMAR_LIST, .max = 200, .of = &service, .by = "code"},
	{.key = "groups", .kind = GRAMMAR_LIST, .max = LIST_MAX, .of = &group, .by = "code"},
	{.key = "protocol", .kind = GRAMMAR_LIST, .max = 200, .of = &protocol, .by = "no"},
	{.key = "closing", .kind = GRAMMAR_OBJECT, .of = &closing},
	{.key = "attainment", .kind = GRAMMAR_OBJECT, .of = &attainment},
	{.key = "indicators", .kind = GRAMMAR_NAMES, .max = 100, .also = are_measures},
};
/* clang-format on */
static const struct grammar whole = {KEYS(pack_keys)};

void programme_mistakes(const struct catalogue *c, const json_t *pack,
	const struct place *at, struct mistakes *out)
{
	struct programme_checking k = {pack, NULL, NULL, 0};
	struct grammar_run r = {c, out, &k};

	grammar_check(&r, &whole, pack, at);
}
