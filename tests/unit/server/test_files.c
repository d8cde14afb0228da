/*
 * test_files.c - sealed chunks, the keys that seal them, and which part of a
 * file a request is about.
 */
#include "server/files/range.h"
#include "server/files/seal.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define K1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define K2 "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static struct err e;

static bool parse(const char *text, struct file_keys *out)
{
	return file_keys_parse((struct str){text, strlen(text)}, out, &e);
}

static void keys_are_lines_of_hex(void)
{
	struct file_keys k;

	CHECK(parse(K1 "\n", &k) && k.n == 1 && k.key[0].b[31] == 0x1f);
	CHECK(parse(K1, &k) && k.n == 1);
	CHECK(parse(K2 "\n" K1 "\n", &k) && k.n == 2 && k.key[0].b[0] == 0xff);
	CHECK(!parse("", &k) && e.code == ERR_USAGE);
	CHECK(!parse("\n", &k));
	CHECK(!parse(K1 "0\n", &k));
	CHECK(!parse(K1 "\r\n", &k));
	CHECK(!parse("x" K1 "\n", &k));
	CHECK(!parse(K1 "\n\n" K2 "\n", &k));
	/* No error says what was in the file. */
	CHECK(!strstr(e.msg, "0001"));
}

/* sha256sum of the 32 bytes of K1, by the coreutils of Debian 12. */
static void a_key_is_known_by_its_hash(void)
{
	static const unsigned char id[FILE_KEY_ID] = {
		0x63, 0x0d, 0xcd, 0x29, 0x66, 0xc4, 0x33, 0x66};
	struct file_keys k;

	CHECK(parse(K1, &k));
	CHECK(memcmp(k.key[0].id, id, sizeof(id)) == 0);
	CHECK(file_keys_find(&k, (struct str){(const char *)id, 8}) ==
		&k.key[0]);
	CHECK(!file_keys_find(&k, (struct str){(const char *)id, 7}));
	CHECK(!file_keys_find(&k, (struct str){"12345678", 8}));
}

static void a_key_is_made_once_and_only_for_its_owner(void)
{
	char path[] = "/tmp/casebridge-key-XXXXXX", first[80] = "";
	struct arena *mem = arena_new();
	struct file_keys *k;
	struct stat st;
	bool made;
	int fd = mkstemp(path);

	close(fd);
	unlink(path);
	CHECK(file_keys_make(path, &made, &e) && made);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	k = file_keys_read(path, mem, &e);
	CHECK(k && k->n == 1);
	if (k)
		hex_format(k->key[0].b, FILE_KEY, first);
	CHECK(file_keys_make(path, &made, &e) && !made);
	k = file_keys_read(path, mem, &e);
	CHECK(k && strlen(first) == 64);
	if (k) {
		char again[80];

		CHECK_STR(hex_format(k->key[0].b, FILE_KEY, again), first);
	}
	chmod(path, 0604);
	CHECK(!file_keys_read(path, mem, &e));
	unlink(path);
	CHECK(!file_keys_read(path, mem, &e) && strstr(e.msg, "ca init"));
	arena_free(mem);
}

/* ---- chunks ---- */

static struct file_keys keys;
static struct sha256 sha;
static struct file_box box;
static unsigned char wrapped[SEALED_KEY];

#define SIZE ((int64_t)FILE_CHUNK * 2 + 100)

static struct str key_id(void)
{
	return (struct str){(const char *)keys.key[0].id, FILE_KEY_ID};
}

static struct str bytes(const unsigned char *p, size_t n)
{
	return (struct str){(const char *)p, n};
}

static void make_box(void)
{
	parse(K1, &keys);
	sha = sha256_of("a file", 6);
	file_box_new(&keys, &sha, SIZE, &box, wrapped);
}

static void a_chunk_opens_as_what_it_was(void)
{
	unsigned char sealed[100 + SEAL_EXTRA], again[100 + SEAL_EXTRA];
	unsigned char plain[100], out[100];
	struct file_box other;

	make_box();
	memset(plain, 7, sizeof(plain));
	chunk_seal(&box, 2, bytes(plain, 100), sealed);
	CHECK(chunk_open(&box, 2, bytes(sealed, sizeof(sealed)), 100, out, &e));
	CHECK(memcmp(out, plain, 100) == 0);
	CHECK(memcmp(sealed + 12, plain, 100) != 0);
	chunk_seal(&box, 2, bytes(plain, 100), again);
	CHECK(memcmp(sealed, again, sizeof(sealed)) != 0);
	/* With the key as it is stored, too. */
	CHECK(file_box_open(&keys, &sha, SIZE, key_id(),
		bytes(wrapped, SEALED_KEY), &other, &e));
	CHECK(chunk_open(
		&other, 2, bytes(sealed, sizeof(sealed)), 100, out, &e));
}

static void a_chunk_that_was_touched_does_not(void)
{
	unsigned char sealed[100 + SEAL_EXTRA], plain[100] = {1}, out[200];

	make_box();
	chunk_seal(&box, 0, bytes(plain, 100), sealed);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 0x80;
		CHECK(!chunk_open(
			&box, 0, bytes(sealed, sizeof(sealed)), 100, out, &e));
		CHECK(e.code == ERR_INTERNAL);
		sealed[i] ^= 0x80;
	}
	CHECK(!chunk_open(
		&box, 0, bytes(sealed, sizeof(sealed) - 1), 99, out, &e));
	CHECK(!chunk_open(
		&box, 0, bytes(sealed, sizeof(sealed)), 101, out, &e));
	CHECK(!chunk_open(&box, 0, bytes(sealed, 5), 100, out, &e));
	CHECK(!chunk_open(&box, 0, bytes(sealed, 0), 0, out, &e));
	CHECK(chunk_open(&box, 0, bytes(sealed, sizeof(sealed)), 100, out, &e));
}

static void nor_one_put_elsewhere(void)
{
	unsigned char sealed[100 + SEAL_EXTRA], plain[100] = {1}, out[100];
	struct str s = bytes(sealed, sizeof(sealed));
	struct file_box other;

	make_box();
	chunk_seal(&box, 0, bytes(plain, 100), sealed);
	CHECK(!chunk_open(&box, 1, s, 100, out, &e)); /* another place */
	other = box;
	other.size = SIZE - 100; /* a file cut short */
	CHECK(!chunk_open(&other, 0, s, 100, out, &e));
	other = box;
	other.sha = sha256_of("another", 7); /* another file */
	CHECK(!chunk_open(&other, 0, s, 100, out, &e));
	other = box;
	other.key[0] ^= 1;
	CHECK(!chunk_open(&other, 0, s, 100, out, &e));
}

static void the_key_of_a_file_is_bound_to_it(void)
{
	struct sha256 another = sha256_of("another", 7);
	struct str s = bytes(wrapped, SEALED_KEY);
	struct file_keys more;
	struct file_box out;

	make_box();
	CHECK(file_box_open(&keys, &sha, SIZE, key_id(), s, &out, &e));
	CHECK(!file_box_open(&keys, &another, SIZE, key_id(), s, &out, &e));
	CHECK(!file_box_open(&keys, &sha, SIZE - 1, key_id(), s, &out, &e));
	wrapped[20] ^= 1;
	CHECK(!file_box_open(&keys, &sha, SIZE, key_id(), s, &out, &e));
	wrapped[20] ^= 1;
	/* After a change of keys the old one still opens, another does not. */
	CHECK(parse(K2 "\n" K1, &more));
	CHECK(file_box_open(&more, &sha, SIZE, key_id(), s, &out, &e));
	CHECK(parse(K2, &more));
	CHECK(!file_box_open(&more, &sha, SIZE, key_id(), s, &out, &e));
	CHECK(e.code == ERR_INTERNAL && strstr(e.msg, "files-key"));
}

static void a_size_says_its_chunks(void)
{
	const int64_t c = (int64_t)FILE_CHUNK;

	CHECK(file_chunks(1) == 1 && file_chunks(c) == 1);
	CHECK(file_chunks(c + 1) == 2 && file_chunks(0) == 0);
	CHECK(file_chunk_bytes(1, 0) == 1 && file_chunk_bytes(1, 1) == 0);
	CHECK(file_chunk_bytes(c + 7, 0) == FILE_CHUNK);
	CHECK(file_chunk_bytes(c + 7, 1) == 7);
	CHECK(file_chunk_bytes(c * 2, 1) == FILE_CHUNK);
}

/* ---- ranges; the examples of RFC 9110 §14.1.2 are of 10000 bytes ---- */

static bool is_part(const char *text, int64_t size, int64_t at, int64_t n)
{
	struct range r = range_parse(text, size);

	return r.kind == RANGE_PART && r.at == at && r.n == n;
}

static void a_range_is_read_as_the_standard_says(void)
{
	CHECK(is_part("bytes=0-499", 10000, 0, 500));
	CHECK(is_part("bytes=500-999", 10000, 500, 500));
	CHECK(is_part("bytes=-500", 10000, 9500, 500));
	CHECK(is_part("bytes=9500-", 10000, 9500, 500));
	CHECK(is_part("bytes=9500-20000", 10000, 9500, 500));
	CHECK(is_part("bytes=-20000", 10000, 0, 10000));
	CHECK(is_part("BYTES=0-0", 1, 0, 1));
	CHECK(is_part("bytes=007-008", 10000, 7, 2));
}

static void a_long_part_is_cut(void)
{
	CHECK(is_part("bytes=0-", FILE_PART * 3, 0, FILE_PART));
	CHECK(is_part("bytes=5-", FILE_PART + 5, 5, FILE_PART));
	CHECK(is_part("bytes=-9000000", FILE_PART * 3, FILE_PART * 3 - 9000000,
		FILE_PART));
}

static void what_lies_outside_is_told_from_what_is_none(void)
{
	static const char *const outside[] = {
		"bytes=10000-", "bytes=10000-10001", "bytes=-0"};
	static const char *const none[] = {"", "bytes", "bytes=", "bytes=-",
		"bytes=1", "bytes=2-1", "bytes=a-b", "bytes= 0-1", "bytes=0-1 ",
		"bytes=0 -1", "bytes=+0-1", "bytes=0x0-1", "bytes=0-1,3-4",
		"bytes=0--1", "items=0-1", "bytes:0-1",
		"bytes=9999999999999999999-", "bytes=-99999999999999999999",
		"bytes=0-99999999999999999999"};

	for (size_t i = 0; i < ARRAY_LEN(outside); i++)
		CHECK(range_parse(outside[i], 10000).kind == RANGE_OUTSIDE);
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		CHECK(range_parse(none[i], 10000).kind == RANGE_NONE);
	CHECK(range_parse(NULL, 10000).kind == RANGE_NONE);
}

static void an_offset_is_digits(void)
{
	int64_t n;

	CHECK(offset_parse("0", &n) && n == 0);
	CHECK(offset_parse("9007199254740992", &n) && n == (int64_t)1 << 53);
	CHECK(!offset_parse("9007199254740993", &n));
	CHECK(!offset_parse("", &n) && !offset_parse("-1", &n));
	CHECK(!offset_parse(" 1", &n) && !offset_parse("1 ", &n));
	CHECK(!offset_parse("+1", &n) && !offset_parse("1e3", &n));
	CHECK(!offset_parse("99999999999999999999", &n));
}

int main(void)
{
	RUN(keys_are_lines_of_hex);
	RUN(a_key_is_known_by_its_hash);
	RUN(a_key_is_made_once_and_only_for_its_owner);
	RUN(a_chunk_opens_as_what_it_was);
	RUN(a_chunk_that_was_touched_does_not);
	RUN(nor_one_put_elsewhere);
	RUN(the_key_of_a_file_is_bound_to_it);
	RUN(a_size_says_its_chunks);
	RUN(a_range_is_read_as_the_standard_says);
	RUN(a_long_part_is_cut);
	RUN(what_lies_outside_is_told_from_what_is_none);
	RUN(an_offset_is_digits);
	return tap_done();
}
