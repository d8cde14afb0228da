/*
 * test_hash.c - SHA-256 (RFC 6234 §8.5), HMAC (RFC 4231), base64url (RFC 4648
 * §10) and hex, against the standards' own examples.
 */
#include "proto/base/hash.h"

#include "tests/lib/tap.h"

#include <string.h>

static void check_sha(const struct sha256 *got, const char *want)
{
	char hex[SHA256_HEX];

	CHECK_STR(hex_format(got->b, sizeof(got->b), hex), want);
}

static void digests_are_those_of_the_standard(void)
{
	static const char *const known[][2] = {
		{"",							 "e3b0c44298fc1c149afbf4c8996fb924"
		     "27ae41e4649b934ca495991b7852b855"      },
		{"abc",						      "ba7816bf8f01cfea414140de5dae2223"
			"b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                 "248d6a61d20638b8e5c026930c3e6039"
			"a33ce45964ff2167f6ecedd419db06c1"                       },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct sha256 d = sha256_of(known[i][0], strlen(known[i][0]));

		check_sha(&d, known[i][1]);
	}
}

static void a_running_digest_does_not_depend_on_the_pieces(void)
{
	struct sha256_run *run = sha256_begin();
	struct sha256 d;
	char piece[997];
	size_t left = 1000000;

	memset(piece, 'a', sizeof(piece));
	while (left) {
		size_t n = left < sizeof(piece) ? left : sizeof(piece);

		sha256_add(run, piece, n);
		left -= n;
	}
	d = sha256_end(run);
	check_sha(&d, "cdc76e5c9914fb9281a1c7e284d73e67"
		      "f1809a48a497200e046d39ccc7112cd0");
}

static void codes_with_a_key_are_those_of_rfc_4231(void)
{
	unsigned char key[131];
	struct sha256 d;

	memset(key, 0x0b, 20);
	d = hmac_of(key, 20, "Hi There", 8);
	check_sha(&d, "b0344c61d8db38535ca8afceaf0bf12b"
		      "881dc200c9833da726e9376c2e32cff7");
	d = hmac_of("Jefe", 4, "what do ya want for nothing?", 28);
	check_sha(&d, "5bdcc146bf60754e6a042426089575c7"
		      "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	d = hmac_of(key, sizeof(key),
		"Test Using Larger Than Block-Size Key - Hash Key First", 54);
	check_sha(&d, "60e431591ee0b67f0d8a26aacbf5b77f"
		      "8e0bc6213728c5140546040f0ee37f54");
}

static void equal_means_every_byte(void)
{
	struct sha256 a = sha256_of("a", 1), b = a;

	CHECK(sha256_equal(&a, &b));
	b.b[31] ^= 1;
	CHECK(!sha256_equal(&a, &b));
}

static void hex_is_read_and_written(void)
{
	unsigned char b[3];
	char text[7];

	CHECK_STR(hex_format("\x00\xab\xff", 3, text), "00abff");
	CHECK(hex_parse("00ABff", b, 3));
	CHECK(memcmp(b, "\x00\xab\xff", 3) == 0);
	CHECK(!hex_parse("00abf", b, 3));
	CHECK(!hex_parse("00abff0", b, 3));
	CHECK(!hex_parse("00abfg", b, 3));
	CHECK(!hex_parse("", b, 3));
}

static void base64url_has_no_padding_and_its_own_two_letters(void)
{
	static const char *const known[][2] = {
		{"",         ""        },
		{"f",        "Zg"      },
		{"fo",       "Zm8"     },
		{"foo",      "Zm9v"    },
		{"foob",     "Zm9vYg"  },
		{"fooba",    "Zm9vYmE" },
		{"foobar",   "Zm9vYmFy"},
		{"\xfb\xff", "-_8"     },
	};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t n = strlen(known[i][0]), got = 99;
		unsigned char *back = base64url_parse(known[i][1], &got, mem);

		CHECK_STR(base64url_format(known[i][0], n, mem), known[i][1]);
		CHECK(back && got == n && memcmp(back, known[i][0], n) == 0);
	}
	arena_free(mem);
}

static void what_is_no_base64url_is_refused(void)
{
	static const char *const bad[] = {"Z", "Zg==", "Zm9v\n", "+/8", "Zm 9v",
		"Zm9vY", "Zh", "Zm9", "Zm9vYh", "中"};
	struct arena *mem = arena_new();
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(base64url_parse(bad[i], &n, mem) == NULL);
	arena_free(mem);
}

int main(void)
{
	RUN(digests_are_those_of_the_standard);
	RUN(a_running_digest_does_not_depend_on_the_pieces);
	RUN(codes_with_a_key_are_those_of_rfc_4231);
	RUN(equal_means_every_byte);
	RUN(hex_is_read_and_written);
	RUN(base64url_has_no_padding_and_its_own_two_letters);
	RUN(what_is_no_base64url_is_refused);
	return tap_done();
}
