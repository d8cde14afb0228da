/*
 * fuzz_trail.c - whatever is given as a file of the trail, a head, a key or a
 * leaf is read or refused; and nothing that was made up is proved.
 *
 * The first byte chooses: a key, a head, a leaf, or a file. Lines of a file get
 * their last line from here, so that the checksum is no wall.
 */
#include "proto/trail.h"
#include "proto/trail_check.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char secret[ED25519_KEY] = "a secret of this fuzz target";

static struct note_key key_of(void)
{
	struct note_key k = {.name = "casebridge/fuzz"};

	ed25519_public(secret, k.key);
	return k;
}

static void ignore(void *ctx, bool bad, const char *sentence)
{
	(void)ctx;
	(void)bad;
	if (strlen(sentence) > 400)
		abort();
}

static void try_key(struct str s)
{
	struct arena *mem = arena_new();
	struct note_key k;
	struct err e;

	if (note_key_read(s, &k, &e) && !strstr(note_key_text(&k, mem), k.name))
		abort();
	arena_free(mem);
}

/* Only what was signed with the key is a head. */
static void try_head(struct str s)
{
	struct note_key k = key_of();
	struct note_head h;
	struct err e;

	if (note_read(s, &k, &h, &e) && (h.epoch < 1 || h.size < 0))
		abort();
}

/* What is read is what would be written. */
static void try_leaf(struct str s)
{
	struct trail_leaf l;
	struct buf b;
	struct err e;

	if (!trail_leaf_read(s, &l, &e))
		return;
	buf_init(&b, TRAIL_LEAF_MOST);
	trail_leaf_write(&l, &b);
	if (b.n != s.n || memcmp(b.p, s.p, s.n) != 0)
		abort();
	buf_free(&b);
}

static bool give(struct trail_check *c, struct sha256_run *run,
	const char *text, size_t n)
{
	struct str line = {text, n};
	struct err e;

	sha256_add(run, text, n);
	sha256_add(run, "\n", 1);
	return trail_check_line(c, line, &e);
}

/* "head" stands for a head that is signed, so that what follows is reached. */
static bool give_head(struct trail_check *c, struct sha256_run *run,
	struct arena *mem, unsigned size, int64_t *lines)
{
	struct note_key k = key_of();
	struct note_head h = {.epoch = 1, .size = size, .at_ms = 1};
	char *at = note_write(&h, &k, secret, mem), *end;
	bool ok = give(c, run, "head", 4);

	++*lines;
	for (; ok && (end = strchr(at, '\n')); at = end + 1, ++*lines)
		ok = give(c, run, at, (size_t)(end - at));
	return ok;
}

static bool give_lines(struct trail_check *c, struct sha256_run *run,
	struct arena *mem, struct str s, int64_t *lines)
{
	const char *at = s.p + 1, *stop = s.p + s.n;
	bool ok = true;

	while (ok && at < stop) {
		const char *end = memchr(at, '\n', (size_t)(stop - at));
		size_t n = (size_t)((end ? end : stop) - at);

		if (n == 4 && memcmp(at, "head", 4) == 0)
			ok = give_head(c, run, mem, (unsigned char)s.p[0] % 40U,
				lines);
		else {
			ok = give(c, run, at, n);
			++*lines;
		}
		at += n + 1;
	}
	return ok;
}

static void try_file(struct str s)
{
	struct note_key k = key_of();
	struct arena *mem = arena_new();
	struct trail_check *c = trail_check_new(&k, ignore, NULL);
	struct sha256_run *run = sha256_begin();
	const char *key = arena_printf(mem, "key %s", note_key_text(&k, mem));
	int64_t lines = 2;
	char hex[SHA256_HEX];
	struct sha256 sha;
	struct trail_result r;
	struct err e;
	bool ok = give(c, run, TRAIL_FIRST_LINE, strlen(TRAIL_FIRST_LINE)) &&
		  give(c, run, key, strlen(key)) &&
		  give_lines(c, run, mem, s, &lines);

	sha = sha256_end(run);
	if (ok) {
		const char *end = arena_printf(mem, "end %lld %s",
			(long long)lines, hex_format(sha.b, SHA256_LEN, hex));
		struct str line = {end, strlen(end)};

		/* The head's root is all zeros: nothing gives that. */
		if (trail_check_line(c, line, &e) &&
			trail_check_end(c, &r, &e) && r.findings == 0)
			abort();
	}
	trail_check_free(c);
	arena_free(mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const tries[])(struct str s) = {
		try_key, try_head, try_leaf, try_file};
	struct str s = {(const char *)data + 1, n - 1};

	if (n < 2)
		return 0;
	/* Terminated or not, only n bytes count. */
	tries[data[0] % ARRAY_LEN(tries)](s);
	return 0;
}
