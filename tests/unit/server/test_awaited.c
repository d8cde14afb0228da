/*
 * test_awaited.c - after a restore: what is not there at all may still come
 * back from the station that made it, so what builds on it waits - but never
 * where it would keep a case that has to be given up.
 */
#include "tests/unit/server/batch.h"

static struct batch b;

#define NOTE                                                                   \
	"\"set\":{\"started_at\":\"2026-11-20T09:30:00+08:00\",\"minutes\":"   \
	"45,"                                                                  \
	"\"kind\":\"home_visit\",\"status\":\"completed\"}"
#define EDIT                                                                   \
	"\"set\":{\"minutes\":30},\"seen\":{\"minutes\":45,\"started_at\":"    \
	"null}"

static void takes(const char *id)
{
	b.taken[b.w.taken_count++] = batch_id(id);
}

/* A patch of a record and a new one, both in a case. */
static void decide(const char *changes)
{
	batch_decide(&b, changes);
}

static void in_calm_times_what_is_not_there_is_not_found(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	takes(CASE);
	decide(CHANGE("11", "patch", "service", ID("20"), EDIT));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	batch_close(&b);
}

static void after_a_restore_it_waits_for_the_record(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	b.w.restored = true;
	takes(CASE);
	decide(CHANGE("11", "patch", "service", ID("20"), EDIT));
	CHECK_STR(batch_said(&b, 0), "deferred predecessor");
	batch_close(&b);
}

static void and_for_the_case(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	b.w.restored = true;
	decide(IN(OTHER, "11", "create", "service", ID("20"), NOTE) "," IN(
		OTHER, "12", "patch", "service", ID("21"), EDIT));
	CHECK_STR(batch_said(&b, 0), "deferred predecessor");
	CHECK_STR(batch_said(&b, 1), "deferred predecessor");
	batch_close(&b);
}

static void not_in_a_case_that_is_there_and_out_of_reach(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	b.w.restored = true;
	takes(OTHER);
	decide(IN(OTHER, "11", "create", "service", ID("20"), NOTE) "," IN(
		OTHER, "12", "patch", "service", ID("21"), EDIT));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	CHECK_STR(batch_said(&b, 1), "parked not_found");
	batch_close(&b);
}

static void a_record_that_is_there_and_hidden_stays_not_found(void)
{
	batch_open(&b, ROLE_SOCIAL_WORKER);
	b.w.restored = true;
	takes(CASE);
	takes(ID("20"));
	decide(CHANGE("11", "patch", "service", ID("20"), EDIT));
	CHECK_STR(batch_said(&b, 0), "parked not_found");
	batch_close(&b);
}

int main(void)
{
	RUN(in_calm_times_what_is_not_there_is_not_found);
	RUN(after_a_restore_it_waits_for_the_record);
	RUN(and_for_the_case);
	RUN(not_in_a_case_that_is_there_and_out_of_reach);
	RUN(a_record_that_is_there_and_hidden_stays_not_found);
	return tap_done();
}
