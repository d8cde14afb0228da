/*
 * sense.c - see sense.h.
 */
#include "proto/sense.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)

/* The first must not be above the second: numbers or dates. */
static const struct {
	const char *type;
	const char *low;
	const char *high;
} orders[] = {
	{"member",      "from",      "to"       },
	{"consent",     "from",      "to"       },
	{"flag",        "from",      "to"       },
	{"case",        "opened",    "closed"   },
	{"contract",    "from",      "to"       },
	{"segment",     "from",      "to"       },
	{"participant", "joined",    "left"     },
	{"group",       "opened",    "closed"   },
	{"group",       "size_min",  "size_max" },
	{"resource",    "min_age",   "max_age"  },
	{"application", "submitted", "decided"  },
	{"application", "approved",  "asked"    },
	{"referral",    "requested", "deadline" },
	{"referral",    "requested", "decided"  },
	{"referral",    "decided",   "returned" },
	{"referral",    "requested", "withdrawn"},
	{"request",     "requested", "responded"},
	{"document",    "approved",  "delivered"},
};

/* What has happened cannot be later than now. */
static const struct {
	const char *type;
	const char *field;
	const char *status; /* only then; NULL: always */
} pasts[] = {
	{"assessment",       "assessed",     NULL       },
	{"group_assessment", "assessed",     NULL       },
	{"response",         "responded",    NULL       },
	{"screening",        "screened",     NULL       },
	{"service",          "started_at",   "completed"},
	{"session",          "held_at",      "held"     },
	{"contact",          "at",           NULL       },
	{"review",           "held",         NULL       },
	{"person",           "birth",        NULL       },
	{"person",           "deceased",     NULL       },
	{"consent",          "withdrawn",    NULL       },
	{"referral",         "decided",      NULL       },
	{"referral",         "acknowledged", NULL       },
	{"referral",         "withdrawn",    NULL       },
	{"request",          "requested",    NULL       },
	{"application",      "decided",      NULL       },
	{"document",         "delivered",    NULL       },
};

/* What is dated by a day on which its person must have been born. */
static const struct {
	const char *type;
	const char *field;
} lives[] = {
	{"assessment",       "assessed" },
	{"group_assessment", "assessed" },
	{"response",         "responded"},
	{"screening",        "screened" },
	{"consent",          "from"     },
	{"person",           "deceased" },
};

static bool is_type(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Dates and instants as texts sort as they stand; numbers do not. */
static int compare(const json_t *a, const json_t *b)
{
	int64_t x, y;

	if (json_is_integer(a) && json_is_integer(b))
		return (json_integer_value(a) > json_integer_value(b)) -
		       (json_integer_value(a) < json_integer_value(b));
	if (!json_is_string(a) || !json_is_string(b))
		return 0;
	if (time_parse(json_string_value(a), &x) &&
		time_parse(json_string_value(b), &y))
		return (x > y) - (x < y);
	return strcmp(json_string_value(a), json_string_value(b));
}

static bool in_order(const json_t *body, const char *low, const char *high)
{
	const json_t *a = json_object_get(body, low);
	const json_t *b = json_object_get(body, high);

	return !a || !b || compare(a, b) <= 0;
}

static bool check_orders(const char *type, const json_t *body, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		const char *low = orders[i].low, *high = orders[i].high;
		bool amount = json_is_integer(json_object_get(body, low));

		if (!is_type(orders[i].type, type) || in_order(body, low, high))
			continue;
		/* Of a term the end is wrong, of an amount the grant. */
		return err_field(e, ERR_BAD_ORDER, amount ? low : high, "%s %s",
			amount ? "<=" : ">=", amount ? high : low);
	}
	return true;
}

/* The first instant a text can mean: of a partial date, its first day. */
static bool begins(const char *text, int64_t *at)
{
	struct date d;

	if (time_parse(text, at))
		return true;
	if (!date_parse_partial(text, &d))
		return false;
	d.month = d.month ? d.month : 1;
	d.day = d.day ? d.day : 1;
	*at = date_to_days(&d) * DAY_MS;
	return true;
}

static bool check_pasts(
	const char *type, const json_t *body, int64_t now, struct err *e)
{
	const char *status = json_str(body, "status");
	struct date today = time_day_cn(now);
	char day[DATE_TEXT];
	int64_t at;

	for (size_t i = 0; i < ARRAY_LEN(pasts); i++) {
		const char *s = json_str(body, pasts[i].field);

		if (!is_type(pasts[i].type, type) || !s ||
			(pasts[i].status &&
				(!status ||
					strcmp(status, pasts[i].status) != 0)))
			continue;
		if (begins(s, &at) && at > now + DAY_MS)
			return err_field(e, ERR_FUTURE, pasts[i].field, "<= %s",
				date_format(&today, day));
	}
	return true;
}

/* ---- single types ---- */

/* Payments are rows of a day and an amount; together not more than approved. */
static bool check_application(const json_t *body, struct err *e)
{
	const json_t *list = json_object_get(body, "payments");
	int64_t sum = 0, approved = json_int(body, "approved", 0);
	struct date d;

	if (list && !json_is_array(list))
		return err_field(e, ERR_BAD_KIND, "payments",
			"[{\"date\",\"amount\",\"note\"?}]");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);
		const char *day = json_str(p, "date");
		int64_t amount = json_int(p, "amount", -1);

		if (!day || !date_parse(day, &d) || amount <= 0)
			return err_field(e, ERR_BAD_INPUT, "payments",
				"date YYYY-MM-DD, amount > 0");
		if (amount > approved - sum)
			return err_field(e, ERR_BAD_ORDER, "payments", "<= %s",
				"approved");
		sum += amount;
	}
	return true;
}

/* Submitted is what is complete: every paper owed has been handed in. */
static bool check_papers(const json_t *body, struct err *e)
{
	const char *status = json_str(body, "status");
	const json_t *owed = json_object_get(body, "owed");
	const json_t *got = json_object_get(body, "received");

	if (!status || strcmp(status, "draft") == 0 ||
		strcmp(status, "closed") == 0)
		return true;
	for (size_t i = 0; i < json_array_size(owed); i++) {
		const json_t *one = json_array_get(owed, i);
		bool found = false;

		for (size_t k = 0; k < json_array_size(got) && !found; k++)
			found = json_equal(one, json_array_get(got, k));
		if (!found)
			return err_field(e, ERR_MISSING, "received", "%s",
				json_string_value(one));
	}
	return true;
}

static bool check_money(const json_t *body, struct err *e)
{
	return check_application(body, e) && check_papers(body, e);
}

/* Who was there has no reason to be absent. */
static bool check_attendance(const json_t *body, struct err *e)
{
	return !json_flag(body, "present") ||
	       !json_object_get(body, "reason") ||
	       err_field(e, ERR_BAD_ORDER, "reason", "present=false");
}

static bool check_participant(const json_t *body, struct err *e)
{
	return json_object_get(body, "person") ||
	       json_object_get(body, "name") ||
	       err_field(e, ERR_MISSING, "name", "person, name");
}

/* Who declined chose no team; who chose one did not decline. */
static bool check_contract(const json_t *body, struct err *e)
{
	const char *choice = json_str(body, "choice");
	const char *status = json_str(body, "status");

	if (choice && status && strcmp(status, "active") == 0 &&
		(strcmp(choice, "declined") == 0 ||
			strcmp(choice, "undecided") == 0))
		return err_field(e, ERR_BAD_ORDER, "choice", "status");
	return true;
}

/* What was done is found good by somebody else. */
static bool check_verifier(const json_t *body, struct err *e)
{
	const char *by = json_str(body, "verified_by");
	const char *who = json_str(body, "assignee");
	const char *status = json_str(body, "status");

	/* Done again after it was verified, it may be the verifier's. */
	if (!by || !who || !status || strcmp(status, "verified") != 0)
		return true;
	return strcmp(by, who) != 0 ||
	       err_field(e, ERR_BAD_ORDER, "verified_by",
		       "负责人以外的人" ERR_BOTH
		       "somebody other than the assignee");
}

/* An answer that is owed is given before the loop is closed. */
static bool check_answer(const json_t *body, struct err *e)
{
	const char *status = json_str(body, "status");
	const char *kind = json_str(body, "kind");
	bool owed = json_object_get(body, "response_owed_to") ||
		    (kind && strcmp(kind, "client_opinion") == 0);

	if (!owed || !status ||
		(strcmp(status, "closed") != 0 &&
			strcmp(status, "verified") != 0))
		return true;
	return json_object_get(body, "response") ||
	       err_field(e, ERR_MISSING, "response", "%s", status);
}

static bool check_task(const json_t *body, struct err *e)
{
	return check_verifier(body, e) && check_answer(body, e);
}

/* What is delivered was approved by the person, or after their death by whom
 * they named; a dignity document is never anybody's by default. */
static bool check_document(const json_t *body, struct err *e)
{
	const char *status = json_str(body, "status");
	const char *kind = json_str(body, "kind");

	if (!kind || strcmp(kind, "dignity_document") != 0)
		return true;
	if (!json_flag(body, "restricted"))
		return err_field(e, ERR_MISSING, "restricted", "true");
	if (status && strcmp(status, "draft") != 0 &&
		!json_object_get(body, "approved"))
		return err_field(e, ERR_MISSING, "approved", "approved_by");
	if (status && strcmp(status, "delivered") == 0 &&
		!json_array_size(json_object_get(body, "recipients")))
		return err_field(e, ERR_MISSING, "recipients",
			"[{\"name\",\"relation\",\"delivered\"}]");
	return true;
}

/* The day a letter was sent is what its clock and its reach reckon from: it is
 * there from then on, and not before. */
static bool check_referral(const json_t *body, struct err *e)
{
	const char *status = json_str(body, "status");
	bool sent = json_object_get(body, "requested") != NULL;

	if (!status || strcmp(status, "withdrawn") == 0)
		return true;
	if (strcmp(status, "draft") == 0)
		return !sent || err_field(e, ERR_BAD_ORDER, "requested",
					"status=requested");
	return sent || err_field(e, ERR_MISSING, "requested", "%s", status);
}

static bool check_person(const json_t *body, struct err *e)
{
	return sense_after_birth("person", body, json_str(body, "birth"), e);
}

static const struct {
	const char *type;
	bool (*check)(const json_t *body, struct err *e);
} singles[] = {
	{"person",      check_person     },
	{"application", check_money      },
	{"attendance",  check_attendance },
	{"participant", check_participant},
	{"contract",    check_contract   },
	{"task",        check_task       },
	{"document",    check_document   },
	{"referral",    check_referral   },
};

bool sense_check(
	const char *type, const json_t *body, int64_t now, struct err *e)
{
	if (!check_orders(type, body, e) || !check_pasts(type, body, now, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(singles); i++)
		if (is_type(singles[i].type, type))
			return singles[i].check(body, e);
	return true;
}

bool sense_after_birth(
	const char *type, const json_t *body, const char *birth, struct err *e)
{
	int64_t born, at;

	if (!birth || !begins(birth, &born))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
		const char *s = json_str(body, lives[i].field);

		if (is_type(lives[i].type, type) && s && begins(s, &at) &&
			at < born)
			return err_field(
				e, ERR_BAD_ORDER, lives[i].field, ">= birth");
	}
	return true;
}
