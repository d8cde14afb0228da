/*
 * test_summary.c - one line says the same about a case wherever and in whatever
 * order its records are added.
 *
 * The big case below was summarised by hand, from what docs/wire.md says each
 * member means.
 */
#include "proto/summary.h"

#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

#define ID(n)   "0192f5a0-0000-7000-8000-0000000000" n
#define CASE    ID("01")
#define PERSON  ID("02")
#define MANAGER ID("03")
#define SITE    ID("04")

struct item {
	const char *type;
	const char *id;
	const char *body;
	enum record_state state;
	int cls;    /* 0: the type's own */
	int64_t at; /* seconds after 2026-11-01T00:00:00Z */
};

/* date -u -d 2026-11-01T00:00:00Z +%s */
#define NOVEMBER INT64_C(1793491200)

#define KASE                                                                   \
	"{\"number\":\"GS-2026-0007\",\"person\":\"" PERSON                    \
	"\",\"programme\":\"smd_kinship\",\"phase\":\"intervention\","         \
	"\"home_site\":\"" SITE "\",\"manager\":\"" MANAGER                    \
	"\",\"opened\":\"2026-01-05\""

static const struct item big[] = {
	{"case",       CASE,     KASE "}",					 STATE_LIVE,      0,                10      },
	{"person",     PERSON,
         "{\"name\":\"张伟\",\"pinyin\":\"zhangwei\",\"initials\":"
		"\"zw\","
		"\"sex\":\"1\",\"birth\":\"1987-05\"}",			    STATE_LIVE,      0,                99999999},
	{"staff",      MANAGER,
         "{\"name\":\"李静\",\"site\":\"" SITE "\",\"role\":\"nurse\"}",
         STATE_LIVE,										0,                99999999},
 /* 07:30 in China, though still the day before in UTC */
	{"service",    ID("10"),
         "{\"started_at\":\"2026-10-19T23:30:00Z\","
		"\"status\":\"completed\",\"next_due\":\"2026-11-30\"}",           STATE_LIVE,      0,                20      },
 /* earlier, although its text sorts after */
	{"service",    ID("11"),
         "{\"started_at\":\"2026-10-20T06:00:00+08:00\","
		"\"status\":\"completed\",\"next_due\":\"2026-11-01\"}",           STATE_SIGNED,    0,                30      },
	{"service",    ID("12"),
         "{\"started_at\":\"2026-11-02T09:00:00+08:00\","
		"\"status\":\"no_show\",\"next_due\":\"2026-11-03\"}",             STATE_LIVE,      0,                40      },
	{"response",   ID("20"),
         "{\"form\":\"smd_follow_up\",\"responded\":\"2026-06-01\","
		"\"danger\":3,\"stability\":\"unstable\","
		"\"next_due\":\"2026-09-01\"}",				    STATE_LIVE,      0,                50      },
	{"response",   ID("21"),
         "{\"form\":\"smd_follow_up\",\"responded\":\"2026-09-01\","
		"\"danger\":1,\"next_due\":\"2026-12-01\"}",		       STATE_LIVE,      0,                60      },
	{"task",       ID("30"),
         "{\"title\":\"a\",\"due\":\"2026-11-25\",\"status\":\"open\"}",           STATE_LIVE,      0,                70      },
	{"task",       ID("31"),
         "{\"title\":\"b\",\"due\":\"2026-10-01\",\"status\":\"done\"}",           STATE_LIVE,      0,                80      },
	{"task",       ID("32"), "{\"title\":\"c\"}",                              STATE_LIVE,      0,                90      },
	{"plan",       ID("40"), "{\"review_date\":\"2026-11-24\"}",               STATE_LIVE,      0,
         100														  },
	{"plan",       ID("41"),
         "{\"review_date\":\"2026-02-01\",\"status\":\"replaced\"}",               STATE_SIGNED,    0,                110     },
	{"flag",       ID("50"), "{\"kind\":\"danger\",\"level\":4}",              STATE_LIVE,      0,
         120														  },
	{"flag",       ID("51"), "{\"kind\":\"self_harm\",\"to\":\"2026-05-01\"}",
         STATE_LIVE,										0,                130     },
	{"conflict",   ID("60"), "{\"settled\":false}",                            STATE_LIVE,      0,                140     },
	{"conflict",   ID("61"), "{\"settled\":true}",                             STATE_LIVE,      0,                150     },
	{"need",       ID("70"), "{\"worker_view\":\"Work\",\"main\":true}",
         STATE_LIVE,										0,                160     },
	{"need",       ID("71"), "{\"worker_view\":\"Home\"}",                     STATE_LIVE,      0,                170     },
	{"assessment", ID("80"),
         "{\"instrument\":\"phq9\",\"assessed\":\"2026-03-01\"}",		  STATE_SIGNED,    0,                180     },
	{"assessment", ID("81"),
         "{\"instrument\":\"phq9\",\"assessed\":\"2026-09-01\"}",		  STATE_LIVE,      0,                190     },
	{"assessment", ID("82"),
         "{\"instrument\":\"gad7\",\"assessed\":\"2026-03-02\"}",		  STATE_LIVE,      0,                200     },
	{"member",     ID("90"), "{\"from\":\"2026-01-05\"}",                      STATE_LIVE,      0,                3600    },
 /* four loops, three of them open; two wait for an answer */
	{"referral",   ID("91"),
         "{\"status\":\"requested\",\"deadline\":\"2026-12-04\"}",		 STATE_LIVE,      0,                9000    },
	{"referral",   ID("92"),
         "{\"status\":\"requested\",\"deadline\":\"2026-12-03\"}",		 STATE_LIVE,      0,                9000    },
	{"referral",   ID("93"),
         "{\"status\":\"returned\",\"deadline\":\"2026-12-01\"}",		  STATE_LIVE,      0,                9000    },
	{"referral",   ID("94"),
         "{\"status\":\"acknowledged\",\"deadline\":\"2026-12-02\"}",              STATE_LIVE,      0,                9000    },
 /* neither of these shows */
	{"service",    ID("a0"),
         "{\"started_at\":\"2026-11-20T09:00:00+08:00\","
		"\"status\":\"completed\",\"next_due\":\"2026-11-21\"}",           STATE_RETRACTED, 0,                7200    },
	{"service",    ID("a1"),
         "{\"started_at\":\"2026-11-21T09:00:00+08:00\","
		"\"status\":\"completed\",\"restricted\":true}",		   STATE_LIVE,      CLASS_RESTRICTED, 88888   },
};

#define BIG_LINE                                                               \
	"{\"birth\":\"1987-05\",\"case\":\"" CASE                              \
	"\",\"changed_at\":\"2026-11-01T02:00:00.000Z\",\"closed\":null,"      \
	"\"danger\":1,\"home_site\":\"" SITE "\",\"initials\":\"zw\","         \
	"\"last_contact\":\"2026-10-20\",\"main_problem\":\"Work\","           \
	"\"manager\":\"" MANAGER "\",\"manager_name\":\"李静\","             \
	"\"name\":\"张伟\",\"next_due\":\"2026-11-24\",\"next_label\":"      \
	"{\"en\":\"Review of the plan\",\"zh\":\"计划复核\"},"             \
	"\"next_what\":\"plan\","                                              \
	"\"number\":\"GS-2026-0007\",\"open_conflicts\":1,\"open_flags\":1,"   \
	"\"open_referrals\":3,"                                                \
	"\"open_tasks\":2,\"opened\":\"2026-01-05\",\"person\":\"" PERSON      \
	"\",\"phase\":\"intervention\",\"pinyin\":\"zhangwei\","               \
	"\"practice_model\":null,\"programme\":\"smd_kinship\","               \
	"\"records\":21,\"referral_due\":\"2026-12-03\",\"scores\":["          \
	"{\"first\":\"2026-03-02\",\"instrument\":\"gad7\","                   \
	"\"last\":\"2026-03-02\",\"n\":1},"                                    \
	"{\"first\":\"2026-03-01\",\"instrument\":\"phq9\","                   \
	"\"last\":\"2026-09-01\",\"n\":2}],"                                   \
	"\"sex\":\"1\",\"stability\":\"unstable\"}"

/* ---- folding ---- */

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static void add(const struct catalogue *c, struct summary_run *run,
	const struct item *x, struct arena *mem)
{
	struct record r = {.state = x->state,
		.at = (NOVEMBER + x->at) * 1000,
		.type = catalogue_type(c, x->type)};

	if (!r.type)
		die("the test's own type is wrong");
	r.type_name = x->type;
	r.id = id(x->id);
	r.cls = x->cls ? x->cls : (int)r.type->cls;
	summary_add(run, &r, parse(x->body, mem));
}

/* The line of items taken in an order (NULL: as they stand). */
static json_t *line_in(
	const struct item *x, size_t n, const size_t *order, struct arena *mem)
{
	struct catalogue *c = catalogue_load();
	struct uuid kase = id(CASE);
	struct summary_run *run = summary_begin(c, NULL, &kase, mem);
	json_t *line;

	for (size_t i = 0; i < n; i++)
		add(c, run, &x[order ? order[i] : i], mem);
	line = summary_end(run);
	catalogue_free(c);
	return line;
}

static json_t *line_of(const struct item *x, size_t n, struct arena *mem)
{
	return line_in(x, n, NULL, mem);
}

static void shuffle(struct gen *g, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = gen_below(g, (unsigned)i), other = order[k];

		order[k] = order[i - 1];
		order[i - 1] = other;
	}
}

/* Each round takes a tenth of a second under the sanitizers. */
static int often(int in_the_long_run)
{
	const char *wanted = getenv("LONG");

	return wanted && *wanted ? in_the_long_run : in_the_long_run / 8;
}

static void a_case_is_folded_into_the_line_made_by_hand(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(json_canonical(line_of(big, ARRAY_LEN(big), mem), mem),
		BIG_LINE);
	arena_free(mem);
}

static void the_order_of_records_does_not_matter(void)
{
	struct gen g = {.state = 1};

	for (int round = 0; round < often(200) && !tap_bad; round++) {
		struct arena *mem = arena_new();
		size_t order[ARRAY_LEN(big)];

		shuffle(&g, order, ARRAY_LEN(big));
		CHECK_STR(
			json_canonical(
				line_in(big, ARRAY_LEN(big), order, mem), mem),
			BIG_LINE);
		arena_free(mem);
	}
}

/* Random records full of ties: equal days, equal instruments. */
static size_t random_items(struct gen *g, struct item *x, size_t n,
	const char *const *types, size_t types_n)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < n; i++) {
		const char *type = types[gen_below(g, (unsigned)types_n)];
		json_t *body = gen_body(g, catalogue_type(c, type), 80);

		x[i].type = type;
		x[i].id = arena_printf(g->mem, ID("%02x"), (unsigned)i + 16);
		x[i].body = json_canonical(body, g->mem);
		x[i].state = (enum record_state)gen_below(g, 4);
		x[i].cls = gen_chance(g, 10) ? CLASS_RESTRICTED : 0;
		x[i].at = gen_below(g, 5);
	}
	catalogue_free(c);
	return n;
}

static void random_records_with_many_ties_fold_alike_in_any_order(void)
{
	static const char *const types[] = {"service", "response", "task",
		"flag", "plan", "need", "assessment", "conflict", "member",
		"review", "consent", "contract", "closure", "referral"};

	for (unsigned seed = 0; seed < (unsigned)often(200) && !tap_bad;
		seed++) {
		struct gen g = {.state = seed, .mem = arena_new()};
		struct item x[30];
		size_t order[ARRAY_LEN(x)],
			n = random_items(
				&g, x, ARRAY_LEN(x), types, ARRAY_LEN(types));
		char *first = json_canonical(line_of(x, n, g.mem), g.mem);

		for (int i = 0; i < 5; i++) {
			shuffle(&g, order, n);
			CHECK_STR(json_canonical(
					  line_in(x, n, order, g.mem), g.mem),
				first);
		}
		if (tap_bad)
			printf("# seed %u\n", seed);
		arena_free(g.mem);
	}
}

static void a_line_has_exactly_the_members_of_the_wire(void)
{
	static const char *const keys[] = {"case", "number", "person", "name",
		"pinyin", "initials", "sex", "birth", "programme", "phase",
		"main_problem", "practice_model", "home_site", "manager",
		"manager_name", "danger", "stability", "last_contact",
		"next_due", "next_what", "next_label", "open_flags",
		"open_conflicts", "open_tasks", "open_referrals",
		"referral_due", "records", "opened", "closed", "changed_at",
		"scores"};
	struct arena *mem = arena_new();
	json_t *line = line_of(big, 0, mem);

	CHECK(json_object_size(line) == ARRAY_LEN(keys));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		CHECK(json_object_get(line, keys[i]) != NULL);
	CHECK(json_is_null(json_object_get(line, "number")));
	CHECK(json_int(line, "records", -1) == 0);
	arena_free(mem);
}

/* ---- what does not show ---- */

static void what_is_retracted_or_restricted_does_not_show_even_as_a_number(void)
{
	static const struct {
		enum record_state state;
		int cls;
	} hidden[] = {
		{STATE_RETRACTED, 0               },
                {STATE_LIVE,      CLASS_RESTRICTED},
		{STATE_SIGNED,    CLASS_RESTRICTED},
		{STATE_RETRACTED, CLASS_RESTRICTED}
        };

	for (size_t h = 0; h < ARRAY_LEN(hidden); h++)
		for (size_t i = 3; i < ARRAY_LEN(big); i++) {
			struct arena *mem = arena_new();
			struct item x[3] = {big[0], big[1], big[i]};
			json_t *without = line_of(x, 2, mem), *with;

			x[2].state = hidden[h].state;
			x[2].cls = hidden[h].cls;
			with = line_of(x, 3, mem);
			/* That something was retracted is a change to see. */
			if (hidden[h].cls == 0) {
				json_object_del(with, "changed_at");
				json_object_del(without, "changed_at");
			}
			CHECK_STR(json_canonical(with, mem),
				json_canonical(without, mem));
			arena_free(mem);
		}
}

static void another_cases_record_does_not_become_this_one(void)
{
	struct arena *mem = arena_new();
	struct item x[] = {big[0], big[0]};

	x[1].id = ID("99");
	x[1].body = "{\"number\":\"GS-0\",\"phase\":\"ended\"}";
	CHECK_STR(json_str(line_of(x, 2, mem), "number"), "GS-2026-0007");
	arena_free(mem);
}

static void the_manager_is_found_among_a_hundred_members_of_staff(void)
{
	struct arena *mem = arena_new();
	struct item x[102];

	for (unsigned i = 0; i < 100; i++) {
		x[i] = big[2];
		x[i].id = arena_printf(
			mem, "0192f5a0-0000-7000-8000-0000000001%02x", i);
		x[i].body = "{\"name\":\"somebody\"}";
	}
	x[100] = big[2];
	x[101] = big[0];
	CHECK_STR(json_str(line_of(x, 102, mem), "manager_name"), "李静");
	arena_free(mem);
}

static void every_instrument_has_its_own_trend(void)
{
	struct catalogue *c = catalogue_load();
	const json_t *items = catalogue_codes(c, "instrument")->items;
	struct arena *mem = arena_new();
	struct item x[64] = {{0}};
	size_t n = json_array_size(items);
	json_t *scores;

	for (size_t i = 0; i < n; i++) {
		x[i] = big[19];
		x[i].body = arena_printf(mem,
			"{\"instrument\":\"%s\",\"assessed\":\"2026-03-01\"}",
			json_str(json_array_get(items, n - 1 - i), "code"));
	}
	scores = json_object_get(line_of(x, n, mem), "scores");
	CHECK(json_array_size(scores) == n);
	for (size_t i = 1; i < n; i++)
		CHECK(strcmp(json_str(json_array_get(scores, i - 1),
				     "instrument"),
			      json_str(json_array_get(scores, i),
				      "instrument")) < 0);
	arena_free(mem);
	catalogue_free(c);
}

/* ---- what is due ---- */

static const struct {
	const char *why;
	struct item x[3];
	const char *due; /* NULL: nothing */
	const char *what;
} dues[] = {
  /* clang-format off */
	{"nothing was said", {{"case", CASE, KASE "}", STATE_LIVE, 0, 0}}, NULL, NULL},
	{"the newest visit sets the date, older ones are done with",
	 {{"service", ID("10"), "{\"started_at\":\"2026-03-01T09:00:00+08:00\",\"status\":\"completed\",\"next_due\":\"2026-03-15\"}", STATE_LIVE, 0, 0},
	  {"service", ID("11"), "{\"started_at\":\"2026-04-01T09:00:00+08:00\",\"status\":\"completed\",\"next_due\":\"2026-05-01\"}", STATE_LIVE, 0, 0}},
	 "2026-05-01", "service"},
	{"a newest visit without a date leaves none of the older one",
	 {{"service", ID("10"), "{\"started_at\":\"2026-03-01T09:00:00+08:00\",\"status\":\"completed\",\"next_due\":\"2026-03-15\"}", STATE_LIVE, 0, 0},
	  {"service", ID("11"), "{\"started_at\":\"2026-04-01T09:00:00+08:00\",\"status\":\"completed\"}", STATE_LIVE, 0, 0}},
	 NULL, NULL},
	{"a visit that did not happen promises nothing",
	 {{"service", ID("10"), "{\"started_at\":\"2026-03-01T09:00:00+08:00\",\"status\":\"cancelled\",\"next_due\":\"2026-03-15\"}", STATE_LIVE, 0, 0}},
	 NULL, NULL},
	{"the earliest of several kinds wins",
	 {{"task", ID("10"), "{\"title\":\"t\",\"due\":\"2026-06-02\"}", STATE_LIVE, 0, 0},
	  {"response", ID("11"), "{\"responded\":\"2026-03-01\",\"next_due\":\"2026-06-01\"}", STATE_LIVE, 0, 0},
	  {"plan", ID("12"), "{\"review_date\":\"2026-06-03\"}", STATE_LIVE, 0, 0}},
	 "2026-06-01", "response"},
	{"an open task counts, a closed one does not",
	 {{"task", ID("10"), "{\"title\":\"t\",\"due\":\"2026-06-01\",\"status\":\"closed\"}", STATE_LIVE, 0, 0},
	  {"task", ID("11"), "{\"title\":\"t\",\"due\":\"2026-06-02\",\"status\":\"open\"}", STATE_LIVE, 0, 0}},
	 "2026-06-02", "task"},
	{"a closed case has nothing due",
	 {{"case", CASE, KASE ",\"closed\":\"2026-10-01\"}", STATE_LIVE, 0, 0},
	  {"task", ID("11"), "{\"title\":\"t\",\"due\":\"2026-06-02\"}", STATE_LIVE, 0, 0}},
	 NULL, NULL},
  /* clang-format on */
};

static void what_is_due_is_the_earliest_that_still_stands(void)
{
	for (size_t i = 0; i < ARRAY_LEN(dues); i++) {
		struct arena *mem = arena_new();
		size_t n = 0;
		json_t *line;
		const char *due, *what;

		while (n < ARRAY_LEN(dues[i].x) && dues[i].x[n].type)
			n++;
		line = line_of(dues[i].x, n, mem);
		due = json_str(line, "next_due");
		what = json_str(line, "next_what");
		CHECK_STR(due ? due : "-", dues[i].due ? dues[i].due : "-");
		CHECK_STR(what ? what : "-", dues[i].what ? dues[i].what : "-");
		if (tap_bad)
			printf("# %s\n", dues[i].why);
		arena_free(mem);
	}
}

static void each_judgement_is_the_newest_of_its_own(void)
{
	static const struct item x[] = {
		{"response", ID("10"),
                 "{\"responded\":\"2026-01-01\",\"danger\":4,"
			"\"stability\":\"unstable\"}",          STATE_LIVE, 0, 5},
		{"response", ID("11"),
                 "{\"responded\":\"2026-02-01\",\"danger\":0}", STATE_LIVE, 0, 4},
 /* entered last, but about an earlier day */
		{"response", ID("12"),
                 "{\"responded\":\"2025-12-01\",\"danger\":5,"
			"\"stability\":\"stable\"}",            STATE_LIVE, 0, 9},
	};
	struct arena *mem = arena_new();
	json_t *line = line_of(x, ARRAY_LEN(x), mem);

	CHECK(json_int(line, "danger", -1) == 0);
	CHECK_STR(json_str(line, "stability"), "unstable");
	CHECK_STR(json_str(line, "last_contact"), "2026-02-01");
	arena_free(mem);
}

/* ---- which types have a say ---- */

static void types_that_are_not_used_leave_all_but_two_members_alone(void)
{
	struct catalogue *c = catalogue_load();
	const struct rtype *t;

	for (size_t i = 0; (t = catalogue_type_at(c, i)); i++) {
		struct gen g = {.state = i, .mem = arena_new()};
		struct item x[2] = {
			big[0], {t->name, ID("77"), NULL, STATE_LIVE, 0, 0}
                };
		json_t *without = line_of(x, 1, g.mem), *with;

		if (summary_uses(t)) {
			arena_free(g.mem);
			continue;
		}
		x[1].body = json_canonical(gen_body(&g, t, 100), g.mem);
		with = line_of(x, 2, g.mem);
		CHECK(json_int(with, "records", 0) ==
			(t->scope == SCOPE_CASE ? 2 : 1));
		json_object_del(with, "records");
		json_object_del(without, "records");
		CHECK(json_equal(with, without));
		arena_free(g.mem);
	}
	catalogue_free(c);
}

/* ---- search ---- */

static void a_line_is_found_by_what_people_type(void)
{
	static const struct {
		const char *query;
		bool found;
	} rows[] = {
  /* clang-format off */
		{"", true},
		{"张", true}, {"张伟", true}, {"伟", true}, {"李", false},
		{"zhangwei", true}, {"ZhangWei", true}, {"zhang", true},
		{"wei", false}, {"hangwei", false}, {"zhangweix", false},
		{"zw", true}, {"ZW", true}, {"z", true}, {"w", false},
		{"GS-2026-0007", true}, {"gs-2026", true}, {"GS", true},
		{"0007", true}, {"007", true}, {"s-2026", true},
		{"S-2026", true}, {"0008", false},
		{"zhang wei", false}, {"phq9", false}, {"smd", false},
  /* clang-format on */
	};
	struct arena *mem = arena_new();
	json_t *line = line_of(big, ARRAY_LEN(big), mem);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK(summary_matches(line, rows[i].query) == rows[i].found);
		if (tap_bad) {
			printf("# %s\n", rows[i].query);
			break;
		}
	}
	arena_free(mem);
}

static void every_reading_of_a_name_finds_it(void)
{
	struct arena *mem = arena_new();
	json_t *line = parse("{\"name\":\"单于·Ali\",\"number\":null,"
			     "\"pinyin\":\"shanyuali danyuali\","
			     "\"initials\":\"sy dy\"}",
		mem);

	CHECK(summary_matches(line, "shanyu"));
	CHECK(summary_matches(line, "danyu"));
	CHECK(summary_matches(line, "sy"));
	CHECK(summary_matches(line, "dy"));
	CHECK(!summary_matches(line, "yuali"));
	CHECK(summary_matches(
		parse("{\"pinyin\":\"zhang wei\"}", mem), "ZHANGWEI"));
	CHECK(!summary_matches(parse("{}", mem), "x"));
	CHECK(summary_matches(parse("{}", mem), ""));
	arena_free(mem);
}

int main(void)
{
	RUN(a_case_is_folded_into_the_line_made_by_hand);
	RUN(the_order_of_records_does_not_matter);
	RUN(random_records_with_many_ties_fold_alike_in_any_order);
	RUN(a_line_has_exactly_the_members_of_the_wire);
	RUN(what_is_retracted_or_restricted_does_not_show_even_as_a_number);
	RUN(another_cases_record_does_not_become_this_one);
	RUN(the_manager_is_found_among_a_hundred_members_of_staff);
	RUN(every_instrument_has_its_own_trend);
	RUN(what_is_due_is_the_earliest_that_still_stands);
	RUN(each_judgement_is_the_newest_of_its_own);
	RUN(types_that_are_not_used_leave_all_but_two_members_alone);
	RUN(a_line_is_found_by_what_people_type);
	RUN(every_reading_of_a_name_finds_it);
	return tap_done();
}
