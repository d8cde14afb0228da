/*
 * amounts.c - see amounts.h.
 */
#include "client/cli/amounts.h"

#include "client/cli/out.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

static const char *in(struct cli *c, const char *zh, const char *en)
{
	return c->lang == LANG_ZH ? zh : en;
}

/* ---- due ---- */

const char *due_what(struct cli *c, const struct due_item *d)
{
	const char *label = in(c, d->zh, d->en);

	return d->text ? arena_printf(c->mem, "%s  %s", label, d->text) : label;
}

const char *due_day(struct cli *c, const struct due_item *d)
{
	char text[DATE_TEXT];

	return d->due.year ? arena_strdup(c->mem, date_format(&d->due, text))
			   : "";
}

/* What a question of a form is called, with its form. */
static const char *question(struct desk *d, const char *form, const char *name)
{
	const json_t *sheet = catalogue_form(d->catalogue, form, NULL);
	const json_t *fields = json_object_get(sheet, "fields");

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *f = json_array_get(fields, i);

		if (json_str(f, "name") &&
			strcmp(json_str(f, "name"), name) == 0)
			return arena_printf(d->c->mem, "%s: %s",
				label_of(json_object_get(sheet, "label"),
					d->c->lang),
				label_of(json_object_get(f, "label"),
					d->c->lang));
	}
	return name;
}

static const char *field_name(
	struct desk *d, const char *type, const char *field)
{
	const struct rtype *t = catalogue_type(d->catalogue, type);
	const struct field *f = t ? rtype_field(t, field) : NULL;

	return f ? value_label(d->c, t, f) : field;
}

/* A name of what is missing (proto/schedule.h) in words. */
static const char *missing_name(
	struct desk *d, const char *pack, const char *name)
{
	const json_t *event = json_object_get(
		json_object_get(
			pack ? catalogue_pack(d->catalogue, pack) : NULL,
			"events"),
		name);
	const char *dot = strchr(name, '.');
	const char *rest = dot ? dot + 1 : name;

	if (event)
		return question(
			d, json_str(event, "form"), json_str(event, "field"));
	if (strncmp(name, "last.", 5) == 0 && strchr(rest, '.'))
		return question(d,
			arena_strndup(d->c->mem, rest, strcspn(rest, ".")),
			strchr(rest, '.') + 1);
	if (strncmp(name, "case.", 5) == 0 || strcmp(name, "opened") == 0 ||
		strcmp(name, "admitted") == 0)
		return field_name(d, "case", rest);
	return field_name(d, "person", rest);
}

static const char *missing_names(
	struct desk *d, const char *pack, const json_t *names)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(names); i++)
		out = arena_printf(d->c->mem, "%s%s%s", out, i ? ", " : "",
			missing_name(d, pack,
				json_string_value(json_array_get(names, i))));
	return out;
}

const char *due_when(struct desk *d, const struct due_item *item,
	const char *pack, const struct date *today)
{
	struct cli *c = d->c;
	int64_t days;

	if (!item->due.year)
		return text_of(c, T_DUE_UNKNOWN,
			missing_names(d, pack, item->unknown), NULL);
	days = date_to_days(&item->due) - date_to_days(today);
	if (days < 0)
		return text_of(c, T_M_OVERDUE, number_text(c, -days), NULL);
	if (days == 0)
		return text_raw(c->lang, T_DUE_TODAY);
	return text_of(c, T_DUE_IN, number_text(c, days), NULL);
}

int due_calendar_missing(const struct schedule *s)
{
	int first = 0;

	for (size_t i = 0; i < s->n; i++) {
		int year = s->items[i].calendar_missing;

		if (year && (!first || year < first))
			first = year;
	}
	return first;
}

void print_calendar_missing(struct cli *c, int year)
{
	if (year)
		out_line(c,
			text_of(c, T_NO_CALENDAR, number_text(c, year), NULL));
}

void print_due(struct desk *d, const struct schedule *s, const char *pack)
{
	static const enum text_id heads[] = {
		T_C_DUE_ON, T_C_LATE, T_C_DUE_WHAT, T_COUNT};
	struct date today = time_day_cn(host_now_ms());
	struct table *t;

	if (!s->n)
		return;
	t = table_new(d->c, heads);
	for (size_t i = 0; i < s->n; i++) {
		table_add(t, due_day(d->c, &s->items[i]));
		table_add(t, due_when(d, &s->items[i], pack, &today));
		table_add(t, due_what(d->c, &s->items[i]));
	}
	out_line(d->c, "");
	table_print(t);
	print_calendar_missing(d->c, due_calendar_missing(s));
}

/* ---- measures ---- */

const char *measure_label(struct cli *c, const struct measure *m)
{
	return in(c, m->zh, m->en);
}

/* Measures that could not be reckoned, by name. */
static const char *measure_names(struct cli *c, const json_t *paths)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(paths); i++) {
		const char *path = json_string_value(json_array_get(paths, i));
		const struct measure *m =
			path && strncmp(path, "measures.", 9) == 0
				? measure_find(path + 9)
				: NULL;

		out = arena_printf(c->mem, "%s%s%s", out, i ? ", " : "",
			m ? measure_label(c, m) : path);
	}
	return out;
}

void print_gaps(struct desk *d, const json_t *gaps)
{
	static const enum text_id heads[] = {T_C_GAP, T_C_WHY, T_COUNT};
	struct cli *c = d->c;
	struct table *t;

	if (json_array_size(gaps) == 0)
		return;
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(gaps); i++) {
		const json_t *g = json_array_get(gaps, i);
		const json_t *unknown = json_object_get(g, "unknown");

		table_add(t, label_of(g, c->lang));
		table_add(t, json_array_size(unknown)
				     ? text_of(c, T_DUE_UNKNOWN,
					       measure_names(c, unknown), NULL)
				     : "");
	}
	out_line(c, "");
	table_print(t);
}

static const char *code_shown(
	struct desk *d, const struct measure *m, const char *code)
{
	const struct code_list *l =
		m->codes ? catalogue_codes(d->catalogue, m->codes) : NULL;
	const struct code_list *roles =
		catalogue_codes(d->catalogue, "member_role");

	if (!l && strcmp(m->name, "professions") == 0)
		l = roles;
	return l ? code_label(l, code, d->c->lang) : code;
}

static const char *number_shown(
	struct desk *d, const struct measure *m, const json_t *v)
{
	struct cli *c = d->c;
	char text[40];

	if (strcmp(m->unit, "fen") == 0)
		snprintf(
			text, sizeof(text), "%.2f", json_number_value(v) / 100);
	else
		snprintf(text, sizeof(text), "%.15g", json_number_value(v));
	if (strcmp(m->unit, "%") == 0)
		return arena_printf(c->mem, "%s %%", text);
	if (strcmp(m->unit, "fen") == 0)
		return arena_printf(
			c->mem, "%s %s", text, text_raw(c->lang, T_YUAN));
	return arena_strdup(c->mem, text);
}

const char *measure_show(
	struct desk *d, const struct measure *m, const json_t *v)
{
	struct cli *c = d->c;
	const char *out = "";

	if (json_is_number(v))
		return number_shown(d, m, v);
	if (json_is_boolean(v))
		return text_raw(c->lang, json_is_true(v) ? T_YES : T_NO);
	if (json_is_string(v))
		return code_shown(d, m, json_string_value(v));
	if (!json_is_array(v) || json_is_object(json_array_get(v, 0)))
		return NULL;
	for (size_t i = 0; i < json_array_size(v); i++)
		out = arena_printf(c->mem, "%s%s%s", out, i ? ", " : "",
			code_shown(
				d, m, json_string_value(json_array_get(v, i))));
	return out;
}
