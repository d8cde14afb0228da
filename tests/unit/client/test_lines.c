/*
 * test_lines.c - the caseload's lines that are kept: after any change they are
 * what folding everything anew gives, and only those concerned were folded.
 */
#include "client/store/doc.h"
#include "client/store/lines.h"
#include "client/store/outbox.h"
#include "tests/lib/tap.h"
#include "tests/unit/client/letters.h"

#include <stdio.h>

#define CASES     12
#define PERSON(n) (100 + (n))

struct desk {
	struct fixture f;
	struct lines *lines;
	struct date today;
	struct err e;
};

static const char *case_body(struct desk *d, unsigned n, unsigned person)
{
	return arena_printf(d->f.mem,
		"{\"person\":\"%s\",\"phase\":\"intake\",\"number\":\"N-%u\","
		"\"home_site\":\"%s\"}",
		id_text(&d->f, person), n, id_text(&d->f, 901));
}

static void put(struct desk *d, unsigned unit, const char *kind,
	const char *type, unsigned rec, unsigned of, int64_t ver,
	const char *body)
{
	struct record r = make_record(&d->f, type, rec, of, ver, body);

	if (!deliver(&d->f, unit, kind, ver, ver == 1, &r, 1))
		die("test: %s", d->f.e.msg);
}

/* Cases 1 … of persons 101 …; the last two are of one person. */
static void begin(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	set_up(&d->f);
	sign_in(&d->f);
	d->lines = lines_new();
	d->today = (struct date){2026, 11, 22};
	for (unsigned n = 1; n <= CASES; n++) {
		unsigned person = PERSON(n == CASES ? n - 1 : n);

		if (n < CASES)
			put(d, person, "person", "person", person, 0, 1,
				"{\"name\":\"甲\",\"sex\":\"1\"}");
		put(d, n, "case", "case", n, n, 1, case_body(d, n, person));
	}
}

static void end(struct desk *d)
{
	lines_free(d->lines);
	tear_down(&d->f);
}

/* How many were folded; -1 when they are not what folding all gives. */
static long refreshed(struct desk *d)
{
	struct arena *mem = arena_new();
	struct view *v = view_new(d->f.s, mem);
	json_t *all = NULL;
	size_t n = 0;
	bool ok = lines_refresh(d->lines, v, &d->today, &n, &d->e) &&
		  doc_lines(v, mem, &all, &d->e) &&
		  json_equal(all, lines_all(d->lines));

	arena_free(mem);
	return ok ? (long)n : -1;
}

static void nothing_is_folded_twice(void)
{
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	CHECK((long)json_array_size(lines_all(d.lines)) == CASES);
	CHECK(refreshed(&d) == 0);
	end(&d);
}

static void what_came_for_a_case_folds_that_case(void)
{
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	put(&d, 3, "case", "service", 300, 3, 2, SERVICE_BODY);
	CHECK(refreshed(&d) == 1);
	put(&d, 50, "case", "case", 50, 50, 1, case_body(&d, 50, PERSON(1)));
	CHECK(refreshed(&d) == 1);
	CHECK((long)json_array_size(lines_all(d.lines)) == CASES + 1);
	end(&d);
}

static void a_person_folds_the_cases_they_are_in(void)
{
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	put(&d, PERSON(2), "person", "person", PERSON(2), 0, 2,
		"{\"name\":\"乙\",\"sex\":\"1\"}");
	CHECK(refreshed(&d) == 1);
	put(&d, PERSON(CASES - 1), "person", "person", PERSON(CASES - 1), 0, 2,
		"{\"name\":\"丙\",\"sex\":\"1\"}");
	CHECK(refreshed(&d) == 2);
	/* One whose person was not here, and then is found to be another. */
	put(&d, 60, "case", "case", 60, 60, 1, case_body(&d, 60, 160));
	CHECK(refreshed(&d) == 1);
	put(&d, 160, "person", "person", 160, 0, 1,
		arena_printf(d.f.mem,
			"{\"name\":\"丁\",\"merged_into\":\"%s\"}",
			id_text(&d.f, 161)));
	CHECK(refreshed(&d) == 1);
	put(&d, 161, "person", "person", 161, 0, 1, "{\"name\":\"戊\"}");
	CHECK(refreshed(&d) == 1);
	end(&d);
}

static void a_letter_folds_the_case_it_is_about(void)
{
	static const char *const letter =
		"{\"kind\":\"service\",\"status\":\"requested\","
		"\"reason\":\"x\",\"letter\":\"x\"}";
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	put(&d, 400, "letter", "referral", 400, 5, 1, letter);
	CHECK(refreshed(&d) == 1);
	put(&d, 400, "letter", "referral", 400, 5, 2,
		"{\"kind\":\"service\",\"status\":\"accepted\","
		"\"reason\":\"x\",\"letter\":\"x\"}");
	CHECK(refreshed(&d) == 1);
	end(&d);
}

static void own_work_folds_what_it_is_in(void)
{
	struct uuid of = id(4), person = id(PERSON(CASES - 1)), tx, rec;
	struct desk d;
	struct view *v;
	bool changed;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	memset(&tx, 0, sizeof(tx));
	memset(&rec, 0, sizeof(rec));
	v = view_new(d.f.s, d.f.mem);
	CHECK(outbox_create(v, catalogue_type(d.f.c, "task"), &of,
		json_keep(
			json_pack("{s:s, s:s}", "title", "x", "status", "open"),
			d.f.mem),
		&tx, &rec, &d.e));
	CHECK(refreshed(&d) == 1);
	v = view_new(d.f.s, d.f.mem);
	CHECK(outbox_patch(v, &person,
		json_keep(json_pack("{s:s}", "name", "己"), d.f.mem),
		json_keep(json_array(), d.f.mem), &changed, &d.e));
	CHECK(refreshed(&d) == 2);
	end(&d);
}

static void a_new_day_and_the_directory_fold_all(void)
{
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	d.today.day++;
	CHECK(refreshed(&d) == CASES);
	put_directory(&d.f, "holiday", 700,
		"{\"date\":\"2026-12-01\",\"kind\":\"holiday\"}");
	CHECK(refreshed(&d) == CASES);
	end(&d);
}

static void a_case_that_went_is_no_line(void)
{
	struct uuid gone = id(7);
	struct desk d;

	begin(&d);
	CHECK(refreshed(&d) == CASES);
	CHECK(store_begin(d.f.s, &d.e) && store_drop_unit(d.f.s, &gone, &d.e) &&
		store_commit(d.f.s, &d.e));
	CHECK(refreshed(&d) == 0);
	CHECK((long)json_array_size(lines_all(d.lines)) == CASES - 1);
	end(&d);
}

int main(void)
{
	RUN(nothing_is_folded_twice);
	RUN(what_came_for_a_case_folds_that_case);
	RUN(a_person_folds_the_cases_they_are_in);
	RUN(a_letter_folds_the_case_it_is_about);
	RUN(own_work_folds_what_it_is_in);
	RUN(a_new_day_and_the_directory_fold_all);
	RUN(a_case_that_went_is_no_line);
	return tap_done();
}
