/*
 * record.c - see record.h. One table maps a field's kind to its check.
 */
#include "proto/record.h"

#include "proto/base/utf8.h"
#include "proto/person.h"

#include <string.h>

#define CODES_SHOWN 8 /* in an error sentence; the page offers the rest */

static const char *const state_names[] = {
	"draft", "live", "signed", "retracted"};

const char *state_name(enum record_state s)
{
	return state_names[s];
}

bool state_from_name(const char *name, enum record_state *out)
{
	for (size_t i = 0; i < ARRAY_LEN(state_names); i++)
		if (strcmp(name, state_names[i]) == 0) {
			*out = (enum record_state)i;
			return true;
		}
	return false;
}

struct uuid record_unit(const struct rtype *t, const struct uuid *id,
	const struct uuid *case_id)
{
	static const struct uuid directory;

	switch (t->scope) {
	case SCOPE_DIRECTORY:
		return directory;
	case SCOPE_PERSON:
	case SCOPE_LETTER:
		return *id;
	case SCOPE_CASE:
	case SCOPE_GROUP:
		return t->root ? *id : *case_id;
	}
	return directory;
}

int record_class_of(const struct rtype *t, const json_t *body)
{
	if (rtype_field(t, "restricted") && json_flag(body, "restricted"))
		return CLASS_RESTRICTED;
	return (int)t->cls;
}

/* ---- one value ---- */

/* Controls other than line breaks and tabs, and the marks that turn the
 * direction of what follows, make a text read differently from what it says. */
static bool hides_or_reorders(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') ||
	       (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_plain(const char *s)
{
	uint32_t c;

	while ((c = utf8_next(&s)))
		if (hides_or_reorders(c))
			return false;
	return true;
}

static bool is_lower_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

static bool check_special(const struct field *f, const char *s, struct err *e)
{
	char phone[PHONE_TEXT];

	if (!f->check)
		return true;
	if (strcmp(f->check, "phone") == 0 && !person_phone(s, phone))
		return err_field(e, ERR_BAD_INPUT, f->name,
			"13800000000, +86…, 0512-12345678");
	if (strcmp(f->check, "sha256") == 0 && !is_lower_hex(s, SHA256_HEX - 1))
		return err_field(e, ERR_BAD_INPUT, f->name, "0-9 a-f (64)");
	if (strcmp(f->check, "color") == 0 &&
		(*s != '#' || !is_lower_hex(s + 1, 6)))
		return err_field(e, ERR_BAD_INPUT, f->name, "#1f6feb");
	return true;
}

static bool check_text(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	const char *s = json_string_value(v);
	size_t n;

	(void)c;
	if (!s)
		return err_field(e, ERR_BAD_KIND, f->name, "text");
	n = utf8_count(s);
	if (!is_plain(s))
		return err_field(e, ERR_BAD_INPUT, f->name,
			"不含控制字符" ERR_BOTH "no control characters");
	if ((int64_t)n < f->min || (int64_t)n > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name,
			"%lld-%lld 个字符" ERR_BOTH "%lld-%lld characters",
			(long long)f->min, (long long)f->max, (long long)f->min,
			(long long)f->max);
	return check_special(f, s, e);
}

static bool check_int(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	int64_t n = json_integer_value(v);

	(void)c;
	if (!json_is_integer(v))
		return err_field(e, ERR_BAD_KIND, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	if (n < f->min || n > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	return true;
}

static bool check_number(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	double n = json_number_value(v);

	(void)c;
	if (!json_is_number(v))
		return err_field(e, ERR_BAD_KIND, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	if (n < (double)f->min || n > (double)f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	return true;
}

static bool check_bool(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	(void)c;
	return json_is_boolean(v) ||
	       err_field(e, ERR_BAD_KIND, f->name, "true, false");
}

static bool check_date(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	const char *s = json_string_value(v);
	bool partial = f->kind == KIND_PARTIAL_DATE;
	struct date d;

	(void)c;
	if (!s || !(partial ? date_parse_partial(s, &d) : date_parse(s, &d)))
		return err_field(e, ERR_BAD_DATE, f->name,
			partial ? "YYYY, YYYY-MM, YYYY-MM-DD" : "YYYY-MM-DD");
	if (d.year < f->min || d.year > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	return true;
}

static bool check_time(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	const char *s = json_string_value(v);
	int64_t ms;

	(void)c;
	if (!s || !time_parse(s, &ms))
		return err_field(
			e, ERR_BAD_DATE, f->name, "2026-11-21T09:30:00+08:00");
	return true;
}

static void offered(const struct code_list *l, char *out, size_t room)
{
	size_t n = json_array_size(l->items), at = 0, shown = 0;

	out[0] = 0;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(l->items, i);
		const char *code = json_str(item, "code");
		size_t len = code ? strlen(code) : 0;

		if (json_flag(item, "retired"))
			continue;
		if (shown++ == CODES_SHOWN || at + len + 6 > room) {
			memcpy(out + at, " …", sizeof(" …"));
			return;
		}
		if (at)
			out[at++] = ' ';
		memcpy(out + at, code ? code : "", len + 1);
		at += len;
	}
}

static bool check_code(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	const char *s = json_string_value(v);
	char list[160];

	(void)c;
	if (s && code_list_item(f->codes, s))
		return true;
	offered(f->codes, list, sizeof(list));
	return err_field(e, ERR_BAD_CODE, f->name, "%s", list);
}

/* An array of distinct strings, each passing `one`. */
static bool check_set(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e,
	bool (*one)(const struct catalogue *, const struct field *,
		const json_t *, struct err *))
{
	size_t n = json_array_size(v);

	if (!json_is_array(v))
		return err_field(e, ERR_BAD_KIND, f->name, "[…]");
	if ((int64_t)n > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "<= %lld",
			(long long)f->max);
	for (size_t i = 0; i < n; i++) {
		const json_t *a = json_array_get(v, i);

		if (!one(c, f, a, e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (json_equal(a, json_array_get(v, k)))
				return err_field(e, ERR_OUT_OF_RANGE, f->name,
					"no repeats");
	}
	return true;
}

static bool check_codes(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	return check_set(c, f, v, e, check_code);
}

static bool check_ref(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	const char *s = json_string_value(v);
	char text[UUID_TEXT];
	struct uuid id;

	(void)c;
	/* In one spelling only, so that equal ids are equal texts. */
	return (s && uuid_parse(s, &id) && !uuid_is_nil(&id) &&
		       strcmp(uuid_format(&id, text), s) == 0) ||
	       err_field(e, ERR_BAD_KIND, f->name, "id (0-9 a-f -)");
}

static bool check_refs(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	return check_set(c, f, v, e, check_ref);
}

static bool check_json(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	size_t n;

	(void)c;
	if (!json_is_object(v) && !json_is_array(v))
		return err_field(e, ERR_BAD_KIND, f->name, "{…}, […]");
	n = json_dumpb(v, NULL, 0, JSON_COMPACT);
	if ((int64_t)n > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "<= %lld bytes",
			(long long)f->max);
	return true;
}

static bool check_value(const struct catalogue *c, const struct field *f,
	const json_t *v, struct err *e)
{
	static bool (*const checks[])(const struct catalogue *,
		const struct field *, const json_t *, struct err *) = {
		[KIND_TEXT] = check_text,
		[KIND_INT] = check_int,
		[KIND_NUMBER] = check_number,
		[KIND_BOOL] = check_bool,
		[KIND_DATE] = check_date,
		[KIND_PARTIAL_DATE] = check_date,
		[KIND_TIME] = check_time,
		[KIND_CODE] = check_code,
		[KIND_CODES] = check_codes,
		[KIND_REF] = check_ref,
		[KIND_REFS] = check_refs,
		[KIND_JSON] = check_json,
	};

	return checks[f->kind](c, f, v, e);
}

bool record_check_value(const struct field *f, const json_t *v, struct err *e)
{
	return check_value(NULL, f, v, e);
}

/* ---- a body ---- */

/* The document a number is of: as these fields say, else as those do. */
static bool is_resident_card(const json_t *set, const json_t *rest)
{
	const json_t *kind = json_object_get(set, "id_kind");
	const char *code =
		kind ? json_string_value(kind) : json_str(rest, "id_kind");

	return !code || strcmp(code, "01") == 0;
}

static bool is_resident_number(const struct field *f)
{
	return f->check && strcmp(f->check, "resident_id") == 0;
}

/* A resident identity number is checked only when the document is one. */
static bool check_identity(
	const struct rtype *t, const json_t *body, struct err *e)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *v = json_str(body, f->name);
		struct resident_id id;

		if (!v || !is_resident_number(f) ||
			!is_resident_card(body, NULL))
			continue;
		if (!person_resident_id(v, f->name, &id, e))
			return false;
	}
	return true;
}

void record_normalise(const struct rtype *t, json_t *set, const json_t *rest)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *v = json_str(set, f->name);
		struct resident_id id;
		struct err ignored;

		if (v && is_resident_number(f) && is_resident_card(set, rest) &&
			person_resident_id(v, f->name, &id, &ignored) &&
			strcmp(v, id.number) != 0)
			json_object_set_new(
				set, f->name, json_string(id.number));
	}
}

/* from … to of the same record: an end before its beginning is no period. */
static bool check_period(const json_t *body, struct err *e)
{
	const char *from = json_str(body, "from"), *to = json_str(body, "to");

	if (from && to && strcmp(to, from) < 0)
		return err_field(e, ERR_OUT_OF_RANGE, "to", ">= from");
	return true;
}

bool record_check_some(const struct catalogue *c, const struct rtype *t,
	const json_t *set, bool by_server, struct err *e)
{
	const char *key;
	json_t *v;

	if (!json_is_object(set))
		return err_field(e, ERR_BAD_KIND, t->name, "{…}");
	json_object_foreach((json_t *)(uintptr_t)set, key, v)
	{
		const struct field *f = rtype_field(t, key);

		if (!f && by_server)
			continue;
		if (!f)
			return err_field(e, ERR_UNKNOWN_FIELD, key, "-");
		if (f->server && !by_server)
			return err_field(e, ERR_SERVER_OWNED, key, "-");
		if (!json_is_null(v) && !check_value(c, f, v, e))
			return false;
	}
	return true;
}

bool record_check(const struct catalogue *c, const struct rtype *t,
	const json_t *body, bool by_server, struct err *e)
{
	if (!record_check_some(c, t, body, by_server, e))
		return false;
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const json_t *v = json_object_get(body, f->name);

		if (f->required && (!v || json_is_null(v)))
			return err_field(e, ERR_MISSING, f->name, "%s",
				label_of(
					json_object_get(
						json_array_get(
							json_object_get(t->json,
								"fields"),
							i),
						"label"),
					LANG_EN));
	}
	return check_identity(t, body, e) && check_period(body, e);
}

bool record_check_in_use(const struct rtype *t, const json_t *before,
	const json_t *after, struct err *e)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *was = json_str(before, f->name);
		const char *is = json_str(after, f->name);
		char list[160];

		if (f->kind != KIND_CODE || !is ||
			(was && strcmp(was, is) == 0) ||
			!json_flag(code_list_item(f->codes, is), "retired"))
			continue;
		offered(f->codes, list, sizeof(list));
		return err_field(e, ERR_BAD_CODE, f->name, "%s", list);
	}
	return true;
}

bool record_check_growth(const struct rtype *t, const json_t *before,
	const json_t *after, struct err *e)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const char *was = json_str(before, f->name);
		const char *is = json_str(after, f->name);

		if (f->append && was &&
			(!is || strncmp(is, was, strlen(was)) != 0))
			return err_field(e, ERR_BAD_INPUT, f->name,
				"only added to at the end");
	}
	return true;
}

void record_drop_nulls(json_t *body)
{
	const char *key;
	json_t *v;
	void *next;

	json_object_foreach_safe(body, next, key, v) if (json_is_null(v))
		json_object_del(body, key);
}

bool record_each_ref(const struct rtype *t, const json_t *body,
	bool (*fn)(void *ctx, const struct field *f, const struct uuid *id),
	void *ctx)
{
	for (size_t i = 0; i < t->field_count; i++) {
		const struct field *f = &t->fields[i];
		const json_t *v = json_object_get(body, f->name);
		bool one = f->kind == KIND_REF;
		size_t n = one ? v != NULL : json_array_size(v);

		if (!one && f->kind != KIND_REFS)
			continue;
		for (size_t k = 0; k < n; k++) {
			const char *s = json_string_value(
				one ? v : json_array_get(v, k));
			struct uuid id;

			if (s && uuid_parse(s, &id) && !fn(ctx, f, &id))
				return false;
		}
	}
	return true;
}
