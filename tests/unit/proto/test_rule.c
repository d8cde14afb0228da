/*
 * test_rule.c - conditions: three answers, what is missing, and what a
 * condition may not say.
 *
 * The tables of `all`, `any` and `not` are those of strong Kleene logic (S. C.
 * Kleene, Introduction to Metamathematics, 1952, §64), written out in full.
 */
#include "proto/rule.h"

#include "tests/lib/tap.h"

#include <string.h>

static json_t *json_of(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static char letter(enum truth t)
{
	return t == RULE_YES ? 'y' : t == RULE_NO ? 'n' : '?';
}

/* ---- one field ---- */

#define FACTS                                                                  \
	"{\"level\":3,\"half\":2.5,\"name\":\"amy\",\"on\":true,\"off\":"      \
	"false,\"set\":[\"a\",\"b\"],\"none\":[],\"blank\":\"\",\"null\":"     \
	"null,\"day\":\"2025-08-31\",\"year\":\"2025\",\"month\":"             \
	"\"2025-08\",\"other\":\"2025-09-01\",\"at\":"                         \
	"\"2025-08-31T08:00:00+08:00\",\"same\":\"2025-08-31T00:00:00Z\","     \
	"\"person\":{\"birth\":\"1980\",\"deep\":{\"er\":7}}}"

/* clang-format off */
static const struct {
	const char *cond;
	char want;
} single[] = {
	{"{\"field\":\"level\",\"ge\":3}", 'y'},
	{"{\"field\":\"level\",\"ge\":4}", 'n'},
	{"{\"field\":\"level\",\"gt\":3}", 'n'},
	{"{\"field\":\"level\",\"gt\":2.9}", 'y'},
	{"{\"field\":\"level\",\"le\":3}", 'y'},
	{"{\"field\":\"level\",\"lt\":3}", 'n'},
	{"{\"field\":\"half\",\"lt\":3}", 'y'},
	{"{\"field\":\"level\",\"is\":3}", 'y'},
	{"{\"field\":\"level\",\"is\":3.0}", 'y'},
	{"{\"field\":\"level\",\"is\":[1,2]}", 'n'},
	{"{\"field\":\"level\",\"is\":[1,2,3]}", 'y'},
	/* Every word of a condition must hold. */
	{"{\"field\":\"level\",\"ge\":1,\"le\":2}", 'n'},
	{"{\"field\":\"level\",\"ge\":1,\"le\":5}", 'y'},
	{"{\"field\":\"name\",\"is\":\"amy\"}", 'y'},
	{"{\"field\":\"name\",\"is\":[\"bob\",\"amy\"]}", 'y'},
	{"{\"field\":\"name\",\"ge\":3}", 'n'},
	{"{\"field\":\"on\",\"is\":true}", 'y'},
	{"{\"field\":\"off\",\"is\":true}", 'n'},
	{"{\"field\":\"off\",\"is\":false}", 'y'},
	{"{\"field\":\"set\",\"has\":\"a\"}", 'y'},
	{"{\"field\":\"set\",\"has\":\"c\"}", 'n'},
	{"{\"field\":\"set\",\"has\":[\"c\",\"b\"]}", 'y'},
	/* An empty set is known to have nothing in it. */
	{"{\"field\":\"none\",\"has\":\"a\"}", 'n'},
	{"{\"field\":\"none\",\"present\":true}", 'n'},
	{"{\"field\":\"none\",\"present\":false}", 'y'},
	{"{\"field\":\"blank\",\"present\":true}", 'n'},
	{"{\"field\":\"blank\",\"is\":\"x\"}", '?'},
	{"{\"field\":\"null\",\"present\":false}", 'y'},
	{"{\"field\":\"null\",\"is\":1}", '?'},
	{"{\"field\":\"level\",\"present\":true}", 'y'},
	{"{\"field\":\"off\",\"present\":true}", 'y'},
	{"{\"field\":\"gone\",\"present\":true}", 'n'},
	{"{\"field\":\"gone\",\"ge\":1}", '?'},
	{"{\"field\":\"gone\",\"has\":\"a\"}", '?'},
	/* Dates, and dates known in part. */
	{"{\"field\":\"day\",\"lt\":\"2025-09-01\"}", 'y'},
	{"{\"field\":\"day\",\"ge\":\"2025-08-31\"}", 'y'},
	{"{\"field\":\"day\",\"gt\":{\"field\":\"other\"}}", 'n'},
	{"{\"field\":\"day\",\"lt\":{\"field\":\"other\"}}", 'y'},
	{"{\"field\":\"year\",\"lt\":\"2026-01-01\"}", 'y'},
	{"{\"field\":\"year\",\"lt\":\"2025-06-01\"}", '?'},
	{"{\"field\":\"month\",\"gt\":{\"field\":\"year\"}}", '?'},
	{"{\"field\":\"month\",\"lt\":{\"field\":\"other\"}}", 'y'},
	{"{\"field\":\"at\",\"lt\":{\"field\":\"same\"}}", 'n'},
	{"{\"field\":\"at\",\"ge\":{\"field\":\"same\"}}", 'y'},
	/* Another field may be missing, too. */
	{"{\"field\":\"level\",\"gt\":{\"field\":\"gone\"}}", '?'},
	{"{\"field\":\"level\",\"is\":{\"field\":\"level\"}}", 'y'},
	{"{\"field\":\"person.birth\",\"is\":\"1980\"}", 'y'},
	{"{\"field\":\"person.deep.er\",\"is\":7}", 'y'},
	{"{\"field\":\"person.gone.er\",\"is\":7}", '?'},
	{"{\"field\":\"level.deep\",\"is\":7}", '?'},
	/* A decided word decides, whatever else is unknown. */
	{"{\"field\":\"gone\",\"present\":false,\"is\":1}", '?'},
	{"{\"field\":\"gone\",\"present\":true,\"is\":1}", 'n'},
	/* What no checker would let pass holds never. */
	{"{\"field\":\"level\"}", 'n'},
	{"{}", 'n'},
};
/* clang-format on */

static void a_word_looks_at_one_field(void)
{
	struct arena *mem = arena_new();
	const json_t *facts = json_of(FACTS, mem);

	for (size_t i = 0; i < ARRAY_LEN(single); i++) {
		char got =
			letter(rule_holds(json_of(single[i].cond, mem), facts));

		if (got != single[i].want)
			printf("# %s: %c\n", single[i].cond, got);
		CHECK(got == single[i].want);
	}
	CHECK(rule_holds(NULL, facts) == RULE_YES);
	CHECK(rule_holds(json_of("{\"field\":\"a\",\"is\":1}", mem), NULL) ==
		RULE_UNSURE);
	arena_free(mem);
}

/* ---- several ---- */

/* n, ? and y as conditions over FACTS. */
static const char *atom(char c)
{
	return c == 'y'   ? "{\"field\":\"level\",\"is\":3}"
	       : c == 'n' ? "{\"field\":\"level\",\"is\":4}"
			  : "{\"field\":\"gone\",\"is\":4}";
}

static void all_any_and_not_follow_kleenes_tables(void)
{
	static const char values[] = "n?y";
	/* clang-format off */
	static const char *const conjunction[] = {"nnn", "n??", "n?y"};
	static const char *const disjunction[] = {"n?y", "??y", "yyy"};
	/* clang-format on */
	struct arena *mem = arena_new();
	const json_t *facts = json_of(FACTS, mem);

	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 3; k++) {
			const char *pair = arena_printf(mem, "[%s,%s]}",
				atom(values[i]), atom(values[k]));
			const json_t *all = json_of(
				arena_printf(mem, "{\"all\":%s", pair), mem);
			const json_t *any = json_of(
				arena_printf(mem, "{\"any\":%s", pair), mem);

			CHECK(letter(rule_holds(all, facts)) ==
				conjunction[i][k]);
			CHECK(letter(rule_holds(any, facts)) ==
				disjunction[i][k]);
		}
	for (int i = 0; i < 3; i++)
		CHECK(letter(rule_holds(
			      json_of(arena_printf(mem, "{\"not\":%s}",
					      atom(values[i])),
				      mem),
			      facts)) == "y?n"[i]);
	arena_free(mem);
}

static void a_count_is_sure_when_the_unknown_cannot_change_it(void)
{
	/* Of five, so many are poor, so many unknown; at least two are asked.
	 */
	static const struct {
		const char *facts;
		int64_t ge;
		char want;
	} rows[] = {
		{"{\"a\":\"poor\",\"b\":\"poor\"}",  2, 'y'},
		{"{\"a\":\"poor\"}",                 2, '?'},
		{"{\"a\":\"poor\",\"b\":\"good\",\"c\":\"good\",\"d\":"
		 "\"good\"}",       2, '?'},
		{"{\"a\":\"poor\",\"b\":\"good\",\"c\":\"good\",\"d\":\"good\","
		 "\"e\":\"good\"}", 2, 'n'},
		{"{\"a\":\"good\",\"b\":\"good\",\"c\":\"good\",\"d\":"
		 "\"good\"}",       2, 'n'},
		{"{}",			       5, '?'},
		{"{\"a\":\"good\"}",                 5, 'n'},
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const json_t *cond = json_of(
			arena_printf(mem,
				"{\"count\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
				"\"is\":\"poor\",\"ge\":%lld}",
				(long long)rows[i].ge),
			mem);

		CHECK(letter(rule_holds(cond, json_of(rows[i].facts, mem))) ==
			rows[i].want);
	}
	arena_free(mem);
}

/* ---- what is missing ---- */

static const char *missing(
	const char *cond, const char *facts, struct arena *mem)
{
	json_t *names = json_keep(json_array(), mem);

	rule_missing(json_of(cond, mem), json_of(facts, mem), names);
	return json_canonical(names, mem);
}

static void the_fields_that_left_it_unsure_are_named_once(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(missing("{\"any\":[{\"field\":\"a\",\"ge\":3},{\"all\":[{"
			  "\"field\":\"b\",\"is\":true},{\"field\":\"a\","
			  "\"is\":1}]}]}",
			  "{}", mem),
		"[\"a\",\"b\"]");
	/* b is false, so that branch no longer hangs on anything. */
	CHECK_STR(missing("{\"any\":[{\"field\":\"a\",\"ge\":3},{\"all\":[{"
			  "\"field\":\"b\",\"is\":true},{\"field\":\"c\","
			  "\"is\":1}]}]}",
			  "{\"b\":false}", mem),
		"[\"a\"]");
	CHECK_STR(missing("{\"any\":[{\"field\":\"a\",\"ge\":3},{\"field\":"
			  "\"b\",\"is\":1}]}",
			  "{\"b\":1}", mem),
		"[]");
	CHECK_STR(missing("{\"not\":{\"field\":\"a\",\"lt\":{\"field\":\"b\"}}"
			  "}",
			  "{\"a\":1}", mem),
		"[\"b\"]");
	CHECK_STR(missing("{\"count\":[\"a\",\"b\",\"c\"],\"is\":1,\"ge\":2}",
			  "{\"b\":1}", mem),
		"[\"a\",\"c\"]");
	CHECK_STR(
		missing("{\"field\":\"a\",\"present\":true}", "{}", mem), "[]");
	arena_free(mem);
}

static void every_field_a_condition_looks_at_is_listed(void)
{
	struct arena *mem = arena_new();
	json_t *names = json_keep(json_array(), mem);

	rule_fields(json_of("{\"all\":[{\"field\":\"a\",\"lt\":{\"field\":"
			    "\"b\"}},{\"not\":{\"count\":[\"c\",\"a\"],"
			    "\"is\":1,\"ge\":1}},{\"any\":[{\"field\":"
			    "\"previous.d\",\"present\":true}]}]}",
			    mem),
		names);
	CHECK_STR(json_canonical(names, mem),
		"[\"a\",\"b\",\"c\",\"previous.d\"]");
	arena_free(mem);
}

/* ---- what a condition may not say ---- */

/* number: int; mood: code of sad, glad; signs: codes of the same; day: date;
 * yes: bool; any: of no known kind. */
static bool known(void *ctx, const char *path, struct rule_subject *out)
{
	static const struct {
		const char *name;
		enum field_kind kind;
		bool coded;
	} subjects[] = {
		{"number", KIND_INT,   false},
		{"mood",   KIND_CODE,  true },
		{"signs",  KIND_CODES, true },
		{"day",    KIND_DATE,  false},
		{"yes",    KIND_BOOL,  false},
		{"any",    KIND_JSON,  false},
	};

	for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
		if (strcmp(subjects[i].name, path) == 0) {
			out->kind = subjects[i].kind;
			out->items = subjects[i].coded ? ctx : NULL;
			return true;
		}
	return false;
}

/* clang-format off */
static const struct {
	const char *cond;
	const char *told; /* code path, …; "" when it is well formed */
} shapes[] = {
	{"{\"field\":\"number\",\"ge\":1,\"lt\":9}", ""},
	{"{\"field\":\"mood\",\"is\":[\"sad\",\"glad\"]}", ""},
	{"{\"field\":\"signs\",\"has\":\"sad\"}", ""},
	{"{\"field\":\"day\",\"le\":{\"field\":\"day\"}}", ""},
	{"{\"field\":\"yes\",\"is\":false}", ""},
	{"{\"field\":\"any\",\"has\":\"x\",\"ge\":2,\"is\":1}", ""},
	{"{\"count\":[\"mood\",\"mood\"],\"is\":\"sad\",\"ge\":2}", ""},
	{"{\"field\":\"numbr\",\"ge\":1}", "unknown_field field"},
	{"{\"field\":7,\"ge\":1}", "unknown_field field"},
	{"{\"field\":\"number\",\"equals\":1}", "unknown_key equals"},
	{"{\"field\":\"number\",\"ge\":\"3\"}", "bad_kind ge"},
	{"{\"field\":\"number\",\"is\":true}", "bad_kind is"},
	{"{\"field\":\"mood\",\"is\":\"angry\"}", "unknown_code is"},
	{"{\"field\":\"mood\",\"is\":[\"sad\",\"angry\"]}", "unknown_code is[1]"},
	{"{\"field\":\"mood\",\"ge\":\"sad\"}", "bad_test ge"},
	{"{\"field\":\"mood\",\"has\":\"sad\"}", "bad_test has"},
	{"{\"field\":\"signs\",\"is\":\"sad\"}", "bad_test is"},
	{"{\"field\":\"signs\",\"has\":[]}", "empty has"},
	{"{\"field\":\"number\",\"present\":1}", "bad_kind present"},
	{"{\"field\":\"number\"}", "no_test "},
	{"{\"field\":\"day\",\"lt\":{\"field\":\"dya\"}}", "unknown_field lt.field"},
	{"{\"field\":\"day\",\"lt\":{\"days\":3}}", "unknown_field lt.field"},
	{"{\"field\":\"day\",\"lt\":{\"field\":\"day\",\"x\":1}}", "bad_kind lt"},
	{"{\"all\":[]}", "empty all"},
	{"{\"all\":{\"field\":\"number\",\"ge\":1}}", "bad_kind all"},
	{"{\"all\":[{\"field\":\"number\",\"ge\":1}],\"any\":[]}", "bad_kind "},
	{"{\"any\":[{\"field\":\"number\",\"ge\":1},{\"field\":\"zz\",\"is\":1}]}",
		"unknown_field any[1].field"},
	{"{\"not\":[]}", "bad_kind not"},
	{"{\"not\":{\"all\":[{\"feld\":\"number\"}]}}", "no_test not.all[0]"},
	{"{\"count\":[\"mood\"],\"is\":\"sad\",\"ge\":2}", "bad_number ge"},
	{"{\"count\":[\"mood\",\"zz\"],\"is\":\"sad\",\"ge\":1}", "unknown_field count[1]"},
	{"{\"count\":[\"mood\"],\"ge\":1}", "no_test "},
	{"{\"count\":[\"mood\"],\"is\":\"sad\",\"gt\":1,\"ge\":1}", "unknown_key gt"},
	{"[]", "bad_kind "},
	{"\"yes\"", "bad_kind "},
	/* Both mistakes, not the first. */
	{"{\"all\":[{\"field\":\"zz\",\"is\":1},{\"field\":\"mood\",\"is\":\"angry\"}]}",
		"unknown_field all[0].field, unknown_code all[1].is"},
};
/* clang-format on */

static const char *told(const json_t *cond, struct arena *mem)
{
	const json_t *items = json_of("[{\"code\":\"sad\"},{\"code\":\"glad\"}"
				      "]",
		mem);
	struct mistakes out;
	const char *text = "";

	mistakes_init(&out, mem);
	rule_check(cond, NULL, known, (void *)(uintptr_t)items, &out);
	for (size_t i = 0; i < out.count; i++)
		text = arena_printf(mem, "%s%s%s %s", text, i ? ", " : "",
			mistake_name(out.list[i].code), out.list[i].path);
	return text;
}

static void every_mistake_of_a_condition_is_told_with_its_place(void)
{
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		CHECK_STR(told(json_of(shapes[i].cond, mem), mem),
			shapes[i].told);
	CHECK_STR(told(NULL, mem), "bad_kind ");
	arena_free(mem);
}

static void a_condition_stands_eight_deep_and_no_deeper(void)
{
	struct arena *mem = arena_new();
	const char *cond = "{\"field\":\"number\",\"ge\":1}";

	for (int i = 1; i < RULE_DEPTH; i++)
		cond = arena_printf(mem, "{\"not\":%s}", cond);
	CHECK_STR(told(json_of(cond, mem), mem), "");
	cond = arena_printf(mem, "{\"not\":%s}", cond);
	CHECK_STR(told(json_of(cond, mem), mem),
		"too_deep not.not.not.not.not.not.not.not");
	arena_free(mem);
}

int main(void)
{
	RUN(a_word_looks_at_one_field);
	RUN(all_any_and_not_follow_kleenes_tables);
	RUN(a_count_is_sure_when_the_unknown_cannot_change_it);
	RUN(the_fields_that_left_it_unsure_are_named_once);
	RUN(every_field_a_condition_looks_at_is_listed);
	RUN(every_mistake_of_a_condition_is_told_with_its_place);
	RUN(a_condition_stands_eight_deep_and_no_deeper);
	return tap_done();
}
