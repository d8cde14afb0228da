/*
 * test_outside.c - a store from outside: what waits can be carried without its
 * key, nothing of it can be read, and what is given away opens no more.
 */
#include "client/store/outside.h"
#include "client/store/share.h"
#include "proto/courier.h"
#include "tests/unit/client/fixture.h"

struct post {
	struct fixture f;
	struct keypair *centre;
	json_t *passport;
	struct err e;
};

/* The centre's answer to this store's key, for replica n. */
static void meet(struct post *x, unsigned n)
{
	struct arena *mem = x->f.mem;
	struct passport p = {.replica = id(n), .site = id(901)};
	struct str key = keypair_public(x->centre, mem);
	struct keypair *ca = keypair_new();
	const char *author;

	p.device = id(77);
	if (!store_author(x->f.s, mem, &author, &x->e))
		die("test: %s", x->e.msg);
	p.author.p = (const char *)base64url_parse(author, &p.author.n, mem);
	p.sig = keypair_sign(ca, passport_text(&p, mem), mem);
	keypair_free(ca);
	x->passport = json_keep(passport_json(&p), mem);
	if (!store_closed_for(x->f.s, base64url_format(key.p, key.n, mem),
		    x->passport, &x->e))
		die("test: %s", x->e.msg);
}

static void begin(struct post *x)
{
	memset(x, 0, sizeof(*x));
	set_up(&x->f);
	deliver_case(&x->f);
	x->centre = keypair_new();
}

static void end(struct post *x)
{
	keypair_free(x->centre);
	tear_down(&x->f);
}

static bool add(struct post *x, unsigned n, const char *text)
{
	json_t *change = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id",
		id_text(&x->f, n), "rec", id_text(&x->f, 3), "type", "service",
		"case", id_text(&x->f, 1), "reason", text);

	return store_begin(x->f.s, &x->e) &&
	       store_work_add(x->f.s, change, &x->e) &&
	       store_commit(x->f.s, &x->e);
}

/* One process at a time: the store is closed while somebody looks at it. */
static struct outside *go_out(struct post *x)
{
	store_close(x->f.s);
	x->f.s = NULL;
	return outside_open(x->f.path, &x->e);
}

static void come_in(struct post *x, struct outside *o)
{
	outside_close(o);
	reopen(&x->f);
}

static struct outside_counts counts(struct post *x)
{
	struct outside_counts n = {-1, -1, -1, -1, -1};
	struct outside *o = go_out(x);

	CHECK(o && outside_count(o, &n, &x->e));
	come_in(x, o);
	return n;
}

/* The text inside the parcel of change n, opened as the centre would. */
static const char *inside(struct post *x, unsigned n)
{
	struct outside *o = go_out(x);
	struct arena *mem = x->f.mem;
	struct outside_parcel one, last;
	bool found = o != NULL, begun = false;
	struct uuid want = id(n);
	const char *out = NULL;

	while (found &&
		outside_next(
			o, begun ? &last : NULL, mem, &one, &found, &x->e) &&
		found) {
		struct passport p;
		struct parcel parcel;
		struct str text;
		json_t *j = json_read(one.entry, strlen(one.entry),
			&json_limits_sealed, mem, &x->e);

		if (uuid_cmp(&one.id, &want) == 0 && j &&
			passport_read(x->passport, mem, &p, &x->e) &&
			parcel_read(j, mem, &parcel, &x->e) &&
			uuid_cmp(&parcel.replica, &p.replica) == 0 &&
			parcel_is_from(&parcel, p.author) &&
			parcel_open(&parcel, x->centre, mem, &text))
			out = text.p;
		last = one;
		begun = true;
	}
	come_in(x, o);
	return out;
}

static void what_waited_before_the_centre_was_met_is_closed_then(void)
{
	struct post x;

	begin(&x);
	CHECK(add(&x, 50, "one"));
	CHECK(counts(&x).waiting == 1 && counts(&x).closed == 0);
	meet(&x, 800);
	CHECK(counts(&x).closed == 1 && counts(&x).to_carry == 1);
	CHECK(add(&x, 51, "MARKER-TEXT"));
	CHECK(counts(&x).waiting == 2 && counts(&x).to_carry == 2);
	CHECK(inside(&x, 51) && strstr(inside(&x, 51), "MARKER-TEXT"));
	end(&x);
}

static void an_answer_takes_the_parcel_away(void)
{
	struct uuid first = id(50);
	struct post x;

	begin(&x);
	meet(&x, 800);
	CHECK(add(&x, 50, "one") && add(&x, 51, "two"));
	CHECK(store_begin(x.f.s, &x.e));
	CHECK(store_work_put(
		x.f.s, store_work(x.f.s, &first), WORK_SENT, NULL, &x.e));
	CHECK(store_commit(x.f.s, &x.e));
	CHECK(counts(&x).to_carry == 2);
	CHECK(store_begin(x.f.s, &x.e));
	CHECK(store_work_put(x.f.s, store_work(x.f.s, &first), WORK_APPLIED,
		json_pack("{s:s}", "status", "applied"), &x.e));
	CHECK(store_commit(x.f.s, &x.e));
	CHECK(counts(&x).waiting == 1 && counts(&x).to_carry == 1);
	CHECK(inside(&x, 50) == NULL);
	end(&x);
}

static void what_was_carried_is_not_carried_again_and_known(void)
{
	struct uuid first = id(50);
	struct outside *o;
	struct post x;

	begin(&x);
	meet(&x, 800);
	CHECK(add(&x, 50, "one"));
	CHECK(!store_carried(x.f.s, &first));
	o = go_out(&x);
	CHECK(o && outside_mark(o, &first, true, &x.e));
	come_in(&x, o);
	CHECK(store_carried(x.f.s, &first));
	CHECK(counts(&x).to_carry == 0 && counts(&x).closed == 1);
	/* A new replica: the centre may be another, all goes again. */
	meet(&x, 801);
	CHECK(counts(&x).to_carry == 1 && inside(&x, 50) != NULL);
	end(&x);
}

static bool opens(struct post *x, enum secret kind, const char *secret)
{
	store_close(x->f.s);
	x->f.s = store_open(x->f.path, x->f.c, kind, secret, &x->e);
	return x->f.s != NULL;
}

static void a_covered_store_opens_with_its_share_only(void)
{
	struct seal_key share = seal_key_new(), other = seal_key_new();
	struct post x;

	begin(&x);
	CHECK(add(&x, 50, "one"));
	CHECK(!store_is_shared(x.f.s));
	CHECK(share_write(x.f.path, &share, &x.e));
	CHECK(store_cover(x.f.s, &share, &x.e));
	CHECK(store_is_shared(x.f.s));
	CHECK(opens(&x, SECRET_PASSPHRASE, "correct horse"));
	CHECK(store_work_count(x.f.s) == 1);
	CHECK(opens(&x, SECRET_RECOVERY, x.f.recovery));
	CHECK(!opens(&x, SECRET_PASSPHRASE, "wrong") &&
		x.e.code == ERR_BAD_PASSPHRASE);
	share_destroy(x.f.path);
	CHECK(!opens(&x, SECRET_PASSPHRASE, "correct horse") &&
		x.e.code == ERR_KEY_AWAY);
	CHECK(!opens(&x, SECRET_RECOVERY, x.f.recovery) &&
		x.e.code == ERR_KEY_AWAY);
	CHECK(share_write(x.f.path, &other, &x.e));
	CHECK(!opens(&x, SECRET_PASSPHRASE, "correct horse") &&
		x.e.code == ERR_KEY_AWAY);
	CHECK(share_write(x.f.path, &share, &x.e));
	CHECK(opens(&x, SECRET_PASSPHRASE, "correct horse"));
	end(&x);
}

/* Another passphrase is sealed with the share as well; the old one is gone. */
static void a_new_passphrase_needs_the_share_too(void)
{
	struct seal_key share = seal_key_new();
	struct post x;

	begin(&x);
	CHECK(share_write(x.f.path, &share, &x.e));
	CHECK(store_cover(x.f.s, &share, &x.e));
	CHECK(store_rewrap(x.f.s, "another horse", &cheap, &x.e));
	CHECK(opens(&x, SECRET_PASSPHRASE, "another horse"));
	CHECK(!opens(&x, SECRET_PASSPHRASE, "correct horse"));
	share_destroy(x.f.path);
	CHECK(!opens(&x, SECRET_PASSPHRASE, "another horse") &&
		x.e.code == ERR_KEY_AWAY);
	end(&x);
}

static void a_destroyed_file_is_overwritten_and_gone(void)
{
	struct arena *mem = arena_new();
	char block[70000], path[] = "/tmp/cb-destroy.XXXXXX";
	int fd = mkstemp(path);
	bool all_zero = true;

	memset(block, 'x', sizeof(block));
	CHECK(fd >= 0 &&
		write(fd, block, sizeof(block)) == (ssize_t)sizeof(block));
	CHECK(file_destroy(path));
	CHECK(access(path, F_OK) != 0);
	/* Through the name that is gone its bytes can still be read here. */
	CHECK(pread(fd, block, sizeof(block), 0) == (ssize_t)sizeof(block));
	for (size_t i = 0; i < sizeof(block); i++)
		all_zero &= block[i] == 0;
	CHECK(all_zero);
	CHECK(file_destroy(path));
	close(fd);
	arena_free(mem);
}

int main(void)
{
	RUN(what_waited_before_the_centre_was_met_is_closed_then);
	RUN(an_answer_takes_the_parcel_away);
	RUN(what_was_carried_is_not_carried_again_and_known);
	RUN(a_covered_store_opens_with_its_share_only);
	RUN(a_new_passphrase_needs_the_share_too);
	RUN(a_destroyed_file_is_overwritten_and_gone);
	return tap_done();
}
