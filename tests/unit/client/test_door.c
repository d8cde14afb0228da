/*
 * test_door.c - who may come in at a station's own page, and what counts as
 * somebody there.
 */
#include "client/local/local_in.h"

#include "tests/lib/tap.h"

static struct local l;

static struct ask ask_of(const char *method, const char *path)
{
	struct ask a = {.method = method,
		.path = path,
		.host = "127.70.1.2:4000",
		.origin = "http://127.70.1.2:4000",
		.by = "web"};

	a.mem = arena_new();
	return a;
}

static void only_a_person_keeps_the_screen_open(void)
{
	struct ask poll = ask_of("GET", "/v1/sync");
	struct ask touched = ask_of("GET", "/v1/sync");
	struct ask order = ask_of("POST", "/v1/sync");
	struct ask read = ask_of("GET", "/v1/caseload");
	struct ask poll_letters = ask_of("GET", "/v1/letters");
	struct ask retry = ask_of("POST", "/v1/changes");
	struct ask come_in = ask_of("POST", "/v1/session");

	touched.query[0].name = "active";
	touched.query[0].value = "1";
	touched.query_count = 1;
	CHECK(!door_somebody(&poll));
	CHECK(door_somebody(&touched));
	CHECK(door_somebody(&order));
	CHECK(door_somebody(&come_in));
	/* These the page also sends by a clock. */
	CHECK(!door_somebody(&read));
	CHECK(!door_somebody(&poll_letters));
	CHECK(!door_somebody(&retry));
	arena_free(poll.mem);
	arena_free(touched.mem);
	arena_free(order.mem);
	arena_free(read.mem);
	arena_free(poll_letters.mem);
	arena_free(retry.mem);
	arena_free(come_in.mem);
}

static void only_our_own_page_is_heard(void)
{
	/* clang-format off */
static const struct {
	const char *method, *host, *origin, *site, *by;
	bool heard;
} rows[] = {
	{"GET",  "127.70.1.2:4000", NULL,                     NULL,          NULL,  true },
	{"GET",  "127.70.1.2:4000", NULL,                     "none",        NULL,  true },
	{"GET",  "127.70.1.2:4000", NULL,                     "same-origin", NULL,  true },
	{"GET",  "127.70.1.2:4000", NULL,                     "same-site",   NULL,  false},
	{"GET",  "127.70.1.2:4000", NULL,                     "cross-site",  NULL,  false},
	{"GET",  "127.70.1.2:4001", NULL,                     NULL,          NULL,  false},
	{"GET",  "127.70.1.2",      NULL,                     NULL,          NULL,  false},
	{"GET",  "localhost:4000",  NULL,                     NULL,          NULL,  false},
	{"GET",  NULL,              NULL,                     NULL,          NULL,  false},
	{"GET",  "127.70.1.2:4000", "http://127.70.1.2:4001", NULL,          NULL,  false},
	{"GET",  "127.70.1.2:4000", "null",                   NULL,          NULL,  false},
	{"POST", "127.70.1.2:4000", "http://127.70.1.2:4000", "same-origin",
         "web",								     true },
	{"POST", "127.70.1.2:4000", "http://127.70.1.2:4000", NULL,          NULL,
         false									   },
	{"POST", "127.70.1.2:4000", NULL,                     NULL,          "web", false},
	{"POST", "127.70.1.2:4000", "https://evil.example",   NULL,          "web", false},
	{"POST", "127.70.1.2:4000", "http://127.70.1.2:4000", "cross-site",
         "web",								     false},
};
	/* clang-format on */
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ask a = ask_of(rows[i].method, "/v1/caseload");

		a.host = rows[i].host;
		a.origin = rows[i].origin;
		a.fetch_site = rows[i].site;
		a.by = rows[i].by;
		CHECK(door_check(&l, &a, &e) == rows[i].heard);
		if (door_check(&l, &a, &e) != rows[i].heard)
			printf("# row %zu\n", i);
		arena_free(a.mem);
	}
}

static void a_key_is_good_for_once(void)
{
	struct ask a = ask_of("POST", "/v1/session");
	struct ask b = ask_of("POST", "/v1/session");
	struct err e;
	char key[KEY_TEXT];

	snprintf(l.host_text, sizeof(l.host_text), "127.70.1.2:4000");
	door_make(&l, 4000);
	CHECK(strlen(l.key) == 64);
	memcpy(key, l.key, sizeof(key));
	CHECK(!door_enter(&l, &a, "", &e) && e.code == ERR_SIGNED_OUT);
	CHECK(!door_session(&l, &a, &e));
	CHECK(door_enter(&l, &a, key, &e));
	CHECK(!door_enter(&l, &b, key, &e));
	CHECK(!door_enter(&l, &b, "", &e));
	b.cookie = arena_printf(
		b.mem, "other=1; casebridge-4000=%s; x=y", l.session);
	CHECK(door_session(&l, &b, &e));
	b.cookie = arena_printf(b.mem, "casebridge-4001=%s", l.session);
	CHECK(!door_session(&l, &b, &e));
	b.cookie = arena_printf(b.mem, "casebridge-4000=%s", key);
	CHECK(!door_session(&l, &b, &e));
	arena_free(a.mem);
	arena_free(b.mem);
}

/* RFC 9110, 14.1.2; of its forms the page uses the one with a beginning. */
static void a_range_begins_at_a_number_or_nowhere(void)
{
	static const struct {
		const char *text;
		int64_t from; /* -1: refused */
	} rows[] = {
		{NULL,			  0                 },
		{"bytes=0-",                    0                 },
		{"bytes=262144-",               262144            },
		{"bytes=5-5",                   5                 },
		{"bytes=999999999999999999-",   999999999999999999},
		{"bytes=1000000000000000000-",  -1                },
		{"bytes=99999999999999999999-", -1                },
		{"bytes=-500",                  -1                },
		{"bytes=-65536",                -1                },
		{"bytes=-500-",                 -1                },
		{"bytes=--1",                   -1                },
		{"bytes= 5-",                   -1                },
		{"bytes=+5-",                   -1                },
		{"bytes=5",                     -1                },
		{"bytes=5-3",                   -1                },
		{"bytes=5-x",                   -1                },
		{"bytes=0-1,3-4",               -1                },
		{"bytes=",                      -1                },
		{"lines=0-",                    -1                },
		{"",			    -1                },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ask a = {.range = rows[i].text};
		int64_t from;

		CHECK((ask_range(&a, &from) ? from : -1) == rows[i].from);
	}
}

int main(void)
{
	RUN(a_key_is_good_for_once);
	RUN(only_our_own_page_is_heard);
	RUN(only_a_person_keeps_the_screen_open);
	RUN(a_range_begins_at_a_number_or_nowhere);
	return tap_done();
}
