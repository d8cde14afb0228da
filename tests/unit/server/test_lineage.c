/*
 * test_lineage.c - which log is this, and what does a station's word prove.
 */
#include "server/lineage/lineage.h"

#include "proto/base/buf.h"
#include "server/lineage/files.h"
#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char key[32] = {1, 2, 3, 4, 5};
static const unsigned char other_key[32] = {1, 2, 3, 4, 6};

static struct sha256 chain(const char *of)
{
	return sha256_of(of, strlen(of));
}

static struct log_head head(int64_t epoch, int64_t csn, const char *of)
{
	struct log_head h = {epoch, csn, chain(of)};

	return h;
}

/* A database of ours at a head; its chain at the asked commit is `then`. */
static struct lineage_view at(int64_t epoch, int64_t csn, const char *then)
{
	struct lineage_view v = {.head = head(epoch, csn, "now"),
		.same_system = true,
		.same_timeline = true,
		.confirmed = true,
		.has_chain = then != NULL};

	if (then)
		v.chain = chain(then);
	return v;
}

/* ---- the text ---- */

static bool reads(const char *text, struct head_claim *c)
{
	struct err e = {.code = ERR_NONE};
	bool ok = head_claim_read(text, key, c, &e);

	CHECK(ok || (e.code == ERR_BAD_REQUEST &&
			    strcmp(e.field, "Sync-Seen") == 0));
	return ok;
}

static void what_we_told_is_known_again(void)
{
	struct gen g = {.state = 7};

	for (int i = 0; i < 1000; i++) {
		struct log_head h = head((int64_t)(gen_next(&g) >> 40) + 1,
			(int64_t)(gen_next(&g) >> 20) + 1, "x");
		char text[HEAD_TEXT], hex[SHA256_HEX];
		struct head_claim c;

		CHECK(reads(head_text(&h, key, text), &c));
		CHECK(c.given && c.ours && c.epoch == h.epoch &&
			c.csn == h.csn);
		hex_format(h.chain.b, SHA256_LEN, hex);
		CHECK(strncmp(hex, c.chain, HEAD_CHAIN) == 0);
	}
}

static void a_changed_digit_or_another_key_proves_nothing(void)
{
	struct log_head h = head(3, 1041, "x");
	char text[HEAD_TEXT], bent[HEAD_TEXT];
	struct head_claim c;
	struct err e;

	head_text(&h, key, text);
	for (size_t i = 0; i < strlen(text); i++) {
		memcpy(bent, text, sizeof(bent));
		if (bent[i] == '.')
			continue;
		bent[i] = bent[i] == '1' ? '2' : '1';
		CHECK(reads(bent, &c));
		CHECK(!c.ours);
	}
	CHECK(head_claim_read(text, other_key, &c, &e) && !c.ours);
}

/* Stations that were told a head before there were macs still show it. */
static void a_head_without_a_mac_is_read_and_is_not_ours(void)
{
	struct head_claim c;

	CHECK(reads("2.17.0123456789abcdef", &c));
	CHECK(c.given && !c.ours && c.epoch == 2 && c.csn == 17);
	CHECK(reads(NULL, &c) && !c.given);
}

static void anything_else_is_refused(void)
{
	static const char *const bad[] = {"", "1", "1.2", "1.2.", "a.b.c",
		"-1.2.0123456789abcdef", "1.-2.0123456789abcdef",
		"1.2.0123456789ABCDEF", "1.2.0123456789abcde",
		"1.2.0123456789abcdef0", "1.2.0123456789abcdef.",
		"1.2.0123456789abcdef.0123456789abcdef0123456",
		"1.2.0123456789abcdef.0123456789abcdef01234567x",
		" 1.2.0123456789abcdef", "1.2.0123456789abcdef ",
		"9999999999999999999.2.0123456789abcdef"};
	struct head_claim c;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!reads(bad[i], &c));
}

/* ---- the rules ---- */

static void the_same_log_gone_on_is_the_same(void)
{
	struct log_head none = {0}, water = head(1, 40, "forty");
	struct lineage_view v = at(1, 55, "forty"), first = at(1, 0, NULL);

	CHECK(lineage_judge(&v, &water) == LINEAGE_SAME);
	CHECK(lineage_judge(&v, &none) == LINEAGE_SAME);
	CHECK(lineage_judge(&first, &none) == LINEAGE_SAME);
	v = at(1, 40, "forty");
	CHECK(lineage_judge(&v, &water) == LINEAGE_SAME);
}

static void a_log_that_is_behind_or_beside_is_another(void)
{
	struct log_head water = head(1, 40, "forty");
	struct lineage_view behind = at(1, 39, NULL);
	struct lineage_view beside = at(1, 60, "other forty");
	struct lineage_view older = at(1, 900, "forty");

	CHECK(lineage_judge(&behind, &water) == LINEAGE_HIGH_WATER);
	CHECK(lineage_judge(&beside, &water) == LINEAGE_HIGH_WATER);
	water.epoch = 2;
	CHECK(lineage_judge(&older, &water) == LINEAGE_HIGH_WATER);
}

static void another_cluster_or_timeline_is_another_whatever_the_rest_says(void)
{
	struct log_head water = head(1, 40, "forty");
	struct lineage_view v = at(1, 40, "forty");

	v.same_system = false;
	CHECK(lineage_judge(&v, &water) == LINEAGE_SYSTEM);
	v.same_system = true;
	v.same_timeline = false;
	CHECK(lineage_judge(&v, &water) == LINEAGE_TIMELINE);
}

static void a_newer_epoch_was_begun_by_another_of_us(void)
{
	struct log_head water = head(1, 400, "x");
	struct lineage_view v = at(2, 300, NULL);

	CHECK(lineage_judge(&v, &water) == LINEAGE_SAME);
}

static struct head_claim claim(
	int64_t epoch, int64_t csn, const char *of, bool ours)
{
	struct log_head h = head(epoch, csn, of);
	struct head_claim c;
	char text[HEAD_TEXT];
	struct err e;

	CHECK(head_claim_read(head_text(&h, key, text), key, &c, &e));
	c.ours = ours;
	return c;
}

static void only_what_we_told_a_station_counts_against_the_log(void)
{
	struct lineage_view behind = at(1, 30, NULL);
	struct lineage_view beside = at(1, 60, "other");
	struct lineage_view right = at(1, 60, "forty");
	struct head_claim ours = claim(1, 40, "forty", true);
	struct head_claim made_up = claim(1, 40, "forty", false);
	struct head_claim old = claim(1, 40, "forty", true);

	CHECK(lineage_contradicts(&behind, &ours));
	CHECK(lineage_contradicts(&beside, &ours));
	CHECK(!lineage_contradicts(&right, &ours));
	CHECK(!lineage_contradicts(&behind, &made_up));
	CHECK(!lineage_contradicts(&beside, &made_up));
	/* Of an epoch that ended: that is known already. */
	behind.head.epoch = 2;
	CHECK(!lineage_contradicts(&behind, &old));
	old.epoch = 3;
	CHECK(lineage_contradicts(&behind, &old));
}

/* ---- the files ---- */

static char dir[64];

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f && fputs(text, f) >= 0);
	if (f)
		fclose(f);
}

static void the_high_water_comes_back_and_nonsense_does_not(void)
{
	/* clang-format off */
	static const char *const bad[] = {"", "1 2\n", "x 2 00\n", "1 2 0123\n",
		"0 2 0000000000000000000000000000000000000000000000000000000000000000\n",
	};
	/* clang-format on */
	struct log_head h = head(2, 77, "x"), back;
	struct err e;

	CHECK(water_read(dir, &back, &e) && back.epoch == 0);
	CHECK(water_write(dir, &h, &e) && water_read(dir, &back, &e));
	CHECK(back.epoch == 2 && back.csn == 77 &&
		sha256_equal(&back.chain, &h.chain));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		write_file("high-water", bad[i]);
		CHECK(!water_read(dir, &back, &e) && e.code == ERR_USAGE);
	}
}

#define LINE(n)                                                                \
	"{\"id\":\"" n "\",\"at\":\"2026-01-01T00:00:00Z\",\"csn\":1,"         \
	"\"kind\":\"member\",\"about\":\"a\",\"doc\":{}}"

static void decisions_are_added_and_a_torn_line_is_taken_away(void)
{
	static const char *const two[] = {LINE("1"), LINE("2")};
	static const char *const three[] = {LINE("3")};
	struct arena *mem = arena_new();
	const char **lines;
	struct err e;
	size_t n;
	int fd = decisions_open(dir, &e);

	CHECK(fd >= 0 && decisions_add(fd, two, 2, &e));
	CHECK(write(fd, "{\"id\":\"torn", 11) == 11);
	close(fd);
	fd = decisions_open(dir, &e);
	CHECK(fd >= 0 && decisions_add(fd, three, 1, &e));
	close(fd);
	CHECK(decisions_read(dir, mem, &lines, &n, &e) && n == 3);
	CHECK_STR(lines[0], two[0]);
	CHECK_STR(lines[2], three[0]);
	write_file("decisions", LINE("1") "\n{}\n");
	CHECK(!decisions_read(dir, mem, &lines, &n, &e) &&
		strstr(e.msg, "line 2"));
	arena_free(mem);
}

/* What was destroyed names its units: 200 letters, and more than any body of a
 * request may hold. */
static void a_decision_may_be_long(void)
{
	static const size_t units[] = {200, 20000};
	struct arena *mem = arena_new();
	const char *long_lines[ARRAY_LEN(units)], **lines;
	struct err e;
	size_t n;
	int fd;

	write_file("decisions", "");
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct buf b;

		buf_init(&b, (size_t)2 << 20);
		buf_text(&b, "{\"id\":\"1\",\"at\":\"2026-01-01T00:00:00Z\","
			     "\"csn\":1,\"kind\":\"destroyed\","
			     "\"about\":\"a\",\"doc\":{\"units\":[");
		for (size_t k = 0; k < units[i]; k++)
			buf_printf(&b, "%s\"00000000-0000-4000-8000-%012zu\"",
				k ? ", " : "", k);
		buf_text(&b, "]}}");
		CHECK(!b.full);
		long_lines[i] = arena_strndup(mem, b.p, b.n);
		buf_free(&b);
	}
	fd = decisions_open(dir, &e);
	CHECK(fd >= 0 &&
		decisions_add(fd, long_lines, ARRAY_LEN(long_lines), &e));
	close(fd);
	fd = decisions_open(dir, &e); /* looks for a torn end */
	CHECK(fd >= 0);
	close(fd);
	CHECK(decisions_read(dir, mem, &lines, &n, &e) &&
		n == ARRAY_LEN(units));
	for (size_t i = 0; i < ARRAY_LEN(units) && i < n; i++)
		CHECK_STR(lines[i], long_lines[i]);
	arena_free(mem);
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/cb-lineage.XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	RUN(what_we_told_is_known_again);
	RUN(a_changed_digit_or_another_key_proves_nothing);
	RUN(a_head_without_a_mac_is_read_and_is_not_ours);
	RUN(anything_else_is_refused);
	RUN(the_same_log_gone_on_is_the_same);
	RUN(a_log_that_is_behind_or_beside_is_another);
	RUN(another_cluster_or_timeline_is_another_whatever_the_rest_says);
	RUN(a_newer_epoch_was_begun_by_another_of_us);
	RUN(only_what_we_told_a_station_counts_against_the_log);
	RUN(the_high_water_comes_back_and_nonsense_does_not);
	RUN(decisions_are_added_and_a_torn_line_is_taken_away);
	RUN(a_decision_may_be_long);
	write_file("high-water", "");
	{
		char path[128];

		snprintf(path, sizeof(path), "%s/high-water", dir);
		unlink(path);
		snprintf(path, sizeof(path), "%s/decisions", dir);
		unlink(path);
		rmdir(dir);
	}
	return tap_done();
}
