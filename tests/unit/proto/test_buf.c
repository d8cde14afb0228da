/*
 * test_buf.c - a buffer stops at its cap and says so; arenas give everything
 * back; walking text by characters ends.
 */
#include "proto/base/buf.h"

#include "proto/base/arena.h"
#include "proto/base/utf8.h"
#include "tests/lib/tap.h"

#include <stdalign.h>
#include <string.h>

static void what_fits_is_kept_and_terminated(void)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_text(&b, "abc");
	buf_char(&b, 'd');
	buf_printf(&b, "%d", 42);
	CHECK_STR(b.p, "abcd42");
	CHECK(b.n == 6 && !b.full);
	buf_add(&b, "", 0);
	CHECK(b.n == 6 && !b.full);
	buf_free(&b);
	CHECK(b.p == NULL && b.n == 0);
}

static void a_write_over_the_cap_is_dropped_and_remembered(void)
{
	struct buf b;

	buf_init(&b, 4);
	buf_text(&b, "abc");
	buf_text(&b, "de");
	CHECK(b.full);
	CHECK_STR(b.p, "abc");
	buf_char(&b, 'x');
	buf_printf(&b, "%s", "y");
	CHECK(buf_reserve(&b, 1) == NULL);
	CHECK_STR(b.p, "abc");
	buf_clear(&b);
	CHECK(!b.full && b.n == 0 && b.p[0] == 0);
	buf_text(&b, "abcd");
	CHECK(!b.full);
	buf_free(&b);
}

static void a_buffer_grows_to_its_cap(void)
{
	struct buf b;

	buf_init(&b, 100000);
	for (int i = 0; i < 100000; i++)
		buf_char(&b, (char)('a' + i % 26));
	CHECK(b.n == 100000 && !b.full);
	CHECK(b.p[25] == 'z' && b.p[26] == 'a' && b.p[100000] == 0);
	buf_char(&b, 'x');
	CHECK(b.full && b.n == 100000);
	buf_free(&b);
	buf_init(&b, 8);
	CHECK(buf_reserve(&b, SIZE_MAX) == NULL && b.full);
	buf_free(&b);
}

static void json_text_is_quoted(void)
{
	struct buf b;

	buf_init(&b, 100);
	buf_json(&b, "a\"b\\c\n\x01张", strlen("a\"b\\c\n\x01张"));
	CHECK_STR(b.p, "\"a\\\"b\\\\c\\u000a\\u0001张\"");
	buf_free(&b);
}

static char released[8];

static void note_release(void *handle)
{
	size_t n = strlen(released);

	if (n + 1 < sizeof(released))
		released[n] = *(char *)handle;
}

static void an_arena_releases_what_it_adopted_newest_first(void)
{
	struct arena *a = arena_new();
	char first = '1', second = '2';

	memset(released, 0, sizeof(released));
	arena_adopt(a, &first, note_release);
	arena_adopt(a, &second, note_release);
	CHECK_STR(released, "");
	arena_free(a);
	CHECK_STR(released, "21");
	arena_free(NULL);
}

static void arena_memory_is_zeroed_aligned_and_apart(void)
{
	struct arena *a = arena_new();
	char *before = arena_strdup(a, "kept");
	int dirty = 0;

	for (size_t size = 0; size < 40000; size += 977) {
		unsigned char *p = arena_alloc(a, size);

		CHECK((uintptr_t)p % alignof(max_align_t) == 0);
		for (size_t i = 0; i < size; i++)
			dirty += p[i];
		memset(p, 0xff, size);
	}
	CHECK(dirty == 0);
	CHECK_STR(before, "kept");
	CHECK_STR(arena_printf(a, "%s-%d", "x", 7), "x-7");
	CHECK_STR(arena_strndup(a, "abcdef", 3), "abc");
	CHECK_STR(arena_strndup(a, NULL, 0), "");
	arena_free(a);
}

static void characters_are_walked_and_written(void)
{
	static const struct {
		const char *text;
		uint32_t c;
	} known[] = {
		{"A",                'A'    },
		{"\xc2\xb7",         0xb7   },
		{"张",              0x5f20 },
		{"𬱖",             0x2cc56},
		{"\xff",             0xfffd },
		{"\xc0\xaf",         0xfffd },
		{"\xed\xa0\x80",     0xfffd },
		{"\xf4\x90\x80\x80", 0xfffd },
		{"\xe5\xbc",         0xfffd },
		{"\x80",             0xfffd },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const char *p = known[i].text;
		uint32_t c = utf8_next(&p);

		CHECK(c == known[i].c);
		CHECK(p > known[i].text);
		buf_clear(&b);
		utf8_add(&b, c);
		if (c != 0xfffd)
			CHECK_STR(b.p, known[i].text);
	}
	buf_free(&b);
	CHECK(utf8_count("a张𬱖") == 3);
	CHECK(utf8_count("") == 0);
}

static void sentences_are_filled_in(void)
{
	static const char *const parts[] = {"two", "", "{0}"};
	struct buf b;

	buf_init(&b, 100);
	buf_fill(&b, "{0} of {0}{1}, {2}, {3}, {x}, {", parts, 3);
	CHECK_STR(b.p, "two of two, {0}, , {x}, {");
	buf_free(&b);
}

int main(void)
{
	RUN(what_fits_is_kept_and_terminated);
	RUN(a_write_over_the_cap_is_dropped_and_remembered);
	RUN(a_buffer_grows_to_its_cap);
	RUN(json_text_is_quoted);
	RUN(sentences_are_filled_in);
	RUN(an_arena_releases_what_it_adopted_newest_first);
	RUN(arena_memory_is_zeroed_aligned_and_apart);
	RUN(characters_are_walked_and_written);
	return tap_done();
}
