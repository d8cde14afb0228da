/*
 * test_match.c - when two descriptions may be of one person. The rules are
 * those of the domain reference §8.3; the identity numbers are the standard's
 * own and its worked examples (§8.1).
 */
#include "proto/match.h"

#include "tests/lib/tap.h"

#include <string.h>

static struct arena *mem;

static json_t *body(const char *text)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static const char *how(const char *asked, const char *person)
{
	struct err e;
	struct probe *p;
	const char *out;

	mem = arena_new();
	p = probe_new(body(asked), mem, &e);
	out = p ? match_name(probe_match(p, body(person))) : err_name(e.code);
	arena_free(mem);
	return out;
}

#define WHO(rest) "{\"name\":\"张伟\"" rest "}"

static void the_same_document_is_the_same_person(void)
{
	/* Written small, with blanks, wide, or as the fifteen old digits. */
	CHECK_STR(how("{\"id_number\":\"11010519491231002x\"}",
			  "{\"name\":\"李娜\",\"id_kind\":\"01\",\"id_number\":"
			  "\"11010519491231002X\"}"),
		"document");
	CHECK_STR(how("{\"id_number\":\"１１０１０５ 19491231 002Ｘ\"}",
			  "{\"name\":\"李娜\",\"id_number\":"
			  "\"11010519491231002X\"}"),
		"document");
	CHECK_STR(how("{\"id_number\":\"110105491231002\"}",
			  "{\"name\":\"李娜\",\"id_number\":"
			  "\"11010519491231002X\"}"),
		"document");
	CHECK_STR(how("{\"id_kind\":\"03\",\"id_number\":\"E12345678\"}",
			  "{\"name\":\"李娜\",\"id_kind\":\"03\","
			  "\"id_number\":\"E12345678\"}"),
		"document");
}

static void a_number_that_is_none_is_refused_and_not_searched(void)
{
	CHECK_STR(how("{\"id_number\":\"110105194912310021\"}",
			  "{\"name\":\"李娜\"}"),
		"bad_id_number");
}

static void a_name_needs_the_birth_date_and_the_sex(void)
{
	CHECK_STR(how(WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\"")),
		"name");
	CHECK_STR(how(WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-04\",\"sex\":\"1\"")),
		"");
	CHECK_STR(how(WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-03\",\"sex\":\"2\"")),
		"");
	/* Unknown and not stated contradict nothing. */
	CHECK_STR(how(WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-03\",\"sex\":\"9\"")),
		"name");
	/* What is known in part agrees with what is known whole. */
	CHECK_STR(how(WHO(",\"birth\":\"1987\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\"")),
		"name");
	CHECK_STR(how(WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05\",\"sex\":\"1\"")),
		"name");
	CHECK_STR(how(WHO(",\"birth\":\"1986\",\"sex\":\"1\""),
			  WHO(",\"birth\":\"1987-05-03\",\"sex\":\"1\"")),
		"");
}

#define BORN ",\"birth\":\"1987-05-03\",\"sex\":\"1\"}"

static void names_are_compared_as_they_sound_and_as_they_were(void)
{
	static const struct {
		const char *asked;
		const char *on_file;
		const char *how;
	} names[] = {
  /* heard, not seen */
		{"章伟",                   "张伟",                  "name"},
 /* a surname read in two ways: 单 shan, dan */
		{"单雄",                   "山雄",                  "name"},
 /* every middle dot is one */
		{"阿卜杜拉・买买提", "阿卜杜拉·买买提", "name"},
 /* a rare character, the same one */
		{"王𬱖",                  "王𬱖",                 "name"},
		{"张伟",                   "张薇薇",               ""    },
		{"张伟",                   "李伟",                  ""    },
		{"欧阳娜",                "欧阳娜娜",            ""    },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char a[200], b[200];

		snprintf(a, sizeof(a), "{\"name\":\"%s\"" BORN, names[i].asked);
		snprintf(b, sizeof(b), "{\"name\":\"%s\"" BORN,
			names[i].on_file);
		CHECK_STR(how(a, b), names[i].how);
		CHECK_STR(how(b, a), names[i].how);
	}
	CHECK_STR(how("{\"name\":\"王秀英\"" BORN,
			  "{\"name\":\"王丽\",\"aliases\":"
			  "\"王小妹、王秀英\"" BORN),
		"name");
}

static void a_telephone_needs_the_name(void)
{
	CHECK_STR(how(WHO(",\"phone\":\"199 0000 1234\""),
			  WHO(",\"phone\":\"+8619900001234\"")),
		"phone");
	/* Telephones are shared: of mother and child, of a whole committee. */
	CHECK_STR(how(WHO(",\"phone\":\"19900001234\""),
			  "{\"name\":\"李娜\",\"phone\":\"19900001234\"}"),
		"");
}

static void too_little_is_no_question(void)
{
	CHECK_STR(how("{}", WHO("")), "missing");
	CHECK_STR(how(WHO(""), WHO("")), "missing");
	CHECK_STR(how(WHO(",\"birth\":\"1987\""), WHO("")), "missing");
	CHECK_STR(how(WHO(",\"sex\":\"1\""), WHO("")), "missing");
	CHECK_STR(how("{\"phone\":\"19900001234\"}", WHO("")), "missing");
}

static void the_surest_rule_is_told(void)
{
	CHECK_STR(how("{\"name\":\"张伟\",\"id_number\":\"11010519491231002X\","
		      "\"birth\":\"1949-12-31\",\"sex\":\"2\",\"phone\":"
		      "\"19900001234\"}",
			  "{\"name\":\"张伟\",\"id_number\":"
			  "\"11010519491231002X\",\"birth\":\"1949-12-31\","
			  "\"sex\":\"2\",\"phone\":\"19900001234\"}"),
		"document");
	CHECK_STR(how("{\"name\":\"张伟\",\"birth\":\"1949-12-31\",\"sex\":"
		      "\"2\",\"phone\":\"19900001234\"}",
			  "{\"name\":\"张伟\",\"birth\":\"1949-12-31\",\"sex\":"
			  "\"2\",\"phone\":\"19900001234\"}"),
		"name");
}

int main(void)
{
	RUN(the_same_document_is_the_same_person);
	RUN(a_number_that_is_none_is_refused_and_not_searched);
	RUN(a_name_needs_the_birth_date_and_the_sex);
	RUN(names_are_compared_as_they_sound_and_as_they_were);
	RUN(a_telephone_needs_the_name);
	RUN(too_little_is_no_question);
	RUN(the_surest_rule_is_told);
	return tap_done();
}
