/*
 * test_carry.c - files on their way: sent and fetched whole however often the
 * line is cut, and never in the way of anything else.
 */
#include "tests/unit/client/centre.h"
#include "tests/unit/client/filed.h"

static const struct files_hooks open_all_the_time;

/* ---- sending ---- */

static bool send(struct fixture *f, struct box *b, struct files_report *r)
{
	return files_send(f->s, &b->t, &open_all_the_time, r, &f->e);
}

static bool box_has(struct box *b, size_t i, struct str bytes)
{
	return i < b->files && b->file[i].done &&
	       b->file[i].bytes.n == bytes.n &&
	       memcmp(b->file[i].bytes.p, bytes.p, bytes.n) == 0;
}

static void what_waits_is_sent_in_pieces(void)
{
	struct fixture f;
	struct files_report r;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, bytes));
	CHECK(send(&f, &b, &r));
	CHECK(r.sent == 1 && r.waiting == 0 && r.bytes == (int64_t)LONG);
	CHECK(box_has(&b, 0, bytes) && b.largest_piece == 1 << 20);
	CHECK(b.sent == LONG);
	CHECK(state_is(&f, 50, bytes, FILE_KEPT) && reads_as(&f, 50, bytes));
	CHECK(send(&f, &b, &r) && r.sent == 0 && b.requests == 3);
	end(&f, &b);
}

/* Each request and each answer is lost once; nothing is sent from the
 * beginning again, and the file arrives whole. */
static void a_cut_anywhere_is_gone_on_with(void)
{
	for (int lost = 0; lost < 2; lost++)
		for (int nth = 1; nth <= 3; nth++) {
			struct fixture f;
			struct files_report r;
			struct str bytes;
			struct box b;
			int rounds = 0;

			set_up(&f);
			box_init(&b, &f);
			bytes = content(&f, LONG, 1);
			CHECK(attach(&f, 50, 1, bytes));
			b.lose_request = lost ? 0 : nth;
			b.lose_answer = lost ? nth : 0;
			while (!send(&f, &b, &r) && rounds++ < 3) {
				CHECK(f.e.code == ERR_OFFLINE);
				reopen(&f); /* days later */
			}
			CHECK(box_has(&b, 0, bytes) && b.sent == LONG);
			CHECK(state_is(&f, 50, bytes, FILE_KEPT));
			end(&f, &b);
		}
}

static void without_a_line_it_waits(void)
{
	struct fixture f;
	struct files_report r;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, 1000, 1);
	CHECK(attach(&f, 50, 1, bytes));
	b.alive = 1;
	b.requests = 1;
	CHECK(!send(&f, &b, &r) && f.e.code == ERR_OFFLINE);
	CHECK(r.waiting == 1 && b.requests <= 4);
	b.alive = 0;
	b.status = 503;
	b.code = "busy";
	CHECK(!send(&f, &b, &r) && f.e.code == ERR_BUSY);
	CHECK(r.waiting == 1 && state_is(&f, 50, bytes, FILE_WAITING));
	b.status = 429;
	b.code = "quota";
	CHECK(!send(&f, &b, &r) && f.e.code == ERR_QUOTA && r.waiting == 1);
	CHECK_STR(f.e.accepts, "60");
	b.status = 401;
	b.code = "signed_out";
	CHECK(!send(&f, &b, &r) && f.e.code == ERR_SIGNED_OUT);
	CHECK(send(&f, &b, &r) && box_has(&b, 0, bytes));
	end(&f, &b);
}

static void the_centre_says_where_to_go_on(void)
{
	struct fixture f;
	struct files_report r;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, bytes));
	b.lose_request = 3; /* a first piece has arrived */
	send(&f, &b, &r);
	b.adds = -1000; /* the centre was restored to before its end */
	CHECK(send(&f, &b, &r) && box_has(&b, 0, bytes));
	end(&f, &b);
	set_up(&f);
	box_init(&b, &f);
	CHECK(attach(&f, 50, 1, content(&f, LONG, 1)));
	b.forgets = true; /* the upload has expired */
	CHECK(send(&f, &b, &r) && b.uploads == 2);
	CHECK(box_has(&b, 0, content(&f, LONG, 1)));
	end(&f, &b);
}

static void a_refused_file_is_told_and_the_next_goes(void)
{
	struct fixture f;
	struct files_report r;
	struct str one, two;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	one = content(&f, 1000, 1);
	two = content(&f, 2000, 2);
	CHECK(attach(&f, 50, 1, one));
	a_moment();
	CHECK(attach(&f, 51, 1, two));
	b.status = 415;
	b.code = "bad_media";
	CHECK(send(&f, &b, &r));
	CHECK(r.refused == 1 && r.sent == 1 && r.waiting == 0);
	CHECK(state_is(&f, 51, two, FILE_REFUSED)); /* the newest went first */
	CHECK_STR(json_str(find(&f, 51, two)->why, "code"), "bad_media");
	CHECK(state_is(&f, 50, one, FILE_KEPT));
	reopen(&f);
	CHECK(state_is(&f, 51, two, FILE_REFUSED));
	CHECK(send(&f, &b, &r) && r.refused == 0);
	end(&f, &b);
}

static void the_newest_goes_first(void)
{
	struct fixture f;
	struct files_report r;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(attach(&f, 50 + i, 1, content(&f, 1000, i)));
		a_moment();
	}
	CHECK(send(&f, &b, &r) && r.sent == 3);
	/* Ids end in hex: 50, 51, 52. */
	CHECK_STR(b.order, "0034 0033 0032 ");
	end(&f, &b);
}

static void a_copy_damaged_here_is_not_sent_for_ever(void)
{
	struct fixture f;
	struct files_report r;
	struct str bytes, was;
	const char *path;
	struct box b;
	char *p;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, bytes));
	path = the_blob(&f);
	was = all_of(&f, path);
	p = arena_strndup(f.mem, was.p, was.n);
	p[was.n / 2] ^= 1;
	write_back(path, (struct str){p, was.n});
	CHECK(send(&f, &b, &r) && r.refused == 1);
	CHECK_STR(json_str(find(&f, 50, bytes)->why, "code"), "file_damaged");
	CHECK(!box_has(&b, 0, bytes));
	end(&f, &b);
}

static void what_was_sent_is_sent_again_to_a_restored_centre(void)
{
	struct fixture f;
	struct files_report r;
	struct str bytes;
	struct box b, restored;

	set_up(&f);
	box_init(&b, &f);
	box_init(&restored, &f);
	bytes = content(&f, 1000, 1);
	CHECK(attach(&f, 50, 1, bytes) && send(&f, &b, &r));
	CHECK(store_begin(f.s, &f.e) && files_rewind(f.s, &f.e) &&
		store_commit(f.s, &f.e));
	CHECK(send(&f, &restored, &r) && box_has(&restored, 0, bytes));
	box_clear(&restored);
	end(&f, &b);
}

/* ---- the store is free while bytes travel ---- */

static void let_go(void *ctx)
{
	struct fixture *f = ctx;

	store_close(f->s);
	f->s = NULL;
}

static struct store *take(void *ctx, struct err *e)
{
	struct fixture *f = ctx;

	open_again(f);
	if (!f->s)
		*e = f->e;
	return f->s;
}

static void must_be_free(struct box *b, const struct request *q)
{
	(void)q;
	CHECK(!b->f->s);
}

static void the_store_is_closed_while_bytes_travel(void)
{
	struct fixture f;
	struct files_hooks hooks = {&f, let_go, take, NULL};
	struct files_report r;
	struct file_about a;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	CHECK(attach(&f, 50, 1, bytes));
	b.meanwhile = must_be_free;
	CHECK(files_send(f.s, &b.t, &hooks, &r, &f.e) && f.s);
	CHECK(box_has(&b, 0, bytes) && state_is(&f, 50, bytes, FILE_KEPT));
	CHECK(store_begin(f.s, &f.e) &&
		file_drop(f.s, find(&f, 50, bytes), &f.e));
	CHECK(store_commit(f.s, &f.e));
	a = about(50, 1, bytes);
	CHECK(files_fetch(f.s, &b.t, &hooks, &a, &f.e) && f.s);
	CHECK(reads_as(&f, 50, bytes));
	end(&f, &b);
}

/* ---- fetching ---- */

/* A file at the centre that is not here. */
static struct file_about at_centre(
	struct fixture *f, struct box *b, unsigned rec, struct str bytes)
{
	struct files_report r;

	CHECK(attach(f, rec, 1, bytes) && send(f, b, &r));
	CHECK(store_begin(f->s, &f->e) &&
		file_drop(f->s, find(f, rec, bytes), &f->e) &&
		store_commit(f->s, &f->e));
	b->requests = 0;
	return about(rec, 1, bytes);
}

static bool fetch(struct fixture *f, struct box *b, const struct file_about *a)
{
	return files_fetch(f->s, &b->t, &open_all_the_time, a, &f->e);
}

static void a_file_is_fetched_once(void)
{
	struct fixture f;
	struct file_about a;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = at_centre(&f, &b, 50, bytes);
	a.size = 0; /* what the record says of it is not needed */
	CHECK(fetch(&f, &b, &a) && reads_as(&f, 50, bytes));
	CHECK(state_is(&f, 50, bytes, FILE_KEPT) && !find(&f, 50, bytes)->own);
	CHECK(b.requests == 1);
	CHECK(fetch(&f, &b, &a) && b.requests == 1);
	reopen(&f);
	CHECK(reads_as(&f, 50, bytes));
	end(&f, &b);
}

static void a_cut_download_is_gone_on_with(void)
{
	for (int nth = 1; nth <= 6; nth++) {
		struct fixture f;
		struct file_about a;
		struct str bytes;
		struct box b;
		int rounds = 0;

		set_up(&f);
		box_init(&b, &f);
		bytes = content(&f, LONG, 1);
		a = at_centre(&f, &b, 50, bytes);
		b.gives = BLOB_CHUNK + 777; /* less than was asked for */
		b.lose_answer = nth;
		while (!fetch(&f, &b, &a) && rounds++ < 3)
			reopen(&f);
		CHECK(reads_as(&f, 50, bytes));
		CHECK(b.requests <= 8); /* six parts, and one lost twice */
		end(&f, &b);
	}
}

/* A chunk that came is not asked for again, less than one is. */
static void of_a_part_that_was_cut_whole_chunks_count(void)
{
	for (size_t came = BLOB_CHUNK / 2; came < LONG; came += BLOB_CHUNK) {
		struct fixture f;
		struct file_about a;
		struct str bytes;
		struct box b;

		set_up(&f);
		box_init(&b, &f);
		bytes = content(&f, LONG, 1);
		a = at_centre(&f, &b, 50, bytes);
		b.lose_answer = 1;
		b.came = came;
		CHECK(fetch(&f, &b, &a));
		CHECK(reads_as(&f, 50, bytes));
		CHECK(came < BLOB_CHUNK || b.given <= LONG + BLOB_CHUNK);
		end(&f, &b);
	}
}

static void killed_while_fetching_it_goes_on_behind_whole_chunks(void)
{
	struct fixture f;
	struct file_about a;
	struct str bytes;
	const char *path;
	struct str half;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = at_centre(&f, &b, 50, bytes);
	b.gives = 3 * BLOB_CHUNK;
	b.alive = 1;
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_OFFLINE);
	CHECK(state_is(&f, 50, bytes, FILE_PART));
	CHECK(!reads_as(&f, 50, bytes));
	path = the_blob(&f);
	half = all_of(&f, path);
	half.n = seal_size(BLOB_CHUNK) * 2 + 5000; /* in the third chunk */
	write_back(path, half);
	reopen(&f);
	b.alive = 0;
	b.requests = 0;
	CHECK(fetch(&f, &b, &a) && reads_as(&f, 50, bytes));
	CHECK(b.requests == 2); /* four chunks were left, three at a time */
	end(&f, &b);
}

static void what_is_not_the_file_is_not_kept(void)
{
	struct fixture f;
	struct file_about a;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = at_centre(&f, &b, 50, bytes);
	b.lies = true;
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_FILE_MISMATCH);
	CHECK(file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	b.lies = false;
	b.says = (int64_t)400 << 20; /* larger than any file */
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_TOO_LARGE);
	b.says = 7;
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_VOID_PAGE);
	b.says = 0;
	CHECK(file_count(f.s) == 0);
	CHECK(fetch(&f, &b, &a) && reads_as(&f, 50, bytes));
	end(&f, &b);
}

static void what_is_away_leaves_nothing(void)
{
	struct fixture f;
	struct file_about a;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = about(50, 1, bytes);
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_FILE_AWAY);
	a = at_centre(&f, &b, 50, bytes);
	b.gives = BLOB_CHUNK;
	b.alive = 2;
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_OFFLINE);
	CHECK(state_is(&f, 50, bytes, FILE_PART));
	b.alive = 0;
	b.status = 404; /* and then it is withdrawn */
	b.code = "not_found";
	CHECK(!fetch(&f, &b, &a) && f.e.code == ERR_FILE_AWAY);
	CHECK(file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	end(&f, &b);
}

static void purge_now(struct box *b, const struct request *q)
{
	struct uuid one = id(1);

	if (strcmp(q->method, "GET") != 0 || b->requests < 3)
		return;
	b->meanwhile = NULL;
	reopen(b->f);
	CHECK(store_begin(b->f->s, &b->f->e) &&
		store_drop_unit(b->f->s, &one, &b->f->e) &&
		store_commit(b->f->s, &b->f->e));
	store_close(b->f->s);
	b->f->s = NULL;
}

static void a_case_withdrawn_while_its_file_comes_stays_gone(void)
{
	struct fixture f;
	struct files_hooks hooks = {&f, let_go, take, NULL};
	struct file_about a;
	struct str bytes;
	struct box b;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = at_centre(&f, &b, 50, bytes);
	b.gives = BLOB_CHUNK;
	b.meanwhile = purge_now;
	CHECK(!files_fetch(f.s, &b.t, &hooks, &a, &f.e));
	CHECK(f.e.code == ERR_FILE_AWAY);
	CHECK(f.s && file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	end(&f, &b);
}

static void a_damaged_copy_is_fetched_anew(void)
{
	struct fixture f;
	struct file_about a;
	struct str bytes, was;
	struct box b;
	char *p;

	set_up(&f);
	box_init(&b, &f);
	bytes = content(&f, LONG, 1);
	a = at_centre(&f, &b, 50, bytes);
	CHECK(fetch(&f, &b, &a));
	was = all_of(&f, the_blob(&f));
	p = arena_strndup(f.mem, was.p, was.n);
	p[100] ^= 1;
	write_back(the_blob(&f), (struct str){p, was.n});
	CHECK(fetch(&f, &b, &a) && reads_as(&f, 50, bytes));
	unlink(the_blob(&f));
	CHECK(fetch(&f, &b, &a) && reads_as(&f, 50, bytes));
	end(&f, &b);
}

/* ---- with the round ---- */

static void a_withdrawn_case_waits_for_its_files(void)
{
	struct fixture f;
	struct sync_report r;
	struct files_report sent;
	struct centre k;
	struct str bytes;
	struct box b;

	set_up(&f);
	centre_init(&k, &f);
	box_init(&b, &f);
	bytes = content(&f, 1000, 1);
	CHECK(sync_with(&k, &r, &f.e) && r.matched);
	CHECK(attach(&f, 3, 1, bytes));
	for (size_t i = 0; i < k.units; i++)
		k.unit[i].visible = k.unit[i].id != 1;
	CHECK(sync_with(&k, &r, &f.e) && r.kept == 1 && r.purged == 0);
	CHECK(reads_as(&f, 3, bytes));
	CHECK(send(&f, &b, &sent) && sent.sent == 1);
	CHECK(sync_with(&k, &r, &f.e) && r.purged == 1 && r.matched);
	CHECK(file_count(f.s) == 0 && blobs_on_disk(&f) == 0);
	CHECK(box_has(&b, 0, bytes));
	end(&f, &b);
}

int main(void)
{
	RUN(what_waits_is_sent_in_pieces);
	RUN(a_cut_anywhere_is_gone_on_with);
	RUN(without_a_line_it_waits);
	RUN(the_centre_says_where_to_go_on);
	RUN(a_refused_file_is_told_and_the_next_goes);
	RUN(the_newest_goes_first);
	RUN(a_copy_damaged_here_is_not_sent_for_ever);
	RUN(what_was_sent_is_sent_again_to_a_restored_centre);
	RUN(the_store_is_closed_while_bytes_travel);
	RUN(a_file_is_fetched_once);
	RUN(a_cut_download_is_gone_on_with);
	RUN(of_a_part_that_was_cut_whole_chunks_count);
	RUN(killed_while_fetching_it_goes_on_behind_whole_chunks);
	RUN(what_is_not_the_file_is_not_kept);
	RUN(what_is_away_leaves_nothing);
	RUN(a_case_withdrawn_while_its_file_comes_stays_gone);
	RUN(a_damaged_copy_is_fetched_anew);
	RUN(a_withdrawn_case_waits_for_its_files);
	return tap_done();
}
