/*
 * test_engine.c - the protocol between a store and a centre that loses,
 * repeats, garbles and forgets. What must hold in the end is always the same:
 * nothing typed is lost, nothing is applied twice, both ends hold the same.
 */
#include "tests/unit/client/pair.h"

/* ---- calm weather ---- */

static void a_first_sync_brings_everything_and_says_so(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(p.r.matched);
	CHECK(p.r.units == 5 && p.r.records == 6);
	CHECK_STR(p.r.here, p.r.centre);
	CHECK(store_unit_count(p.f.s) == 5);
	CHECK(p.k.pages == 3);
	/* The second round asks once and brings nothing. */
	CHECK(sync(&p));
	CHECK(p.r.matched && p.r.units == 0);
	CHECK_STR(p.k.log, "pull;");
	end(&p);
}

static void receipts_go_before_the_next_page(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK_STR(p.k.log,
		"replica;pull;receipts stored stored;pull;receipts stored "
		"stored;pull;receipts stored;");
	end(&p);
}

static void only_what_changed_comes_later(void)
{
	struct pair p;
	struct uuid three = id(3);

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 3, 2,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\","
		"\"kind\":\"home_visit\",\"status\":\"completed\"}");
	CHECK(sync(&p));
	CHECK(p.r.matched && p.r.units == 1);
	CHECK(store_held(p.f.s, &three, NULL)->ver == 2);
	end(&p);
}

static void own_work_goes_out_before_anything_comes_in(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	CHECK(edit(&p, 2, "{\"phone\":\"+8613800000000\"}"));
	CHECK(sync(&p));
	CHECK_STR(p.k.log, "changes patch patch;pull;");
	CHECK(p.r.sent == 2 && p.r.applied == 2);
	CHECK(count_work(&p, WORK_APPLIED) == 2);
	CHECK(sync(&p));
	CHECK(p.r.sent == 0);
	end(&p);
}

static const char *judge_by_minutes(struct centre *k, const json_t *change)
{
	static const char *const status[] = {
		"applied", "noted", "conflict", "parked", "deferred"};
	int64_t n = json_int(json_object_get(change, "set"), "minutes", 0);

	(void)k;
	return n && n % 10 < 5 ? status[n % 10] : "applied";
}

static void each_status_has_its_place(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	p.k.judge = judge_by_minutes;
	for (int i = 0; i < 5; i++)
		CHECK(edit(&p, 3,
			arena_printf(p.f.mem, "{\"minutes\":%d}",
				100 + 10 * i + i)));
	CHECK(sync(&p));
	CHECK(p.r.sent == 5 && p.r.applied == 2 && p.r.conflicts == 1 &&
		p.r.parked == 1 && p.r.deferred == 1);
	CHECK(count_work(&p, WORK_APPLIED) == 2);
	CHECK(count_work(&p, WORK_CONFLICT) == 1);
	CHECK(count_work(&p, WORK_PARKED) == 1);
	CHECK(count_work(&p, WORK_DEFERRED) == 1);
	/* Deferred is sent again, once a round; the rest is not. */
	CHECK(sync(&p));
	CHECK(p.r.sent == 1 && p.r.deferred == 1);
	p.k.judge = NULL;
	CHECK(sync(&p));
	CHECK(count_work(&p, WORK_DEFERRED) == 0);
	end(&p);
}

static void a_long_outbox_goes_in_batches_the_centre_takes(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	for (int i = 0; i < 450; i++)
		CHECK(edit(&p, 3,
			arena_printf(p.f.mem, "{\"minutes\":%d}", i + 31)));
	p.k.results = 0;
	CHECK(sync_with(&p.k, &p.r, &p.e) || p.e.code == ERR_NONE);
	CHECK(p.r.sent == 450);
	CHECK(count_work(&p, WORK_UNSENT) == 0);
	end(&p);
}

static void what_got_no_result_is_unsent_again(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	CHECK(edit(&p, 2, "{\"phone\":\"+8613800000000\"}"));
	p.k.silent = 1;
	CHECK(sync(&p));
	CHECK(count_work(&p, WORK_UNSENT) == 1);
	CHECK(count_work(&p, WORK_APPLIED) == 1);
	p.k.silent = 0;
	CHECK(sync(&p));
	CHECK(count_work(&p, WORK_APPLIED) == 2);
	end(&p);
}

/* ---- lost and garbled ---- */

/* Whatever is lost, in whatever order, and however often the program is
 * started anew in between. */
static void lost_requests_and_answers_change_nothing_in_the_end(void)
{
	for (unsigned seed = 0; seed < 40; seed++) {
		struct pair p;
		int rounds = 0;

		begin(&p);
		for (unsigned i = 0; i < 24; i++)
			trouble(&p, (enum trouble)((seed >> (i % 5)) % 3), 1);
		while (!sync(&p) && rounds++ < 60) {
			CHECK(p.e.code == ERR_OFFLINE);
			if (rounds % 2)
				open_again(&p.f);
		}
		calm(&p);
		CHECK(edit(&p, 3, "{\"minutes\":45}"));
		CHECK(edit(&p, 3, "{\"minutes\":50}"));
		for (unsigned i = 0; i < 12; i++)
			trouble(&p, (enum trouble)((seed + i) % 3), 1);
		rounds = 0;
		while (!sync(&p) && rounds++ < 60)
			open_again(&p.f);
		CHECK(rounds < 60);
		CHECK(applied(&p) == 2);
		CHECK(count_work(&p, WORK_APPLIED) == 2);
		CHECK(p.r.matched && equal_now(&p));
		CHECK(p.k.registered == 1);
		end(&p);
	}
}

static void a_page_cut_anywhere_is_void(void)
{
	struct pair p;
	struct sha256 before, after;

	begin(&p);
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	CHECK(sync(&p)); /* receipts are out of the way now */
	put(&p.k, 1, "case", "service", 5, 1, SERVICE_BODY);
	before = store_digest(p.f.s);
	for (size_t cut = 0; cut < 2600; cut += 13) {
		calm(&p);
		p.k.cut_at = cut;
		trouble(&p, CUT, 3);
		if (sync(&p))
			break; /* longer than the page */
		CHECK(p.e.code == ERR_VOID_PAGE);
		after = store_digest(p.f.s);
		CHECK(sha256_equal(&before, &after));
	}
	calm(&p);
	CHECK(sync(&p));
	CHECK(p.r.matched && equal_now(&p));
	end(&p);
}

static void several_pages_in_a_row_are_one_answer(void)
{
	struct pair p;

	begin(&p);
	p.k.per_page = 1;
	p.k.in_a_row = 5;
	CHECK(sync(&p));
	CHECK(p.r.matched && p.r.units == 5);
	CHECK_STR(p.k.log,
		"replica;pull;receipts stored stored stored stored stored;");
	end(&p);
}

/* Wherever the line breaks, what came whole counts and is not sent again. */
static void a_broken_line_goes_on_behind_the_last_whole_page(void)
{
	size_t kept = 0;

	for (size_t cut = 0; cut < 5000; cut += 61) {
		struct pair p;

		begin(&p);
		p.k.per_page = 1;
		p.k.in_a_row = 5;
		p.k.cut_at = cut;
		trouble(&p, FINE, 1); /* the replica is registered */
		trouble(&p, BROKEN, 1);
		if (!sync(&p)) {
			/* Not one page: nothing is claimed, all is asked. */
			CHECK(p.e.code == ERR_OFFLINE && p.r.cuts == 0);
			CHECK(store_unit_count(p.f.s) == 0);
			CHECK(sync(&p));
			CHECK(p.r.units == 5);
		} else if (p.r.cuts)
			kept++;
		CHECK(p.r.matched && p.r.units == 5 && equal_now(&p));
		end(&p);
	}
	CHECK(kept > 10);
}

/* Pages that are here together are taken together, as far as they are right. */
static void of_pages_taken_together_those_before_a_wrong_one_stand(void)
{
	size_t kept = 0;

	for (size_t at = 0; at < 5000; at += 61) {
		struct pair p;

		begin(&p);
		p.k.per_page = 1;
		p.k.in_a_row = 5;
		p.k.cut_at = at;
		trouble(&p, FINE, 1); /* the replica is registered */
		trouble(&p, TURNED, 1);
		CHECK(sync(&p));
		kept += p.r.cuts > 0;
		CHECK(p.r.matched && p.r.units == 5 && equal_now(&p));
		CHECK(p.k.pages <= 5 + 5 && !store_get(p.f.s, "pending"));
		end(&p);
	}
	CHECK(kept > 10);
}

/* Pieces that were asked for when `bytes` are to come over a line of `rate`. */
static void ask_for(struct pair *p, int64_t rate, int64_t bytes)
{
	begin(p);
	CHECK(store_begin(p->f.s, &p->e));
	store_set(p->f.s, "line", json_pack("{s:I}", "rate", (json_int_t)rate));
	CHECK(store_commit(p->f.s, &p->e));
	p->k.per_page = 1;
	p->k.bytes = bytes;
	CHECK(sync(p) && p->k.answers > 2);
}

/* Ten pieces of which half travelled in vain are then 2 % of the whole. */
static void a_piece_is_a_small_share_of_what_is_to_come(void)
{
	static const struct {
		int64_t rate, bytes;
		long least, most;
	} rows[] = {
		{100 << 20,  10 << 20,  40000,   40960  },
		{100 << 20,  100 << 20, 409000,  409600 },
		{100 << 20,  1 << 30,   1048576, 1048576}, /* the most */
		{100 << 20,  1 << 20,   16384,   16384  }, /* the least */
		{16 * 20000, 100 << 20, 20000,   20000  }, /* a poor line */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pair p;

		ask_for(&p, rows[i].rate, rows[i].bytes);
		/* Before a page said so, nothing is known. */
		CHECK(p.k.piece[0] == 16384);
		CHECK(p.k.piece[1] >= rows[i].least &&
			p.k.piece[1] <= rows[i].most);
		end(&p);
	}
}

static void an_estimate_moves_nothing(void)
{
	struct sync_hooks hooks;
	struct pair p;

	begin(&p);
	hooks = (struct sync_hooks){&p.k, NULL, hook_sign, NULL};
	CHECK(store_begin(p.f.s, &p.e));
	store_set(p.f.s, "line", json_pack("{s:i}", "rate", 5000));
	CHECK(store_commit(p.f.s, &p.e));
	p.k.per_page = 0;
	CHECK(sync_estimate(p.f.s, &p.k.t, &hooks, &p.r, &p.e));
	CHECK(strstr(p.k.last_path, "max_bytes=0&") != NULL);
	CHECK(p.r.total_records == 9 && p.r.total_bytes == 9000);
	CHECK(p.r.rate == 5000);
	CHECK(p.r.units == 0 && store_unit_count(p.f.s) == 0);
	p.k.per_page = 2;
	CHECK(sync(&p));
	CHECK(p.r.matched);
	end(&p);
}

static void somebody_elses_page_changes_nothing(void)
{
	static const enum trouble kinds[] = {HTML, HTML_AS_PAGE};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct pair p;

		begin(&p);
		CHECK(sync(&p));
		CHECK(edit(&p, 3, "{\"minutes\":45}"));
		trouble(&p, kinds[i], 20);
		CHECK(!sync(&p));
		CHECK(p.e.code == ERR_VOID_PAGE);
		CHECK(store_work_count(p.f.s) == 1);
		CHECK(work_waits(store_work_at(p.f.s, 0)));
		open_again(&p.f);
		CHECK(!sync(&p));
		calm(&p);
		CHECK(sync(&p));
		CHECK(applied(&p) == 1 && p.r.matched);
		end(&p);
	}
}

/* ---- refusals ---- */

static void no_refusal_empties_the_outbox(void)
{
	static const struct {
		unsigned status;
		const char *code;
		enum err_code want;
	} cases[] = {
		{401, "signed_out",     ERR_SIGNED_OUT    },
		{403, "device_unknown", ERR_DEVICE_UNKNOWN},
		{403, "forbidden",      ERR_FORBIDDEN     },
		{404, "not_found",      ERR_NOT_FOUND     },
		{426, "upgrade",        ERR_UPGRADE       },
		{429, "busy",           ERR_BUSY          },
		{500, "internal",       ERR_INTERNAL      },
		{503, "busy",           ERR_BUSY          },
		{502, "made_up",        ERR_VOID_PAGE     },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pair p;

		begin(&p);
		CHECK(sync(&p));
		CHECK(sync(&p));
		CHECK(edit(&p, 3, "{\"minutes\":45}"));
		p.k.status = cases[i].status;
		p.k.code = cases[i].code;
		trouble(&p, PROBLEM, 30);
		CHECK(!sync(&p));
		if (p.e.code != cases[i].want)
			printf("# %s\n", cases[i].code);
		CHECK(p.e.code == cases[i].want);
		open_again(&p.f);
		CHECK(store_work_count(p.f.s) == 1);
		CHECK(work_waits(store_work_at(p.f.s, 0)));
		calm(&p);
		CHECK(sync(&p));
		CHECK(applied(&p) == 1 && count_work(&p, WORK_APPLIED) == 1);
		end(&p);
	}
}

static void a_batch_nobody_takes_is_sent_one_by_one(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	for (int i = 0; i < 5; i++)
		CHECK(edit(&p, 3,
			arena_printf(p.f.mem, "{\"minutes\":%d}", 40 + i)));
	p.k.most_changes = 1;
	CHECK(sync(&p));
	CHECK(applied(&p) == 5 && count_work(&p, WORK_APPLIED) == 5);
	CHECK(p.r.matched);
	end(&p);
}

static void one_entry_nobody_takes_does_not_stop_the_rest(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":41}"));
	CHECK(edit(&p, 3, "{\"minutes\":42}"));
	p.k.status = 413;
	p.k.code = "too_large";
	/* The batch, and then the first entry alone. */
	trouble(&p, PROBLEM, 2);
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_TOO_LARGE);
	CHECK(p.r.refused == 1);
	CHECK(count_work(&p, WORK_APPLIED) == 1);
	CHECK(count_work(&p, WORK_UNSENT) == 1);
	CHECK_STR(json_str(work_result(store_work_at(p.f.s, 0)), "code"),
		"too_large");
	/* What others did came in all the same. */
	CHECK(equal_now(&p));
	end(&p);
}

static void every_409_makes_a_new_replica_and_loses_nothing(void)
{
	static const char *const codes[] = {
		"epoch", "unknown_replica", "forked", "stale"};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct pair p;
		char before[64];

		begin(&p);
		CHECK(sync(&p));
		CHECK(edit(&p, 3, "{\"minutes\":45}"));
		CHECK(sync(&p)); /* acknowledged: in the journal */
		CHECK(edit(&p, 2, "{\"phone\":\"+8613800000000\"}"));
		snprintf(before, sizeof(before), "%s",
			store_text(p.f.s, "replica"));
		p.k.status = 409;
		p.k.code = codes[i];
		trouble(&p, PROBLEM, 1);
		/* The restored centre has forgotten what it acknowledged. */
		p.k.results = 0;
		CHECK(sync(&p));
		CHECK(p.r.renewed);
		CHECK(strcmp(before, store_text(p.f.s, "replica")) != 0);
		CHECK(p.k.registered == 2);
		/* Both went out, the acknowledged one first. */
		CHECK(strstr(p.k.log, "changes patch patch;") != NULL);
		CHECK(applied(&p) == 2);
		CHECK(count_work(&p, WORK_APPLIED) == 2);
		CHECK(p.r.matched && equal_now(&p));
		end(&p);
	}
}

static void a_centre_that_always_says_409_is_given_up(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	p.k.status = 409;
	p.k.code = "forked";
	trouble(&p, PROBLEM, 60);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_FORKED);
	CHECK(count_work(&p, WORK_UNSENT) + count_work(&p, WORK_SENT) == 1);
	tear_down(&p.f);
}

static void a_position_nobody_knows_starts_the_feed_anew(void)
{
	struct pair p;
	json_t *position;

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	CHECK(store_begin(p.f.s, &p.e));
	position = json_deep_copy(
		(json_t *)(uintptr_t)store_get(p.f.s, "position"));
	json_object_set_new(position, "since", json_string("X"));
	store_set(p.f.s, "position", position);
	CHECK(store_commit(p.f.s, &p.e));
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	CHECK(sync(&p));
	CHECK(p.r.matched && equal_now(&p));
	CHECK(p.k.registered == 1);
	end(&p);
}

/* ---- withdrawal ---- */

static void a_withdrawn_unit_goes_first_and_is_receipted(void)
{
	struct pair p;
	struct uuid ten = id(10);
	char want[512];

	begin(&p);
	CHECK(sync(&p));
	its(&p.k, 10)->visible = false;
	CHECK(sync(&p));
	CHECK(p.r.purged == 1 && p.r.matched);
	CHECK(!store_unit(p.f.s, &ten));
	snprintf(want, sizeof(want), "casebridge purge v1\n%s\n%s\n%lld\n%s\n",
		store_text(p.f.s, "replica"), id_text(&p.f, 10),
		(long long)its(&p.k, 10)->gen, id_text(&p.f, 7010));
	CHECK_STR(p.k.signed_text, want);
	CHECK_STR(p.k.log, "pull;receipts purged;");
	CHECK(its(&p.k, 10)->state == NOT_HELD);
	/* Given again, it comes whole. */
	its(&p.k, 10)->visible = true;
	CHECK(sync(&p));
	CHECK(store_unit(p.f.s, &ten) != NULL && p.r.matched);
	end(&p);
}

static void a_purge_waits_for_unsent_work_and_for_nothing_else(void)
{
	struct pair p;
	struct uuid one = id(1);

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	p.k.judge = judge_by_minutes; /* 54 is deferred, 45 applied */
	CHECK(edit(&p, 3, "{\"minutes\":45}"));
	CHECK(edit(&p, 3, "{\"minutes\":54}"));
	its(&p.k, 1)->visible = false;
	CHECK(sync(&p));
	/* The deferred one still waits here: the unit stays. */
	CHECK(p.r.kept == 1 && p.r.purged == 0);
	CHECK(!p.r.matched);
	CHECK(store_unit(p.f.s, &one) != NULL);
	p.k.judge = NULL;
	CHECK(sync(&p));
	CHECK(p.r.purged == 1 && p.r.matched);
	CHECK(!store_unit(p.f.s, &one));
	CHECK(applied(&p) == 2);
	/* Acknowledged work of the unit is kept, but no longer shown. */
	CHECK(work_hidden(store_work_at(p.f.s, 0)));
	end(&p);
}

static void what_nobody_takes_does_not_keep_a_unit_here(void)
{
	struct pair p;
	struct uuid one = id(1);

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	CHECK(edit(&p, 3, "{\"minutes\":41}"));
	p.k.status = 413;
	p.k.code = "too_large";
	trouble(&p, PROBLEM, 2);
	its(&p.k, 1)->visible = false;
	CHECK(!sync(&p) && p.e.code == ERR_TOO_LARGE);
	CHECK(p.r.purged == 1 && p.r.kept == 0 && p.r.matched);
	CHECK(!store_unit(p.f.s, &one));
	CHECK(count_work(&p, WORK_UNSENT) == 1);
	CHECK(work_hidden(store_work_at(p.f.s, 0)));
	CHECK(waiting_here(&p, 3) == 0);
	/* Given again, it shows what was written, and may be mended. */
	its(&p.k, 1)->visible = true;
	calm(&p);
	trouble(&p, PROBLEM, 2);
	CHECK(!sync(&p) && waiting_here(&p, 3) == 1);
	end(&p);
}

/* ---- digests ---- */

static void a_difference_is_found_and_mended(void)
{
	struct pair p;
	struct record r;

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	/* Changed at the centre without a trace in its log. */
	r = make_record(&p.f, "service", 3, 1, 1,
		"{\"started_at\":\"2026-11-02T09:00:00+08:00\","
		"\"kind\":\"interview\",\"status\":\"completed\"}");
	its(&p.k, 1)->record[1] = r;
	CHECK(!equal_now(&p));
	CHECK(sync(&p));
	CHECK(p.r.matched && equal_now(&p));
	CHECK(strstr(p.k.log, "digest;receipts damaged;pull;") != NULL);
	end(&p);
}

static void a_missing_and_an_extra_unit_are_found_and_mended(void)
{
	struct pair p;
	struct uuid eleven = id(11), twelve = id(12);

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	/* The store lost one; of another the centre does not know it is here.
	 */
	CHECK(store_begin(p.f.s, &p.e));
	CHECK(store_drop_unit(p.f.s, &eleven, &p.e));
	CHECK(store_commit(p.f.s, &p.e));
	its(&p.k, 12)->visible = false;
	its(&p.k, 12)->state = NOT_HELD;
	CHECK(sync(&p));
	CHECK(p.r.matched && equal_now(&p));
	CHECK(store_unit(p.f.s, &eleven) != NULL);
	CHECK(!store_unit(p.f.s, &twelve));
	end(&p);
}

static void a_centre_that_offers_the_same_for_ever_is_given_up(void)
{
	struct pair p;

	begin(&p);
	p.k.deaf = true;
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_VOID_PAGE);
	CHECK(p.k.pages < 10);
	p.k.deaf = false;
	CHECK(sync(&p));
	CHECK(p.r.matched);
	end(&p);
}

static void what_cannot_be_mended_is_not_called_synced(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 3, 5, SERVICE_BODY);
	CHECK(sync(&p));
	CHECK(p.r.matched);
	/* A centre that went back without saying so: ours is the newer. */
	its(&p.k, 1)->record[1].ver = 2;
	CHECK(sync(&p));
	CHECK(!p.r.matched);
	CHECK(strcmp(p.r.here, p.r.centre) != 0);
	tear_down(&p.f);
}

/* ---- waiting for news ---- */

static void waiting_hears_of_changes(void)
{
	struct sync_hooks hooks;
	struct pair p;
	struct request q;
	struct reply a;
	bool used;

	begin(&p);
	hooks = (struct sync_hooks){&p.k, NULL, hook_sign, NULL};
	CHECK(sync(&p));
	CHECK(sync(&p));
	CHECK(sync_listen_begin(p.f.s, 30, p.f.mem, &q, &p.e));
	CHECK(q.wait_s == 30 && strstr(q.path, "&wait=30") != NULL);
	open_again(&p.f);
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	CHECK(p.k.t.send(&p.k, &q, p.f.mem, &a, &p.e));
	CHECK(sync_listen_end(p.f.s, &q, &a, &hooks, &p.r, &used, &p.e));
	CHECK(used && p.r.units == 1);
	CHECK(equal_now(&p));
	end(&p);
}

static void an_answer_overtaken_by_another_process_is_set_aside(void)
{
	struct sync_hooks hooks;
	struct pair p;
	struct request q;
	struct reply a;
	bool used = true;

	begin(&p);
	hooks = (struct sync_hooks){&p.k, NULL, hook_sign, NULL};
	CHECK(sync(&p));
	CHECK(sync(&p));
	CHECK(sync_listen_begin(p.f.s, 30, p.f.mem, &q, &p.e));
	open_again(&p.f);
	/* Another command syncs meanwhile: it does not wait for ours. */
	CHECK(sync(&p));
	CHECK(strstr(p.k.last_path, "&wait=0") != NULL);
	CHECK(p.k.t.send(&p.k, &q, p.f.mem, &a, &p.e));
	CHECK(sync_listen_end(p.f.s, &q, &a, &hooks, &p.r, &used, &p.e));
	CHECK(!used);
	tear_down(&p.f);
}

static void a_record_under_a_strange_unit_voids_the_page(void)
{
	struct pair p;

	begin(&p);
	CHECK(sync(&p));
	CHECK(sync(&p));
	put(&p.k, 1, "case", "service", 4, 1, SERVICE_BODY);
	its(&p.k, 1)->record[2].case_id = id(10);
	CHECK(!sync(&p));
	CHECK(p.e.code == ERR_VOID_PAGE);
	its(&p.k, 1)->record[2].case_id = id(1);
	CHECK(sync(&p));
	CHECK(p.r.matched);
	end(&p);
}

int main(void)
{
	RUN(a_first_sync_brings_everything_and_says_so);
	RUN(receipts_go_before_the_next_page);
	RUN(only_what_changed_comes_later);
	RUN(own_work_goes_out_before_anything_comes_in);
	RUN(each_status_has_its_place);
	RUN(a_long_outbox_goes_in_batches_the_centre_takes);
	RUN(what_got_no_result_is_unsent_again);
	RUN(lost_requests_and_answers_change_nothing_in_the_end);
	RUN(a_page_cut_anywhere_is_void);
	RUN(several_pages_in_a_row_are_one_answer);
	RUN(a_broken_line_goes_on_behind_the_last_whole_page);
	RUN(of_pages_taken_together_those_before_a_wrong_one_stand);
	RUN(a_piece_is_a_small_share_of_what_is_to_come);
	RUN(an_estimate_moves_nothing);
	RUN(somebody_elses_page_changes_nothing);
	RUN(no_refusal_empties_the_outbox);
	RUN(a_batch_nobody_takes_is_sent_one_by_one);
	RUN(one_entry_nobody_takes_does_not_stop_the_rest);
	RUN(every_409_makes_a_new_replica_and_loses_nothing);
	RUN(a_centre_that_always_says_409_is_given_up);
	RUN(a_position_nobody_knows_starts_the_feed_anew);
	RUN(a_withdrawn_unit_goes_first_and_is_receipted);
	RUN(a_purge_waits_for_unsent_work_and_for_nothing_else);
	RUN(what_nobody_takes_does_not_keep_a_unit_here);
	RUN(a_difference_is_found_and_mended);
	RUN(a_missing_and_an_extra_unit_are_found_and_mended);
	RUN(a_centre_that_offers_the_same_for_ever_is_given_up);
	RUN(what_cannot_be_mended_is_not_called_synced);
	RUN(waiting_hears_of_changes);
	RUN(an_answer_overtaken_by_another_process_is_set_aside);
	RUN(a_record_under_a_strange_unit_voids_the_page);
	return tap_done();
}
