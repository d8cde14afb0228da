/*
 * answers.c - see answers.h. A question is read like a field of a record; rows
 * are its own.
 */
#include "client/cli/answers.h"

#include "client/cli/value.h"
#include "proto/form.h"

#include <stdio.h>
#include <string.h>

/* ---- one answer ---- */

/* Puts a place in front of the field an error names. */
static bool at(struct err *e, const char *place)
{
	char name[sizeof(e->field)];

	if (strncmp(e->field, place, strlen(place)) == 0)
		return false;
	snprintf(name, sizeof(name), "%.60s.%.30s", place, e->field);
	memcpy(e->field, name, sizeof(name));
	return false;
}

static json_t *read_one(struct desk *d, const json_t *question,
	const char *typed, const char *place, struct err *e)
{
	struct code_list options;
	struct field f = form_field(d->catalogue, question, &options);
	json_t *v;

	/* None of them is an answer, too. */
	if (f.kind == KIND_CODES && strcmp(typed, "[]") == 0)
		return json_array();
	v = value_parse(d, &f, typed, e);
	if (!v)
		(void)at(e, place);
	return v;
}

/* ---- rows ---- */

/* Where "name:" begins a part of the row; NULL when nothing more does. A comma
 * that no question's name follows belongs to the value before it. */
static const char *next_part(
	const json_t *form, const char *rows, const char *text)
{
	for (const char *p = strchr(text, ','); p; p = strchr(p + 1, ',')) {
		const char *colon = strchr(p, ':');
		char name[64];
		int n = colon ? (int)(colon - p - 1) : -1;

		if (n < 1 || n >= (int)sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", n, p + 1);
		if (form_question(form, rows, name))
			return p + 1;
	}
	return NULL;
}

static bool read_part(struct desk *d, const json_t *form, const char *rows,
	const char *part, const char *place, json_t *row, struct err *e)
{
	const char *colon = strchr(part, ':');
	const json_t *q;
	const char *name;
	json_t *v;

	if (!colon)
		return err_field(
			e, ERR_USAGE, place, "%s+=name:value,name:value", rows);
	name = arena_strndup(d->c->mem, part, (size_t)(colon - part));
	q = form_question(form, rows, name);
	if (!q) {
		err_field(e, ERR_UNKNOWN_FIELD, name, "-");
		return at(e, place);
	}
	v = read_one(d, q, colon + 1, place, e);
	if (v)
		json_object_set_new(row, name, v);
	return v != NULL;
}

static bool add_row(struct desk *d, const json_t *form, const char *rows,
	const char *typed, json_t *answers, struct err *e)
{
	json_t *list = json_object_get(answers, rows), *row = json_object();
	const char *place;

	if (!json_is_array(list)) {
		list = json_array();
		json_object_set_new(answers, rows, list);
	}
	place = arena_printf(
		d->c->mem, "answers.%s[%zu]", rows, json_array_size(list));
	json_array_append_new(list, row);
	for (const char *part = typed; part && *part;) {
		const char *next = next_part(form, rows, part);
		size_t n = next ? (size_t)(next - part - 1) : strlen(part);

		if (!read_part(d, form, rows, arena_strndup(d->c->mem, part, n),
			    place, row, e))
			return false;
		part = next;
	}
	return true;
}

/* ---- the command line ---- */

static bool read_arg(struct desk *d, const json_t *form, const char *arg,
	json_t *answers, struct err *e)
{
	const char *eq = strchr(arg, '='), *name;
	bool row = eq && eq > arg && eq[-1] == '+';
	const json_t *q;
	json_t *v;

	if (!eq)
		return cli_usage(e, arg, "question=value");
	name = arena_strndup(
		d->c->mem, arg, (size_t)(eq - arg) - (row ? 1 : 0));
	q = form_question(form, NULL, name);
	if (!q)
		return err_field(e, ERR_UNKNOWN_FIELD,
			arena_printf(d->c->mem, "answers.%.60s", name),
			"casebridge form %s", json_str(form, "form"));
	if (row != form_is_rows(q))
		return cli_usage(e, arg,
			row ? "question=value" : "question+=name:value,…");
	if (row)
		return add_row(d, form, name, eq + 1, answers, e);
	if (!eq[1]) {
		json_object_del(answers, name);
		return true;
	}
	v = read_one(d, q, eq + 1, "answers", e);
	if (v)
		json_object_set_new(answers, name, v);
	return v != NULL;
}

bool answers_read(struct desk *d, const json_t *form, size_t from,
	json_t *answers, struct err *e)
{
	for (size_t i = from; i < d->c->args; i++)
		if (!read_arg(d, form, d->c->arg[i], answers, e))
			return false;
	return true;
}

/* ---- for people ---- */

const char *answer_accepts(struct desk *d, const json_t *question)
{
	const json_t *fields = json_object_get(question, "fields");
	const char *unit = json_str(question, "unit"), *text = "";
	struct code_list options;
	struct field f;

	for (size_t i = 0; i < json_array_size(fields); i++)
		text = arena_printf(d->c->mem, "%s%s%s:…", text, i ? "," : "",
			json_str(json_array_get(fields, i), "name"));
	if (form_is_rows(question))
		return text;
	f = form_field(d->catalogue, question, &options);
	text = value_accepts(d->c, &f);
	return unit && !f.money ? arena_printf(d->c->mem, "%s %s", text, unit)
				: text;
}

const char *answer_show(struct desk *d, const json_t *question, const json_t *v)
{
	struct code_list options;
	struct field f = form_field(d->catalogue, question, &options);

	return value_show(d, &f, v);
}
