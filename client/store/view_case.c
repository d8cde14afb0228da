/*
 * view_case.c - a case as a whole (see view.h): all that is told of it, its
 * line, and the days that are worked.
 */
#include "client/store/view_in.h"
#include "proto/fold.h"
#include "proto/summary.h"

#include <string.h>

const struct calendar *view_calendar(struct view *v)
{
	static const struct uuid directory;
	const struct unit *u = store_unit(v->s, &directory);

	if (v->calendar)
		return v->calendar;
	v->calendar = calendar_new(v->mem);
	for (size_t i = 0; u && i < u->n; i++) {
		const struct held *h = &u->records[i];
		struct seen one;
		struct err ignored;

		if (strcmp(h->type, "holiday") == 0 &&
			view_record(v, &h->id, v->mem, &one, &ignored) &&
			one.r.state != STATE_RETRACTED)
			calendar_add(v->calendar, one.body);
	}
	return v->calendar;
}

/* A record another one names: its client, its manager. */
static bool tell_named(struct view *v, const json_t *body, const char *field,
	int steps, view_each *tell, void *ctx, struct arena *mem, struct err *e)
{
	const char *text = json_str(body, field);
	struct seen one;
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return true;
	if (!view_record(v, &id, mem, &one, e))
		return e->code == ERR_NOT_FOUND;
	tell(ctx, &one);
	if (!one.r.type || strcmp(one.type, "person") != 0)
		return true;
	/* Found to be somebody on file already, and they perhaps as well; a
	 * circle could only stand here until the centre has refused it. */
	return steps <= 0 || tell_named(v, one.body, "merged_into", steps - 1,
				     tell, ctx, mem, e);
}

bool view_case(struct view *v, const struct uuid *case_id, struct arena *mem,
	view_each *tell, void *ctx, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_unit(v, case_id, mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		tell(ctx, &one);
		if (uuid_cmp(&ids[i], case_id) == 0 &&
			(!tell_named(v, one.body, "person", PERSON_STEPS, tell,
				 ctx, mem, e) ||
				!tell_named(v, one.body, "manager", 0, tell,
					ctx, mem, e)))
			return false;
	}
	return true;
}

static void add_to_line(void *ctx, const struct seen *one)
{
	summary_add(ctx, &one->r, one->body);
}

bool view_summary(struct view *v, const struct uuid *case_id, struct arena *mem,
	json_t **out, struct err *e)
{
	struct summary_run *run = summary_begin(
		store_catalogue(v->s), view_calendar(v), case_id, mem);

	if (!view_case(v, case_id, mem, add_to_line, run, e))
		return false;
	*out = summary_end(run);
	return true;
}
