/*
 * test_measure_programme.c - one programme over many cases.
 *
 * The funnel is that of §10.3: 58 referred, 49 reached, 41 assessed, 31
 * eligible, 26 enrolled; of the 31, four declined and one moved.
 */
#include "proto/measure.h"

#include "tests/unit/proto/scheduled.h"

#define PACK "test_measured"

struct made {
	struct catalogue *c;
	struct arena *mem;
	struct measure_programme *p;
	json_t *result;
	int n;
};

static struct made begin(void)
{
	struct made m;

	memset(&m, 0, sizeof(m));
	m.mem = arena_new();
	m.c = catalogue_of_test();
	m.p = measure_programme_begin(m.c, PACK, m.mem);
	return m;
}

/* A case with some records; its own arena goes at once. */
static void add_case(struct made *m, const char *kase,
	const char *const (*more)[2], size_t n)
{
	struct arena *mem = arena_new();
	struct uuid own = id(arena_printf(
		mem, "0192f5a0-0000-7000-8000-%012x", (unsigned)m->n++));
	struct date today = day("2026-06-01");
	struct measure_run *run = measure_begin(m->c, NULL, &own, &today, mem);
	struct record r;

	memset(&r, 0, sizeof(r));
	r.id = own;
	r.state = STATE_LIVE;
	r.type = catalogue_type(m->c, "case");
	r.cls = (int)r.type->cls;
	measure_add(run, &r, parse(kase, mem));
	for (size_t i = 0; i < n; i++) {
		r.id = uuid_new();
		r.type = catalogue_type(m->c, more[i][0]);
		r.cls = (int)r.type->cls;
		measure_add(run, &r, parse(more[i][1], mem));
	}
	measure_end(run);
	measure_programme_add(m->p, run);
	arena_free(mem);
}

static const char *of(const struct made *m, const char *path)
{
	const json_t *v = m->result;
	const char *part = path;

	while (v && part) {
		size_t n = strcspn(part, ".");

		v = json_object_getn(v, part, n);
		part = part[n] ? part + n + 1 : NULL;
	}
	return v ? json_canonical(v, m->mem) : "-";
}

static void drop(struct made *m)
{
	catalogue_free(m->c);
	arena_free(m->mem);
}

#define HEAD                                                                   \
	"{\"programme\":\"" PACK                                               \
	"\",\"home_site\":\"" ID("04") "\",\"person\":\""
#define MET "{\"criterion\":\"x\",\"met\":true}"
#define NOT "{\"criterion\":\"x\",\"met\":false}"

static void the_funnel_and_its_reasons_sum(void)
{
	/* clang-format off */
	static const struct {
		int n;
		const char *screening; /* NULL: none */
	} candidates[] = {
		{4, "\"result\":\"unreachable\",\"reason\":\"wrong_contact\""},
		{4, "\"result\":\"unreachable\",\"reason\":\"no_answer\""},
		{1, NULL},
		{6, "\"result\":\"declined\",\"reason\":\"refused_assessment\""},
		{2, "\"result\":\"ineligible\",\"reason\":\"other_programme\",\"reached\":true,\"assessed\":false"},
		{6, "\"result\":\"ineligible\",\"reason\":\"diagnosis\",\"criteria\":[" MET "," NOT "]"},
		{4, "\"result\":\"ineligible\",\"reason\":\"age\",\"reached\":true,\"assessed\":true"},
		{4, "\"result\":\"declined\",\"reason\":\"refused_service\",\"criteria\":[" MET "," MET "]"},
		{1, "\"result\":\"ineligible\",\"reason\":\"moved\",\"criteria\":[" MET "," MET "]"},
	};
	/* clang-format on */
	struct made m = begin();

	for (size_t i = 0; i < ARRAY_LEN(candidates); i++)
		for (int k = 0; k < candidates[i].n; k++) {
			const char *said = candidates[i].screening;
			const char *body = arena_printf(m.mem,
				"{\"screened\":\"2026-01-05\",%s}",
				said ? said : "");
			const char *const more[][2] = {
				{"screening", body}
                        };

			add_case(&m,
				HEAD ID("02") "\",\"phase\":\"screening\"}",
				more, said ? 1 : 0);
		}
	for (int k = 0; k < 26; k++)
		add_case(&m,
			HEAD ID("02") "\",\"phase\":\"intervention\","
				      "\"opened\":\"2026-01-10\"}",
			NULL, 0);
	/* another programme's case is none of them */
	add_case(&m,
		"{\"programme\":\"test_five\",\"person\":\"" ID(
			"02") "\","
			      "\"phase\":\"intake\",\"opened\":\"2026-01-10\"}",
		NULL, 0);
	m.result = measure_programme_end(m.p);
	CHECK_STR(of(&m, "measures.funnel"),
		"{\"assessed\":41,\"eligible\":31,\"enrolled\":26,\"left\":{"
		"\"assessed\":{\"other_programme\":2,\"refused_assessment\":6},"
		"\"eligible\":{\"age\":4,\"diagnosis\":6},"
		"\"enrolled\":{\"moved\":1,\"refused_service\":4},"
		"\"reached\":{\"no_answer\":4,\"pending\":1,"
		"\"wrong_contact\":4}},\"reached\":49,\"referred\":58}");
	CHECK_STR(of(&m, "measures.cases"), "58");
	CHECK_STR(of(&m, "measures.cases_by_phase"),
		"{\"intervention\":26,\"screening\":32}");
	CHECK_STR(of(&m, "measures.gap_counts.team"), "26");
	drop(&m);
}

#define VISIT(on)                                                              \
	{                                                                      \
		"service",                                                     \
			"{\"started_at\":\"" on "T09:00:00+08:00\",\"kind\":"  \
			"\"home_visit\",\"status\":\"completed\","             \
			"\"setting\":\"home\"}"                                \
	}

static void numbers_are_summed_and_averaged_over_opened_cases(void)
{
	static const char *const two[][2] = {
		VISIT("2026-01-05"), VISIT("2026-02-05")};
	static const char *const one[][2] = {VISIT("2026-01-20")};
	struct made m = begin();

	/* the same person twice, and another; first contact due by the 6th */
	add_case(&m,
		HEAD ID("02") "\",\"phase\":\"intervention\",\"opened\":"
			      "\"2026-01-02\"}",
		two, 2);
	add_case(&m,
		HEAD ID("02") "\",\"phase\":\"ended\",\"opened\":"
			      "\"2026-01-02\",\"closed\":\"2026-03-01\"}",
		one, 1);
	add_case(&m,
		HEAD ID("03") "\",\"phase\":\"intake\",\"opened\":"
			      "\"2026-01-02\"}",
		one, 1);
	m.result = measure_programme_end(m.p);
	CHECK_STR(of(&m, "measures.cases_open"), "2");
	CHECK_STR(of(&m, "rolled.services_completed"),
		"{\"mean\":1.33,\"n\":3,\"sum\":4}");
	/* one of three in time */
	CHECK_STR(of(&m, "rolled.first_contact_in_time"),
		"{\"mean\":33.33,\"n\":3,\"sum\":1}");
	CHECK_STR(of(&m, "by_setting.home"),
		"{\"days\":0,\"persons\":2,\"visits\":4}");
	drop(&m);
}

int main(void)
{
	RUN(the_funnel_and_its_reasons_sum);
	RUN(numbers_are_summed_and_averaged_over_opened_cases);
	return tap_done();
}
