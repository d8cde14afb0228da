/*
 * schedule_day.c - days a pack reckons with: events, and what is added to them.
 */
#include "proto/schedule_in.h"

#include <string.h>

struct date day_shifted(struct schedule_run *run, const struct date *from,
	const json_t *by, int k, int *missing)
{
	int64_t days = json_int(by, "days", 0) + 7 * json_int(by, "weeks", 0);
	int64_t months =
		json_int(by, "months", 0) + 12 * json_int(by, "years", 0);
	int64_t work = json_int(by, "working_days", 0);
	struct date d = date_add_months(from, (int)(months * k));
	int year = 0;

	d = date_add_days(&d, days * k);
	if (work)
		d = calendar_add_workdays(run->cal, &d, (int)(work * k), &year);
	if (year && missing && !*missing)
		*missing = year;
	return d;
}

/* What is not known may be something nobody wrote down, which is missed, or
 * something that did not happen yet, which is not. */
enum event { EVENT_KNOWN, EVENT_MISSING, EVENT_NOT_YET };

/* The newest answer a pack calls an event. Asked for and left empty, it has not
 * happened. */
static enum event answered_day(
	const struct schedule_run *run, const json_t *event, struct date *out)
{
	enum event found = EVENT_MISSING;
	const struct entries *l = &run->of[OF_RESPONSE];
	const char *form = json_str(event, "form");
	const char *field = json_str(event, "field");

	for (size_t i = l->n; form && field && i-- > 0;) {
		const json_t *answers =
			json_object_get(l->list[i].body, "answers");

		if (!text_is(l->list[i].body, "form", form))
			continue;
		if (fold_day(answers, field, out))
			return EVENT_KNOWN;
		found = EVENT_NOT_YET;
	}
	return found;
}

static enum event event_day(
	const struct schedule_run *run, const char *name, struct date *out)
{
	const struct entry *contract = newest_contract(run);

	if (strcmp(name, "birth") == 0)
		return client_birth(run, out) ? EVENT_KNOWN : EVENT_MISSING;
	if (strcmp(name, "opened") == 0 || strcmp(name, "admitted") == 0)
		return case_day(run, name, out) ? EVENT_KNOWN : EVENT_MISSING;
	if (strcmp(name, "closed") == 0)
		return case_day(run, name, out) ? EVENT_KNOWN : EVENT_NOT_YET;
	if (strcmp(name, "deceased") == 0)
		return fold_day(run->client, name, out) ? EVENT_KNOWN
							: EVENT_NOT_YET;
	if (strcmp(name, "contract_end") == 0)
		return contract && fold_day(contract->body, "to", out)
			       ? EVENT_KNOWN
			       : EVENT_NOT_YET;
	return answered_day(run,
		json_object_get(json_object_get(run->pack, "events"), name),
		out);
}

static bool one_day(struct schedule_run *run, const json_t *spec,
	struct date *out, struct course *course)
{
	const char *name = json_str(spec, "of");
	const json_t *add = json_object_get(spec, "add");
	int years = (int)json_int(add, "years", 0);
	enum event known = EVENT_MISSING;
	struct date d;

	if (name)
		known = event_day(run, name, &d);
	course->not_yet |= known == EVENT_NOT_YET;
	if (known == EVENT_MISSING)
		json_array_append_new(
			course->unknown, json_string(name ? name : "?"));
	if (known != EVENT_KNOWN)
		return false;
	course->since = d;
	if (years && json_object_size(add) == 1 && strcmp(name, "birth") == 0)
		*out = birthday(&d, years);
	else
		*out = day_shifted(run, &d, add, 1, &course->calendar_missing);
	return true;
}

/* Packs nest no deeper than this; the checker holds them to it. */
#define START_DEPTH 8

static bool start_day(struct schedule_run *run, const json_t *spec, int depth,
	struct date *out, struct course *course);

/* The latest of all, or the earliest of those that are known. */
static bool best_day(struct schedule_run *run, const json_t *list, int sign,
	int depth, struct date *out, struct course *course)
{
	size_t n = json_array_size(list), known = 0;
	size_t before = json_array_size(course->unknown);
	struct date since = {0, 0, 0};

	for (size_t i = 0; i < n; i++) {
		struct date d;

		if (!start_day(run, json_array_get(list, i), depth + 1, &d,
			    course))
			continue;
		if (known++ && date_cmp(&d, out) * sign <= 0)
			continue;
		*out = d;
		since = course->since;
	}
	course->since = since;
	if (sign > 0 || !known)
		return n && known == n;
	/* Those left out are not missed. */
	while (json_array_size(course->unknown) > before)
		json_array_remove(
			course->unknown, json_array_size(course->unknown) - 1);
	return true;
}

static bool start_day(struct schedule_run *run, const json_t *spec, int depth,
	struct date *out, struct course *course)
{
	const json_t *list;

	if (depth > START_DEPTH)
		return false;
	if ((list = json_object_get(spec, "latest")))
		return best_day(run, list, 1, depth, out, course);
	if ((list = json_object_get(spec, "earliest")))
		return best_day(run, list, -1, depth, out, course);
	return one_day(run, spec, out, course);
}

bool day_of_start(struct schedule_run *run, const json_t *spec,
	struct date *out, struct course *course)
{
	return start_day(run, spec, 0, out, course);
}
