/*
 * test_trail_check.c - the files of the trail: what is whole is proved, and
 * whatever is changed in one is told, by somebody who also mends its last line.
 */
#include "proto/trail_check.h"

#include "proto/base/buf.h"
#include "tests/lib/tap.h"
#include "tests/unit/proto/trail_file.h"

#include <string.h>

static char told[2048]; /* the findings, one behind the other */

static void tell(void *ctx, bool bad, const char *sentence)
{
	(void)ctx;
	if (bad)
		snprintf(told + strlen(told), sizeof(told) - strlen(told),
			"%s\n", sentence);
}

static struct str text(const char *s)
{
	return (struct str){s, strlen(s)};
}

/* "end LINES SHA256", as docs/trail.md has it. */
static void add_end(struct buf *b)
{
	struct sha256 sha = sha256_of(b->p, b->n);
	char hex[SHA256_HEX];
	int lines = 0;

	for (size_t i = 0; i < b->n; i++)
		lines += b->p[i] == '\n';
	buf_printf(b, "end %d %s\n", lines, hex_format(sha.b, SHA256_LEN, hex));
}

static bool give_lines(struct trail_check *c, struct str file, struct err *e)
{
	const char *at = file.p, *end = file.p + file.n, *line_end;

	for (; at < end; at = line_end + 1) {
		line_end = memchr(at, '\n', (size_t)(end - at));
		if (!line_end)
			return false;
		if (!trail_check_line(
			    c, (struct str){at, (size_t)(line_end - at)}, e))
			return false;
	}
	return true;
}

/* Whether the file was read to its end; the findings stand in `told`. */
static bool check(struct str file, const char *key, const char *pin,
	struct trail_result *out)
{
	struct trail_check *c;
	struct note_key k;
	struct err e;
	bool ok;

	if (!note_key_read(text(key), &k, &e))
		die("the test's own key is wrong");
	told[0] = 0;
	memset(out, 0, sizeof(*out));
	c = trail_check_new(&k, tell, NULL);
	ok = (!pin || trail_check_pin(c, text(pin), &e)) &&
	     give_lines(c, file, &e) && trail_check_end(c, out, &e);
	trail_check_free(c);
	return ok;
}

static bool checks(const char *lines, const char *key, const char *pin,
	struct trail_result *out)
{
	struct buf b;
	bool ok;

	buf_init(&b, 1 << 16);
	buf_text(&b, lines);
	add_end(&b);
	ok = check((struct str){b.p, b.n}, key, pin, out);
	buf_free(&b);
	return ok;
}

static void what_another_program_made_is_proved(void)
{
	struct trail_result r;

	CHECK(checks(WHOLE_FILE, LOG_KEY, NULL, &r));
	CHECK_STR(told, "");
	CHECK(r.findings == 0 && r.epochs == 1 && r.leaves == 3);
	CHECK(r.whole && !r.receipt && r.head.size == 3);
	CHECK(checks(WHOLE_FILE, LOG_KEY, HEAD_3, &r) && r.findings == 0);
	CHECK(checks(RECEIPT, LOG_KEY, NULL, &r));
	CHECK(r.findings == 0 && r.receipt && !r.whole && r.leaves == 1);
}

static void of_another_key_nothing_is(void)
{
	struct trail_result r;

	CHECK(!checks(WHOLE_FILE, OTHER_KEY, NULL, &r) && told[0]);
	CHECK(!checks(RECEIPT, OTHER_KEY, NULL, &r) && told[0]);
}

static void a_changed_leaf_is_named(void)
{
	struct trail_result r;

	/* The bytes of event 2 where event 1 was sealed. */
	CHECK(checks(FILE_BEGINS "range 0 3\n" LEAF_0 "leaf 1 e 2 " HASH_1
				 " " BYTES_2 "\n" LEAF_2,
		LOG_KEY, NULL, &r));
	CHECK(r.findings > 0);
	CHECK(strstr(told, "leaf 1 of epoch 1") != NULL);
	CHECK(checks(FILE_BEGINS "range 0 3\n" LEAF_0 "leaf 1 e 1 " HASH_1
				 " -\n" LEAF_2,
		LOG_KEY, NULL, &r));
	CHECK(strstr(told, "(event 1) was taken away") != NULL);
}

static void a_tree_written_anew_has_not_the_root_that_was_signed(void)
{
	struct trail_result r;

	CHECK(checks(FILE_BEGINS "range 0 3\n" LEAF_0 "leaf 1 e 2 " HASH_2
				 " " BYTES_2 "\nleaf 2 e 1 " HASH_1 " " BYTES_1
				 "\n",
		LOG_KEY, NULL, &r));
	CHECK(strstr(told, "the tree was rewritten") != NULL);
}

static void leaves_that_are_not_there_are_missed(void)
{
	struct trail_result r;

	CHECK(checks(
		FILE_BEGINS "range 0 3\n" LEAF_0 LEAF_1, LOG_KEY, NULL, &r));
	CHECK(r.findings > 0);
	CHECK(!checks(
		FILE_BEGINS "range 0 3\n" LEAF_0 LEAF_2, LOG_KEY, NULL, &r));
	CHECK(!check(text(WHOLE_FILE), LOG_KEY, NULL, &r));
}

static void a_head_that_was_kept_must_be_found_again(void)
{
	struct trail_result r;

	CHECK(checks(WHOLE_FILE, LOG_KEY, BIG_HEAD, &r));
	CHECK(strstr(told, "the trail went back") != NULL);
}

/* Whoever changes a bit also mends the last line. */
static void no_bit_is_changed_unseen(const char *lines)
{
	char file[4096];
	size_t n = strlen(lines);
	struct trail_result r;

	memcpy(file, lines, n + 1);
	for (size_t i = 0; i < n * 8; i++) {
		bool good;

		file[i / 8] = (char)(file[i / 8] ^ 1 << i % 8);
		good = file[i / 8] && checks(file, LOG_KEY, NULL, &r) &&
		       r.findings == 0;
		file[i / 8] = (char)(file[i / 8] ^ 1 << i % 8);
		if (good)
			printf("# byte %zu, bit %zu\n", i / 8, i % 8);
		CHECK(!good);
	}
	CHECK(checks(file, LOG_KEY, NULL, &r) && r.findings == 0);
}

static void no_bit_of_a_file_is_changed_unseen(void)
{
	no_bit_is_changed_unseen(WHOLE_FILE);
}

static void nor_one_of_a_receipt(void)
{
	no_bit_is_changed_unseen(RECEIPT);
}

int main(void)
{
	RUN(what_another_program_made_is_proved);
	RUN(of_another_key_nothing_is);
	RUN(a_changed_leaf_is_named);
	RUN(a_tree_written_anew_has_not_the_root_that_was_signed);
	RUN(leaves_that_are_not_there_are_missed);
	RUN(a_head_that_was_kept_must_be_found_again);
	RUN(no_bit_of_a_file_is_changed_unseen);
	RUN(nor_one_of_a_receipt);
	return tap_done();
}
