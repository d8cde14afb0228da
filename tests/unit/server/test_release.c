/*
 * test_release.c - an old PostgreSQL is refused.
 *
 * The numbers are those of PostgreSQL's announcement of 14 August 2025, which
 * mended CVE-2025-8713 in 17.6, 16.10 and 15.14.
 */
#include "server/db/release.h"
#include "tests/lib/tap.h"

static void an_old_postgresql_is_refused(void)
{
	CHECK(db_release_wanted(90624) == 150014);
	CHECK(db_release_wanted(140023) == 150014);
	CHECK(db_release_wanted(150000) == 150014);
	CHECK(db_release_wanted(150013) == 150014);
	CHECK(db_release_wanted(160009) == 160010);
	CHECK(db_release_wanted(170005) == 170006);
}

static void one_that_was_mended_is_good(void)
{
	CHECK(db_release_wanted(150014) == 0);
	CHECK(db_release_wanted(150018) == 0);
	CHECK(db_release_wanted(160010) == 0);
	CHECK(db_release_wanted(170006) == 0);
}

static void so_is_one_that_came_later(void)
{
	CHECK(db_release_wanted(180000) == 0);
	CHECK(db_release_wanted(190002) == 0);
}

int main(void)
{
	RUN(an_old_postgresql_is_refused);
	RUN(one_that_was_mended_is_good);
	RUN(so_is_one_that_came_later);
	return tap_done();
}
