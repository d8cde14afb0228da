/*
 * v_programme.c - casebridge programme: the programmes there are; of one, what
 * its pack asks for, and what the own caseload of it amounts to.
 */
#include "client/cli/amounts.h"
#include "client/cli/out.h"
#include "proto/base/host.h"

#include <string.h>

static const char *label(struct cli *c, const json_t *o, const char *key)
{
	return label_of(key ? json_object_get(o, key) : o, c->lang);
}

/* ---- the list ---- */

/* Cases of each programme in the store, by its name. */
static bool count_cases(
	struct desk *d, json_t *all, json_t *open, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_cases(desk_view(d), d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct arena *mem = arena_new();
		struct seen one;
		bool ok = view_record(desk_view(d), &ids[i], mem, &one, e);
		const char *name = ok ? json_str(one.body, "programme") : NULL;

		if (name)
			json_object_set_new(all, name,
				json_integer(
					(json_int_t)(json_int(all, name, 0) +
						     1)));
		if (name && !json_str(one.body, "closed"))
			json_object_set_new(open, name,
				json_integer(
					(json_int_t)(json_int(open, name, 0) +
						     1)));
		arena_free(mem);
		if (!ok)
			return false;
	}
	return true;
}

static json_t *list_of(struct desk *d, const json_t *all, const json_t *open)
{
	json_t *out = json_array(), *pack;
	const char *name;

	json_object_foreach(
		(json_t *)(uintptr_t)catalogue_packs(d->catalogue), name, pack)
	{
		const json_t *text = json_object_get(pack, "label");

		if (strchr(name, '@'))
			continue; /* an older version */
		json_array_append_new(out,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "pack",
				name, "version", json_str(pack, "version"),
				"zh", label_of(text, LANG_ZH), "en",
				label_of(text, LANG_EN), "unit",
				json_str(pack, "unit"), "cases",
				(json_int_t)json_int(all, name, 0), "open",
				(json_int_t)json_int(open, name, 0)));
	}
	return json_keep(out, d->c->mem);
}

static bool list(struct desk *d, struct err *e)
{
	static const enum text_id heads[] = {T_C_PROGRAMME, T_C_NAME,
		T_C_VERSION, T_C_CASES, T_C_OPEN, T_COUNT};
	struct cli *c = d->c;
	json_t *all = json_keep(json_object(), c->mem);
	json_t *open = json_keep(json_object(), c->mem), *rows;
	struct table *t;

	if (!count_cases(d, all, open, e))
		return false;
	rows = list_of(d, all, open);
	if (c->json) {
		out_json(c, json_incref(rows));
		return true;
	}
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *r = json_array_get(rows, i);

		table_add(t, json_str(r, "pack"));
		table_add(t, label(c, r, NULL));
		table_add(t, json_str(r, "version"));
		table_add(t, number_text(c, json_int(r, "cases", 0)));
		table_add(t, number_text(c, json_int(r, "open", 0)));
	}
	table_print(t);
	return true;
}

/* ---- what the pack asks ---- */

/* The labels of a list, of its codes or of its own. */
static const char *joined(struct desk *d, const json_t *names,
	const char *(*show)(struct desk *d, const json_t *one))
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(names); i++)
		out = arena_printf(d->c->mem, "%s%s%s", out, i ? ", " : "",
			show(d, json_array_get(names, i)));
	return out;
}

static const char *coded(struct desk *d, const char *codes, const json_t *one)
{
	return code_label(catalogue_codes(d->catalogue, codes),
		json_string_value(one), d->c->lang);
}

static const char *phase(struct desk *d, const json_t *one)
{
	return coded(d, "case_phase", one);
}

static const char *consent(struct desk *d, const json_t *one)
{
	return coded(d, "consent_purpose", one);
}

static const char *form(struct desk *d, const json_t *one)
{
	const char *name = json_str(one, "form");
	const json_t *sheet = catalogue_form(d->catalogue, name, NULL);

	return sheet ? label(d->c, sheet, "label") : name;
}

static const char *instrument(struct desk *d, const json_t *one)
{
	const char *name = json_str(one, "instrument");
	const json_t *scale = catalogue_scale(d->catalogue, name);
	const json_t *points = json_object_get(one, "timepoints");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(points); i++)
		out = arena_printf(d->c->mem, "%s%s%s", out, i ? "/" : "",
			coded(d, "timepoint", json_array_get(points, i)));
	return arena_printf(d->c->mem, "%s (%s)",
		scale ? label(d->c, scale, "label") : name, out);
}

static const char *own(struct desk *d, const json_t *one)
{
	return label(d->c, one, NULL);
}

static const char *measure_of(struct desk *d, const json_t *one)
{
	const struct measure *m = measure_find(json_string_value(one));

	return m ? measure_label(d->c, m) : json_string_value(one);
}

static const char *months(struct desk *d, const json_t *one)
{
	return number_text(d->c, json_integer_value(one));
}

static void print_list(struct desk *d, enum text_id head, const json_t *names,
	const char *(*show)(struct desk *d, const json_t *one))
{
	if (json_array_size(names))
		out_pair(d->c, head, joined(d, names, show));
}

static void print_asked(struct desk *d, const json_t *pack)
{
	static const struct {
		enum text_id head;
		const char *key;
		const char *(*show)(struct desk *d, const json_t *one);
	} parts[] = {
		{T_P_PHASES,      "phases",      phase     },
		{T_P_CONSENTS,    "consents",    consent   },
		{T_P_FORMS,       "forms",       form      },
		{T_P_INSTRUMENTS, "instruments", instrument},
		{T_P_SCHEDULE,    "schedule",    own       },
		{T_P_EVIDENCE,    "evidence",    own       },
		{T_P_INDICATORS,  "indicators",  measure_of},
	};
	const json_t *expected = json_object_get(pack, "expected_services");
	struct cli *c = d->c;

	out_line(c, arena_printf(c->mem, "%s  %s", label(c, pack, "label"),
			    json_str(pack, "version")));
	out_line(c, label(c, pack, "about"));
	out_pair(c, T_P_TARGET, label(c, pack, "target"));
	if (expected)
		out_pair(c, T_P_EXPECTED,
			text_of(c,
				strcmp(json_str(expected, "per"), "year") == 0
					? T_A_YEAR
					: T_A_CASE,
				number_text(c, json_int(expected, "n", 0)),
				NULL));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		print_list(d, parts[i].head,
			json_object_get(pack, parts[i].key), parts[i].show);
	print_list(d, T_P_AFTER,
		json_object_get(json_object_get(pack, "after_close"), "months"),
		months);
}

/* ---- what the caseload amounts to ---- */

static bool add_one(struct desk *d, const struct uuid *id, const char *name,
	struct measure_programme *p, struct arena *mem, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	const char *programme;
	struct amounts a;
	struct seen one;

	if (!view_record(desk_view(d), id, mem, &one, e))
		return false;
	programme = json_str(one.body, "programme");
	if (!programme || strcmp(programme, name) != 0)
		return true;
	if (!amounts_take(desk_view(d), id, &today, mem, &a, e))
		return false;
	if (a.run)
		measure_programme_add(p, a.run);
	else
		measure_programme_add_group(p, a.of, a.result);
	return true;
}

/* The cases of a programme, or its groups. */
static bool roll_up(struct desk *d, const char *name, const char *root,
	struct measure_programme *p, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_roots(desk_view(d), root, d->c->mem, &n);
	bool ok = true;

	for (size_t i = 0; i < n && ok; i++) {
		struct arena *mem = arena_new();

		ok = add_one(d, &ids[i], name, p, mem, e);
		arena_free(mem);
	}
	return ok;
}

static const char *reasons(struct desk *d, const json_t *left)
{
	const struct code_list *l =
		catalogue_codes(d->catalogue, "screening_reason");
	const char *out = "", *code;
	json_t *n;

	json_object_foreach((json_t *)(uintptr_t)left, code, n)
	{
		const char *why = strcmp(code, "pending") == 0
					  ? text_raw(d->c->lang, T_PENDING)
					  : code_label(l, code, d->c->lang);

		out = arena_printf(d->c->mem, "%s%s%s %lld", out,
			out[0] ? ", " : "", why,
			(long long)json_integer_value(n));
	}
	return out;
}

static void print_funnel(struct desk *d, const json_t *funnel)
{
	static const enum text_id heads[] = {
		T_C_STEP, T_C_COUNT, T_C_LEFT, T_COUNT};
	static const struct {
		const char *step;
		enum text_id text;
	} rows[] = {
		{"referred", T_ST_REFERRED},
		{"reached",  T_ST_REACHED },
		{"assessed", T_ST_ASSESSED},
		{"eligible", T_ST_ELIGIBLE},
		{"enrolled", T_ST_ENROLLED},
	};
	const json_t *left = json_object_get(funnel, "left");
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		table_add(t, text_raw(d->c->lang, rows[i].text));
		table_add(t,
			number_text(d->c, json_int(funnel, rows[i].step, 0)));
		table_add(t, reasons(d, json_object_get(left, rows[i].step)));
	}
	out_line(d->c, "");
	table_print(t);
}

static void print_phases(struct desk *d, const json_t *by)
{
	static const enum text_id heads[] = {T_C_PHASE, T_C_CASES, T_COUNT};
	const json_t *items =
		catalogue_codes(d->catalogue, "case_phase")->items;
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		int64_t n = json_int(by, json_str(item, "code"), 0);

		if (!n)
			continue;
		table_add(t, label(d->c, item, NULL));
		table_add(t, number_text(d->c, n));
	}
	out_line(d->c, "");
	table_print(t);
}

static const char *mean_of(
	struct desk *d, const struct measure *m, const json_t *r)
{
	static const struct measure share = {.name = "", .unit = "%"};
	const json_t *mean = json_object_get(r, "mean");

	return measure_show(d, m->kind == KIND_BOOL ? &share : m, mean);
}

/* What the programme is judged by, then everything else there is. */
static void print_rolled(
	struct desk *d, const json_t *pack, const json_t *rolled)
{
	static const enum text_id heads[] = {
		T_C_MEASURE, T_C_CASES, T_C_MEAN, T_C_SUM, T_COUNT};
	const json_t *names = json_object_get(pack, "indicators");
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const struct measure *m = measure_find(name);
		const json_t *r = json_object_get(rolled, name);

		if (!m || !r)
			continue;
		table_add(t, measure_label(d->c, m));
		table_add(t, number_text(d->c, json_int(r, "n", 0)));
		table_add(t, mean_of(d, m, r));
		table_add(t, strcmp(m->unit, "%") == 0
				     ? ""
				     : measure_show(d, m,
					       json_object_get(r, "sum")));
	}
	out_line(d->c, "");
	table_print(t);
}

static void print_gap_counts(
	struct desk *d, const json_t *pack, const json_t *counts)
{
	static const enum text_id heads[] = {T_C_GAP, T_C_CASES, T_COUNT};
	const json_t *list = json_object_get(pack, "evidence");
	struct table *t = table_new(d->c, heads);
	bool any = false;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		int64_t n = json_int(counts, json_str(one, "code"), 0);

		if (!n)
			continue;
		any = true;
		table_add(t, label(d->c, one, NULL));
		table_add(t, number_text(d->c, n));
	}
	if (!any)
		return;
	out_line(d->c, "");
	table_print(t);
}

static void print_settings(struct desk *d, const json_t *by)
{
	static const enum text_id heads[] = {
		T_C_SETTING, T_C_PERSONS, T_C_VISITS, T_C_DAYS, T_COUNT};
	static const char *const keys[] = {"persons", "visits", "days"};
	struct table *t;
	const char *code;
	json_t *cell;

	if (json_object_size(by) == 0)
		return;
	t = table_new(d->c, heads);
	json_object_foreach((json_t *)(uintptr_t)by, code, cell)
	{
		table_add(t, code_label(catalogue_codes(
						d->catalogue, "care_setting"),
				     code, d->c->lang));
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			table_add(t,
				number_text(d->c, json_int(cell, keys[i], 0)));
	}
	out_line(d->c, "");
	table_print(t);
}

static void print_one(struct desk *d, const json_t *pack, const json_t *result)
{
	const json_t *m = json_object_get(result, "measures");

	print_asked(d, pack);
	if (json_int(m, "cases", 0)) {
		print_phases(d, json_object_get(m, "cases_by_phase"));
		print_funnel(d, json_object_get(m, "funnel"));
	}
	print_rolled(d, pack, json_object_get(result, "rolled"));
	print_settings(d, json_object_get(result, "by_setting"));
	print_gap_counts(d, pack, json_object_get(m, "gap_counts"));
}

/* By its name, or by its label in either language. */
static const char *find_pack(struct desk *d, const char *typed)
{
	const char *name;
	json_t *pack;

	json_object_foreach(
		(json_t *)(uintptr_t)catalogue_packs(d->catalogue), name, pack)
	{
		const json_t *text = json_object_get(pack, "label");

		if (!strchr(name, '@') &&
			(strcmp(name, typed) == 0 ||
				strcmp(label_of(text, LANG_ZH), typed) == 0 ||
				strcmp(label_of(text, LANG_EN), typed) == 0))
			return name;
	}
	return NULL;
}

static bool show(struct desk *d, const char *typed, struct err *e)
{
	const char *name = find_pack(d, typed);
	const json_t *pack = name ? catalogue_pack(d->catalogue, name) : NULL;
	struct measure_programme *p;
	json_t *result;

	if (!pack)
		return err_field(
			e, ERR_BAD_CODE, "PACK", "casebridge programme");
	p = measure_programme_begin(d->catalogue, name, d->c->mem);
	if (!roll_up(d, name, "case", p, e) || !roll_up(d, name, "group", p, e))
		return false;
	result = measure_programme_end(p);
	if (!d->c->json) {
		print_one(d, pack, result);
		return true;
	}
	json_object_set(result, "pack", (json_t *)(uintptr_t)pack);
	out_json(d->c, json_incref(result));
	return true;
}

bool verb_programme(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);

	if (!d)
		return false;
	return c->args ? show(d, c->arg[0], e) : list(d, e);
}
