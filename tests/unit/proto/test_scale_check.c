/*
 * test_scale_check.c - descriptions of instruments that cannot be scored are
 * refused, each mistake with its place.
 */
#include "proto/scale.h"

#include "tests/lib/tap.h"

/* A sound little instrument; each row spoils it in one place. */
#define Z "\"zh\":\"甲\",\"en\":\"A\""
#define SOUND                                                                  \
	"{\"scale\":\"x\",\"version\":\"1\",\"label\":{" Z "},\"licence\":{" Z \
	"},\"good\":\"low\",\"headline\":\"total\",\"wording\":\"full\","      \
	"\"options\":{\"o\":[{\"value\":0," Z "},{\"value\":1," Z "}]},"       \
	"\"items\":[{\"no\":\"1\",\"options\":\"o\"," Z                        \
	"},{\"no\":\"2\",\"options\":\"o\"," Z "}],"                           \
	"\"scores\":[{\"name\":\"total\",\"do\":\"sum\",\"items\":[\"1\"],"    \
	"\"min\":0,\"max\":1," Z "},{\"name\":\"percentage\","                 \
	"\"do\":\"times\",\"of\":\"total\",\"by\":4,\"min\":0,\"max\":4," Z    \
	"}],\"bands\":{\"of\":\"total\",\"list\":[{\"code\":\"a\","            \
	"\"from\":0," Z "},{\"code\":\"b\",\"from\":1," Z "}]},"               \
	"\"alerts\":[{\"item\":\"2\",\"from\":1,\"code\":\"c\"," Z "}]}"

static const struct {
	const char *from;
	const char *to;
	const char *path;
	enum mistake_code code;
} spoilt[] = {
  /* clang-format off */
	{"\"low\"",                       "\"left\"",                     "good",               MISTAKE_BAD_VALUE},
	{"\"headline\":\"total\"",        "\"headline\":\"raw\"",         "scores",             MISTAKE_UNKNOWN_SCORE},
	{"\"do\":\"sum\"",                "\"do\":\"median\"",            "scores[0].do",       MISTAKE_BAD_VALUE},
	{"\"do\":\"sum\"",                "\"do\":\"share\"",             "scores[0]",          MISTAKE_MISSING_KEY},
	{"\"do\":\"sum\"",                "\"do\":\"add\"",               "scores[0].of",       MISTAKE_BAD_KIND},
	{"\"do\":\"sum\"",                "\"do\":\"goal_t\",\"rho\":0.3", "scores[0].do",       MISTAKE_BAD_VALUE},
	{"\"name\":\"total\"",            "\"name\":\"To tal\"",          "scores[0].name",     MISTAKE_BAD_NAME},
	{"\"items\":[\"1\"]",             "\"items\":[\"3\"]",            "scores[0].items[0]", MISTAKE_UNKNOWN_ITEM},
	{"\"items\":[\"1\"]",             "\"items\":[\"1\",\"1\"]",      "scores[0].items[1]", MISTAKE_TWICE},
	{"\"of\":\"total\",\"by\"",       "\"of\":\"raw\",\"by\"",        "scores[1].of",       MISTAKE_UNKNOWN_SCORE},
	{"\"by\":4",                      "\"by\":4,\"over\":0",          "scores[1].over",     MISTAKE_BAD_NUMBER},
	{"\"by\":4",                      "\"by\":4,\"rounding\":\"up\"",  "scores[1].rounding", MISTAKE_BAD_VALUE},
	{"\"by\":4",                      "\"by\":4,\"decimals\":9",      "scores[1].decimals", MISTAKE_BAD_NUMBER},
	{"\"from\":1",                    "\"from\":0",                   "bands.list[1].from", MISTAKE_NOT_RISING},
	{"\"from\":1",                    "\"form\":1",                   "bands.list[1].form", MISTAKE_UNKNOWN_KEY},
	{"\"item\":\"2\"",                "\"item\":\"9\"",               "alerts[0].item",     MISTAKE_UNKNOWN_ITEM},
	{"\"item\":\"2\"",                "\"score\":\"raw\"",            "alerts[0].score",    MISTAKE_UNKNOWN_SCORE},
	{"\"item\":\"2\",",              "",                             "alerts[0]",          MISTAKE_MISSING_KEY},
	{"\"no\":\"2\"",                  "\"no\":\"1\"",                 "items[1].no",        MISTAKE_TWICE},
	{"\"options\":\"o\"",             "\"options\":\"p\"",            "items[0].options",   MISTAKE_BAD_VALUE},
	{"\"options\":\"o\"",             "\"min\":0",                    "items[0]",           MISTAKE_MISSING_KEY},
	{"\"options\":\"o\"",             "\"min\":2,\"max\":1",          "items[0]",           MISTAKE_MIN_ABOVE_MAX},
	{"\"options\":\"o\"",             "\"revers\":true,\"min\":0,\"max\":1", "items[0].revers", MISTAKE_UNKNOWN_KEY},
	{"\"options\":\"o\"",             "\"reverse\":true,\"min\":0,\"max\":1", "items[0].reverse", MISTAKE_BAD_VALUE},
	{"\"options\":\"o\"",             "\"right\":2,\"options\":\"o\"", "items[0].right",     MISTAKE_BAD_NUMBER},
	{"\"value\":1,",                 "",                             "options.o[1]",       MISTAKE_MISSING_KEY},
	{"\"value\":1,",                 "\"value\":0,",                 "options.o[1].value", MISTAKE_TWICE},
	{"\"bands\":{\"of\":\"total\"",   "\"bands\":{\"of\":\"raw\"",    "bands.of",           MISTAKE_UNKNOWN_SCORE},
	{"\"good\"",                      "\"ages\":{" Z "},\"good\"",     "ages",               MISTAKE_MISSING_KEY},
	{"\"good\"",                      "\"ages\":{\"min\":18,\"max\":14," Z "},\"good\"", "ages", MISTAKE_MIN_ABOVE_MAX},
	{"\"good\"",                      "\"change\":{\"sd\":5},\"good\"", "change",             MISTAKE_MISSING_KEY},
	{"\"good\"",                      "\"change\":{\"sd\":0,\"r\":0.5,\"r_kind\":\"alpha\",\"source\":\"s\"},\"good\"", "change.sd", MISTAKE_BAD_NUMBER},
	{"\"good\"",                      "\"change\":{\"sd\":5,\"r\":1,\"r_kind\":\"alpha\",\"source\":\"s\"},\"good\"", "change.r", MISTAKE_BAD_NUMBER},
	{"\"good\"",                      "\"variants\":[{\"code\":\"v\",\"version\":\"1\",\"scores\":[{\"name\":\"total\",\"do\":\"sum\",\"min\":0,\"max\":1," Z "}]," Z "}],\"good\"", "variants[0].version", MISTAKE_TWICE},
  /* clang-format on */
};

static json_t *sound_but_for(
	struct arena *mem, const char *from, const char *to)
{
	const char *at = strstr(SOUND, from);
	const char *text = SOUND;
	json_t *scale;
	struct err e;

	CHECK(at != NULL);
	if (at)
		text = arena_printf(mem, "%.*s%s%s", (int)(at - SOUND), SOUND,
			to, at + strlen(from));
	scale = json_read(text, strlen(text), &json_limits_own, mem, &e);
	CHECK(scale != NULL);
	return scale;
}

static bool is_told(
	const struct mistakes *m, const char *path, enum mistake_code code)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].code == code &&
			strcmp(m->list[i].path, path) == 0)
			return true;
	return false;
}

static void a_description_that_contradicts_itself_is_refused(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(scale_check(sound_but_for(mem, "\"low\"", "\"low\""), &e));
	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		json_t *scale =
			sound_but_for(mem, spoilt[i].from, spoilt[i].to);
		struct mistakes found;

		mistakes_init(&found, mem);
		scale_mistakes(scale, NULL, &found);
		CHECK(found.count > 0);
		if (!is_told(&found, spoilt[i].path, spoilt[i].code))
			CHECK_STR(found.count
					  ? arena_printf(mem, "%s %s",
						    found.list[0].path,
						    mistake_name(
							    found.list[0].code))
					  : "nothing",
				arena_printf(mem, "%s %s", spoilt[i].path,
					mistake_name(spoilt[i].code)));
		CHECK(!scale_check(scale, &e));
		CHECK(strstr(e.msg, "scale 'x'") != NULL);
	}
	arena_free(mem);
}

static void every_mistake_is_told_not_only_the_first(void)
{
	struct arena *mem = arena_new();
	json_t *scale = sound_but_for(mem, "\"low\"", "\"left\"");
	struct mistakes found;

	json_object_set_new(scale, "notes", json_true());
	json_object_del(scale, "licence");
	mistakes_init(&found, mem);
	scale_mistakes(scale, NULL, &found);
	CHECK(found.count == 3);
	CHECK(is_told(&found, "good", MISTAKE_BAD_VALUE));
	CHECK(is_told(&found, "notes", MISTAKE_UNKNOWN_KEY));
	CHECK(is_told(&found, "", MISTAKE_MISSING_KEY));
	arena_free(mem);
}

/* Both items may then be answered "does not apply". */
#define MAYBE "{\"value\":1,\"applicable\":false,"

static void a_mean_needs_something_to_divide_by(void)
{
	struct arena *mem = arena_new();
	json_t *scale = sound_but_for(mem, "{\"value\":1,", MAYBE);
	json_t *made = json_array_get(json_object_get(scale, "scores"), 0);
	struct err e;

	CHECK(scale_check(scale, &e));
	json_object_set_new(made, "do", json_string("mean"));
	CHECK(!scale_check(scale, &e));
	CHECK(strstr(e.msg, "nothing to count") != NULL);
	scale = sound_but_for(mem, "\"do\":\"sum\"", "\"do\":\"mean\"");
	CHECK(scale_check(scale, &e));
	arena_free(mem);
}

static void an_option_set_has_one_that_counts(void)
{
	struct arena *mem = arena_new();
	json_t *scale = sound_but_for(mem, "{\"value\":1,", MAYBE);
	json_t *set = json_object_get(json_object_get(scale, "options"), "o");
	struct err e;

	json_object_set_new(json_array_get(set, 0), "applicable", json_false());
	CHECK(!scale_check(scale, &e));
	CHECK(strstr(e.msg, "options.o") != NULL);
	arena_free(mem);
}

int main(void)
{
	RUN(a_description_that_contradicts_itself_is_refused);
	RUN(every_mistake_is_told_not_only_the_first);
	RUN(a_mean_needs_something_to_divide_by);
	RUN(an_option_set_has_one_that_counts);
	return tap_done();
}
