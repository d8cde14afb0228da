/*
 * test_note.c - signed heads: one that another program signed is read, ours is
 * the same to the byte, and nothing else is taken for one.
 */
#include "proto/note.h"

#include "tests/lib/tap.h"
#include "tests/unit/proto/trail_file.h"

#include <string.h>

static struct str text(const char *s)
{
	return (struct str){s, strlen(s)};
}

static struct note_key key_of(const char *line)
{
	struct note_key k;
	struct err e;

	if (!note_key_read(text(line), &k, &e))
		die("the test's own key is wrong");
	return k;
}

/* "-" when it is read, else the field that is wrong. */
static const char *reads(const char *note, const char *key)
{
	static char field[128];
	struct note_key k = key_of(key);
	struct note_head h;
	struct err e;

	if (note_read(text(note), &k, &h, &e))
		return "-";
	CHECK(e.code == ERR_BAD_INPUT);
	snprintf(field, sizeof(field), "%s", e.field);
	return field;
}

static void a_head_of_another_program_is_read(void)
{
	struct note_key k = key_of(LOG_KEY);
	struct note_head h;
	struct err e;

	CHECK(note_read(text(BIG_HEAD), &k, &h, &e));
	CHECK(h.epoch == 7 && h.size == 20852163);
	/* date -u -d 2026-11-22T18:30:00Z +%s */
	CHECK(h.at_ms == INT64_C(1795372200000));
	for (int i = 0; i < SHA256_LEN; i++)
		CHECK(h.root.b[i] == i);
}

/* Ed25519 has one signature of a text: RFC 8032. */
static void ours_is_the_same_to_the_byte(void)
{
	struct arena *mem = arena_new();
	struct note_key k = key_of(LOG_KEY);
	struct note_head h = {
		.epoch = 7, .size = 20852163, .at_ms = INT64_C(1795372200000)};
	unsigned char secret[ED25519_KEY];

	for (int i = 0; i < ED25519_KEY; i++) {
		secret[i] = (unsigned char)i;
		h.root.b[i] = (unsigned char)i;
	}
	CHECK_STR(note_write(&h, &k, secret, mem), BIG_HEAD);
	CHECK_STR(note_key_text(&k, mem), LOG_KEY);
	arena_free(mem);
}

static void of_another_key_or_log_it_is_refused(void)
{
	static const char altered[] = LOG_NAME
		"/7\n20852164\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
		"\n2026-11-22T18:30:00.000Z\n\n— " LOG_NAME
		" LZSzrx4bTfG3vJFrpHjoBdTMRGHE81+2uX4W3PzKyrpdBCMdtFsJu5jKr9"
		"QbDrNcoPqt0HcKCiiOKXqSi/sWmzN46gY=\n";

	CHECK_STR(reads(BIG_HEAD, LOG_KEY), "-");
	CHECK_STR(reads(BIG_HEAD, OTHER_KEY), "key");
	CHECK_STR(reads(altered, LOG_KEY), "signature");
	CHECK_STR(reads("", LOG_KEY), "head");
	CHECK_STR(reads(BIG_HEAD "\n", LOG_KEY), "head");
}

/* Every bit of it counts, and so does every cut. */
static void no_changed_head_is_taken(void)
{
	char note[] = BIG_HEAD;
	size_t n = sizeof(note) - 1;

	for (size_t i = 0; i < n * 8; i++) {
		note[i / 8] = (char)(note[i / 8] ^ 1 << i % 8);
		CHECK(strcmp(reads(note, LOG_KEY), "-") != 0);
		note[i / 8] = (char)(note[i / 8] ^ 1 << i % 8);
	}
	while (--n) {
		note[n] = 0;
		CHECK(strcmp(reads(note, LOG_KEY), "-") != 0);
	}
}

static void a_key_is_spelt_one_way(void)
{
	static const char *const wrong[] = {"", "casebridge/6f1e2d3c",
		LOG_NAME "+2d94b3ae+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG"
			 "4",
		LOG_NAME "+2D94B3AF+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG"
			 "4",
		LOG_NAME "+2d94b3af+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG"
			 "4",
		LOG_NAME
		"+2d94b3af+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG",
		"another/6f1e2d3c+2d94b3af+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3"
		"chmQSVTG4",
		LOG_KEY "x"};
	struct note_key k;
	struct err e;

	CHECK(note_key_read(text(" \n" LOG_KEY "\r\n"), &k, &e));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		CHECK(!note_key_read(text(wrong[i]), &k, &e));
		CHECK_STR(e.field, "key");
	}
}

int main(void)
{
	RUN(a_head_of_another_program_is_read);
	RUN(ours_is_the_same_to_the_byte);
	RUN(of_another_key_or_log_it_is_refused);
	RUN(no_changed_head_is_taken);
	RUN(a_key_is_spelt_one_way);
	return tap_done();
}
