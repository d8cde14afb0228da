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
	{"screening",    "intake",       offsetof(struct phase_facts, eligible),       true,
         "screening.result=eligible"										  },
	{"intake",       "assessment",   offsetof(struct phase_facts, consent),        true,
         "consent"												    },
	{"assessment",   "planning",     offsetof(struct phase_facts, priority_need),
         true,										"need.main/priority"    },
	{"assessment",   "planning",     offsetof(struct phase_facts, risk_rated),
         true,										"flag / response.danger"},
	{"planning",     "intervention",
         offsetof(struct phase_facts,                                 plan_approved),  true,
         "plan.agreed + plan.approved"										},
	{"intervention", "evaluation",
         offsetof(struct phase_facts,                                 service_noted),  true,  "service"               },
	{"evaluation",   "closing",      offsetof(struct phase_facts, reviewed),       true,
         "review"												     },
	{NULL,           "closing",      offsetof(struct phase_facts, close_reason),   true,
         "case.close_reason"											  },
	{"closing",      NULL,           offsetof(struct phase_facts, high_flag_open), false,
         "flag.to (level >= 3)"										       },
};

static int place(const char *phase)
{
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (strcmp(order[i], phase) == 0)
			return (int)i;
	return -1;
}

bool phase_may_start(const char *phase, struct err *e)
{
	int at = place(phase);

	if (at < 0 || at > LAST_START)
		return err_field(e, ERR_BAD_MOVE, "phase",
			"referral_in, screening, intake");
	return true;
}

static bool is_move(const char *from, const char *to)
{
	int a = place(from), b = place(to);

	if (a < 0 || b < 0)
		return false;
	if (b == a + 1)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (strcmp(moves[i].to, to) == 0 &&
			(moves[i].from ? strcmp(moves[i].from, from) == 0
				       : a < b))
			return true;
	return false;
}

static bool refuse_move(const char *from, struct err *e)
{
	char list[160] = "";
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (is_move(from, order[i]))
			at += (size_t)snprintf(list + at, sizeof(list) - at,
				"%s%s", at ? ", " : "", order[i]);
	return err_field(e, ERR_BAD_MOVE, "phase", "%s", list);
}

bool phase_may_move(const char *from, const char *to,
	const struct phase_facts *facts, struct err *e)
{
	char missing[160] = "";
	size_t at = 0;

	if (!is_move(from, to))
		return refuse_move(from, e);
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		const struct gate *g = &gates[i];
		bool fact = *(const bool *)((const char *)facts + g->fact);

		if ((g->from && strcmp(g->from, from) != 0) ||
			(g->to && strcmp(g->to, to) != 0) || fact == g->wanted)
			continue;
		at += (size_t)snprintf(missing + at, sizeof(missing) - at,
			"%s%s", at ? ", " : "", g->missing);
	}
	if (at)
		return err_field(e, ERR_GATE, "phase", "%s", missing);
	return true;
}
