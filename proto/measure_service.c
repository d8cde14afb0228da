/*
 * measure_service.c - how much was done, when first, and in which settings.
 */
#include "proto/measure_in.h"

#include <string.h>

#define DAYS_A_YEAR  365.25
#define DAYS_TO_SIGN 7 /* a note that is older is late (house rule) */

/* ---- services ---- */

bool measure_is_service(const struct measure_run *run, const struct entry *x)
{
	const char *kind = json_str(x->body, "kind");

	return kind && body_is(x->body, "status", "completed") &&
	       json_flag(code_list_item(
				 catalogue_codes(run->c, "service_kind"), kind),
		       "direct");
}

const struct entry *measure_first_service(const struct measure_run *run)
{
	const struct entries *l = &run->of[M_SERVICE];

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated && measure_is_service(run, &l->list[i]))
			return &l->list[i];
	return NULL;
}

/* What was expected by today: so many a year, or for the case as a whole. */
static bool expected_of(
	const struct measure_run *run, double years, double *out)
{
	const json_t *rule = json_object_get(run->pack, "expected_services");
	int64_t own = json_int(run->kase, "expected_services", -1);
	bool whole = body_is(rule, "per", "case");

	if (own >= 0) {
		*out = (double)own * years;
		return true;
	}
	*out = (double)json_int(rule, "n", 0) * (whole ? 1 : years);
	return rule != NULL;
}

static void put_rates(struct measure_run *run, int64_t while_open)
{
	struct date opened;
	double years, expected;
	int64_t days;

	if (!fold_day(run->kase, "opened", &opened))
		return;
	days = days_between(&opened, &run->today);
	if (days < 0)
		return;
	put_count(run->out, "days_open", days);
	years = (double)days / DAYS_A_YEAR;
	if (days > 0)
		put_number(run->out, "services_per_case_year",
			(double)while_open / years);
	if (!expected_of(run, years, &expected))
		return;
	put_number(run->out, "services_expected", expected);
	put_share(
		run->out, "services_of_expected", (double)while_open, expected);
}

static void add_one(json_t *counts, const char *name)
{
	json_object_set_new(counts, name,
		json_integer((json_int_t)(json_int(counts, name, 0) + 1)));
}

/* ---- first contact ---- */

static void put_first_contact(struct measure_run *run)
{
	const json_t *rule = json_object_get(run->pack, "first_contact");
	const char *of = json_str(rule, "of");
	const struct entry *first = measure_first_service(run);
	struct date from, due;

	if (!fold_day(run->kase, of ? of : "opened", &from))
		return;
	if (first) {
		put_count(run->out, "first_contact_days",
			days_between(&from, &first->day));
		put_count(run->out, "first_contact_working_days",
			calendar_workdays_between(
				run->cal, &from, &first->day, NULL));
	}
	if (!rule)
		return;
	due = json_flag(rule, "same_day")
		      ? from
		      : calendar_add_workdays(run->cal, &from,
				(int)json_int(rule, "working_days", 0), NULL);
	if (first || date_cmp(&run->today, &due) > 0)
		put(run->out, "first_contact_in_time",
			json_boolean(
				first && date_cmp(&first->day, &due) <= 0));
}

/* What is written down of work that was done stays a draft until its author
 * signs it; late ones are counted, whatever the case is. */
static int64_t unsigned_notes(const struct measure_run *run)
{
	const struct entries *l = &run->of[M_SERVICE];
	int64_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];

		n += x->dated && !x->is_signed &&
		     body_is(x->body, "status", "completed") &&
		     days_between(&x->day, &run->asked) > DAYS_TO_SIGN;
	}
	return n;
}

void measure_services(struct measure_run *run)
{
	const struct entries *l = &run->of[M_SERVICE];
	int64_t n = 0, minutes = 0, while_open = 0;
	json_t *kinds = json_object();
	struct date opened;
	bool dated = fold_day(run->kase, "opened", &opened);

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];

		if (!measure_is_service(run, x))
			continue;
		n++;
		minutes += json_int(x->body, "minutes", 0);
		add_one(kinds, json_str(x->body, "kind"));
		while_open += dated && x->dated &&
			      date_cmp(&x->day, &opened) >= 0 &&
			      date_cmp(&x->day, &run->today) <= 0;
	}
	put_count(run->out, "services_completed", n);
	put_count(run->out, "service_minutes", minutes);
	put(run->out, "services_by_kind", kinds);
	put_count(run->out, "notes_unsigned", unsigned_notes(run));
	put_rates(run, while_open);
	put_first_contact(run);
}

/* ---- settings ---- */

/* The setting of the segment that lasts on that day; of two that meet on it,
 * the later one. */
static const char *segment_on(
	const struct measure_run *run, const struct date *day)
{
	const struct entries *l = &run->of[M_SEGMENT];

	for (size_t i = l->n; i-- > 0;) {
		struct date to;

		if (!l->list[i].dated || date_cmp(&l->list[i].day, day) > 0)
			continue;
		if (!fold_day(l->list[i].body, "to", &to) ||
			date_cmp(day, &to) <= 0)
			return json_str(l->list[i].body, "setting");
	}
	return NULL;
}

static const char *setting_of(
	const struct measure_run *run, const struct entry *x)
{
	const char *place = json_str(x->body, "setting");
	const char *setting = x->dated ? segment_on(run, &x->day) : NULL;

	if (setting || !place)
		return setting;
	return json_str(
		code_list_item(
			catalogue_codes(run->c, "service_setting"), place),
		"care");
}

/* The counts of a setting, made when first asked for. */
static json_t *cell_of(json_t *by, const char *setting)
{
	json_t *cell = json_object_get(by, setting);

	if (cell)
		return cell;
	json_object_set_new(by, setting,
		json_pack("{s:i, s:i, s:i, s:i}", "visits", 0, "persons", 0,
			"days", 0, "segments", 0));
	return json_object_get(by, setting);
}

static void add_to(json_t *cell, const char *what, int64_t n)
{
	json_object_set_new(cell, what,
		json_integer((json_int_t)(json_int(cell, what, 0) + n)));
}

static void add_segments(struct measure_run *run, json_t *by)
{
	const struct entries *l = &run->of[M_SEGMENT];
	const char *last = NULL;
	int64_t transfers = 0;

	for (size_t i = 0; i < l->n; i++) {
		const char *setting = json_str(l->list[i].body, "setting");
		struct date to = run->today;
		int64_t days;

		if (!setting || !l->list[i].dated)
			continue;
		fold_day(l->list[i].body, "to", &to);
		days = days_between(&l->list[i].day, &to);
		add_to(cell_of(by, setting), "segments", 1);
		add_to(cell_of(by, setting), "days", days > 0 ? days : 0);
		transfers += last && strcmp(last, setting) != 0;
		last = setting;
	}
	put_count(run->out, "segments", (int64_t)l->n);
	put_count(run->out, "setting_transfers", transfers);
}

void measure_settings(struct measure_run *run)
{
	const struct entries *l = &run->of[M_SERVICE];
	json_t *by = json_object();

	for (size_t i = 0; i < l->n; i++) {
		const char *setting = measure_is_service(run, &l->list[i])
					      ? setting_of(run, &l->list[i])
					      : NULL;

		if (!setting)
			continue;
		add_to(cell_of(by, setting), "visits", 1);
		json_object_set_new(
			cell_of(by, setting), "persons", json_integer(1));
	}
	add_segments(run, by);
	if (json_object_size(by))
		put(run->out, "by_setting", by);
	else
		json_decref(by);
}
