/*
 * test_person.c - identity numbers, telephone numbers, names and pinyin.
 *
 * Identity numbers come from tests/data/vectors.json (GB 11643's own example
 * among them); readings of names from the registers' practice.
 */
#include "proto/person.h"

#include "proto/base/json.h"
#include "tests/lib/tap.h"
#include "tests/lib/vectors.h"

#include <string.h>

static void check_vector(const json_t *v)
{
	const char *number = json_str(v, "id");
	struct resident_id id;
	struct err e = {0};
	bool ok = person_resident_id(number, "id_number", &id, &e);
	char day[DATE_TEXT];

	CHECK(ok == json_flag(v, "ok"));
	if (ok) {
		CHECK_STR(id.number, number);
		CHECK_STR(date_format(&id.birth, day), json_str(v, "birth"));
		CHECK_STR(strcmp(id.sex, "1") == 0 ? "male" : "female",
			json_str(v, "sex"));
	} else {
		const char *why = json_str(v, "why");

		CHECK(e.code == ERR_BAD_ID_NUMBER);
		CHECK_STR(e.field, "id_number");
		CHECK(strstr(e.accepts, strcmp(why, "check digit") == 0
						? "check digit"
						: "birth date"));
		CHECK(!strstr(e.msg, number) && !strstr(e.accepts, number));
	}
}

static void identity_numbers_give_birth_and_sex_or_say_why_not(void)
{
	struct arena *mem = arena_new();
	const json_t *list = json_object_get(vectors_read(mem), "resident_id");

	CHECK(json_array_size(list) == 7);
	for (size_t i = 0; i < json_array_size(list); i++)
		check_vector(json_array_get(list, i));
	arena_free(mem);
}

static void check_read(const char *typed, const char *number)
{
	struct resident_id id;
	struct err e;

	CHECK(person_resident_id(typed, "id_number", &id, &e));
	CHECK_STR(id.number, number);
}

static void identity_numbers_are_taken_the_way_people_type_them(void)
{
	check_read("11010519491231002x", "11010519491231002X");
	check_read(
		"１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X");
	check_read("　320508 19850228 0129 ", "320508198502280129");
}

static void first_generation_numbers_are_completed(void)
{
	struct resident_id id;
	struct err e;

	CHECK(person_resident_id("320508850228012", "id_number", &id, &e));
	CHECK(id.first_generation);
	CHECK_STR(id.number, "320508198502280129");
	CHECK_STR(id.sex, "2");
	CHECK(!person_resident_id("320508850229012", "id_number", &id, &e));
}

static void what_is_no_identity_number_is_refused(void)
{
	static const char *const bad[] = {"", "1", "3205081985022801",
		"32050819850228012", "3205081985022801290",
		"32050819850228012A", "X20508198502280129",
		"320508198502280I29", "320508179902280129",
		"320508000002280129", "320508198513010129", "张伟",
		"99999999999999999999999999999999999999999999"};
	struct resident_id id;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = {0};

		CHECK(!person_resident_id(bad[i], "id_number", &id, &e));
		CHECK(e.code == ERR_BAD_ID_NUMBER);
	}
}

static const struct {
	const char *typed;
	const char *stored; /* NULL: refused */
} phones[] = {
	{"13800138000",					   "+8613800138000"        },
	{"+86 138 0013 8000",				     "+8613800138000"        },
	{"+86-138-0013-8000",				     "+8613800138000"        },
	{"008613800138000",				       "+8613800138000"        },
	{"8613800138000",					 "+8613800138000"        },
	{"１９９００００１２３４",                     "+8619900001234"        },
	{"0512-65123456",					 "+8651265123456"        },
	{"(0512) 65123456",				       "+8651265123456"        },
	{"（0512）65123456",				    "+8651265123456"        },
	{"051265123456",					  "+8651265123456"        },
	{"+86 512 6512 3456",				     "+8651265123456"        },
	{"0512-65123456-801",				     "+8651265123456;ext=801"},
	{"0512-65123456转801",				   "+8651265123456;ext=801"},
	{"010-62345678",					  "+861062345678"         },
	{"021 62345678",					  "+862162345678"         },
	{"0796-8234567",					  "+867968234567"         },
	{"400-820-8820",					  "+864008208820"         },
	{"+852 2345 6789",					"+85223456789"          },
	{"12800138000",					   NULL                    },
	{"1380013800",					    NULL                    },
	{"138001380000",					  NULL                    },
	{"65123456",					      NULL                    },
	{"0512",						  NULL                    },
	{"0512-15123456",					 NULL                    },
	{"+12",						   NULL		    },
	{"1380013+8000",					  NULL                    },
	{"13800138000a",					  NULL                    },
	{"张伟",						NULL                    },
	{"",						      NULL		    },
	{"-",						     NULL		    },
	{"00000000000000000000000000000000000000000000000000000", NULL                    },
};

static void telephone_numbers_become_e164(void)
{
	for (size_t i = 0; i < ARRAY_LEN(phones); i++) {
		char out[PHONE_TEXT] = "";
		bool ok = person_phone(phones[i].typed, out);

		if (ok != (phones[i].stored != NULL))
			printf("# '%s' %s\n", phones[i].typed,
				ok ? out : "refused");
		CHECK(ok == (phones[i].stored != NULL));
		if (ok && phones[i].stored)
			CHECK_STR(out, phones[i].stored);
	}
}

/* What is stored is itself a way of writing the number. */
static void a_stored_telephone_number_stays_as_it_is(void)
{
	for (size_t i = 0; i < ARRAY_LEN(phones); i++) {
		char out[PHONE_TEXT];

		if (!phones[i].stored)
			continue;
		CHECK(person_phone(phones[i].stored, out));
		CHECK_STR(out, phones[i].stored);
	}
}

static const struct {
	const char *typed;
	const char *normal;
	const char *masked;
} names[] = {
	{"张伟",		 "张伟",               "张*"    },
	{" 张　伟 ",            "张伟",               "张*"    },
	{"欧阳修远",           "欧阳修远",         "欧阳**"},
	{"司马光",              "司马光",            "司马*" },
	{"欧阳",		 "欧阳",               "欧*"    },
	{"诸葛",		 "诸葛",               "诸*"    },
	{"阿不都・热合曼",  "阿不都·热合曼", "阿**"   },
	{"阿不都•热合曼",  "阿不都·热合曼", "阿**"   },
	{"阿不都．热合曼",  "阿不都·热合曼", "阿**"   },
	{"阿不都 · 热合曼", "阿不都·热合曼", "阿**"   },
	{"Ｊｏｈｎ  Smith",    "John Smith",           "J**"     },
	{"𬱖𬱖",               "𬱖𬱖",             "𬱖*"   },
	{"李",		    "李",                  "*"       },
	{"",		       "",		     "*"       },
};

static void names_are_stored_one_way_and_masked(void)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf b;

		buf_init(&b, 200);
		person_name_normal(names[i].typed, &b);
		CHECK_STR(b.p ? b.p : "", names[i].normal);
		buf_clear(&b);
		person_name_masked(names[i].normal, &b);
		CHECK_STR(b.p, names[i].masked);
		buf_free(&b);
	}
}

static void document_numbers_show_only_their_ends(void)
{
	static const char *const cases[][2] = {
		{"320508198502280129", "320508********0129"},
		{"320508850228012",    "320508*****8012"   },
		{"E12345678",          "E******78"         },
		{"A123",               "A***"              },
		{"",                   ""                  },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_clear(&b);
		person_number_masked(cases[i][0], &b);
		CHECK_STR(b.p ? b.p : "", cases[i][1]);
	}
	buf_free(&b);
}

static const struct {
	const char *name;
	const char *full;
	const char *initials;
} said[] = {
	{"张伟",               "zhangwei",        "zw"    },
	{"张　伟",            "zhangwei",        "zw"    },
	{"单雄信",            "shanxiongxin",    "sxx"   },
	{"仇英",               "qiuying",         "qy"    },
	{"曾国藩",            "zengguofan",      "zgf"   },
	{"解缙",               "xiejin",          "xj"    },
	{"查良镛",            "zhaliangyong",    "zly"   },
	{"区大相",            "oudaxiang",       "odx"   },
	{"任弼时",            "renbishi",        "rbs"   },
	{"华佗",               "huatuo",          "ht"    },
	{"朴树",               "piaoshu",         "ps"    },
	{"乐毅",               "yueyi leyi",      "yy ly" },
	{"盖聂",               "genie gainie",    "gn"    },
	{"翟让",               "zhairang dirang", "zr dr" },
	{"吕布",               "lvbu lyubu",      "lb"    },
	{"王绿",               "wanglv wanglyu",  "wl"    },
	{"欧阳修",            "ouyangxiu",       "oyx"   },
	{"尉迟恭",            "yuchigong",       "ycg"   },
	{"万俟卨",            "moqixie",         "mqx"   },
	{"单于夫",            "chanyufu",        "cyf"   },
	{"单于",               "shanyu",          "sy"    },
	{"长孙无忌",         "zhangsunwuji",    "zswj"  },
	{"阿不都·热合曼", "abudureheman",    "abdrhm"},
	{"John Smith",           "johnsmith",       "js"    },
	{"䶮㛃",               "yanjie",          "yj"    },
	{"李𬱖",              "lidi",            "ld"    },
};

static void names_are_found_by_pinyin_and_initials(void)
{
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct buf full, initials;

		buf_init(&full, 200);
		buf_init(&initials, 60);
		CHECK(person_pinyin(said[i].name, &full, &initials));
		CHECK_STR(full.p ? full.p : "", said[i].full);
		CHECK_STR(initials.p ? initials.p : "", said[i].initials);
		buf_free(&full);
		buf_free(&initials);
	}
}

static void a_name_that_cannot_be_read_is_reported(void)
{
	struct buf full, initials;

	buf_init(&full, 200);
	buf_init(&initials, 60);
	/* A character of private use stands for one the table lacks. */
	CHECK(!person_pinyin("张\xee\x80\x80", &full, &initials));
	CHECK_STR(full.p, "zhang");
	buf_clear(&full);
	CHECK(!person_pinyin("", &full, &initials));
	CHECK(full.n == 0);
	buf_free(&full);
	buf_free(&initials);
}

/* Bytes that are no UTF-8 must not lead a walk past the end. */
static void damaged_text_is_walked_to_its_end(void)
{
	static const char *const bad[] = {
		"\xe5", "\xe5\xbc", "\xf0\xac", "\x80\x80", "\xff", "\xc0\xaf"};
	struct buf b, other;
	char out[PHONE_TEXT];

	buf_init(&b, 100);
	buf_init(&other, 100);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(!person_phone(bad[i], out));
		CHECK(!person_pinyin(bad[i], &b, &other));
		person_name_masked(bad[i], &b);
		person_number_masked(bad[i], &b);
	}
	buf_free(&b);
	buf_free(&other);
}

int main(void)
{
	RUN(identity_numbers_give_birth_and_sex_or_say_why_not);
	RUN(identity_numbers_are_taken_the_way_people_type_them);
	RUN(first_generation_numbers_are_completed);
	RUN(what_is_no_identity_number_is_refused);
	RUN(telephone_numbers_become_e164);
	RUN(a_stored_telephone_number_stays_as_it_is);
	RUN(names_are_stored_one_way_and_masked);
	RUN(document_numbers_show_only_their_ends);
	RUN(names_are_found_by_pinyin_and_initials);
	RUN(a_name_that_cannot_be_read_is_reported);
	RUN(damaged_text_is_walked_to_its_end);
	return tap_done();
}
