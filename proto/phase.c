/*
 * phase.c - see phase.h. Two tables: where a phase leads, what its gate asks.
 */
#include "proto/phase.h"

#include <stdio.h>
#include <string.h>

static const char *const order[] = {"referral_in", "screening", "intake",
	"assessment", "planning", "intervention", "evaluation", "closing",
	"follow_up", "ended"};

#define LAST_START 2 /* intake */

/* Moves besides one step forward. */
static const struct {
	const char *from; /* NULL: any phase before it */
	const char *to;
} moves[] = {
	{"evaluation", "planning"    }, /* plan again */
	{"evaluation", "intervention"},
	{NULL,         "closing"     }, /* early end, for a reason */
	{"closing",    "ended"       }, /* no follow-up agreed */
	{"follow_up",  "intake"      }, /* relapse: reopened */
	{"ended",      "intake"      },
};

/* What must be on file before a case leaves `from` for `to`. */
static const struct gate {
	const char *from;
	const char *to; /* NULL: whichever */
	size_t fact;
	bool wanted;
	const char *missing;
} gates[] = {
	{"screening",    "intake",       offsetof(struct phase_facts, eligible),         true,
         "screening.result=eligible"										    },
	{"intake",       "assessment",   offsetof(struct phase_facts, consent),          true,
         "consent"												      },
	{"assessment",   "planning",     offsetof(struct phase_facts, priority_need),
         true,										  "need.main/priority"    },
	{"assessment",   "planning",     offsetof(struct phase_facts, risk_rated),
         true,										  "flag / response.danger"},
	{"planning",     "intervention",
         offsetof(struct phase_facts,                                 plan_approved),    true,
         "plan.agreed + plan.approved"										  },
	{"intervention", "evaluation",
         offsetof(struct phase_facts,                                 service_noted),    true,  "service"               },
	{"evaluation",   "closing",      offsetof(struct phase_facts, reviewed),         true,
         "review"												       },
	{NULL,           "closing",      offsetof(struct phase_facts, close_reason),     true,
         "case.close_reason"											    },
	{NULL,           "closing",      offsetof(struct phase_facts, lost_unproved),    false,
         "service.status=not_reached"										   },
	{"closing",      NULL,           offsetof(struct phase_facts, high_flag_open),   false,
         "flag.to (level >= 3)"											 },
	{"closing",      NULL,           offsetof(struct phase_facts, letter_waits),     false,
         "referral.manager"											     },
	{"closing",      NULL,           offsetof(struct phase_facts, closure_approved), true,
         "closure.approved"											     },
};

/* The facts a programme may do without, by the names packs give them. */
static const struct {
	const char *name;
	size_t fact;
} waivable[] = {
	{"consent",          offsetof(struct phase_facts, consent)         },
	{"eligible",         offsetof(struct phase_facts, eligible)        },
	{"priority_need",    offsetof(struct phase_facts, priority_need)   },
	{"risk_rated",       offsetof(struct phase_facts, risk_rated)      },
	{"plan_approved",    offsetof(struct phase_facts, plan_approved)   },
	{"service_noted",    offsetof(struct phase_facts, service_noted)   },
	{"reviewed",         offsetof(struct phase_facts, reviewed)        },
	{"closure_approved", offsetof(struct phase_facts, closure_approved)},
};

static int place(const char *phase)
{
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (strcmp(order[i], phase) == 0)
			return (int)i;
	return -1;
}

/* Whether the programme goes through that phase. Closing and ending is left to
 * every case, and one that was opened again begins with the intake. */
bool phase_is_used(const json_t *pack, const char *phase)
{
	const json_t *phases = json_object_get(pack, "phases");

	return !phases || json_holds(phases, phase) ||
	       strcmp(phase, "closing") == 0 || strcmp(phase, "ended") == 0 ||
	       strcmp(phase, "intake") == 0;
}

/* The next phase the programme uses, or -1. */
static int next_used(const json_t *pack, int at)
{
	do
		at++;
	while (at < (int)ARRAY_LEN(order) && !phase_is_used(pack, order[at]));
	return at < (int)ARRAY_LEN(order) ? at : -1;
}

bool phase_may_start(const char *phase, struct err *e)
{
	int at = place(phase);

	if (at < 0 || at > LAST_START)
		return err_field(e, ERR_BAD_MOVE, "phase",
			"referral_in, screening, intake");
	return true;
}

static bool is_move(const json_t *pack, const char *from, const char *to)
{
	int a = place(from), b = place(to);

	if (a < 0 || b < 0)
		return false;
	if (b == next_used(pack, a))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (strcmp(moves[i].to, to) == 0 && phase_is_used(pack, to) &&
			(moves[i].from ? strcmp(moves[i].from, from) == 0
				       : a < b))
			return true;
	return false;
}

static bool refuse_move(const json_t *pack, const char *from, struct err *e)
{
	char list[160] = "";
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (is_move(pack, from, order[i]))
			at += (size_t)snprintf(list + at, sizeof(list) - at,
				"%s%s", at ? ", " : "", order[i]);
	return err_field(e, ERR_BAD_MOVE, "phase", "%s", list);
}

static bool is_waived(const json_t *pack, size_t fact)
{
	const json_t *list = json_object_get(pack, "waive");

	for (size_t i = 0; i < ARRAY_LEN(waivable); i++)
		if (waivable[i].fact == fact &&
			json_holds(list, waivable[i].name))
			return true;
	return false;
}

static bool is_met(const struct gate *g, const json_t *pack,
	const struct phase_facts *facts)
{
	return *(const bool *)((const char *)facts + g->fact) == g->wanted ||
	       is_waived(pack, g->fact);
}

bool phase_may_move(const char *from, const char *to, const json_t *pack,
	const struct phase_facts *facts, struct err *e)
{
	char missing[160] = "";
	size_t at = 0;

	if (!is_move(pack, from, to))
		return refuse_move(pack, from, e);
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		const struct gate *g = &gates[i];

		if ((g->from && strcmp(g->from, from) != 0) ||
			(g->to && strcmp(g->to, to) != 0) ||
			is_met(g, pack, facts))
			continue;
		if (at < sizeof(missing) - 1)
			at += (size_t)snprintf(missing + at,
				sizeof(missing) - at, "%s%s", at ? ", " : "",
				g->missing);
	}
	if (at)
		return err_field(e, ERR_GATE, "phase", "%s", missing);
	return true;
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

void phase_fill(const json_t *before, json_t *after, const struct date *today)
{
	const char *from = before ? json_str(before, "phase") : NULL;
	const char *to = json_str(after, "phase");
	char day[DATE_TEXT];

	if (!from || !to || strcmp(from, to) == 0)
		return;
	if (is(to, "intake") && (is(from, "ended") || is(from, "follow_up"))) {
		if (json_int(after, "reopened", 0) <=
			json_int(before, "reopened", 0))
			json_object_set_new(after, "reopened",
				json_integer(
					json_int(before, "reopened", 0) + 1));
		json_object_del(after, "closed");
		json_object_del(after, "close_reason");
	}
	if ((is(to, "follow_up") || is(to, "ended")) &&
		!json_object_get(after, "closed"))
		json_object_set_new(
			after, "closed", json_string(date_format(today, day)));
}
