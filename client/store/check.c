/*
 * check.c - see check.h.
 */
#include "client/store/check.h"

#include "proto/base/host.h"
#include "proto/deadline.h"
#include "proto/sense.h"
#include "proto/steps.h"

#include <string.h>

/* The hours a request's item says it is answered within. */
static int64_t hours_of(struct view *v, const json_t *body)
{
	const char *item = json_str(body, "item");
	struct arena *mem = arena_new();
	int64_t hours = DEADLINE_NO_HOURS;
	struct err ignored;
	struct seen one;
	struct uuid id;

	if (item && uuid_parse(item, &id) &&
		view_record(v, &id, mem, &one, &ignored))
		hours = json_int(one.body, "respond_hours", DEADLINE_NO_HOURS);
	arena_free(mem);
	return hours;
}

void check_fill(struct view *v, const struct rtype *t, const json_t *before,
	json_t *body)
{
	int64_t now = host_now_ms();
	struct date today = time_day_cn(now);
	struct uuid staff = view_reader(v, "staff");

	if (strcmp(t->name, "case") == 0) {
		phase_fill(before, body, &today);
		fill_about(v, before, body);
	}
	steps_fill(t->name, before, body, now, &staff);
	if (deadline_wanted(t->name, before, body))
		deadline_fill(t->name, before, body, view_calendar(v),
			hours_of(v, body));
}

/* Who the writer is to the record; of a letter also through its case. */
static int sides_of(struct view *v, const struct check *q)
{
	const json_t *letter = q->before ? q->before : q->after;
	struct uuid own_site = view_reader(v, "site");
	struct arena *mem = arena_new();
	struct seen kase;
	struct err ignored;
	int sides = steps_side(
		letter, q->before ? q->site : &own_site, &own_site, &q->staff);

	if (q->type->scope == SCOPE_LETTER && !uuid_is_nil(q->kase) &&
		view_record(v, q->kase, mem, &kase, &ignored))
		sides |= steps_home(letter, kase.body, &own_site, &q->staff);
	arena_free(mem);
	return sides;
}

bool check_body(struct view *v, struct check *q, struct err *e)
{
	int sides;

	q->staff = view_reader(v, "staff");
	sides = sides_of(v, q);
	return sense_check(q->type->name, q->after, host_now_ms(), e) &&
	       steps_check(q->type->name, q->before, q->after, sides, e) &&
	       check_about(v, q, e);
}
