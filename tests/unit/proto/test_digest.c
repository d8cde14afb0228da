/*
 * test_digest.c - both ends hash the same bytes, whatever order they meet them
 * in, and any difference shows.
 *
 * The expected values were computed by another program: Python 3's hashlib over
 * bytes put together as docs/wire.md says (sorted(), int.to_bytes(4, "big"),
 * uuid.UUID.bytes), and the one-record unit once more by the shell alone:
 *
 *   ( printf '\1\222\365\240\0\0\160\0\200\0\0\0\0\0\0\2\0\0\0\7'
 *     printf '{"aim":"x"}' | openssl dgst -sha256 -binary ) |
 *   openssl dgst -sha256 -binary | ( printf '\20'; cat ) | openssl dgst -sha256
 */
#include "proto/digest.h"

#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

static const struct row {
	const char *id;
	int64_t ver;
	const char *body;
	int cls;
} rows[] = {
	{"0192f5a0-0000-7000-8000-000000000001", 1,         "{}",                    1 },
	{"0192f5a0-0000-7000-8000-000000000002", 7,         "{\"aim\":\"x\"}",       16},
	{"0192f5a0-0000-7000-8000-000000000003", 258,       "{\"name\":\"张三\"}", 2 },
	{"0192f5a0-0000-7000-8000-00000000ff00", INT32_MAX, "{\"aim\":\"y\"}",
         16									    },
	{"0192f5a0-0000-7000-8000-000000000004", 1,         "{\"a\":1}",             32},
	{"0192f5a0-0000-7000-8000-000000000010", 3,         "{\"a\":2}",             1 },
};

#define ROWS ARRAY_LEN(rows)
#define NONE "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ONE  "084574f76ed75603b7f5720368404b88be7ec1660e047b8e935d8fd4fa655b13"
#define ALL  "6335868012599b3479f5c5f070867f3bca9905a68f866760dc41e06363f7ce6f"
#define WITHOUT_2_AND_32                                                       \
	"3d0da95b9b6adee30cb17bbe162cd2513e873db0d770c54a20eae038c2756cc0"
#define HOLDING                                                                \
	"1d626144a9f608d0fc13a173dda7f5f53497dc499e8998178d2704c73a703f86"

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static struct leaf leaf_of(const struct row *r)
{
	struct leaf l = {.ver = r->ver, .cls = r->cls};

	l.id = id(r->id);
	l.sha = sha256_of(r->body, strlen(r->body));
	return l;
}

static size_t leaves_of(struct leaf out[ROWS], int classes)
{
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].cls & classes)
			out[n++] = leaf_of(&rows[i]);
	return n;
}

static const char *hex_of(struct sha256 d, char out[SHA256_HEX])
{
	return hex_format(d.b, SHA256_LEN, out);
}

static void a_leaf_is_id_version_and_hash(void)
{
	struct leaf l = leaf_of(&rows[2]);
	unsigned char b[DIGEST_LEAF];
	char hex[2 * DIGEST_LEAF + 1];

	digest_leaf(&l, b);
	CHECK_STR(hex_format(b, sizeof(b), hex),
		"0192f5a0000070008000000000000003"
		"00000102"
		"ff243a693d2a9e1d4fb0235c40a8879fc19a860ce52d138d7a2e05c1fbded6"
		"9b");
}

static void units_agree_with_an_independent_computation(void)
{
	struct leaf l[ROWS];
	char hex[SHA256_HEX];

	CHECK_STR(hex_of(digest_unit(NULL, 0), hex), NONE);
	l[0] = leaf_of(&rows[1]);
	CHECK_STR(hex_of(digest_unit(l, 1), hex), ONE);
	CHECK_STR(hex_of(digest_unit(l, leaves_of(l, 255)), hex), ALL);
	CHECK_STR(hex_of(digest_unit(l, leaves_of(l, 255 - 2 - 32)), hex),
		WITHOUT_2_AND_32);
}

static void holdings_agree_with_an_independent_computation(void)
{
	const struct uuid directory = {{0}};
	const struct uuid one = id("0192f5a0-0000-7000-8000-000000000001");
	const struct uuid two = id("0192f5a0-0000-7000-8000-000000000200");
	struct digest_holding *h = digest_holding_begin();
	struct leaf l[ROWS];
	struct sha256 d;
	char hex[SHA256_HEX];

	CHECK_STR(hex_of(digest_holding_end(h), hex), NONE);
	h = digest_holding_begin();
	l[0] = leaf_of(&rows[0]);
	d = digest_unit(l, 1);
	digest_holding_add(h, &directory, &d);
	d = digest_unit(l, leaves_of(l, 255));
	digest_holding_add(h, &one, &d);
	d = digest_unit(NULL, 0);
	digest_holding_add(h, &two, &d);
	CHECK_STR(hex_of(digest_holding_end(h), hex), HOLDING);
}

static void the_order_of_records_does_not_matter(void)
{
	struct gen g = {.state = 7};

	for (int round = 0; round < 500; round++) {
		struct leaf l[ROWS];
		size_t n = leaves_of(l, 255);
		char hex[SHA256_HEX];

		for (size_t i = n; i > 1; i--) {
			size_t k = gen_below(&g, (unsigned)i);
			struct leaf other = l[k];

			l[k] = l[i - 1];
			l[i - 1] = other;
		}
		CHECK_STR(hex_of(digest_unit(l, n), hex), ALL);
	}
}

static void any_changed_bit_changes_the_digest(void)
{
	char hex[SHA256_HEX];

	for (size_t i = 0; i < ROWS; i++) {
		for (size_t bit = 0; bit < 16 * 8; bit++) {
			struct leaf l[ROWS];
			size_t n = leaves_of(l, 255);

			l[i].id.b[bit / 8] ^= (unsigned char)(1 << bit % 8);
			CHECK(strcmp(hex_of(digest_unit(l, n), hex), ALL) != 0);
		}
		for (size_t bit = 0; bit < SHA256_LEN * 8; bit++) {
			struct leaf l[ROWS];
			size_t n = leaves_of(l, 255);

			l[i].sha.b[bit / 8] ^= (unsigned char)(1 << bit % 8);
			CHECK(strcmp(hex_of(digest_unit(l, n), hex), ALL) != 0);
		}
		for (int bit = 0; bit < 31; bit++) {
			struct leaf l[ROWS];
			size_t n = leaves_of(l, 255);

			l[i].ver ^= (int64_t)1 << bit;
			CHECK(strcmp(hex_of(digest_unit(l, n), hex), ALL) != 0);
		}
		for (int bit = 0; bit < 6; bit++) {
			struct leaf l[ROWS];
			size_t n = leaves_of(l, 255);

			l[i].cls ^= 1 << bit;
			CHECK(strcmp(hex_of(digest_unit(l, n), hex), ALL) != 0);
		}
	}
}

/* XOR of leaves would not see a pair that cancels out. */
static void a_record_missing_or_there_twice_changes_the_digest(void)
{
	char hex[SHA256_HEX];

	for (size_t i = 0; i < ROWS; i++) {
		struct leaf l[ROWS + 2];
		size_t n = leaves_of(l, 255);

		l[n] = l[n + 1] = l[i];
		CHECK(strcmp(hex_of(digest_unit(l, n + 1), hex), ALL) != 0);
		n = leaves_of(l, 255);
		l[n] = l[n + 1] = l[i];
		CHECK(strcmp(hex_of(digest_unit(l, n + 2), hex), ALL) != 0);
		n = leaves_of(l, 255);
		l[i] = l[n - 1];
		CHECK(strcmp(hex_of(digest_unit(l, n - 1), hex), ALL) != 0);
	}
}

/* A class beyond one byte cannot be said; it must not keep us for ever. */
static void a_class_nobody_has_still_comes_to_an_end(void)
{
	static const int odd[] = {256, 300, -1, 0};

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct leaf l[ROWS];
		size_t n = leaves_of(l, 255);
		char hex[SHA256_HEX];

		l[2].cls = odd[i];
		CHECK(strcmp(hex_of(digest_unit(l, n), hex), ALL) != 0);
	}
}

int main(void)
{
	RUN(a_leaf_is_id_version_and_hash);
	RUN(units_agree_with_an_independent_computation);
	RUN(holdings_agree_with_an_independent_computation);
	RUN(the_order_of_records_does_not_matter);
	RUN(any_changed_bit_changes_the_digest);
	RUN(a_record_missing_or_there_twice_changes_the_digest);
	RUN(a_class_nobody_has_still_comes_to_an_end);
	return tap_done();
}
