/*
 * test_consent.c - which consent opens a case to a site: what the centre's
 * reach says in SQL, asked beforehand.
 */
#include "proto/consent.h"

#include "tests/lib/tap.h"

#include <string.h>

#define THERE "0192f5a0-0000-7000-8000-000000000001"
#define OTHER "0192f5a0-0000-7000-8000-000000000002"
#define GOOD  "\"purpose\":\"referral\",\"sites\":[\"" OTHER "\",\"" THERE "\"]"

static bool opens(const char *members, int year, int month, int day)
{
	struct date on = {year, month, day};
	char text[400];
	json_t *b;
	bool out;

	snprintf(text, sizeof(text), "{%s}", members);
	b = json_loads(text, 0, NULL);
	if (!b)
		die("the test's own JSON is wrong: %s", text);
	out = consent_opens(b, THERE, &on);
	json_decref(b);
	return out;
}

static void it_names_the_site_and_is_for_sharing_or_referral(void)
{
	CHECK(opens(GOOD, 2026, 11, 21));
	CHECK(opens("\"purpose\":\"sharing\",\"sites\":[\"" THERE "\"]", 2026,
		11, 21));
	CHECK(!opens("\"purpose\":\"care\",\"sites\":[\"" THERE "\"]", 2026, 11,
		21));
	CHECK(!opens("\"purpose\":\"photo\",\"sites\":[\"" THERE "\"]", 2026,
		11, 21));
	CHECK(!opens("\"purpose\":\"referral\",\"sites\":[\"" OTHER "\"]", 2026,
		11, 21));
	CHECK(!opens("\"purpose\":\"referral\",\"sites\":[]", 2026, 11, 21));
	CHECK(!opens("\"purpose\":\"referral\"", 2026, 11, 21));
	CHECK(!opens("\"sites\":[\"" THERE "\"]", 2026, 11, 21));
}

/* A period ends when its last day begins: ending today ends now. */
static void it_holds_from_its_first_day_and_ends_with_the_beginning_of_its_last(
	void)
{
	const char *term =
		GOOD ",\"from\":\"2026-11-20\",\"to\":\"2026-11-22\"";

	CHECK(!opens(term, 2026, 11, 19));
	CHECK(opens(term, 2026, 11, 20));
	CHECK(opens(term, 2026, 11, 21));
	CHECK(!opens(term, 2026, 11, 22));
	CHECK(opens(GOOD ",\"withdrawn\":\"2026-11-21\"", 2026, 11, 20));
	CHECK(!opens(GOOD ",\"withdrawn\":\"2026-11-21\"", 2026, 11, 21));
}

static void a_legal_basis_needs_its_reason(void)
{
	CHECK(opens(GOOD ",\"basis\":\"consent\"", 2026, 11, 21));
	CHECK(!opens(GOOD ",\"basis\":\"emergency\"", 2026, 11, 21));
	CHECK(opens(GOOD ",\"basis\":\"emergency\",\"basis_reason\":\"r\"",
		2026, 11, 21));
}

/* access.mask() without the restricted, whose readers are named one by one. */
static void core_goes_with_every_class(void)
{
	static const struct {
		const char *codes;
		int mask;
	} rows[] = {
		{"[]",						       1 },
		{"[\"core\"]",					       1 },
		{"[\"identity\"]",					   3 },
		{"[\"assessment\",\"plan\"]",                                13},
		{"[\"note\",\"note\"]",                                      17},
		{"[\"core\",\"identity\",\"assessment\",\"plan\",\"note\"]",
                 31							    },
		{"[\"photo\",7]",					    1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *codes = json_loads(rows[i].codes, 0, NULL);

		CHECK(consent_classes(codes) == rows[i].mask);
		json_decref(codes);
	}
	CHECK(consent_classes(NULL) == 1);
}

int main(void)
{
	RUN(it_names_the_site_and_is_for_sharing_or_referral);
	RUN(it_holds_from_its_first_day_and_ends_with_the_beginning_of_its_last);
	RUN(a_legal_basis_needs_its_reason);
	RUN(core_goes_with_every_class);
	return tap_done();
}
