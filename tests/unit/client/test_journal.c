/*
 * test_journal.c - what was acknowledged stays here until a backup has it, and
 * no longer.
 */
#include "tests/unit/client/pair.h"

static void the_journal_is_kept_until_a_backup_holds_it(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	/* Backed up, but the copy does not show version 5 yet. */
	p.k.durable = 1000;
	CHECK(sync(&p));
	CHECK(store_work_count(p.f.s) == 1);
	/* Shown, but not backed up; then nothing said of backups at all. */
	p.k.durable = 0;
	put(&p.k, 1, "case", "service", 3, 5,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":45,"
		"\"kind\":\"home_visit\",\"status\":\"completed\"}");
	CHECK(sync(&p));
	CHECK(store_work_count(p.f.s) == 1);
	p.k.durable = -1;
	CHECK(sync(&p));
	CHECK(store_work_count(p.f.s) == 1);
	p.k.durable = 1000;
	CHECK(sync(&p));
	CHECK(store_work_count(p.f.s) == 0);
	end(&p);
}

static void put_aside(struct pair *p, const char *result)
{
	const struct work *w =
		store_work_at(p->f.s, store_work_count(p->f.s) - 1);

	CHECK(store_begin(p->f.s, &p->e) && store_work_hide(p->f.s, w, &p->e) &&
		store_work_put(p->f.s, w, WORK_PARKED,
			json_loads(result, 0, NULL), &p->e) &&
		store_commit(p->f.s, &p->e));
}

static int64_t seen_now(struct pair *p)
{
	const char *seen = json_str(store_get(p->f.s, "position"), "seen");
	long long epoch = 0, csn = 0;

	CHECK(seen && sscanf(seen, "%lld.%lld", &epoch, &csn) == 2);
	return csn;
}

/* It came to the centre by no commit the station was told of. */
static void what_was_handed_in_goes_once_a_backup_has_it(void)
{
	struct pair p;

	begin(&p);
	p.k.durable = 0;
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	put_aside(&p, "{\"code\":\"too_large\",\"status\":\"kept\"}");
	/* A backup of what was seen before it was handed in need not have it.
	 */
	p.k.durable = seen_now(&p);
	CHECK(sync(&p) && store_work_count(p.f.s) == 1);
	p.k.durable = seen_now(&p);
	CHECK(sync(&p) && store_work_count(p.f.s) == 1);
	p.k.durable = seen_now(&p) + 1;
	CHECK(sync(&p) && store_work_count(p.f.s) == 0);
	end(&p);
}

static void what_was_parked_goes_with_its_case_and_a_backup(void)
{
	struct pair p;

	begin(&p);
	p.k.durable = 0;
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	put_aside(&p, "{\"status\":\"parked\",\"csn\":7}");
	p.k.durable = 6;
	CHECK(sync(&p) && store_work_count(p.f.s) == 1);
	p.k.durable = 7;
	CHECK(sync(&p) && store_work_count(p.f.s) == 0);
	end(&p);
}

int main(void)
{
	RUN(the_journal_is_kept_until_a_backup_holds_it);
	RUN(what_was_handed_in_goes_once_a_backup_has_it);
	RUN(what_was_parked_goes_with_its_case_and_a_backup);
	return tap_done();
}
