/*
 * summary.c - see summary.h.
 *
 * A line is folded from "the newest of" and "how many" facts, so the order in
 * which records are added cannot matter; ties are broken by record id.
 */
#include "proto/summary.h"

#include <ctype.h>
#include <string.h>

#define DAY_MS   INT64_C(86400000)
#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time now */

/* The newest (or first) of something: by its moment, then by id. */
struct newest {
	bool found;
	int64_t at; /* ms since 1970 UTC */
	struct uuid id;
	const json_t *body;
};

/* Records that have been added, in room that doubles. */
struct named {
	struct uuid id;
	const json_t *body;
};

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
	struct newest seen;      /* last contact */
	struct newest visit;     /* newest completed service */
	struct newest follow_up; /* newest response that names a next date */
	struct newest due;       /* earliest next due */
	const char *due_what;
	struct newest danger; /* newest response with a danger level */
	struct newest stable; /* newest response with a class */
	struct newest need;   /* main need */
	int64_t flags, conflicts, tasks, records;
	int64_t changed_at;
	struct trend *trends; /* sorted by instrument */
	size_t trend_count, trend_room;
	struct named *named;
	size_t named_count, named_room;
};

struct summary_run *summary_begin(const struct catalogue *c,
	const struct uuid *case_id, struct arena *mem)
{
	struct summary_run *run = ARENA_NEW(mem, struct summary_run);

	run->c = c;
	run->case_id = *case_id;
	run->mem = mem;
	return run;
}

/* One more place at the end of a list of n things of `size` bytes. */
static void *grown(
	struct arena *mem, void *list, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return list;
	*room = *room ? *room * 2 : 8;
	more = arena_alloc(mem, *room * size);
	if (n)
		memcpy(more, list, n * size);
	return more;
}

/* When a field says something was: an instant, or the first one of a day
 * where our users live. Texts cannot be compared instead: the same instant is
 * written in many ways. */
static bool moment(const json_t *body, const char *field, int64_t *at)
{
	const char *s = json_str(body, field);
	struct date d;

	if (s && date_parse(s, &d)) {
		*at = date_to_days(&d) * DAY_MS - CHINA_MS;
		return true;
	}
	return s && time_parse(s, at);
}

/* sign: +1 keeps the later moment, −1 the earlier one. */
static bool keep(struct newest *n, int sign, int64_t at, const struct record *r,
	const json_t *body)
{
	int order = at == n->at ? 0 : at > n->at ? sign : -sign;

	if (order == 0)
		order = uuid_cmp(&r->id, &n->id);
	if (n->found && order <= 0)
		return false;
	n->found = true;
	n->at = at;
	n->id = r->id;
	n->body = body;
	return true;
}

static void due(struct summary_run *run, const json_t *body, const char *field,
	const char *what, const struct record *r)
{
	int64_t at;

	if (moment(body, field, &at) && keep(&run->due, -1, at, r, body))
		run->due_what = what;
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
	run->named = grown(run->mem, run->named, run->named_count,
		&run->named_room, sizeof(*run->named));
	run->named[run->named_count].id = r->id;
	run->named[run->named_count++].body = body;
}

static void add_service(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");
	int64_t at;

	if (!moment(body, "started_at", &at) || !status ||
		strcmp(status, "completed") != 0)
		return;
	keep(&run->seen, 1, at, r, body);
	keep(&run->visit, 1, at, r, body);
}

static void add_response(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	int64_t at;

	if (!moment(body, "responded", &at))
		return;
	if (json_object_get(body, "danger"))
		keep(&run->danger, 1, at, r, body);
	if (json_str(body, "stability"))
		keep(&run->stable, 1, at, r, body);
	if (json_str(body, "next_due"))
		keep(&run->follow_up, 1, at, r, body);
	keep(&run->seen, 1, at, r, body);
}

static bool is_open(const char *status)
{
	return !status || strcmp(status, "open") == 0;
}

static void add_task(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	if (!is_open(json_str(body, "status")))
		return;
	run->tasks++;
	due(run, body, "due", "task", r);
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

static void add_plan(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");

	if (!status || strcmp(status, "replaced") != 0)
		due(run, body, "review_date", "plan", r);
}

static void add_need(
	struct summary_run *run, const struct record *r, const json_t *body)
{
	if (json_flag(body, "main"))
		keep(&run->need, 1, 0, r, body);
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
	run->trends = grown(run->mem, run->trends, run->trend_count,
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

	if (!instrument || !moment(body, "assessed", &at))
		return;
	t = trend_of(run, instrument);
	t->n++;
	keep(&t->first, -1, at, r, body);
	keep(&t->last, 1, at, r, body);
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
	{"plan",       add_plan      },
	{"need",       add_need      },
	{"assessment", add_assessment},
	{"staff",      add_named     },
};

bool summary_uses(const struct rtype *t)
{
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].type, t->name) == 0)
			return true;
	return false;
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

/* The body of a person or member of staff the case names, or NULL. */
static const json_t *named(const struct summary_run *run, const char *field)
{
	const char *want = json_str(run->case_body, field);

	for (size_t i = 0; want && i < run->named_count; i++) {
		char id[UUID_TEXT];

		if (strcmp(uuid_format(&run->named[i].id, id), want) == 0)
			return run->named[i].body;
	}
	return NULL;
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

/* A date set by the newest visit or follow-up; older ones are done with. */
static void add_dates(struct summary_run *run)
{
	static const struct record none;

	due(run, run->visit.body, "next_due", "service", &none);
	due(run, run->follow_up.body, "next_due", "response", &none);
	if (json_str(run->case_body, "closed")) {
		run->due.found = false;
		run->due_what = NULL;
	}
}

json_t *summary_end(struct summary_run *run)
{
	json_t *out = json_keep(json_object(), run->mem);
	char id[UUID_TEXT], at[TIME_TEXT];

	add_dates(run);
	json_object_set_new(
		out, "case", json_string(uuid_format(&run->case_id, id)));
	add_case_fields(out, run->case_body);
	add_client(out, named(run, "person"));
	json_object_set_new(
		out, "manager_name", member(named(run, "manager"), "name"));
	json_object_set_new(out, "danger", member(run->danger.body, "danger"));
	json_object_set_new(
		out, "stability", member(run->stable.body, "stability"));
	json_object_set_new(out, "last_contact", day_of(&run->seen));
	json_object_set_new(out, "next_due", day_of(&run->due));
	json_object_set_new(out, "next_what", text_or_null(run->due_what));
	json_object_set_new(out, "open_flags", json_integer(run->flags));
	json_object_set_new(
		out, "open_conflicts", json_integer(run->conflicts));
	json_object_set_new(out, "open_tasks", json_integer(run->tasks));
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

/* ---- search ---- */

static bool starts_fold(const char *text, const char *query)
{
	for (; *query; query++, text++)
		if (tolower((unsigned char)*text) !=
			tolower((unsigned char)*query))
			return false;
	return true;
}

/* At the start of the text or of a word in it; anywhere for Han text. */
static bool word_matches(const char *text, const char *query)
{
	bool han = (unsigned char)*query >= 0x80;

	for (const char *at = text; *at; at++)
		if ((at == text || han || at[-1] == ' ' || at[-1] == '-') &&
			starts_fold(at, query))
			return true;
	return false;
}

static bool contains_fold(const char *text, const char *query)
{
	for (; *text; text++)
		if (starts_fold(text, query))
			return true;
	return false;
}

/* Pinyin without its spaces, so "zhangwei" finds "zhang wei". */
static bool joined_matches(const char *text, const char *query)
{
	for (; *query; text++) {
		if (*text == ' ')
			continue;
		if (tolower((unsigned char)*text) !=
			tolower((unsigned char)*query))
			return false;
		query++;
	}
	return true;
}

bool summary_matches(const json_t *summary, const char *query)
{
	const char *number = json_str(summary, "number");
	const char *name = json_str(summary, "name");
	const char *pinyin = json_str(summary, "pinyin");
	const char *initials = json_str(summary, "initials");

	if (!*query)
		return true;
	return (number && contains_fold(number, query)) ||
	       (name && word_matches(name, query)) ||
	       (pinyin && (word_matches(pinyin, query) ||
				  joined_matches(pinyin, query))) ||
	       (initials && word_matches(initials, query));
}
