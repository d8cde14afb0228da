/*
 * measure_people.c - in which phases of care and by which professions, and
 * which cells of a coverage the services fill.
 */
#include "proto/measure_in.h"

#include <string.h>

/* ---- phases of care, professions ---- */

/* Answers of a form that choose from a code list, and answers of a name. */
static void add_answers(const struct measure_run *run, const json_t *body,
	const char *codes, const char *name, json_t *set)
{
	const char *form = json_str(body, "form");
	const json_t *sheet =
		form ? catalogue_form(run->c, form, json_str(body, "version"))
		     : NULL;
	const json_t *answers = json_object_get(body, "answers"), *fields;

	if (form && !sheet)
		sheet = catalogue_form(run->c, form, NULL);
	fields = json_object_get(sheet, "fields");
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i), *v;
		const char *own = json_str(f, "name");

		if (!own || !((codes && body_is(f, "codes", codes)) ||
				    (name && strcmp(own, name) == 0)))
			continue;
		v = json_object_get(answers, own);
		set_add(set, json_string_value(v));
		for (size_t k = 0; k < json_array_size(v); k++)
			set_add(set, json_string_value(json_array_get(v, k)));
	}
}

static void put_phases(struct measure_run *run)
{
	const struct entries *l = &run->of[M_SERVICE];
	json_t *set = json_keep(json_array(), run->mem);

	for (size_t i = 0; i < l->n; i++)
		if (measure_is_service(run, &l->list[i]))
			set_add(set,
				json_str(l->list[i].body, "phase_of_care"));
	l = &run->of[M_RESPONSE];
	for (size_t i = 0; i < l->n; i++)
		add_answers(run, l->list[i].body, "phase_of_care", NULL, set);
	put(run->out, "phases_of_care",
		set_sorted(set, catalogue_codes(run->c, "phase_of_care")));
	put_count(run->out, "phases_of_care_count",
		(int64_t)json_array_size(
			json_object_get(run->out, "phases_of_care")));
}

/* A role that is a profession of care; one no list knows is believed. */
static void add_role(
	const struct measure_run *run, const char *role, json_t *set)
{
	if (role && !json_flag(code_list_item(
				       catalogue_codes(run->c, "member_role"),
				       role),
			    "lay"))
		set_add(set, role);
}

static void add_present(
	const struct measure_run *run, const json_t *attendance, json_t *set)
{
	for (size_t i = 0; i < json_array_size(attendance); i++) {
		const json_t *one = json_array_get(attendance, i);
		const json_t *staff =
			entries_find(&run->of[M_STAFF], json_str(one, "staff"));

		if (json_object_get(one, "present") &&
			!json_flag(one, "present"))
			continue;
		add_role(run, json_str(one, "role"), set);
		add_role(run, json_str(staff, "role"), set);
	}
}

void measure_people(struct measure_run *run)
{
	const struct entries *l = &run->of[M_MEMBER];
	json_t *set = json_keep(json_array(), run->mem);

	put_phases(run);
	for (size_t i = 0; i < l->n; i++) {
		const char *role = json_str(l->list[i].body, "role");
		const json_t *staff = entries_find(
			&run->of[M_STAFF], json_str(l->list[i].body, "staff"));

		add_role(run, role ? role : json_str(staff, "role"), set);
	}
	l = &run->of[M_REVIEW];
	for (size_t i = 0; i < l->n; i++)
		add_present(run, json_object_get(l->list[i].body, "attendance"),
			set);
	l = &run->of[M_RESPONSE];
	for (size_t i = 0; i < l->n; i++)
		add_answers(run, l->list[i].body, NULL, "professions", set);
	put(run->out, "professions", set_sorted(set, NULL));
	put_count(run->out, "professions_count", (int64_t)json_array_size(set));
}

/* ---- coverage ---- */

/* The service's field that chooses from a list. */
static const char *field_of(const struct measure_run *run, const char *codes)
{
	const struct rtype *t = catalogue_type(run->c, "service");

	for (size_t i = 0; codes && i < t->field_count; i++)
		if (t->fields[i].codes &&
			strcmp(t->fields[i].codes->name, codes) == 0)
			return t->fields[i].name;
	return NULL;
}

static int64_t cell_count(const struct measure_run *run, const char *field_a,
	const char *a, const char *field_b, const char *b)
{
	const struct entries *l = &run->of[M_SERVICE];
	int64_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += body_is(l->list[i].body, "status", "completed") &&
		     body_is(l->list[i].body, field_a, a) &&
		     body_is(l->list[i].body, field_b, b);
	return n;
}

static json_t *axis(const struct code_list *list)
{
	return json_pack(
		"{s:s, s:O}", "codes", list->name, "items", list->items);
}

void measure_coverage(struct measure_run *run)
{
	const json_t *rule = json_object_get(run->pack, "coverage");
	const char *rows = json_str(rule, "rows"),
		   *columns = json_str(rule, "columns");
	const char *a = field_of(run, rows), *b = field_of(run, columns);
	const struct code_list *x, *y;
	int64_t filled = 0, all = 0;
	json_t *cells;

	if (!a || !b)
		return;
	x = catalogue_codes(run->c, rows);
	y = catalogue_codes(run->c, columns);
	cells = json_array();
	for (size_t i = 0; i < json_array_size(x->items); i++) {
		json_t *row = json_array();

		for (size_t k = 0; k < json_array_size(y->items); k++) {
			int64_t n = cell_count(run, a,
				json_str(json_array_get(x->items, i), "code"),
				b,
				json_str(json_array_get(y->items, k), "code"));

			all++;
			filled += n > 0;
			json_array_append_new(row, json_integer((json_int_t)n));
		}
		json_array_append_new(cells, row);
	}
	run->coverage = json_pack("{s:o, s:o, s:o, s:I}", "rows", axis(x),
		"columns", axis(y), "cells", cells, "empty",
		(json_int_t)(all - filled));
	put_count(run->out, "coverage_cells", all);
	put_count(run->out, "coverage_filled", filled);
	put_share(run->out, "coverage_share", (double)filled, (double)all);
}
