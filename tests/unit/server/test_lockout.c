/*
 * test_lockout.c - what guessing costs, and whom it must not cost.
 */
#include "server/auth/lockout.h"
#include "tests/lib/tap.h"

#define START  1800000000000LL
#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)

static struct attempts charge_times(enum lock_scope s, int n, int64_t now)
{
	struct attempts a = {0};

	for (int i = 0; i < n; i++)
		a = lockout_charge(a, s, now);
	return a;
}

static void four_wrong_guesses_cost_nothing(void)
{
	struct attempts a = charge_times(LOCK_ACCOUNT, 4, START);

	CHECK(lockout_wait_ms(&a, START) == 0);
}

static void the_fifth_costs_two_seconds_and_then_it_doubles(void)
{
	static const int64_t seconds[] = {
		2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};

	for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
		struct attempts a =
			charge_times(LOCK_ACCOUNT, 5 + (int)i, START);

		CHECK(lockout_wait_ms(&a, START) == seconds[i] * 1000);
		CHECK(lockout_wait_ms(&a, START + seconds[i] * 1000) == 0);
		CHECK(lockout_wait_ms(&a, START + seconds[i] * 1000 - 1) == 1);
	}
}

static void many_thousand_guesses_do_not_overflow(void)
{
	struct attempts a = charge_times(LOCK_SOURCE, 100000, START);

	CHECK(lockout_wait_ms(&a, START) == LOCKOUT_LONGEST_MS);
}

/* NIST SP 800-63B: no more than a hundred wrong ones in a row. */
static void after_a_hundred_no_more_are_taken(void)
{
	static const struct {
		enum lock_scope scope;
		int last;
	} ends[] = {
		{LOCK_ACCOUNT, 100},
                {LOCK_DEVICE,  100},
                {LOCK_FACTOR,  20 },
		{LOCK_PROOF,   20 }
        };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct attempts a =
			charge_times(ends[i].scope, ends[i].last - 1, START);

		CHECK(lockout_wait_ms(&a, START) <= LOCKOUT_LONGEST_MS);
		a = lockout_charge(a, ends[i].scope, START);
		CHECK(lockout_wait_ms(&a, START + 365 * 24 * HOUR) >
			LOCKOUT_SHUT_MS);
		a = lockout_pardon(a, ends[i].scope);
		CHECK(lockout_wait_ms(&a, START) == 0);
	}
}

/* Whoever knows no more than a login, or no more than a password, shuts nobody
 * out for good where something stronger stands behind. */
static void what_is_guarded_is_never_shut(void)
{
	static const enum lock_scope open[] = {LOCK_GUARDED, LOCK_RECOVERY};

	for (size_t i = 0; i < ARRAY_LEN(open); i++) {
		struct attempts a = charge_times(open[i], 5000, START);

		CHECK(lockout_wait_ms(&a, START) == LOCKOUT_LONGEST_MS);
	}
	CHECK_STR(lockout_scope_name(LOCK_GUARDED),
		lockout_scope_name(LOCK_ACCOUNT));
}

static void an_address_has_twenty_for_all_its_people(void)
{
	struct attempts a = charge_times(LOCK_SOURCE, 19, START);

	CHECK(lockout_wait_ms(&a, START) == 0);
	a = lockout_charge(a, LOCK_SOURCE, START);
	CHECK(lockout_wait_ms(&a, START) == 2000);
}

static void a_right_password_clears_the_account_but_not_the_address(void)
{
	struct attempts a = charge_times(LOCK_ACCOUNT, 9, START);
	struct attempts s = charge_times(LOCK_SOURCE, 19, START);

	a = lockout_pardon(a, LOCK_ACCOUNT);
	CHECK(a.fails == 0 && lockout_wait_ms(&a, START) == 0);
	s = lockout_pardon(s, LOCK_SOURCE);
	CHECK(s.fails == 18);
	/* An attacker with one account of his own gains nothing by using it. */
	s = lockout_charge(
		lockout_charge(s, LOCK_SOURCE, START), LOCK_SOURCE, START);
	CHECK(lockout_wait_ms(&s, START) > 0);
}

static void time_forgets_a_day_later(void)
{
	struct attempts a = charge_times(LOCK_ACCOUNT, 4, START);

	a = lockout_charge(a, LOCK_ACCOUNT, START + 23 * HOUR);
	CHECK(a.fails == 5);
	a = lockout_charge(a, LOCK_ACCOUNT, START + 48 * HOUR);
	CHECK(a.fails == 1 && lockout_wait_ms(&a, START + 48 * HOUR) == 0);
}

static void patient_guessing_stays_slow(void)
{
	struct attempts a = {0};
	int64_t now = START;
	int tries = 0;

	/* A day of trying whenever it is allowed: under 110 guesses. */
	for (; now < START + 24 * HOUR; tries++) {
		now += lockout_wait_ms(&a, now);
		a = lockout_charge(a, LOCK_ACCOUNT, now);
	}
	CHECK(tries < 110);
	CHECK(tries > 90);
}

int main(void)
{
	RUN(four_wrong_guesses_cost_nothing);
	RUN(the_fifth_costs_two_seconds_and_then_it_doubles);
	RUN(many_thousand_guesses_do_not_overflow);
	RUN(after_a_hundred_no_more_are_taken);
	RUN(what_is_guarded_is_never_shut);
	RUN(an_address_has_twenty_for_all_its_people);
	RUN(a_right_password_clears_the_account_but_not_the_address);
	RUN(time_forgets_a_day_later);
	RUN(patient_guessing_stays_slow);
	return tap_done();
}
