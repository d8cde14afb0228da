/*
 * test_sense.c - which values do not go together, each rule at its limit.
 *
 * The rules come from the list of bad input (a term that ends before it
 * begins, more granted than asked, a session in the future, an assessment
 * before birth) and from what the programmes' descriptions demand of an
 * application, an issue, a dignity document.
 */
#include "proto/sense.h"

#include "tests/lib/tap.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)
/* date -u -d 2026-11-21T00:00:00Z +%s; in China it is eight in the morning */
#define NOW (INT64_C(1795219200) * 1000)

static json_t *parse(const char *text)
{
	json_t *j = json_loads(text, 0, NULL);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* "-" when the body is taken, else "code field accepts". */
static const char *said(const char *type, json_t *TAKES body, int64_t now)
{
	static char out[560];
	struct err e;

	if (sense_check(type, body, now, &e))
		snprintf(out, sizeof(out), "-");
	else
		snprintf(out, sizeof(out), "%s %s %s", err_name(e.code),
			e.field, e.accepts);
	json_decref(body);
	return out;
}

static const char *says(const char *type, const char *text)
{
	return said(type, parse(text), NOW);
}

/* ---- what must not be above what ---- */

enum kind { DAY, MOMENT, NUMBER };

/* clang-format off */
static const struct {
	const char *type;
	const char *low;
	const char *high;
	enum kind kind;
} orders[] = {
	{"member",      "from",      "to",        DAY   },
	{"consent",     "from",      "to",        DAY   },
	{"flag",        "from",      "to",        DAY   },
	{"case",        "opened",    "closed",    DAY   },
	{"contract",    "from",      "to",        DAY   },
	{"segment",     "from",      "to",        DAY   },
	{"participant", "joined",    "left",      DAY   },
	{"group",       "opened",    "closed",    DAY   },
	{"group",       "size_min",  "size_max",  NUMBER},
	{"resource",    "min_age",   "max_age",   NUMBER},
	{"application", "submitted", "decided",   DAY   },
	{"application", "approved",  "asked",     NUMBER},
	{"referral",    "requested", "deadline",  DAY   },
	{"referral",    "requested", "decided",   DAY   },
	{"referral",    "decided",   "returned",  DAY   },
	{"referral",    "requested", "withdrawn", DAY   },
	{"request",     "requested", "responded", MOMENT},
	{"document",    "approved",  "delivered", DAY   },
};
/* clang-format on */

/* Three values of a kind, each above the one before. The first two moments are
 * the same one, written by two clocks. */
static json_t *value(enum kind k, int i)
{
	static const char *const days[] = {
		"2026-03-30", "2026-03-31", "2026-04-01"};
	static const char *const moments[] = {"2026-03-31T08:00:00+08:00",
		"2026-03-31T00:00:00Z", "2026-03-31T00:00:01Z"};

	if (k == NUMBER)
		return json_integer(9 + i); /* as text, 10 is below 9 */
	return json_string(k == DAY ? days[i] : moments[i]);
}

static json_t *two(size_t i, int low, int high)
{
	json_t *b = json_object();

	/* Without a name a member of a group is nobody. */
	json_object_set_new(b, "name", json_string("a"));
	json_object_set_new(b, orders[i].low, value(orders[i].kind, low));
	json_object_set_new(b, orders[i].high, value(orders[i].kind, high));
	return b;
}

static void the_low_may_be_the_high_but_not_above_it(void)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		const char *type = orders[i].type;
		bool amount = orders[i].kind == NUMBER;
		char want[120];

		/* Of a term the end is wrong, of amounts the smaller one. */
		snprintf(want, sizeof(want), "bad_order %s %s %s",
			amount ? orders[i].low : orders[i].high,
			amount ? "<=" : ">=",
			amount ? orders[i].high : orders[i].low);
		CHECK_STR(said(type, two(i, 0, 0), NOW), "-");
		CHECK_STR(said(type, two(i, 0, 1), NOW), "-");
		CHECK_STR(said(type, two(i, 2, 1), NOW), want);
		CHECK_STR(said(type, two(i, 1, 0), NOW),
			orders[i].kind == MOMENT ? "-" : want);
	}
}

static void of_two_only_one_of_which_is_there_nothing_is_said(void)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		json_t *b = two(i, 2, 0), *c = two(i, 2, 0);

		json_object_del(b, orders[i].low);
		json_object_del(c, orders[i].high);
		CHECK_STR(said(orders[i].type, b, NOW), "-");
		CHECK_STR(said(orders[i].type, c, NOW), "-");
	}
	/* What holds for one type is nothing to another. */
	CHECK_STR(
		says("need", "{\"from\":\"2026-02-02\",\"to\":\"2026-02-01\"}"),
		"-");
}

/* ---- what has happened is not later than now ---- */

/* clang-format off */
static const struct {
	const char *type;
	const char *field;
	const char *status; /* only then */
	enum kind kind;
} pasts[] = {
	{"assessment",       "assessed",     NULL,        DAY   },
	{"group_assessment", "assessed",     NULL,        DAY   },
	{"response",         "responded",    NULL,        DAY   },
	{"screening",        "screened",     NULL,        DAY   },
	{"service",          "started_at",   "completed", MOMENT},
	{"session",          "held_at",      "held",      MOMENT},
	{"contact",          "at",           NULL,        MOMENT},
	{"review",           "held",         NULL,        DAY   },
	{"person",           "birth",        NULL,        DAY   },
	{"person",           "deceased",     NULL,        DAY   },
	{"consent",          "withdrawn",    NULL,        DAY   },
	{"referral",         "decided",      NULL,        DAY   },
	{"referral",         "acknowledged", NULL,        DAY   },
	{"referral",         "withdrawn",    NULL,        DAY   },
	{"request",          "requested",    NULL,        MOMENT},
	{"application",      "decided",      NULL,        DAY   },
	{"document",         "delivered",    NULL,        DAY   },
};
/* clang-format on */

static json_t *on(size_t i, const char *when, const char *status)
{
	json_t *b = json_pack("{s:s}", pasts[i].field, when);

	if (status)
		json_object_set_new(b, "status", json_string(status));
	return b;
}

/* A clock may run ahead by a day and no more. */
static void what_has_happened_lies_at_most_a_day_ahead(void)
{
	for (size_t i = 0; i < ARRAY_LEN(pasts); i++) {
		const char *type = pasts[i].type, *status = pasts[i].status;
		const char *limit = pasts[i].kind == DAY
					    ? "2026-11-22"
					    : "2026-11-22T08:00:00.000+08:00";
		const char *beyond = pasts[i].kind == DAY
					     ? "2026-11-23"
					     : "2026-11-22T00:00:00.001Z";
		char want[80];

		snprintf(want, sizeof(want), "future %s <= 2026-11-21",
			pasts[i].field);
		CHECK_STR(said(type, on(i, limit, status), NOW), "-");
		CHECK_STR(said(type, on(i, limit, status), NOW - 1), want);
		CHECK_STR(said(type, on(i, beyond, status), NOW), want);
		CHECK_STR(said(type, on(i, "1990-01-01", status), NOW), "-");
		if (status)
			CHECK_STR(
				said(type, on(i, beyond, "planned"), NOW), "-");
	}
}

static void a_birth_known_in_part_may_be_this_year(void)
{
	CHECK_STR(says("person", "{\"birth\":\"2026\"}"), "-");
	CHECK_STR(says("person", "{\"birth\":\"2026-11\"}"), "-");
	CHECK_STR(says("person", "{\"birth\":\"2026-12\"}"),
		"future birth <= 2026-11-21");
	CHECK_STR(says("person", "{\"birth\":\"2027\"}"),
		"future birth <= 2026-11-21");
}

/* ---- nobody was assessed before they were born ---- */

static void nothing_was_found_out_before_birth(void)
{
	static const char *const lives[][2] = {
		{"assessment", "assessed" },
                {"response",   "responded"},
		{"screening",  "screened" },
                {"consent",    "from"     },
		{"person",     "deceased" }
        };

	for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
		const char *type = lives[i][0], *field = lives[i][1];
		json_t *day = json_pack("{s:s}", field, "1984-12-31");
		json_t *birth = json_pack("{s:s}", field, "1985-02-28");
		struct err e;

		CHECK(sense_after_birth(type, birth, "1985-02-28", &e));
		CHECK(sense_after_birth(type, birth, "1985-02", &e));
		CHECK(sense_after_birth(type, birth, "1985", &e));
		CHECK(sense_after_birth(type, birth, NULL, &e));
		CHECK(sense_after_birth(type, birth, "unknown", &e));
		CHECK(!sense_after_birth(type, birth, "1985-03", &e));
		CHECK(!sense_after_birth(type, birth, "1985-03-01", &e));
		CHECK(e.code == ERR_BAD_ORDER);
		CHECK_STR(e.field, field);
		CHECK(!sense_after_birth(type, day, "1985", &e));
		json_decref(day);
		json_decref(birth);
	}
	{
		json_t *b = parse("{\"due\":\"1980-01-01\"}");
		struct err e;

		CHECK(sense_after_birth("task", b, "1985-01-01", &e));
		json_decref(b);
	}
}

/* ---- single types ---- */

#define PAY(day, fen) "{\"date\":\"" day "\",\"amount\":" fen "}"
#define APPLICATION(payments)                                                  \
	"{\"status\":\"draft\",\"asked\":100,\"approved\":100,"                \
	"\"payments\":" payments "}"

static void payments_together_are_at_most_what_was_approved(void)
{
	static const char form[] = "bad_input payments date YYYY-MM-DD, amount "
				   "> 0";

	CHECK_STR(says("application", APPLICATION("[]")), "-");
	CHECK_STR(says("application",
			  APPLICATION("[" PAY("2026-01-31", "60") "," PAY(
				  "2026-02-28", "40") "]")),
		"-");
	CHECK_STR(says("application",
			  APPLICATION("[" PAY("2026-01-31", "60") "," PAY(
				  "2026-02-28", "41") "]")),
		"bad_order payments <= approved");
	CHECK_STR(says("application",
			  "{\"payments\":[" PAY("2026-01-31", "1") "]}"),
		"bad_order payments <= approved");
	CHECK_STR(says("application",
			  APPLICATION("[" PAY("2026-02-30", "1") "]")),
		form);
	CHECK_STR(says("application",
			  APPLICATION("[" PAY("2026-01-31", "0") "]")),
		form);
	CHECK_STR(says("application",
			  APPLICATION("[" PAY("2026-01-31", "-5") "]")),
		form);
	CHECK_STR(says("application", APPLICATION("[{\"amount\":5}]")), form);
	CHECK_STR(says("application", APPLICATION("[" PAY("2026-01-31",
					      "9223372036854775807") "]")),
		"bad_order payments <= approved");
	CHECK_STR(says("application", APPLICATION("{}")),
		"bad_kind payments [{\"date\",\"amount\",\"note\"?}]");
}

#define PAPERS(status, got)                                                    \
	"{\"status\":\"" status "\",\"owed\":[\"a\",\"b\"],\"received\":" got  \
	"}"

static void what_is_submitted_is_complete(void)
{
	CHECK_STR(says("application", PAPERS("draft", "[]")), "-");
	CHECK_STR(says("application", PAPERS("closed", "[]")), "-");
	CHECK_STR(
		says("application", PAPERS("submitted", "[\"b\",\"a\"]")), "-");
	CHECK_STR(says("application", PAPERS("submitted", "[\"b\"]")),
		"missing received a");
	CHECK_STR(says("application", PAPERS("approved", "[\"a\",\"c\"]")),
		"missing received b");
	CHECK_STR(says("application", "{\"status\":\"submitted\"}"), "-");
	CHECK_STR(says("application",
			  "{\"status\":\"submitted\",\"owed\":[\"a\"]}"),
		"missing received a");
}

static void who_was_there_has_no_reason_to_be_absent(void)
{
	CHECK_STR(says("attendance", "{\"present\":true}"), "-");
	CHECK_STR(says("attendance", "{\"present\":false,\"reason\":\"ill\"}"),
		"-");
	CHECK_STR(says("attendance", "{\"reason\":\"ill\"}"), "-");
	CHECK_STR(says("attendance", "{\"present\":true,\"reason\":\"ill\"}"),
		"bad_order reason present=false");
}

static void a_member_of_a_group_is_somebody(void)
{
	CHECK_STR(says("participant", "{}"), "missing name person, name");
	CHECK_STR(says("participant", "{\"name\":\"a\"}"), "-");
	CHECK_STR(says("participant", "{\"person\":\"x\"}"), "-");
}

static void who_declined_has_no_contract(void)
{
	CHECK_STR(says("contract",
			  "{\"status\":\"active\",\"choice\":\"recommended\"}"),
		"-");
	CHECK_STR(says("contract",
			  "{\"status\":\"active\",\"choice\":\"other_team\"}"),
		"-");
	CHECK_STR(says("contract",
			  "{\"status\":\"declined\",\"choice\":\"declined\"}"),
		"-");
	CHECK_STR(says("contract",
			  "{\"status\":\"active\",\"choice\":\"declined\"}"),
		"bad_order choice status");
	CHECK_STR(says("contract",
			  "{\"status\":\"active\",\"choice\":\"undecided\"}"),
		"bad_order choice status");
}

static void an_owed_answer_comes_before_the_end_of_the_loop(void)
{
	CHECK_STR(says("task", "{\"status\":\"closed\"}"), "-");
	CHECK_STR(says("task",
			  "{\"status\":\"done\",\"kind\":\"client_opinion\"}"),
		"-");
	CHECK_STR(
		says("task",
			"{\"status\":\"closed\",\"kind\":\"client_opinion\"}"),
		"missing response closed");
	CHECK_STR(says("task", "{\"status\":\"verified\",\"kind\":\"client_"
			       "opinion\"}"),
		"missing response verified");
	CHECK_STR(says("task",
			  "{\"status\":\"closed\",\"response_owed_to\":\"x\"}"),
		"missing response closed");
	CHECK_STR(says("task", "{\"status\":\"closed\",\"response_owed_to\":"
			       "\"x\",\"response\":\"a\"}"),
		"-");
}

#define DIGNITY(more) "{\"kind\":\"dignity_document\"" more "}"

static void a_dignity_document_is_nobodys_by_default(void)
{
	CHECK_STR(
		says("document",
			"{\"kind\":\"consent_form\",\"status\":\"delivered\"}"),
		"-");
	CHECK_STR(says("document", DIGNITY("")), "missing restricted true");
	CHECK_STR(says("document", DIGNITY(",\"restricted\":false")),
		"missing restricted true");
	CHECK_STR(says("document",
			  DIGNITY(",\"restricted\":true,\"status\":\"draft\"")),
		"-");
	CHECK_STR(says("document", DIGNITY(",\"restricted\":true,\"status\":"
					   "\"approved\"")),
		"missing approved approved_by");
	CHECK_STR(says("document",
			  DIGNITY(",\"restricted\":true,\"status\":"
				  "\"approved\",\"approved\":\"2026-01-01\"")),
		"-");
	CHECK_STR(says("document", DIGNITY(",\"restricted\":true,\"status\":"
					   "\"delivered\",\"approved\":\"2026-"
					   "01-01\",\"recipients\":[]")),
		"missing recipients [{\"name\",\"relation\",\"delivered\"}]");
	CHECK_STR(says("document", DIGNITY(",\"restricted\":true,\"status\":"
					   "\"delivered\",\"approved\":\"2026-"
					   "01-01\",\"recipients\":[{}]")),
		"-");
}

/* What a letter's clock and its reach reckon from. */
static void a_letter_says_when_it_was_sent_from_then_on(void)
{
	static const char *const sent[] = {"requested", "accepted", "declined",
		"in_progress", "on_hold", "failed", "returned", "acknowledged"};

	for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
		json_t *b = json_pack("{s:s, s:s}", "status", sent[i],
			"requested", "2026-11-20");
		json_t *c = json_pack("{s:s}", "status", sent[i]);
		char want[80];

		snprintf(want, sizeof(want), "missing requested %s", sent[i]);
		CHECK_STR(said("referral", b, NOW), "-");
		CHECK_STR(said("referral", c, NOW), want);
	}
	CHECK_STR(says("referral", "{\"status\":\"draft\"}"), "-");
	CHECK_STR(says("referral", "{\"status\":\"withdrawn\"}"), "-");
	CHECK_STR(
		says("referral",
			"{\"status\":\"draft\",\"requested\":\"2026-11-20\"}"),
		"bad_order requested status=requested");
}

int main(void)
{
	RUN(the_low_may_be_the_high_but_not_above_it);
	RUN(of_two_only_one_of_which_is_there_nothing_is_said);
	RUN(what_has_happened_lies_at_most_a_day_ahead);
	RUN(a_birth_known_in_part_may_be_this_year);
	RUN(nothing_was_found_out_before_birth);
	RUN(payments_together_are_at_most_what_was_approved);
	RUN(what_is_submitted_is_complete);
	RUN(who_was_there_has_no_reason_to_be_absent);
	RUN(a_member_of_a_group_is_somebody);
	RUN(who_declined_has_no_contract);
	RUN(an_owed_answer_comes_before_the_end_of_the_loop);
	RUN(a_dignity_document_is_nobodys_by_default);
	RUN(a_letter_says_when_it_was_sent_from_then_on);
	return tap_done();
}
