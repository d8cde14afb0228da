/*
 * test_place.c - files beside each other: a store gets its name when it is
 * whole, and a name is on the disk where its directory is.
 */
#include "client/store/place.h"
#include "tests/unit/client/fixture.h"

/* A creation that was killed left half of a file; one that is there is
 * somebody's. */
static void a_store_is_made_whole_and_over_no_other(void)
{
	struct fixture f;
	char key[SEAL_RECOVERY];
	const char *other, *half;
	struct err e;
	FILE *left;

	set_up(&f);
	other = arena_printf(f.mem, "%s/b.store", f.dir);
	half = arena_printf(f.mem, "%s.new", other);
	left = fopen(half, "w");
	CHECK(left && fputs("half", left) >= 0);
	if (left)
		fclose(left);
	CHECK(store_create(other, "x", &cheap, key, &e));
	CHECK(access(other, F_OK) == 0 && access(half, F_OK) != 0);
	CHECK(!store_create(f.path, "x", &cheap, key, &e));
	CHECK(e.code == ERR_NOT_SAVED);
	reopen(&f);
	tear_down(&f);
}

static void a_name_is_kept_where_there_is_a_directory(void)
{
	struct fixture f;

	set_up(&f);
	CHECK(file_keep_name(f.path));
	CHECK(file_keep_name("here"));
	CHECK(!file_keep_name(arena_printf(f.mem, "%s/none/a", f.dir)));
	tear_down(&f);
}

int main(void)
{
	RUN(a_store_is_made_whole_and_over_no_other);
	RUN(a_name_is_kept_where_there_is_a_directory);
	return tap_done();
}
