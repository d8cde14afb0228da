/*
 * test_stand.c - how a letter stands: for the site that wrote it, for the one
 * it went to, for the home site of its case, for who only reads along; and the
 * clock, reckoned by hand over a weekend.
 */
#include "proto/stand.h"

#include "tests/lib/tap.h"

#include <string.h>

#define ID(n) "0192f5a0-0000-7000-8000-0000000000" n
#define A     ID("01") /* wrote it */
#define B     ID("02") /* it went there */
#define C     ID("03") /* home of the case */
#define D     ID("04") /* anybody else */
#define ME    ID("21")
#define LATER                                                                  \
	INT64_C(1795478400000) /* 2026-11-24 08:00 in China, a Tuesday         \
				*/

static struct uuid id(const char *text)
{
	struct uuid out;

	if (!uuid_parse(text, &out))
		die("test: %s is no id", text);
	return out;
}

/* "out them late [withdrawn]" */
static const char *seen_by(struct arena *mem, const char *site,
	const char *type, const char *text, bool home)
{
	struct calendar *cal = calendar_new(mem);
	struct stand_for who = {id(site), id(ME), cal, LATER};
	struct uuid from = id(A);
	struct err e;
	json_t *body = json_read(text, strlen(text), &json_limits_own, mem, &e);
	json_t *kase = json_keep(json_pack("{s:s}", "home_site", C), mem);
	json_t *j, *next;
	struct stand at;
	const char *out;

	stand_of(type, &from, body, home ? kase : NULL, &who, &at);
	j = json_keep(stand_json(type, &at), mem);
	out = arena_printf(mem, "%s %s%s [", json_str(j, "direction"),
		json_str(j, "turn") ? json_str(j, "turn") : "nobody",
		json_flag(j, "late")
			? arena_printf(mem, " late %lld",
				  (long long)json_int(j, "late_by", -1))
			: "");
	next = json_object_get(j, "next");
	for (size_t i = 0; i < json_array_size(next); i++)
		out = arena_printf(mem, "%s%s%s", out, i ? " " : "",
			json_string_value(json_array_get(next, i)));
	return arena_printf(mem, "%s]", out);
}

#define SENT(status, more)                                                     \
	"{\"to_site\":\"" B "\",\"status\":\"" status "\"" more "}"

static void each_side_of_a_referral_is_told_its_own(void)
{
	static const struct {
		const char *site;
		const char *body;
		const char *want;
	} rows[] = {
		{A, SENT("draft",        ""),                             "out us [requested withdrawn]"},
		{A, SENT("requested",    ",\"deadline\":\"2026-11-27\""),
                 "out them [withdrawn]"								 },
		{B, SENT("requested",    ",\"deadline\":\"2026-11-27\""),
                 "in us [accepted declined]"							    },
		{D, SENT("requested",    ",\"deadline\":\"2026-11-27\""),
                 "along them []"									},
		{A, SENT("returned",     ""),                             "out us [acknowledged]"       },
		{B, SENT("returned",     ""),                             "in them []"                  },
		{A, SENT("acknowledged", ""),                             "out nobody []"               },
		{B, SENT("withdrawn",    ""),                             "in nobody []"                },
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(seen_by(mem, rows[i].site, "referral", rows[i].body,
				  false),
			rows[i].want);
	arena_free(mem);
}

/* Also for who is on neither side. */
static void whose_turn_it_is_is_said_by_side(void)
{
	static const struct {
		const char *body;
		const char *want;
	} rows[] = {
		{SENT("draft",        ""), "sender"},
		{SENT("requested",    ""), "target"},
		{SENT("in_progress",  ""), "target"},
		{SENT("on_hold",      ""), "target"},
		{SENT("returned",     ""), "sender"},
		{SENT("declined",     ""), "sender"},
		{SENT("acknowledged", ""), NULL    },
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct calendar *cal = calendar_new(mem);
		struct stand_for who = {id(D), id(ME), cal, LATER};
		struct uuid from = id(A);
		struct err e;
		const char *of;
		struct stand at;

		stand_of("referral", &from,
			json_read(rows[i].body, strlen(rows[i].body),
				&json_limits_own, mem, &e),
			NULL, &who, &at);
		of = json_str(
			json_keep(stand_json("referral", &at), mem), "turn_of");
		CHECK_STR(of ? of : "-", rows[i].want ? rows[i].want : "-");
	}
	arena_free(mem);
}

/* The home site stands in for the sender, but for what it was sent itself. */
static void the_home_site_may_take_the_senders_steps(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(seen_by(mem, C, "referral", SENT("returned", ""), true),
		"along them [acknowledged]");
	CHECK_STR(seen_by(mem, D, "referral", SENT("returned", ""), true),
		"along them []");
	CHECK_STR(seen_by(mem, C, "referral",
			  "{\"to_site\":\"" C "\",\"status\":\"requested\"}",
			  true),
		"in us [accepted declined]");
	arena_free(mem);
}

/* Owed until the end of Thursday: Friday is one working day late, the weekend
 * none, Tuesday three. */
static void a_referral_is_late_in_working_days(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(seen_by(mem, B, "referral",
			  SENT("requested", ",\"deadline\":\"2026-11-19\""),
			  false),
		"in us late 3 [accepted declined]");
	CHECK_STR(seen_by(mem, B, "referral",
			  SENT("requested", ",\"deadline\":\"2026-11-24\""),
			  false),
		"in us [accepted declined]");
	/* Answered, no clock runs. */
	CHECK_STR(seen_by(mem, B, "referral",
			  SENT("accepted", ",\"deadline\":\"2026-11-19\""),
			  false),
		"in us [in_progress returned failed]");
	arena_free(mem);
}

static void a_request_is_late_in_hours(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(seen_by(mem, B, "request",
			  SENT("open", ",\"respond_by\":"
				       "\"2026-11-24T05:30:00+08:00\""),
			  false),
		"in us late 2 [triaged accepted unmet]");
	CHECK_STR(seen_by(mem, A, "request",
			  SENT("open", ",\"respond_by\":"
				       "\"2026-11-24T08:00:00+08:00\""),
			  false),
		"out them [withdrawn]");
	arena_free(mem);
}

static void only_what_waits_here_asks_who_could_take_it(void)
{
	static const struct {
		const char *answer;
		bool wants;
	} rows[] = {
		{"{\"turn\":\"us\",\"letter\":{\"type\":\"request\",\"body\":"
		 "{\"status\":\"open\"}}}",     true },
		{"{\"turn\":\"them\",\"letter\":{\"type\":\"request\",\"body\":"
		 "{\"status\":\"open\"}}}",     false},
		{"{\"turn\":\"us\",\"letter\":{\"type\":\"request\",\"body\":"
		 "{\"status\":\"accepted\"}}}", false},
		{"{\"turn\":\"us\",\"letter\":{\"type\":\"referral\",\"body\":"
		 "{\"status\":\"open\"}}}",     false},
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e;
		json_t *j = json_read(rows[i].answer, strlen(rows[i].answer),
			&json_limits_own, mem, &e);

		CHECK(stand_wants_hands(j) == rows[i].wants);
	}
	arena_free(mem);
}

int main(void)
{
	RUN(each_side_of_a_referral_is_told_its_own);
	RUN(whose_turn_it_is_is_said_by_side);
	RUN(the_home_site_may_take_the_senders_steps);
	RUN(a_referral_is_late_in_working_days);
	RUN(a_request_is_late_in_hours);
	RUN(only_what_waits_here_asks_who_could_take_it);
	return tap_done();
}
