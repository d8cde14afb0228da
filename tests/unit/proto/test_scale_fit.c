/*
 * test_scale_fit.c - an assessment's version and the person's age.
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

/* A version once used is found as long as its file, or a variant's, is there.
 */
static void an_older_version_is_found_by_what_it_makes(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	json_t *ssrs = json_deep_copy(catalogue_scale(c, "ssrs"));
	json_t *newest = json_deep_copy(ssrs);
	json_t *scales = json_keep(json_object(), mem);

	json_object_set_new(newest, "version", json_string("2027"));
	json_object_del(newest, "variants");
	json_object_set_new(scales, "ssrs", newest);
	json_object_set_new(scales, "ssrs@10-5E", ssrs);
	json_object_set_new(
		scales, "ssrsx@3", json_pack("{s:s}", "version", "3"));
	CHECK(scale_of_version(scales, "ssrs", NULL) == newest);
	CHECK(scale_of_version(scales, "ssrs", "2027") == newest);
	CHECK(scale_of_version(scales, "ssrs", "10-5E") == ssrs);
	CHECK(scale_of_version(scales, "ssrs", "10-4D") == ssrs);
	CHECK(scale_of_version(scales, "ssrs", "3") == NULL);
	CHECK(scale_of_version(scales, "sas", NULL) == NULL);
	CHECK(scale_of_version(scales, "sas", "3") == NULL);
	arena_free(mem);
	catalogue_free(c);
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
	RUN(an_older_version_is_found_by_what_it_makes);
	RUN(an_age_is_as_exact_as_the_birth);
	RUN(an_instrument_for_other_ages_warns);
	return tap_done();
}
