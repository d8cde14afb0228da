/*
 * test_uuid.c - identifiers: the layout of RFC 9562, one spelling, one order.
 */
#include "proto/base/uuid.h"

#include "tests/lib/tap.h"

#include <string.h>

/* RFC 9562 appendix A.6: a v7 id made at 2022-02-22 14:22:22 GMT-5. */
#define EXAMPLE    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
#define EXAMPLE_MS 0x017f22e279b0

static void a_v7_id_has_the_layout_of_the_standard(void)
{
	/* rand_a and rand_b with the version and variant bits taken out. */
	static const unsigned char random[10] = {
		0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
	static const unsigned char ones[10] = {
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	struct uuid u = uuid_v7(EXAMPLE_MS, random);
	char text[UUID_TEXT];

	CHECK_STR(uuid_format(&u, text), EXAMPLE);
	u = uuid_v7(0, ones);
	CHECK_STR(
		uuid_format(&u, text), "00000000-0000-7fff-bfff-ffffffffffff");
}

static void ids_are_read_in_either_case_and_written_in_lower(void)
{
	struct uuid u;
	char text[UUID_TEXT];

	CHECK(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &u));
	CHECK_STR(uuid_format(&u, text), EXAMPLE);
	CHECK(u.b[0] == 0x01 && u.b[6] == 0x7c && u.b[15] == 0x8f);
}

static void what_is_no_id_is_refused(void)
{
	static const char *const bad[] = {"", "017f22e2",
		"017f22e279b07cc398c4dc0c0c07398f",
		"{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398", (EXAMPLE "0"),
		(" " EXAMPLE), "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
		"017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4_dc0c0c07398f"};
	struct uuid u;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(!uuid_parse(bad[i], &u));
		CHECK(!uuid_is_text(bad[i], strlen(bad[i])));
	}
	CHECK(uuid_is_text(EXAMPLE, strlen(EXAMPLE)));
}

static void later_ids_sort_after_earlier_ones(void)
{
	static const unsigned char high[10] = {
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	static const unsigned char low[10] = {0};
	struct uuid a = uuid_v7(EXAMPLE_MS, high);
	struct uuid b = uuid_v7(EXAMPLE_MS + 1, low);

	CHECK(uuid_cmp(&a, &b) < 0);
	CHECK(uuid_cmp(&b, &a) > 0);
	CHECK(uuid_cmp(&a, &a) == 0);
}

static void only_nil_is_nil(void)
{
	struct uuid u;

	CHECK(uuid_parse("00000000-0000-0000-0000-000000000000", &u));
	CHECK(uuid_is_nil(&u));
	u.b[15] = 1;
	CHECK(!uuid_is_nil(&u));
}

static void new_ids_differ(void)
{
	struct uuid a = uuid_new(), b = uuid_new();

	CHECK(uuid_cmp(&a, &b) != 0);
	CHECK((a.b[6] & 0xf0) == 0x70 && (a.b[8] & 0xc0) == 0x80);
}

int main(void)
{
	RUN(a_v7_id_has_the_layout_of_the_standard);
	RUN(ids_are_read_in_either_case_and_written_in_lower);
	RUN(what_is_no_id_is_refused);
	RUN(later_ids_sort_after_earlier_ones);
	RUN(only_nil_is_nil);
	RUN(new_ids_differ);
	return tap_done();
}
