/*
 * test_record.c - what a body must be: every kind of field at its limits, dates
 * that do not exist, numbers whose check digit does not fit, and that the
 * refusal names the field and never repeats what was sent.
 */
#include "proto/record.h"

#include "tests/lib/tap.h"

/* A type with one field of each kind and small limits. */
#define L       ",\"label\":{\"zh\":\"甲\",\"en\":\"A label\"}}"
#define CODE(c) "{\"code\":\"" c "\",\"zh\":\"甲\",\"en\":\"A\"}"
#define DOCUMENT                                                                                                                \
	"{\"codes\":{"                                                                                                          \
	"\"few\":{\"codes\":\"few\",\"label\":{\"zh\":\"甲\",\"en\":\"A\"},"                                                   \
	"\"items\":[" CODE("red") "," CODE("green") "," CODE(                                                                   \
		"blue") "]},"                                                                                                   \
			"\"many\":{\"codes\":\"many\",\"label\":{\"zh\":"                                                       \
			"\"甲\",\"en\":\"A\"},"                                                                                \
			"\"items\":[" CODE("1") "," CODE("2") "," CODE("3") "," CODE("4") "," CODE("5") "," CODE("6") "," CODE( \
				"7") "," CODE("8") "," CODE("9") "]}},"                                                         \
								 "\"types\":{"                                                  \
								 "\"k\":{"                                                      \
								 "\"type\":"                                                    \
								 "\"k\","                                                       \
								 "\"no\":1,"                                                    \
								 "\"scope\":"                                                   \
								 "\"case\","                                                    \
								 "\"class\":"                                                   \
								 "\"core\","                                                    \
								 "\"signable"                                                   \
								 "\":false,"                                                    \
								 "\"title\":["                                                  \
								 "\"t\"],"                                                      \
								 "\"label\":{"                                                  \
								 "\"zh\":"                                                      \
								 "\"甲\","                                                     \
								 "\"en\":"                                                      \
								 "\"A\"},"                                                      \
								 "\"fields\":"                                                  \
								 "["                                                            \
								 "{\"name\":"                                                   \
								 "\"t\","                                                       \
								 "\"kind\":"                                                    \
								 "\"text\","                                                    \
								 "\"min\":2,"                                                   \
								 "\"max\":4" L                                                  \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"i\","                                                       \
								 "\"kind\":"                                                    \
								 "\"int\","                                                     \
								 "\"min\":-1,"                                                  \
								 "\"max\":3" L                                                  \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"n\","                                                       \
								 "\"kind\":"                                                    \
								 "\"number\","                                                  \
								 "\"min\":0,"                                                   \
								 "\"max\":2" L                                                  \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"b\","                                                       \
								 "\"kind\":"                                                    \
								 "\"bool\"" L                                                   \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"d\","                                                       \
								 "\"kind\":"                                                    \
								 "\"date\","                                                    \
								 "\"min\":"                                                     \
								 "1900,"                                                        \
								 "\"max\":"                                                     \
								 "2100" L ","                                                   \
								 "{\"name\":"                                                   \
								 "\"p\","                                                       \
								 "\"kind\":"                                                    \
								 "\"partial_"                                                   \
								 "date\"" L                                                     \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"w\","                                                       \
								 "\"kind\":"                                                    \
								 "\"time\"" L                                                   \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"c\","                                                       \
								 "\"kind\":"                                                    \
								 "\"code\","                                                    \
								 "\"codes\":"                                                   \
								 "\"few\"" L                                                    \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"m\","                                                       \
								 "\"kind\":"                                                    \
								 "\"code\","                                                    \
								 "\"codes\":"                                                   \
								 "\"many\"" L                                                   \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"cs\","                                                      \
								 "\"kind\":"                                                    \
								 "\"codes\","                                                   \
								 "\"codes\":"                                                   \
								 "\"few\","                                                     \
								 "\"max\":2" L                                                  \
								 ",{\"name\":"                                                  \
								 "\"r\","                                                       \
								 "\"kind\":"                                                    \
								 "\"ref\","                                                     \
								 "\"to\":["                                                     \
								 "\"k\"]" L                                                     \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"rs\","                                                      \
								 "\"kind\":"                                                    \
								 "\"refs\","                                                    \
								 "\"to\":["                                                     \
								 "\"k\"],"                                                      \
								 "\"max\":2" L                                                  \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"j\","                                                       \
								 "\"kind\":"                                                    \
								 "\"json\","                                                    \
								 "\"max\":9" L                                                  \
								 ","                                                            \
								 "{\"name\":"                                                   \
								 "\"h\","                                                       \
								 "\"kind\":"                                                    \
								 "\"text\","                                                    \
								 "\"max\":99,"                                                  \
								 "\"check\":"                                                   \
								 "\"sha256"                                                     \
								 "\"" L                                                         \
								 ",{\"name\":"                                                  \
								 "\"col\","                                                     \
								 "\"kind\":"                                                    \
								 "\"text\","                                                    \
								 "\"max\":9,"                                                   \
								 "\"check\":"                                                   \
								 "\"color\"" L                                                  \
								 ",{\"name\":"                                                  \
								 "\"s\","                                                       \
								 "\"kind\":"                                                    \
								 "\"int\","                                                     \
								 "\"max\":9,"                                                   \
								 "\"server\":"                                                  \
								 "true" L                                                       \
								 "]}}}"

#define ID(n) "\"0192f5a0-0000-7000-8000-00000000000" n "\""

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static struct catalogue *small_catalogue(void)
{
	struct err e;
	struct catalogue *c =
		catalogue_read(DOCUMENT, sizeof(DOCUMENT) - 1, &e);

	if (!c)
		die("the test's own catalogue is wrong: %s", e.msg);
	return c;
}

static const struct {
	const char *body;
	enum err_code code; /* ERR_NONE: is taken */
	const char *field;
} values[] = {
  /* clang-format off */
	{"{\"t\":\"a\"}",                         ERR_OUT_OF_RANGE, "t"},
	{"{\"t\":\"ab\"}",                        ERR_NONE,         "t"},
	{"{\"t\":\"abcd\"}",                      ERR_NONE,         "t"},
	{"{\"t\":\"abcde\"}",                     ERR_OUT_OF_RANGE, "t"},
	{"{\"t\":\"张三李四\"}",                   ERR_NONE,         "t"},
	{"{\"t\":\"𠮷𡈽𠮷𡈽\"}",                      ERR_NONE,         "t"},
	{"{\"t\":\"𠮷𡈽𠮷𡈽𠮷\"}",                     ERR_OUT_OF_RANGE, "t"},
	{"{\"t\":\"𠮷\"}",                         ERR_OUT_OF_RANGE, "t"},
	{"{\"t\":7}",                             ERR_BAD_KIND,     "t"},
	{"{\"t\":[\"ab\"]}",                      ERR_BAD_KIND,     "t"},
	{"{\"t\":false}",                         ERR_BAD_KIND,     "t"},
	{"{\"i\":-2}",                            ERR_OUT_OF_RANGE, "i"},
	{"{\"i\":-1}",                            ERR_NONE,         "i"},
	{"{\"i\":3}",                             ERR_NONE,         "i"},
	{"{\"i\":4}",                             ERR_OUT_OF_RANGE, "i"},
	{"{\"i\":9223372036854775807}",           ERR_OUT_OF_RANGE, "i"},
	{"{\"i\":2.0}",                           ERR_BAD_KIND,     "i"},
	{"{\"i\":\"2\"}",                         ERR_BAD_KIND,     "i"},
	{"{\"i\":true}",                          ERR_BAD_KIND,     "i"},
	{"{\"n\":-0.001}",                        ERR_OUT_OF_RANGE, "n"},
	{"{\"n\":0}",                             ERR_NONE,         "n"},
	{"{\"n\":2.0}",                           ERR_NONE,         "n"},
	{"{\"n\":2.0001}",                        ERR_OUT_OF_RANGE, "n"},
	{"{\"n\":\"1\"}",                         ERR_BAD_KIND,     "n"},
	{"{\"b\":true}",                          ERR_NONE,         "b"},
	{"{\"b\":false}",                         ERR_NONE,         "b"},
	{"{\"b\":0}",                             ERR_BAD_KIND,     "b"},
	{"{\"b\":\"true\"}",                      ERR_BAD_KIND,     "b"},
	{"{\"d\":\"1899-12-31\"}",                ERR_OUT_OF_RANGE, "d"},
	{"{\"d\":\"1900-01-01\"}",                ERR_NONE,         "d"},
	{"{\"d\":\"2100-12-31\"}",                ERR_NONE,         "d"},
	{"{\"d\":\"2101-01-01\"}",                ERR_OUT_OF_RANGE, "d"},
	{"{\"d\":\"2023-02-29\"}",                ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2024-02-29\"}",                ERR_NONE,         "d"},
	{"{\"d\":\"1900-02-29\"}",                ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2000-02-29\"}",                ERR_NONE,         "d"},
	{"{\"d\":\"2026-04-31\"}",                ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2026-13-01\"}",                ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2026-00-10\"}",                ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2026-1-1\"}",                  ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2026-01-01T00:00:00Z\"}",      ERR_BAD_DATE,     "d"},
	{"{\"d\":\"2026-01\"}",                   ERR_BAD_DATE,     "d"},
	{"{\"d\":20260101}",                      ERR_BAD_DATE,     "d"},
	{"{\"p\":\"1987\"}",                      ERR_NONE,         "p"},
	{"{\"p\":\"1987-05\"}",                   ERR_NONE,         "p"},
	{"{\"p\":\"1987-05-09\"}",                ERR_NONE,         "p"},
	{"{\"p\":\"1987-13\"}",                   ERR_BAD_DATE,     "p"},
	{"{\"p\":\"1987-02-29\"}",                ERR_BAD_DATE,     "p"},
	{"{\"p\":\"1987-\"}",                     ERR_BAD_DATE,     "p"},
	{"{\"p\":\"87\"}",                        ERR_BAD_DATE,     "p"},
	{"{\"p\":1987}",                          ERR_BAD_DATE,     "p"},
	{"{\"w\":\"2026-11-21T09:30:00+08:00\"}", ERR_NONE,         "w"},
	{"{\"w\":\"2026-11-21T01:30:00.5Z\"}",    ERR_NONE,         "w"},
	{"{\"w\":\"2026-11-21T09:30:00\"}",       ERR_BAD_DATE,     "w"},
	{"{\"w\":\"2026-11-21\"}",                ERR_BAD_DATE,     "w"},
	{"{\"w\":\"2026-02-29T09:30:00Z\"}",      ERR_BAD_DATE,     "w"},
	{"{\"w\":\"2026-11-21T25:30:00Z\"}",      ERR_BAD_DATE,     "w"},
	{"{\"w\":1795224600}",                    ERR_BAD_DATE,     "w"},
	{"{\"c\":\"red\"}",                       ERR_NONE,         "c"},
	{"{\"c\":\"Red\"}",                       ERR_BAD_CODE,     "c"},
	{"{\"c\":\"\"}",                          ERR_BAD_CODE,     "c"},
	{"{\"c\":1}",                             ERR_BAD_CODE,     "c"},
	{"{\"cs\":[]}",                           ERR_NONE,         "cs"},
	{"{\"cs\":[\"red\",\"blue\"]}",           ERR_NONE,         "cs"},
	{"{\"cs\":[\"red\",\"blue\",\"green\"]}", ERR_OUT_OF_RANGE, "cs"},
	{"{\"cs\":[\"red\",\"red\"]}",            ERR_OUT_OF_RANGE, "cs"},
	{"{\"cs\":[\"red\",\"pink\"]}",           ERR_BAD_CODE,     "cs"},
	{"{\"cs\":[null]}",                       ERR_BAD_CODE,     "cs"},
	{"{\"cs\":\"red\"}",                      ERR_BAD_KIND,     "cs"},
	{"{\"cs\":{\"red\":1}}",                  ERR_BAD_KIND,     "cs"},
	{"{\"r\":" ID("1") "}",                   ERR_NONE,         "r"},
	{"{\"r\":\"0192F5A0-0000-7000-8000-000000000001\"}", ERR_BAD_KIND, "r"},
	{"{\"r\":\"00000000-0000-0000-0000-000000000000\"}", ERR_BAD_KIND, "r"},
	{"{\"r\":\"0192f5a0000070008000000000000001\"}",     ERR_BAD_KIND, "r"},
	{"{\"r\":\"\"}",                          ERR_BAD_KIND,     "r"},
	{"{\"r\":1}",                             ERR_BAD_KIND,     "r"},
	{"{\"rs\":[" ID("1") "," ID("2") "]}",    ERR_NONE,         "rs"},
	{"{\"rs\":[" ID("1") "," ID("1") "]}",    ERR_OUT_OF_RANGE, "rs"},
	{"{\"rs\":[" ID("1") "," ID("2") "," ID("3") "]}", ERR_OUT_OF_RANGE, "rs"},
	{"{\"rs\":" ID("1") "}",                  ERR_BAD_KIND,     "rs"},
	{"{\"j\":{\"a\":123}}",                   ERR_NONE,         "j"},
	{"{\"j\":{ \"a\" : 123 }}",               ERR_NONE,         "j"},
	{"{\"j\":{\"a\":1234}}",                  ERR_OUT_OF_RANGE, "j"},
	{"{\"j\":[\"张\"]}",                       ERR_NONE,         "j"},
	{"{\"j\":[\"张三\"]}",                     ERR_OUT_OF_RANGE, "j"},
	{"{\"j\":7}",                             ERR_BAD_KIND,     "j"},
	{"{\"j\":\"{}\"}",                        ERR_BAD_KIND,     "j"},
	{"{\"h\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}", ERR_NONE, "h"},
	{"{\"h\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\"}", ERR_BAD_INPUT, "h"},
	{"{\"h\":\"g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}", ERR_BAD_INPUT, "h"},
	{"{\"h\":\"E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}", ERR_BAD_INPUT, "h"},
	{"{\"col\":\"#00aaff\"}",                 ERR_NONE,         "col"},
	{"{\"col\":\"#00aaf\"}",                  ERR_BAD_INPUT,    "col"},
	{"{\"col\":\"00aaff0\"}",                 ERR_BAD_INPUT,    "col"},
	{"{\"col\":\"#00aafg\"}",                 ERR_BAD_INPUT,    "col"},
	{"{\"s\":1}",                             ERR_SERVER_OWNED, "s"},
	{"{\"z\":1}",                             ERR_UNKNOWN_FIELD, "z"},
	{"{\"T\":\"ab\"}",                        ERR_UNKNOWN_FIELD, "T"},
	{"{\"t\":null,\"i\":null,\"cs\":null}",   ERR_NONE,         "t"},
  /* clang-format on */
};

static void every_kind_of_field_is_held_to_its_limits(void)
{
	struct catalogue *c = small_catalogue();
	const struct rtype *t = catalogue_type(c, "k");

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct arena *mem = arena_new();
		json_t *body = parse(values[i].body, mem);
		struct err e = {.code = ERR_NONE};
		bool taken = record_check(c, t, body, false, &e);

		CHECK(taken == (values[i].code == ERR_NONE));
		CHECK(taken || e.code == values[i].code);
		CHECK_STR(taken ? values[i].field : e.field, values[i].field);
		CHECK(taken || e.accepts[0] != 0);
		CHECK(record_check_some(c, t, body, false, &e) == taken);
		arena_free(mem);
		if (tap_bad) {
			printf("# %s\n", values[i].body);
			break;
		}
	}
	catalogue_free(c);
}

static void a_field_only_the_centre_fills_is_taken_from_the_centre(void)
{
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "k");
	struct err e;

	CHECK(record_check(c, t, parse("{\"s\":9}", mem), true, &e));
	CHECK(!record_check(c, t, parse("{\"s\":10}", mem), true, &e));
	CHECK(e.code == ERR_OUT_OF_RANGE);
	arena_free(mem);
	catalogue_free(c);
}

/* A body that stands may hold fields of a newer program; an author may not. */
static void fields_of_a_newer_program_do_not_spoil_a_body_that_stands(void)
{
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "k");
	json_t *body = parse("{\"t\":\"ab\",\"newer\":{\"x\":1}}", mem);
	struct err e;

	CHECK(record_check(c, t, body, true, &e));
	CHECK(!record_check(c, t, body, false, &e));
	CHECK(e.code == ERR_UNKNOWN_FIELD);
	CHECK_STR(e.field, "newer");
	arena_free(mem);
	catalogue_free(c);
}

static void what_is_no_object_is_no_body(void)
{
	static const char *const not [] = {"[]", "7", "null", "\"{}\""};
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
		CHECK(!record_check(c, catalogue_type(c, "k"),
			parse(not [i], mem), false, &e));
		CHECK(e.code == ERR_BAD_KIND);
	}
	arena_free(mem);
	catalogue_free(c);
}

static void a_wrong_code_is_answered_with_the_choices(void)
{
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "k");
	struct err e;

	CHECK(!record_check(c, t, parse("{\"c\":\"x\"}", mem), false, &e));
	CHECK_STR(e.accepts, "red green blue");
	/* Of a long list the beginning; the page offers the rest. */
	CHECK(!record_check(c, t, parse("{\"m\":\"x\"}", mem), false, &e));
	CHECK_STR(e.accepts, "1 2 3 4 5 6 7 8 …");
	arena_free(mem);
	catalogue_free(c);
}

/* What is accepted is said in the language of the rest. */
static void a_text_that_is_refused_is_told_in_both_languages(void)
{
	static const char *const bodies[] = {
		"{\"t\":\"a\\u0007\"}", "{\"t\":\"123456789\"}"};
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "k");

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct buf zh, en;
		struct err e;

		buf_init(&zh, 4096);
		buf_init(&en, 4096);
		CHECK(!record_check(c, t, parse(bodies[i], mem), false, &e));
		err_sentence(&e, LANG_ZH, &zh);
		err_sentence(&e, LANG_EN, &en);
		CHECK(!strstr(zh.p, "character") && strstr(zh.p, "字符"));
		CHECK(strstr(en.p, "character") && !strstr(en.p, "字符"));
		buf_free(&zh);
		buf_free(&en);
	}
	arena_free(mem);
	catalogue_free(c);
}

/* ---- characters ---- */

static void texts_hold_no_character_that_hides_or_reorders_others(void)
{
	static const struct {
		const char *text; /* JSON */
		bool taken;
	} rows[] = {
		{"a\\tb",     true },
		{"a\\r\\nb",  true },
		{"a\\u0000",  false},
		{"a\\u0007",  false},
		{"a\\u001b",  false},
		{"a\\u007f",  false},
		{"a\\u0085",  false},
		{"a\\u00a0",  true },
 /* overrides, embeddings and isolates */
		{"a\\u202e",  false},
		{"a\\u202a",  false},
		{"a\\u2066",  false},
		{"a\\u2069",  false},
 /* joiners and marks belong to scripts people here write */
		{"a\\u200d",  true },
		{"a\\u200f",  true },
		{"a\\u2028b", true },
	};
	struct catalogue *c = small_catalogue();
	const struct rtype *t = catalogue_type(c, "k");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *mem = arena_new();
		char *text = arena_printf(mem, "{\"t\":\"%s\"}", rows[i].text);
		struct err e = {.code = ERR_NONE}, other;
		json_t *body = json_read(
			text, strlen(text), &json_limits_body, mem, &other);

		CHECK((body && record_check(c, t, body, false, &e)) ==
			rows[i].taken);
		if (body && !rows[i].taken)
			CHECK(e.code == ERR_BAD_INPUT &&
				strcmp(e.field, "t") == 0);
		if (tap_bad)
			printf("# %s\n", rows[i].text);
		arena_free(mem);
	}
	catalogue_free(c);
}

/* ---- real types ---- */

static enum err_code check_person(const char *members, struct err *e)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	char *text = arena_printf(mem, "{\"name\":\"张三\"%s}", members);
	bool ok = record_check(
		c, catalogue_type(c, "person"), parse(text, mem), false, e);

	arena_free(mem);
	catalogue_free(c);
	return ok ? ERR_NONE : e->code;
}

/* Numbers of GB 11643-1999's own example and of our reference §8.1. */
static void a_resident_number_is_checked_when_the_document_is_one(void)
{
	static const struct {
		const char *members;
		enum err_code code;
	} rows[] = {
		{",\"id_kind\":\"01\",\"id_number\":\"11010519491231002X\"",
                 ERR_NONE								     },
		{",\"id_kind\":\"01\",\"id_number\":\"11010519491231002x\"",
                 ERR_NONE								     },
		{",\"id_kind\":\"01\",\"id_number\":\"440524188001010014\"",
                 ERR_NONE								     },
		{",\"id_kind\":\"01\",\"id_number\":\"320508198502280129\"",
                 ERR_NONE								     },
		{",\"id_kind\":\"01\",\"id_number\":\"320508198502280128\"",
                 ERR_BAD_ID_NUMBER							    },
		{",\"id_kind\":\"01\",\"id_number\":\"320508198502290124\"",
                 ERR_BAD_ID_NUMBER							    },
		{",\"id_kind\":\"01\",\"id_number\":\"E12345678\"",
                 ERR_BAD_ID_NUMBER							    },
		{",\"id_kind\":\"03\",\"id_number\":\"E12345678\"",          ERR_NONE         },
		{",\"id_kind\":\"03\",\"id_number\":\"320508198502280128\"",
                 ERR_NONE								     },
		{",\"id_number\":\"E12345678\"",                             ERR_BAD_ID_NUMBER},
		{"",							 ERR_NONE         },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e;

		CHECK(check_person(rows[i].members, &e) == rows[i].code);
		if (rows[i].code)
			CHECK_STR(e.field, "id_number");
		if (tap_bad)
			printf("# %s\n", rows[i].members);
	}
}

/* The same person, however the number was typed; the check digits are those of
 * the numbers above. */
static void a_resident_number_is_stored_in_one_form(void)
{
	static const struct {
		const char *set;
		const char *rest;
		const char *number;
	} rows[] = {
		{"{\"id_number\":\"11010519491231002x\"}",                    "{}",
                 "11010519491231002X"								   },
		{"{\"id_number\":\"11010519491231002X\"}",                    "{}",
                 "11010519491231002X"								   },
		{"{\"id_number\":\"110105 19491231 002ｘ\"}",
                 "{\"id_kind\":\"01\"}",                                            "11010519491231002X"},
		{"{\"id_number\":\"110105491231002\",\"id_kind\":\"01\"}",    "{}",
                 "11010519491231002X"								   },
 /* Of another document it is a text like others. */
		{"{\"id_number\":\"11010519491231002x\"}",
                 "{\"id_kind\":\"03\"}",                                            "11010519491231002x"},
		{"{\"id_number\":\"11010519491231002x\",\"id_kind\":\"03\"}",
                 "{\"id_kind\":\"01\"}",                                            "11010519491231002x"},
		{"{\"id_number\":\"11010519491231002x\",\"id_kind\":null}",
                 "{\"id_kind\":\"03\"}",                                            "11010519491231002X"},
 /* What is none is refused as it was typed. */
		{"{\"id_number\":\"e1234\"}",                                 "{}", "e1234"             },
	};
	struct catalogue *c = catalogue_load();
	const struct rtype *t = catalogue_type(c, "person");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *mem = arena_new();
		json_t *set = parse(rows[i].set, mem);

		record_normalise(t, set, parse(rows[i].rest, mem));
		CHECK_STR(json_str(set, "id_number"), rows[i].number);
		arena_free(mem);
	}
	catalogue_free(c);
}

/* A patch may name the number alone; what kind it is stands in the body. */
static void a_number_alone_is_not_judged_before_its_kind_is_known(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "person");
	struct err e;

	CHECK(record_check_some(
		c, t, parse("{\"id_number\":\"E12345678\"}", mem), false, &e));
	CHECK(!record_check_some(
		c, t, parse("{\"id_number\":\"E1\"}", mem), false, &e));
	CHECK(e.code == ERR_OUT_OF_RANGE);
	arena_free(mem);
	catalogue_free(c);
}

static void telephone_numbers_are_those_people_can_be_reached_at(void)
{
	static const char *const good[] = {"13800000000", "+86 138 0000 0000",
		"0512-65123456", "0512-65123456-801"};
	static const char *const bad[] = {
		"12345", "1380000000", "12800000000", "call me", ""};
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct arena *mem = arena_new();

		CHECK(check_person(
			      arena_printf(mem, ",\"phone\":\"%s\"", good[i]),
			      &e) == ERR_NONE);
		arena_free(mem);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena *mem = arena_new();

		CHECK(check_person(
			      arena_printf(mem, ",\"phone\":\"%s\"", bad[i]),
			      &e) == ERR_BAD_INPUT);
		CHECK_STR(e.field, "phone");
		arena_free(mem);
	}
}

static void a_refusal_never_repeats_what_was_sent(void)
{
	static const struct {
		const char *members;
		const char *secret;
	} rows[] = {
		{",\"id_kind\":\"01\",\"id_number\":\"320508198502280128\"",
                 "3205"								  },
		{",\"phone\":\"55512345\"",                                  "55512345"  },
		{",\"birth\":\"1987-02-31\"",                                "1987-02-31"},
		{",\"sex\":\"secret\"",                                      "secret"    },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e;

		CHECK(check_person(rows[i].members, &e) != ERR_NONE);
		CHECK(!strstr(e.accepts, rows[i].secret));
		CHECK(!strstr(e.msg, rows[i].secret));
		CHECK(!strstr(e.field, rows[i].secret));
	}
}

static void what_is_required_must_be_there_in_a_whole_body(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "task");
	struct err e;

	CHECK(!record_check(
		c, t, parse("{\"status\":\"open\"}", mem), false, &e));
	CHECK(e.code == ERR_MISSING);
	CHECK_STR(e.field, "title");
	CHECK(!record_check(c, t, parse("{\"title\":null}", mem), false, &e));
	CHECK(e.code == ERR_MISSING);
	CHECK(record_check(c, t, parse("{\"title\":\"x\"}", mem), false, &e));
	CHECK(record_check_some(
		c, t, parse("{\"status\":\"open\"}", mem), false, &e));
	arena_free(mem);
	catalogue_free(c);
}

static void a_period_does_not_end_before_it_begins(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(c, "member");
	struct err e;

	CHECK(record_check(c, t,
		parse("{\"from\":\"2026-02-01\",\"to\":\"2026-02-01\"}", mem),
		false, &e));
	CHECK(!record_check(c, t,
		parse("{\"from\":\"2026-02-01\",\"to\":\"2026-01-31\"}", mem),
		false, &e));
	CHECK(e.code == ERR_OUT_OF_RANGE);
	CHECK_STR(e.field, "to");
	arena_free(mem);
	catalogue_free(c);
}

static void what_may_only_grow_does_nothing_else(void)
{
	static const struct {
		const char *before;
		const char *after;
		bool grows;
	} rows[] = {
		{"{}",                    "{\"process\":\"a\"}",      true },
		{"{\"process\":\"a\"}",   "{\"process\":\"a\"}",      true },
		{"{\"process\":\"a\"}",   "{\"process\":\"ab\"}",     true },
		{"{\"process\":\"a\"}",   "{\"process\":\"ba\"}",     false},
		{"{\"process\":\"ab\"}",  "{\"process\":\"a\"}",      false},
		{"{\"process\":\"a\"}",   "{}",                       false},
		{"{\"process\":\"张\"}", "{\"process\":\"张三\"}", true },
		{"{\"aim\":\"a\"}",       "{\"aim\":\"b\"}",          true },
	};
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = {.code = ERR_NONE};

		CHECK(record_check_growth(catalogue_type(c, "service"),
			      parse(rows[i].before, mem),
			      parse(rows[i].after, mem), &e) == rows[i].grows);
		CHECK(rows[i].grows || (e.code == ERR_BAD_INPUT &&
					       !strcmp(e.field, "process")));
	}
	arena_free(mem);
	catalogue_free(c);
}

/* ---- what a body says about its record ---- */

static void a_unit_is_the_case_the_person_or_the_directory(void)
{
	struct catalogue *c = catalogue_load();
	const struct uuid id = {{1}}, kase = {{2}}, nil = {{0}};
	static const struct {
		const char *type;
		int unit; /* 0 nil, 1 itself, 2 the case */
	} rows[] = {
		{"site",     0},
		{"staff",    0},
		{"district", 0},
		{"person",   1},
		{"case",     1},
		{"service",  2},
		{"member",   2},
		{"conflict", 2},
		{"relation", 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uuid u = record_unit(
			catalogue_type(c, rows[i].type), &id, &kase);

		CHECK(uuid_cmp(&u, rows[i].unit == 0   ? &nil
				   : rows[i].unit == 1 ? &id
						       : &kase) == 0);
	}
	catalogue_free(c);
}

static void only_a_type_that_can_be_restricted_is(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	json_t *yes = parse("{\"restricted\":true}", mem);
	json_t *no = parse("{\"restricted\":false}", mem);

	CHECK(record_class_of(catalogue_type(c, "service"), yes) == 32);
	CHECK(record_class_of(catalogue_type(c, "service"), no) == 16);
	CHECK(record_class_of(catalogue_type(c, "service"), NULL) == 16);
	CHECK(record_class_of(catalogue_type(c, "person"), yes) == 2);
	CHECK(record_class_of(catalogue_type(c, "plan"), yes) == 8);
	arena_free(mem);
	catalogue_free(c);
}

static void nulls_are_dropped_at_the_top_and_kept_inside_values(void)
{
	struct arena *mem = arena_new();
	json_t *body = parse("{\"a\":null,\"b\":{\"c\":null},\"d\":[null],"
			     "\"e\":null,\"f\":0}",
		mem);

	record_drop_nulls(body);
	CHECK_STR(json_canonical(body, mem),
		"{\"b\":{\"c\":null},\"d\":[null],\"f\":0}");
	arena_free(mem);
}

struct found {
	char text[400];
	size_t left;
};

static bool note_ref(void *ctx, const struct field *f, const struct uuid *id)
{
	struct found *x = ctx;
	char text[UUID_TEXT];
	size_t at = strlen(x->text);

	snprintf(x->text + at, sizeof(x->text) - at, "%s=%c ", f->name,
		uuid_format(id, text)[35]);
	return --x->left > 0;
}

static void every_record_a_body_names_is_found(void)
{
	struct catalogue *c = small_catalogue();
	struct arena *mem = arena_new();
	json_t *body =
		parse("{\"t\":" ID("9") ",\"r\":" ID("1") ",\"rs\":[" ID(
			      "2") "," ID("3") ",7,\"x\"],\"j\":[" ID("4") "]}",
			mem);
	struct found all = {"", 99}, two = {"", 2};

	CHECK(record_each_ref(catalogue_type(c, "k"), body, note_ref, &all));
	CHECK_STR(all.text, "r=1 rs=2 rs=3 ");
	CHECK(!record_each_ref(catalogue_type(c, "k"), body, note_ref, &two));
	CHECK_STR(two.text, "r=1 rs=2 ");
	CHECK(record_each_ref(catalogue_type(c, "k"),
		parse("{\"r\":null,\"rs\":null}", mem), note_ref, &two));
	arena_free(mem);
	catalogue_free(c);
}

int main(void)
{
	RUN(every_kind_of_field_is_held_to_its_limits);
	RUN(a_field_only_the_centre_fills_is_taken_from_the_centre);
	RUN(fields_of_a_newer_program_do_not_spoil_a_body_that_stands);
	RUN(what_is_no_object_is_no_body);
	RUN(a_wrong_code_is_answered_with_the_choices);
	RUN(a_text_that_is_refused_is_told_in_both_languages);
	RUN(texts_hold_no_character_that_hides_or_reorders_others);
	RUN(a_resident_number_is_checked_when_the_document_is_one);
	RUN(a_number_alone_is_not_judged_before_its_kind_is_known);
	RUN(a_resident_number_is_stored_in_one_form);
	RUN(telephone_numbers_are_those_people_can_be_reached_at);
	RUN(a_refusal_never_repeats_what_was_sent);
	RUN(what_is_required_must_be_there_in_a_whole_body);
	RUN(a_period_does_not_end_before_it_begins);
	RUN(what_may_only_grow_does_nothing_else);
	RUN(a_unit_is_the_case_the_person_or_the_directory);
	RUN(only_a_type_that_can_be_restricted_is);
	RUN(nulls_are_dropped_at_the_top_and_kept_inside_values);
	RUN(every_record_a_body_names_is_found);
	return tap_done();
}
