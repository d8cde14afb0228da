/*
 * test_handover.c - one key hands over to the next only when both sign it, and
 * each counts for the heads of its time.
 */
#include "proto/handover.h"

#include "tests/lib/tap.h"

#include <string.h>

#define LOG "casebridge/6f1e2d3c"

/* Secrets are 32 times the letter of the key. */
static struct note_key key_of(char letter)
{
	unsigned char secret[ED25519_KEY];
	struct note_key k = {.name = LOG};

	memset(secret, letter, sizeof(secret));
	ed25519_public(secret, k.key);
	return k;
}

static struct note_head at(int64_t epoch, int64_t size)
{
	return (struct note_head){.epoch = epoch,
		.size = size,
		.root = sha256_of("root", 4),
		.at_ms = INT64_C(1795372200000)};
}

static char *written(char from, char to, struct note_head last, char by_from,
	char by_to, struct arena *mem)
{
	struct handover h = {key_of(from), key_of(to), last};
	unsigned char one[ED25519_KEY], other[ED25519_KEY];

	memset(one, by_from, sizeof(one));
	memset(other, by_to, sizeof(other));
	return handover_write(&h, one, other, mem);
}

static bool reads(const char *text, struct handover *out)
{
	struct str s = {text, strlen(text)};
	struct err e = {0};

	if (handover_read(s, out, &e))
		return true;
	CHECK(e.code == ERR_BAD_INPUT);
	CHECK_STR(e.field, "handover");
	return false;
}

static bool adds(struct key_chain *c, char from, char to, struct note_head last)
{
	struct handover h = {key_of(from), key_of(to), last};

	return chain_add(c, &h);
}

static bool head_counts(
	const struct key_chain *c, char by, struct note_head head)
{
	struct arena *mem = arena_new();
	struct note_key k = key_of(by);
	unsigned char secret[ED25519_KEY];
	struct note_head out;
	struct str s;
	struct err e;
	bool ok;

	memset(secret, by, sizeof(secret));
	s.p = note_write(&head, &k, secret, mem);
	s.n = strlen(s.p);
	ok = chain_read(c, s, &out, &e);
	CHECK(!ok || (out.epoch == head.epoch && out.size == head.size));
	arena_free(mem);
	return ok;
}

static void what_both_signed_is_read(void)
{
	struct arena *mem = arena_new();
	struct note_key a = key_of('a'), b = key_of('b');
	struct handover h;

	CHECK(reads(written('a', 'b', at(3, 40), 'a', 'b', mem), &h));
	CHECK(same_key(&h.from, &a));
	CHECK(same_key(&h.to, &b));
	CHECK(h.last.epoch == 3);
	CHECK(h.last.size == 40);
	CHECK(h.last.at_ms == INT64_C(1795372200000));
	arena_free(mem);
}

static void what_one_of_them_did_not_sign_is_refused(void)
{
	struct arena *mem = arena_new();
	struct handover h;

	CHECK(!reads(written('a', 'b', at(1, 4), 'x', 'b', mem), &h));
	CHECK(!reads(written('a', 'b', at(1, 4), 'b', 'b', mem), &h));
	CHECK(!reads(written('a', 'b', at(1, 4), 'a', 'x', mem), &h));
	CHECK(!reads(written('a', 'b', at(1, 4), 'a', 'a', mem), &h));
	CHECK(!reads(written('a', 'a', at(1, 4), 'a', 'a', mem), &h));
	arena_free(mem);
}

static void no_changed_one_is_taken(void)
{
	struct arena *mem = arena_new();
	char *text = written('a', 'b', at(1, 4), 'a', 'b', mem);
	struct handover h;
	struct err e;
	size_t n = strlen(text);

	CHECK(n < HANDOVER_BYTES);
	for (size_t i = 0; i < n * 8; i++) {
		struct str s = {text, n};

		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		CHECK(!handover_read(s, &h, &e));
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
	}
	while (n--) {
		struct str s = {text, n};

		CHECK(!handover_read(s, &h, &e));
	}
	arena_free(mem);
}

static void several_in_a_text_come_one_by_one(void)
{
	struct arena *mem = arena_new();
	char *one = written('a', 'b', at(1, 4), 'a', 'b', mem);
	char *two = written('b', 'c', at(1, 9), 'b', 'c', mem);
	char *text = arena_printf(mem, "\n%s\n\n%s\nrest", one, two);
	struct str rest = {text, strlen(text)}, s;

	s = handover_next(&rest);
	CHECK(s.n == strlen(one) && memcmp(s.p, one, s.n) == 0);
	s = handover_next(&rest);
	CHECK(s.n == strlen(two) && memcmp(s.p, two, s.n) == 0);
	s = handover_next(&rest);
	CHECK(s.n == 4 && memcmp(s.p, "rest", 4) == 0);
	s = handover_next(&rest);
	CHECK(s.p == NULL);
	arena_free(mem);
}

static void a_chain_has_no_forks_and_does_not_go_back(void)
{
	struct note_key a = key_of('a'), c = key_of('c'), x = key_of('x');
	struct key_chain k;

	chain_begin(&k, &a);
	CHECK(!adds(&k, 'b', 'c', at(1, 4)));
	CHECK(adds(&k, 'a', 'b', at(1, 4)));
	CHECK(!adds(&k, 'a', 'c', at(1, 4)));
	CHECK(!adds(&k, 'b', 'a', at(1, 9)));
	CHECK(!adds(&k, 'b', 'c', at(1, 3)));
	CHECK(adds(&k, 'b', 'c', at(2, 1)));
	CHECK(same_key(chain_newest(&k), &c));
	CHECK(chain_has(&k, &a));
	CHECK(!chain_has(&k, &x));
	for (int i = 2; i < HANDOVERS_MOST; i++)
		CHECK(adds(&k, (char)('a' + i), (char)('a' + i + 1),
			at(2, 1 + i)));
	CHECK(!adds(&k, (char)('a' + HANDOVERS_MOST),
		(char)('a' + HANDOVERS_MOST + 1), at(3, 1)));
}

static void each_key_counts_in_its_time(void)
{
	struct note_key a = key_of('a');
	struct note_head other = at(1, 4);
	struct key_chain k;

	chain_begin(&k, &a);
	CHECK(head_counts(&k, 'a', at(9, 9)));
	CHECK(adds(&k, 'a', 'b', at(1, 4)));
	CHECK(adds(&k, 'b', 'c', at(2, 10)));
	CHECK(head_counts(&k, 'a', at(1, 3)));
	CHECK(head_counts(&k, 'a', at(1, 4)));
	other.root = sha256_of("another", 7);
	CHECK(!head_counts(&k, 'a', other));
	CHECK(!head_counts(&k, 'a', at(1, 5)));
	CHECK(!head_counts(&k, 'a', at(2, 1)));
	CHECK(!head_counts(&k, 'b', at(1, 3)));
	CHECK(head_counts(&k, 'b', at(1, 5)));
	CHECK(head_counts(&k, 'b', at(2, 10)));
	CHECK(!head_counts(&k, 'b', at(2, 11)));
	CHECK(!head_counts(&k, 'c', at(2, 9)));
	CHECK(head_counts(&k, 'c', at(2, 11)));
	CHECK(head_counts(&k, 'c', at(7, 1)));
	CHECK(!head_counts(&k, 'x', at(2, 11)));
}

int main(void)
{
	RUN(what_both_signed_is_read);
	RUN(what_one_of_them_did_not_sign_is_refused);
	RUN(no_changed_one_is_taken);
	RUN(several_in_a_text_come_one_by_one);
	RUN(a_chain_has_no_forks_and_does_not_go_back);
	RUN(each_key_counts_in_its_time);
	return tap_done();
}
