/*
 * test_json.c - strangers' JSON is read within limits, or refused without a
 * word of what it said; what is written has one form.
 */
#include "proto/base/json.h"

#include "tests/lib/tap.h"

#include <string.h>

static const struct json_limits small = {64, 3, 8};

static json_t *read(struct arena *mem, const char *text,
	const struct json_limits *limits, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return json_read(text, strlen(text), limits, mem, e);
}

static void what_is_no_json_is_refused(void)
{
	static const char *const bad[] = {"", " ", "{", "[1,]", "{\"a\":1,}",
		"{a:1}", "'a'", "nul", "NaN", "[Infinity]", "01", "1.", "+1",
		"1e999", "{\"a\":1}{\"b\":2}", "[1] x", "\"a", "\"\\x41\"",
		"\"a\nb\"", "[1", "// a\n1", "\"\\\""};
	struct arena *mem = arena_new();
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (read(mem, bad[i], &json_limits_body, &e))
			printf("# took '%s'\n", bad[i]);
		CHECK(e.code == ERR_BAD_JSON);
	}
	arena_free(mem);
}

static void the_same_key_twice_is_refused(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(!read(mem, "{\"a\":1,\"a\":1}", &json_limits_body, &e));
	CHECK(!read(mem, "{\"a\":1,\"\\u0061\":2}", &json_limits_body, &e));
	CHECK(read(mem, "{\"a\":{\"a\":1}}", &json_limits_body, &e));
	arena_free(mem);
}

static void text_must_be_utf8_without_nul(void)
{
	static const char *const bad[] = {"\"\xff\"", "\"\xc0\xaf\"",
		"\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe5\xbc\"",
		"\"\\u0000\"", "{\"a\\u0000b\":1}", "\"\\ud800\"",
		"\"\\udc00\\ud800\""};
	struct arena *mem = arena_new();
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(!read(mem, bad[i], &json_limits_body, &e));
		CHECK(e.code == ERR_BAD_JSON);
	}
	CHECK(!json_read("\"a\0b\"", 5, &json_limits_body, mem, &e));
	CHECK_STR(json_string_value(read(
			  mem, "\"\\ud872\\udc56张\"", &json_limits_body, &e)),
		"\xf0\xac\xa1\x96张");
	arena_free(mem);
}

static void whole_numbers_stay_within_64_bits(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(json_integer_value(read(mem, "9223372036854775807",
		      &json_limits_body, &e)) == INT64_MAX);
	CHECK(json_integer_value(read(mem, "-9223372036854775808",
		      &json_limits_body, &e)) == INT64_MIN);
	CHECK(!read(mem, "9223372036854775808", &json_limits_body, &e));
	CHECK(!read(mem, "-9223372036854775809", &json_limits_body, &e));
	arena_free(mem);
}

static void limits_hold_at_the_edge(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(read(mem, "[[[1]]]", &small, &e));
	CHECK(!read(mem, "[[[[1]]]]", &small, &e));
	CHECK(e.code == ERR_BAD_JSON);
	CHECK(read(mem, "[1,2,3,4,5,6]", &small, &e));
	CHECK(!read(mem, "[1,2,3,4,5,6,7,8,9]", &small, &e));
	CHECK(e.code == ERR_BAD_JSON);
	CHECK(!read(mem,
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaa\"",
		&small, &e));
	CHECK(e.code == ERR_TOO_LARGE);
	/* Brackets and commas inside a string are only text. */
	CHECK(read(mem, "[\"[[[[,,,,,,,,{{{{:::\\\"[[[\"]", &small, &e));
	arena_free(mem);
}

static void a_bomb_of_small_values_is_refused_before_it_grows(void)
{
	static char bomb[1048576];
	struct arena *mem = arena_new();
	struct err e;

	memset(bomb, '[', sizeof(bomb));
	CHECK(!json_read(bomb, sizeof(bomb), &json_limits_batch, mem, &e));
	for (size_t i = 0; i < sizeof(bomb); i += 3)
		memcpy(bomb + i, "{},", sizeof(bomb) - i < 3 ? 1 : 3);
	bomb[0] = '[';
	CHECK(!json_read(bomb, sizeof(bomb), &json_limits_batch, mem, &e));
	CHECK(e.code == ERR_BAD_JSON);
	arena_free(mem);
}

static void a_refusal_does_not_repeat_what_was_sent(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(!read(mem, "{\"name\":\"secret\" oops}", &json_limits_body, &e));
	CHECK(!strstr(e.msg, "secret") && !strstr(e.accepts, "secret"));
	CHECK(!strstr(e.msg, "oops") && !strstr(e.accepts, "oops"));
	CHECK(strstr(e.accepts, "line 1"));
	arena_free(mem);
}

static void the_canonical_form_does_not_depend_on_how_it_was_sent(void)
{
	static const char *const same[][2] = {
		{"{ \"b\" : 1 , \"a\" : [ true , null ] }",
                 "{\"a\":[true,null],\"b\":1}"                                         },
		{"{\"\\u5f20\":\"\\u4f1f\\/\"}",            "{\"张\":\"伟/\"}"       },
		{"{\"z\":{\"y\":1,\"x\":2},\"a\":0.1}",
                 "{\"a\":0.1,\"z\":{\"x\":2,\"y\":1}}"                                 },
		{"{\"a\":1e2}",                             "{\"a\":100.0}"            },
		{"\"a\\tb\"",			       "\"a\\tb\""                },
		{"{\"B\":1,\"a\":2,\"A\":3}",               "{\"A\":3,\"B\":1,\"a\":2}"},
	};
	struct arena *mem = arena_new();
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		json_t *j = read(mem, same[i][0], &json_limits_body, &e);
		char *once = json_canonical(j, mem);

		CHECK_STR(once, same[i][1]);
		j = read(mem, once, &json_limits_body, &e);
		CHECK_STR(json_canonical(j, mem), once);
	}
	arena_free(mem);
}

static void members_are_asked_for_by_kind(void)
{
	struct arena *mem = arena_new();
	struct err e;
	json_t *o = read(mem, "{\"s\":\"x\",\"n\":7,\"t\":true,\"f\":7.5}",
		&json_limits_body, &e);

	CHECK_STR(json_str(o, "s"), "x");
	CHECK(json_str(o, "n") == NULL && json_str(o, "q") == NULL);
	CHECK(json_int(o, "n", -1) == 7);
	CHECK(json_int(o, "s", -1) == -1 && json_int(o, "f", -1) == -1);
	CHECK(json_flag(o, "t") && !json_flag(o, "n") && !json_flag(o, "q"));
	CHECK(json_str(NULL, "s") == NULL);
	arena_free(mem);
}

int main(void)
{
	RUN(what_is_no_json_is_refused);
	RUN(the_same_key_twice_is_refused);
	RUN(text_must_be_utf8_without_nul);
	RUN(whole_numbers_stay_within_64_bits);
	RUN(limits_hold_at_the_edge);
	RUN(a_bomb_of_small_values_is_refused_before_it_grows);
	RUN(a_refusal_does_not_repeat_what_was_sent);
	RUN(the_canonical_form_does_not_depend_on_how_it_was_sent);
	RUN(members_are_asked_for_by_kind);
	return tap_done();
}
