/*
 * measure_work.c - scores before and after, and the work around a case: tasks,
 * referrals, applications, documents, contracts.
 */
#include "proto/measure_in.h"

#include <string.h>

/* ---- scores ---- */

static json_t *pair_json(const struct pair *p)
{
	static const char *const ways[] = {"worse", "none", "better"};
	char first[DATE_TEXT], last[DATE_TEXT];

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s}",
		"instrument", p->first->instrument, "version",
		p->first->version, "subject", p->first->who, "respondent",
		p->first->respondent, "first", rounded(p->first->value), "last",
		rounded(p->last->value), "change",
		rounded(p->last->value - p->first->value), "way",
		ways[pair_way(p) + 1], "first_on",
		date_format(&p->first->day, first), "last_on",
		date_format(&p->last->day, last));
}

static void put_scores(struct measure_run *run)
{
	const char *client = json_str(run->kase, "person");
	json_t *used = json_keep(json_array(), run->mem);
	json_t *paired = json_keep(json_array(), run->mem);
	json_t *list = json_array();
	struct scored *scores;
	struct pair *pairs;
	int64_t improved = 0;
	size_t n;

	for (size_t i = 0; i < run->of[M_ASSESSMENT].n; i++)
		set_add(used, json_str(run->of[M_ASSESSMENT].list[i].body,
				      "instrument"));
	n = scores_of(run->c, &run->of[M_ASSESSMENT], "subject",
		client ? client : "", run->mem, &scores);
	n = pairs_of(scores, n, run->mem, &pairs);
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(list, pair_json(&pairs[i]));
		set_add(paired, pairs[i].first->instrument);
		improved += pair_way(&pairs[i]) > 0;
	}
	put(run->out, "instruments", set_sorted(used, NULL));
	put(run->out, "scores", list);
	put(run->out, "paired", set_sorted(paired, NULL));
	put_count(run->out, "pairs", (int64_t)n);
	put_count(run->out, "pairs_improved", improved);
}

/* ---- the work around ---- */

static int64_t held(const struct entries *l, const char *status)
{
	int64_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += status ? body_is(l->list[i].body, "status", status)
			    : l->list[i].dated;
	return n;
}

static void put_tasks(struct measure_run *run)
{
	const struct entries *l = &run->of[M_TASK];
	int64_t issues = 0, closed = 0, opinions = 0, answered = 0;

	for (size_t i = 0; i < l->n; i++) {
		const json_t *t = l->list[i].body;

		if (body_is(t, "status", "cancelled"))
			continue;
		if (body_is(t, "kind", "issue")) {
			issues++;
			closed += body_is(t, "status", "closed");
		}
		if (body_is(t, "kind", "client_opinion")) {
			opinions++;
			answered += json_str(t, "responded") != NULL ||
				    json_str(t, "response") != NULL;
		}
	}
	put_count(run->out, "issues", issues);
	put_count(run->out, "issues_closed", closed);
	put_share(run->out, "issues_closed_share", (double)closed,
		(double)issues);
	put_count(run->out, "opinions", opinions);
	put_count(run->out, "opinions_answered", answered);
}

static void put_referrals(struct measure_run *run)
{
	const struct entries *l = &run->of[M_REFERRAL];
	int64_t sent = 0, closed = 0;

	for (size_t i = 0; i < l->n; i++) {
		const char *status = json_str(l->list[i].body, "status");

		sent += status && strcmp(status, "draft") != 0;
		closed += status && strcmp(status, "acknowledged") == 0;
	}
	put_count(run->out, "referrals", sent);
	put_count(run->out, "referrals_closed", closed);
}

static void put_applications(struct measure_run *run)
{
	const struct entries *l = &run->of[M_APPLICATION];
	int64_t n = 0, asked = 0, approved = 0, paid = 0;

	for (size_t i = 0; i < l->n; i++) {
		const json_t *a = l->list[i].body;
		const json_t *list = json_object_get(a, "payments");

		if (body_is(a, "status", "draft"))
			continue;
		n++;
		asked += json_int(a, "asked", 0);
		approved += json_int(a, "approved", 0);
		for (size_t k = 0; k < json_array_size(list); k++)
			paid += json_int(json_array_get(list, k), "amount", 0);
	}
	put_count(run->out, "applications", n);
	put_count(run->out, "amount_asked", asked);
	put_count(run->out, "amount_approved", approved);
	put_count(run->out, "amount_paid", paid);
}

static void put_documents(struct measure_run *run)
{
	const struct entries *l = &run->of[M_DOCUMENT];
	json_t *kinds = json_keep(json_array(), run->mem);
	int64_t delivered = 0;

	for (size_t i = 0; i < l->n; i++) {
		const json_t *d = l->list[i].body;

		if (!body_is(d, "status", "draft"))
			set_add(kinds, json_str(d, "kind"));
		delivered += json_str(d, "delivered") != NULL;
	}
	put(run->out, "documents", set_sorted(kinds, NULL));
	put_count(run->out, "documents_delivered", delivered);
}

static bool lasts(const struct entry *x, const struct date *on)
{
	struct date to;

	return (!x->dated || date_cmp(&x->day, on) <= 0) &&
	       (!fold_day(x->body, "to", &to) || date_cmp(on, &to) <= 0);
}

static void put_contract(struct measure_run *run)
{
	const struct entries *l = &run->of[M_CONTRACT];
	const char *choice = NULL;
	bool in_force = false;

	for (size_t i = 0; i < l->n; i++) {
		const char *own = json_str(l->list[i].body, "choice");

		choice = own ? own : choice;
		in_force |= body_is(l->list[i].body, "status", "active") &&
			    lasts(&l->list[i], &run->today);
	}
	put(run->out, "contract_in_force", json_boolean(in_force));
	if (choice)
		put(run->out, "contract_choice", json_string(choice));
}

static void put_forms(struct measure_run *run)
{
	const struct entries *l = &run->of[M_RESPONSE];
	json_t *set = json_keep(json_array(), run->mem);

	for (size_t i = 0; i < l->n; i++)
		set_add(set, json_str(l->list[i].body, "form"));
	put(run->out, "forms", set_sorted(set, NULL));
}

void measure_work(struct measure_run *run)
{
	const struct entries *l = &run->of[M_PLAN];
	bool approved = false;

	for (size_t i = 0; i < l->n; i++)
		approved |= json_str(l->list[i].body, "agreed") &&
			    json_str(l->list[i].body, "approved");
	put(run->out, "plan_approved", json_boolean(approved));
	put_count(run->out, "reviews", held(&run->of[M_REVIEW], NULL));
	put_count(run->out, "supervisions",
		held(&run->of[M_SUPERVISION], "held"));
	put_forms(run);
	put_scores(run);
	put_tasks(run);
	put_referrals(run);
	put_applications(run);
	put_documents(run);
	put_contract(run);
}
