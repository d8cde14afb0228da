/*
 * demo_people.c - see demo_people.h. Frequencies of names, education, work and
 * family status follow the recipe of the demo district: adults who are on a
 * register of severe mental disorder, their families, and children.
 */
#include "server/admin/demo_people.h"

#include "proto/base/utf8.h"

#include <stdio.h>
#include <string.h>

#define HAN 3 /* bytes of a Han character of the pools below */

/* clang-format off */
static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄",
	"赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高",
	"罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭",
	"萧", "田", "董", "潘", "袁", "蔡", "蒋", "余", "于", "杜", "叶", "程",
	"魏", "苏", "吕", "丁", "沈", "任", "姚", "卢", "傅", "钟", "姜", "崔",
	"谭", "廖", "范", "汪", "陆", "金", "石", "戴", "贾", "韦", "夏", "邱",
	"方", "侯", "邹", "熊", "孟", "秦", "白", "江", "阎", "薛", "尹", "段",
	"雷", "黎", "史", "龙", "陶", "贺", "顾", "毛", "郝", "龚", "邵", "钱",
	"曾", "解", "查", "华", "欧阳", "上官", "诸葛"};

/* The first names of this list are a third of all people. */
#define COMMON_SURNAMES 10

static const char *const compounds[] = {
	"欧阳", "上官", "司马", "诸葛", "尉迟", "万俟"};

/* Two characters make a given name; one from each side. */
/* clang-format off */
static const struct {
	int until; /* year of birth, exclusive */
	const char *male[2];
	const char *female[2];
} given[] = {
	{1965, {"建国志德文永金庆福长", "华平明林生贵祥根发才"},
                {"秀桂玉凤美淑月素金惠", "英珍兰芳华珠宝琴妹云"}   },
	{1985, {"建国志卫海晓文永立伟", "军明强平东峰斌华辉民"},
                {"丽秀春建晓小红海文玉", "红芳梅琴萍娟霞燕敏华"}   },
	{2005, {"宇浩志俊晓子嘉文思明", "杰鹏飞涛凯宁轩博磊阳"},
                {"雨晓佳思梦婷雅静欣文", "婷慧怡琳雯洁倩颖瑶君"}   },
	{9999, {"子梓浩宇奕沐铭睿泽一", "轩涵宸辰睿然阳航泽诺"},
                {"梓欣雨诗若语思子一可", "涵怡萱琪汐彤妍馨诺晴"}   },
};
/* clang-format on */
/* clang-format on */

static const char *pool_character(
	struct rng *r, struct arena *mem, const char *pool)
{
	size_t n = strlen(pool) / HAN;

	return arena_strndup(mem, pool + HAN * rng_below(r, n), HAN);
}

const char *people_name(struct rng *r, struct arena *mem, const char *surname,
	char sex, int birth_year)
{
	const char *const *pool;
	size_t era = 0;

	while (given[era].until <= birth_year)
		era++;
	pool = sex == MALE ? given[era].male : given[era].female;
	if (!surname)
		surname = surnames[rng_chance(r, 0.34)
					   ? rng_below(r, COMMON_SURNAMES)
					   : rng_below(r, ARRAY_LEN(surnames))];
	if (rng_chance(r, 0.12))
		return arena_printf(
			mem, "%s%s", surname, pool_character(r, mem, pool[1]));
	return arena_printf(mem, "%s%s%s", surname,
		pool_character(r, mem, pool[0]),
		pool_character(r, mem, pool[1]));
}

const char *people_surname(struct arena *mem, const char *name)
{
	const char *end = name;

	for (size_t i = 0; i < ARRAY_LEN(compounds); i++)
		if (strncmp(name, compounds[i], strlen(compounds[i])) == 0)
			return compounds[i];
	utf8_next(&end);
	return arena_strndup(mem, name, (size_t)(end - name));
}

const char *people_address(
	struct arena *mem, const char *name, char sex, int age)
{
	const char *surname = people_surname(mem, name);
	const char *rest = name + strlen(surname);

	if (strstr(name, "·"))
		return arena_strndup(mem, name, strcspn(name, "·"));
	if (age < 18)
		return utf8_count(rest) == 1 ? arena_printf(mem, "小%s", rest)
					     : rest;
	return arena_printf(
		mem, "%s%s", surname, sex == MALE ? "先生" : "女士");
}

const char *people_phone(struct rng *r, struct arena *mem)
{
	return arena_printf(mem, "1990000%04d", rng_between(r, 0, 9999));
}

const char *people_id_number(struct arena *mem, const char *division,
	const struct date *birth, int sequence)
{
	static const int weights[] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	static const char checks[] = "10X98765432";
	char *out = arena_printf(mem, "%.6s%04d%02d%02d%03d?", division,
		birth->year, birth->month, birth->day, sequence % 1000);
	int sum = 0;

	for (size_t i = 0; i < ARRAY_LEN(weights); i++)
		sum += (out[i] - '0') * weights[i];
	out[17] = checks[sum % 11];
	return out;
}

/* ---- the rest of a person ---- */

struct share {
	const char *code;
	int weight;
};

static const char *pick(struct rng *r, const struct share *s, size_t n)
{
	int weights[16];

	for (size_t i = 0; i < n; i++)
		weights[i] = s[i].weight;
	return s[rng_pick(r, weights, n)].code;
}

static const struct share marital[] = {
	{"10", 45},
        {"20", 35},
        {"40", 13},
        {"30", 7 }
};
static const struct share education[] = {
	{"14", 1 },
        {"21", 8 },
        {"31", 12},
        {"41", 14},
        {"61", 18},
        {"71", 30},
	{"81", 12},
        {"90", 5 }
};
static const struct share work[] = {
	{"70", 42},
        {"80", 18},
        {"90", 12},
        {"24", 9 },
        {"51", 6 },
        {"54", 4 },
	{"17", 6 },
        {"13", 3 }
};
static const struct share insurance[] = {
	{"employee",    45},
        {"resident",    42},
        {"medical_aid", 10},
	{"self_pay",    3 }
};
static const struct share ethnicity[] = {
	{"01", 965},
        {"03", 15 },
        {"11", 7  },
        {"05", 3  },
        {"15", 4  },
        {"06", 6  }
};

static const char *const streets[] = {"平桥街道桂花巷", "柳巷街道柳巷",
	"石鼓街道石鼓路", "新桥街道望河路", "南塘街道南塘里", "青枫街道枫林路",
	"望河街道河滨路", "桂园街道桂园新村"};

static const char *an_address(struct rng *r, struct arena *mem)
{
	return arena_printf(mem, "姑河区%s%d幢%d室",
		streets[rng_below(r, ARRAY_LEN(streets))],
		rng_between(r, 1, 48),
		rng_between(r, 1, 6) * 100 + rng_between(r, 1, 4));
}

static struct date a_birthday(
	struct rng *r, int64_t today, const struct wish *w)
{
	struct date on = date_from_days(today);
	int age = w->age ? w->age : rng_between(r, 18, 69);

	if (w->birth.year)
		return w->birth;
	on.year -= age;
	on.day = on.day > 28 ? 28 : on.day;
	on = date_add_days(&on, -rng_between(r, 1, 364));
	/* An infant was there before the case was. */
	if (w->born_by && date_to_days(&on) > w->born_by)
		on = date_from_days(w->born_by - date_to_days(&on) % 28);
	return on;
}

static void add_identity(struct rng *r, struct arena *mem, json_t *body,
	const struct date *birth, char sex, const char *given_number)
{
	static const char *const divisions[] = {"329901", "329902", "329903",
		"329904", "329905", "329906", "329907", "329908"};
	int sequence = rng_between(r, 0, 499) * 2 + (sex == MALE);

	size_t division = rng_below(r, ARRAY_LEN(divisions));

	if (given_number ? !given_number[0] : rng_chance(r, 0.03))
		return;
	json_object_set_new(body, "id_kind", json_string("01"));
	json_object_set_new(body, "id_number",
		json_string(given_number
				    ? given_number
				    : people_id_number(mem, divisions[division],
					      birth, sequence)));
}

static void add_status(
	struct rng *r, json_t *body, int age, const struct wish *w)
{
	const char *single = age < 22 ? "10" : pick(r, marital, 4);
	const char *working = age < 18 ? "31" : pick(r, work, 8);

	if (strcmp(working, "80") == 0 && age < 50)
		working = "70";
	json_object_set_new(
		body, "marital", json_string(w->marital ? w->marital : single));
	json_object_set_new(body, "work_status", json_string(working));
	json_object_set_new(body, "insurance",
		json_string(age < 18 ? "resident" : pick(r, insurance, 4)));
	if (age >= 18 && !rng_chance(r, 0.08))
		json_object_set_new(
			body, "education", json_string(pick(r, education, 8)));
}

json_t *people_body(
	struct rng *r, struct arena *mem, int64_t today, const struct wish *w)
{
	json_t *body = json_keep(json_object(), mem);
	struct date on = date_from_days(today), birth = a_birthday(r, today, w);
	char sex = w->sex ? w->sex : rng_chance(r, 0.5) ? MALE : FEMALE;
	char text[DATE_TEXT], sex_code[2] = {sex, 0};
	const char *name =
		w->name ? w->name
			: people_name(r, mem, w->surname, sex, birth.year);

	json_object_set_new(body, "name", json_string(name));
	json_object_set_new(body, "sex", json_string(sex_code));
	json_object_set_new(
		body, "birth", json_string(date_format(&birth, text)));
	add_identity(r, mem, body, &birth, sex, w->id_number);
	if (w->phone || !rng_chance(r, 0.04))
		json_object_set_new(body, "phone",
			json_string(
				w->phone ? w->phone : people_phone(r, mem)));
	json_object_set_new(body, "address", json_string(an_address(r, mem)));
	json_object_set_new(body, "district_code", json_string("329900"));
	add_status(r, body, date_age(&birth, &on), w);
	json_object_set_new(body, "ethnicity",
		json_string(
			w->ethnicity ? w->ethnicity : pick(r, ethnicity, 6)));
	if (w->diagnosis)
		json_object_set_new(
			body, "diagnosis", json_string(w->diagnosis));
	if (w->lunar)
		json_object_set_new(
			body, "lunar_birthday", json_string(w->lunar));
	if (w->note)
		json_object_set_new(body, "note", json_string(w->note));
	return body;
}
