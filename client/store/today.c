/*
 * today.c - see today.h.
 *
 * Which records wait is proto/today.h's; here they are looked for. Only those
 * that may be among them are opened: every store has thousands of signed notes.
 */
#include "client/store/today.h"

#include "client/store/doc.h"
#include "proto/consent.h"
#include "proto/today.h"

#include <stdlib.h>
#include <string.h>

#define FOUND_MAX ((size_t)1 << 30)

struct morning {
	struct view *v;
	const struct date *today;
	const char *staff;
	const char *site;
	struct arena *mem;
};

static bool names(const json_t *body, const char *field, const char *id)
{
	const char *text = json_str(body, field);

	return text && strcmp(text, id) == 0;
}

static bool is_mine(const struct morning *m, const struct uuid *id)
{
	char text[UUID_TEXT];

	return strcmp(uuid_format(id, text), m->staff) == 0;
}

/* ---- what is waited for ---- */

typedef bool wanted(const struct morning *m, const struct seen *one);

/* Planned by the own site, and not further ahead than people look. */
static bool is_visit(const struct morning *m, const struct seen *one)
{
	struct date last = date_add_days(m->today, TODAY_AHEAD_DAYS), day;
	const char *at = json_str(one->body, "started_at");
	char from[UUID_TEXT];
	int64_t ms;

	if (!today_waits(one->type, one->body) || !at || !time_parse(at, &ms))
		return false;
	day = time_day_cn(ms);
	return date_cmp(&day, &last) <= 0 &&
	       strcmp(uuid_format(&one->r.site, from), m->site) == 0;
}

/* One's own, or the site's that is nobody's there. */
static bool is_task(const struct morning *m, const struct seen *one)
{
	return today_waits(one->type, one->body) &&
	       (names(one->body, "assignee", m->staff) ||
		       (!json_str(one->body, "assignee") &&
			       names(one->body, "site", m->site)));
}

static bool is_unsigned(const struct morning *m, const struct seen *one)
{
	return one->r.state == STATE_LIVE && is_mine(m, &one->r.author) &&
	       today_to_sign(one->type, one->body);
}

/* False for what need not be opened: it is signed, or taken back. */
static bool may_wait(const struct morning *m, const struct uuid *id)
{
	const struct held *h = store_held(view_store(m->v), id, NULL);

	return !h || h->state == STATE_LIVE || h->state == STATE_DRAFT;
}

struct found {
	const char *due;
	json_t *doc;
};

static int by_due(const void *p, const void *q)
{
	const struct found *a = p, *b = q;
	int order = strcmp(a->due, b->due);

	return order ? order
		     : strcmp(json_str(a->doc, "id"), json_str(b->doc, "id"));
}

/* Where in the list it belongs: by its day or its moment, one that only waits
 * for a signature by when it was entered. What has none comes last. */
static const char *due_of(const struct seen *one, struct arena *mem)
{
	static const char *const days[] = {"due", "started_at"};
	char text[TIME_TEXT];
	int64_t ms;

	if (!today_waits(one->type, one->body))
		return arena_strdup(mem, time_format(one->r.entered_at, text));
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		const char *day = json_str(one->body, days[i]);

		if (day)
			return time_parse(day, &ms)
				       ? arena_strdup(
						 mem, time_format(ms, text))
				       : day;
	}
	return "~";
}

static bool look(const struct morning *m, const char *type, wanted *is,
	struct buf *found, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_of_type(m->v, type, m->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!may_wait(m, &ids[i]))
			continue;
		if (!view_record(m->v, &ids[i], m->mem, &one, e))
			return false;
		if (one.r.state == STATE_RETRACTED || !is(m, &one))
			continue;
		buf_add(found,
			&(struct found){
				due_of(&one, m->mem), doc_told(&one, m->mem)},
			sizeof(struct found));
	}
	return true;
}

/* The first of what was found, in order. */
static void give(struct buf *found, json_t *list)
{
	struct found *all = (struct found *)(void *)found->p;
	size_t n = found->n / sizeof(*all);

	if (n)
		qsort(all, n, sizeof(*all), by_due);
	for (size_t i = 0; i < n && i < TODAY_MAX; i++)
		json_array_append(list, all[i].doc);
	buf_free(found);
}

static bool visits(const struct morning *m, json_t *list, struct err *e)
{
	struct buf f;
	bool ok;

	buf_init(&f, FOUND_MAX);
	ok = look(m, "service", is_visit, &f, e);
	give(&f, list);
	return ok;
}

static bool tasks(const struct morning *m, json_t *list, struct err *e)
{
	struct buf f;
	bool ok;

	buf_init(&f, FOUND_MAX);
	ok = look(m, "task", is_task, &f, e);
	give(&f, list);
	return ok;
}

static bool unsigned_ones(const struct morning *m, json_t *list, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(m->v));
	struct buf f;
	const struct rtype *t;
	bool ok = true;

	buf_init(&f, FOUND_MAX);
	for (size_t i = 0; ok && (t = catalogue_type_at(c, i)) != NULL; i++)
		if (t->signable)
			ok = look(m, t->name, is_unsigned, &f, e);
	give(&f, list);
	return ok;
}

/* ---- cases that are new to this reader ---- */

struct opening {
	const struct morning *m;
	bool away;          /* it is another site's */
	const char *member; /* first days of what opens it, "~": none */
	const char *consent;
};

static const char *earlier(const char *day, const json_t *body)
{
	const char *from = json_str(body, "from");

	return from && strcmp(from, day) < 0 ? from : day;
}

static void weigh(struct opening *o, const struct seen *one)
{
	const struct morning *m = o->m;

	if (one->r.state == STATE_RETRACTED)
		return;
	if (strcmp(one->type, "case") == 0)
		o->away = !names(one->body, "home_site", m->site);
	else if (strcmp(one->type, "member") == 0 &&
		 names(one->body, "site", m->site))
		o->member = earlier(o->member, one->body);
	else if (strcmp(one->type, "consent") == 0 &&
		 consent_opens(one->body, m->site, m->today))
		o->consent = earlier(o->consent, one->body);
}

static bool opens(const struct morning *m, const struct uuid *id)
{
	static const char *const types[] = {"case", "member", "consent"};
	const struct held *h = store_held(view_store(m->v), id, NULL);

	for (size_t i = 0; h && i < ARRAY_LEN(types); i++)
		if (strcmp(types[i], h->type) == 0)
			return true;
	return !h;
}

static bool weigh_case(struct opening *o, const struct uuid *case_id,
	struct arena *mem, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_unit(o->m->v, case_id, mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!opens(o->m, &ids[i]))
			continue;
		if (!view_record(o->m->v, &ids[i], mem, &one, e))
			return false;
		weigh(o, &one);
	}
	return true;
}

/* The later of the two: a membership opens nothing without a consent. */
static const char *opened(const struct opening *o)
{
	return strcmp(o->member, o->consent) > 0 ? o->member : o->consent;
}

static bool shared(const struct morning *m, json_t *list, struct err *e)
{
	struct date limit = date_add_days(m->today, -TODAY_NEW_DAYS);
	char since[DATE_TEXT], id[UUID_TEXT];
	size_t n;
	const struct uuid *cases = view_cases(m->v, m->mem, &n);

	date_format(&limit, since);
	for (size_t i = 0; i < n && json_array_size(list) < TODAY_MAX; i++) {
		struct opening o = {m, false, "~", "~"};
		struct arena *own = arena_new();
		bool ok = weigh_case(&o, &cases[i], own, e);

		if (ok && o.away && strcmp(opened(&o), since) > 0 &&
			*opened(&o) != '~')
			json_array_append_new(
				list, json_pack("{s:s, s:s}", "case",
					      uuid_format(&cases[i], id),
					      "since", opened(&o)));
		arena_free(own);
		if (!ok)
			return false;
	}
	return true;
}

/* ---- all of it ---- */

bool today_doc(struct view *v, const struct date *today, struct arena *mem,
	json_t **out, struct err *e)
{
	const json_t *reader = store_get(view_store(v), "reader");
	struct morning m = {v, today, json_str(reader, "staff"),
		json_str(reader, "site"), mem};
	static const struct {
		const char *name;
		bool (*fill)(
			const struct morning *m, json_t *list, struct err *e);
	} lists[] = {
		{"visits",   visits       },
                {"tasks",    tasks        },
		{"unsigned", unsigned_ones},
                {"shared",   shared       }
        };
	char day[DATE_TEXT];

	m.staff = m.staff ? m.staff : "";
	m.site = m.site ? m.site : "";
	*out = json_keep(
		json_pack("{s:s}", "on", date_format(today, day)), mem);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		json_t *list = json_array();

		json_object_set_new(*out, lists[i].name, list);
		if (!lists[i].fill(&m, list, e))
			return false;
	}
	return true;
}
