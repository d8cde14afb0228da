/*
 * withdraw.c - see withdraw.h: who reaches the case, and who loses it.
 */
#include "proto/withdraw_in.h"

#include "proto/consent.h"

#include <stdlib.h>
#include <string.h>

#define ALL_SHARED                                                             \
	(CLASS_CORE | CLASS_IDENTITY | CLASS_ASSESSMENT | CLASS_PLAN |         \
		CLASS_NOTE)

bool wd_is(const struct withdraw_rec *r, const char *type)
{
	return strcmp(r->type, type) == 0;
}

const json_t *wd_body(const struct withdraw_rec *r, bool after)
{
	return after ? r->after : r->before;
}

bool wd_names(const json_t *body, const char *field, const struct uuid *id)
{
	const char *s = json_str(body, field);
	struct uuid named;

	return s && uuid_parse(s, &named) && uuid_cmp(&named, id) == 0;
}

static const struct withdraw_rec *record(
	const struct withdraw *w, const char *type, const struct uuid *id)
{
	for (size_t i = 0; i < w->n; i++)
		if (wd_is(&w->recs[i], type) &&
			uuid_cmp(&w->recs[i].id, id) == 0)
			return &w->recs[i];
	return NULL;
}

bool wd_is_home(const struct withdraw *w, const struct uuid *site, bool after)
{
	for (size_t i = 0; i < w->n; i++)
		if (wd_is(&w->recs[i], "case") &&
			wd_names(
				wd_body(&w->recs[i], after), "home_site", site))
			return true;
	return false;
}

static const struct date *day_of(const struct withdraw *w, bool after)
{
	return after || !w->before_day.year ? &w->today : &w->before_day;
}

/* The day a field names has begun; `otherwise` when it names none. */
static bool has_begun(const struct date *day_is, const json_t *body,
	const char *field, bool otherwise)
{
	const char *s = json_str(body, field);
	struct date day;

	if (!s || !date_parse(s, &day))
		return otherwise;
	return date_cmp(&day, day_is) <= 0;
}

/* Only a site's own staff come in by it; whose record is not here may be. */
static bool is_of_site(
	const struct withdraw *w, const char *staff, const char *site)
{
	const struct withdraw_rec *r;
	const char *own;
	struct uuid id;

	if (!staff || !site || !uuid_parse(staff, &id))
		return false;
	r = record(w, "staff", &id);
	own = r ? json_str(r->after, "site") : site;
	return own && strcmp(own, site) == 0;
}

bool wd_has_seat(
	const struct withdraw *w, const struct withdraw_rec *r, bool after)
{
	const json_t *body = wd_is(r, "member") ? wd_body(r, after) : NULL;

	return body && has_begun(day_of(w, after), body, "from", false) &&
	       !has_begun(day_of(w, after), body, "to", false) &&
	       is_of_site(w, json_str(body, "staff"), json_str(body, "site"));
}

/* What consents open to a site, of at most `sends`. */
static int consented(const struct withdraw *w, const struct uuid *site,
	int sends, bool after)
{
	char text[UUID_TEXT];
	int mask = 0;

	uuid_format(site, text);
	for (size_t i = 0; i < w->n; i++) {
		const json_t *body = wd_is(&w->recs[i], "consent")
					     ? wd_body(&w->recs[i], after)
					     : NULL;

		if (body && consent_opens(body, text, day_of(w, after)))
			mask |= sends & consent_classes(json_object_get(
						body, "classes"));
	}
	return mask;
}

bool wd_is_covered(
	const struct withdraw *w, const struct uuid *site, bool after)
{
	return consented(w, site, ALL_SHARED, after) != 0;
}

/* Taken up and the loop not closed. */
static bool is_running(const struct date *on, const json_t *body)
{
	static const char *const running[] = {
		"accepted", "in_progress", "on_hold", "returned"};
	const char *status = json_str(body, "status");

	for (size_t i = 0; status && i < ARRAY_LEN(running); i++)
		if (strcmp(status, running[i]) == 0)
			return has_begun(on, body, "decided", false) &&
			       !has_begun(on, body, "acknowledged", false);
	return false;
}

/* What a letter that was taken up opens to its site, or to whom it names. */
static int by_letter(const struct withdraw *w, const struct withdraw_rec *r,
	const char *field, const struct uuid *key, bool after)
{
	const json_t *body = wd_is(r, "referral") ? wd_body(r, after) : NULL;
	const char *to = json_str(body, "to_site");
	struct uuid site;

	if (!body || !wd_names(body, field, key) ||
		!is_running(day_of(w, after), body) || !to ||
		!uuid_parse(to, &site) ||
		(strcmp(field, "to_staff") == 0 &&
			!is_of_site(w, json_str(body, "to_staff"), to)))
		return 0;
	return consented(w, &site,
		consent_classes(json_object_get(body, "sends")), after);
}

int withdraw_site_mask(
	const struct withdraw *w, const struct uuid *site, bool after)
{
	int mask = 0;

	if (wd_is_home(w, site, after))
		return ALL_SHARED;
	for (size_t i = 0; i < w->n; i++) {
		const struct withdraw_rec *r = &w->recs[i];

		if (wd_has_seat(w, r, after) &&
			wd_names(wd_body(r, after), "site", site))
			mask |= consented(w, site, ALL_SHARED, after);
		mask |= by_letter(w, r, "to_site", site, after);
	}
	return mask;
}

int withdraw_staff_mask(
	const struct withdraw *w, const struct uuid *staff, bool after)
{
	int mask = 0;

	for (size_t i = 0; i < w->n; i++) {
		const struct withdraw_rec *r = &w->recs[i];
		const json_t *body = wd_body(r, after);
		struct uuid site;

		mask |= by_letter(w, r, "to_staff", staff, after);
		if (!wd_has_seat(w, r, after) ||
			!wd_names(body, "staff", staff) ||
			!uuid_parse(json_str(body, "site"), &site))
			continue;
		mask |= wd_is_home(w, &site, after)
				? ALL_SHARED
				: consented(w, &site, ALL_SHARED, after);
	}
	return mask;
}

/* ---- who loses what ---- */

static void add_once(struct uuid *list, size_t *n, const char *text)
{
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return;
	for (size_t i = 0; i < *n; i++)
		if (uuid_cmp(&list[i], &id) == 0)
			return;
	list[(*n)++] = id;
}

/* Every site, or member of staff, the records might open the case to. */
static struct uuid *named(const struct withdraw *w, const char *of_member,
	const char *of_letter, size_t *n)
{
	struct uuid *list = ARENA_ARRAY(w->mem, struct uuid, w->n * 4 + 1);

	*n = 0;
	for (size_t i = 0; i < w->n; i++) {
		const struct withdraw_rec *r = &w->recs[i];
		const char *field =
			wd_is(r, "member")     ? of_member
			: wd_is(r, "referral") ? of_letter
			: wd_is(r, "request") &&
					strcmp(of_letter, "to_site") == 0
				? of_letter
				: NULL;

		if (!field)
			continue;
		add_once(list, n, json_str(r->before, field));
		add_once(list, n, json_str(r->after, field));
	}
	return list;
}

struct uuid *wd_sites(const struct withdraw *w, size_t *n)
{
	return named(w, "site", "to_site", n);
}

/* The site whose member of staff somebody is, as the records say. */
static struct uuid site_of(const struct withdraw *w, const struct uuid *staff)
{
	const struct withdraw_rec *r = record(w, "staff", staff);
	const char *text = r ? json_str(r->after, "site") : NULL;
	struct uuid site;

	for (size_t i = 0; !text && i < w->n; i++)
		if (wd_is(&w->recs[i], "member") &&
			wd_names(w->recs[i].before, "staff", staff))
			text = json_str(w->recs[i].before, "site");
	if (!text || !uuid_parse(text, &site))
		memset(&site, 0, sizeof(site));
	return site;
}

/* Whether somebody reaches cases only by their own seat (policy.csv). */
static bool is_by_seat(const struct withdraw *w, const struct uuid *staff)
{
	const struct withdraw_rec *r = record(w, "staff", staff);

	return r && wd_reach_of(json_str(r->after, "role")) == REACH_BY_SEAT;
}

struct withdraw_loss *withdraw_losses(const struct withdraw *w, size_t *n)
{
	size_t sites, people;
	struct uuid *site = wd_sites(w, &sites);
	struct uuid *staff = named(w, "staff", "to_staff", &people);
	struct withdraw_loss *out =
		ARENA_ARRAY(w->mem, struct withdraw_loss, sites + people + 1);

	*n = 0;
	for (size_t i = 0; i < sites; i++) {
		struct withdraw_loss l = {.site = site[i],
			.before = withdraw_site_mask(w, &site[i], false),
			.after = withdraw_site_mask(w, &site[i], true)};

		if (l.before & ~l.after)
			out[(*n)++] = l;
	}
	for (size_t i = 0; i < people; i++) {
		struct withdraw_loss l = {.site = site_of(w, &staff[i]),
			.staff = staff[i],
			.before = withdraw_staff_mask(w, &staff[i], false),
			.after = withdraw_staff_mask(w, &staff[i], true)};

		if (l.before & ~l.after && is_by_seat(w, &staff[i]))
			out[(*n)++] = l;
	}
	return out;
}

/* ---- the ending itself ---- */

static const struct {
	const char *type;
	const char *day;
	const char *reason;
} endings[] = {
	{"member",  "to",        "reason"          },
	{"consent", "withdrawn", "withdrawn_reason"},
};

bool withdraw_ends(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (strcmp(endings[i].type, type) == 0)
			return true;
	return false;
}

json_t *withdraw_ending(const struct withdraw *w, const struct withdraw_rec *r)
{
	json_t *set = json_keep(json_object(), w->mem);
	char today[DATE_TEXT];

	date_format(&w->today, today);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		const char *was = json_str(r->before, endings[i].day);

		if (!wd_is(r, endings[i].type) ||
			(was && strcmp(was, today) <= 0))
			continue;
		json_object_set_new(set, endings[i].day, json_string(today));
		if (w->reason && *w->reason)
			json_object_set_new(
				set, endings[i].reason, json_string(w->reason));
	}
	return set;
}
