/*
 * values.c - words, dates, names and the fields of records as people read
 * them, in the language of the job.
 */
#include "client/print/print_in.h"
#include "proto/person.h"

#include <stdarg.h>
#include <string.h>

#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time */
#define PARTS    8

/* ---- words ---- */

static const char *const both[][2] = {
#define WORD(name, zh, en) [W_##name] = {zh, en},
#include "client/print/words.def"
#undef WORD
};

const char *word(const struct print_job *j, enum word w)
{
	return both[w][j->lang == LANG_EN];
}

static void fill(struct buf *out, const char *text,
	const char *const part[PARTS], size_t n)
{
	for (; *text; text++) {
		if (text[0] == '{' && text[1] >= '0' && text[1] <= '9' &&
			text[2] == '}') {
			size_t i = (size_t)(text[1] - '0');

			buf_text(out, i < n ? part[i] : "");
			text += 2;
		} else {
			buf_char(out, *text);
		}
	}
}

const char *words(const struct print_job *j, enum word w, ...)
{
	const char *part[PARTS];
	struct buf out;
	const char *kept;
	size_t n = 0;
	va_list ap;

	va_start(ap, w);
	while (n < PARTS && (part[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	buf_init(&out, 1 << 20);
	fill(&out, word(j, w), part, n);
	kept = arena_strndup(j->mem, out.p, out.n);
	buf_free(&out);
	return kept;
}

const struct column *columns_of(const struct print_job *j,
	const enum word *heads, const double *widths, size_t n)
{
	struct column *c = ARENA_ARRAY(j->mem, struct column, n);

	for (size_t i = 0; i < n; i++) {
		if (heads)
			c[i].head =
				heads[i] == W_COUNT ? "" : word(j, heads[i]);
		c[i].width = widths[i];
	}
	return c;
}

static const char *between(const struct print_job *j, const char *a,
	const char *mark, const char *b)
{
	bool both_there = a[0] && b[0];

	return arena_printf(j->mem, "%s%s%s", a, both_there ? mark : "", b);
}

const char *joined(const struct print_job *j, const char *a, const char *b)
{
	return between(j, a, j->lang == LANG_ZH ? "、" : ", ", b);
}

const char *dotted(const struct print_job *j, const char *a, const char *b)
{
	return between(j, a, " · ", b);
}

/* ---- days ---- */

struct date today_of(const struct print_job *j)
{
	return time_day_cn(j->now_ms);
}

const char *long_day(const struct print_job *j, const char *day)
{
	static const char *const months[] = {"January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December"};
	struct date d;

	if (!day || !date_parse(day, &d))
		return day ? day : "";
	if (j->lang == LANG_ZH)
		return arena_printf(
			j->mem, "%d年%d月%d日", d.year, d.month, d.day);
	return arena_printf(
		j->mem, "%d %s %d", d.day, months[d.month - 1], d.year);
}

const char *clock_text(const struct print_job *j, int64_t ms)
{
	char text[TIME_TEXT];

	time_format(ms + CHINA_MS, text);
	return arena_printf(j->mem, "%.10s %.5s", text, text + 11);
}

/* Whole numbers without decimals, others with as many as they need of two. */
const char *number_text_of(const struct print_job *j, double value)
{
	char *text = arena_printf(j->mem, "%.2f", value);
	size_t n = strlen(text);

	while (n && text[n - 1] == '0')
		text[--n] = 0;
	if (n && text[n - 1] == '.')
		text[n - 1] = 0;
	return text;
}

/* ---- names ---- */

bool record_at(const struct print_job *j, const char *id, struct seen *out)
{
	struct uuid u;
	struct err ignored;

	return id && uuid_parse(id, &u) &&
	       view_record(j->view, &u, j->mem, out, &ignored);
}

const char *shown_name(const struct print_job *j, const char *name)
{
	struct buf out;
	const char *kept;

	if (!name)
		return "";
	if (!j->masked)
		return name;
	buf_init(&out, 1024);
	person_name_masked(name, &out);
	kept = arena_strndup(j->mem, out.p, out.n);
	buf_free(&out);
	return kept;
}

static bool is_private(const char *type)
{
	return strcmp(type, "person") == 0 || strcmp(type, "participant") == 0;
}

const char *name_of(const struct print_job *j, const char *id)
{
	static const char *const fields[] = {"name", "title", "number"};
	struct seen r;
	const char *person;

	if (!record_at(j, id, &r))
		return "";
	person = strcmp(r.type, "participant") == 0 ? json_str(r.body, "person")
						    : NULL;
	if (person && name_of(j, person)[0])
		return name_of(j, person);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *name = json_str(r.body, fields[i]);

		if (name)
			return is_private(r.type) ? shown_name(j, name) : name;
	}
	return "";
}

/* ---- fields ---- */

const char *code_text(
	const struct print_job *j, const char *list, const char *code)
{
	const struct code_list *l = catalogue_codes(j->catalogue, list);

	if (!code)
		return "";
	return l ? code_label(l, code, j->lang) : code;
}

static const char *element(
	const struct print_job *j, const struct field *f, const json_t *v)
{
	const char *text = json_string_value(v);

	if (!text)
		return "";
	if (f->kind == KIND_CODE || f->kind == KIND_CODES)
		return code_label(f->codes, text, j->lang);
	return name_of(j, text);
}

static const char *elements(
	const struct print_job *j, const struct field *f, const json_t *v)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(v); i++)
		out = joined(j, out, element(j, f, json_array_get(v, i)));
	return out;
}

static const char *shown_value(
	const struct print_job *j, const struct field *f, const json_t *v)
{
	int64_t ms;

	switch (f->kind) {
	case KIND_BOOL:
		return word(j, json_is_true(v) ? W_YES : W_NO);
	case KIND_TIME:
		if (json_is_string(v) && time_parse(json_string_value(v), &ms))
			return clock_text(j, ms);
		break;
	case KIND_CODE:
	case KIND_REF:
		return element(j, f, v);
	case KIND_CODES:
	case KIND_REFS:
		return elements(j, f, v);
	case KIND_INT:
	case KIND_NUMBER:
		return number_text_of(j, json_number_value(v));
	case KIND_TEXT:
	case KIND_DATE:
	case KIND_PARTIAL_DATE:
	case KIND_JSON:
		break;
	}
	return json_is_string(v) ? json_string_value(v) : "";
}

const char *value_of(
	const struct print_job *j, const struct seen *r, const char *field)
{
	const json_t *v = json_object_get(r->body, field);
	const struct field *f =
		r->r.type ? rtype_field(r->r.type, field) : NULL;

	return f && v ? shown_value(j, f, v) : "";
}

const char *label_of_field(
	const struct print_job *j, const struct seen *r, const char *field)
{
	const struct rtype *t = r->r.type;
	const struct field *f = t ? rtype_field(t, field) : NULL;
	const json_t *all = t ? json_object_get(t->json, "fields") : NULL;

	if (!f)
		return field;
	return label_of(
		json_object_get(
			json_array_get(all, (size_t)(f - t->fields)), "label"),
		j->lang);
}
