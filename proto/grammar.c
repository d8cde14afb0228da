/*
 * grammar.c - see grammar.h. One function a kind, in a table.
 */
#include "proto/grammar.h"

#include "proto/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CODES_SHOWN 8
#define VERSION_MAX 20

void grammar_wrong(struct grammar_run *r, const struct place *at,
	enum mistake_code code, const char *what, const char *accepts, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, accepts);
	vsnprintf(text, sizeof(text), accepts, ap);
	va_end(ap);
	mistake_add(r->out, at, code, what, "%s", text);
}

const char *grammar_words(struct arena *mem, const char *const *words)
{
	const char *text = "";

	for (size_t i = 0; words[i]; i++)
		text = arena_printf(
			mem, "%s%s%s", text, i ? " " : "", words[i]);
	return text;
}

const char *grammar_codes(struct arena *mem, const json_t *items)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *code = json_str(json_array_get(items, i), "code");

		if (i == CODES_SHOWN)
			return arena_printf(mem, "%s …", text);
		text = arena_printf(
			mem, "%s%s%s", text, i ? " " : "", code ? code : "");
	}
	return text;
}

bool grammar_is_name(const char *s)
{
	return *s >= 'a' && *s <= 'z' && strlen(s) <= GRAMMAR_NAME_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

bool grammar_is_version(const char *s)
{
	return *s && strlen(s) <= VERSION_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.-") == strlen(s);
}

/* ---- one value of each kind; false when it is none ---- */

typedef bool kind_check(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at);

static bool is_any(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	(void)r;
	(void)k;
	(void)v;
	(void)at;
	return true;
}

static bool not_of_kind(
	struct grammar_run *r, const struct place *at, const char *wanted)
{
	grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "%s", wanted);
	return false;
}

static bool is_text(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	const char *s = json_string_value(v);
	size_t n;

	if (!s)
		return not_of_kind(r, at, "\"…\"");
	n = utf8_count(s);
	if ((int64_t)n < k->min || (int64_t)n > k->max)
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, k->key,
			"%lld-%lld characters", (long long)k->min,
			(long long)k->max);
	return true;
}

static bool is_name(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	const char *s = json_string_value(v);

	(void)k;
	if (!s)
		return not_of_kind(r, at, "\"name\"");
	if (grammar_is_name(s))
		return true;
	grammar_wrong(r, at, MISTAKE_BAD_NAME, s, "a-z 0-9 _ (<= %d)",
		GRAMMAR_NAME_MAX);
	return false;
}

static bool is_version(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	const char *s = json_string_value(v);

	(void)k;
	if (!s)
		return not_of_kind(r, at, "\"1.0\"");
	if (!grammar_is_version(s))
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, s,
			"0-9 A-Z a-z . - (<= %d)", VERSION_MAX);
	return true;
}

static bool has_text(const json_t *o, const char *key)
{
	const char *s = json_str(o, key);

	return s && *s;
}

static bool is_label(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	static const char *const texts[] = {"zh", "en", NULL};
	const char *key;
	json_t *text;

	if (!json_is_object(v))
		return not_of_kind(r, at, "{\"zh\":\"…\",\"en\":\"…\"}");
	if (!has_text(v, "zh") || !has_text(v, "en"))
		grammar_wrong(r, at, MISTAKE_NO_LABEL, NULL, "-");
	json_object_foreach((json_t *)(uintptr_t)v, key, text)
	{
		struct place in = place_key(at, key);
		const char *s = json_string_value(text);

		if (strcmp(key, texts[0]) != 0 && strcmp(key, texts[1]) != 0)
			grammar_wrong(
				r, &in, MISTAKE_UNKNOWN_KEY, key, "zh en");
		else if (s && (int64_t)utf8_count(s) > k->max)
			grammar_wrong(r, &in, MISTAKE_BAD_VALUE, key,
				"<= %lld characters", (long long)k->max);
	}
	return true;
}

static bool is_int(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	int64_t n = json_integer_value(v);

	if (!json_is_integer(v))
		return not_of_kind(r, at, "123");
	if (n < k->min || n > k->max)
		grammar_wrong(r, at, MISTAKE_BAD_NUMBER, NULL, "%lld-%lld",
			(long long)k->min, (long long)k->max);
	return true;
}

static bool is_number(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	double n = json_number_value(v);

	if (!json_is_number(v))
		return not_of_kind(r, at, "1.5");
	if (n < (double)k->min || n > (double)k->max)
		grammar_wrong(r, at, MISTAKE_BAD_NUMBER, NULL, "%lld-%lld",
			(long long)k->min, (long long)k->max);
	return true;
}

static bool is_bool(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	(void)k;
	return json_is_boolean(v) || not_of_kind(r, at, "true, false");
}

static bool is_word(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	const char *s = json_string_value(v);

	if (!s)
		return not_of_kind(r, at, grammar_words(r->out->mem, k->words));
	for (size_t i = 0; k->words[i]; i++)
		if (strcmp(k->words[i], s) == 0)
			return true;
	grammar_wrong(r, at, MISTAKE_BAD_VALUE, s, "%s",
		grammar_words(r->out->mem, k->words));
	return false;
}

static bool occurs_before(const json_t *list, size_t n, const json_t *v)
{
	for (size_t i = 0; i < n; i++)
		if (json_equal(json_array_get(list, i), v))
			return true;
	return false;
}

static bool is_list(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	size_t n = json_array_size(v);

	if (!json_is_array(v))
		return not_of_kind(r, at, "[…]");
	if (n == 0 && k->min > 0)
		grammar_wrong(r, at, MISTAKE_EMPTY, NULL, "-");
	if ((int64_t)n > k->max)
		grammar_wrong(r, at, MISTAKE_TOO_MANY, NULL, "%lld",
			(long long)k->max);
	return true;
}

/* A list of names or words. */
static bool is_list_of(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at, kind_check *one)
{
	if (!is_list(r, k, v, at))
		return false;
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *element = json_array_get(v, i);
		struct place in = place_at(at, i);

		if (one(r, k, element, &in) && occurs_before(v, i, element))
			grammar_wrong(r, &in, MISTAKE_TWICE,
				json_string_value(element), "-");
	}
	return true;
}

static bool is_names(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	return is_list_of(r, k, v, at, is_name);
}

static bool is_words(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	return is_list_of(r, k, v, at, is_word);
}

static bool is_object(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	grammar_check(r, k->of, v, at);
	return json_is_object(v);
}

/* Whether an earlier element has the same value under `by`. */
static bool is_repeated(const json_t *list, size_t i, const char *by)
{
	const json_t *own = json_object_get(json_array_get(list, i), by);

	for (size_t n = 0; own && n < i; n++)
		if (json_equal(
			    own, json_object_get(json_array_get(list, n), by)))
			return true;
	return false;
}

static bool is_objects(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	if (!is_list(r, k, v, at))
		return false;
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *element = json_array_get(v, i);
		struct place in = place_at(at, i);
		struct place by = place_key(&in, k->by);

		grammar_check(r, k->of, element, &in);
		if (k->by && is_repeated(v, i, k->by))
			grammar_wrong(r, &by, MISTAKE_TWICE,
				json_str(element, k->by), "-");
	}
	return true;
}

static kind_check *const kinds[] = {
	[GRAMMAR_ANY] = is_any,
	[GRAMMAR_TEXT] = is_text,
	[GRAMMAR_NAME] = is_name,
	[GRAMMAR_NAMES] = is_names,
	[GRAMMAR_VERSION] = is_version,
	[GRAMMAR_LABEL] = is_label,
	[GRAMMAR_INT] = is_int,
	[GRAMMAR_NUMBER] = is_number,
	[GRAMMAR_BOOL] = is_bool,
	[GRAMMAR_WORD] = is_word,
	[GRAMMAR_WORDS] = is_words,
	[GRAMMAR_OBJECT] = is_object,
	[GRAMMAR_LIST] = is_objects,
};

void grammar_value(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at)
{
	if (kinds[k->kind](r, k, v, at) && k->also)
		k->also(r, v, at);
}

void grammar_members(struct grammar_run *r, const struct grammar_key *k,
	const json_t *o, const struct place *at)
{
	const char *name;
	json_t *v;

	if (!json_is_object(o))
		grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "{…}");
	json_object_foreach((json_t *)(uintptr_t)o, name, v)
	{
		struct place in = place_key(at, name);

		grammar_value(r, k, v, &in);
	}
}

/* ---- an object ---- */

static const struct grammar_key *find(const struct grammar *s, const char *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->keys[i].key, key) == 0)
			return &s->keys[i];
	return NULL;
}

static const char *keys_text(const struct grammar *s, struct arena *mem)
{
	const char *text = s->labelled ? "zh en" : "";

	for (size_t i = 0; i < s->count; i++)
		text = arena_printf(
			mem, "%s%s%s", text, *text ? " " : "", s->keys[i].key);
	return text;
}

static bool is_label_key(const struct grammar *s, const char *key)
{
	return s->labelled &&
	       (strcmp(key, "zh") == 0 || strcmp(key, "en") == 0);
}

static void check_members(struct grammar_run *r, const struct grammar *s,
	const json_t *o, const struct place *at)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		const struct grammar_key *k = find(s, key);
		struct place in = place_key(at, key);

		if (is_label_key(s, key))
			continue;
		if (!k)
			grammar_wrong(r, &in, MISTAKE_UNKNOWN_KEY, key, "%s",
				keys_text(s, r->out->mem));
		else
			grammar_value(r, k, v, &in);
	}
}

void grammar_check(struct grammar_run *r, const struct grammar *s,
	const json_t *o, const struct place *at)
{
	if (!json_is_object(o)) {
		not_of_kind(r, at, "{…}");
		return;
	}
	check_members(r, s, o, at);
	for (size_t i = 0; i < s->count; i++)
		if (s->keys[i].needed && !json_object_get(o, s->keys[i].key))
			grammar_wrong(r, at, MISTAKE_MISSING_KEY,
				s->keys[i].key, "-");
	if (s->labelled && (!has_text(o, "zh") || !has_text(o, "en")))
		grammar_wrong(r, at, MISTAKE_NO_LABEL, NULL, "-");
	if (s->also)
		s->also(r, o, at);
}
