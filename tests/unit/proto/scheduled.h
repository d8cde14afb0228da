/*
 * scheduled.h - a case of a test's own, with packs and forms of its own laid
 * over the catalogue, and what falls due in it.
 */
#ifndef TESTS_SCHEDULED_H
#define TESTS_SCHEDULED_H

#include "proto/schedule.h"

#include "tests/lib/tap.h"

#define ID(n) "0192f5a0-0000-7000-8000-0000000000" n
#define CASE  ID("01")
#define CHILD ID("02")

#define L(zh, en) "\"zh\":\"" zh "\",\"en\":\"" en "\""

/* A sheet of results, a row an item; a baseline with the days to reckon from;
 * a crisis with its clock. */
static const struct {
	const char *name, *members;
} forms[] = {
  /* clang-format off */
	{"test_baseline",
	 "\"label\":{" L("基线", "Baseline") "},\"fields\":["
	 "{\"name\":\"diagnosed\",\"kind\":\"partial_date\",\"label\":{" L("确诊", "Diagnosed") "}},"
	 "{\"name\":\"puberty\",\"kind\":\"date\",\"min\":1900,\"max\":2100,\"label\":{" L("青春期", "Puberty") "}},"
	 "{\"name\":\"antibodies\",\"kind\":\"bool\",\"label\":{" L("抗体", "Antibodies") "}}]"},
	{"test_review",
	 "\"label\":{" L("复查", "Review") "},\"fields\":["
	 "{\"name\":\"results\",\"kind\":\"rows\",\"max\":20,\"label\":{" L("结果", "Results") "},\"fields\":["
	 "{\"name\":\"item\",\"kind\":\"text\",\"max\":40,\"label\":{" L("项目", "Item") "}},"
	 "{\"name\":\"done\",\"kind\":\"date\",\"min\":1900,\"max\":2100,\"label\":{" L("日期", "Done") "}}]}]"},
	{"test_crisis",
	 "\"label\":{" L("危机", "Crisis") "},\"fields\":["
	 "{\"name\":\"happened_at\",\"kind\":\"time\",\"label\":{" L("时间", "When") "}}],"
	 "\"clock\":{\"from\":\"happened_at\",\"min_hours\":24,\"max_hours\":72," L("危机跟进", "Crisis follow-up") "}"},
  /* clang-format on */
};

#define ITEM(code, start, more)                                                \
	"{\"code\":\"" code                                                    \
	"\"," L(code, code) ",\"start\":" start more                           \
			    ",\"done_by\":{\"form\":\"test_review\",\"rows\":" \
			    "\"results\","                                     \
			    "\"where\":{\"field\":\"item\",\"is\":\"" code     \
			    "\"},\"date\":\"done\"}}"
#define OF(event)       "{\"of\":\"" event "\"}"
#define AT(event, more) "{\"of\":\"" event "\",\"add\":{" more "}}"
#define EVERY(more)     ",\"every\":{" more "}"
#define LATEST(a, b)    "{\"latest\":[" a "," b "]}"
#define EARLIEST(a, b)  "{\"earliest\":[" a "," b "]}"

/*
 * The table, row by row. Blood pressure belongs to every visit, and the visits
 * are those of HbA1c. Thyroid: every 2 years when antibodies are negative, else
 * yearly. Coeliac disease: within 2 years, then at 5 years. Lipids: from 2
 * years of age; again at 9, then every 3 years. The earlier of two starts is
 * ADA's where both are given.
 */
#define T1D_ITEMS                                                              \
	ITEM("hba1c", OF("diagnosis"), EVERY("\"months\":3"))                  \
	"," ITEM("blood_pressure", OF("diagnosis"),                            \
		EVERY("\"months\":3")) "," ITEM("thyroid", OF("diagnosis"),    \
		EVERY("\"years\":2") ",\"if\":{\"field\":"                     \
				     "\"last.test_baseline.antibodies\","      \
				     "\"is\":false}") "," ITEM("thyroid_"      \
							       "yearly",       \
		OF("diagnosis"),                                               \
		EVERY("\"years\":1") ",\"if\":{\"field\":"                     \
				     "\"last.test_baseline.antibodies\","      \
				     "\"is\":true}") "," ITEM("coeliac",       \
		AT("diagnosis", "\"years\":2"),                                \
		"") "," ITEM("coeliac_again", AT("diagnosis", "\"years\":5"),  \
		",\"window\":{\"years\":1}") "," ITEM("lipids_first",          \
		LATEST(OF("diagnosis"), AT("birth", "\"years\":2")),           \
		"") "," ITEM("lipids",                                         \
		LATEST(OF("diagnosis"), AT("birth", "\"years\":9")),           \
		EVERY("\"years\":3")) "," ITEM("albumin",                      \
		LATEST(EARLIEST(OF("puberty"), AT("birth", "\"years\":10")),   \
			AT("diagnosis", "\"years\":5")),                       \
		EVERY("\"years\":1")) "," ITEM("retina",                       \
		LATEST(EARLIEST(OF("puberty"), AT("birth", "\"years\":11")),   \
			AT("diagnosis", "\"years\":3")),                       \
		EVERY("\"years\":2")) "," ITEM("foot",                         \
		LATEST(EARLIEST(OF("puberty"), AT("birth", "\"years\":10")),   \
			AT("diagnosis", "\"years\":5")),                       \
		EVERY("\"years\":1")) "," ITEM("liver", OF("diagnosis"),       \
		EVERY("\"years\":1")) "," ITEM("psychosocial",                 \
		OF("diagnosis"), EVERY("\"years\":1"))

#define EVENTS                                                                 \
	"\"events\":{\"diagnosis\":{\"form\":\"test_baseline\",\"field\":"     \
	"\"diagnosed\"},\"puberty\":{\"form\":\"test_baseline\",\"field\":"    \
	"\"puberty\"}},"

static const struct {
	const char *name, *members;
} packs[] = {
  /* clang-format off */
	{"test_t1d", EVENTS "\"assent_from\":8,\"schedule\":[" T1D_ITEMS "]"},
	{"test_same_day",
	 "\"first_contact\":{\"of\":\"admitted\",\"same_day\":true},\"after_close\":{\"months\":[1,3,6,12]}"},
	{"test_five", "\"first_contact\":{\"of\":\"opened\",\"working_days\":5}"},
	{"test_visits",
	 "\"closing\":{\"lost_contact_tries\":3},\"schedule\":[{\"code\":\"contact\"," L("联系", "Contact")
	 ",\"start\":{\"of\":\"opened\",\"add\":{\"months\":1}},\"every\":{\"months\":1},\"times\":3,\"window\":{\"days\":7}}]"},
	{"test_death",
	 "\"schedule\":[{\"code\":\"bereavement\"," L("哀伤", "Bereavement")
	 ",\"start\":{\"of\":\"deceased\",\"add\":{\"months\":1}},\"until\":\"ended\"}]"},
	{"test_again",
	 "\"schedule\":[{\"code\":\"again\"," L("再联系", "Again") ",\"start\":{\"of\":\"opened\",\"add\":{\"days\":3}}}]"},
	{"test_sheet",
	 "\"schedule\":[{\"code\":\"quarterly\"," L("每季", "Quarterly")
	 ",\"start\":{\"of\":\"opened\"},\"every\":{\"months\":3},\"done_by\":{\"form\":\"test_review\"}}]"},
	{"test_measured",
	 "\"expected_services\":{\"n\":15,\"per\":\"year\"},\"first_contact\":{\"of\":\"opened\",\"working_days\":2},"
	 "\"coverage\":{\"rows\":\"service_dimension\",\"columns\":\"recipient_group\"},\"evidence\":["
	 "{\"code\":\"team\"," L("团队", "Team") ",\"if\":{\"field\":\"measures.professions_count\",\"ge\":2}},"
	 "{\"code\":\"full_cycle\"," L("全周期", "Full cycle") ",\"if\":{\"field\":\"measures.phases_of_care_count\",\"ge\":3}},"
	 "{\"code\":\"goals\"," L("目标", "Goals") ",\"if\":{\"field\":\"measures.goals\",\"ge\":1}},"
	 "{\"code\":\"in_time\"," L("及时", "In time") ",\"if\":{\"field\":\"measures.first_contact_in_time\",\"is\":true}},"
	 "{\"code\":\"eased\"," L("缓解", "Eased") ",\"if\":{\"field\":\"measures.needs.economic.last\",\"le\":1}}]"},
	{"test_per_case",
	 "\"expected_services\":{\"n\":9,\"per\":\"case\"},\"attainment\":{\"mostly\":50,\"partly\":20}"},
  /* clang-format on */
};

/* ---- a case of the test's own ---- */

struct item {
	const char *type;
	const char *id;
	const char *body;
	enum record_state state;
	int cls; /* 0: the type's own */
};

static inline json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static inline struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static inline struct date day(const char *text)
{
	struct date d;

	if (!date_parse(text, &d))
		die("the test's own day is wrong: %s", text);
	return d;
}

/* The catalogue, with the packs and forms above laid over it. */
static inline struct catalogue *catalogue_of_test(void)
{
	struct arena *mem = arena_new();
	struct catalogue *built_in = catalogue_load(), *c;
	struct overlay list[ARRAY_LEN(packs) + ARRAY_LEN(forms)];
	struct mistakes wrong;
	size_t n = 0;

	memset(list, 0, sizeof(list));
	mistakes_init(&wrong, mem);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++, n++) {
		list[n].kind = "form";
		list[n].name = forms[i].name;
		list[n].data =
			parse(arena_printf(mem,
				      "{\"form\":\"%s\",\"version\":\"1\","
				      "\"source\":\"test\",%s}",
				      forms[i].name, forms[i].members),
				mem);
	}
	for (size_t i = 0; i < ARRAY_LEN(packs); i++, n++) {
		list[n].kind = "pack";
		list[n].name = packs[i].name;
		list[n].data = parse(
			arena_printf(mem,
				"{\"pack\":\"%s\",\"version\":\"1\","
				"\"label\":{" L("试",
					"Test") "},"
						"\"target\":{" L("试",
							"Test") "},"
								"\"about\":{" L(
									"试",
									"Test") "},"
										"\"unit\":\"client\","
										"\"models\":[\"case_management\"],"
										"\"phases\":[\"intake\","
										"\"intervention\",\"closing\","
										"\"ended\"],"
										"\"consents\":[\"care\"],%s}",
				packs[i].name, packs[i].members),
			mem);
	}
	for (size_t i = 0; i < n; i++)
		list[i].version = "1";
	c = catalogue_with(built_in, list, n, &wrong);
	for (size_t i = 0; i < wrong.count; i++)
		die("the test's own pack is wrong: %s %s", wrong.list[i].path,
			mistake_name(wrong.list[i].code));
	catalogue_free(built_in);
	arena_free(mem);
	return c;
}

struct fold {
	struct catalogue *c;
	struct arena *mem;
	struct schedule_run *run;
	const struct schedule *s;
};

static inline void add(struct fold *f, const struct item *x)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.type = catalogue_type(f->c, x->type);
	if (!r.type)
		die("the test's own type is wrong: %s", x->type);
	r.type_name = x->type;
	r.id = id(x->id);
	r.state = x->state;
	r.cls = x->cls ? x->cls : (int)r.type->cls;
	schedule_add(f->run, &r, parse(x->body, f->mem));
}

static inline struct calendar *holidays(
	const struct catalogue *c, struct arena *mem)
{
	const json_t *items = catalogue_codes(c, "public_holiday")->items;
	struct calendar *cal = calendar_new(mem);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *x = json_array_get(items, i);

		calendar_add(cal, json_keep(json_pack("{s:s, s:s}", "date",
						    json_str(x, "code"), "kind",
						    json_str(x, "kind")),
					  mem));
	}
	return cal;
}

/* Items end with one without a type. */
static inline struct fold fold_in(
	const struct item *x, size_t n, const size_t *order)
{
	struct fold f;
	struct uuid kase = id(CASE);

	memset(&f, 0, sizeof(f));
	f.mem = arena_new();
	f.c = catalogue_of_test();
	f.run = schedule_begin(f.c, holidays(f.c, f.mem), &kase, f.mem);
	for (size_t i = 0; i < n && x[i].type; i++)
		add(&f, &x[order ? order[i] : i]);
	f.s = schedule_end(f.run);
	return f;
}

static inline struct fold fold(const struct item *x, size_t n)
{
	return fold_in(x, n, NULL);
}

static inline void done(struct fold *f)
{
	catalogue_free(f->c);
	arena_free(f->mem);
}

static inline const struct due_item *find(
	const struct fold *f, const char *code)
{
	for (size_t i = 0; i < f->s->n; i++)
		if (strcmp(f->s->items[i].code, code) == 0)
			return &f->s->items[i];
	return NULL;
}

/* The day as text, "?" when it is not known, "-" when nothing is due. */
static inline const char *due_of(const struct fold *f, const char *code)
{
	const struct due_item *d = find(f, code);

	if (!d)
		return "-";
	return d->due.year
		       ? date_format(&d->due, arena_alloc(f->mem, DATE_TEXT))
		       : "?";
}

static inline const char *json_of(const struct fold *f)
{
	return json_canonical(schedule_json(f->s, f->mem), f->mem);
}

#define KASE(pack, more)                                                       \
	{                                                                      \
		"case", CASE,                                                  \
			"{\"person\":\"" CHILD "\",\"programme\":\"" pack      \
			"\",\"phase\":\"intervention\",\"home_site\":\"" ID(   \
				"04") "\"" more "}",                           \
			STATE_LIVE, 0                                          \
	}
#define OPENED(on) ",\"opened\":\"" on "\""
#define BORN(on)                                                               \
	{                                                                      \
		"person", CHILD, "{\"name\":\"小雨\",\"birth\":\"" on "\"}",   \
			STATE_LIVE, 0                                          \
	}
#define BASELINE(answers)                                                      \
	{                                                                      \
		"response", ID("10"),                                          \
			"{\"form\":\"test_baseline\",\"responded\":\"2024-03-" \
			"10\","                                                \
			"\"answers\":{" answers "}}",                          \
			STATE_LIVE, 0                                          \
	}
#define RESULTS(n, rows)                                                       \
	{                                                                      \
		"response", ID(n),                                             \
			"{\"form\":\"test_review\",\"responded\":\"2026-11-"   \
			"01\","                                                \
			"\"answers\":{\"results\":[" rows "]}}",               \
			STATE_LIVE, 0                                          \
	}
#define ROW(item, on) "{\"item\":\"" item "\",\"done\":\"" on "\"}"
#define SERVICE(n, at, kind, status)                                           \
	{                                                                      \
		"service", ID(n),                                              \
			"{\"started_at\":\"" at                                \
			"T09:00:00+08:00\",\"kind\":\"" kind                   \
			"\",\"status\":\"" status "\"}",                       \
			STATE_LIVE, 0                                          \
	}

#endif
