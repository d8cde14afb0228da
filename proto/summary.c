/*
 * summary.c - see summary.h.
 *
 * A line is folded from "the newest of" and "how many" facts, so the order in
 * which records are added cannot matter; ties are broken by record id.
 */
#include "proto/summary.h"

#include "proto/fold.h"
#include "proto/schedule.h"
#include "proto/steps.h"

#include <string.h>

struct trend {
	const char *instrument;
	struct newest first;
	struct newest last;
	int64_t n;
};

struct summary_run {
	const struct catalogue *c;
	struct uuid case_id;
	struct arena *mem;
	const json_t *case_body;
	struct schedule_run *schedule;
	struct newest seen;   /* last contact */
	struct newest danger; /* newest response with a danger level */
	struct newest stable; /* newest response with a class */
	struct newest need;   /* main need */
	struct newest answer; /* first answer owed to a referral */
	int64_t flags, conflicts, tasks, referrals, records;
	int64_t changed_at;
	struct trend *trends; /* sorted by instrument */
	size_t trend_count, trend_room;
	struct entries named; /* the client, the manager */
};

struct summary_run *summary_begin(const struct catalogue *c,
	const struct calendar *cal, const struct uuid *case_id,
	struct arena *mem)
{
	struct summary_run *run = ARENA_NEW(mem, struct summary_run);

	run->c = c;
	run->case_id = *case_id;
	run->mem = mem;
	run->schedule = schedule_begin(c, cal, case_id, mem);
	return run;
}

static void add_case(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	if (uuid_cmp(&r->id, &run->case_id) == 0)
		run->case_body = body;
}

/* Whom the case names is known only when its own record has come. */
static void add_named(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	entries_add(&run->named, run->mem, r, body, NULL);
}

static void add_service(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");
	int64_t at;

	if (status && strcmp(status, "completed") == 0 &&
		fold_moment(body, "started_at", &at))
		newest_keep(&run->seen, 1, at, r, body);
}

static void add_response(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	int64_t at;

	if (!fold_moment(body, "responded", &at))
		return;
	if (json_object_get(body, "danger"))
		newest_keep(&run->danger, 1, at, r, body);
	if (json_str(body, "stability"))
		newest_keep(&run->stable, 1, at, r, body);
	newest_keep(&run->seen, 1, at, r, body);
}

static void add_task(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");

	(void)r;
	run->tasks += !status || strcmp(status, "open") == 0;
}

static void add_flag(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	(void)r;
	run->flags += !json_str(body, "to");
}

static void add_conflict(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	(void)r;
	run->conflicts += !json_flag(body, "settled");
}

static void add_need(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	if (json_flag(body, "main"))
		newest_keep(&run->need, 1, 0, r, body);
}

/* A loop is open until its sender has seen the end of it. */
static void add_referral(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");
	int64_t at;

	if (!status || steps_ended("referral", status))
		return;
	run->referrals++;
	if (strcmp(status, "requested") == 0 &&
		fold_moment(body, "deadline", &at))
		newest_keep(&run->answer, -1, at, r, body);
}

static struct trend *trend_of(struct summary_run *run, const char *instrument)
{
	size_t at = 0;

	for (; at < run->trend_count; at++) {
		int order = strcmp(run->trends[at].instrument, instrument);

		if (order == 0)
			return &run->trends[at];
		if (order > 0)
			break;
	}
	run->trends = fold_grown(run->mem, run->trends, run->trend_count,
		&run->trend_room, sizeof(*run->trends));
	memmove(run->trends + at + 1, run->trends + at,
		(run->trend_count++ - at) * sizeof(*run->trends));
	memset(&run->trends[at], 0, sizeof(*run->trends));
	run->trends[at].instrument = instrument;
	return &run->trends[at];
}

static void add_assessment(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *instrument = json_str(body, "instrument");
	struct trend *t;
	int64_t at;

	if (!instrument || !fold_moment(body, "assessed", &at))
		return;
	t = trend_of(run, instrument);
	t->n++;
	newest_keep(&t->first, -1, at, r, body);
	newest_keep(&t->last, 1, at, r, body);
}

/* Who has a say in the line, and how. `counts`: it is a record of the case. */
static const struct {
	const char *type;
	void (*add)(
		struct summary_run *, const struct record *, const json_t *);
} folds[] = {
	{"case",       add_case      },
	{"person",     add_named     },
	{"service",    add_service   },
	{"response",   add_response  },
	{"task",       add_task      },
	{"flag",       add_flag      },
	{"conflict",   add_conflict  },
	{"need",       add_need      },
	{"assessment", add_assessment},
	{"staff",      add_named     },
	{"referral",   add_referral  },
};

bool summary_uses(const struct rtype *t)
{
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].type, t->name) == 0)
			return true;
	return schedule_uses(t);
}

void summary_add(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	bool of_case = r->type && r->type->scope == SCOPE_CASE;

	/* Restricted records stay out, even as a number: the line is seen by
	 * every reader, and a station cannot count what it does not hold. */
	if (!r->type || r->cls == CLASS_RESTRICTED)
		return;
	if (of_case && r->at > run->changed_at)
		run->changed_at = r->at;
	if (r->state == STATE_RETRACTED)
		return;
	run->records += of_case;
	schedule_add(run->schedule, r, body);
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].type, r->type->name) == 0)
			folds[i].add(run, r, body);
}

/* ---- the line ---- */

static json_t *text_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *member(const json_t *body, const char *key)
{
	json_t *v = json_object_get(body, key);

	return v ? json_incref(v) : json_null();
}

/* The day it was where our users live. */
static json_t *day_of(const struct newest *n)
{
	struct date d = time_day_cn(n->at);
	char text[DATE_TEXT];

	return n->found ? json_string(date_format(&d, text)) : json_null();
}

static json_t *score_list(struct summary_run *run)
{
	json_t *out = json_array();

	for (size_t i = 0; i < run->trend_count; i++) {
		const struct trend *t = &run->trends[i];

		json_array_append_new(
			out, json_pack("{s:s, s:o, s:o, s:I}", "instrument",
				     t->instrument, "first", day_of(&t->first),
				     "last", day_of(&t->last), "n",
				     (json_int_t)t->n));
	}
	return out;
}

static void add_client(json_t *out, const json_t *p)
{
	static const char *const keys[] = {
		"name", "pinyin", "initials", "sex", "birth"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set_new(out, keys[i], member(p, keys[i]));
}

static void add_case_fields(json_t *out, const json_t *body)
{
	static const char *const keys[] = {"number", "person", "programme",
		"phase", "main_problem", "practice_model", "home_site",
		"manager", "opened", "closed"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set_new(out, keys[i], member(body, keys[i]));
}

/* What falls due first. */
static void add_next(json_t *out, struct summary_run *run)
{
	const struct due_item *d = schedule_next(schedule_end(run->schedule));
	char text[DATE_TEXT];

	json_object_set_new(out, "next_due",
		d ? json_string(date_format(&d->due, text)) : json_null());
	json_object_set_new(out, "next_what", text_or_null(d ? d->kind : NULL));
	json_object_set_new(out, "next_label",
		d ? json_pack("{s:s, s:s}", "zh", d->zh, "en", d->en)
		  : json_null());
}

json_t *summary_end(struct summary_run *run)
{
	json_t *out = json_keep(json_object(), run->mem);
	char id[UUID_TEXT], at[TIME_TEXT];

	json_object_set_new(
		out, "case", json_string(uuid_format(&run->case_id, id)));
	add_case_fields(out, run->case_body);
	add_client(out, entries_client(&run->named, run->case_body));
	json_object_set_new(out, "manager_name",
		member(entries_find(&run->named,
			       json_str(run->case_body, "manager")),
			"name"));
	json_object_set_new(out, "danger", member(run->danger.body, "danger"));
	json_object_set_new(
		out, "stability", member(run->stable.body, "stability"));
	json_object_set_new(out, "last_contact", day_of(&run->seen));
	add_next(out, run);
	json_object_set_new(out, "open_flags", json_integer(run->flags));
	json_object_set_new(
		out, "open_conflicts", json_integer(run->conflicts));
	json_object_set_new(out, "open_tasks", json_integer(run->tasks));
	json_object_set_new(
		out, "open_referrals", json_integer(run->referrals));
	json_object_set_new(out, "referral_due", day_of(&run->answer));
	json_object_set_new(out, "records", json_integer(run->records));
	json_object_set_new(out, "changed_at",
		text_or_null(run->changed_at ? time_format(run->changed_at, at)
					     : NULL));
	json_object_set_new(out, "scores", score_list(run));
	if (run->need.body &&
		json_is_null(json_object_get(out, "main_problem")))
		json_object_set_new(out, "main_problem",
			member(run->need.body, "worker_view"));
	return out;
}
