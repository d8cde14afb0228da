/*
 * test_envelope.c - what is sealed to a key opens with that key alone,
 * unchanged and about what it was sealed about; parcels and passports, likewise
 * signed.
 */
#include "proto/base/hash.h"
#include "proto/courier.h"
#include "tests/lib/tap.h"

/*
 * Made by another implementation (pyca/cryptography: ECDH on P-256, HKDF,
 * AESGCM) from what the headers say: receiver's private scalar 01 02 … 20,
 * passing scalar 65 66 … 84, nonce 00 … 0b, about "about".
 */
static const char theirs_key[] =
	"308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02"
	"010104200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c"
	"1d1e1f20a14403420004515c3d6eb9e396b904d3feca7f54fdcd0cc1e997bf37"
	"5dca515ad0a6c3b4035f4536be3a50f318fbf9a5475902a221502bef0d57e08c"
	"53b2cc0a56f17d9f9354";
static const char theirs_envelope[] =
	"04254ee6d1bad1c74ce2fd28ac529a166af4950a0e3da0bc53d96bf40dce38eb"
	"e7df5937f11e869d453729a222f63e709d0740b97544e1416b1e5a401b385fb9"
	"50000102030405060708090a0b01bd1efd2c4f0f5b5a31d7e041efc4dfd190f3"
	"02e52d36bec289e8948c159b32e89e18429a8d3f7d06152c056b0811fffcbad5"
	"0f0c3b372f5f4c39583a26e3408f8e323a95a532a5b014e95899b5ffc9";

static struct str text_of(const char *p)
{
	return (struct str){p, strlen(p)};
}

static struct str bytes_of(const char *hex, struct arena *mem)
{
	size_t n = strlen(hex) / 2;
	char *raw = arena_alloc(mem, n + 1);

	CHECK(hex_parse(hex, raw, n));
	return (struct str){raw, n};
}

static void another_implementations_envelope_opens(void)
{
	struct arena *mem = arena_new();
	struct keypair *k = keypair_read(bytes_of(theirs_key, mem));
	struct str env = bytes_of(theirs_envelope, mem), text = {"", 0};

	CHECK(k != NULL);
	CHECK(k && envelope_open(k, text_of("about"), env, mem, &text));
	CHECK_STR(text.p, "今天家访 at nine");
	CHECK(k && !envelope_open(k, text_of("abouT"), env, mem, &text));
	keypair_free(k);
	arena_free(mem);
}

static bool contains(const struct buf *b, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= b->n; i++)
		if (memcmp(b->p + i, text, n) == 0)
			return true;
	return false;
}

static void only_the_receiver_opens_it(void)
{
	struct arena *mem = arena_new();
	struct keypair *k = keypair_new(), *other = keypair_new();
	struct str env, text;
	struct buf b;

	buf_init(&b, 4096);
	CHECK(envelope_seal(
		keypair_public(k, mem), text_of("a"), text_of("MARKER"), &b));
	env = (struct str){b.p, b.n};
	CHECK(!contains(&b, "MARKER"));
	CHECK(envelope_open(k, text_of("a"), env, mem, &text));
	CHECK(!envelope_open(other, text_of("a"), env, mem, &text));
	buf_free(&b);
	keypair_free(k);
	keypair_free(other);
	arena_free(mem);
}

static void no_byte_of_it_can_be_changed(void)
{
	struct arena *mem = arena_new();
	struct keypair *k = keypair_new();
	size_t opened = 0;
	struct str text;
	struct buf b;

	buf_init(&b, 4096);
	CHECK(envelope_seal(
		keypair_public(k, mem), text_of("a"), text_of("text"), &b));
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		opened += envelope_open(
			k, text_of("a"), (struct str){b.p, b.n}, mem, &text);
		b.p[i] ^= 1;
	}
	CHECK(opened == 0);
	for (size_t n = 0; n < b.n; n++)
		opened += envelope_open(
			k, text_of("a"), (struct str){b.p, n}, mem, &text);
	CHECK(opened == 0);
	buf_free(&b);
	keypair_free(k);
	arena_free(mem);
}

static void what_is_no_p256_key_is_none(void)
{
	struct arena *mem = arena_new();
	struct keypair *k = keypair_new();
	struct str spki = keypair_public(k, mem);
	struct buf b;

	buf_init(&b, 4096);
	CHECK(keypair_read(text_of("no key")) == NULL);
	CHECK(keypair_read(spki) == NULL);
	CHECK(!envelope_seal(text_of("no key"), text_of(""), text_of(""), &b));
	spki.n--;
	CHECK(!envelope_seal(spki, text_of(""), text_of(""), &b));
	CHECK(b.n == 0);
	buf_free(&b);
	keypair_free(k);
	arena_free(mem);
}

/* ---- parcels ---- */

struct post {
	struct arena *mem;
	struct keypair *centre;
	struct keypair *author;
	struct parcel p;
	json_t *j;
};

static void close_one(struct post *x)
{
	memset(x, 0, sizeof(*x));
	x->mem = arena_new();
	x->centre = keypair_new();
	x->author = keypair_new();
	x->p.kind = PARCEL_CHANGE;
	x->p.id = uuid_new();
	x->p.tx = uuid_new();
	x->p.replica = uuid_new();
	x->j = json_keep(parcel_make(&x->p, keypair_public(x->centre, x->mem),
				 x->author, text_of("{\"id\":1}")),
		x->mem);
}

static void throw_away(struct post *x)
{
	keypair_free(x->centre);
	keypair_free(x->author);
	arena_free(x->mem);
}

static bool arrives(struct post *x, struct str *text)
{
	struct parcel p;
	struct err e;

	return parcel_read(x->j, x->mem, &p, &e) &&
	       parcel_is_from(&p, keypair_public(x->author, x->mem)) &&
	       parcel_open(&p, x->centre, x->mem, text);
}

static void a_parcel_arrives_as_it_was_closed(void)
{
	struct post x;
	struct parcel p;
	struct str text = {.p = "", .n = 0};
	struct err e;

	close_one(&x);
	CHECK(arrives(&x, &text));
	CHECK_STR(text.p, "{\"id\":1}");
	CHECK(parcel_read(x.j, x.mem, &p, &e));
	CHECK(uuid_cmp(&p.id, &x.p.id) == 0);
	CHECK(uuid_cmp(&p.tx, &x.p.tx) == 0);
	CHECK(uuid_cmp(&p.replica, &x.p.replica) == 0);
	CHECK(!parcel_is_from(&p, keypair_public(x.centre, x.mem)));
	throw_away(&x);
}

/* Whoever carries it changes any member, and it is no longer the author's. */
static void nothing_that_stands_in_clear_can_be_exchanged(void)
{
	static const char *const members[] = {
		"kind", "id", "tx", "replica", "key", "sealed", "sig"};
	struct post x, y;
	struct str text;

	close_one(&x);
	close_one(&y);
	json_object_set_new(y.j, "kind", json_string("file"));
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *was = json_incref(json_object_get(x.j, members[i]));

		json_object_set(
			x.j, members[i], json_object_get(y.j, members[i]));
		CHECK(!arrives(&x, &text));
		json_object_set_new(x.j, members[i], was);
	}
	CHECK(arrives(&x, &text));
	throw_away(&x);
	throw_away(&y);
}

static void a_parcel_without_a_member_is_refused_by_name(void)
{
	static const char *const members[] = {
		"kind", "id", "replica", "key", "sealed", "sig"};
	struct post x;
	struct parcel p;
	struct err e;

	close_one(&x);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *was = json_incref(json_object_get(x.j, members[i]));

		json_object_set_new(x.j, members[i], json_string("?"));
		CHECK(!parcel_read(x.j, x.mem, &p, &e));
		CHECK(e.code == ERR_BAD_INPUT);
		CHECK_STR(e.field, members[i]);
		json_object_set_new(x.j, members[i], was);
	}
	throw_away(&x);
}

static void a_passport_is_the_authoritys_word(void)
{
	struct arena *mem = arena_new();
	struct keypair *ca = keypair_new(), *author = keypair_new();
	struct passport p = {.replica = uuid_new(),
		.site = uuid_new(),
		.device = uuid_new(),
		.author = keypair_public(author, mem)};
	struct passport back;
	struct err e;
	json_t *j;

	p.sig = keypair_sign(ca, passport_text(&p, mem), mem);
	j = json_keep(passport_json(&p), mem);
	CHECK(passport_read(j, mem, &back, &e));
	CHECK(passport_is_real(&back, keypair_public(ca, mem)));
	CHECK(!passport_is_real(&back, keypair_public(author, mem)));
	back.site = uuid_new();
	CHECK(!passport_is_real(&back, keypair_public(ca, mem)));
	json_object_set_new(j, "site", json_string("here"));
	CHECK(!passport_read(j, mem, &back, &e));
	CHECK_STR(e.field, "site");
	keypair_free(ca);
	keypair_free(author);
	arena_free(mem);
}

int main(void)
{
	RUN(another_implementations_envelope_opens);
	RUN(only_the_receiver_opens_it);
	RUN(no_byte_of_it_can_be_changed);
	RUN(what_is_no_p256_key_is_none);
	RUN(a_parcel_arrives_as_it_was_closed);
	RUN(nothing_that_stands_in_clear_can_be_exchanged);
	RUN(a_parcel_without_a_member_is_refused_by_name);
	RUN(a_passport_is_the_authoritys_word);
	return tap_done();
}
