/*
 * schedule_pack.c - the periodic items of a pack (docs/packs.md "schedule").
 *
 * An item is walked from its start: each time it fell due takes the first day
 * it was done that its window lets in, and the next time is reckoned from
 * there. Where nothing lets it go on, it is due.
 */
#include "proto/rule.h"
#include "proto/schedule_in.h"

#include <string.h>

/* More than a lifetime of weeks; nothing real comes near. */
#define TIMES_MAX 5000

/* What an item's condition may look at; made when first asked for. */
static const json_t *facts_of(struct schedule_run *run)
{
	json_t *last, *out;
	const struct entries *l = &run->of[OF_RESPONSE];

	if (run->facts)
		return run->facts;
	last = json_object();
	for (size_t i = 0; i < l->n; i++) {
		const char *form = json_str(l->list[i].body, "form");
		json_t *answers = json_object_get(l->list[i].body, "answers");

		if (form && json_is_object(answers))
			json_object_set(last, form, answers);
	}
	out = json_keep(json_pack("{s:o}", "last", last), run->mem);
	json_object_set(out, "case", (json_t *)(uintptr_t)run->kase);
	if (run->client)
		json_object_set(
			out, "person", (json_t *)(uintptr_t)run->client);
	run->facts = out;
	return out;
}

static bool is_asked(
	struct schedule_run *run, const json_t *cond, struct course *course)
{
	const json_t *facts;
	enum truth t;

	if (!cond)
		return true;
	facts = facts_of(run);
	t = rule_holds(cond, facts);
	if (t == RULE_UNSURE)
		rule_missing(cond, facts, course->unknown);
	return t != RULE_NO;
}

/* Where an item stands on its way. */
struct walk {
	struct schedule_run *run;
	const json_t *every, *window;
	int64_t limit; /* of times; 0: none */
	const struct date *until;
	each_time *tell;
	void *ctx;
	struct course *out;
	struct date anchor; /* what the next times are reckoned from */
	int step;           /* how many of them lie behind */
	struct date start;
	int64_t left_out;
	bool any; /* any direct service does it */
};

static struct date time_no(struct walk *w, int step)
{
	return day_shifted(
		w->run, &w->anchor, w->every, step, &w->out->calendar_missing);
}

static bool is_full(const struct walk *w)
{
	return w->limit && w->out->times + w->left_out >= w->limit;
}

static void tell(
	struct walk *w, const struct date *due, const struct date *done)
{
	const struct date *end = &w->out->end;

	if (w->tell && (!day_known(end) || date_cmp(due, end) <= 0))
		w->tell(w->ctx, due, done);
}

/* Times that passed before a day without being done; the last one before it is
 * the one that day answers. NULL: nothing answers, up to w->until. */
static void pass(struct walk *w, const struct date *done)
{
	const struct date *until = done ? done : w->until;

	while (w->tell && until && w->step < TIMES_MAX) {
		struct date due = time_no(w, w->step), next = due;

		if (w->every)
			next = time_no(w, w->step + 1);
		if (date_cmp(done ? &next : &due, until) > 0 || is_full(w))
			return;
		if (done && date_cmp(&next, &due) <= 0)
			return;
		tell(w, &due, NULL);
		w->left_out++;
		if (date_cmp(&next, &due) <= 0)
			return;
		w->step++;
	}
}

static struct date opens(struct walk *w, const struct date *due)
{
	return day_shifted(
		w->run, due, w->window, -1, &w->out->calendar_missing);
}

static void take(struct walk *w, const struct date *done)
{
	struct date due;

	pass(w, done);
	due = time_no(w, w->step);
	tell(w, &due, done);
	w->out->times++;
	w->out->last = *done;
	w->anchor = *done;
	w->step = 1;
	w->out->due = time_no(w, 1);
	w->out->over = !w->every || is_full(w);
	/* Done early, long before anybody asked for it. */
	if (date_cmp(&w->out->due, &w->start) < 0) {
		w->anchor = w->out->due = w->start;
		w->step = 0;
	}
}

/* In the window; and where any contact does it, one after the day the item is
 * reckoned from: the call at the discharge is not the call after it. */
static bool counts(
	const struct walk *w, const struct date *done, const struct date *from)
{
	if (w->window && date_cmp(done, from) < 0)
		return false;
	return !w->any || date_cmp(done, &w->out->since) > 0;
}

static void walk_on(struct walk *w, const json_t *done_by)
{
	struct days done = days_done(w->run, done_by);

	w->anchor = w->start;
	w->out->due = w->start;
	for (size_t i = 0; i < done.n && !w->out->over; i++) {
		struct date from = opens(w, &w->out->due);

		if (counts(w, &done.list[i], &from))
			take(w, &done.list[i]);
	}
	if (w->out->over)
		return;
	if (w->window)
		w->out->from = opens(w, &w->out->due);
	pass(w, NULL);
}

/* Whether a start is reckoned from the client's death. */
static bool follows_death(const json_t *start)
{
	static const char *const lists[] = {"latest", "earliest"};

	if (text_is(start, "of", "deceased"))
		return true;
	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *l = json_object_get(start, lists[k]);

		for (size_t i = 0; i < json_array_size(l); i++)
			if (follows_death(json_array_get(l, i)))
				return true;
	}
	return false;
}

/* Once the case is closed (or ended) for it, nothing falls due any more; nor,
 * once the client has died, what is not about the bereaved. */
static void find_end(
	struct schedule_run *run, const json_t *item, struct course *out)
{
	bool ended = text_is(item, "until", "ended");

	out->stopped = ended ? run->ended : run->closed;
	if (out->stopped && !case_day(run, "closed", &out->end))
		case_day(run, "opened", &out->end);
	if (!run->died || follows_death(json_object_get(item, "start")))
		return;
	if (!out->stopped || date_cmp(&run->died_on, &out->end) < 0)
		out->end = run->died_on;
	out->stopped = true;
}

/* Nothing is missing; something just did not happen yet. */
static bool waits(const struct course *c)
{
	return c->not_yet && json_array_size(c->unknown) == 0;
}

void course_walk(struct schedule_run *run, const json_t *item,
	const struct date *until, each_time *each, void *ctx,
	struct course *out)
{
	struct walk w = {.run = run,
		.every = json_object_get(item, "every"),
		.window = json_object_get(item, "window"),
		.limit = json_int(item, "times", 0),
		.until = until,
		.tell = each,
		.ctx = ctx,
		.out = out,
		.any = !json_object_get(item, "done_by")};

	memset(out, 0, sizeof(*out));
	out->unknown = json_keep(json_array(), run->mem);
	out->applies = is_asked(run, json_object_get(item, "if"), out);
	find_end(run, item, out);
	if (!out->applies || !day_of_start(run, json_object_get(item, "start"),
				     &w.start, out))
		out->applies = out->applies && !waits(out);
	else if (json_array_size(out->unknown) == 0)
		walk_on(&w, json_object_get(item, "done_by"));
}

static void pack_item(struct schedule_run *run, const json_t *item)
{
	struct due_item *d;
	const json_t *by;
	struct course c;

	course_walk(run, item, NULL, NULL, NULL, &c);
	if (!c.applies || c.over || c.stopped)
		return;
	d = schedule_item(run, "schedule", json_str(item, "code"),
		json_str(item, "zh"), json_str(item, "en"));
	d->due = c.due;
	d->from = c.from;
	d->last_done = c.last;
	d->times = c.times;
	d->unknown = c.unknown;
	d->calendar_missing = c.calendar_missing;
	/* A sheet that is filled in for many things is not asked by itself. */
	by = json_object_get(item, "done_by");
	if (!json_object_get(by, "where"))
		d->form = json_str(by, "form");
}

/* Nothing is asked of a case that was not opened. */
void schedule_pack_items(struct schedule_run *run)
{
	const json_t *list = json_object_get(run->pack, "schedule");

	if (!json_str(run->kase, "opened"))
		return;
	for (size_t i = 0; i < json_array_size(list); i++)
		pack_item(run, json_array_get(list, i));
}
