/*
 * phase_facts.c - what the records of a case say to the gates (phase.h).
 */
#include "proto/phase.h"

#include "proto/queue.h"

#include <string.h>

static bool any(const json_t *body)
{
	(void)body;
	return true;
}

/* A child who said no was asked, and the guardian's consent is kept; service
 * goes on only for a reason that is given and reviewed. */
static bool is_consent(const json_t *body)
{
	const char *assent = json_str(body, "assent");

	return !json_object_get(body, "withdrawn") &&
	       !(assent && strcmp(assent, "no") == 0);
}

static bool is_eligible(const json_t *body)
{
	const char *result = json_str(body, "result");

	return result && strcmp(result, "eligible") == 0;
}

static bool has_priority(const json_t *body)
{
	return json_flag(body, "main") || json_object_get(body, "priority");
}

static bool has_danger(const json_t *body)
{
	return json_object_get(body, "danger") != NULL;
}

static bool is_approved(const json_t *body)
{
	return json_object_get(body, "agreed") &&
	       json_object_get(body, "approved");
}

static bool is_completed(const json_t *body)
{
	const char *status = json_str(body, "status");

	return status && strcmp(status, "completed") == 0;
}

static bool is_reached(const json_t *body)
{
	return json_object_get(body, "reached") != NULL;
}

static bool is_high_and_open(const json_t *body)
{
	return json_int(body, "level", 0) >= 3 && !json_object_get(body, "to");
}

/* Sent and answered by nobody, or taken up by nobody in particular. */
static bool is_unowned(const json_t *body)
{
	static const char *const open[] = {
		"requested", "accepted", "in_progress", "on_hold"};
	const char *status = json_str(body, "status");

	if (json_object_get(body, "manager") ||
		json_object_get(body, "to_staff"))
		return false;
	for (size_t i = 0; status && i < ARRAY_LEN(open); i++)
		if (strcmp(open[i], status) == 0)
			return true;
	return false;
}

/* What one person thought alone evaluates nothing with anybody. */
static bool is_meeting(const json_t *body)
{
	const char *kind = json_str(body, "kind");

	return !kind || strcmp(kind, QUEUE_KIND) != 0;
}

#define FACT(member) offsetof(struct phase_facts, member)

/* clang-format off */
static const struct {
	const char *type;
	bool (*holds)(const json_t *body);
	size_t fact;
} facts[] = {
	{"consent",   is_consent,       FACT(consent)},
	{"screening", is_eligible,      FACT(eligible)},
	{"need",      has_priority,     FACT(priority_need)},
	{"flag",      any,              FACT(risk_rated)},
	{"response",  has_danger,       FACT(risk_rated)},
	{"plan",      is_approved,      FACT(plan_approved)},
	{"service",   is_completed,     FACT(service_noted)},
	{"review",    is_meeting,       FACT(reviewed)},
	{"goal",      is_reached,       FACT(reviewed)},
	{"flag",      is_high_and_open, FACT(high_flag_open)},
	{"referral",  is_unowned,       FACT(letter_waits)},
};
/* clang-format on */

/* Tries on one day are one try: the rule wants different days. */
static void add_try(struct phase_facts *f, const json_t *body)
{
	const char *status = json_str(body, "status");
	const char *when = json_str(body, "started_at");
	struct date day;
	int64_t at;

	if (!status || strcmp(status, "not_reached") != 0 || !when ||
		!time_parse(when, &at))
		return;
	day = time_day_cn(at);
	at = date_to_days(&day);
	for (int i = 0; i < f->try_count; i++)
		if (f->tries[i] == at)
			return;
	if (f->try_count < PHASE_TRIES)
		f->tries[f->try_count++] = at;
}

void phase_facts_add(
	struct phase_facts *f, const char *type, const json_t *body)
{
	for (size_t k = 0; k < ARRAY_LEN(facts); k++)
		if (strcmp(facts[k].type, type) == 0 && facts[k].holds(body))
			*(bool *)((char *)f + facts[k].fact) = true;
	if (strcmp(type, "service") == 0)
		add_try(f, body);
	if (strcmp(type, "closure") == 0)
		f->closures += json_object_get(body, "approved") != NULL;
}

#define TRIES_USUAL                                                            \
	3 /* reference §3.4, after the rule for missed follow-ups             \
	   */

void phase_facts_case(
	struct phase_facts *f, const json_t *body, const json_t *pack)
{
	const char *reason = json_str(body, "close_reason");
	int64_t tries = json_int(json_object_get(pack, "closing"),
		"lost_contact_tries", TRIES_USUAL);

	f->close_reason = reason != NULL;
	f->consent |= json_str(body, "override_reason") != NULL;
	/* A case that was opened again is closed anew. */
	f->closure_approved = f->closures > json_int(body, "reopened", 0);
	f->lost_unproved = reason && strcmp(reason, "lost_contact") == 0 &&
			   f->try_count < tries;
}
