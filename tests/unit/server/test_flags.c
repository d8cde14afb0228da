/*
 * test_flags.c - an assessment whose alert points to a risk raises a flag with
 * it: in the same batch, each once. (Of responses: test_response.c.)
 */
#include "tests/unit/server/batch.h"

#include "proto/form.h"

#define SHEET ID("20")

static struct batch b;

#define PHQ9(item9)                                                            \
	"\"set\":{\"instrument\":\"phq9\",\"assessed\":\"2026-11-02\","        \
	"\"answers\":[1,1,0,1,0,0,0,0," item9 "]}"

static size_t flags_made(void)
{
	size_t n = 0;

	while (batch_fresh(&b, "flag", n))
		n++;
	return n;
}

static const char *flag_text(void)
{
	const struct fresh *f = batch_fresh(&b, "flag", 0);

	return f ? f->rec.body.p : "-";
}

static void close_batch(void)
{
	batch_check(&b);
	batch_close(&b);
}

static void a_thought_of_self_harm_raises_a_flag_with_the_sheet(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(
		&b, CHANGE("01", "create", "assessment", SHEET, PHQ9("1")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 1);
	CHECK(strstr(flag_text(), "\"kind\":\"self_harm\"") != NULL);
	CHECK(strstr(flag_text(), "\"level\":3") != NULL);
	CHECK(strstr(flag_text(), "\"from\":\"2026-11-02\"") != NULL);
	CHECK(batch_id_is(&batch_fresh(&b, "flag", 0)->change, CHG("01")));
	close_batch();
}

static void without_an_alert_there_is_no_flag(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(
		&b, CHANGE("01", "create", "assessment", SHEET, PHQ9("0")));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 0);
	close_batch();
}

static void a_sheet_that_is_not_whole_still_speaks(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, CHANGE("01", "create", "assessment", SHEET,
				 "\"set\":{\"instrument\":\"phq9\","
				 "\"assessed\":\"2026-11-02\",\"answers\":"
				 "[null,1,0,1,0,0,0,0,2]}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 1);
	close_batch();
}

/* Signing, and a remark, are versions of the same sheet. */
static void the_same_sheet_raises_it_once(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, CHANGE("01", "create", "assessment", SHEET,
				 PHQ9("1")) "," CHANGE("02", "patch",
				 "assessment", SHEET,
				 "\"set\":{\"note\":\"n\"},"
				 "\"seen\":{\"note\":null}"));
	CHECK_STR(batch_said(&b, 1), "applied");
	CHECK(flags_made() == 1);
	close_batch();
}

static void a_flag_that_was_raised_and_ended_is_not_raised_again(void)
{
	struct uuid sheet = batch_id(SHEET), flag;
	char id[UUID_TEXT];

	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "assessment", SHEET,
		"{\"instrument\":\"phq9\",\"assessed\":\"2026-11-02\","
		"\"answers\":[1,1,0,1,0,0,0,0,1]}");
	flag = form_flag_id(&sheet, "self_harm", 3);
	batch_stand(&b, CASE, "flag", uuid_format(&flag, id),
		"{\"kind\":\"self_harm\",\"level\":3,\"from\":\"2026-11-02\","
		"\"to\":\"2026-11-05\"}");
	batch_decide(&b, CHANGE("01", "patch", "assessment", SHEET,
				 "\"set\":{\"note\":\"n\"},"
				 "\"seen\":{\"note\":null}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 0);
	close_batch();
}

static void the_answer_that_was_corrected_raises_it_then(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_stand(&b, CASE, "assessment", SHEET,
		"{\"instrument\":\"phq9\",\"assessed\":\"2026-11-02\","
		"\"answers\":[1,1,0,1,0,0,0,0,0]}");
	batch_decide(&b, CHANGE("01", "patch", "assessment", SHEET,
				 "\"set\":{\"answers\":[1,1,0,1,0,0,0,0,2]},"
				 "\"seen\":{\"instrument\":\"phq9\","
				 "\"version\":null,\"variant\":null,"
				 "\"answers\":[1,1,0,1,0,0,0,0,0]}"));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 1);
	close_batch();
}

static void what_falls_with_its_group_raises_nothing(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_decide(&b, MEMBER("01", "01", "create", "assessment", SHEET,
				 PHQ9("1")) "," MEMBER("01", "02", "create",
				 "task", ID("21"), "\"set\":{}"));
	CHECK_STR(batch_said(&b, 0), "parked tx_failed");
	CHECK(flags_made() == 0);
	close_batch();
}

static void retracting_a_sheet_raises_nothing(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	batch_set_author(batch_stand(&b, CASE, "assessment", SHEET,
				 "{\"instrument\":\"phq9\","
				 "\"assessed\":\"2026-11-02\","
				 "\"answers\":[1,1,0,1,0,0,0,0,1]}"),
		ME);
	batch_decide(&b, CHANGE("01", "retract", "assessment", SHEET,
				 "\"reason\":\"wrong client\""));
	CHECK_STR(batch_said(&b, 0), "applied");
	CHECK(flags_made() == 0);
	close_batch();
}

int main(void)
{
	RUN(a_thought_of_self_harm_raises_a_flag_with_the_sheet);
	RUN(without_an_alert_there_is_no_flag);
	RUN(a_sheet_that_is_not_whole_still_speaks);
	RUN(the_same_sheet_raises_it_once);
	RUN(a_flag_that_was_raised_and_ended_is_not_raised_again);
	RUN(the_answer_that_was_corrected_raises_it_then);
	RUN(what_falls_with_its_group_raises_nothing);
	RUN(retracting_a_sheet_raises_nothing);
	return tap_done();
}
