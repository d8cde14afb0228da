/*
 * test_deadline.c - by when the answer to a letter is owed.
 *
 * Five working days are those of the measure on referral to community
 * rehabilitation; the days below were counted by hand on the calendar of the
 * State Council's notice for 2025: 1 to 8 October off, Sunday 28 September and
 * Saturday 11 October worked.
 */
#include "proto/deadline.h"

#include "tests/lib/tap.h"

#include <string.h>

static struct calendar *october(struct arena *mem)
{
	static const char *const off[] = {
		"01", "02", "03", "04", "05", "06", "07", "08"};
	static const char *const worked[] = {"2025-09-28", "2025-10-11"};
	struct calendar *cal = calendar_new(mem);

	for (size_t i = 0; i < ARRAY_LEN(off); i++)
		calendar_add(cal,
			json_keep(
				json_pack("{s:s, s:s}", "date",
					arena_printf(mem, "2025-10-%s", off[i]),
					"kind", "holiday"),
				mem));
	for (size_t i = 0; i < ARRAY_LEN(worked); i++)
		calendar_add(
			cal, json_keep(json_pack("{s:s, s:s}", "date",
					       worked[i], "kind", "workday"),
				     mem));
	return cal;
}

static const char *due(
	const struct calendar *cal, const char *sent, const char *urgency)
{
	static char out[DATE_TEXT];
	json_t *b = json_pack("{s:s, s:s, s:s*}", "status", "requested",
		"requested", sent, "urgency", urgency);
	const char *got;

	deadline_fill("referral", NULL, b, cal, DEADLINE_NO_HOURS);
	got = json_str(b, "deadline");
	snprintf(out, sizeof(out), "%s", got ? got : "-");
	json_decref(b);
	return out;
}

static void a_referral_has_working_days_by_its_urgency(void)
{
	struct arena *mem = arena_new();
	const struct calendar *cal = october(mem);

	/* Friday 26 September: 28, 29, 30, 9, 10 */
	CHECK_STR(due(cal, "2025-09-26", "routine"), "2025-10-10");
	CHECK_STR(due(cal, "2025-09-26", NULL), "2025-10-10");
	CHECK_STR(due(cal, "2025-09-26", "soon"), "2025-09-30");
	CHECK_STR(due(cal, "2025-09-26", "urgent"), "2025-09-28");
	CHECK_STR(due(cal, "2025-09-26", "emergency"), "2025-09-26");
	/* Tuesday 30 September: 9, 10, Saturday 11, 13, 14 */
	CHECK_STR(due(cal, "2025-09-30", "routine"), "2025-10-14");
	CHECK_STR(due(cal, "2025-09-30", "soon"), "2025-10-11");
	CHECK_STR(due(cal, "2025-09-30", "urgent"), "2025-10-09");
	/* In the middle of the holiday the same day is the same day. */
	CHECK_STR(due(cal, "2025-10-03", "emergency"), "2025-10-03");
	/* Nobody has the calendar: Monday to Friday. */
	CHECK_STR(due(NULL, "2025-09-26", "routine"), "2025-10-03");
	CHECK_STR(due(NULL, "2025-09-26", "urgent"), "2025-09-29");
	arena_free(mem);
}

static const char *answer_by(
	const char *made, const char *urgency, int64_t hours)
{
	static char out[TIME_TEXT];
	json_t *b = json_pack("{s:s, s:s, s:s*}", "status", "open", "requested",
		made, "urgency", urgency);
	const char *got;

	deadline_fill("request", NULL, b, NULL, hours);
	got = json_str(b, "respond_by");
	snprintf(out, sizeof(out), "%s", got ? got : "-");
	json_decref(b);
	return out;
}

static void a_request_has_the_hours_of_its_item_else_by_urgency(void)
{
	const char *made = "2025-10-01T23:30:00+08:00"; /* 15:30 UTC */

	CHECK_STR(answer_by(made, "routine", 4), "2025-10-01T19:30:00.000Z");
	CHECK_STR(answer_by(made, "emergency", 24), "2025-10-02T15:30:00.000Z");
	CHECK_STR(answer_by(made, "routine", 0), "2025-10-01T15:30:00.000Z");
	CHECK_STR(answer_by(made, "routine", DEADLINE_NO_HOURS),
		"2025-10-02T15:30:00.000Z");
	CHECK_STR(answer_by(made, "soon", DEADLINE_NO_HOURS),
		"2025-10-01T23:30:00.000Z");
	CHECK_STR(answer_by(made, "urgent", DEADLINE_NO_HOURS),
		"2025-10-01T17:30:00.000Z");
	CHECK_STR(answer_by(made, "emergency", DEADLINE_NO_HOURS),
		"2025-10-01T16:30:00.000Z");
	CHECK_STR(answer_by(made, NULL, DEADLINE_NO_HOURS),
		"2025-10-02T15:30:00.000Z");
	CHECK_STR(answer_by("soon", "urgent", 1), "-");
}

static bool wanted(const char *type, const char *before, const char *after)
{
	json_t *b = before ? json_loads(before, 0, NULL) : NULL;
	json_t *a = json_loads(after, 0, NULL);
	bool out = deadline_wanted(type, b, a);

	json_decref(a);
	json_decref(b);
	return out;
}

#define SENT(more)                                                             \
	"{\"status\":\"requested\",\"requested\":\"2025-09-26\"" more "}"
#define OPEN(more)                                                             \
	"{\"status\":\"open\",\"requested\":\"2025-10-01T08:00:00Z\"" more "}"

static void a_clock_starts_with_its_step_and_cannot_be_taken_away(void)
{
	CHECK(wanted("referral", NULL, SENT("")));
	CHECK(wanted("referral", "{\"status\":\"draft\"}", SENT("")));
	CHECK(!wanted("referral", NULL, "{\"status\":\"draft\"}"));
	CHECK(!wanted("referral", SENT(""), SENT(",\"reason\":\"a\"")));
	CHECK(wanted(
		"referral", SENT(",\"deadline\":\"2025-12-31\""), SENT("")));
	CHECK(!wanted("referral", SENT(",\"deadline\":\"2025-12-31\""),
		"{\"status\":\"accepted\"}"));
	CHECK(wanted("request", NULL, OPEN("")));
	CHECK(!wanted("request", OPEN(""), OPEN(",\"need\":\"a\"")));
	CHECK(wanted("request",
		OPEN(",\"respond_by\":\"2025-12-31T00:00:00Z\""), OPEN("")));
	CHECK(!wanted("contact", NULL, OPEN("")));
	CHECK(!wanted("task", NULL, OPEN("")));
}

static void a_clock_somebody_set_stands(void)
{
	json_t *b = json_loads(SENT(",\"deadline\":\"2025-12-31\""), 0, NULL);

	deadline_fill("referral", NULL, b, NULL, DEADLINE_NO_HOURS);
	CHECK_STR(json_str(b, "deadline"), "2025-12-31");
	json_decref(b);
	b = json_loads(
		OPEN(",\"respond_by\":\"2025-12-31T00:00:00Z\""), 0, NULL);
	deadline_fill("request", NULL, b, NULL, 1);
	CHECK_STR(json_str(b, "respond_by"), "2025-12-31T00:00:00Z");
	json_decref(b);
}

static void lateness_is_counted_in_working_days(void)
{
	struct arena *mem = arena_new();
	const struct calendar *cal = october(mem);
	struct date deadline = {2025, 9, 30}, eve = {2025, 9, 29};
	struct date holiday = {2025, 10, 8}, ninth = {2025, 10, 9};
	struct date monday = {2025, 10, 13};

	CHECK(deadline_days_late(&deadline, &eve, cal) == 0);
	CHECK(deadline_days_late(&deadline, &deadline, cal) == 0);
	CHECK(deadline_days_late(&deadline, &holiday, cal) == 0);
	CHECK(deadline_days_late(&deadline, &ninth, cal) == 1);
	CHECK(deadline_days_late(&deadline, &monday, cal) == 4);
	CHECK(deadline_days_late(&deadline, &monday, NULL) == 9);
	arena_free(mem);
}

int main(void)
{
	RUN(a_referral_has_working_days_by_its_urgency);
	RUN(a_request_has_the_hours_of_its_item_else_by_urgency);
	RUN(a_clock_starts_with_its_step_and_cannot_be_taken_away);
	RUN(a_clock_somebody_set_stands);
	RUN(lateness_is_counted_in_working_days);
	return tap_done();
}
