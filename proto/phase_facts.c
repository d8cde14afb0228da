/*
 * phase_facts.c - what one record of a case says to the gates (phase.h). The
 * centre asks its tables the same in SQL (phase_facts in records.sql).
 */
#include "proto/phase.h"

#include <string.h>

static bool any(const json_t *body)
{
	(void)body;
	return true;
}

static bool not_withdrawn(const json_t *body)
{
	return !json_object_get(body, "withdrawn");
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

#define FACT(member) offsetof(struct phase_facts, member)

/* clang-format off */
static const struct {
	const char *type;
	bool (*holds)(const json_t *body);
	size_t fact;
} facts[] = {
	{"consent",   not_withdrawn,    FACT(consent)},
	{"screening", is_eligible,      FACT(eligible)},
	{"need",      has_priority,     FACT(priority_need)},
	{"flag",      any,              FACT(risk_rated)},
	{"response",  has_danger,       FACT(risk_rated)},
	{"plan",      is_approved,      FACT(plan_approved)},
	{"service",   is_completed,     FACT(service_noted)},
	{"review",    any,              FACT(reviewed)},
	{"goal",      is_reached,       FACT(reviewed)},
	{"flag",      is_high_and_open, FACT(high_flag_open)},
};
/* clang-format on */

void phase_facts_add(
	struct phase_facts *f, const char *type, const json_t *body)
{
	for (size_t k = 0; k < ARRAY_LEN(facts); k++)
		if (strcmp(facts[k].type, type) == 0 && facts[k].holds(body))
			*(bool *)((char *)f + facts[k].fact) = true;
}
