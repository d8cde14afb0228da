/*
 * json.c - see json.h.
 */
#include "proto/base/json.h"

#include "proto/base/timeutil.h"

#include <stdlib.h>
#include <string.h>

const struct json_limits json_limits_body = {
	262144, LIMIT_BODY_DEPTH, LIMIT_BODY_VALUES};
const struct json_limits json_limits_batch = {
	1048576, LIMIT_BODY_DEPTH, LIMIT_BATCH_VALUES};
const struct json_limits json_limits_sealed = {2097152, 4, LIMIT_SEALED_VALUES};
const struct json_limits json_limits_list = {4194304, 6, LIMIT_LIST_VALUES};
const struct json_limits json_limits_own = {16777216, 32, 2000000};

static void release_json(void *j)
{
	json_decref(j);
}

static void release_text(void *p)
{
	free(p);
}

/* Past a string that starts at p[i] == '"'; n when it never ends. */
static size_t skip_string(const char *p, size_t i, size_t n)
{
	for (i++; i < n && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	return i;
}

/* Counts brackets and commas outside strings; no allocation. */
static bool scan(
	const char *p, size_t n, const struct json_limits *l, struct err *e)
{
	unsigned depth = 0, tokens = 1;

	for (size_t i = 0; i < n; i++) {
		switch (p[i]) {
		case '"':
			i = skip_string(p, i, n);
			break;
		case '{':
		case '[':
			tokens++;
			if (++depth > l->depth)
				return err_field(e, ERR_BAD_JSON, "",
					"<= %u levels", l->depth);
			break;
		case '}':
		case ']':
			depth -= depth > 0;
			break;
		case ',':
		case ':':
			tokens++;
			break;
		default:
			break;
		}
		if (tokens > l->tokens)
			return err_field(
				e, ERR_BAD_JSON, "", "<= %u values", l->tokens);
	}
	return true;
}

json_t *json_keep(json_t *j, struct arena *mem)
{
	arena_adopt(mem, j, release_json);
	return j;
}

json_t *json_read(const char *p, size_t n, const struct json_limits *limits,
	struct arena *mem, struct err *e)
{
	json_error_t je;
	json_t *j;

	if (n > limits->bytes) {
		err_field(e, ERR_TOO_LARGE, "", "%zu bytes", limits->bytes);
		return NULL;
	}
	if (!scan(p, n, limits, e))
		return NULL;
	j = json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (!j) {
		/* je.text may quote the input, so only the place is told. */
		err_field(e, ERR_BAD_JSON, "", "line %d, column %d", je.line,
			je.column);
		return NULL;
	}
	return json_keep(j, mem);
}

char *json_canonical(const json_t *j, struct arena *mem)
{
	char *text =
		json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY |
				      JSON_REAL_PRECISION(15));

	if (!text)
		die("json: cannot write a tree");
	arena_adopt(mem, text, release_text);
	return text;
}

const char *json_str(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

json_t *json_find(const json_t *list, const char *key, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *one = json_array_get(list, i);
		const char *own = json_str(one, key);

		if (own && strcmp(own, text) == 0)
			return one;
	}
	return NULL;
}

bool json_holds(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *own = json_string_value(json_array_get(list, i));

		if (own && strcmp(own, text) == 0)
			return true;
	}
	return false;
}

json_t *json_id(const struct uuid *id)
{
	char text[UUID_TEXT];

	return uuid_is_nil(id) ? json_null()
			       : json_string(uuid_format(id, text));
}

json_t *json_time(int64_t ms)
{
	char text[TIME_TEXT];

	return ms ? json_string(time_format(ms, text)) : json_null();
}

int64_t json_int(const json_t *o, const char *key, int64_t otherwise)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) ? (int64_t)json_integer_value(v) : otherwise;
}

bool json_flag(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static bool is_among(const char *names, const char *name)
{
	size_t n = strlen(name);

	while (*names) {
		size_t word = strcspn(names, " ");

		if (word == n && memcmp(names, name, n) == 0)
			return true;
		names += word + (names[word] == ' ');
	}
	return false;
}

bool json_only(const json_t *o, const char *names, struct err *e)
{
	const char *key;
	json_t *value;

	if (!json_is_object(o))
		return err_field(e, ERR_BAD_KIND, "body", "an object");
	json_object_foreach((json_t *)(uintptr_t)o, key,
		value) if (!is_among(names, key)) return err_field(e,
		ERR_UNKNOWN_FIELD, key, "%s", names);
	return true;
}
