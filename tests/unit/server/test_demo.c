/*
 * test_demo.c - the invented district holds to its recipe: numbers that sum,
 * questionnaires that score as drawn, dates by the norm, and the same again
 * for the same seed and day.
 *
 * Expected figures are those of the programme's published shape (58 referred …
 * 26 enrolled, fifteen contacts), of the national norm's intervals and of
 * GB 11643-1999; none is computed by the code under test.
 */
#include "proto/change.h"
#include "proto/form.h"
#include "proto/person.h"
#include "proto/scale.h"
#include "server/admin/demo_cast.h"
#include "server/admin/demo_mix.h"
#include "server/admin/demo_scales.h"
#include "tests/lib/tap.h"

#include <math.h>
#include <stdlib.h>

#define TODAY 20778 /* 2026-11-21 */
#define SEED  7

struct play {
	struct arena *mem;
	struct catalogue *c;
	struct district d;
	struct script s;
};

static void start(struct play *p, uint64_t seed, uint64_t stream)
{
	p->mem = arena_new();
	p->c = catalogue_load();
	district_make(&p->d, seed, false, p->mem);
	script_init(&p->s, p->mem, p->c, &p->d, TODAY, seed, stream);
}

static void finish(struct play *p)
{
	arena_free(p->mem);
	catalogue_free(p->c);
}

static const json_t *body_of(const struct play *p, size_t i, const char *type)
{
	const json_t *j = p->s.lines[i].change;

	return strcmp(json_str(j, "op"), "create") == 0 &&
			       strcmp(json_str(j, "type"), type) == 0
		       ? json_object_get(j, "set")
		       : NULL;
}

static bool is(const json_t *o, const char *key, const char *value)
{
	const char *s = json_str(o, key);

	return s && strcmp(s, value) == 0;
}

static size_t count(const struct play *p, const char *type, const char *key,
	const char *value)
{
	size_t n = 0;

	for (size_t i = 0; i < p->s.n; i++) {
		const json_t *b = body_of(p, i, type);

		n += b && (!key || is(b, key, value));
	}
	return n;
}

static int64_t day_of(const char *text)
{
	char day[DATE_TEXT] = "";
	struct date d;

	if (text)
		memcpy(day, text, DATE_TEXT - 1);
	return text && date_parse(day, &d) ? date_to_days(&d) : -1;
}

/* ---- the programme ---- */

static bool meets_all(const json_t *criteria)
{
	for (size_t i = 0; i < json_array_size(criteria); i++)
		if (!json_flag(json_array_get(criteria, i), "met"))
			return false;
	return json_array_size(criteria) > 0;
}

static void the_screening_funnel_sums(void)
{
	size_t reached = 0, assessed = 0, eligible = 0;
	struct play p;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	for (size_t i = 0; i < p.s.n; i++) {
		const json_t *b = body_of(&p, i, "screening");
		const json_t *criteria = json_object_get(b, "criteria");

		reached += b && !is(b, "result", "unreachable");
		assessed += criteria != NULL;
		eligible += meets_all(criteria);
		CHECK(!b || json_str(b, "reason"));
	}
	CHECK(count(&p, "case", NULL, NULL) == 58);
	CHECK(reached == 49);
	CHECK(assessed == 41);
	CHECK(eligible == 31);
	CHECK(count(&p, "screening", "result", "eligible") == 26);
	CHECK(count(&p, "screening", "reason", "refused_service") == 4);
	CHECK(count(&p, "screening", "reason", "moved") == 1);
	finish(&p);
}

static void contacts_average_fifteen_and_none_has_few(void)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct play p;

		start(&p, seed, 2);
		flagship_write(&p.s);
		CHECK(count(&p, "service", "status", "completed") ==
			(size_t)26 * 15);
		for (size_t i = 0; i < p.s.n; i++) {
			const char *id;
			size_t n = 0;

			if (!body_of(&p, i, "plan") ||
				json_int(body_of(&p, i, "plan"), "version",
					0) != 1)
				continue;
			id = json_str(p.s.lines[i].change, "case");
			for (size_t k = 0; k < p.s.n; k++)
				n += body_of(&p, k, "service") &&
				     is(p.s.lines[k].change, "case", id) &&
				     is(body_of(&p, k, "service"), "status",
					     "completed");
			CHECK(n >= 6);
		}
		finish(&p);
	}
}

/* Where each case stands after all its moves. */
static size_t now_in(const struct play *p, const char *phase)
{
	size_t n = 0;

	for (size_t i = 0; i < p->s.n; i++) {
		const char *at = json_str(body_of(p, i, "case"), "phase");
		const char *rec = json_str(p->s.lines[i].change, "rec");

		for (size_t k = i + 1; at && k < p->s.n; k++) {
			const json_t *j = p->s.lines[k].change;

			if (is(j, "rec", rec) && is(j, "op", "patch") &&
				json_str(json_object_get(j, "set"), "phase"))
				at = json_str(
					json_object_get(j, "set"), "phase");
		}
		n += at && strcmp(at, phase) == 0;
	}
	return n;
}

static void the_phases_are_spread(void)
{
	static const struct {
		const char *phase;
		size_t n;
	} want[] = {
		{"referral_in",  9 },
                {"screening",    23},
                {"intake",       1 },
		{"assessment",   2 },
                {"planning",     2 },
                {"intervention", 11},
		{"evaluation",   2 },
                {"closing",      1 },
                {"follow_up",    3 },
		{"ended",        4 }
        };
	struct play p;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK(now_in(&p, want[i].phase) == want[i].n);
	finish(&p);
}

/* The norm of 2017: two weeks when unstable; two weeks, then a calendar month,
 * when basically stable; three calendar months when stable. */
static void follow_ups_are_due_by_the_norm(void)
{
	struct play p;
	size_t seen = 0;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	for (size_t i = 0; i < p.s.n; i++) {
		const json_t *b = body_of(&p, i, "response");
		int64_t days = day_of(json_str(b, "next_due")) -
			       day_of(json_str(b, "responded"));

		if (!b || !is(b, "form", "smd_follow_up"))
			continue;
		seen++;
		if (is(b, "stability", "unstable"))
			CHECK(days == 14);
		else if (is(b, "stability", "basically_stable"))
			CHECK(days == 14 || (days >= 28 && days <= 31));
		else
			CHECK(days >= 89 && days <= 92);
		CHECK((json_int(b, "danger", 0) >= 3) ==
			is(b, "stability", "unstable"));
	}
	CHECK(seen >= (size_t)26 * 3);
	finish(&p);
}

/* The centre raises the flag; whoever wrote the sheet ends it, by its id. */
static bool is_ended(struct play *p, const char *response, int level)
{
	char flag[UUID_TEXT];
	struct uuid id;

	CHECK(response && uuid_parse(response, &id));
	id = form_flag_id(&id, "danger", level);
	uuid_format(&id, flag);
	for (size_t k = 0; k < p->s.n; k++)
		if (is(p->s.lines[k].change, "rec", flag))
			return true;
	return false;
}

static void count_danger(uint64_t seed, size_t *high, size_t *open)
{
	struct play p;

	*high = *open = 0;
	start(&p, seed, 2);
	flagship_write(&p.s);
	for (size_t i = 0; i < p.s.n; i++) {
		const json_t *b = body_of(&p, i, "response");
		int danger = (int)json_int(b, "danger", 0);

		if (danger < 3)
			continue;
		(*high)++;
		*open += !is_ended(
			&p, json_str(p.s.lines[i].change, "rec"), danger);
	}
	finish(&p);
}

static void flags_of_high_danger_end_but_for_the_one_of_today(void)
{
	for (uint64_t seed = 1; seed <= 8; seed++) {
		size_t high, open;

		count_danger(seed, &high, &open);
		CHECK(high >= 2);
		CHECK(open == 1);
	}
}

/* ---- days ---- */

static bool is_weekend(int64_t day)
{
	return (day + 3) % 7 >= 5;
}

static void work_is_done_on_days_gone_by_and_seldom_on_weekends(void)
{
	size_t all = 0, weekend = 0;
	struct play p;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	for (size_t i = 0; i < p.s.n; i++) {
		const json_t *b = body_of(&p, i, "service");
		const char *at = json_str(b, "started_at");

		CHECK(day_of(json_str(p.s.lines[i].change, "entered_at")) <=
			TODAY);
		if (!b)
			continue;
		all++;
		weekend += is_weekend(day_of(at));
		CHECK(strncmp(at + 5, "10-01", 5) != 0);
		CHECK(strncmp(at, "2026-02-17", 10) != 0); /* 春节 */
	}
	CHECK(all > 300);
	CHECK(weekend * 100 < all * 10);
	finish(&p);
}

/* ---- changes ---- */

static const char *whole_text(struct play *p)
{
	struct buf b;
	const char *out;

	buf_init(&b, (size_t)64 << 20);
	for (size_t i = 0; i < p->s.n; i++)
		buf_text(&b, json_canonical(p->s.lines[i].change, p->mem));
	out = arena_strdup(p->mem, b.p);
	buf_free(&b);
	return out;
}

static void the_same_seed_and_day_give_the_same_changes(void)
{
	struct play a, b, other;

	start(&a, SEED, 2);
	start(&b, SEED, 2);
	start(&other, SEED + 1, 2);
	flagship_write(&a.s);
	flagship_write(&b.s);
	flagship_write(&other.s);
	CHECK(strcmp(whole_text(&a), whole_text(&b)) == 0);
	CHECK(strcmp(whole_text(&a), whole_text(&other)) != 0);
	finish(&a);
	finish(&b);
	finish(&other);
}

/* Shape, fields, codes, dates, check digits: as the centre will look at it. */
static void check_changes(struct play *p)
{
	for (size_t i = 0; i < p->s.n; i++) {
		const json_t *j = p->s.lines[i].change;
		struct change c;
		struct err e = {0};

		change_decode(p->c, j, p->mem, &c);
		CHECK(!c.refused);
		if (c.refused || c.op != OP_CREATE)
			continue;
		if (!record_check(p->c, c.type, c.set, false, &e)) {
			printf("# %s %s: %s\n", c.type_name, e.field,
				e.accepts);
			CHECK(false);
		}
	}
}

static void write_further(
	struct play *p, size_t cases, size_t home, int records)
{
	struct mix mix;

	mix_make(&mix, &p->d, cases, home, p->mem);
	CHECK(mix.cases == cases);
	for (size_t i = 0; i < mix.n; i++)
		further_write(&p->s, &mix.list[i], records);
}

static void every_change_is_one_the_door_can_read(void)
{
	struct play p;

	start(&p, SEED, 1);
	directory_write(&p.s);
	flagship_write(&p.s);
	write_further(&p, 120, NOBODY, 30);
	peers_write(&p.s);
	check_changes(&p);
	finish(&p);
}

static void later_stages_never_come_first(void)
{
	struct play p;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	script_sort(&p.s);
	for (size_t i = 1; i < p.s.n; i++) {
		const struct line *a = &p.s.lines[i - 1], *b = &p.s.lines[i];

		CHECK(a->stage <= b->stage);
		CHECK(a->stage < b->stage || a->author < b->author ||
			(a->author == b->author && a->seq < b->seq));
	}
	finish(&p);
}

/* Words the glossary tells to avoid; none of ours may say them. */
static void no_note_uses_a_word_to_avoid(void)
{
	static const char *const words[] = {
		"精神病人", "疯", "案主", "管控", "病例", "案件", "sperm", "{"};
	struct play p;

	start(&p, SEED, 2);
	flagship_write(&p.s);
	write_further(&p, 120, NOBODY, 40);
	for (size_t i = 0; i < p.s.n; i++) {
		const json_t *b = body_of(&p, i, "service");
		static const char *const fields[] = {"aim", "process",
			"client_response", "reflection", "next_step"};

		for (size_t f = 0; b && f < ARRAY_LEN(fields); f++)
			for (size_t w = 0; w < ARRAY_LEN(words); w++) {
				const char *t = json_str(b, fields[f]);

				CHECK(!t || !strstr(t, words[w]));
			}
	}
	finish(&p);
}

/* ---- people ---- */

static void identity_numbers_pass_and_say_the_same(void)
{
	struct rng r;
	size_t with = 0;

	rng_seed(&r, SEED, 9);
	for (int i = 0; i < 500; i++) {
		struct arena *mem = arena_new();
		struct wish w = {.age = 1 + i % 90};
		const json_t *b = people_body(&r, mem, TODAY, &w);
		const char *number = json_str(b, "id_number");
		struct date birth, on = date_from_days(TODAY);
		struct resident_id id;
		struct err e;

		CHECK(date_parse(json_str(b, "birth"), &birth));
		CHECK(date_age(&birth, &on) == w.age);
		if (number) {
			with++;
			CHECK(person_resident_id(number, "id_number", &id, &e));
			CHECK(date_cmp(&id.birth, &birth) == 0);
			CHECK_STR(id.sex, json_str(b, "sex"));
			CHECK(strncmp(number, "3299", 4) == 0);
		}
		arena_free(mem);
	}
	CHECK(with > 460 && with < 500);
}

/* The standard's own example ends in X. */
static void the_check_digit_is_the_standards(void)
{
	struct arena *mem = arena_new();
	struct date d = {1949, 12, 31};

	CHECK_STR(people_id_number(mem, "110105", &d, 2), "11010519491231002X");
	arena_free(mem);
}

static void the_district_has_its_staff(void)
{
	static const struct {
		enum role role;
		size_t n;
	} want[] = {
		{ROLE_PSYCHIATRIST,         8 },
                {ROLE_SOCIAL_WORKER,        20},
		{ROLE_CASE_WORKER,          4 },
                {ROLE_SUPERVISOR,           4 },
		{ROLE_PREVENTION_DOCTOR,    22},
                {ROLE_REHAB_WORKER,         20},
		{ROLE_NURSE,                14},
                {ROLE_DISTRICT_COORDINATOR, 1 },
		{ROLE_SITE_ADMIN,           1 },
                {ROLE_SYSTEM_ADMIN,         1 },
		{ROLE_AUDITOR,              1 }
        };
	struct play p;

	start(&p, SEED, 1);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		size_t n = 0;

		for (size_t k = 0; k < p.d.staff_count; k++)
			n += p.d.staff[k].role == want[i].role;
		CHECK(n == want[i].n);
	}
	CHECK(p.d.staff_count == 96);
	finish(&p);
}

/* ---- questionnaires ---- */

static double headline(const struct catalogue *c, const char *instrument,
	const json_t *answers, struct scale_result *out)
{
	struct err e;

	if (scale_score(catalogue_scale(c, instrument), NULL, answers, out, &e))
		return out->headline->value;
	printf("# %s: %s %s\n", instrument, e.field, e.accepts);
	return NAN;
}

static void answers_score_what_was_drawn(void)
{
	static const struct {
		const char *instrument;
		int low, high;
		double step; /* of the score, where not every value exists */
	} scales[] = {
  /* never item 9, nor more than 1 on item 19 of sds: those raise
  * flags, which are told and not drawn */
		{"phq9",  0,  24,  1   },
                {"gad7",  0,  21,  1   },
                {"apgar", 0,  10,  1   },
		{"psss",  12, 84,  1   },
                {"ssrs",  12, 66,  1   },
                {"sdss",  0,  20,  1   },
		{"sas",   25, 100, 1.25},
                {"sds",   25, 96,  1.25},
		{"who5",  0,  100, 4   }
        };
	struct catalogue *c = catalogue_load();
	struct scale_result result;
	struct rng r;

	rng_seed(&r, SEED, 3);
	for (size_t i = 0; i < ARRAY_LEN(scales); i++)
		for (int want = scales[i].low - 3; want <= scales[i].high + 3;
			want++) {
			struct arena *mem = arena_new();
			double got = headline(c, scales[i].instrument,
				scales_answers(c, scales[i].instrument, want, 0,
					&r, mem),
				&result);
			double near =
				fmin(fmax(want, scales[i].low), scales[i].high);

			CHECK(fabs(got - near) < scales[i].step);
			arena_free(mem);
		}
	catalogue_free(c);
}

static void an_item_that_does_not_apply_is_left_out(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct scale_result result;
	struct rng r;

	rng_seed(&r, SEED, 4);
	CHECK(headline(c, "sdss", scales_answers(c, "sdss", 6, 2, &r, mem),
		      &result) == 6);
	for (size_t i = 0; i < result.score_count; i++)
		if (strcmp(result.scores[i].name, "applicable") == 0)
			CHECK(result.scores[i].value == 8);
	arena_free(mem);
	catalogue_free(c);
}

/* Before 28.0 (6.5), after +4.8 (6.8), correlated 0.70. */
static void pairs_follow_the_recipe(void)
{
	const struct score_model *m = scales_model("ssrs");
	double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, dx, dy;
	const int n = 40000;
	struct rng r;

	rng_seed(&r, SEED, 5);
	for (int i = 0; i < n; i++) {
		double x, y;

		scales_pair(m, &r, &x, &y);
		sx += x;
		sy += y;
		sxx += x * x;
		syy += y * y;
		sxy += x * y;
	}
	dx = sqrt(sxx / n - sx / n * (sx / n));
	dy = sqrt(syy / n - sy / n * (sy / n));
	CHECK(fabs(sx / n - 28.0) < 0.15);
	CHECK(fabs(sy / n - 32.8) < 0.15);
	CHECK(fabs(dx - 6.5) < 0.1);
	CHECK(fabs(dy - 6.8) < 0.1);
	CHECK(fabs((sxy / n - sx / n * (sy / n)) / (dx * dy) - 0.70) < 0.02);
}

/* ---- dice ---- */

static void counts_have_the_mean_and_spread_asked_for(void)
{
	double sum = 0, squares = 0;
	const int n = 20000;
	struct rng r;

	rng_seed(&r, SEED, 6);
	for (int i = 0; i < n; i++) {
		int k = rng_count(&r, 15, 6);

		sum += k;
		squares += (double)k * k;
	}
	CHECK(fabs(sum / n - 15) < 0.15);
	CHECK(fabs(sqrt(squares / n - sum / n * (sum / n)) - 6) < 0.15);
}

static void weights_decide_how_often(void)
{
	static const int weights[] = {0, 70, 30};
	size_t n[3] = {0};
	struct rng r;

	rng_seed(&r, SEED, 7);
	for (int i = 0; i < 10000; i++)
		n[rng_pick(&r, weights, 3)]++;
	CHECK(n[0] == 0);
	CHECK(n[1] > 6850 && n[1] < 7150);
}

/* ---- further cases ---- */

static void further_cases_have_about_the_records_asked_for(void)
{
	for (int records = 20; records <= 50; records += 30) {
		struct play p;
		double mean;

		start(&p, SEED, 1000);
		write_further(&p, 500, NOBODY, records);
		mean = (double)p.s.records / 500;
		CHECK(fabs(mean - records) < records * 0.12);
		finish(&p);
	}
}

static void a_home_keeps_all_cases_there(void)
{
	struct play p;
	char home[UUID_TEXT];

	start(&p, SEED, 1000);
	write_further(&p, 50, SITE_DEMO, 20);
	uuid_format(&p.d.sites[SITE_DEMO].id, home);
	CHECK(count(&p, "case", "home_site", home) == 50);
	finish(&p);
}

int main(void)
{
	RUN(the_screening_funnel_sums);
	RUN(contacts_average_fifteen_and_none_has_few);
	RUN(the_phases_are_spread);
	RUN(follow_ups_are_due_by_the_norm);
	RUN(flags_of_high_danger_end_but_for_the_one_of_today);
	RUN(work_is_done_on_days_gone_by_and_seldom_on_weekends);
	RUN(the_same_seed_and_day_give_the_same_changes);
	RUN(every_change_is_one_the_door_can_read);
	RUN(later_stages_never_come_first);
	RUN(no_note_uses_a_word_to_avoid);
	RUN(identity_numbers_pass_and_say_the_same);
	RUN(the_check_digit_is_the_standards);
	RUN(the_district_has_its_staff);
	RUN(answers_score_what_was_drawn);
	RUN(an_item_that_does_not_apply_is_left_out);
	RUN(pairs_follow_the_recipe);
	RUN(counts_have_the_mean_and_spread_asked_for);
	RUN(weights_decide_how_often);
	RUN(further_cases_have_about_the_records_asked_for);
	RUN(a_home_keeps_all_cases_there);
	return tap_done();
}
