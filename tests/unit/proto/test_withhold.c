/*
 * test_withhold.c - what is told of a restricted record among others. What that
 * is, is written here a second time, from docs/wire.md.
 */
#include "proto/withhold.h"

#include "tests/lib/tap.h"

#include <string.h>

static struct catalogue *catalogue;

/* The record with that body as it goes out, without its times and hash. */
static const char *told(
	struct arena *mem, const char *type, int cls, const char *body)
{
	struct record r = {
		.type = catalogue_type(catalogue, type),
		.type_name = type,
		.cls = cls,
		.body = {body, strlen(body)},
		.sha = sha256_of(body, strlen(body))
        };

	record_withhold(&r, mem);
	return arena_printf(mem, "%s%.*s", r.withheld ? "withheld " : "",
		(int)r.body.n, r.body.p);
}

static void of_a_note_kind_day_and_how_it_ended(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(
		told(mem, "service", CLASS_RESTRICTED,
			"{\"aim\":\"a\",\"client_response\":\"c\",\"goal\":"
			"\"g\","
			"\"kind\":\"interview\",\"minutes\":50,\"process\":"
			"\"p\","
			"\"readers\":[\"r\"],\"reflection\":\"r\","
			"\"restricted\":true,\"started_at\":\"2026-11-20T09:30:"
			"00+08:00\",\"status\":\"completed\"}"),
		"withheld {\"kind\":\"interview\",\"restricted\":true,"
		"\"started_at\":\"2026-11-20T09:30:00+08:00\",\"status\":"
		"\"completed\"}");
	arena_free(mem);
}

static void of_a_document_neither_title_nor_file(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(
		told(mem, "document", CLASS_RESTRICTED,
			"{\"file_name\":\"f\",\"kind\":\"transcript\",\"made\":"
			"\"2026-11-20\",\"restricted\":true,\"sha256\":\"00\","
			"\"size\":1,\"status\":\"draft\",\"text\":\"t\","
			"\"title\":\"t\"}"),
		"withheld {\"kind\":\"transcript\",\"made\":\"2026-11-20\","
		"\"restricted\":true,\"status\":\"draft\"}");
	arena_free(mem);
}

static void of_a_conflict_no_value(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(
		told(mem, "conflict", CLASS_RESTRICTED,
			"{\"atom\":\"aim\",\"fields\":[\"aim\"],\"mine\":{"
			"\"aim\":\"a\"},\"mine_at\":\"2026-11-20T09:30:00Z\","
			"\"mine_by\":\"m\",\"note\":\"n\",\"record\":\"r\","
			"\"record_type\":\"service\",\"seen\":{\"aim\":\"s\"},"
			"\"settled\":false,\"theirs\":{\"aim\":\"b\"},"
			"\"value\":{\"aim\":\"v\"}}"),
		"withheld {\"mine_at\":\"2026-11-20T09:30:00Z\",\"mine_by\":"
		"\"m\",\"record\":\"r\",\"record_type\":\"service\","
		"\"settled\":false}");
	arena_free(mem);
}

/* The class says so, and nothing in the body. */
static void what_is_not_restricted_is_told_whole(void)
{
	static const char note[] = "{\"kind\":\"interview\",\"process\":\"p\","
				   "\"restricted\":true}";
	struct arena *mem = arena_new();

	for (int cls = CLASS_CORE; cls < CLASS_RESTRICTED; cls <<= 1)
		CHECK_STR(told(mem, "service", cls, note), note);
	arena_free(mem);
}

static void what_nobody_knows_is_withheld_whole(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(told(mem, "no_such_type", CLASS_RESTRICTED,
			  "{\"anything\":\"a\",\"started_at\":\"s\"}"),
		"withheld {}");
	arena_free(mem);
}

/* Whoever signs what they were told signs nothing that is stored. */
static void its_hash_is_of_what_is_told(void)
{
	static const char body[] = "{\"kind\":\"interview\",\"process\":\"p\"}";
	struct arena *mem = arena_new();
	struct record r = {
		.type = catalogue_type(catalogue, "service"),
		.type_name = "service",
		.cls = CLASS_RESTRICTED,
		.body = {body, sizeof(body) - 1},
		.sha = sha256_of(body, sizeof(body) - 1)
        };
	char hex[SHA256_HEX];
	struct buf b;

	record_withhold(&r, mem);
	/* printf '{"kind":"interview"}' | sha256sum */
	CHECK_STR(hex_format(r.sha.b, SHA256_LEN, hex),
		"01bb952f2142b328889abe2d56c033b5ae41186eadc871daa70d94f5542a22"
		"81");
	buf_init(&b, 4096);
	record_json(&r, &b);
	buf_char(&b, 0);
	CHECK(strstr(b.p, ",\"withheld\":true,\"body\":{\"kind\":") != NULL);
	buf_free(&b);
	arena_free(mem);
}

int main(void)
{
	catalogue = catalogue_load();
	RUN(of_a_note_kind_day_and_how_it_ended);
	RUN(of_a_document_neither_title_nor_file);
	RUN(of_a_conflict_no_value);
	RUN(what_is_not_restricted_is_told_whole);
	RUN(what_nobody_knows_is_withheld_whole);
	RUN(its_hash_is_of_what_is_told);
	catalogue_free(catalogue);
	return tap_done();
}
