/*
 * fuzz_json.c - strangers' JSON: what is read lies within its limits, has one
 * canonical form, and is called an object by both readers or by neither.
 *
 * The first byte picks the limits, of which there is a small set too, so that a
 * short input meets every edge. What is counted here is counted in the tree and
 * not in the text, as the reader does it.
 */
#include "proto/base/json_text.h"
#include "proto/lines.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const struct json_limits few = {200, 3, 12};

struct count {
	unsigned deepest;
	size_t values; /* keys are counted, too */
};

static void count(const json_t *j, unsigned depth, struct count *c)
{
	const char *key;
	json_t *value;
	size_t i;

	c->values++;
	if (!json_is_object(j) && !json_is_array(j))
		return;
	if (++depth > c->deepest)
		c->deepest = depth;
	json_array_foreach((json_t *)(uintptr_t)j, i, value)
		count(value, depth, c);
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		c->values++;
		MUST(strlen(key) < 4096);
		count(value, depth, c);
	}
}

/* Brackets, commas and colons are what the reader counts: at least the half of
 * what is there. */
static void check_tree(const json_t *j, const struct json_limits *l)
{
	struct count c = {0, 0};

	count(j, 0, &c);
	MUST(c.deepest <= l->depth);
	MUST(c.values <= 2 * (size_t)l->tokens);
}

static void check_canonical(const json_t *j, struct arena *mem)
{
	const char *text = json_canonical(j, mem);
	struct err e;
	json_t *back = json_read(text, strlen(text), &json_limits_own, mem, &e);

	/* A real of more than 15 digits may become another, once. */
	MUST(back);
	MUST(strcmp(json_canonical(back, mem), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct json_limits *const limits[] = {&few,
		&json_limits_body, &json_limits_batch, &json_limits_sealed,
		&json_limits_list};
	const struct json_limits *l;
	struct arena *mem;
	struct str text;
	struct err e;
	json_t *j;

	if (n < 1 || n > 4096)
		return 0;
	mem = arena_new();
	l = limits[data[0] % ARRAY_LEN(limits)];
	text.p = arena_strndup(mem, (const char *)data + 1, n - 1);
	text.n = n - 1;
	j = json_read(text.p, text.n, l, mem, &e);
	MUST(j || e.code == ERR_BAD_JSON || e.code == ERR_TOO_LARGE);
	MUST(!j || text.n <= l->bytes);
	MUST(json_is_object_text(text.p, text.n, l, mem) == json_is_object(j));
	if (j) {
		check_tree(j, l);
		check_canonical(j, mem);
		MUST(line_of(text, "a[0].b") >= 1);
	}
	arena_free(mem);
	return 0;
}
