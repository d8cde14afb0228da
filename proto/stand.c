/*
 * stand.c - see stand.h.
 */
#include "proto/stand.h"

#include "proto/deadline.h"

#include <string.h>

#define DAY_MS   INT64_C(86400000)
#define HOUR_MS  INT64_C(3600000)
#define CHINA_MS INT64_C(28800000) /* UTC+8, no summer time */

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* A referral is owed until the end of a day, and late in working days. */
static void read_day(
	const json_t *body, const struct stand_for *who, struct stand *s)
{
	struct date today = time_day_cn(who->now), due;
	const char *text = json_str(body, "deadline");

	if (!is(s->status, "requested") || !text || !date_parse(text, &due))
		return;
	s->clock = true;
	s->due_at = (date_to_days(&due) + 1) * DAY_MS - CHINA_MS;
	s->late = date_cmp(&due, &today) < 0;
	s->late_by = deadline_days_late(&due, &today, who->cal);
}

static void read_moment(
	const json_t *body, const struct stand_for *who, struct stand *s)
{
	const char *text = json_str(body, "respond_by");

	if ((!is(s->status, "open") && !is(s->status, "triaged")) || !text ||
		!time_parse(text, &s->due_at))
		return;
	s->clock = true;
	s->late = who->now > s->due_at;
	s->late_by = s->late ? (who->now - s->due_at) / HOUR_MS : 0;
}

void stand_of(const char *type, const struct uuid *site, const json_t *body,
	const json_t *kase, const struct stand_for *who, struct stand *out)
{
	memset(out, 0, sizeof(*out));
	out->status = json_str(body, "status");
	out->status = out->status ? out->status : "";
	out->sides = steps_side(body, site, &who->site, &who->staff);
	out->may = out->sides;
	if (kase)
		out->may |= steps_home(body, kase, &who->site, &who->staff);
	out->turn = steps_turn(type, out->status);
	out->ended = steps_has(type) && steps_ended(type, out->status);
	if (is(type, "referral"))
		read_day(body, who, out);
	else if (is(type, "request"))
		read_moment(body, who, out);
}

bool stand_is_ours(const struct stand *s)
{
	return !s->ended && (s->turn & s->sides) != 0;
}

static const char *direction(int sides)
{
	static const char *const names[] = {
		[0] = "along",
		[SIDE_SENDER] = "out",
		[SIDE_TARGET] = "in",
		[SIDE_SENDER | SIDE_TARGET] = "both",
	};

	return names[sides & (SIDE_SENDER | SIDE_TARGET)];
}

static json_t *next_steps(const char *type, const struct stand *s)
{
	const char *next[STEPS_MAX];
	size_t n = steps_next(type, s->status, s->may, next);
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_string(next[i]));
	return out;
}

json_t *stand_json(const char *type, const struct stand *s)
{
	char at[TIME_TEXT];
	bool over = s->ended || !s->turn;
	json_t *out = json_pack("{s:s, s:s?, s:s?, s:b, s:b, s:o}", "direction",
		direction(s->sides), "turn",
		over               ? NULL
		: stand_is_ours(s) ? "us"
				   : "them",
		"turn_of",
		over                    ? NULL
		: s->turn & SIDE_TARGET ? "target"
					: "sender",
		"ended", (int)s->ended, "late", (int)s->late, "next",
		next_steps(type, s));

	if (!s->clock)
		return out;
	json_object_set_new(
		out, "due_at", json_string(time_format(s->due_at, at)));
	json_object_set_new(out, "late_by", json_integer(s->late_by));
	return out;
}

void stand_shorten(json_t *body)
{
	static const char *const texts[] = {"letter", "return_letter"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		json_object_del(body, texts[i]);
}

bool stand_wants_hands(const json_t *answer)
{
	const json_t *letter = json_object_get(answer, "letter");
	const char *status =
		json_str(json_object_get(letter, "body"), "status");

	return is(json_str(letter, "type"), "request") &&
	       is(json_str(answer, "turn"), "us") &&
	       (is(status, "open") || is(status, "triaged"));
}
