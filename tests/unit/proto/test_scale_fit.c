/*
 * test_scale_fit.c - an assessment's version, day and the person's age.
 */
#include "proto/scale_fit.h"

#include "proto/types.h"
#include "tests/lib/tap.h"

static const struct {
	const char *scale;
	const char *variant;
	const char *version;
	const char *field; /* NULL: taken */
	const char *accepts;
} versions[] = {
	{"phq9", NULL,    "2001",       NULL,      NULL        },
	{"phq9", NULL,    NULL,         NULL,      NULL        },
	{"phq9", NULL,    "1999",       "version", "2001"      },
	{"ssrs", NULL,    "10-5E",      NULL,      NULL        },
	{"ssrs", "4D",    "10-4D",      NULL,      NULL        },
	{"ssrs", "4D",    "10-5E",      "version", "10-4D"     },
	{"ssrs", NULL,    "10-4D",      "version", "10-5E"     },
	{"ssrs", "3D",    NULL,         "variant", "4D"        },
	{"sds",  "round", "1965-round", NULL,      NULL        },
	{"sds",  NULL,    "1965-round", "version", "1965-floor"},
};

static void a_version_there_is_not_names_the_one_there_is(void)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct err e = {0};
		bool ok =
			scale_fit_version(catalogue_scale(c, versions[i].scale),
				versions[i].variant, versions[i].version, &e);

		CHECK(ok == !versions[i].field);
		CHECK_STR(e.field, versions[i].field ? versions[i].field : "");
		CHECK_STR(e.accepts,
			versions[i].accepts ? versions[i].accepts : "");
	}
	catalogue_free(c);
}

/* Today is 22 November 2026 in China. */
static const struct {
	const char *assessed;
	const char *birth;
	bool ok;
} days[] = {
	{"2026-11-22", "1985-02-28", true },
	{"2026-11-23", "1985-02-28", true }, /* a clock a day ahead */
	{"2026-11-24", "1985-02-28", false},
        {"2027-11-22", NULL,         false},
	{"1985-02-28", "1985-02-28", true },
        {"1985-02-27", "1985-02-28", false},
	{"1985-02-01", "1985-02",    true }, /* may have been that day */
	{"1985-01-31", "1985-02",    false},
        {"1985-01-01", "1985",       true },
	{"1984-12-31", "1985",       false},
        {"1984-12-31", NULL,         true },
	{"1984-12-31", "unknown",    true },
	{"2026-02-30", "1985",       true }, /* the catalogue's own check */
};

static void nobody_is_assessed_before_birth_or_in_the_future(void)
{
	struct date today = {2026, 11, 22};

	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		struct err e = {0};

		CHECK(scale_fit_day(days[i].assessed, days[i].birth, &today,
			      &e) == days[i].ok);
		if (days[i].ok)
			continue;
		CHECK_STR(e.field, "assessed");
		CHECK(e.code == ERR_OUT_OF_RANGE);
		/* A birth date is no part of an error. */
		CHECK(strstr(e.accepts, "1985") == NULL);
		CHECK(strstr(e.msg, "1985") == NULL);
	}
}

static const struct {
	const char *birth, *day;
	int least, most; /* -1: not known */
} ages[] = {
	{"2012-11-22", "2026-11-22", 14, 14},
	{"2012-11-23", "2026-11-22", 13, 13},
	{"2012-11",    "2026-11-22", 13, 14},
	{"2012",       "2026-11-22", 13, 14},
	{"2012",       "2026-12-31", 14, 14},
	{"2012-02-29", "2026-02-28", 13, 13},
	{"2026",       "2026-11-22", 0,  0 },
	{"2027",       "2026-11-22", -1, -1},
	{"",           "2026-11-22", -1, -1},
	{NULL,         "2026-11-22", -1, -1},
};

static void an_age_is_as_exact_as_the_birth(void)
{
	for (size_t i = 0; i < ARRAY_LEN(ages); i++) {
		struct age_span a = {-1, -1};
		bool known = scale_age_on(ages[i].birth, ages[i].day, &a);

		CHECK(known == (ages[i].most >= 0));
		CHECK(!known || a.least == ages[i].least);
		CHECK(!known || a.most == ages[i].most);
	}
}

static const struct {
	const char *scale;
	int least, most;
	const char *accepts; /* NULL: no warning */
} warned[] = {
	{"ssrs",   13, 13, "≥ 14"},
	{"ssrs",   13, 14, NULL    }, /* it may fit */
	{"ssrs",   14, 14, NULL    },
	{"ssrs",   90, 90, NULL    },
	{"sdss",   14, 14, "15-59" },
	{"sdss",   15, 15, NULL    },
	{"sdss",   59, 59, NULL    },
	{"sdss",   60, 60, "15-59" },
	{"apgar",  6,  6,  "≥ 10"},
	{"smod_a", 22, 22, "13-21" },
	{"phq9",   3,  3,  NULL    },
};

static void an_instrument_for_other_ages_warns(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(warned); i++) {
		struct age_span a = {warned[i].least, warned[i].most};
		json_t *list = scale_warnings_json(
			scale_age_outside(
				catalogue_scale(c, warned[i].scale), &a),
			mem);
		const json_t *one = json_array_get(list, 0);

		CHECK(json_array_size(list) == (warned[i].accepts ? 1 : 0));
		if (!one || !warned[i].accepts)
			continue;
		CHECK_STR(json_str(one, "field"), "age");
		CHECK_STR(json_str(one, "accepts"), warned[i].accepts);
		CHECK(json_str(json_object_get(one, "text"), "zh") != NULL);
		CHECK(json_str(json_object_get(one, "text"), "en") != NULL);
	}
	arena_free(mem);
	catalogue_free(c);
}

int main(void)
{
	RUN(a_version_there_is_not_names_the_one_there_is);
	RUN(nobody_is_assessed_before_birth_or_in_the_future);
	RUN(an_age_is_as_exact_as_the_birth);
	RUN(an_instrument_for_other_ages_warns);
	return tap_done();
}
