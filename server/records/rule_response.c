/*
 * rule_response.c - see response.h. The rules themselves are proto/sheet.
 */
#include "server/records/response.h"

#include "proto/sheet.h"
#include "server/records/decide.h"
#include "server/records/flags.h"

#include <string.h>

static const struct response_facts *loaded(
	const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->response_count; i++)
		if (uuid_cmp(&w->responses[i].id, id) == 0)
			return &w->responses[i];
	return NULL;
}

/* ---- facts ---- */

/* A record as this batch leaves it, else as it stands in the database. */
static const json_t *as_it_is(
	struct world *w, const struct uuid *id, const json_t *stored)
{
	struct entry *x = uuid_is_nil(id) ? NULL : world_find(w, id);

	return x && x->now.ver ? entry_body(w, x) : stored;
}

/* The answers of the last earlier response of the same form about the same
 * person: one the batch made or holds, or one of the database. */
static const json_t *previous_of(struct world *w, const struct entry *x,
	const json_t *body, const json_t *kase, const struct response_facts *f)
{
	struct sheet_last last = {.body = body, .kase = kase, .id = x->id};

	if (f && f->before) {
		last.day = f->before_on;
		last.best_id = f->before_id;
		last.answers = f->before;
	}
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *y = w->entries[i];

		if (y != x && y->now.ver && y->now.type &&
			strcmp(y->now.type->name, "response") == 0 &&
			y->now.state != STATE_RETRACTED &&
			uuid_cmp(&y->unit, &x->unit) == 0)
			sheet_consider(&last, entry_body(w, y), &y->id);
	}
	return last.answers;
}

static struct uuid person_of(
	const struct response_facts *f, const json_t *kase, const json_t *body)
{
	const char *s = sheet_about(body, kase);
	struct uuid id;

	memset(&id, 0, sizeof(id));
	if (s && uuid_parse(s, &id))
		return id;
	return f ? f->person_id : id;
}

static json_t *facts_of(struct world *w, struct entry *x, const json_t *body)
{
	const struct response_facts *f = loaded(w, &x->id);
	const char *day = json_str(body, "responded");
	struct form_about about = {.age = -1};
	struct date responded;
	struct uuid person;

	about.answers = json_object_get(body, "answers");
	about.kase = as_it_is(w, &x->unit, f ? f->kase : NULL);
	person = person_of(f, about.kase, body);
	about.person = as_it_is(w, &person, f ? f->person : NULL);
	about.previous = previous_of(w, x, body, about.kase, f);
	if (day && date_parse(day, &responded))
		about.responded = &responded;
	return form_facts(&about, w->mem);
}

/* ---- filling and checking ---- */

struct asked {
	struct world *w;
	struct entry *x;
};

static const json_t *facts(void *ctx, const json_t *body)
{
	const struct asked *a = ctx;

	return facts_of(a->w, a->x, body);
}

static struct sheet_host host_of(struct asked *a)
{
	return (struct sheet_host){
		.catalogue = a->w->catalogue,
		.calendar = a->w->calendar,
		.today = time_day_cn(a->w->now),
		.facts = facts,
		.ctx = a,
	};
}

void response_fill(
	struct world *w, struct entry *x, const json_t *before, json_t *body)
{
	struct asked a = {w, x};
	struct sheet_host h = host_of(&a);

	sheet_complete(&h, before, body);
}

bool response_check(struct world *w, struct entry *x, const json_t *before,
	const json_t *after, struct err *e)
{
	struct asked a = {w, x};
	struct sheet_host h = host_of(&a);

	return sheet_judge(&h, before, after, e);
}

/* ---- flags ---- */

void response_follow(struct world *w, struct entry *x, const struct change *c)
{
	const json_t *body = entry_body(w, x);
	const json_t *form = sheet_form(w->catalogue, body);

	if (form && json_is_object(json_object_get(body, "answers")))
		flags_raise(w, x, c,
			form_flags(form, facts_of(w, x, body), w->mem),
			json_str(body, "responded"));
}
