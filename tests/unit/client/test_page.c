/*
 * test_page.c - a page of the feed is what it says from the first byte to the
 * last, or it is nothing.
 */
#include "client/sync/page.h"

#include "tests/lib/tap.h"

#define H                                                                      \
	"{\"h\":{\"v\":1,\"head\":\"1.5.x\",\"units\":7,\"records\":8,"        \
	"\"bytes\":9}}\n"
#define UNIT "01990000-0000-7000-8000-000000000001"
#define P                                                                      \
	"{\"p\":{\"unit\":\"" UNIT                                             \
	"\",\"gen\":3,\"purge\":\"01990000-0000-7000-8000-00000000000a\"}}\n"
#define U(n)                                                                   \
	"{\"u\":{\"unit\":\"" UNIT                                             \
	"\",\"kind\":\"case\",\"gen\":2,\"full\":true,\"n\":" n "}}\n"
#define R     "{\"r\":{},\"b\":{}}\n"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define D                                                                      \
	"{\"d\":{\"head\":\"1.5.x\",\"units\":1,\"records\":1,\"digest\":"     \
	"\"" ZEROS "\"}}\n"

struct reading {
	struct arena *mem;
	struct page p;
	struct err e;
	char kinds[64]; /* what the walk met: h p u d */
	size_t lines;
};

/* The page with a footer that fits, but for the lines added to its count. */
static struct str page_of(struct reading *r, const char *text, int more_lines)
{
	struct sha256 sha = sha256_of(text, strlen(text));
	char hex[SHA256_HEX];
	int lines = more_lines;
	struct str out;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	out.p = arena_printf(r->mem,
		"%s{\"f\":{\"lines\":%d,\"sha256\":\"%s\",\"next\":\"n\","
		"\"more\":true}}\n",
		text, lines, hex_format(sha.b, SHA256_LEN, hex));
	out.n = strlen(out.p);
	return out;
}

static bool walk(struct reading *r)
{
	struct page_walk w = page_begin(&r->p);
	bool end = false;
	size_t n = 0;

	while (n < sizeof(r->kinds) - 1) {
		struct page_item item;

		if (!page_next(&w, r->mem, &item, &end, &r->e))
			return false;
		if (end)
			break;
		r->kinds[n++] = "hpud"[item.kind];
		r->lines += item.n;
	}
	return true;
}

static bool reads(struct reading *r, const char *text)
{
	memset(r, 0, sizeof(*r));
	r->mem = arena_new();
	return page_open(page_of(r, text, 0), r->mem, &r->p, &r->e) && walk(r);
}

static void the_end_of_a_page_is_found_in_a_row_of_them(void)
{
	struct reading r = {.mem = arena_new()};
	struct str one = page_of(&r, H U("1") R, 0);
	struct str two = {arena_printf(r.mem, "%s%s", one.p, one.p), 2 * one.n};

	CHECK(page_length(two) == one.n);
	for (size_t n = 0; n < one.n; n++) {
		two.n = n;
		CHECK(page_length(two) == 0);
	}
	two.n = one.n;
	CHECK(page_length(two) == one.n);
	arena_free(r.mem);
}

static void a_part_says_which_it_is(void)
{
	static const struct {
		const char *more;
		bool ok;
	} units[] = {
		{"true,\"part\":1,\"more\":true",   true },
		{"true,\"part\":2,\"more\":false",  true },
		{"true,\"part\":0,\"more\":true",   false},
		{"true,\"more\":true",              false},
		{"true,\"part\":-1,\"more\":true",  false},
		{"false,\"part\":1,\"more\":false", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct reading r;
		struct arena *mem = arena_new();

		CHECK(reads(&r, arena_printf(mem,
					H "{\"u\":{\"unit\":\"" UNIT
					  "\",\"kind\":\"case\",\"gen\":2,"
					  "\"n\":1,\"full\":%s}}\n" R,
					units[i].more)) == units[i].ok);
		arena_free(r.mem);
		arena_free(mem);
	}
}

static void a_page_of_a_later_protocol_asks_for_a_newer_program(void)
{
	struct reading r;

	CHECK(!reads(&r, "{\"h\":{\"v\":2}}\n"));
	CHECK(r.e.code == ERR_UPGRADE);
	arena_free(r.mem);
}

static void a_whole_page_is_read_in_order(void)
{
	struct reading r;

	CHECK(reads(&r, H P U("2") R R U("0") D));
	CHECK_STR(r.kinds, "hpuud");
	CHECK(r.lines == 2);
	CHECK_STR(r.p.next, "n");
	CHECK(r.p.more);
	arena_free(r.mem);
}

static void pages_that_promise_otherwise_are_void(void)
{
	static const char *const pages[] = {
		"",              /* no head */
		P,               /* no head */
		H H,             /* two */
		H U("1"),        /* a record is missing */
		H U("1") U("0"), /* a unit where a record should be */
		H U("1") R R,    /* one too many */
		H U("-1"),
		H U("1.5"),
		H U("99999999"),
		H U("1") R P,
		/* a purge after a delivery */
		H D U("0"), /* something after the end */
		H D D,      /* twice the end */
		H "\n",
		H "x\n", /* no JSON */
		H "{\"x\":{}}\n",
		H "{\"u\":[]}\n",
		H "{\"p\":{\"unit\":\"" UNIT "\",\"gen\":1}}\n",
		H "{\"p\":{\"unit\":\"x\",\"gen\":1,\"purge\":\"" UNIT "\"}}\n",
		H "{\"u\":{\"unit\":\"" UNIT "\",\"gen\":1,\"n\":0}}\n",
		H "{\"d\":{\"head\":\"x\",\"digest\":\"zz\"}}\n",
		"{\"h\":{\"v\":0}}\n", /* no language */
		"{\"h\":{\"v\":1},\"u\":{}}\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct reading r;
		bool ok = reads(&r, pages[i]);

		if (ok)
			printf("# read: %s\n", pages[i]);
		CHECK(!ok && r.e.code == ERR_VOID_PAGE);
		arena_free(r.mem);
	}
}

/* One bit anywhere, the count, the length: the footer knows. */
static void a_page_that_was_touched_is_void(void)
{
	struct reading r;
	struct str whole;
	char *bytes;

	memset(&r, 0, sizeof(r));
	r.mem = arena_new();
	whole = page_of(&r, H P U("1") R D, 0);
	CHECK(page_open(whole, r.mem, &r.p, &r.e));
	bytes = arena_strndup(r.mem, whole.p, whole.n);
	for (size_t i = 0; i < whole.n; i++) {
		struct str touched = {bytes, whole.n};
		bool ok;

		bytes[i] ^= 1;
		ok = page_open(touched, r.mem, &r.p, &r.e) && walk(&r);
		/* From the position on, a wrong one is the centre's to
		 * refuse. */
		if (strstr(whole.p + i, "\"next\":"))
			CHECK(!ok);
		bytes[i] ^= 1;
	}
	for (size_t n = 0; n < whole.n; n++)
		CHECK(!page_open((struct str){whole.p, n}, r.mem, &r.p, &r.e));
	CHECK(!page_open(page_of(&r, H D, 1), r.mem, &r.p, &r.e));
	CHECK(!page_open(page_of(&r, H D, -1), r.mem, &r.p, &r.e));
	arena_free(r.mem);
}

static void two_pages_run_together_are_void(void)
{
	struct reading r;
	struct str a, both;

	memset(&r, 0, sizeof(r));
	r.mem = arena_new();
	a = page_of(&r, H D, 0);
	both.p = arena_printf(r.mem, "%s%s", a.p, a.p);
	both.n = 2 * a.n;
	CHECK(!page_open(both, r.mem, &r.p, &r.e));
	arena_free(r.mem);
}

int main(void)
{
	RUN(the_end_of_a_page_is_found_in_a_row_of_them);
	RUN(a_part_says_which_it_is);
	RUN(a_page_of_a_later_protocol_asks_for_a_newer_program);
	RUN(a_whole_page_is_read_in_order);
	RUN(pages_that_promise_otherwise_are_void);
	RUN(a_page_that_was_touched_is_void);
	RUN(two_pages_run_together_are_void);
	return tap_done();
}
