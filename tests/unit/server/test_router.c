/*
 * test_router.c - which row of a route table answers a path.
 */
#include "server/http/router.h"
#include "tests/lib/tap.h"

/* clang-format off */
static const struct route table[] = {
	{"GET",  "/",                  ON_WEB,           NEEDS_NOTHING, LANE_FAST, 0, NULL, NULL, WHO_EVERY, ~0u, NULL},
	{"GET",  "/v1/cases",          ON_WEB | ON_SYNC, NEEDS_NOTHING, LANE_FAST, 0, NULL, NULL, WHO_EVERY, ~0u, NULL},
	{"GET",  "/v1/cases/{id}",     ON_WEB,           NEEDS_NOTHING, LANE_FAST, 0, NULL, NULL, WHO_EVERY, ~0u, NULL},
	{"GET",  "/v1/{a}/{b}/{c}",    ON_WEB,           NEEDS_NOTHING, LANE_FAST, 0, NULL, NULL, WHO_EVERY, ~0u, NULL},
	{"POST", "/v1/cases",          ON_SYNC,          NEEDS_NOTHING, LANE_FAST, 0, NULL, NULL, WHO_EVERY, ~0u, NULL},
};
/* clang-format on */

static const char *segment[REQ_SEGMENTS];
static struct err e;

/* The row's number, or -1. */
static int find(enum listener on, const char *method, const char *path)
{
	struct arena *mem = arena_new();
	const struct route *r = NULL;
	struct uri u;

	if (uri_parse(path, mem, &u, &e))
		r = router_find(
			table, ARRAY_LEN(table), on, method, &u, segment, &e);
	for (int i = 0; r && i < REQ_SEGMENTS; i++)
		if (segment[i]) {
			static char kept[REQ_SEGMENTS][40];

			snprintf(kept[i], sizeof(kept[i]), "%s", segment[i]);
			segment[i] = kept[i];
		}
	arena_free(mem);
	return r ? (int)(r - table) : -1;
}

static void a_path_finds_its_row(void)
{
	CHECK(find(ON_WEB, "GET", "/") == 0);
	CHECK(find(ON_WEB, "GET", "/v1/cases") == 1);
	CHECK(find(ON_SYNC, "GET", "/v1/cases") == 1);
	CHECK(find(ON_SYNC, "POST", "/v1/cases") == 4);
}

static void braces_match_one_whole_segment(void)
{
	CHECK(find(ON_WEB, "GET", "/v1/cases/abc") == 2);
	CHECK_STR(segment[0], "abc");
	CHECK(!segment[1]);
	CHECK(find(ON_WEB, "GET", "/v1/x/y/z") == 3);
	CHECK_STR(segment[2], "z");
	CHECK(find(ON_WEB, "GET", "/v1/x/y/z/w") == -1);
}

static void words_match_whole_words(void)
{
	CHECK(find(ON_WEB, "GET", "/v1/case") == -1);
	CHECK(find(ON_WEB, "GET", "/v1/casesx") == -1);
	CHECK(find(ON_WEB, "GET", "/V1/cases") == -1);
	CHECK(e.code == ERR_NOT_FOUND);
}

static void a_row_of_another_listener_does_not_exist(void)
{
	CHECK(find(ON_SYNC, "GET", "/v1/cases/abc") == -1);
	CHECK(e.code == ERR_NOT_FOUND);
	CHECK(find(ON_WEB, "POST", "/v1/cases") == -1);
	CHECK(e.code == ERR_BAD_METHOD);
	CHECK_STR(e.accepts, "GET");
}

static void a_list_has_whole_words(void)
{
	CHECK(router_list_has("view q sort", "q"));
	CHECK(router_list_has("view q sort", "sort"));
	CHECK(!router_list_has("view q sort", "vie"));
	CHECK(!router_list_has("view q sort", "view q"));
	CHECK(!router_list_has("view q sort", ""));
	CHECK(!router_list_has(NULL, "q"));
}

int main(void)
{
	RUN(a_path_finds_its_row);
	RUN(braces_match_one_whole_segment);
	RUN(words_match_whole_words);
	RUN(a_row_of_another_listener_does_not_exist);
	RUN(a_list_has_whole_words);
	return tap_done();
}
