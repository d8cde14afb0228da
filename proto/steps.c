/*
 * steps.c - see steps.h. Three tables: the steps, what each side may write, and
 * what a step fills in by itself.
 */
#include "proto/steps.h"

#include <stdio.h>
#include <string.h>

#define NEEDS_MAX 4

struct step {
	const char *type;
	const char *from; /* "": a new record */
	const char *to;
	int side;
	const char *needs[NEEDS_MAX];
};

/* clang-format off */
static const struct step steps[] = {
	/* type         from               to                 who          with */
	{"referral",    "",                "draft",           SIDE_SENDER, {0}},
	{"referral",    "",                "requested",       SIDE_SENDER, {"letter", "requested"}},
	{"referral",    "draft",           "requested",       SIDE_SENDER, {"letter", "requested"}},
	{"referral",    "draft",           "withdrawn",       SIDE_SENDER, {0}},
	{"referral",    "requested",       "accepted",        SIDE_TARGET, {"decided"}},
	{"referral",    "requested",       "declined",        SIDE_TARGET, {"decided", "decline_reason"}},
	{"referral",    "requested",       "withdrawn",       SIDE_SENDER, {0}},
	{"referral",    "accepted",        "in_progress",     SIDE_TARGET, {"started"}},
	{"referral",    "accepted",        "returned",        SIDE_TARGET, {"return_letter", "returned"}},
	{"referral",    "accepted",        "failed",          SIDE_TARGET, {"outcome"}},
	{"referral",    "accepted",        "withdrawn",       SIDE_SENDER, {0}},
	{"referral",    "in_progress",     "on_hold",         SIDE_TARGET, {0}},
	{"referral",    "on_hold",         "in_progress",     SIDE_TARGET, {0}},
	{"referral",    "in_progress",     "returned",        SIDE_TARGET, {"return_letter", "returned"}},
	{"referral",    "on_hold",         "returned",        SIDE_TARGET, {"return_letter", "returned"}},
	{"referral",    "in_progress",     "failed",          SIDE_TARGET, {"outcome"}},
	{"referral",    "on_hold",         "failed",          SIDE_TARGET, {"outcome"}},
	{"referral",    "in_progress",     "withdrawn",       SIDE_SENDER, {0}},
	{"referral",    "on_hold",         "withdrawn",       SIDE_SENDER, {0}},
	{"referral",    "returned",        "acknowledged",    SIDE_SENDER, {"acknowledged"}},
	{"referral",    "failed",          "acknowledged",    SIDE_SENDER, {"acknowledged"}},
	{"referral",    "declined",        "acknowledged",    SIDE_SENDER, {"acknowledged"}},

	{"request",     "",                "open",            SIDE_ANY,    {0}},
	{"request",     "open",            "triaged",         SIDE_TARGET, {"triage"}},
	{"request",     "open",            "accepted",        SIDE_TARGET, {"responded"}},
	{"request",     "triaged",         "accepted",        SIDE_TARGET, {"responded"}},
	{"request",     "accepted",        "in_progress",     SIDE_TARGET, {0}},
	{"request",     "accepted",        "done",            SIDE_TARGET, {"result", "result_at"}},
	{"request",     "in_progress",     "done",            SIDE_TARGET, {"result", "result_at"}},
	{"request",     "open",            "unmet",           SIDE_TARGET, {"unmet_reason"}},
	{"request",     "triaged",         "unmet",           SIDE_TARGET, {"unmet_reason"}},
	{"request",     "accepted",        "unmet",           SIDE_TARGET, {"unmet_reason"}},
	{"request",     "in_progress",     "unmet",           SIDE_TARGET, {"unmet_reason"}},
	{"request",     "open",            "withdrawn",       SIDE_SENDER, {0}},
	{"request",     "triaged",         "withdrawn",       SIDE_SENDER, {0}},
	{"request",     "accepted",        "withdrawn",       SIDE_SENDER, {0}},

	{"application", "",                "draft",           SIDE_ANY,    {0}},
	{"application", "",                "submitted",       SIDE_ANY,    {"asked", "submitted"}},
	{"application", "draft",           "submitted",       SIDE_ANY,    {"asked", "submitted"}},
	{"application", "draft",           "closed",          SIDE_ANY,    {0}},
	{"application", "submitted",       "approved",        SIDE_ANY,    {"approved", "decided"}},
	{"application", "submitted",       "partly_approved", SIDE_ANY,    {"approved", "decided"}},
	{"application", "submitted",       "rejected",        SIDE_ANY,    {"decided", "decision_reason"}},
	{"application", "partly_approved", "appealed",        SIDE_ANY,    {"appeal", "appealed"}},
	{"application", "rejected",        "appealed",        SIDE_ANY,    {"appeal", "appealed"}},
	{"application", "appealed",        "approved",        SIDE_ANY,    {"approved", "decided"}},
	{"application", "appealed",        "partly_approved", SIDE_ANY,    {"approved", "decided"}},
	{"application", "appealed",        "rejected",        SIDE_ANY,    {"decided", "decision_reason"}},
	{"application", "approved",        "paid",            SIDE_ANY,    {"payments"}},
	{"application", "partly_approved", "paid",            SIDE_ANY,    {"payments"}},
	{"application", "rejected",        "closed",          SIDE_ANY,    {0}},
	{"application", "paid",            "closed",          SIDE_ANY,    {0}},

	{"contract",    "",                "proposed",        SIDE_ANY,    {"recommended_team", "reason"}},
	{"contract",    "",                "active",          SIDE_ANY,    {"chosen_team", "choice", "from", "to"}},
	{"contract",    "proposed",        "active",          SIDE_ANY,    {"chosen_team", "choice", "from", "to"}},
	{"contract",    "proposed",        "declined",        SIDE_ANY,    {"choice"}},
	{"contract",    "active",          "ended",           SIDE_ANY,    {"end_reason", "to"}},

	{"supervision", "",                "requested",       SIDE_ANY,    {0}},
	{"supervision", "requested",       "scheduled",       SIDE_ANY,    {"supervisor"}},
	{"supervision", "requested",       "held",            SIDE_ANY,    {"advice", "held"}},
	{"supervision", "scheduled",       "held",            SIDE_ANY,    {"advice", "held"}},
	{"supervision", "requested",       "cancelled",       SIDE_ANY,    {0}},
	{"supervision", "scheduled",       "cancelled",       SIDE_ANY,    {0}},

	{"session",     "",                "planned",         SIDE_ANY,    {0}},
	{"session",     "",                "held",            SIDE_ANY,    {0}},
	{"session",     "planned",         "held",            SIDE_ANY,    {0}},
	{"session",     "planned",         "cancelled",       SIDE_ANY,    {0}},
	{"session",     "cancelled",       "planned",         SIDE_ANY,    {0}},

	/* The loop of an issue: action, checked by another, closed. Tasks are also
	 * taken over from lists kept before, in whatever state they are. */
	{"task",        "",                NULL,              SIDE_ANY,    {0}},
	{"task",        "open",            "done",            SIDE_ANY,    {0}},
	{"task",        "open",            "cancelled",       SIDE_ANY,    {0}},
	{"task",        "done",            "open",            SIDE_ANY,    {0}},
	{"task",        "done",            "verified",        SIDE_ANY,    {"verified_by", "verified"}},
	{"task",        "done",            "closed",          SIDE_ANY,    {0}},
	{"task",        "verified",        "closed",          SIDE_ANY,    {0}},
	{"task",        "verified",        "open",            SIDE_ANY,    {0}},
	{"task",        "cancelled",       "open",            SIDE_ANY,    {0}},
};

/* What only one side writes; what is not here, either may. */
static const struct {
	const char *type;
	const char *field;
	int side;
} owned[] = {
	{"referral", "kind",             SIDE_SENDER},
	{"referral", "to_site",          SIDE_SENDER},
	{"referral", "to_staff",         SIDE_SENDER},
	{"referral", "reason",           SIDE_SENDER},
	{"referral", "urgency",          SIDE_SENDER},
	{"referral", "client_name",      SIDE_SENDER},
	{"referral", "client_phone",     SIDE_SENDER},
	{"referral", "letter",           SIDE_SENDER},
	{"referral", "sends",            SIDE_SENDER},
	{"referral", "consent",          SIDE_SENDER},
	{"referral", "hand_over",        SIDE_SENDER},
	{"referral", "requested",        SIDE_SENDER},
	{"referral", "deadline",         SIDE_SENDER},
	{"referral", "acknowledged",     SIDE_SENDER},
	{"referral", "client_confirmed", SIDE_SENDER},
	{"referral", "withdrawn",        SIDE_SENDER},
	{"referral", "decided",          SIDE_TARGET},
	{"referral", "decided_by",       SIDE_TARGET},
	{"referral", "decline_reason",   SIDE_TARGET},
	{"referral", "decision_note",    SIDE_TARGET},
	{"referral", "manager",          SIDE_TARGET},
	{"referral", "started",          SIDE_TARGET},
	{"referral", "outcome",          SIDE_TARGET},
	{"referral", "return_letter",    SIDE_TARGET},
	{"referral", "returned",         SIDE_TARGET},
	{"request",  "item",             SIDE_SENDER},
	{"request",  "to_site",          SIDE_SENDER},
	{"request",  "requested",        SIDE_SENDER},
	{"request",  "respond_by",       SIDE_SENDER},
	{"request",  "triage",           SIDE_TARGET},
	{"request",  "provider",         SIDE_TARGET},
	{"request",  "responded",        SIDE_TARGET},
	{"request",  "result",           SIDE_TARGET},
	{"request",  "result_at",        SIDE_TARGET},
	{"request",  "unmet_reason",     SIDE_TARGET},
	{"request",  "case_opened",      SIDE_TARGET},
};

/* Where a step leads, when it was taken (a day or a moment) and by whom. */
static const struct {
	const char *type;
	const char *to;
	const char *day;
	const char *moment;
	const char *person;
} fills[] = {
	{"referral",    "requested",       "requested",    NULL,        NULL         },
	{"referral",    "accepted",        "decided",      NULL,        "decided_by" },
	{"referral",    "declined",        "decided",      NULL,        "decided_by" },
	{"referral",    "in_progress",     "started",      NULL,        NULL         },
	{"referral",    "returned",        "returned",     NULL,        NULL         },
	{"referral",    "acknowledged",    "acknowledged", NULL,        NULL         },
	{"referral",    "withdrawn",       "withdrawn",    NULL,        NULL         },
	{"request",     "open",            NULL,           "requested", NULL         },
	{"request",     "accepted",        NULL,           "responded", NULL         },
	{"request",     "done",            NULL,           "result_at", NULL         },
	{"application", "submitted",       "submitted",    NULL,        NULL         },
	{"application", "approved",        "decided",      NULL,        NULL         },
	{"application", "partly_approved", "decided",      NULL,        NULL         },
	{"application", "rejected",        "decided",      NULL,        NULL         },
	{"application", "appealed",        "appealed",     NULL,        NULL         },
	{"supervision", "held",            "held",         NULL,        NULL         },
	{"task",        "verified",        "verified",     NULL,        "verified_by"},
};

/* Whose turn it is while a record stands there. */
static const struct {
	const char *type;
	const char *status;
	int side;
} turns[] = {
	{"referral", "draft",       SIDE_SENDER},
	{"referral", "requested",   SIDE_TARGET},
	{"referral", "accepted",    SIDE_TARGET},
	{"referral", "in_progress", SIDE_TARGET},
	{"referral", "on_hold",     SIDE_TARGET},
	{"referral", "returned",    SIDE_SENDER},
	{"referral", "failed",      SIDE_SENDER},
	{"referral", "declined",    SIDE_SENDER},
	{"request",  "open",        SIDE_TARGET},
	{"request",  "triaged",     SIDE_TARGET},
	{"request",  "accepted",    SIDE_TARGET},
	{"request",  "in_progress", SIDE_TARGET},
};
/* clang-format on */

static bool names(const json_t *body, const char *field, const struct uuid *id)
{
	char text[UUID_TEXT];
	const char *s = json_str(body, field);

	return s && strcmp(s, uuid_format(id, text)) == 0;
}

int steps_side(const json_t *body, const struct uuid *site,
	const struct uuid *own_site, const struct uuid *own_staff)
{
	int sides = 0;

	if (uuid_cmp(site, own_site) == 0)
		sides |= SIDE_SENDER;
	if (names(body, "to_site", own_site) ||
		names(body, "to_staff", own_staff))
		sides |= SIDE_TARGET;
	return sides ? sides : SIDE_OTHER;
}

int steps_home(const json_t *letter, const json_t *kase,
	const struct uuid *own_site, const struct uuid *own_staff)
{
	return names(kase, "home_site", own_site) &&
			       !names(letter, "to_site", own_site) &&
			       !names(letter, "to_staff", own_staff)
		       ? SIDE_SENDER
		       : 0;
}

bool steps_has(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (strcmp(steps[i].type, type) == 0)
			return true;
	return false;
}

static const char *status_of(const json_t *body)
{
	const char *s = body ? json_str(body, "status") : NULL;

	return s ? s : "";
}

static bool is_from(const struct step *s, const char *type, const char *from)
{
	return strcmp(s->type, type) == 0 && strcmp(s->from, from) == 0;
}

size_t steps_next(const char *type, const char *from, int sides,
	const char *out[STEPS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps) && n < STEPS_MAX; i++)
		if (is_from(&steps[i], type, from) && steps[i].side & sides &&
			steps[i].to)
			out[n++] = steps[i].to;
	return n;
}

/* "accepted, declined": where a writer of those sides may go from here. */
static bool no_such_step(
	const char *type, const char *from, int sides, struct err *e)
{
	const char *next[STEPS_MAX];
	size_t n = steps_next(type, from, sides, next), at = 0;
	char list[160] = "";

	for (size_t i = 0; i < n && at < sizeof(list) - 1; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
			at ? ", " : "", next[i]);
	return err_field(e, ERR_BAD_STEP, "status", "%s", at ? list : "-");
}

/* Nothing in a text is nothing said. */
static bool is_said(const json_t *body, const char *field)
{
	const json_t *v = json_object_get(body, field);

	return v && (!json_is_string(v) || json_string_length(v) > 0);
}

static bool has_needs(const struct step *s, const json_t *body, struct err *e)
{
	for (size_t i = 0; i < NEEDS_MAX && s->needs[i]; i++)
		if (!is_said(body, s->needs[i]))
			return err_field(
				e, ERR_MISSING, s->needs[i], "%s", s->to);
	return true;
}

static bool check_step(const char *type, const char *from, const json_t *after,
	int sides, struct err *e)
{
	const char *to = status_of(after);

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const struct step *s = &steps[i];

		if (!is_from(s, type, from) ||
			(s->to && strcmp(s->to, to) != 0))
			continue;
		if (!(s->side & sides))
			break;
		return has_needs(s, after, e);
	}
	return no_such_step(type, from, sides, e);
}

static bool check_owner(const char *type, const json_t *before,
	const json_t *after, int sides, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(owned); i++) {
		const json_t *was = json_object_get(before, owned[i].field);
		const json_t *is = json_object_get(after, owned[i].field);

		if (strcmp(owned[i].type, type) != 0 || owned[i].side & sides)
			continue;
		if (was != is && (!was || !is || !json_equal(was, is)))
			return err_field(e, ERR_FORBIDDEN, owned[i].field, "%s",
				owned[i].side == SIDE_SENDER ? "site"
							     : "to_site");
	}
	return true;
}

bool steps_check(const char *type, const json_t *before, const json_t *after,
	int sides, struct err *e)
{
	const char *from = status_of(before), *to = status_of(after);

	if (!steps_has(type))
		return true;
	if ((!before || strcmp(from, to) != 0) &&
		!check_step(type, from, after, sides, e))
		return false;
	/* A new request may be written for the site it goes to. */
	return !before || check_owner(type, before, after, sides, e);
}

static void fill(json_t *body, const char *field, const char *value)
{
	if (field && !json_object_get(body, field))
		json_object_set_new(body, field, json_string(value));
}

void steps_fill(const char *type, const json_t *before, json_t *after,
	int64_t now, const struct uuid *staff)
{
	const char *to = status_of(after);
	struct date today = time_day_cn(now);
	char day[DATE_TEXT], moment[TIME_TEXT], who[UUID_TEXT];

	if (strcmp(status_of(before), to) == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(fills); i++) {
		if (strcmp(fills[i].type, type) != 0 ||
			strcmp(fills[i].to, to) != 0)
			continue;
		fill(after, fills[i].day, date_format(&today, day));
		fill(after, fills[i].moment, time_format(now, moment));
		fill(after, fills[i].person, uuid_format(staff, who));
	}
}

bool steps_ended(const char *type, const char *status)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (is_from(&steps[i], type, status))
			return false;
	return steps_has(type);
}

int steps_turn(const char *type, const char *status)
{
	for (size_t i = 0; status && i < ARRAY_LEN(turns); i++)
		if (strcmp(turns[i].type, type) == 0 &&
			strcmp(turns[i].status, status) == 0)
			return turns[i].side;
	return 0;
}
