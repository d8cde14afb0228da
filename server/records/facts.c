/*
 * facts.c - what is on file in a case, for the gates between its phases.
 *
 * The database tells of the records the batch does not hold; those it holds
 * speak for themselves, as the batch leaves them. So a consent taken down
 * offline together with the move it allows counts, and one withdrawn counts no
 * more. The same questions are asked in SQL (phase_facts).
 */
#include "server/records/decide.h"

#include <string.h>

static bool is_text(const json_t *b, const char *key, const char *text)
{
	const char *s = json_str(b, key);

	return s && strcmp(s, text) == 0;
}

static void add_consent(struct phase_facts *f, const json_t *b)
{
	f->consent |= !json_str(b, "withdrawn");
}

static void add_screening(struct phase_facts *f, const json_t *b)
{
	f->eligible |= is_text(b, "result", "eligible");
}

static void add_need(struct phase_facts *f, const json_t *b)
{
	f->priority_need |=
		json_flag(b, "main") || json_object_get(b, "priority");
}

static void add_flag(struct phase_facts *f, const json_t *b)
{
	f->risk_rated = true;
	f->high_flag_open |= json_int(b, "level", 0) >= 3 && !json_str(b, "to");
}

static void add_response(struct phase_facts *f, const json_t *b)
{
	f->risk_rated |= json_object_get(b, "danger") != NULL;
}

static void add_plan(struct phase_facts *f, const json_t *b)
{
	f->plan_approved |= json_str(b, "agreed") && json_str(b, "approved");
}

static void add_service(struct phase_facts *f, const json_t *b)
{
	f->service_noted |= is_text(b, "status", "completed");
}

static void add_review(struct phase_facts *f, const json_t *b)
{
	(void)b;
	f->reviewed = true;
}

static void add_goal(struct phase_facts *f, const json_t *b)
{
	f->reviewed |= json_object_get(b, "reached") != NULL;
}

static const struct {
	const char *type;
	void (*add)(struct phase_facts *, const json_t *);
} says[] = {
	{"consent",   add_consent  },
	{"screening", add_screening},
	{"need",      add_need     },
	{"flag",      add_flag     },
	{"response",  add_response },
	{"plan",      add_plan     },
	{"service",   add_service  },
	{"review",    add_review   },
	{"goal",      add_goal     },
};

struct phase_facts decide_case_facts(
	struct world *w, const struct uuid *case_id)
{
	const struct case_facts *stand = world_facts(w, case_id);
	struct phase_facts f;

	memset(&f, 0, sizeof(f));
	if (stand)
		f = stand->facts;
	for (size_t i = 0; i < w->entry_count; i++) {
		struct entry *x = w->entries[i];

		if (!x->now.ver || !x->now.type ||
			x->now.state == STATE_RETRACTED ||
			uuid_cmp(&x->unit, case_id) != 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(says); k++)
			if (strcmp(says[k].type, x->now.type->name) == 0)
				says[k].add(&f, entry_body(w, x));
	}
	return f;
}
