/*
 * letters.c - see letters.h.
 */
#include "client/cli/letters.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

static struct uuid own(const struct desk *d, const char *member)
{
	struct uuid id;

	if (!uuid_parse(desk_reader(d, member), &id))
		memset(&id, 0, sizeof(id));
	return id;
}

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* ---- clocks ---- */

static const json_t *case_of(struct desk *d, const struct uuid *id)
{
	struct err ignored;
	struct seen kase;

	return !uuid_is_nil(id) && view_record(desk_view(d), id, d->c->mem,
					   &kase, &ignored)
		       ? kase.body
		       : NULL;
}

void letter_read(struct desk *d, const struct seen *s, struct letter *out)
{
	struct stand_for who = {own(d, "site"), own(d, "staff"),
		view_calendar(desk_view(d)), host_now_ms()};

	out->s = *s;
	stand_of(s->type, &s->r.site, s->body, case_of(d, &s->r.case_id), &who,
		&out->at);
}

bool letter_is_ours(const struct letter *l)
{
	return stand_is_ours(&l->at);
}

const char *letter_clock(struct desk *d, const struct letter *l)
{
	struct cli *c = d->c;
	bool day = is(l->s.type, "referral");
	const char *due, *late;

	if (!l->at.clock)
		return "";
	due = day ? json_str(l->s.body, "deadline")
		  : time_show(c, l->at.due_at);
	if (!l->at.late)
		return due;
	late = number_text(c, l->at.late_by);
	if (day && l->at.late_by == 0)
		late = text_raw(c->lang, T_LT_LATE);
	else
		late = text_of(
			c, day ? T_LT_LATE_DAYS : T_LT_LATE_HOURS, late, NULL);
	return arena_printf(c->mem, "%s  %s", due, late);
}

/* ---- reading ---- */

static int by_need(const void *a, const void *b)
{
	const struct letter *x = a, *y = b;

	if (x->at.clock != y->at.clock)
		return x->at.clock ? -1 : 1;
	if (x->at.clock && x->at.due_at != y->at.due_at)
		return x->at.due_at < y->at.due_at ? -1 : 1;
	if (x->s.r.entered_at != y->s.r.entered_at)
		return x->s.r.entered_at > y->s.r.entered_at ? -1 : 1;
	return uuid_cmp(&x->s.r.id, &y->s.r.id);
}

static bool add(struct desk *d, const char *type, const struct uuid *ids,
	size_t count, struct letter *list, size_t *n, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e))
			return false;
		if (strcmp(one.type, type) == 0 &&
			one.r.state != STATE_RETRACTED)
			letter_read(d, &one, &list[(*n)++]);
	}
	return true;
}

bool letters_read(struct desk *d, const char *type, struct letter **out,
	size_t *n, struct err *e)
{
	size_t held, made;
	/* Those that came are units of the kind; those made here are still
	 * known by their type alone. */
	const struct uuid *came =
		view_roots(desk_view(d), "letter", d->c->mem, &held);
	const struct uuid *own_ones =
		view_roots(desk_view(d), type, d->c->mem, &made);

	*out = ARENA_ARRAY(d->c->mem, struct letter, held + made + 1);
	*n = 0;
	if (!add(d, type, came, held, *out, n, e) ||
		!add(d, type, own_ones, made, *out, n, e))
		return false;
	if (*n)
		qsort(*out, *n, sizeof(**out), by_need);
	return true;
}

bool letter_pick(struct desk *d, const char *typed, const char *type,
	struct letter *out, struct err *e)
{
	struct uuid id;
	struct seen one;

	if (!pick_record(d, typed, typed, &id, e) ||
		!view_record(desk_view(d), &id, d->c->mem, &one, e))
		return false;
	if (strcmp(one.type, type) != 0)
		return err_field(e, ERR_BAD_INPUT, typed, "%s", type);
	if (one.r.state == STATE_RETRACTED)
		return err_set(e, ERR_RETRACTED, "letter is retracted");
	letter_read(d, &one, out);
	return true;
}

/* ---- showing ---- */

json_t *letter_json(struct desk *d, const struct letter *l)
{
	json_t *out = json_pack("{s:o, s:s, s:o, s:o, s:s, s:I, s:O}", "id",
		json_id(&l->s.r.id), "type", l->s.type, "site",
		json_id(&l->s.r.site), "case", json_id(&l->s.r.case_id),
		"status", l->at.status, "waiting", (json_int_t)l->s.waiting,
		"body", l->s.body);
	json_t *at = stand_json(l->s.type, &l->at);

	(void)d;
	json_object_update(out, at);
	json_decref(at);
	return out;
}

/* ---- what waits here ---- */

static void count_referral(struct letters_waiting *w, const struct letter *l)
{
	if (!letter_is_ours(l))
		return;
	if (is(l->at.status, "requested")) {
		w->referrals++;
		w->referrals_late += l->at.late;
		if (l->at.clock && !w->referral_due)
			w->referral_due = json_str(l->s.body, "deadline");
	} else if (is(l->at.status, "returned") || is(l->at.status, "failed") ||
		   is(l->at.status, "declined")) {
		w->acknowledgements++;
	}
}

static void count_request(struct letters_waiting *w, const struct letter *l)
{
	if (!letter_is_ours(l) ||
		(!is(l->at.status, "open") && !is(l->at.status, "triaged")))
		return;
	w->requests++;
	w->requests_late += l->at.late;
	if (l->at.clock && !w->request_due)
		w->request_due = l->at.due_at;
}

bool letters_waiting(struct desk *d, struct letters_waiting *out, struct err *e)
{
	struct letter *list;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (!letters_read(d, "referral", &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		count_referral(out, &list[i]);
	if (!letters_read(d, "request", &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		count_request(out, &list[i]);
	return true;
}

json_t *letters_waiting_json(const struct letters_waiting *w)
{
	char at[TIME_TEXT];
	json_t *out = json_pack("{s:I, s:I, s:s?, s:I, s:I, s:I}", "referrals",
		(json_int_t)w->referrals, "referrals_late",
		(json_int_t)w->referrals_late, "referral_due", w->referral_due,
		"acknowledgements", (json_int_t)w->acknowledgements, "requests",
		(json_int_t)w->requests, "requests_late",
		(json_int_t)w->requests_late);

	json_object_set_new(out, "request_due",
		w->request_due ? json_string(time_format(w->request_due, at))
			       : json_null());
	return out;
}

static const char *waiting_line(
	struct cli *c, int64_t n, const char *due, int64_t late)
{
	const char *out = number_text(c, n);

	if (due)
		out = text_of(c, T_LT_FIRST_BY, out, due, NULL);
	if (late)
		out = text_of(
			c, T_LT_OF_THEM_LATE, out, number_text(c, late), NULL);
	return out;
}

void letters_waiting_print(struct desk *d, const struct letters_waiting *w)
{
	struct cli *c = d->c;

	if (w->referrals)
		out_pair(c, T_ST_REFERRALS,
			waiting_line(c, w->referrals, w->referral_due,
				w->referrals_late));
	if (w->acknowledgements)
		out_pair(c, T_ST_ACKNOWLEDGE,
			number_text(c, w->acknowledgements));
	if (w->requests)
		out_pair(c, T_ST_REQUESTS,
			waiting_line(c, w->requests,
				w->request_due ? time_show(c, w->request_due)
					       : NULL,
				w->requests_late));
}

/* ---- steps that were not taken ---- */

json_t *letters_parked(struct desk *d)
{
	json_t *out = json_keep(json_object(), d->c->mem);
	char id[UUID_TEXT];

	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);

		if (w->state == WORK_PARKED)
			json_object_set_new(
				out, uuid_format(&w->id, id), json_true());
	}
	return out;
}

static const char *status_label(
	struct desk *d, const struct rtype *t, const char *status)
{
	const struct field *f = rtype_field(t, "status");

	return f && f->codes && status
		       ? code_label(f->codes, status, d->c->lang)
		       : "-";
}

static void tell(struct desk *d, const struct rtype *t, const struct work *w)
{
	const json_t *set = json_object_get(work_change(w), "set");
	const char *stands = json_str(work_result(w), "accepts");

	out_line(d->c,
		out_plain(d->c,
			text_of(d->c, T_LT_DECIDED, type_label(d->c, t),
				pick_short(d, &w->rec),
				status_label(d, t, json_str(set, "status")),
				status_label(d, t, stands), NULL),
			0));
}

static bool is_news(const struct work *w, const json_t *before)
{
	char id[UUID_TEXT];

	return w->state == WORK_PARKED &&
	       !json_object_get(before, uuid_format(&w->id, id)) &&
	       is(json_str(work_result(w), "code"), "decided");
}

json_t *letters_told(struct desk *d, const json_t *before)
{
	json_t *out = json_array();
	char id[UUID_TEXT], rec[UUID_TEXT];

	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);
		const char *type = json_str(work_change(w), "type");
		const struct rtype *t =
			type ? catalogue_type(d->catalogue, type) : NULL;

		if (!t || !is_news(w, before))
			continue;
		json_array_append_new(out,
			json_pack("{s:s, s:s, s:s, s:s?}", "change",
				uuid_format(&w->id, id), "rec",
				uuid_format(&w->rec, rec), "type", type,
				"stands", json_str(work_result(w), "accepts")));
		if (!d->c->json)
			tell(d, t, w);
	}
	return out;
}
