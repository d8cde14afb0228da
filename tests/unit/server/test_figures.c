/*
 * test_figures.c - fixed periods, and every indicator there is.
 */
#include "proto/figure.h"
#include "server/figures/figures.h"
#include "server/figures/indicator.h"
#include "server/figures/period.h"

#include "tests/lib/tap.h"

static const struct date today = {2026, 11, 22};

static bool reads(const char *from, const char *to, const char *grain,
	int64_t first, int64_t last)
{
	struct period p;
	struct err e;

	return period_read(from, to, grain, &today, &p, &e) &&
	       p.first == first && p.last == last;
}

static bool refuses(
	const char *from, const char *to, const char *grain, const char *field)
{
	struct period p;
	struct err e;

	return !period_read(from, to, grain, &today, &p, &e) &&
	       strcmp(e.field, field) == 0 && e.accepts[0];
}

#define MONTH(y, m) ((int64_t)(y)*12 + (m)-1)

static void periods_are_read_as_people_write_them(void)
{
	CHECK(reads("2026", NULL, NULL, MONTH(2026, 1), MONTH(2026, 12)));
	CHECK(reads("2026-Q2", NULL, NULL, MONTH(2026, 4), MONTH(2026, 6)));
	CHECK(reads("2026-05", NULL, NULL, MONTH(2026, 5), MONTH(2026, 5)));
	CHECK(reads(NULL, NULL, NULL, MONTH(2026, 1), MONTH(2026, 12)));
	CHECK(reads("2025-11", "2026-02", "month", MONTH(2025, 11),
		MONTH(2026, 2)));
	CHECK(reads(
		"2025", "2026-Q1", "quarter", MONTH(2025, 1), MONTH(2026, 3)));
}

static void impossible_periods_are_refused_with_what_would_do(void)
{
	CHECK(refuses("2026-13", NULL, NULL, "from"));
	CHECK(refuses("2026-00", NULL, NULL, "from"));
	CHECK(refuses("2026-Q5", NULL, NULL, "from"));
	CHECK(refuses("26", NULL, NULL, "from"));
	CHECK(refuses("2026-5", NULL, NULL, "from"));
	CHECK(refuses("0000", NULL, NULL, "from"));
	CHECK(refuses("2026", "spring", NULL, "to"));
	CHECK(refuses("2026", "2025", NULL, "from"));
	CHECK(refuses("1990", "2100", "year", "to"));
	/* Not a fixed period, and none was asked for. */
	CHECK(refuses("2026-02", "2026-04", NULL, "by"));
	CHECK(refuses("2025", "2026", NULL, "by"));
	/* No whole quarters, no whole years. */
	CHECK(refuses("2026-02", "2026-06", "quarter", "from"));
	CHECK(refuses("2026-01", "2026-06", "year", "from"));
}

static void a_period_is_written_as_it_is_read(void)
{
	char text[PERIOD_TEXT];

	CHECK_STR(period_text(MONTH(2026, 5), GRAIN_MONTH, text), "2026-05");
	CHECK_STR(period_text(MONTH(2026, 4), GRAIN_QUARTER, text), "2026-Q2");
	CHECK_STR(period_text(MONTH(2026, 1), GRAIN_YEAR, text), "2026");
}

static void every_indicator_is_whole_in_both_languages(void)
{
	static const char *const said[] = {
		"name", "definition", "numerator", "denominator"};
	struct arena *mem = arena_new();
	const struct indicators *all = indicators_load(mem);

	CHECK(all->n >= 40);
	for (size_t i = 0; i < all->n; i++) {
		const struct indicator *one = &all->list[i];
		const char *good = json_str(one->json, "good");

		for (size_t k = 0; k < ARRAY_LEN(said); k++) {
			const json_t *both =
				json_object_get(one->json, said[k]);
			bool needed = k < 3 || one->type != FIGURE_COUNT;

			if ((needed || both) &&
				(!json_str(both, "zh") ||
					!json_str(both, "en") ||
					!*json_str(both, "zh") ||
					!*json_str(both, "en"))) {
				tap_bad = 1;
				printf("# %s has no %s in both languages\n",
					one->id, said[k]);
			}
		}
		CHECK(figure_unit(json_str(one->json, "unit"), LANG_ZH));
		CHECK(figure_unit(json_str(one->json, "unit"), LANG_EN));
		CHECK(json_int(one->json, "version", 0) > 0);
		CHECK(good &&
			(strcmp(good, "up") == 0 || strcmp(good, "down") == 0 ||
				strcmp(good, "none") == 0));
		CHECK(json_is_array(json_object_get(one->json, "by")));
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(all->list[k].id, one->id) != 0);
	}
	arena_free(mem);
}

static void every_way_to_tell_apart_is_a_column_or_a_place(void)
{
	static const char *const dims[] = {
		"all", "programme", "sex", "age", "model", "setting", "kind"};
	struct arena *mem = arena_new();
	const struct indicators *all = indicators_load(mem);

	for (size_t i = 0; i < all->n; i++) {
		const json_t *by = json_object_get(all->list[i].json, "by");

		for (size_t k = 0; k < json_array_size(by); k++) {
			const char *dim;
			bool known = false;

			CHECK(indicator_by(&all->list[i],
				json_string_value(json_array_get(by, k)),
				&dim));
			for (size_t d = 0; d < ARRAY_LEN(dims); d++)
				known = known || strcmp(dims[d], dim) == 0;
			CHECK(known);
		}
	}
	arena_free(mem);
}

static void an_unknown_one_is_answered_with_some_that_are_like_it(void)
{
	struct arena *mem = arena_new();
	struct err e = {0};

	CHECK(!indicator_find(indicators_load(mem), "referral", &e));
	CHECK(e.code == ERR_BAD_REQUEST);
	CHECK(strstr(e.accepts, "referral_acceptance"));
	CHECK(strstr(e.accepts, "/v1/figures"));
	CHECK(indicator_find(indicators_load(mem), "services", &e));
	arena_free(mem);
}

/* 2017 and 2018 of the national reports (domain reference §2.5): what an
 * indicator makes of a numerator and a denominator is 100 times their ratio. */
static void the_national_rates_are_rates_in_per_cent(void)
{
	static const char *const rates[] = {"smd_management", "smd_standard",
		"smd_medication", "smd_regular", "smd_stability",
		"smd_prevalence"};
	struct arena *mem = arena_new();
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		const struct indicator *one =
			indicator_find(indicators_load(mem), rates[i], &e);

		CHECK(one && one->per == 100 && one->live);
		CHECK(one && (one->type == FIGURE_RATE || i == 5));
	}
	arena_free(mem);
}

int main(void)
{
	RUN(periods_are_read_as_people_write_them);
	RUN(impossible_periods_are_refused_with_what_would_do);
	RUN(a_period_is_written_as_it_is_read);
	RUN(every_indicator_is_whole_in_both_languages);
	RUN(every_way_to_tell_apart_is_a_column_or_a_place);
	RUN(an_unknown_one_is_answered_with_some_that_are_like_it);
	RUN(the_national_rates_are_rates_in_per_cent);
	return tap_done();
}
