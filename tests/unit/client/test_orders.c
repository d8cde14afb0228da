/*
 * test_orders.c - a station ordered to be locked destroys no share that the
 * centre has not got.
 */
#include "client/store/share.h"
#include "client/sync/device.h"
#include "client/sync/orders.h"

#include "tests/unit/client/station.h"

#include <errno.h>

#define STORE "0123456789abcdef.store"

/* A centre with one order. */
struct lost {
	struct station s;
	struct transport t;
	int receipts;
	char body[4096]; /* of the last receipt, as it came */
	struct err e;
};

static bool order(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e)
{
	struct lost *l = ctx;
	const char *said = "{}";

	(void)e;
	memset(out, 0, sizeof(*out));
	if (strcmp(q->path, "/v1/device") == 0)
		said = "{\"order\":{\"id\":\"1\",\"kind\":\"lock\"}}";
	if (strcmp(q->path, "/v1/device/receipt") == 0) {
		l->receipts++;
		snprintf(l->body, sizeof(l->body), "%.*s", (int)q->body.n,
			q->body.p);
	}
	out->status = 200;
	snprintf(out->type, sizeof(out->type), "application/json");
	out->body.p = arena_strdup(mem, said);
	out->body.n = strlen(said);
	return true;
}

static const char *share_file(struct lost *l)
{
	return in_dir(&l->s, STORE "-share");
}

static void lose(struct lost *l)
{
	const char *key, *csr;

	memset(l, 0, sizeof(*l));
	open_station(&l->s);
	l->t = (struct transport){l, order};
	if (!device_make(l->s.f.mem, &key, &csr, &l->e))
		die("test: %s", l->e.msg);
	put_file(&l->s, "device.key", key);
}

static bool obeys(struct lost *l)
{
	return orders_obey(&l->s.place, &l->t, &l->e);
}

static void the_centre_gets_the_share_before_it_goes(void)
{
	struct seal_key share;
	struct lost l;

	lose(&l);
	/* RFC 4648, section 5: 32 bytes 0xff are 43 letters. */
	memset(share.b, 0xff, SEAL_KEY);
	CHECK(share_write(in_dir(&l.s, STORE), &share, &l.e));
	CHECK(!obeys(&l) && l.e.code == ERR_DEVICE_LOCKED);
	CHECK(l.receipts == 1);
	CHECK(strstr(l.body, "\"share\":\"_____________________________________"
			     "_____8\"") != NULL);
	CHECK(access(share_file(&l), F_OK) != 0);
	close_station(&l.s);
}

static void a_station_without_a_share_is_locked_too(void)
{
	struct lost l;

	lose(&l);
	CHECK(!obeys(&l) && l.e.code == ERR_DEVICE_LOCKED);
	CHECK(l.receipts == 1 && strstr(l.body, "\"shares\":[]") != NULL);
	close_station(&l.s);
}

static void make_short(struct lost *l)
{
	put_file(&l->s, STORE "-share", "thirty-one bytes of thirty-two.");
}

static void make_link(struct lost *l)
{
	put_file(&l->s, "elsewhere", "thirty-two bytes of a whole key.");
	CHECK(symlink("elsewhere", share_file(l)) == 0);
}

static void make_unreadable(struct lost *l)
{
	CHECK(mkdir(share_file(l), S_IRWXU) == 0);
}

/* Nobody would have it: the order stands until it can be read. */
static void a_share_that_cannot_be_read_is_not_destroyed(void)
{
	static void (*const make[])(struct lost *) = {
		make_short, make_link, make_unreadable};

	for (size_t i = 0; i < ARRAY_LEN(make); i++) {
		struct seal_key out;
		struct stat st;
		struct lost l;

		lose(&l);
		make[i](&l);
		errno = 0;
		CHECK(!share_read(in_dir(&l.s, STORE), &out));
		CHECK(errno != 0 && errno != ENOENT);
		CHECK(!obeys(&l) && l.e.code == ERR_STORE_DAMAGED);
		CHECK(l.receipts == 0);
		CHECK(lstat(share_file(&l), &st) == 0);
		/* Locked it is all the same. */
		CHECK(!orders_check(&l.s.place, &l.e) &&
			l.e.code == ERR_DEVICE_LOCKED);
		close_station(&l.s);
	}
}

int main(void)
{
	RUN(the_centre_gets_the_share_before_it_goes);
	RUN(a_station_without_a_share_is_locked_too);
	RUN(a_share_that_cannot_be_read_is_not_destroyed);
	return tap_done();
}
