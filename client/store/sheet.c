/*
 * sheet.c - see sheet.h. The rules are proto/sheet; the centre's counterpart is
 * server/records/rule_response.c.
 */
#include "client/store/sheet.h"

#include "proto/base/host.h"
#include "proto/sheet.h"

#include <string.h>

static bool is_response(const struct rtype *t)
{
	return strcmp(t->name, "response") == 0;
}

/* ---- facts ---- */

static const json_t *body_of(struct view *v, const char *id, struct arena *mem)
{
	struct seen one;
	struct uuid rec;
	struct err ignored;

	return id && uuid_parse(id, &rec) &&
			       view_record(v, &rec, mem, &one, &ignored)
		       ? one.body
		       : NULL;
}

/* The answers of the last earlier response of the form about that person. */
static const json_t *previous_of(struct view *v, const struct uuid *case_id,
	const struct uuid *rec, const json_t *kase, const json_t *body,
	struct arena *mem)
{
	struct sheet_last last = {.body = body, .kase = kase, .id = *rec};
	size_t n;
	const struct uuid *ids = view_unit(v, case_id, mem, &n);

	if (uuid_is_nil(rec)) /* after all of its day */
		memset(last.id.b, 0xff, sizeof(last.id.b));
	for (size_t i = 0; i < n; i++) {
		struct seen one;
		struct err ignored;

		if (uuid_cmp(&ids[i], rec) != 0 &&
			view_record(v, &ids[i], mem, &one, &ignored) &&
			strcmp(one.type, "response") == 0 &&
			one.r.state != STATE_RETRACTED)
			sheet_consider(&last, one.body, &ids[i]);
	}
	return last.answers;
}

json_t *sheet_facts(struct view *v, const struct uuid *case_id,
	const struct uuid *rec, const json_t *body, struct arena *mem)
{
	const char *day = json_str(body, "responded");
	struct form_about about = {.age = -1};
	char id[UUID_TEXT];
	struct date d;

	about.answers = json_object_get(body, "answers");
	about.kase = body_of(v, uuid_format(case_id, id), mem);
	about.person = body_of(v, sheet_about(body, about.kase), mem);
	about.previous = previous_of(v, case_id, rec, about.kase, body, mem);
	if (day && date_parse(day, &d))
		about.responded = &d;
	return form_facts(&about, mem);
}

/* ---- filling and checking ---- */

struct asked {
	struct view *v;
	const struct uuid *case_id;
	const struct uuid *rec;
	struct arena *mem;
};

static const json_t *facts(void *ctx, const json_t *body)
{
	const struct asked *a = ctx;

	return sheet_facts(a->v, a->case_id, a->rec, body, a->mem);
}

static struct sheet_host host_of(struct asked *a)
{
	return (struct sheet_host){
		.catalogue = store_catalogue(view_store(a->v)),
		.calendar = view_calendar(a->v),
		.today = time_day_cn(host_now_ms()),
		.facts = facts,
		.ctx = a,
	};
}

void sheet_fill(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, json_t *body)
{
	struct asked a = {v, case_id, rec, NULL};
	struct sheet_host h;

	if (!is_response(t))
		return;
	a.mem = arena_new();
	h = host_of(&a);
	sheet_complete(&h, before, body);
	arena_free(a.mem);
}

bool sheet_check(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, const json_t *after, struct err *e)
{
	struct asked a = {v, case_id, rec, NULL};
	struct sheet_host h;
	bool ok;

	if (!is_response(t))
		return true;
	a.mem = arena_new();
	h = host_of(&a);
	ok = sheet_judge(&h, before, after, e);
	arena_free(a.mem);
	return ok;
}
