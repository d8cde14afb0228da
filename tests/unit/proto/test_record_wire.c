/*
 * test_record_wire.c - a record as bytes: exactly the text of docs/wire.md, and
 * back again byte for byte; what was touched on the way is void.
 */
#include "proto/record.h"

#include "tests/lib/tap.h"

#include <stdlib.h>

#define ID(n) "0192f5a0-0000-7000-8000-00000000000" n
/* printf '{"aim":"x"}' | openssl dgst -sha256 */
#define SHA "508b7df52b414848c0f36a8e9e46198f044f755190ad3f2ea6451843dc1e289d"

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

static void set_body(struct record *r, const char *body)
{
	r->body.p = body;
	r->body.n = strlen(body);
	r->sha = sha256_of(body, r->body.n);
}

static struct record sample(const struct catalogue *c)
{
	struct record r = {.ver = 2,
		.state = STATE_LIVE,
		.cls = CLASS_NOTE,
		.csn = 991,
		/* date -u -d 2026-11-21T01:30:00Z +%s */
		.at = INT64_C(1795224600000),
		.entered_at = INT64_C(1795224600123)};

	r.type = catalogue_type(c, "service");
	r.type_name = "service";
	r.id = id(ID("1"));
	r.case_id = id(ID("2"));
	r.site = id(ID("3"));
	r.author = id(ID("4"));
	r.by = id(ID("5"));
	set_body(&r, "{\"aim\":\"x\"}");
	return r;
}

static void both_forms_are_the_text_the_contract_says(void)
{
	static const char envelope[] = "\"id\":\"" ID(
		"1") "\",\"type\":\"service\",\"case\":"
		     "\"" ID("2") "\",\"site\":\"" ID(
			     "3") "\",\"ver\":2,"
				  "\"state\":\"live\","
				  "\"class\":16,"
				  "\"author\":\"" ID("4") "\",\"by\":\"" ID(
					  "5") "\","
					       "\"device"
					       "\":null,"
					       "\"at\":"
					       "\"2026-"
					       "11-"
					       "21T01:"
					       "30:00."
					       "000Z\","
					       "\"entere"
					       "d_at\":"
					       "\"2026-"
					       "11-"
					       "21T01:"
					       "30:00."
					       "123Z\","
					       "\"csn\":"
					       "991,"
					       "\"sha\":"
					       "\"" SHA "\"";
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct buf b;

	buf_init(&b, 4096);
	record_line(&r, &b);
	CHECK_STR(b.p, arena_printf(mem, "{\"r\":{%s},\"b\":{\"aim\":\"x\"}}",
			       envelope));
	buf_clear(&b);
	record_json(&r, &b);
	CHECK_STR(b.p,
		arena_printf(mem, "{%s,\"body\":{\"aim\":\"x\"}}", envelope));
	buf_free(&b);
	arena_free(mem);
	catalogue_free(c);
}

/* ---- there and back ---- */

static const char *const bodies[] = {
	"{}",
	"{\"aim\":\"},\\\"b\\\":{\"}",
	"{\"aim\":\"}},\\\"b\\\":}}\",\"b\":{\"b\":{}}}",
	"{\"a\":{\"r\":{}},\"b\":[{},[]],\"r\":{}}",
	"{\"aim\":\"\\\\\",\"next_step\":\"\\n\\t\\u0001\"}",
	"{\"aim\":\"𠮷野家 · 张三 \xf0\x9f\x8c\x8f\"}",
	"{\"n\":1e300,\"m\":-0.0,\"from_the_future\":[null]}",
	/* The body's bytes are nobody's business here, not even that. */
	"{ \"aim\" : \"x\" }",
};

static struct str line_of(const struct record *r, struct arena *mem)
{
	struct buf b;
	struct str line;

	buf_init(&b, 65536);
	record_line(r, &b);
	line.p = arena_strndup(mem, b.p, b.n);
	line.n = b.n;
	buf_free(&b);
	return line;
}

static bool same_record(const struct record *a, const struct record *b)
{
	return uuid_cmp(&a->id, &b->id) == 0 && a->type == b->type &&
	       strcmp(a->type_name, b->type_name) == 0 &&
	       uuid_cmp(&a->case_id, &b->case_id) == 0 &&
	       uuid_cmp(&a->site, &b->site) == 0 && a->ver == b->ver &&
	       a->state == b->state && a->cls == b->cls &&
	       uuid_cmp(&a->author, &b->author) == 0 &&
	       uuid_cmp(&a->by, &b->by) == 0 &&
	       uuid_cmp(&a->device, &b->device) == 0 && a->at == b->at &&
	       a->entered_at == b->entered_at && a->csn == b->csn &&
	       !a->reason == !b->reason &&
	       (!a->reason || strcmp(a->reason, b->reason) == 0) &&
	       a->body.n == b->body.n &&
	       memcmp(a->body.p, b->body.p, a->body.n) == 0 &&
	       sha256_equal(&a->sha, &b->sha);
}

static void check_round_trip(const struct catalogue *c, const struct record *r)
{
	struct arena *mem = arena_new();
	struct str line = line_of(r, mem);
	struct record back;
	struct err e;

	CHECK(!memchr(line.p, '\n', line.n));
	CHECK(record_parse_line(c, line, &back, mem, &e));
	CHECK(same_record(r, &back));
	if (tap_bad)
		printf("# %.*s\n", (int)line.n, line.p);
	arena_free(mem);
}

static void every_record_reads_back_as_it_was(void)
{
	static const char *const reasons[] = {NULL, "entered twice",
		"},\"b\":{", "\"}},\"b\":\\", "误录 𠮷\n"};
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		for (int state = STATE_DRAFT; state <= STATE_RETRACTED; state++)
			for (size_t k = 0; k < ARRAY_LEN(reasons); k++) {
				struct record r = sample(c);

				r.state = (enum record_state)state;
				r.reason = reasons[k];
				r.cls = 1 << i % 6;
				set_body(&r, bodies[i]);
				check_round_trip(c, &r);
			}
	catalogue_free(c);
}

static void a_record_without_case_site_or_people_reads_back(void)
{
	struct catalogue *c = catalogue_load();
	struct record r = sample(c);
	const struct uuid nil = {{0}};

	r.case_id = r.site = r.author = r.by = r.device = nil;
	check_round_trip(c, &r);
	r.device = id(ID("6"));
	r.ver = INT32_MAX;
	r.csn = INT64_MAX;
	check_round_trip(c, &r);
	catalogue_free(c);
}

static void a_type_this_program_does_not_know_is_kept_by_name(void)
{
	struct catalogue *c = catalogue_load();
	struct record r = sample(c);

	r.type = NULL;
	r.type_name = "group_session";
	check_round_trip(c, &r);
	catalogue_free(c);
}

/* ---- damage ---- */

static bool parses(const struct catalogue *c, const char *p, size_t n)
{
	struct arena *mem = arena_new();
	struct str line = {p, n};
	struct record r;
	struct err e = {.code = ERR_NONE};
	bool ok = record_parse_line(c, line, &r, mem, &e);

	CHECK(ok || e.code == ERR_VOID_PAGE);
	arena_free(mem);
	return ok;
}

/* The line in a block of its own size, so that reading past it is seen. */
static bool parses_cut(const struct catalogue *c, struct str line, size_t n)
{
	char *exact = malloc(n ? n : 1);
	bool ok;

	if (!exact)
		die("no memory");
	memcpy(exact, line.p, n);
	ok = parses(c, exact, n);
	free(exact);
	return ok;
}

static void a_line_cut_anywhere_is_void(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct str line;

	set_body(&r, "{\"aim\":\"}\",\"b\":{\"x\":\"}\"}}");
	line = line_of(&r, mem);
	CHECK(parses_cut(c, line, line.n));
	for (size_t n = 0; n < line.n; n++)
		CHECK(!parses_cut(c, line, n));
	arena_free(mem);
	catalogue_free(c);
}

static void a_body_changed_in_any_bit_is_void(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct str line = line_of(&r, mem);
	size_t from = line.n - 1 - r.body.n;

	for (size_t i = from; i < line.n - 1; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *bad = arena_strndup(mem, line.p, line.n);

			bad[i] = (char)(bad[i] ^ (1 << bit));
			CHECK(!parses(c, bad, line.n));
		}
	arena_free(mem);
	catalogue_free(c);
}

static void a_hash_changed_in_any_digit_is_void(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct str line = line_of(&r, mem);
	size_t from = (size_t)(strstr(line.p, "\"sha\":\"") + 7 - line.p);

	for (size_t i = 0; i < 64; i++) {
		char *bad = arena_strndup(mem, line.p, line.n);

		bad[from + i] = bad[from + i] == '0' ? '1' : '0';
		CHECK(!parses(c, bad, line.n));
	}
	arena_free(mem);
	catalogue_free(c);
}

static void an_envelope_that_says_nonsense_is_void(void)
{
	static const struct {
		const char *from;
		const char *to;
	} rows[] = {
		{"\"id\":\"" ID("1") "\",",                      ""                       },
		{"\"id\":\"" ID("1") "\"",                       "\"id\":null"            },
		{"\"id\":\"" ID("1") "\"",                       "\"id\":\"1\""           },
		{"\"case\":\"" ID("2") "\"",                     "\"case\":\"2\""         },
		{"\"by\":\"" ID("5") "\"",                       "\"by\":5"               },
		{"\"type\":\"service\"",                         "\"type\":16"            },
		{"\"type\":\"service\"",                         "\"type\":\"a\\\"b\""    },
		{"\"type\":\"service\"",                         "\"type\":\"\""          },
		{"\"ver\":2",				    "\"ver\":0"              },
		{"\"ver\":2",				    "\"ver\":-2"             },
		{"\"ver\":2",				    "\"ver\":\"2\""          },
		{"\"ver\":2",				    "\"ver\":4294967298"     },
		{"\"state\":\"live\"",                           "\"state\":\"dead\""     },
		{"\"state\":\"live\"",                           "\"state\":1"            },
		{"\"class\":16",				 "\"class\":0"            },
		{"\"class\":16",				 "\"class\":3"            },
		{"\"class\":16",				 "\"class\":256"          },
		{"\"class\":16",				 "\"class\":4294967312"   },
		{"\"class\":16",				 "\"class\":-16"          },
		{"2026-11-21T01:30:00.000Z",                     "yesterday"              },
		{"\"entered_at\":\"2026-11-21T01:30:00.123Z\",", ""                       },
		{"\"r\":{",				      "\"r\":[{"               },
		{"\"r\":{",				      "\"x\":{"                },
		{"\"csn\":991",				  "\"csn\":991,\"csn\":992"},
		{"},\"b\":",				     "}, \"b\":"              },
	};
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct str line = line_of(&r, mem);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *at = strstr(line.p, rows[i].from);
		char *bad;

		if (!at)
			die("the test's own row is wrong: %s", rows[i].from);
		bad = arena_printf(mem, "%.*s%s%s", (int)(at - line.p), line.p,
			rows[i].to, at + strlen(rows[i].from));
		CHECK(!parses(c, bad, strlen(bad)));
		if (tap_bad) {
			printf("# %s\n", bad);
			break;
		}
	}
	arena_free(mem);
	catalogue_free(c);
}

static void members_of_a_newer_program_are_passed_over(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct record r = sample(c);
	struct str line = line_of(&r, mem);
	const char *at = strstr(line.p, "\"ver\"");
	char *more = arena_printf(
		mem, "%.*s\"label\":[7],%s", (int)(at - line.p), line.p, at);

	CHECK(parses(c, more, strlen(more)));
	arena_free(mem);
	catalogue_free(c);
}

static void every_state_has_its_name(void)
{
	static const char *const names[] = {
		"draft", "live", "signed", "retracted"};
	enum record_state s;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CHECK(state_from_name(names[i], &s) && (size_t)s == i);
		CHECK_STR(state_name((enum record_state)i), names[i]);
	}
	CHECK(!state_from_name("", &s) && !state_from_name("Live", &s));
}

int main(void)
{
	RUN(both_forms_are_the_text_the_contract_says);
	RUN(every_record_reads_back_as_it_was);
	RUN(a_record_without_case_site_or_people_reads_back);
	RUN(a_type_this_program_does_not_know_is_kept_by_name);
	RUN(a_line_cut_anywhere_is_void);
	RUN(a_body_changed_in_any_bit_is_void);
	RUN(a_hash_changed_in_any_digit_is_void);
	RUN(an_envelope_that_says_nonsense_is_void);
	RUN(members_of_a_newer_program_are_passed_over);
	RUN(every_state_has_its_name);
	return tap_done();
}
