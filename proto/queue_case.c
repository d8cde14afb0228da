/*
 * queue_case.c - see queue.h: what the records of one case say about when it
 * wants looking at.
 */
#include "proto/queue_in.h"

#include <stdlib.h>
#include <string.h>

#define DANGER_URGENT 3 /* of the norm: from here on somebody is unstable */

static bool is(const json_t *body, const char *field, const char *value)
{
	const char *s = json_str(body, field);

	return s && strcmp(s, value) == 0;
}

static bool is_mine(const struct queue *q, const struct uuid *id)
{
	return uuid_cmp(id, &q->staff) == 0;
}

bool queue_is_own(const struct rtype *t, const json_t *body)
{
	return strcmp(t->name, "review") == 0 && is(body, "kind", QUEUE_KIND);
}

/* ---- one record ---- */

/* The newest of my reviews that is signed; what it had looked at cannot lie
 * behind its own commit, whatever it says. */
static void fold_review(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	int64_t own = r->csn > 0 ? r->csn : INT64_MAX;

	if (r->state != STATE_SIGNED || !is_mine(q, &r->author) ||
		!queue_is_own(r->type, body) ||
		!newest_keep(&k->last, 1, r->entered_at, r, body))
		return;
	k->last_csn = r->csn;
	k->last_seen = json_int(body, "seen", own);
	if (k->last_seen > own)
		k->last_seen = own;
}

static void fold_flag(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	int64_t level = json_int(body, "level", 0);

	(void)q;
	(void)r;
	if (!json_str(body, "to") && level > k->flag)
		k->flag = level;
}

/* A stay in hospital: of some that ended the newest counts. */
static void fold_segment(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	int64_t at;

	(void)q;
	if (!is(body, "setting", "inpatient"))
		return;
	if (!json_str(body, "to"))
		k->in_hospital = true;
	else if (fold_moment(body, "to", &at))
		newest_keep(&k->discharge, 1, at, r, body);
}

static bool is_face_to_face(const struct queue *q, const char *kind)
{
	const json_t *items = catalogue_codes(q->c, "service_kind")->items;

	return kind && json_flag(json_find(items, "code", kind), "face");
}

/* Whoever is met on the ward on the day of a discharge was not seen since. */
static void fold_service(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	int64_t at;

	if (is(body, "status", "completed") &&
		is_face_to_face(q, json_str(body, "kind")) &&
		!is(body, "kind", "ward_contact") &&
		fold_moment(body, "started_at", &at))
		newest_keep(&k->met, 1, at, r, body);
}

static void fold_response(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	const json_t *a = json_object_get(body, "answers");
	int64_t at, out;

	(void)q;
	if (!fold_moment(body, "responded", &at))
		return;
	if (json_str(body, "adherence"))
		newest_keep(&k->adherence, 1, at, r, body);
	if (json_is_array(json_object_get(a, "medication")))
		newest_keep(&k->drugs, 1, at, r, body);
	if (json_str(a, "admission"))
		newest_keep(&k->ward, 1, at, r, body);
	if (is(a, "admission", "discharged") &&
		fold_moment(a, "last_discharge", &out))
		newest_keep(&k->discharge, 1, out, r, body);
	if (is(a, "visit_result", "reached") &&
		(is(a, "mode", "home_visit") || is(a, "mode", "outpatient")))
		newest_keep(&k->met, 1, at, r, body);
}

static void keep_decided(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	const char *review = json_str(body, "review");
	struct uuid id;

	if (!review || !uuid_parse(review, &id))
		return;
	k->decided = fold_grown(q->mem, k->decided, k->decided_count,
		&k->decided_room, sizeof(*k->decided));
	k->decided[k->decided_count++] = (struct decided){r->id, id, body};
}

/* What I decided and others do: the loop ends with me. */
static void fold_task(struct queue *q, struct queue_case *k,
	const struct record *r, const json_t *body)
{
	const char *to = json_str(body, "response_owed_to");
	struct uuid id;
	struct date due;

	keep_decided(q, k, r, body);
	if (!to || !uuid_parse(to, &id) || !is_mine(q, &id))
		return;
	if (is(body, "status", "done"))
		k->answered++;
	if (!is(body, "status", "open"))
		return;
	k->open++;
	if (fold_day(body, "due", &due) && date_cmp(&due, &q->today) < 0)
		k->late++;
}

static const struct {
	const char *type;
	void (*fold)(struct queue *, struct queue_case *, const struct record *,
		const json_t *);
} folds[] = {
	{"review",   fold_review  },
	{"flag",     fold_flag    },
	{"segment",  fold_segment },
	{"service",  fold_service },
	{"response", fold_response},
	{"task",     fold_task    },
};

bool queue_reads(const struct rtype *t)
{
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].type, t->name) == 0)
			return true;
	return false;
}

/* A conflict is counted in the line, and nobody wrote it. */
static void touch(struct queue *q, struct queue_case *k, const struct record *r,
	const struct uuid *by_site)
{
	if (is_mine(q, &r->by) || r->csn <= 0 ||
		strcmp(r->type->name, "conflict") == 0)
		return;
	k->touches = fold_grown(q->mem, k->touches, k->touch_count,
		&k->touch_room, sizeof(*k->touches));
	k->touches[k->touch_count++] =
		(struct touch){r->type, *by_site, r->csn, r->at};
}

void queue_fold(struct queue *q, struct queue_case *k, const struct record *r,
	const json_t *body, const struct uuid *by_site)
{
	touch(q, k, r, by_site);
	if (r->state == STATE_RETRACTED || r->state == STATE_DRAFT)
		return;
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].type, r->type->name) == 0)
			folds[i].fold(q, k, r, body);
}

/* ---- all of them ---- */

static int64_t days_since(const struct queue *q, const struct date *d)
{
	return date_to_days(&q->today) - date_to_days(d);
}

/* From the day itself on: 1, 2, …; 0 while it is ahead or not known. */
static int64_t days_from(
	const struct queue *q, const json_t *body, const char *field)
{
	struct date d;
	int64_t n = fold_day(body, field, &d) ? days_since(q, &d) + 1 : 0;

	return n > 0 ? n : 0;
}

static int64_t danger(const struct queue_case *k)
{
	int64_t level = json_int(k->line, "danger", 0);

	if (k->flag > level)
		level = k->flag;
	return level >= DANGER_URGENT ? level : 0;
}

/* A follow-up on the very day tells of the discharge, so it came after. */
static int64_t discharged(const struct queue *q, const struct queue_case *k)
{
	struct date out = time_day_cn(k->discharge.at);
	struct date met = time_day_cn(k->met.at);

	if (!k->discharge.found || k->in_hospital)
		return 0;
	if (k->ward.found && k->ward.at > k->discharge.at &&
		is(json_object_get(k->ward.body, "answers"), "admission",
			"in_hospital"))
		return 0;
	if (k->met.found && date_cmp(&met, &out) >= 0)
		return 0;
	return days_since(q, &out) >= 0 ? days_since(q, &out) + 1 : 0;
}

static int64_t medication(const struct queue_case *k)
{
	const json_t *a = json_object_get(k->adherence.body, "answers");

	if (is(k->adherence.body, "adherence", "none"))
		return 2;
	return is(k->adherence.body, "adherence", "intermittent") ||
	       is(a, "adverse_reaction", "present");
}

static int64_t unsteady(const struct queue_case *k)
{
	int64_t level = json_int(k->line, "danger", 0);

	if (level > 0 && level < DANGER_URGENT)
		return level;
	return is(k->line, "stability", "basically_stable");
}

void queue_weigh(struct queue *q, struct queue_case *k)
{
	struct date day = time_day_cn(k->last.at);
	int64_t late = days_from(q, k->line, "next_due") - 1;

	k->changed = 0;
	for (size_t i = 0; i < k->touch_count; i++)
		k->changed += k->touches[i].csn > k->last_seen;
	k->value[WHY_danger] = danger(k);
	k->value[WHY_unstable] = is(k->line, "stability", "unstable");
	k->value[WHY_overdue] = late > 0 ? late : 0;
	k->value[WHY_discharged] = discharged(q, k);
	k->value[WHY_unsteady] = unsteady(k);
	k->value[WHY_medication] = medication(k);
	k->value[WHY_answered] = k->answered;
	k->value[WHY_owed] = days_from(q, k->last.body, "next_review");
	k->value[WHY_never] = !k->last.found;
	k->value[WHY_changed] = k->last.found ? k->changed : 0;
	k->is_done = k->last.found && k->changed == 0 &&
		     date_cmp(&day, &q->today) == 0;
}

/* ---- as JSON ---- */

static json_t *copy(const json_t *body, const char *field)
{
	json_t *v = json_object_get(body, field);

	return v ? json_incref(v) : json_null();
}

static json_t *day_json(const struct newest *n)
{
	struct date d = time_day_cn(n->at);
	char text[DATE_TEXT];

	return n->found ? json_string(date_format(&d, text)) : json_null();
}

static int by_id(const void *a, const void *b)
{
	const struct decided *x = a, *y = b;

	return uuid_cmp(&x->id, &y->id);
}

/* What the last review became, in the order it was written. */
static json_t *decided_json(const struct queue_case *k)
{
	json_t *out = json_array();

	if (k->decided_count)
		qsort(k->decided, k->decided_count, sizeof(*k->decided), by_id);
	for (size_t i = 0; i < k->decided_count; i++) {
		const struct decided *d = &k->decided[i];

		if (uuid_cmp(&d->review, &k->last.id) != 0)
			continue;
		json_array_append_new(
			out, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "rec",
				     json_id(&d->id), "title",
				     copy(d->body, "title"), "site",
				     copy(d->body, "site"), "assignee",
				     copy(d->body, "assignee"), "due",
				     copy(d->body, "due"), "status",
				     copy(d->body, "status")));
	}
	return out;
}

/* One that is only here had everything there is before it. */
json_t *queue_last_json(const struct queue_case *k)
{
	if (!k->last.found)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rec",
		json_id(&k->last.id), "csn",
		k->last_csn > 0 ? json_integer(k->last_csn) : json_null(),
		"held", day_json(&k->last), "next",
		copy(k->last.body, "next_review"), "seen",
		k->last_seen == INT64_MAX ? json_null()
					  : json_integer(k->last_seen),
		"findings", copy(k->last.body, "findings"), "decided",
		decided_json(k));
}

static int by_site(const void *a, const void *b)
{
	const struct touch *const *x = a, *const *y = b;
	int order = uuid_cmp(&(*x)->site, &(*y)->site);

	if (!order)
		order = (*x)->type->no - (*y)->type->no;
	return order;
}

/* One line a site and type: how many, and the newest moment. */
static void add_touch(json_t *list, const struct touch *t)
{
	size_t n = json_array_size(list);
	json_t *line = n ? json_array_get(list, n - 1) : NULL;
	json_t *site = json_id(&t->site);
	char now[TIME_TEXT];
	const char *at;

	if (!line || !is(line, "type", t->type->name) ||
		!json_equal(json_object_get(line, "site"), site)) {
		line = json_pack("{s:o, s:s, s:i, s:o}", "site", site, "type",
			t->type->name, "n", 0, "at", json_time(t->at));
		json_array_append_new(list, line);
	} else {
		json_decref(site);
	}
	json_object_set_new(
		line, "n", json_integer(json_int(line, "n", 0) + 1));
	at = json_str(line, "at");
	time_format(t->at, now);
	if (t->at && (!at || strcmp(now, at) > 0))
		json_object_set_new(line, "at", json_string(now));
}

json_t *queue_changed_json(const struct queue_case *k, struct arena *mem)
{
	const struct touch **list =
		ARENA_ARRAY(mem, const struct touch *, (size_t)k->changed + 1);
	json_t *what = json_array();
	int64_t newest = 0;
	size_t n = 0;

	for (size_t i = 0; i < k->touch_count; i++) {
		if (k->touches[i].csn <= k->last_seen)
			continue;
		list[n++] = &k->touches[i];
		if (k->touches[i].at > newest)
			newest = k->touches[i].at;
	}
	if (n)
		qsort(list, n, sizeof(const struct touch *), by_site);
	for (size_t i = 0; i < n; i++)
		add_touch(what, list[i]);
	return json_pack("{s:I, s:o, s:o}", "n", (json_int_t)n, "at",
		json_time(newest), "what", what);
}

json_t *queue_medicine_json(const struct queue_case *k)
{
	const json_t *a = json_object_get(k->adherence.body, "answers");
	const json_t *d = json_object_get(k->drugs.body, "answers");

	if (!k->adherence.found && !k->drugs.found)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "drugs",
		k->drugs.found ? copy(d, "medication") : json_array(),
		"drugs_on", day_json(&k->drugs), "adherence",
		copy(k->adherence.body, "adherence"), "adherence_on",
		day_json(&k->adherence), "adverse", copy(a, "adverse_reaction"),
		"adverse_text", copy(a, "adverse_text"), "effect",
		copy(a, "effect"));
}
