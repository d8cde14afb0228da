/*
 * test_token.c - a place in the log, as a text nobody but us can make.
 */
#include "server/feed/token.h"

#include "proto/base/hash.h"

#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

static const unsigned char key[32] = {1, 2, 3, 4, 5};
static const unsigned char other_key[32] = {1, 2, 3, 4, 6};

static const struct uuid mine =
				 {
					 {1, 2, 3}
},
			 another = {{1, 2, 4}};

static struct token random_token(struct gen *g)
{
	struct token t = {0};

	t.epoch = (int64_t)(gen_next(g) >> 1);
	t.from = (int64_t)(gen_next(g) >> 1);
	t.upto = gen_chance(g, 50) ? 0 : (int64_t)(gen_next(g) >> 1);
	for (size_t i = 0; i < sizeof(t.after.b); i++)
		t.after.b[i] = (unsigned char)gen_next(g);
	if (gen_chance(g, 50))
		t.part = (struct token_part){(int64_t)(gen_next(g) >> 2) + 1,
			(int64_t)(gen_next(g) >> 1),
			(int64_t)(gen_next(g) >> 1),
			(int64_t)(gen_next(g) >> 1),
			(int64_t)(gen_next(g) >> 1)};
	return t;
}

static bool same_token(const struct token *a, const struct token *b)
{
	return a->epoch == b->epoch && a->from == b->from &&
	       a->upto == b->upto && uuid_cmp(&a->after, &b->after) == 0 &&
	       a->part.no == b->part.no && a->part.gen == b->part.gen &&
	       a->part.csn == b->part.csn && a->part.ord == b->part.ord &&
	       a->part.bytes == b->part.bytes;
}

static bool reads(const char *text, const unsigned char k[32])
{
	struct arena *mem = arena_new();
	struct token t;
	struct err e = {.code = ERR_NONE};
	bool ok = token_read(text, &mine, k, mem, &t, &e);

	CHECK(ok || (e.code == ERR_BAD_TOKEN && !strcmp(e.field, "since")));
	arena_free(mem);
	return ok;
}

static void every_token_reads_back_as_it_was(void)
{
	struct gen g = {.state = 1};

	for (int i = 0; i < 1000; i++) {
		struct arena *mem = arena_new();
		struct token t = random_token(&g), back;
		struct err e;

		CHECK(token_read(token_write(&t, &mine, key, mem), &mine, key,
			mem, &back, &e));
		CHECK(same_token(&t, &back));
		arena_free(mem);
	}
}

static void nothing_is_the_beginning(void)
{
	struct arena *mem = arena_new();
	struct token t;
	struct err e;

	memset(&t, 7, sizeof(t));
	CHECK(token_read("", &mine, key, mem, &t, &e));
	CHECK(!t.epoch && !t.from && !t.upto && uuid_is_nil(&t.after));
	memset(&t, 7, sizeof(t));
	CHECK(token_read(NULL, &mine, key, mem, &t, &e));
	CHECK(!t.epoch && !t.from && !t.upto && uuid_is_nil(&t.after));
	arena_free(mem);
}

static void a_token_goes_into_a_query_as_it_is(void)
{
	struct gen g = {.state = 2, .mem = arena_new()};
	struct token t = random_token(&g);
	const char *text = token_write(&t, &mine, key, g.mem);

	CHECK(strspn(text, "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
		strlen(text));
	arena_free(g.mem);
}

static void every_single_bit_counts(void)
{
	struct gen g = {.state = 3};

	for (int i = 0; i < 20; i++) {
		struct arena *mem = arena_new();
		struct token t = random_token(&g);
		char *text = token_write(&t, &mine, key, mem);

		CHECK(reads(text, key));
		for (size_t k = 0; text[k]; k++)
			for (int bit = 0; bit < 8; bit++) {
				text[k] = (char)(text[k] ^ (1 << bit));
				/* A flip to 0 is a cut, seen below. */
				if (text[k])
					CHECK(!reads(text, key));
				text[k] = (char)(text[k] ^ (1 << bit));
			}
		arena_free(mem);
	}
}

static void two_characters_swapped_are_another_token(void)
{
	struct gen g = {.state = 4, .mem = arena_new()};
	struct token t = random_token(&g);
	char *text = token_write(&t, &mine, key, g.mem);

	for (size_t k = 1; text[k]; k++) {
		char c = text[k];

		if (c == text[k - 1])
			continue;
		text[k] = text[k - 1];
		text[k - 1] = c;
		CHECK(!reads(text, key));
		text[k - 1] = text[k];
		text[k] = c;
	}
	CHECK(reads(text, key));
	arena_free(g.mem);
}

static void another_key_does_not_open_it(void)
{
	struct gen g = {.state = 5, .mem = arena_new()};
	struct token t = random_token(&g);

	CHECK(!reads(token_write(&t, &mine, other_key, g.mem), key));
	CHECK(!reads(token_write(&t, &mine, key, g.mem), other_key));
	arena_free(g.mem);
}

static void another_replica_does_not_use_it(void)
{
	struct gen g = {.state = 7, .mem = arena_new()};

	for (int i = 0; i < 100; i++) {
		struct token t = random_token(&g);

		CHECK(!reads(token_write(&t, &another, key, g.mem), key));
	}
	arena_free(g.mem);
}

/* A station keeps its place when the centre is updated. */
static void a_token_of_the_release_before_is_good(void)
{
	struct arena *mem = arena_new();
	unsigned char b[57] = {
		1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 4};
	struct sha256 mac = hmac_of(key, 32, b, 41);
	struct token t;
	struct err e;

	memcpy(b + 41, mac.b, 16);
	CHECK(token_read(
		base64url_format(b, 57, mem), &mine, key, mem, &t, &e));
	CHECK(t.epoch == 9 && t.from == 260 && !t.part.no);
	b[16]++;
	CHECK(!reads(base64url_format(b, 57, mem), key));
	arena_free(mem);
}

static void a_token_cut_or_continued_is_none(void)
{
	struct gen g = {.state = 6, .mem = arena_new()};
	struct token t = random_token(&g);
	const char *text = token_write(&t, &mine, key, g.mem);
	size_t n = strlen(text);

	for (size_t k = 1; k < n; k++)
		CHECK(!reads(arena_strndup(g.mem, text, k), key));
	for (size_t k = 1; k < n; k++)
		CHECK(!reads(text + k, key));
	CHECK(!reads(arena_printf(g.mem, "%sA", text), key));
	CHECK(!reads(arena_printf(g.mem, "%sAAAA", text), key));
	CHECK(!reads(arena_printf(g.mem, "%s=", text), key));
	CHECK(!reads(arena_printf(g.mem, "%s%s", text, text), key));
	CHECK(!reads(arena_printf(g.mem, " %s", text), key));
	arena_free(g.mem);
}

static void strange_texts_are_no_tokens(void)
{
	static const char *const odd[] = {"0", "next", "null", "AAAA", "%00",
		"../../etc/passwd", "张三", "=", "-"};
	struct arena *mem = arena_new();
	char *huge = arena_alloc(mem, 100001);

	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		CHECK(!reads(odd[i], key));
	memset(huge, 'A', 100000);
	CHECK(!reads(huge, key));
	for (size_t n = 70; n < 85; n++) {
		huge[n] = 0;
		CHECK(!reads(huge, key));
		huge[n] = 'A';
	}
	arena_free(mem);
}

int main(void)
{
	RUN(every_token_reads_back_as_it_was);
	RUN(nothing_is_the_beginning);
	RUN(a_token_goes_into_a_query_as_it_is);
	RUN(every_single_bit_counts);
	RUN(two_characters_swapped_are_another_token);
	RUN(another_key_does_not_open_it);
	RUN(another_replica_does_not_use_it);
	RUN(a_token_of_the_release_before_is_good);
	RUN(a_token_cut_or_continued_is_none);
	RUN(strange_texts_are_no_tokens);
	return tap_done();
}
