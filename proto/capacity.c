/*
 * capacity.c - see capacity.h.
 */
#include "proto/capacity.h"

#include "proto/fold.h"

#include <stdlib.h>
#include <string.h>

struct capacity_run {
	const char *site;
	const char *item;
	struct date today;
	struct arena *mem;
	struct entries staff;
	struct entries requests;
	int64_t limit;
};

struct capacity_run *capacity_begin(const char *site, const char *item,
	const struct date *today, struct arena *mem)
{
	struct capacity_run *run = ARENA_NEW(mem, struct capacity_run);

	run->site = site;
	run->item = item;
	run->today = *today;
	run->mem = mem;
	run->limit = -1;
	return run;
}

static bool is(const json_t *body, const char *field, const char *value)
{
	const char *s = json_str(body, field);

	return s && value && strcmp(s, value) == 0;
}

static bool is_among(const json_t *body, const char *field,
	const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is(body, field, list[i]))
			return true;
	return false;
}

/* Who answers requests: those who work with clients at the site. Supervisors
 * and doctors are asked by name, not proposed. */
static bool is_provider(const struct capacity_run *run, const json_t *body)
{
	static const char *const roles[] = {"social_worker", "case_worker",
		"rehab_worker", "nurse", "prevention_doctor"};

	return is(body, "site", run->site) &&
	       !json_is_false(json_object_get(body, "active")) &&
	       is_among(body, "role", roles, ARRAY_LEN(roles));
}

void capacity_add(
	struct capacity_run *run, const struct record *r, const json_t *body)
{
	char id[UUID_TEXT];

	if (!r->type || r->state == STATE_RETRACTED)
		return;
	if (strcmp(r->type->name, "staff") == 0 && is_provider(run, body))
		entries_add(&run->staff, run->mem, r, body, NULL);
	else if (strcmp(r->type->name, "request") == 0 &&
		 is(body, "to_site", run->site))
		entries_add(&run->requests, run->mem, r, body, "responded");
	else if (strcmp(r->type->name, "service_item") == 0 && run->item &&
		 strcmp(run->item, uuid_format(&r->id, id)) == 0)
		run->limit = json_int(body, "capacity_day", -1);
}

/* Taken up on this day, whatever became of it since. */
static bool is_of_today(const struct capacity_run *run, const struct entry *q)
{
	static const char *const taken[] = {"accepted", "in_progress", "done"};

	return q->dated && date_cmp(&q->day, &run->today) == 0 &&
	       is_among(q->body, "status", taken, ARRAY_LEN(taken));
}

static void count_for(const struct capacity_run *run, struct provider *p)
{
	static const char *const open[] = {"accepted", "in_progress"};
	char id[UUID_TEXT];

	uuid_format(&p->id, id);
	for (size_t i = 0; i < run->requests.n; i++) {
		const struct entry *q = &run->requests.list[i];

		if (!is(q->body, "provider", id))
			continue;
		p->open += is_among(q->body, "status", open, ARRAY_LEN(open));
		p->today += is_of_today(run, q);
	}
}

static int by_load(const void *a, const void *b)
{
	const struct provider *x = a, *y = b;

	if (x->open != y->open)
		return x->open < y->open ? -1 : 1;
	if (x->today != y->today)
		return x->today < y->today ? -1 : 1;
	return uuid_cmp(&x->id, &y->id);
}

struct capacity capacity_end(struct capacity_run *run)
{
	size_t n = run->staff.n;
	struct provider *list = ARENA_ARRAY(run->mem, struct provider, n + 1);
	struct capacity out = {.providers = list, .n = n, .limit = run->limit};

	for (size_t i = 0; i < n; i++) {
		list[i].id = run->staff.list[i].id;
		list[i].name = json_str(run->staff.list[i].body, "name");
		count_for(run, &list[i]);
	}
	if (n)
		qsort(list, n, sizeof(*list), by_load);
	for (size_t i = 0; run->item && i < run->requests.n; i++)
		out.taken +=
			is(run->requests.list[i].body, "item", run->item) &&
			is_of_today(run, &run->requests.list[i]);
	out.full = out.limit >= 0 && out.taken >= out.limit;
	return out;
}

json_t *capacity_json(const struct capacity *k)
{
	json_t *list = json_array();
	char id[UUID_TEXT];

	for (size_t i = 0; i < k->n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:I, s:I}", "staff",
				      uuid_format(&k->providers[i].id, id),
				      "name", k->providers[i].name, "open",
				      (json_int_t)k->providers[i].open, "today",
				      (json_int_t)k->providers[i].today));
	return json_pack("{s:o, s:I, s:o, s:b}", "providers", list, "taken",
		(json_int_t)k->taken, "capacity",
		k->limit < 0 ? json_null() : json_integer(k->limit), "full",
		(int)k->full);
}
