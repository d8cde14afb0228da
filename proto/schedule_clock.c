/*
 * schedule_clock.c - clocks that run by themselves: first contact, forms that
 * owe something, consents at an age, follow-ups after closing.
 */
#include "proto/schedule_in.h"

#include <string.h>

#define HOUR_MS         INT64_C(3600000)
#define DAYS_BEFORE_DUE 14 /* a follow-up may come so early */
#define YEARS_OF_AGE    18

static bool is_withdrawn(const struct entry *consent)
{
	return json_object_get(consent->body, "withdrawn") != NULL;
}

/* ---- first contact ---- */

static void first_contact(struct schedule_run *run)
{
	const json_t *rule = json_object_get(run->pack, "first_contact");
	const char *of = json_str(rule, "of");
	struct due_item *d;
	struct date day;
	bool known = of && case_day(run, of, &day);

	/* A case nobody opened yet owes nothing. */
	if (!of || first_direct(run) || (!known && strcmp(of, "opened") == 0))
		return;
	d = schedule_item(run, "first_contact", "first_contact", "首次接触",
		"First contact");
	if (!known) {
		item_unknown(run, d, of);
		return;
	}
	d->from = d->due = day;
	if (!json_flag(rule, "same_day"))
		d->due = calendar_add_workdays(run->cal, &day,
			(int)json_int(rule, "working_days", 0),
			&d->calendar_missing);
}

/* ---- after closing ---- */

static const json_t *months_agreed(const struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_CLOSURE];

	for (size_t i = l->n; i-- > 0;) {
		const json_t *list =
			json_object_get(l->list[i].body, "follow_up_months");

		if (json_array_size(list))
			return list;
	}
	return json_object_get(
		json_object_get(run->pack, "after_close"), "months");
}

/* The first contact or response of that day or later. */
static bool heard_since(const struct schedule_run *run, const struct date *from,
	struct date *out)
{
	static const enum schedule_list where[] = {OF_SERVICE, OF_RESPONSE};
	bool found = false;

	for (size_t k = 0; k < ARRAY_LEN(where); k++) {
		const struct entries *l = &run->of[where[k]];

		for (size_t i = 0; i < l->n; i++) {
			const struct entry *x = &l->list[i];

			if (!x->dated || date_cmp(&x->day, from) < 0 ||
				(where[k] == OF_SERVICE && !is_direct(run, x)))
				continue;
			if (!found || date_cmp(&x->day, out) < 0)
				*out = x->day;
			found = true;
			break;
		}
	}
	return found;
}

static int month_count(const json_t *v)
{
	const char *text = json_string_value(v);
	int n = 0;

	if (!text)
		return (int)json_integer_value(v);
	for (; *text >= '0' && *text <= '9' && n < 1000; text++)
		n = n * 10 + (*text - '0');
	return n;
}

size_t after_close_list(
	const struct schedule_run *run, struct after_close out[AFTER_CLOSE_MAX])
{
	const json_t *months = months_agreed(run);
	struct date closed;
	size_t n = 0;

	/* Who was looked at and never taken on is not followed up. */
	if (!json_str(run->kase, "opened") || !case_day(run, "closed", &closed))
		return 0;
	for (size_t i = 0; i < json_array_size(months) && n < AFTER_CLOSE_MAX;
		i++) {
		struct after_close *a = &out[n];

		a->months = month_count(json_array_get(months, i));
		if (a->months <= 0)
			continue;
		a->due = date_add_months(&closed, a->months);
		a->from = date_add_days(&a->due, -DAYS_BEFORE_DUE);
		a->was_done = heard_since(run, &a->from, &a->done);
		n++;
	}
	return n;
}

/* Nobody calls a client who died; the family is who is visited then. */
void after_close_label(const struct schedule_run *run, int months,
	const char **zh, const char **en)
{
	bool died = text_is(run->kase, "close_reason", "deceased") ||
		    json_object_get(run->client, "deceased");

	*zh = arena_printf(run->mem,
		died ? "哀伤回访（结案后%d个月）" : "结案后%d个月回访", months);
	*en = arena_printf(run->mem,
		died ? "Bereavement follow-up, %d month%s after closing"
		     : "Follow-up %d month%s after closing",
		months, months == 1 ? "" : "s");
}

static void after_close(struct schedule_run *run)
{
	struct after_close list[AFTER_CLOSE_MAX];
	size_t n = after_close_list(run, list);

	for (size_t i = 0; i < n; i++) {
		struct due_item *d;
		const char *zh, *en;

		if (list[i].was_done)
			continue;
		after_close_label(run, list[i].months, &zh, &en);
		d = schedule_item(run, "after_close",
			arena_printf(
				run->mem, "after_close_%d", list[i].months),
			zh, en);
		d->due = list[i].due;
		d->from = list[i].from;
	}
}

/* ---- clocks of forms ---- */

static bool is_answered(const struct schedule_run *run,
	const struct entry *response, int64_t since)
{
	const struct entries *l = &run->of[OF_SERVICE];
	struct date day = time_day_cn(since);

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated && l->list[i].at >= since &&
			is_direct(run, &l->list[i]))
			return true;
	l = &run->of[OF_RESPONSE];
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated && &l->list[i] != response &&
			date_cmp(&l->list[i].day, &day) >= 0)
			return true;
	return false;
}

static void one_clock(struct schedule_run *run, const struct entry *response,
	const json_t *clock)
{
	const json_t *answers = json_object_get(response->body, "answers");
	const char *from = json_str(clock, "from");
	struct due_item *d;
	int64_t at, first, last;
	bool known = from && fold_moment(answers, from, &at);

	first = known ? at + json_int(clock, "min_hours", 0) * HOUR_MS : 0;
	last = known ? at + json_int(clock, "max_hours", 0) * HOUR_MS : 0;
	if (known && is_answered(run, response, first))
		return;
	d = schedule_item(run, "clock", json_str(response->body, "form"),
		json_str(clock, "zh"), json_str(clock, "en"));
	d->record = response->id;
	d->form = json_str(response->body, "form");
	if (!known) {
		item_unknown(run, d, from ? from : "?");
		return;
	}
	d->from = time_day_cn(first);
	d->due = time_day_cn(last);
	d->due_at = last;
}

static void clocks(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_RESPONSE];

	for (size_t i = 0; i < l->n; i++) {
		const json_t *clock =
			json_object_get(form_of(run, &l->list[i]), "clock");

		if (clock)
			one_clock(run, &l->list[i], clock);
	}
}

/* ---- consent ---- */

static bool is_own(const struct entry *consent)
{
	return text_is(consent->body, "relation_to_client", "0");
}

/* Given anew, for the same purpose, on that day or later. */
static bool is_renewed(const struct schedule_run *run,
	const struct entry *consent, const struct date *day)
{
	const struct entries *l = &run->of[OF_CONSENT];
	const char *purpose = json_str(consent->body, "purpose");

	for (size_t i = 0; purpose && i < l->n; i++)
		if (l->list[i].dated && !is_withdrawn(&l->list[i]) &&
			date_cmp(&l->list[i].day, day) >= 0 &&
			text_is(l->list[i].body, "purpose", purpose))
			return true;
	return false;
}

/* A consent of before a birthday that would go on beyond it. */
static bool outlives(const struct entry *consent, const struct date *day)
{
	struct date to;

	return consent->dated && !is_withdrawn(consent) &&
	       date_cmp(&consent->day, day) < 0 &&
	       !(fold_day(consent->body, "to", &to) && date_cmp(&to, day) < 0);
}

/*
 * At 14 the special protection of children's data ends (PIPL art. 28, 31): what
 * the guardian allowed is asked again, with the young person. At 18 they decide
 * alone, and only what they gave themselves goes on.
 */
static const struct {
	int age;
	bool own_goes_on;
	const char *code, *zh, *en;
} anew[] = {
	{14,           false, "consent_at_14", "满14周岁，重新征得同意",
         "Consent anew at the 14th birthday"         },
	{YEARS_OF_AGE, true,  "consent_at_18", "满18周岁，由本人重新同意",
         "Consent by the client at the 18th birthday"},
};

static void consents(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_CONSENT];
	struct date birth;
	bool known = client_birth(run, &birth);

	for (size_t a = 0; known && a < ARRAY_LEN(anew); a++) {
		struct date day = birthday(&birth, anew[a].age);
		bool owed = false;

		for (size_t i = 0; i < l->n && !owed; i++)
			owed = outlives(&l->list[i], &day) &&
			       !(anew[a].own_goes_on && is_own(&l->list[i])) &&
			       !is_renewed(run, &l->list[i], &day);
		if (owed)
			schedule_item(run, "consent", anew[a].code, anew[a].zh,
				anew[a].en)
				->due = day;
	}
}

/* The child was asked, whatever the answer; a consent of their own says so. */
static bool was_asked(const struct schedule_run *run, const struct date *since)
{
	const struct entries *l = &run->of[OF_CONSENT];

	for (size_t i = 0; i < l->n; i++)
		if (!is_withdrawn(&l->list[i]) && l->list[i].dated &&
			date_cmp(&l->list[i].day, since) >= 0 &&
			(json_str(l->list[i].body, "assent") ||
				is_own(&l->list[i])))
			return true;
	return false;
}

static void assent(struct schedule_run *run)
{
	int age = (int)json_int(run->pack, "assent_from", 0);
	struct date birth, opened, from, grown;
	struct due_item *d;

	if (!age || !case_day(run, "opened", &opened))
		return;
	if (!client_birth(run, &birth)) {
		d = schedule_item(run, "assent", "assent", "征询儿童本人意愿",
			"Assent of the child");
		item_unknown(run, d, "person.birth");
		return;
	}
	from = birthday(&birth, age);
	grown = birthday(&birth, YEARS_OF_AGE);
	if (date_cmp(&opened, &grown) >= 0 || was_asked(run, &from))
		return;
	d = schedule_item(run, "assent", "assent", "征询儿童本人意愿",
		"Assent of the child");
	d->from = from;
	d->due = date_cmp(&opened, &from) > 0 ? opened : from;
}

/* Who has something to say, whether before or after the closing, and whether
 * to the bereaved, too. */
static const struct {
	void (*add)(struct schedule_run *run);
	bool when_closed, when_died;
} clocks_of_a_case[] = {
	{first_contact, false, false},
	{clocks,        false, false},
	{consents,      false, false},
	{assent,        false, false},
	{after_close,   true,  true },
};

void schedule_clock_items(struct schedule_run *run)
{
	for (size_t i = 0; !run->ended && i < ARRAY_LEN(clocks_of_a_case); i++)
		if (clocks_of_a_case[i].when_closed == run->closed &&
			(!run->died || clocks_of_a_case[i].when_died))
			clocks_of_a_case[i].add(run);
}
