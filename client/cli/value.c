/*
 * value.c - see value.h.
 */
#include "client/cli/value.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "proto/base/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHINA_MS   INT64_C(28800000) /* UTC+8, no summer time */
#define LIST_SHOWN 12
#define FILE_MAX   1048576

static bool refuse(
	struct cli *c, const struct field *f, enum err_code code, struct err *e)
{
	return err_field(e, code, f->name, "%s", value_accepts(c, f));
}

/* ---- reading, one function a kind ---- */

static json_t *read_text(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	json_t *j = json_string(typed);

	if (!j)
		err_field(e, ERR_BAD_KIND, f->name, "UTF-8");
	(void)d;
	return j;
}

/* "1234", "1234.5", "1234.56" yuan as fen; -1 when it is none. */
static int64_t read_fen(const char *typed)
{
	int64_t yuan = 0, fen = 0;
	const char *p = typed;
	int places = 0;

	for (; *p >= '0' && *p <= '9' && yuan < 100000000000; p++)
		yuan = yuan * 10 + (*p - '0');
	if (p == typed)
		return -1;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9' && places < 2; p++, places++)
			fen = fen * 10 + (*p - '0');
	for (; places < 2; places++)
		fen *= 10;
	return *p ? -1 : yuan * 100 + fen;
}

static const char *show_fen(struct cli *c, int64_t fen)
{
	return arena_printf(c->mem, "%lld.%02lld", (long long)(fen / 100),
		(long long)(fen % 100));
}

static json_t *read_money(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	int64_t fen = read_fen(typed);

	if (fen >= 0)
		return json_integer(fen);
	refuse(d->c, f, ERR_BAD_KIND, e);
	return NULL;
}

static json_t *read_int(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	char *end;
	long long n;

	if (f->money)
		return read_money(d, f, typed, e);
	errno = 0;
	n = strtoll(typed, &end, 10);
	if (errno == 0 && end != typed && !*end)
		return json_integer(n);
	refuse(d->c, f, ERR_BAD_KIND, e);
	return NULL;
}

static json_t *read_number(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	json_t *j = json_loads(typed, JSON_DECODE_ANY, NULL);

	if (json_is_number(j))
		return j;
	json_decref(j);
	refuse(d->c, f, ERR_BAD_KIND, e);
	return NULL;
}

static json_t *read_bool(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	static const char *const words[2][6] = {
		{"no",  "false", "0", "n", "否", "off"},
		{"yes", "true",  "1", "y", "是", "on" }
        };

	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < ARRAY_LEN(words[v]); i++)
			if (strcasecmp(typed, words[v][i]) == 0)
				return json_boolean(v);
	refuse(d->c, f, ERR_BAD_KIND, e);
	return NULL;
}

static json_t *read_date(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	char text[DATE_TEXT];
	struct date day;

	(void)d;
	(void)f;
	(void)e;
	if (strcmp(typed, "today") == 0 || strcmp(typed, "今天") == 0) {
		day = time_day_cn(host_now_ms());
		return json_string(date_format(&day, text));
	}
	return json_string(typed);
}

/* "YYYY-MM-DD HH:MM" as RFC 3339; anything else as it is. */
static const char *local_time(struct cli *c, const char *typed)
{
	size_t n = strlen(typed);

	if ((n != 16 && n != 19) || (typed[10] != ' ' && typed[10] != 'T'))
		return typed;
	return arena_printf(c->mem, "%.10sT%s%s+08:00", typed, typed + 11,
		n == 16 ? ":00" : "");
}

static json_t *read_time(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	const char *text = typed;
	char now[TIME_TEXT];
	int64_t ms;

	if (strcmp(typed, "now") == 0 || strcmp(typed, "现在") == 0)
		text = time_format(host_now_ms(), now);
	else
		text = local_time(d->c, typed);
	if (time_parse(text, &ms))
		return json_string(text);
	refuse(d->c, f, ERR_BAD_DATE, e);
	return NULL;
}

static bool label_is(const json_t *item, const char *typed)
{
	const char *code = json_str(item, "code");
	const char *zh = json_str(item, "zh"), *en = json_str(item, "en");

	return (code && strcmp(code, typed) == 0) ||
	       (zh && strcmp(zh, typed) == 0) ||
	       (en && strcasecmp(en, typed) == 0);
}

static json_t *read_code(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	for (size_t i = 0; i < json_array_size(f->codes->items); i++) {
		const json_t *item = json_array_get(f->codes->items, i);

		if (label_is(item, typed))
			return json_string(json_str(item, "code"));
	}
	refuse(d->c, f, ERR_BAD_CODE, e);
	return NULL;
}

static json_t *read_ref(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	char text[UUID_TEXT];
	struct uuid id;

	if (!pick_ref(d, f, typed, &id, e))
		return NULL;
	return json_string(uuid_format(&id, text));
}

/* The next element of "a,b，c、d", trimmed; NULL at the end. */
static char *next_element(struct arena *mem, const char **at)
{
	static const char *const marks[] = {",", "，", "、"};
	const char *end = *at + strlen(*at), *next = NULL;
	char *one;

	if (!**at)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		const char *m = strstr(*at, marks[i]);

		if (m && m < end) {
			end = m;
			next = m + strlen(marks[i]);
		}
	}
	while (**at == ' ')
		(*at)++;
	one = arena_strndup(mem, *at, (size_t)(end - *at));
	for (size_t n = strlen(one); n && one[n - 1] == ' '; n--)
		one[n - 1] = 0;
	*at = next ? next : end;
	return one;
}

static json_t *read_set(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	json_t *out = json_array();
	const char *at = typed, *one;

	while ((one = next_element(d->c->mem, &at))) {
		json_t *v = f->kind == KIND_CODES ? read_code(d, f, one, e)
						  : read_ref(d, f, one, e);

		if (!v) {
			json_decref(out);
			return NULL;
		}
		json_array_append_new(out, v);
	}
	return out;
}

/* JSON, or a plain list of numbers: "2,2,3" is what an answer sheet is. */
static json_t *read_json(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	const char *text = typed;
	json_t *j;

	if (typed[0] != '{' && typed[0] != '[')
		text = arena_printf(d->c->mem, "[%s]", typed);
	j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!j)
		refuse(d->c, f, ERR_BAD_KIND, e);
	return j;
}

json_t *value_parse(
	struct desk *d, const struct field *f, const char *typed, struct err *e)
{
	static json_t *(*const readers[])(struct desk *, const struct field *,
		const char *, struct err *) = {
		[KIND_TEXT] = read_text,
		[KIND_INT] = read_int,
		[KIND_NUMBER] = read_number,
		[KIND_BOOL] = read_bool,
		[KIND_DATE] = read_date,
		[KIND_PARTIAL_DATE] = read_date,
		[KIND_TIME] = read_time,
		[KIND_CODE] = read_code,
		[KIND_CODES] = read_set,
		[KIND_REF] = read_ref,
		[KIND_REFS] = read_set,
		[KIND_JSON] = read_json,
	};

	return readers[f->kind](d, f, typed, e);
}

/* ---- what is taken ---- */

static const char *code_choices(struct cli *c, const struct field *f)
{
	size_t n = json_array_size(f->codes->items);
	const char *out = "";

	for (size_t i = 0; i < n && i < LIST_SHOWN; i++) {
		const json_t *item = json_array_get(f->codes->items, i);

		out = arena_printf(c->mem, "%s%s%s", out, i ? " " : "",
			json_str(item, "code"));
	}
	return n > LIST_SHOWN ? arena_printf(c->mem, "%s …", out) : out;
}

const char *value_accepts(struct cli *c, const struct field *f)
{
	switch (f->kind) {
	case KIND_TEXT:
		return arena_printf(c->mem, "%lld-%lld", (long long)f->min,
			(long long)f->max);
	case KIND_INT:
	case KIND_NUMBER:
		if (f->money)
			return arena_printf(c->mem, "%s … %s",
				show_fen(c, f->min > 0 ? f->min : 0),
				show_fen(c, f->max));
		return arena_printf(c->mem, "%lld … %lld", (long long)f->min,
			(long long)f->max);
	case KIND_BOOL:
		return "yes, no";
	case KIND_DATE:
		return "YYYY-MM-DD, today";
	case KIND_PARTIAL_DATE:
		return "YYYY, YYYY-MM, YYYY-MM-DD";
	case KIND_TIME:
		return "\"YYYY-MM-DD HH:MM\", now";
	case KIND_CODE:
	case KIND_CODES:
		return code_choices(c, f);
	case KIND_REF:
	case KIND_REFS:
		return f->to ? arena_printf(c->mem, "id (%s)",
				       json_string_value(
					       json_array_get(f->to, 0)))
			     : "id";
	case KIND_JSON:
		return "JSON";
	}
	return "";
}

/* ---- showing ---- */

const char *time_show(struct cli *c, int64_t ms)
{
	char text[TIME_TEXT];

	time_format(ms + CHINA_MS, text);
	return arena_printf(c->mem, "%.10s %.5s", text, text + 11);
}

static const char *show_element(
	struct desk *d, const struct field *f, const json_t *v)
{
	const char *text = json_string_value(v);
	struct uuid id;

	if (!text)
		return "";
	if (f->kind == KIND_CODE || f->kind == KIND_CODES)
		return code_label(f->codes, text, d->c->lang);
	return uuid_parse(text, &id) ? pick_name(d, &id) : text;
}

static const char *show_set(
	struct desk *d, const struct field *f, const json_t *v)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(v); i++)
		out = arena_printf(d->c->mem, "%s%s%s", out,
			i == 0                  ? ""
			: d->c->lang == LANG_ZH ? "、"
						: ", ",
			show_element(d, f, json_array_get(v, i)));
	return out;
}

const char *value_show(struct desk *d, const struct field *f, const json_t *v)
{
	int64_t ms;

	if (!v || json_is_null(v))
		return text_raw(d->c->lang, T_EMPTY);
	if (f->money && json_is_integer(v))
		return show_fen(d->c, (int64_t)json_integer_value(v));
	switch (f->kind) {
	case KIND_BOOL:
		return text_raw(d->c->lang, json_is_true(v) ? T_YES : T_NO);
	case KIND_TIME:
		if (json_is_string(v) && time_parse(json_string_value(v), &ms))
			return time_show(d->c, ms);
		break;
	case KIND_CODE:
	case KIND_REF:
		return show_element(d, f, v);
	case KIND_CODES:
	case KIND_REFS:
		return show_set(d, f, v);
	case KIND_TEXT:
	case KIND_INT:
	case KIND_NUMBER:
	case KIND_DATE:
	case KIND_PARTIAL_DATE:
	case KIND_JSON:
		break;
	}
	if (json_is_string(v))
		return json_string_value(v);
	return json_canonical(v, d->c->mem);
}

/* ---- labels ---- */

const char *type_label(struct cli *c, const struct rtype *t)
{
	return label_of(json_object_get(t->json, "label"), c->lang);
}

const char *value_label(
	struct cli *c, const struct rtype *t, const struct field *f)
{
	const json_t *fields = json_object_get(t->json, "fields");

	return label_of(
		json_object_get(json_array_get(fields, (size_t)(f - t->fields)),
			"label"),
		c->lang);
}

const struct rtype *value_type(struct desk *d, const char *typed, struct err *e)
{
	const struct rtype *t = catalogue_type(d->catalogue, typed);
	const char *list = "";

	if (t)
		return t;
	for (size_t i = 0; (t = catalogue_type_at(d->catalogue, i)); i++) {
		const json_t *label = json_object_get(t->json, "label");

		if (strcmp(label_of(label, LANG_ZH), typed) == 0 ||
			strcasecmp(label_of(label, LANG_EN), typed) == 0)
			return t;
		if (t->scope != SCOPE_DIRECTORY)
			list = arena_printf(d->c->mem, "%s%s ", list, t->name);
	}
	err_field(e, ERR_UNKNOWN_TYPE, typed, "%s", list);
	return NULL;
}

/* ---- assignments ---- */

static bool assign(struct desk *d, const struct rtype *t, const char *arg,
	json_t *set, json_t *unset, struct err *e)
{
	const char *eq = strchr(arg, '=');
	const struct field *f;
	const char *name;
	json_t *v;

	if (!eq)
		return cli_usage(e, arg, "field=value");
	name = arena_strndup(d->c->mem, arg, (size_t)(eq - arg));
	f = rtype_field(t, name);
	if (!f)
		return err_field(e, ERR_UNKNOWN_FIELD, name,
			"casebridge add %s", t->name);
	if (f->server)
		return err_field(e, ERR_SERVER_OWNED, name, "-");
	if (!eq[1]) {
		if (unset)
			json_array_append_new(unset, json_string(name));
		return true;
	}
	v = value_parse(d, f, eq + 1, e);
	if (!v)
		return false;
	json_object_set_new(set, name, v);
	return true;
}

bool value_assignments(struct desk *d, const struct rtype *t, size_t from,
	json_t *set, json_t *unset, struct err *e)
{
	for (size_t i = from; i < d->c->args; i++)
		if (!assign(d, t, d->c->arg[i], set, unset, e))
			return false;
	return true;
}

bool value_file(struct desk *d, json_t *set, struct err *e)
{
	const char *path = d->c->option[O_FILE];
	struct str text;
	bool too_big;
	json_t *j;

	if (!path)
		return true;
	if (!file_read(path, FILE_MAX, d->c->mem, &text, &too_big))
		return err_field(e, ERR_BAD_FILE, path, "%s",
			too_big ? "<= 1 MiB"
				: text_raw(d->c->lang, T_NOT_THERE));
	j = json_read(text.p, text.n, &json_limits_body, d->c->mem, e);
	if (!j)
		return false;
	if (!json_is_object(j))
		return err_field(e, ERR_BAD_FILE, path, "{…}");
	json_object_update(set, j);
	return true;
}
