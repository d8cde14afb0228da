/*
 * withdraw_falls.c - see withdraw.h: what falls with those who leave.
 */
#include "proto/withdraw_in.h"

#include <string.h>

#define REASON_MAX 500 /* characters of cancel_reason in the catalogue */

/* Work that names who is to do it. While it is in one of these states nothing
 * came of it yet; NULL: none was written down. */
struct work_kind {
	const char *type;
	const char *site;   /* NULL: it names none */
	const char *person; /* NULL: it names none */
	const char *open[6];
	const char *end; /* the state it goes to */
	enum withdraw_how how;
	bool may_be_unset;
};

static const struct work_kind kinds[] = {
	{"task",        "site",    "assignee",   {"open"},                        "cancelled", FALL_CANCELLED,
         true												       },
	{"service",     "site",    "provider",   {"planned"},                     "cancelled",
         FALL_CANCELLED,										       false},
	{"supervision", NULL,      "supervisor", {"requested", "scheduled"},
         "cancelled",									  FALL_CANCELLED, false},
	{"referral",    "to_site", NULL,
         {"draft", "requested", "accepted", "in_progress", "on_hold"},
         "withdrawn",									  FALL_WITHDRAWN, false},
	{"request",     "to_site", "provider",   {"open", "triaged", "accepted"},
         "withdrawn",									  FALL_WITHDRAWN, false},
};

/* Those who leave: whole sites, and persons whose seat ends while their site
 * stays. */
struct leavers {
	struct uuid *sites;
	bool *uncovered; /* no consent names it any more */
	size_t site_count;
	struct uuid *staff;
	struct uuid *of; /* the site of each */
	size_t staff_count;
};

static bool has(const struct uuid *list, size_t n, const struct uuid *id)
{
	for (size_t i = 0; i < n; i++)
		if (uuid_cmp(&list[i], id) == 0)
			return true;
	return false;
}

static void add_leaver(const struct withdraw *w, struct leavers *l,
	const struct withdraw_rec *r)
{
	struct uuid staff, site;

	if (!wd_has_seat(w, r, false) ||
		!uuid_parse(json_str(r->before, "staff"), &staff) ||
		!uuid_parse(json_str(r->before, "site"), &site) ||
		has(l->sites, l->site_count, &site) ||
		has(l->staff, l->staff_count, &staff))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (wd_has_seat(w, &w->recs[i], true) &&
			wd_names(w->recs[i].after, "staff", &staff))
			return;
	l->of[l->staff_count] = site;
	l->staff[l->staff_count++] = staff;
}

static void add_site(
	const struct withdraw *w, struct leavers *l, const struct uuid *site)
{
	bool seat = withdraw_site_mask(w, site, false) &&
		    !withdraw_site_mask(w, site, true);
	bool consent = wd_is_covered(w, site, false) &&
		       !wd_is_covered(w, site, true) &&
		       !wd_is_home(w, site, true);

	if (!seat && !consent)
		return;
	l->uncovered[l->site_count] = consent;
	l->sites[l->site_count++] = *site;
}

static struct leavers leavers_of(const struct withdraw *w)
{
	struct leavers l = {0};
	size_t n;
	struct uuid *sites = wd_sites(w, &n);

	l.sites = ARENA_ARRAY(w->mem, struct uuid, n + 1);
	l.uncovered = ARENA_ARRAY(w->mem, bool, n + 1);
	l.staff = ARENA_ARRAY(w->mem, struct uuid, w->n + 1);
	l.of = ARENA_ARRAY(w->mem, struct uuid, w->n + 1);
	for (size_t i = 0; i < n; i++)
		add_site(w, &l, &sites[i]);
	for (size_t i = 0; i < w->n; i++)
		add_leaver(w, &l, &w->recs[i]);
	return l;
}

/* ---- one record ---- */

/* What a person finds in the record: why it was cancelled. */
static const char *reason_of(const struct withdraw *w, bool consent)
{
	static const char *const by_whom[2][2] = {
		{"已退出关爱帮扶小组", "同意已撤回"},
		{"小组任期已满",          "同意已到期"},
	};
	const char *what = by_whom[w->before_day.year != 0][consent];
	struct buf b;
	const char *text;
	size_t n = 0;

	if (!w->reason || !*w->reason)
		return what;
	buf_init(&b, 4 * REASON_MAX);
	buf_printf(&b, "%s：", what);
	for (const char *p = w->reason; *p && n < REASON_MAX - 16; p++) {
		n += ((unsigned char)*p & 0xC0) != 0x80;
		if (n < REASON_MAX - 16)
			buf_char(&b, *p);
	}
	text = arena_strndup(w->mem, b.p, b.n);
	buf_free(&b);
	return text;
}

static bool is_open(const struct work_kind *k, const json_t *body)
{
	const char *status = json_str(body, "status");

	if (!status)
		return k->may_be_unset;
	for (size_t i = 0; i < ARRAY_LEN(k->open) && k->open[i]; i++)
		if (strcmp(status, k->open[i]) == 0)
			return true;
	return false;
}

/* Which site of a list a record's work is with: as it says, or as the person
 * it names belongs to. -1: none. */
static int with_site(const struct withdraw *w, const struct leavers *l,
	const struct work_kind *k, const json_t *body)
{
	for (size_t i = 0; i < l->site_count; i++) {
		const struct uuid *site = &l->sites[i];
		char text[UUID_TEXT];

		uuid_format(site, text);
		if (k->site && wd_names(body, k->site, site))
			return (int)i;
		if ((k->site && json_str(body, k->site)) || !k->person)
			continue;
		for (size_t m = 0; m < w->n; m++) {
			const struct withdraw_rec *r = &w->recs[m];
			const char *own = wd_is(r, "staff")
						  ? json_str(r->after, "site")
						  : NULL;

			if (own && strcmp(own, text) == 0 &&
				wd_names(body, k->person, &r->id))
				return (int)i;
		}
	}
	return -1;
}

static bool cancel(const struct withdraw *w, const struct leavers *l,
	const struct work_kind *k, const json_t *body,
	struct withdraw_fall *out)
{
	int at = with_site(w, l, k, body);

	if (at < 0 || (k->how == FALL_WITHDRAWN && !l->uncovered[at]))
		return false;
	out->site = l->sites[at];
	out->how = k->how;
	json_object_set_new(out->set, "status", json_string(k->end));
	json_object_set_new(out->set, "cancel_reason",
		json_string(reason_of(w, l->uncovered[at])));
	return true;
}

/* The site stays: somebody else there takes it over. */
static bool hand_back(const struct leavers *l, const struct work_kind *k,
	const json_t *body, struct withdraw_fall *out)
{
	for (size_t i = 0; k->person && i < l->staff_count; i++) {
		char site[UUID_TEXT];

		if (!wd_names(body, k->person, &l->staff[i]))
			continue;
		out->site = l->of[i];
		out->how = FALL_HANDED_BACK;
		json_array_append_new(out->unset, json_string(k->person));
		if (k->site && !json_str(body, k->site))
			json_object_set_new(out->set, k->site,
				json_string(uuid_format(&l->of[i], site)));
		return true;
	}
	return false;
}

static const struct withdraw_rec *group_of(
	const struct withdraw *w, const struct withdraw_rec *seat)
{
	for (size_t i = 0; i < w->n; i++)
		if (wd_is(&w->recs[i], "group") &&
			uuid_cmp(&w->recs[i].id, &seat->unit) == 0)
			return &w->recs[i];
	return NULL;
}

/* A client who no longer wants a site to know them leaves the groups it runs,
 * and in those of others their person is not shown to it. */
static bool leave_group(const struct withdraw *w, const struct leavers *l,
	const struct withdraw_rec *r, struct withdraw_fall *out)
{
	const struct withdraw_rec *g =
		wd_is(r, "participant") ? group_of(w, r) : NULL;
	char day[DATE_TEXT], site[UUID_TEXT];

	if (!g || json_str(r->after, "left"))
		return false;
	for (size_t i = 0; i < l->site_count; i++) {
		if (!l->uncovered[i])
			continue;
		out->site = l->sites[i];
		if (uuid_cmp(&g->site, &l->sites[i]) == 0) {
			out->how = FALL_LEFT;
			json_object_set_new(out->set, "left",
				json_string(date_format(&w->today, day)));
			json_object_set_new(out->set, "leave_reason",
				json_string("unwilling"));
			return true;
		}
		if (json_holds(json_object_get(g->after, "sites"),
			    uuid_format(&l->sites[i], site)) &&
			json_flag(r->after, "consent")) {
			out->how = FALL_HIDDEN;
			json_object_set_new(out->set, "consent", json_false());
			return true;
		}
	}
	return false;
}

static bool falls(const struct withdraw *w, const struct leavers *l,
	const struct withdraw_rec *r, struct withdraw_fall *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (wd_is(r, kinds[i].type))
			return is_open(&kinds[i], r->after) &&
			       (cancel(w, l, &kinds[i], r->after, out) ||
				       hand_back(l, &kinds[i], r->after, out));
	return leave_group(w, l, r, out);
}

struct withdraw_fall *withdraw_falls(const struct withdraw *w, size_t *n)
{
	struct withdraw_fall *out =
		ARENA_ARRAY(w->mem, struct withdraw_fall, w->n + 1);
	struct leavers l = leavers_of(w);

	*n = 0;
	if (!l.site_count && !l.staff_count)
		return out;
	for (size_t i = 0; i < w->n; i++) {
		struct withdraw_fall f = {.rec = &w->recs[i]};

		f.set = json_keep(json_object(), w->mem);
		f.unset = json_keep(json_array(), w->mem);
		if (w->recs[i].after && falls(w, &l, &w->recs[i], &f))
			out[(*n)++] = f;
	}
	return out;
}
