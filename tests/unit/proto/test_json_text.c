/*
 * test_json_text.c - one pass says of bytes what the full reader says: an
 * object, or not. jansson is the other opinion; every text here is put to both.
 */
#include "proto/base/json_text.h"

#include "tests/lib/tap.h"

#include <string.h>

static bool agree(const char *p, size_t n, const struct json_limits *l)
{
	struct arena *mem = arena_new();
	struct err e;
	bool full = json_is_object(json_read(p, n, l, mem, &e));
	bool quick = json_is_object_text(p, n, l, mem);

	if (full != quick)
		printf("# %.*s: %d %d\n", (int)n, p, full, quick);
	arena_free(mem);
	return full == quick;
}

static void both_readers_agree_on_every_text(void)
{
	static const char *const texts[] = {"{}", "{ }", "[]", "", "{", "}",
		"null", "\"x\"", "{\"a\":1}", "{\"a\":1,\"a\":2}",
		"{\"b\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}",
		"{\"a\":[1,2,{}]}", "{\"a\":[1,2,]}", "{\"a\":1,}", "{\"a\"}",
		"{\"a\":}", "{a:1}", "{\"a\":01}", "{\"a\":-0}", "{\"a\":-}",
		"{\"a\":1.}", "{\"a\":.5}", "{\"a\":1.50}", "{\"a\":1e5}",
		"{\"a\":1e999}", "{\"a\":99999999999999999999}",
		"{\"a\":9223372036854775807}", "{\"a\":123456789012345}",
		"{\"a\":tru}", "{\"a\":true}", "{\"a\":nul}",
		"{\"a\":\"\\u0041\"}", "{\"\\u0061\":1,\"a\":2}",
		"{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\x\"}",
		"{\"a\":\"\\n\\\"\\/\"}", "{\"a\":\"\n\"}", "{\"a\":\"\x7f\"}",
		"{\"a\":\"家访\"}", "{\"a\":\"\xff\"}",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xc0\xaf\"}",
		"{\"a\":\"\xf0\x9f\x98\x80\"}", "{\"a\":\"\xf5\x80\x80\x80\"}",
		"{\"a\":\"\xe5\xae\"}", "{\"a\":1}x", "{\"a\":1} ",
		"\xef\xbb\xbf{}", "{\"\":1}", "{\"a\":{},\"ab\":{}}",
		"{\"ab\":{},\"a\":{}}", "{\"a\\n\":1,\"a\\n\":2}",
		"{\"a\":\"b\",\"c\"", "{\"a\":[[[[[[[[[[1]]]]]]]]]]}",
		"{\"a\":-1,\"b\":-1.5}"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		CHECK(agree(texts[i], strlen(texts[i]), &json_limits_own));
}

/* Every byte of a good text, cut off there or made another one. */
static void both_readers_agree_on_every_damage(void)
{
	static const char good[] =
		"{\"aim\":\"了解\\n近况\",\"goals\":[\"a\",\"b\"],\"kind\":"
		"\"home_visit\",\"minutes\":45,\"next\":{\"due\":null,\"ok\":"
		"true},\"rate\":-0.25}";
	static const char others[] = "\"\\{}[]:,0-.ate \n\x01\x80\xe5";
	char text[sizeof(good)];

	CHECK(agree(good, sizeof(good) - 1, &json_limits_own));
	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		CHECK(agree(good, i, &json_limits_own));
		for (size_t k = 0; k < sizeof(others) - 1; k++) {
			memcpy(text, good, sizeof(good));
			text[i] = others[k];
			CHECK(agree(text, sizeof(good) - 1, &json_limits_own));
		}
	}
}

static void what_is_too_deep_or_too_large_is_none(void)
{
	struct arena *mem = arena_new();
	char *deep = arena_alloc(mem, 4096);
	char *large = arena_alloc(mem, 400000);
	size_t n = 0;

	for (size_t levels = 1; levels < 40; levels++) {
		n = 0;
		memcpy(deep, "{\"a\":", 5);
		n += 5;
		for (size_t i = 0; i < levels; i++)
			deep[n++] = '[';
		for (size_t i = 0; i < levels; i++)
			deep[n++] = ']';
		deep[n++] = '}';
		CHECK(agree(deep, n, &json_limits_own));
		CHECK(agree(deep, n, &json_limits_body));
		CHECK(agree(deep, n, &json_limits_sealed)); /* fewer levels */
	}
	memset(large, 'x', 400000);
	memcpy(large, "{\"a\":\"", 6);
	memcpy(large + 399998, "\"}", 2);
	CHECK(agree(large, 400000, &json_limits_own));
	CHECK(agree(large, 400000, &json_limits_body));
	arena_free(mem);
}

int main(void)
{
	RUN(both_readers_agree_on_every_text);
	RUN(both_readers_agree_on_every_damage);
	RUN(what_is_too_deep_or_too_large_is_none);
	return tap_done();
}
