/*
 * test_beside.c - rules that look at more than one record, as the centre asks
 * them: of what the batch leaves, else of what stands beside it. The rules
 * themselves are tests/unit/proto/test_about.c and test_contract.c.
 */
#include "tests/unit/server/batch.h"

#define TIE     ID("11")
#define TEAM    ID("12")
#define PAPER   ID("13")
#define GROUP   ID("14")
#define SEAT    ID("15")
#define NOBODYS "00000000-0000-0000-0000-000000000000"

/* A change of a record that hangs on nothing. */
#define ALONE(n, op, type, rec, more)                                          \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" rec "\",\"type\":\"" type          \
			    "\",\"op\":\"" op "\"," WHEN "," more "}"

static struct batch b;

static void open_with(const char *birth)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_beside(&b, CASE, "{\"person\":\"" PERSON "\"}");
	batch_beside(&b, PERSON,
		arena_printf(
			b.w.mem, "{\"name\":\"x\",\"birth\":\"%s\"}", birth));
}

static void close_batch(void)
{
	batch_check(&b);
	batch_close(&b);
}

static const char *field_of(size_t i)
{
	return b.results[i].why.field;
}

/* ---- birth ---- */

#define SHEET(n, rec, day, more)                                               \
	CHANGE(n, "create", "assessment", rec,                                 \
		"\"set\":{\"instrument\":\"phq9\",\"assessed\":\"" day         \
		"\",\"answers\":[1,1,0,1,0,0,0,0,0]" more "}")

static void a_sheet_from_before_the_birth_is_parked_by_its_day(void)
{
	open_with("2014-06-15");
	batch_decide(&b, SHEET("01", ID("20"), "2014-06-14", "") "," SHEET(
				 "02", ID("21"), "2014-06-15", ""));
	CHECK_STR(batch_said(&b, 0), "parked bad_order");
	CHECK_STR(field_of(0), "assessed");
	CHECK_STR(batch_said(&b, 1), "applied");
	close_batch();
}

/* The person may come with the very batch, and with a birth date of its own. */
static void what_the_batch_says_of_the_person_goes_before_what_stood(void)
{
	open_with("1970-01-01");
	batch_see(&b, PERSON, CLASS_ALL_SHARED);
	batch_stand(&b, NULL, "person", PERSON,
		"{\"name\":\"x\",\"birth\":\"1970-01-01\"}");
	batch_decide(&b,
		SHEET("01", ID("20"), "2014-06-14", "") "," ALONE("02", "patch",
			"person", PERSON,
			"\"set\":{\"birth\":\"2014-06-15\"},"
			"\"seen\":{\"birth\":\"1970-01-01\"}") "," SHEET("03",
			ID("21"), "2014-06-14", ""));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_said(&b, 2), "parked bad_order");
	close_batch();
}

static void a_case_that_is_only_being_opened_has_its_client(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, NOBODYS, "site", SITE);
	batch_decide(&b,
		ALONE("01", "create", "person", ID("30"),
			"\"set\":{\"name\":\"x\",\"birth\":\"2020-02-"
			"29\"}") "," ALONE("02", "create", "case", ID("31"),
			"\"set\":{\"person\":\"" ID(
				"30") "\",\"phase\":\"intake\",\"home_"
				      "site\":\"" SITE "\"}") "," IN(ID("31"),
			"03", "create", "screening", ID("32"),
			"\"set\":{\"result\":\"eligible\","
			"\"screened\":\"2020-02-28\"}"));
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK_STR(batch_said(&b, 2), "parked bad_order");
	CHECK_STR(field_of(2), "screened");
	close_batch();
}

/* ---- consent ---- */

#define CONSENT(n, rec, more)                                                  \
	CHANGE(n, "create", "consent", rec,                                    \
		"\"set\":{\"purpose\":\"care\",\"from\":\"2026-11-20\"" more   \
		"}")
#define RELATION(n, more)                                                      \
	CHANGE(n, "create", "relation", TIE,                                   \
		"\"set\":{\"subject\":\"" PERSON "\",\"kind\":\"52\"" more     \
		"}")
#define BY_HER                                                                 \
	",\"guardian\":\"" TIE "\",\"relation_to_client\":\"52\","             \
	"\"assent\":\"yes\""

static void a_child_s_consent_names_its_guardian(void)
{
	open_with("2014-06-15");
	batch_ref(&b, PERSON, "person", PERSON);
	batch_decide(&b, CONSENT("01", ID("20"), "") "," RELATION(
				 "02", ",\"guardian\":true") "," CONSENT("03",
				 ID("21"), BY_HER) "," CONSENT("04", ID("22"),
				 ",\"guardian\":\"" TIE
				 "\",\"relation_to_client\":\"52\""));
	CHECK_STR(batch_said(&b, 0), "parked missing");
	CHECK_STR(field_of(0), "guardian");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK_STR(batch_said(&b, 3), "parked missing");
	CHECK_STR(field_of(3), "assent");
	close_batch();
}

static void a_relation_that_is_no_guardian_gives_no_consent(void)
{
	open_with("2014-06-15");
	batch_ref(&b, PERSON, "person", PERSON);
	batch_decide(
		&b, RELATION("01", "") "," CONSENT("02", ID("20"), BY_HER));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked missing");
	close_batch();
	open_with("2014-06-15");
	batch_ref(&b, PERSON, "person", PERSON);
	batch_decide(&b, RELATION("01", ",\"guardian\":true,"
					"\"suspected\":true") "," CONSENT("02",
				 ID("20"), BY_HER));
	CHECK_STR(batch_said(&b, 1), "parked missing");
	CHECK_STR(field_of(1), "guardian");
	close_batch();
}

static void an_adult_s_consent_and_an_unknown_birth_are_free(void)
{
	open_with("1984-06-15");
	batch_decide(&b, CONSENT("01", ID("20"), ""));
	CHECK_STR(batch_said(&b, 0), "applied");
	close_batch();
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_beside(&b, CASE, "{\"person\":\"" PERSON "\"}");
	batch_beside(&b, PERSON, "{\"name\":\"x\"}");
	batch_decide(&b, CONSENT("01", ID("20"), ""));
	CHECK_STR(batch_said(&b, 0), "applied");
	close_batch();
}

/* ---- a later score and its baseline ---- */

static void add_baseline(const char *unit, const char *who, const char *day)
{
	struct beside_baseline *x = &b.baselines[b.beside.baseline_count++];

	x->unit = batch_id(unit);
	x->who = batch_id(who);
	x->instrument = "phq9";
	x->day = day;
}

static void a_score_after_is_not_before_the_one_before(void)
{
	static const struct {
		const char *day, *said;
	} rows[] = {
		{"2026-02-28", "parked bad_order"},
		{"2026-03-01", "applied"         },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		open_with("1984-06-15");
		add_baseline(CASE, NOBODYS, "2026-03-01");
		batch_decide(&b, arena_printf(b.w.mem,
					 SHEET("01", ID("20"), "%s",
						 ",\"timepoint\":\"end\""),
					 rows[i].day));
		CHECK_STR(batch_said(&b, 0), rows[i].said);
		close_batch();
	}
}

static void a_baseline_of_the_same_batch_counts(void)
{
	open_with("1984-06-15");
	batch_ref(&b, PERSON, "person", PERSON);
	batch_ref(&b, SOMEBODY, "person", SOMEBODY);
	batch_decide(&b,
		SHEET("01", ID("20"), "2026-03-01",
			",\"timepoint\":\"baseline\"") "," SHEET("02", ID("21"),
			"2026-02-28", ",\"timepoint\":\"end\"") ","
		/* the client, by name */
		SHEET("03", ID("22"), "2026-02-28",
			",\"timepoint\":\"end\",\"subject\":\"" PERSON "\"") ","
		/* somebody else */
		SHEET("04", ID("23"), "2026-02-28",
			",\"timepoint\":\"end\",\"subject\":\"" SOMEBODY "\""));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked bad_order");
	CHECK_STR(batch_said(&b, 2), "parked bad_order");
	CHECK_STR(batch_said(&b, 3), "applied");
	close_batch();
}

/* ---- contracts ---- */

#define CONTRACT(kase, n, rec, from, to)                                       \
	IN(kase, n, "create", "contract", rec,                                 \
		"\"set\":{\"status\":\"active\",\"chosen_team\":\"" TEAM       \
		"\",\"choice\":\"recommended\",\"from\":\"" from               \
		"\",\"to\":\"" to "\"}")

static void open_contracts(const char *capacity)
{
	open_with("1984-06-15");
	batch_see(&b, OTHER, CLASS_ALL_SHARED);
	batch_beside(&b, OTHER, "{\"person\":\"" SOMEBODY "\"}");
	batch_ref(&b, NOBODYS, "team", TEAM);
	batch_beside(&b, TEAM,
		arena_printf(
			b.w.mem, "{\"name\":\"t\",\"capacity\":%s}", capacity));
}

static void one_team_at_a_time_also_within_a_batch(void)
{
	open_contracts("100");
	batch_decide(&b,
		CONTRACT(CASE, "01", ID("20"), "2026-01-01",
			"2026-12-31") "," CONTRACT(CASE, "02", ID("21"),
			"2026-12-31", "2027-12-30") "," CONTRACT(CASE, "03",
			ID("22"), "2027-01-01", "2027-12-31") ","
		/* another person */
		CONTRACT(OTHER, "04", ID("23"), "2026-01-01", "2026-12-31"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked in_force");
	CHECK_STR(field_of(1), "status");
	CHECK_STR(batch_said(&b, 2), "applied");
	CHECK_STR(batch_said(&b, 3), "applied");
	close_batch();
}

/* Found to be one, two people with a case each have one contract. */
static void who_is_the_same_person_has_one_contract(void)
{
	open_contracts("100");
	batch_beside(&b, SOMEBODY, "{\"merged_into\":\"" PERSON "\"}");
	batch_decide(&b, CONTRACT(CASE, "01", ID("20"), "2026-01-01",
				 "2026-12-31") "," CONTRACT(OTHER, "02",
				 ID("21"), "2026-06-01", "2027-05-31"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked in_force");
	close_batch();
}

static void add_contract(const char *asked, const char *team, int64_t n)
{
	struct beside_contract *x = &b.contracts[b.beside.contract_count++];

	x->asked = batch_id(asked);
	x->team = batch_id(team);
	x->from = "2026-01-01";
	x->to = "2026-12-31";
	x->n = n;
}

static void a_contract_elsewhere_is_in_the_way_without_being_shown(void)
{
	open_contracts("100");
	add_contract(CASE, NOBODYS, 1);
	batch_decide(&b, CONTRACT(CASE, "01", ID("20"), "2026-06-01",
				 "2027-05-31") "," CONTRACT(OTHER, "02",
				 ID("21"), "2026-06-01", "2027-05-31"));
	CHECK_STR(batch_said(&b, 0), "parked in_force");
	CHECK_STR(b.results[0].why.accepts, "2026-01-01/2026-12-31");
	CHECK_STR(batch_said(&b, 1), "applied");
	close_batch();
}

static void a_team_that_is_full_takes_nobody_more(void)
{
	open_contracts("3");
	add_contract(NOBODYS, TEAM, 2);
	batch_decide(&b, CONTRACT(CASE, "01", ID("20"), "2026-06-01",
				 "2027-05-31") "," CONTRACT(OTHER, "02",
				 ID("21"), "2026-06-01", "2027-05-31"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK_STR(batch_said(&b, 1), "parked full");
	CHECK_STR(field_of(1), "chosen_team");
	CHECK_STR(b.results[1].why.accepts, "capacity 3");
	close_batch();
}

/* ---- death, work ---- */

static void closing_after_a_death_says_why(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "case", CASE,
		"{\"person\":\"" PERSON
		"\",\"phase\":\"intervention\",\"home_site\":\"" SITE "\"}");
	batch_beside(&b, PERSON, "{\"deceased\":\"2026-11-01\"}");
	batch_decide(&b, CHANGE("01", "patch", "case", CASE,
				 "\"set\":{\"phase\":\"closing\"},"
				 "\"seen\":{\"phase\":\"intervention\"}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(strstr(batch_body(&b, CASE), "\"close_reason\":\"deceased\"") !=
		NULL);
	close_batch();
}

static void a_document_delivered_after_a_death_says_so(void)
{
	open_with("1950-06-15");
	b.bodies[1].body = batch_json(&b, "{\"birth\":\"1950-06-15\","
					  "\"deceased\":\"2026-11-01\"}");
	batch_stand(&b, CASE, "document", PAPER,
		"{\"title\":\"t\",\"kind\":\"letter\",\"status\":"
		"\"approved\"}");
	batch_decide(&b,
		CHANGE("01", "patch", "document", PAPER,
			"\"set\":{\"status\":\"delivered\","
			"\"delivered\":\"2026-11-10\"},"
			"\"seen\":{\"status\":\"approved\","
			"\"delivered\":null,\"after_death\":null}") "," CHANGE("02",
			"patch", "document", PAPER,
			"\"set\":{\"status\":\"delivered\","
			"\"delivered\":\"2026-11-10\","
			"\"after_death\":true},"
			"\"seen\":{\"status\":\"approved\","
			"\"delivered\":null,\"after_death\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked missing");
	CHECK_STR(field_of(0), "after_death");
	CHECK_STR(batch_said(&b, 1), "applied");
	close_batch();
}

static void who_did_the_work_does_not_verify_it(void)
{
	static const struct {
		const char *assignee, *said;
	} rows[] = {
		{ME,       "parked" },
		{SOMEBODY, "applied"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		batch_open(&b, ROLE_SOCIAL_WORKER);
		batch_ref(&b, NOBODYS, "staff", SOMEBODY);
		batch_stand(&b, CASE, "task", PAPER,
			arena_printf(b.w.mem,
				"{\"title\":\"t\",\"status\":\"done\","
				"\"assignee\":\"%s\"}",
				rows[i].assignee));
		/* Under the own name, and under another's. */
		batch_decide(&b, CHANGE("01", "patch", "task", PAPER,
					 "\"set\":{\"status\":\"verified\"},"
					 "\"seen\":{\"status\":\"done\"}"));
		CHECK(strncmp(batch_said(&b, 0), rows[i].said,
			      strlen(rows[i].said)) == 0);
		if (b.results[0].status >= CHANGE_PARKED)
			CHECK_STR(field_of(0), "verified_by");
		close_batch();
	}
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_ref(&b, NOBODYS, "staff", SOMEBODY);
	batch_stand(&b, CASE, "task", PAPER,
		"{\"title\":\"t\",\"status\":\"done\",\"assignee\":\"" ME
		"\"}");
	batch_decide(&b, CHANGE("01", "patch", "task", PAPER,
				 "\"set\":{\"status\":\"verified\","
				 "\"verified_by\":\"" SOMEBODY "\","
				 "\"verified\":\"2026-11-20\"},"
				 "\"seen\":{\"status\":\"done\","
				 "\"verified_by\":null,\"verified\":null}"));
	CHECK_STR(batch_said(&b, 0), "parked forbidden");
	CHECK_STR(field_of(0), "verified_by");
	close_batch();
}

/* ---- letters after a transfer ---- */

#define THEIRS                                                                 \
	ID("41") /* the site that wrote the letter, and left the case          \
		  */
#define THIRD ID("42")

/* What becomes of a letter that waits, when the case's home says "withdrawn".
 */
static const char *withdrawn_by_home(const char *home, const char *to)
{
	struct entry *x;
	static char out[60];

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_see(&b, PAPER, CLASS_ALL_SHARED);
	batch_beside(&b, CASE,
		arena_printf(b.w.mem,
			"{\"person\":\"" PERSON "\",\"home_site\":\"%s\"}",
			home));
	x = batch_stand(&b, NULL, "referral", PAPER,
		arena_printf(b.w.mem,
			"{\"kind\":\"service\",\"status\":\"requested\","
			"\"reason\":\"r\",\"letter\":\"l\","
			"\"requested\":\"2026-11-20\",\"to_site\":\"%s\"}",
			to));
	x->now.case_id = x->stored.case_id = batch_id(CASE);
	x->now.site = x->stored.site = batch_id(THEIRS);
	batch_decide(&b, CHANGE("01", "patch", "referral", PAPER,
				 "\"set\":{\"status\":\"withdrawn\"},"
				 "\"seen\":{\"status\":\"requested\"}"));
	snprintf(out, sizeof(out), "%s", batch_said(&b, 0));
	close_batch();
	return out;
}

static void the_new_home_looks_after_letters_that_wait(void)
{
	CHECK_STR(withdrawn_by_home(SITE, THIRD), "applied");
	/* Neither who only reads along, nor who is to answer. */
	CHECK_STR(withdrawn_by_home(THEIRS, THIRD), "parked bad_step");
	CHECK_STR(withdrawn_by_home(SITE, SITE), "parked bad_step");
}

int main(void)
{
	RUN(a_sheet_from_before_the_birth_is_parked_by_its_day);
	RUN(what_the_batch_says_of_the_person_goes_before_what_stood);
	RUN(a_case_that_is_only_being_opened_has_its_client);
	RUN(a_child_s_consent_names_its_guardian);
	RUN(a_relation_that_is_no_guardian_gives_no_consent);
	RUN(an_adult_s_consent_and_an_unknown_birth_are_free);
	RUN(a_score_after_is_not_before_the_one_before);
	RUN(a_baseline_of_the_same_batch_counts);
	RUN(one_team_at_a_time_also_within_a_batch);
	RUN(who_is_the_same_person_has_one_contract);
	RUN(a_contract_elsewhere_is_in_the_way_without_being_shown);
	RUN(a_team_that_is_full_takes_nobody_more);
	RUN(closing_after_a_death_says_why);
	RUN(a_document_delivered_after_a_death_says_so);
	RUN(who_did_the_work_does_not_verify_it);
	RUN(the_new_home_looks_after_letters_that_wait);
	return tap_done();
}
