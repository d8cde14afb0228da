/*
 * h_read.c - what a page reads: from the store, as the centre would answer.
 */
#include "client/local/local_in.h"

#include "client/store/doc.h"
#include "client/store/lines.h"
#include "client/store/review.h"
#include "client/store/today.h"
#include "proto/ask.h"
#include "proto/base/host.h"
#include "proto/queue.h"
#include "proto/withhold.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX 5000 /* lines of a caseload */

static bool segment_id(const struct ask *a, struct uuid *out, struct err *e)
{
	return (a->segment && uuid_parse(a->segment, out)) ||
	       err_field(e, ERR_NOT_FOUND, "id", "-");
}

bool local_catalogue(struct local *l, struct ask *a, struct err *e)
{
	const struct catalogue *c = store_catalogue(l->s);
	const char *etag = arena_printf(a->mem, "\"%s\"", catalogue_etag(c));
	struct str text = catalogue_text(c);

	(void)e;
	ask_header(a, "ETag", etag);
	if (a->if_none_match && strcmp(a->if_none_match, etag) == 0)
		return ask_reply(a, 304, "application/json", "", 0);
	return ask_reply(a, 200, "application/json",
		arena_strndup(a->mem, text.p, text.n), text.n);
}

bool local_directory(struct local *l, struct ask *a, struct err *e)
{
	json_t *out;

	return doc_directory(local_view(l, a), a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_case(struct local *l, struct ask *a, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct uuid id;
	json_t *out;

	return segment_id(a, &id, e) &&
	       doc_unit(local_view(l, a), &id, &today, a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_may_open(
	struct local *l, struct ask *a, const struct uuid *id, struct err *e)
{
	struct err ignored;
	struct seen one;

	return !view_record(local_view(l, a), id, a->mem, &one, &ignored) ||
	       !withholds(one.r.cls) || local_fresh(l, e);
}

bool local_record(struct local *l, struct ask *a, struct err *e)
{
	struct uuid id;
	struct seen one;

	return segment_id(a, &id, e) && local_fresh(l, e) &&
	       view_record(local_view(l, a), &id, a->mem, &one, e) &&
	       ask_json(a, 200, doc_record(&one, a->mem));
}

bool local_today(struct local *l, struct ask *a, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	json_t *out;

	return today_doc(local_view(l, a), &today, a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

/* ---- the caseload ---- */

static bool read_limit(
	const struct ask *a, int64_t most, int64_t *out, struct err *e)
{
	const char *text = ask_query(a, "limit");
	char *end = NULL;

	*out = text ? strtoll(text, &end, 10) : 0;
	return !text || (!*end && *out > 0 && *out <= most) ||
	       err_field(
		       e, ERR_BAD_REQUEST, "limit", "1-%lld", (long long)most);
}

/* The lines of every case here, as of now. */
static bool fresh_lines(
	struct local *l, struct ask *a, const struct date *today, struct err *e)
{
	if (!l->lines)
		l->lines = lines_new();
	return lines_refresh(l->lines, local_view(l, a), today, NULL, e);
}

bool local_caseload(struct local *l, struct ask *a, struct err *e)
{
	struct doc_query q = {
		.view = ask_query(a, "view"),
		.q = ask_query(a, "q"),
		.programme = ask_query(a, "programme"),
		.phase = ask_query(a, "phase"),
		.sort = ask_query(a, "sort"),
		.after = ask_query(a, "after"),
		.staff = json_str(store_get(l->s, "reader"), "staff"),
		.today = time_day_cn(host_now_ms()),
	};
	json_t *out;

	if (!read_limit(a, LIMIT_MAX, &q.limit, e) ||
		!fresh_lines(l, a, &q.today, e))
		return false;
	out = doc_caseload(lines_all(l->lines), &q, a->mem, e);
	return out && ask_json(a, 200, out);
}

/* What wants reviewing, for who may sign a review of their own. */
bool local_review(struct local *l, struct ask *a, struct err *e)
{
	const json_t *reader = store_get(l->s, "reader");
	const char *after = ask_query(a, "after");
	struct date today = time_day_cn(host_now_ms());
	int64_t limit;
	json_t *out;

	if (!json_holds(json_object_get(json_object_get(reader, "may"), "sign"),
		    "review"))
		return err_field(e, ERR_FORBIDDEN, "review", "%s",
			json_str(reader, "role") ? json_str(reader, "role")
						 : "-");
	if (!read_limit(a, LIMIT_REVIEW_LINES, &limit, e) ||
		!fresh_lines(l, a, &today, e) ||
		!review_doc(local_view(l, a), lines_all(l->lines), &today,
			after ? after : "", limit ? (size_t)limit : QUEUE_LIMIT,
			a->mem, &out, e))
		return false;
	return ask_json(a, 200, out);
}

/* ---- what is reckoned ---- */

bool local_score(struct local *l, struct ask *a, struct err *e)
{
	json_t *out = score_answer(store_catalogue(l->s), a->json, a->mem, e);

	return out && ask_json(a, 200, out);
}

bool local_suggest(struct local *l, struct ask *a, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	json_t *out = suggest_answer(store_catalogue(l->s),
		view_calendar(local_view(l, a)), &today, a->json, a->mem, e);

	return out && ask_json(a, 200, out);
}

/* ---- what only the centre knows ---- */

/* Versions are the centre's to tell; it leaves to us who may see restricted
 * ones at our pages. */
bool local_history(struct local *l, struct ask *a, struct err *e)
{
	struct uuid id;
	char text[UUID_TEXT];

	return segment_id(a, &id, e) && local_may_open(l, a, &id, e) &&
	       errand_begin(l, a, "GET",
		       arena_printf(a->mem, "/v1/records/%s/history",
			       uuid_format(&id, text)),
		       e);
}
