/*
 * schedule_owed.c - what records name a day for: the next visit, a task, the
 * review of a plan.
 */
#include "proto/schedule_in.h"

#include <string.h>

/* House rules, where no pack says otherwise. */
#define TRIES_WANTED    3  /* before contact counts as lost */
#define DAYS_TO_TRY     7  /* from one try to the next */
#define DAYS_BEFORE_DUE 14 /* a review may come so early */
#define DAYS_TO_RENEW   30 /* a contract may be renewed so early */
#define DAYS_TO_REVIEW  3  /* 72 hours for service before consent */

static struct due_item *of_record(struct schedule_run *run, const char *kind,
	const struct entry *x, const char *zh, const char *en)
{
	struct due_item *d = schedule_item(run, kind, kind, zh, en);

	d->record = x->id;
	return d;
}

const struct entry *newest_contract(const struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_CONTRACT];

	for (size_t i = l->n; i-- > 0;)
		if (text_is(l->list[i].body, "status", "active"))
			return &l->list[i];
	return NULL;
}

static void contracts(struct schedule_run *run)
{
	const struct entry *x = newest_contract(run);
	struct due_item *d;
	struct date to;

	if (!x || !fold_day(x->body, "to", &to))
		return;
	d = of_record(
		run, "contract", x, "签约到期", "Family-doctor contract ends");
	d->due = to;
	d->from = date_add_days(&to, -DAYS_TO_RENEW);
}

static bool was_reviewed(const struct schedule_run *run, const struct date *due)
{
	const struct entries *l = &run->of[OF_REVIEW];
	struct date from = date_add_days(due, -DAYS_BEFORE_DUE);

	return l->n && l->list[l->n - 1].dated &&
	       date_cmp(&l->list[l->n - 1].day, &from) >= 0;
}

static void plans(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_PLAN];

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated &&
			!text_is(l->list[i].body, "status", "replaced") &&
			!was_reviewed(run, &l->list[i].day))
			of_record(run, "plan", &l->list[i], "计划复核",
				"Review of the plan")
				->due = l->list[i].day;
}

/* What was agreed on with somebody who has died since is over; what was agreed
 * on afterwards, with the family, is not. */
static bool died_since(const struct schedule_run *run, const struct entry *x)
{
	return run->died && date_cmp(&x->day, &run->died_on) <= 0;
}

/* What the newest of a kind says about the next one; older ones are done
 * with. */
static struct due_item *next_of(struct schedule_run *run, const struct entry *x,
	const char *field, const char *kind, const json_t *label,
	const char *zh, const char *en)
{
	struct due_item *d;
	struct date day;

	if (!fold_day(x->body, field, &day))
		return NULL;
	d = of_record(run, kind, x, zh, en);
	d->due = day;
	d->last_done = x->day;
	if (label) {
		d->zh = label_of(label, LANG_ZH);
		d->en = label_of(label, LANG_EN);
	}
	return d;
}

static void reviews(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_REVIEW];

	if (l->n && l->list[l->n - 1].dated)
		next_of(run, &l->list[l->n - 1], "next_review", "review", NULL,
			"个案会议", "Next review");
}

static bool same_text(const json_t *a, const json_t *b, const char *field)
{
	const char *x = json_str(a, field), *y = json_str(b, field);

	return x && y ? strcmp(x, y) == 0 : x == y;
}

/* The newest response of each form about each person. */
static void responses(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_RESPONSE];

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];
		struct due_item *d;
		bool newest = x->dated && !died_since(run, x);

		for (size_t k = i + 1; k < l->n && newest; k++)
			newest =
				!same_text(x->body, l->list[k].body, "form") ||
				!same_text(x->body, l->list[k].body, "subject");
		if (!newest)
			continue;
		d = next_of(run, x, "next_due", "response",
			json_object_get(form_of(run, x), "label"), "随访",
			"Follow-up");
		if (d)
			d->form = json_str(x->body, "form");
	}
}

static const struct entry *newest_visit(const struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_SERVICE];

	for (size_t i = l->n; i-- > 0;)
		if (l->list[i].dated &&
			text_is(l->list[i].body, "status", "completed"))
			return &l->list[i];
	return NULL;
}

static void services(struct schedule_run *run)
{
	const struct entry *x = newest_visit(run);

	if (x && !died_since(run, x))
		next_of(run, x, "next_due", "service", NULL, "下次服务",
			"Next service");
}

static void visits(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_SERVICE];

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];
		const char *kind = json_str(x->body, "kind");
		const json_t *label = NULL;
		struct due_item *d;

		if (!x->dated || !text_is(x->body, "status", "planned"))
			continue;
		if (kind)
			label = code_list_item(
				catalogue_codes(run->c, "service_kind"), kind);
		d = next_of(run, x, "started_at", "visit", label,
			"已安排的服务", "Planned service");
		if (d)
			d->last_done = (struct date){0, 0, 0};
	}
}

static void tasks(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_TASK];

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];
		struct due_item *d;

		if (!x->dated || (json_str(x->body, "status") &&
					 !text_is(x->body, "status", "open")))
			continue;
		d = of_record(run, "task", x, "任务", "Task");
		d->due = x->day;
		d->text = json_str(x->body, "title");
	}
}

static void referrals(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_REFERRAL];

	for (size_t i = 0; i < l->n; i++)
		if (text_is(l->list[i].body, "status", "requested")) {
			next_of(run, &l->list[i], "deadline", "referral", NULL,
				"转介待答复", "Answer to a referral");
		}
}

/*
 * Tries to reach the client since somebody last did, each day once. After as
 * many as the pack asks for, what is owed is the decision.
 */
static void contact_tries(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_SERVICE];
	int64_t wanted = json_int(json_object_get(run->pack, "closing"),
		"lost_contact_tries", TRIES_WANTED);
	const struct entry *last = NULL, *met = newest_visit(run);
	struct due_item *d;
	int64_t tries = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->list[i];

		if (!x->dated || !text_is(x->body, "status", "not_reached") ||
			(met && x->at <= met->at))
			continue;
		tries += !last || date_cmp(&last->day, &x->day) != 0;
		last = x;
	}
	if (!last)
		return;
	d = tries < wanted
		    ? of_record(run, "contact_try", last, "再次尝试联系",
			      "Try again to reach the client")
		    : of_record(run, "contact_try", last, "决定是否按失访处理",
			      "Decide whether contact is lost");
	d->code = tries < wanted ? "contact_try" : "lost_contact";
	d->times = tries;
	d->last_done = last->day;
	if (!fold_day(last->body, "next_due", &d->due))
		d->due = date_add_days(&last->day, DAYS_TO_TRY);
}

/* ---- what the case itself owes ---- */

/* Service that began before consent, for a reason that was given, is looked at
 * together: once, whatever was consented to since. */
static void override_review(struct schedule_run *run)
{
	const struct entries *l = &run->of[OF_REVIEW];
	struct due_item *d;
	struct date opened;

	if (!json_str(run->kase, "override_reason") ||
		!case_day(run, "opened", &opened))
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].dated && date_cmp(&l->list[i].day, &opened) >= 0)
			return;
	d = schedule_item(run, "review", "override_review",
		"同意前先行服务的复核", "Review of service before consent");
	d->from = opened;
	d->due = date_add_days(&opened, DAYS_TO_REVIEW);
}

/* Until the case moves to its closing; the family may go on being followed. */
static void closing_owed(struct schedule_run *run)
{
	struct due_item *d;

	if (!run->died || text_is(run->kase, "phase", "closing"))
		return;
	d = schedule_item(run, "closing", "close_deceased",
		"服务对象已去世，办理结案", "The client died: close the case");
	d->from = d->due = run->died_on;
}

/* Who has something to say, and whether still when the client has died. */
static const struct {
	void (*add)(struct schedule_run *run);
	bool when_died;
} owed[] = {
	{contracts,       false},
	{plans,           false},
	{reviews,         true },
	{tasks,           true },
	{responses,       true },
	{services,        true },
	{visits,          true },
	{referrals,       true },
	{contact_tries,   false},
	{override_review, true },
	{closing_owed,    true },
};

void schedule_owed_items(struct schedule_run *run)
{
	for (size_t i = 0; !run->closed && i < ARRAY_LEN(owed); i++)
		if (!run->died || owed[i].when_died)
			owed[i].add(run);
}
