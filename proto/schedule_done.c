/*
 * schedule_done.c - on which days an item of a pack was done: a form's answers
 * or rows, an assessment, a service.
 */
#include "proto/rule.h"
#include "proto/schedule_in.h"

#include <stdlib.h>
#include <string.h>

static void day_done(struct schedule_run *run, struct days *out,
	const struct entry *x, const json_t *answers, const char *field)
{
	struct date d = x->day;

	if (field && !fold_day(answers, field, &d) && !x->dated)
		return;
	if (!day_known(&d))
		return;
	out->list = fold_grown(
		run->mem, out->list, out->n, &out->room, sizeof(*out->list));
	out->list[out->n++] = d;
}

static void done_by_form(
	struct schedule_run *run, const json_t *by, struct days *out)
{
	const struct entries *l = &run->of[OF_RESPONSE];
	const json_t *where = json_object_get(by, "where");
	const char *rows = json_str(by, "rows"), *date = json_str(by, "date");

	for (size_t i = 0; i < l->n; i++) {
		const json_t *a = json_object_get(l->list[i].body, "answers");
		const json_t *list = rows ? json_object_get(a, rows) : NULL;

		if (!text_is(l->list[i].body, "form", json_str(by, "form")))
			continue;
		if (!rows && rule_holds(where, a) == RULE_YES)
			day_done(run, out, &l->list[i], a, date);
		for (size_t k = 0; k < json_array_size(list); k++) {
			const json_t *row = json_array_get(list, k);

			if (rule_holds(where, row) == RULE_YES)
				day_done(run, out, &l->list[i], row, date);
		}
	}
}

static void done_by_instrument(
	struct schedule_run *run, const json_t *by, struct days *out)
{
	const struct entries *l = &run->of[OF_ASSESSMENT];
	const char *at = json_str(by, "timepoint");

	for (size_t i = 0; i < l->n; i++)
		if (text_is(l->list[i].body, "instrument",
			    json_str(by, "instrument")) &&
			(!at || text_is(l->list[i].body, "timepoint", at)))
			day_done(run, out, &l->list[i], NULL, NULL);
}

/* Of one of the kinds, or, without kinds, of any direct one. */
static bool is_of_kinds(const struct schedule_run *run, const struct entry *x,
	const json_t *kinds)
{
	const char *kind = json_str(x->body, "kind");

	if (json_is_string(kinds))
		return kind && strcmp(kind, json_string_value(kinds)) == 0;
	if (json_array_size(kinds) == 0)
		return is_direct(run, x);
	for (size_t i = 0; kind && i < json_array_size(kinds); i++)
		if (strcmp(json_string_value(json_array_get(kinds, i)), kind) ==
			0)
			return true;
	return false;
}

static void done_by_service(
	struct schedule_run *run, const json_t *kinds, struct days *out)
{
	const struct entries *l = &run->of[OF_SERVICE];

	for (size_t i = 0; i < l->n; i++)
		if (text_is(l->list[i].body, "status", "completed") &&
			is_of_kinds(run, &l->list[i], kinds))
			day_done(run, out, &l->list[i], NULL, NULL);
}

static int by_day(const void *a, const void *b)
{
	return date_cmp(a, b);
}

struct days days_done(struct schedule_run *run, const json_t *by)
{
	struct days out = {0};
	size_t n = 0;

	if (json_object_get(by, "form"))
		done_by_form(run, by, &out);
	else if (json_object_get(by, "instrument"))
		done_by_instrument(run, by, &out);
	else
		done_by_service(run, json_object_get(by, "service"), &out);
	if (out.n > 1)
		qsort(out.list, out.n, sizeof(*out.list), by_day);
	for (size_t i = 0; i < out.n; i++)
		if (i == 0 || date_cmp(&out.list[i], &out.list[n - 1]) != 0)
			out.list[n++] = out.list[i];
	out.n = n;
	return out;
}
