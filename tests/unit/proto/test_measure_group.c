/*
 * test_measure_group.c - sessions, attendances and persons of a group.
 *
 * The series of §1.5 (78 sessions, 256 "participants") is reckoned both ways;
 * the closed group was made up and counted by hand.
 */
#include "proto/measure.h"

#include "tests/unit/proto/scheduled.h"

#define GROUP ID("01")

struct made {
	struct catalogue *c;
	struct arena *mem;
	struct measure_group *run;
	const json_t *measures;
};

static struct made begin(void)
{
	struct made m;
	struct uuid group = id(GROUP);

	memset(&m, 0, sizeof(m));
	m.mem = arena_new();
	m.c = catalogue_load();
	m.run = measure_group_begin(m.c, &group, m.mem);
	return m;
}

static void put_one(
	struct made *m, const char *type, const char *at, const char *body)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.type = catalogue_type(m->c, type);
	r.type_name = type;
	r.id = id(at);
	r.state = STATE_LIVE;
	r.cls = (int)r.type->cls;
	measure_group_add(m->run, &r, parse(body, m->mem));
}

/* Ids of a kind ('1' sessions, '2' members, '3' attendances …), numbered. */
static const char *nth(struct made *m, int kind, int i)
{
	return arena_printf(
		m->mem, "0192f5a0-0000-7000-800%d-%012x", kind, (unsigned)i);
}

static void session(struct made *m, int i, const char *status, int unnamed)
{
	put_one(m, "session", nth(m, 1, i),
		arena_printf(m->mem,
			"{\"number\":%d,\"status\":\"%s\",\"unnamed\":%d,"
			"\"held_at\":\"2026-%02d-%02dT14:00:00+08:00\"}",
			i + 1, status, unnamed, i / 28 + 1, i % 28 + 1));
}

static void member(struct made *m, int i, const char *more)
{
	put_one(m, "participant", nth(m, 2, i),
		arena_printf(m->mem,
			"{\"name\":\"m\",\"joined\":\"2026-01-01\"%s}", more));
}

static int attendances;

static void attend(struct made *m, int s, int who, const char *how)
{
	put_one(m, "attendance", nth(m, 3, attendances++),
		arena_printf(m->mem,
			"{\"session\":\"%s\",\"participant\":\"%s\",%s}",
			nth(m, 1, s), nth(m, 2, who), how));
}

#define HERE "\"present\":true"

static void finish(struct made *m)
{
	m->measures = json_object_get(measure_group_end(m->run), "measures");
}

static const char *of(const struct made *m, const char *name)
{
	const json_t *v = json_object_get(m->measures, name);

	return v ? json_canonical(v, m->mem) : "-";
}

static void drop(struct made *m)
{
	catalogue_free(m->c);
	arena_free(m->mem);
}

/* ---- the peer series ---- */

static void peer_series_of_256_persons_or_256_attendances_comes_out_apart(void)
{
	/* clang-format off */
	static const struct {
		const char *why;
		int members, unnamed; /* 256 attendances among so many */
		const char *attendances, *persons, *mean;
	} rows[] = {
		{"256 persons, once each", 256, 0, "256", "256", "3.28"},
		{"64 persons, four times each", 64, 0, "256", "64", "3.28"},
		{"nobody asked for a name", 0, 256, "256", "0", "3.28"},
		{"64 persons four times, and two more each time", 64, 156, "412", "64", "5.28"},
	};
	/* clang-format on */

	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct made m = begin();
		int unnamed = rows[r].unnamed;

		put_one(&m, "group", GROUP,
			"{\"name\":\"g\",\"kind\":\"open\",\"phase\":"
			"\"working\"}");
		for (int i = 0; i < 78; i++) {
			int extra = unnamed / (78 - i);

			session(&m, i, "held", extra);
			unnamed -= extra;
		}
		for (int i = 0; i < rows[r].members; i++)
			member(&m, i, "");
		for (int i = 0; rows[r].members && i < 256; i++)
			attend(&m,
				(i % rows[r].members +
					17 * (i / rows[r].members)) %
					78,
				i % rows[r].members, HERE);
		finish(&m);
		CHECK_STR(of(&m, "sessions_held"), "78");
		CHECK_STR(of(&m, "attendances"), rows[r].attendances);
		CHECK_STR(of(&m, "persons"), rows[r].persons);
		CHECK_STR(of(&m, "attendance_mean"), rows[r].mean);
		drop(&m);
		if (tap_bad) {
			printf("# %s\n", rows[r].why);
			break;
		}
	}
}

static void a_person_who_joins_again_is_one_person(void)
{
	struct made m = begin();

	put_one(&m, "group", GROUP,
		"{\"name\":\"g\",\"kind\":\"open\",\"phase\":\"working\"}");
	session(&m, 0, "held", 0);
	session(&m, 1, "held", 0);
	member(&m, 0, ",\"person\":\"" ID("77") "\"");
	member(&m, 1, ",\"person\":\"" ID("77") "\"");
	member(&m, 2, "");
	attend(&m, 0, 0, HERE);
	attend(&m, 0, 0, HERE); /* written down twice */
	attend(&m, 1, 1, HERE);
	attend(&m, 1, 2, "\"present\":false,\"reason\":\"illness\"");
	finish(&m);
	CHECK_STR(of(&m, "attendances"), "2");
	CHECK_STR(of(&m, "persons"), "1");
	CHECK_STR(of(&m, "absence_reasons"), "{\"illness\":1}");
	drop(&m);
}

/* ---- a closed group of six sessions ---- */

/*
 * Five members, six sessions, one of them cancelled. Present at the five held:
 * member 0 five times, 1 four, 2 four, 3 once and left, 4 never came.
 */
static struct made six_sessions(const char *group)
{
	static const char *const seats[] = {"11111", "11110", "01111", "10000"};
	struct made m = begin();

	put_one(&m, "group", GROUP, group);
	for (int i = 0; i < 6; i++)
		session(&m, i, i == 2 ? "cancelled" : "held", 0);
	for (int i = 0; i < 3; i++)
		member(&m, i, i == 0 ? ",\"peer_contact\":true" : "");
	member(&m, 3, ",\"left\":\"2026-01-02\",\"leave_reason\":\"distance\"");
	member(&m, 4, "");
	for (int k = 0; k < 4; k++)
		for (int i = 0; i < 5; i++)
			attend(&m, i < 2 ? i : i + 1, k,
				seats[k][i] == '1' ? HERE
						   : "\"present\":false,"
						     "\"reason\":\"caring\"");
	/* at a session that was cancelled nobody was */
	attend(&m, 2, 4, HERE);
	return m;
}

static void completion_drop_outs_and_means_are_counted(void)
{
	/* clang-format off */
	static const struct {
		const char *group, *completed, *completion;
	} rows[] = {
		{"{\"name\":\"g\",\"kind\":\"closed\",\"phase\":\"ending\"}", "3", "60"},
		{"{\"name\":\"g\",\"kind\":\"closed\",\"phase\":\"ending\",\"attend_min\":5}", "1", "20"},
		{"{\"name\":\"g\",\"kind\":\"closed\",\"phase\":\"ending\",\"programme\":\"caregiver_group\",\"template\":\"peer_support\"}", "4", "80"},
	};
	static const struct {
		const char *name, *value;
	} want[] = {
		{"sessions_planned", "5"}, {"sessions_held", "5"}, {"sessions_cancelled", "1"},
		{"attendances", "14"}, {"attendances_unnamed", "0"}, {"persons", "4"}, {"members", "5"},
		{"attendance_mean", "2.8"},
		/* 14 of 22: five sessions of four, and two of the one who left */
		{"attendance_rate", "63.64"},
		{"drop_outs", "1"}, {"drop_out_reasons", "{\"distance\":1}"},
		{"absence_reasons", "{\"caring\":6}"}, {"peer_contacts", "1"},
	};
	/* clang-format on */

	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct made m = six_sessions(rows[r].group);

		finish(&m);
		for (size_t i = 0; i < ARRAY_LEN(want); i++)
			CHECK_STR(of(&m, want[i].name), want[i].value);
		CHECK_STR(of(&m, "completed"), rows[r].completed);
		CHECK_STR(of(&m, "completion"), rows[r].completion);
		drop(&m);
	}
}

static void assess(struct made *m, int i, int who, const char *instrument,
	const char *on, const char *answers)
{
	put_one(m, "group_assessment", nth(m, 4, i),
		arena_printf(m->mem,
			"{\"participant\":\"%s\",\"instrument\":\"%s\","
			"\"assessed\":\"%s\",\"answers\":[%s]}",
			nth(m, 2, who), instrument, on, answers));
}

/*
 * GAD-7 (lower is better): member 0 from 8 to 4, member 1 from 6 to 6, member 2
 * once only. By hand: mean 7 before, 5 after. Satisfaction of two: means 4.5
 * and 3, of twelve answers seven are 4 or 5.
 */
static void the_battery_pairs_members_and_satisfaction_is_of_all(void)
{
	struct made m = six_sessions(
		"{\"name\":\"g\",\"kind\":\"closed\",\"phase\":\"ending\"}");

	assess(&m, 0, 0, "gad7", "2026-01-01", "2,2,1,1,0,1,1");
	assess(&m, 1, 0, "gad7", "2026-01-06", "1,1,1,1,0,0,0");
	assess(&m, 2, 1, "gad7", "2026-01-01", "1,1,1,1,1,1,0");
	assess(&m, 3, 1, "gad7", "2026-01-06", "0,1,1,1,1,1,1");
	assess(&m, 4, 2, "gad7", "2026-01-01", "0,0,0,0,0,0,0");
	assess(&m, 5, 0, "satisfaction", "2026-01-06", "5,5,4,4,5,4,10");
	assess(&m, 6, 1, "satisfaction", "2026-01-02", "1,1,1,1,1,1,0");
	assess(&m, 7, 1, "satisfaction", "2026-01-06", "3,3,3,4,3,2,5");
	finish(&m);
	CHECK_STR(of(&m, "battery"),
		"[{\"better\":1,\"change\":-2,\"first\":7,\"instrument\":"
		"\"gad7\",\"last\":5,\"pairs\":2,\"unpaired\":1}]");
	CHECK_STR(of(&m, "satisfaction_mean"), "3.75");
	CHECK_STR(of(&m, "satisfaction_top"), "58.33");
	drop(&m);
}

static void every_measure_of_a_group_is_in_the_table(void)
{
	struct made m = begin();
	const char *name;
	json_t *v;

	finish(&m);
	CHECK(json_object_size(m.measures) > 8);
	json_object_foreach((json_t *)(uintptr_t)m.measures, name, v)
	{
		const struct measure *one = measure_find(name);

		CHECK(one && one->of == MEASURE_GROUP);
	}
	drop(&m);
}

int main(void)
{
	RUN(peer_series_of_256_persons_or_256_attendances_comes_out_apart);
	RUN(a_person_who_joins_again_is_one_person);
	RUN(completion_drop_outs_and_means_are_counted);
	RUN(the_battery_pairs_members_and_satisfaction_is_of_all);
	RUN(every_measure_of_a_group_is_in_the_table);
	return tap_done();
}
