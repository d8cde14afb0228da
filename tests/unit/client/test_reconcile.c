/*
 * test_reconcile.c - a centre that went back in time, and what its stations do:
 * compare, offer, and only then give way.
 */
#include "tests/unit/client/pair.h"

#define NEWER_BODY                                                             \
	"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":77,"        \
	"\"kind\":\"home_visit\",\"status\":\"completed\"}"

static int64_t version_here(struct pair *p, unsigned rec)
{
	struct uuid u = id(rec);
	const struct held *h = store_held(p->f.s, &u, NULL);

	return h ? h->ver : 0;
}

static void restored(struct pair *p)
{
	p->k.log[0] = 0;
	p->k.status = 409;
	p->k.code = "epoch";
	trouble(p, PROBLEM, 1);
}

static void what_is_equal_after_a_restore_is_not_sent_again(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p) && p.r.units > 0);
	restored(&p);
	CHECK(sync(&p));
	CHECK(p.r.renewed && p.r.matched && equal_now(&p));
	CHECK(p.r.units == 0 && p.r.records == 0);
	/* And what changes later comes as it always did. */
	put(&p.k, 1, "case", "service", 3, 9, NEWER_BODY);
	CHECK(sync(&p) && p.r.matched && p.r.units == 1);
	CHECK(version_here(&p, 3) == 9);
	end(&p);
}

static void what_the_centre_lacks_is_offered_before_anything_comes(void)
{
	struct pair p;
	char rec[64];

	begin(&p);
	put(&p.k, 1, "case", "service", 3, 9, NEWER_BODY);
	CHECK(sync(&p));
	CHECK(version_here(&p, 3) == 9);
	/* It knows the first version only, and nobody's journal has more. */
	put(&p.k, 1, "case", "service", 3, 1, SERVICE_BODY);
	restored(&p);
	CHECK(sync(&p));
	CHECK(strstr(p.k.log, "digest;salvage;salvage;pull;") != NULL);
	CHECK(p.r.salvaged == 1);
	snprintf(rec, sizeof(rec), "\"id\":\"%s\"", id_text(&p.f, 3));
	CHECK(strstr(p.k.offered, rec) != NULL);
	CHECK(strstr(p.k.offered, "\"minutes\":77") != NULL);
	CHECK(strstr(p.k.offered, "\"ver\":9") != NULL);
	/* Now the centre's word stands, although it is the older one. */
	CHECK(version_here(&p, 3) == 1);
	CHECK(p.r.matched && equal_now(&p));
	end(&p);
}

static void a_unit_that_is_gone_at_the_centre_is_offered_before_it_is_purged(
	void)
{
	struct pair p;
	struct uuid unit = id(1);

	begin(&p);
	CHECK(sync(&p));
	its(&p.k, 1)->visible = false;
	its(&p.k, 1)->n = 0;
	restored(&p);
	CHECK(sync(&p));
	CHECK(p.r.salvaged > 0);
	CHECK(strstr(p.k.log, "salvage;") < strstr(p.k.log, "pull;"));
	CHECK(store_unit(p.f.s, &unit) == NULL || sync(&p));
	CHECK(store_unit(p.f.s, &unit) == NULL);
	end(&p);
}

static void while_an_offer_is_not_taken_nothing_here_is_replaced(void)
{
	struct pair p;

	begin(&p);
	put(&p.k, 1, "case", "service", 3, 9, NEWER_BODY);
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 3, 1, SERVICE_BODY);
	restored(&p);
	trouble(&p, FINE, 2);
	trouble(&p, LOST_ANSWER, 1);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_OFFLINE);
	CHECK(version_here(&p, 3) == 9);
	/* The program ends and begins again in the middle of it. */
	open_again(&p.f);
	calm(&p);
	p.k.status = 503;
	p.k.code = "unconfirmed";
	trouble(&p, PROBLEM, 1);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_UNCONFIRMED);
	CHECK(version_here(&p, 3) == 9);
	calm(&p);
	CHECK(sync(&p) && p.r.matched && p.r.salvaged == 1);
	CHECK(version_here(&p, 3) == 1);
	end(&p);
}

static void a_centre_of_an_older_release_sends_everything_anew(void)
{
	struct pair p;

	begin(&p);
	p.k.older = true;
	put(&p.k, 1, "case", "service", 3, 9, NEWER_BODY);
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 3, 1, SERVICE_BODY);
	restored(&p);
	CHECK(sync(&p));
	CHECK(p.r.units > 0 && p.r.matched && equal_now(&p));
	end(&p);
}

static void a_centre_that_waits_for_its_operator_takes_nothing_and_gives(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	p.k.status = 503;
	p.k.code = "unconfirmed";
	trouble(&p, PROBLEM, 1);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_UNCONFIRMED);
	CHECK(version_here(&p, 4) == 1);
	CHECK(count_work(&p, WORK_UNSENT) == 1 && applied(&p) == 0);
	CHECK(sync(&p) && applied(&p) == 1);
	end(&p);
}

int main(void)
{
	RUN(what_is_equal_after_a_restore_is_not_sent_again);
	RUN(what_the_centre_lacks_is_offered_before_anything_comes);
	RUN(a_unit_that_is_gone_at_the_centre_is_offered_before_it_is_purged);
	RUN(while_an_offer_is_not_taken_nothing_here_is_replaced);
	RUN(a_centre_of_an_older_release_sends_everything_anew);
	RUN(a_centre_that_waits_for_its_operator_takes_nothing_and_gives);
	return tap_done();
}
