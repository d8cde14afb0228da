/*
 * test_gate.c - what the request gate refuses, and what it must let through.
 *
 * Requests are written as the bytes a client sends; the tests cut them into
 * lines the way an HTTP library does and hand the pieces to the gate.
 */
#include "server/http/gate.h"
#include "tests/lib/tap.h"

static bool no_handler(struct req *r, struct err *e)
{
	(void)r;
	(void)e;
	return true;
}

/* clang-format off */
static const struct route table[] = {
	{"GET",    "/v1/things",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST, 0,    "q limit", no_handler, WHO_EVERY, ~0u, NULL},
	{"POST",   "/v1/things",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH, 1000, NULL,      no_handler, WHO_EVERY, ~0u, NULL},
	{"GET",    "/v1/things/{id}",    ON_WEB,           NEEDS_SESSION, LANE_FAST, 0,    NULL,      no_handler, WHO_EVERY, ~0u, NULL},
	{"DELETE", "/v1/session",        ON_WEB,           NEEDS_SESSION, LANE_FAST, 0,    NULL,      no_handler, WHO_EVERY, ~0u, NULL},
	{"PATCH",  "/v1/files/{id}",     ON_WEB,           NEEDS_SESSION, LANE_FILES, 1000, NULL,     no_handler, WHO_EVERY, ~0u, NULL},
	{"HEAD",   "/v1/files/{id}",     ON_WEB,           NEEDS_SESSION, LANE_FAST, 0,    NULL,      no_handler, WHO_EVERY, ~0u, NULL},
	{"GET",    "/healthz",           ON_OPS,           NEEDS_NOTHING, LANE_FAST, 0,    NULL,      no_handler, WHO_EVERY, ~0u, NULL},
};
/* clang-format on */

static const char *const hosts[] = {"localhost", "casebridge.example", "::1"};

#define HEAD  "GET /v1/things HTTP/1.1\n"
#define POST  "POST /v1/things HTTP/1.1\n"
#define HOST  "Host: localhost:8443\n"
#define JSON  "Content-Type: application/json\n"
#define TOKEN "0123456789012345678901234567890123456789abc"

static struct arena *mem;
static struct gate_result got;
static struct err e;

/* Cuts "METHOD target version\nName: value\n…"; n because of NULs in it. */
static struct gate_request cut(const char *text, size_t n)
{
	static char copy[70000];
	struct gate_request q = {0};
	char *line = copy, *end;

	memcpy(copy, text, n);
	copy[n] = 0;
	end = memchr(line, '\n', n);
	*end = 0;
	q.method = line;
	*strchr(line, ' ') = 0;
	q.target = line + strlen(line) + 1;
	line = strrchr(q.target, ' ');
	*line = 0;
	q.version = line + 1;
	for (line = end + 1; line < copy + n; line = end + 1) {
		char *colon = memchr(line, ':', (size_t)(copy + n - line));
		size_t i = q.header_count++;

		end = memchr(line, '\n', (size_t)(copy + n - line));
		*end = 0;
		if (i >= LIMIT_HEADERS)
			continue;
		q.header[i].name.p = line;
		q.header[i].name.n = (size_t)(colon - line);
		q.header[i].value.p = colon + 2;
		q.header[i].value.n = (size_t)(end - colon - 2);
	}
	return q;
}

static bool judge(enum listener on, const char *text, size_t n)
{
	struct gate_rules rules = {table, ARRAY_LEN(table), hosts,
		ARRAY_LEN(hosts), on == ON_WEB, on};
	struct gate_request q = cut(text, n);

	memset(&e, 0, sizeof(e));
	return gate_check(&rules, &q, mem, &got, &e);
}

#define PASSES(text) CHECK(judge(ON_WEB, text, sizeof(text) - 1))
#define REFUSED(c, text)                                                       \
	do {                                                                   \
		CHECK(!judge(ON_WEB, text, sizeof(text) - 1));                 \
		CHECK_STR(err_name(e.code), c);                                \
	} while (0)
#define BAD(text) REFUSED("bad_request", text)

static void an_ordinary_request_passes(void)
{
	PASSES(HEAD HOST);
	CHECK(got.route == &table[0]);
	PASSES(POST HOST JSON "Content-Length: 2\n");
	CHECK(got.route == &table[1]);
	CHECK(got.content_length == 2);
	PASSES(POST HOST "content-type: Application/JSON; charset=UTF-8\n"
			 "Content-Length: 1000\nExpect: 100-continue\n");
}

static void framing_has_one_reading_only(void)
{
	BAD(POST HOST JSON "Content-Length: 2\nContent-Length: 2\n");
	BAD(POST HOST JSON "Content-Length: 2\nContent-Length: 30\n");
	BAD(POST HOST JSON "Content-Length: 2\nTransfer-Encoding: chunked\n");
	BAD(POST HOST JSON "Transfer-Encoding: chunked\n");
	BAD(POST HOST JSON "Transfer-Encoding: xchunked\n");
	BAD(POST HOST JSON "Transfer-Encoding: identity\n");
	BAD(POST HOST JSON "Content-Length : 2\n");
	BAD(POST HOST JSON "Content-Length: +2\n");
	BAD(POST HOST JSON "Content-Length: 0x2\n");
	BAD(POST HOST JSON "Content-Length: 2, 2\n");
	BAD(POST HOST JSON "Content-Length: \n");
	BAD(POST HOST JSON "Content-Length: 00000000002\n");
	BAD(POST HOST JSON "Content-Lengthfolded: 2\n");
	BAD(HEAD HOST "X Y: 1\n");
	BAD(HEAD HOST "Expect: 200-ok\n");
}

static void exactly_one_host_and_it_is_ours(void)
{
	PASSES(HEAD "Host: CaseBridge.example\n");
	PASSES(HEAD "Host: [::1]:8443\n");
	BAD(HEAD "User-Agent: x\n");
	BAD(HEAD HOST HOST);
	BAD(HEAD "Host: elsewhere.example\n");
	BAD(HEAD "Host: localhost.evil.example\n");
	BAD(HEAD "Host: localhost:\n");
	BAD(HEAD "Host: localhost:8443x\n");
	BAD(HEAD "Host: localhost:123456\n");
	BAD(HEAD "Host: [::1\n");
	BAD(HEAD "Host: \n");
	BAD(HEAD "Hostfolded: localhost\nHost: localhost\n");
}

static void control_bytes_are_refused_wherever_they_stand(void)
{
	BAD(HEAD HOST "User-Agent: a\0b\n");
	BAD(HEAD HOST "User-Agent: a\rb\n");
	BAD(HEAD HOST "User-Agent: a\x7f\n");
	BAD(HEAD HOST "X\0Y: a\n");
	PASSES(HEAD HOST "User-Agent: a\tb\n");
}

static void a_path_has_one_reading_only(void)
{
	BAD("GET /v1//things HTTP/1.1\n" HOST);
	BAD("GET /v1/things/ HTTP/1.1\n" HOST);
	BAD("GET /v1/./things HTTP/1.1\n" HOST);
	BAD("GET /v1/../things HTTP/1.1\n" HOST);
	BAD("GET /v1/%2e%2E/things HTTP/1.1\n" HOST);
	BAD("GET /v1%2fthings HTTP/1.1\n" HOST);
	BAD("GET /v1%5Cthings HTTP/1.1\n" HOST);
	BAD("GET /v1/things%00 HTTP/1.1\n" HOST);
	BAD("GET /v1/things%2500 HTTP/1.1\n" HOST);
	BAD("GET /v1/things%zz HTTP/1.1\n" HOST);
	BAD("GET /v1/things%4 HTTP/1.1\n" HOST);
	BAD("GET /v1/things\\a HTTP/1.1\n" HOST);
	BAD("GET /v1/things#a HTTP/1.1\n" HOST);
	BAD("GET v1/things HTTP/1.1\n" HOST);
	BAD("GET http://localhost/v1/things HTTP/1.1\n" HOST);
	BAD("GET /v1/things/%ff HTTP/1.1\n" HOST);
	BAD("GET /v1/things/%0a HTTP/1.1\n" HOST);
	BAD("GET /v1/things/%c0%ae HTTP/1.1\n" HOST);
	BAD("GET /v1/things/%ed%a0%80 HTTP/1.1\n" HOST);
	PASSES("GET /v1/%74hings HTTP/1.1\n" HOST);
	CHECK(got.route == &table[0]);
	PASSES("GET /v1/things/%E5%BC%A0 HTTP/1.1\n" HOST);
	CHECK_STR(got.segment[0], "张");
}

/* A target of n bytes. */
static bool judge_target(size_t n)
{
	static char text[8192], target[4096];

	memset(target, 'a', n);
	target[n] = 0;
	memcpy(target, "/v1/things?q=", strlen("/v1/things?q="));
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\n" HOST, target);
	return judge(ON_WEB, text, strlen(text));
}

static void limits_hold_at_their_edge(void)
{
	CHECK(judge_target(LIMIT_TARGET_BYTES));
	CHECK(!judge_target(LIMIT_TARGET_BYTES + 1));
	PASSES(POST HOST JSON "Content-Length: 1000\n");
	REFUSED("too_large", POST HOST JSON "Content-Length: 1001\n");
	REFUSED("too_large", POST HOST JSON "Content-Length: 9999999999\n");
	REFUSED("too_large", HEAD HOST "Content-Length: 1\n");
}

/* Host and n further headers whose values have `length` bytes. */
static bool judge_headers(int n, int length)
{
	static char text[70000];
	size_t at = (size_t)snprintf(text, sizeof(text), HEAD HOST);

	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "X-A: %0*d\n", length, 0);
	return judge(ON_WEB, text, at);
}

static void too_many_headers_are_refused(void)
{
	CHECK(judge_headers(LIMIT_HEADERS - 1, 1));
	CHECK(!judge_headers(LIMIT_HEADERS, 1));
	CHECK(judge_headers(1, LIMIT_HEADER_BYTES / 2));
	CHECK(!judge_headers(1, LIMIT_HEADER_BYTES));
}

static void a_query_takes_known_names_once(void)
{
	PASSES("GET /v1/things?q=%E5%BC%A0+a%2Fb%25&limit=5 HTTP/1.1\n" HOST);
	CHECK(got.uri.query_count == 2);
	CHECK_STR(got.uri.query[0].value, "张 a/b%");
	PASSES("GET /v1/things?q= HTTP/1.1\n" HOST);
	BAD("GET /v1/things?q=1&q=2 HTTP/1.1\n" HOST);
	BAD("GET /v1/things?x=1 HTTP/1.1\n" HOST);
	BAD("GET /v1/things?q HTTP/1.1\n" HOST);
	BAD("GET /v1/things?=1 HTTP/1.1\n" HOST);
	BAD("GET /v1/things?q=1& HTTP/1.1\n" HOST);
	BAD("GET /v1/things?q=%00 HTTP/1.1\n" HOST);
	BAD("GET /v1/things?q=%0d%0a HTTP/1.1\n" HOST);
	BAD("DELETE /v1/session?q=1 HTTP/1.1\n" HOST);
}

static void methods_and_addresses_are_told_apart(void)
{
	REFUSED("bad_method", "TRACE /v1/things HTTP/1.1\n" HOST);
	CHECK_STR(e.accepts, "GET, POST");
	REFUSED("bad_method", "FOO /v1/session HTTP/1.1\n" HOST);
	REFUSED("not_found", "GET /v1/nothing HTTP/1.1\n" HOST);
	REFUSED("not_found", "GET /v1 HTTP/1.1\n" HOST);
	REFUSED("bad_method", "POST /index.html HTTP/1.1\n" HOST JSON);
	BAD("G\xc3\x8aT /v1/things HTTP/1.1\n" HOST);
	BAD("GET /v1/things HTTP/1.0\n" HOST);
	CHECK(!judge(ON_SYNC, "GET /v1/things/1 HTTP/1.1\n" HOST,
		strlen("GET /v1/things/1 HTTP/1.1\n" HOST)));
	CHECK_STR(err_name(e.code), "not_found");
	CHECK(judge(ON_OPS, "GET /healthz HTTP/1.0\n" HOST,
		strlen("GET /healthz HTTP/1.0\n" HOST)));
}

static void a_body_is_json_and_not_encoded(void)
{
	REFUSED("bad_media", POST HOST "Content-Length: 2\n");
	REFUSED("bad_media",
		POST HOST "Content-Type: text/plain\nContent-Length: 2\n");
	REFUSED("bad_media", POST HOST
		"Content-Type: application/jsonp\nContent-Length: 2\n");
	REFUSED("bad_media",
		POST HOST JSON "Content-Encoding: gzip\nContent-Length: 2\n");
}

#define PIECE "PATCH /v1/files/7 HTTP/1.1\n" HOST "Content-Length: 9\n"

static void a_piece_of_a_file_is_no_json(void)
{
	PASSES(PIECE "Content-Type: application/offset+octet-stream\n"
		     "Upload-Offset: 5\n");
	CHECK_STR(got.value[H_UPLOAD_OFFSET], "5");
	REFUSED("bad_media", PIECE JSON);
	REFUSED("bad_media", PIECE);
	REFUSED("bad_media", PIECE "Content-Type: application/octet-stream\n");
	REFUSED("bad_media", POST HOST "Content-Length: 2\nContent-Type: "
				       "application/offset+octet-stream\n");
	BAD(PIECE "Content-Type: application/offset+octet-stream\n"
		  "Upload-Offset: 5\nUpload-Offset: 6\n");
	REFUSED("too_large",
		"PATCH /v1/files/7 HTTP/1.1\n" HOST "Content-Length: 1001\n"
		"Content-Type: application/offset+octet-stream\n");
}

static void a_route_may_take_head(void)
{
	PASSES("HEAD /v1/files/7 HTTP/1.1\n" HOST);
	CHECK(got.is_head && strcmp(got.route->method, "HEAD") == 0);
	REFUSED("bad_method", "HEAD /v1/things HTTP/1.1\n" HOST);
}

static void a_range_is_asked_for_once(void)
{
	PASSES(HEAD HOST "Range: bytes=0-9\nIf-Range: \"a\"\n");
	CHECK_STR(got.value[H_RANGE], "bytes=0-9");
	CHECK_STR(got.value[H_IF_RANGE], "\"a\"");
	BAD(HEAD HOST "Range: bytes=0-9\nRange: bytes=0-1\n");
}

static void files_are_what_is_not_the_api(void)
{
	PASSES("GET / HTTP/1.1\n" HOST);
	CHECK(!got.route && got.uri.segment_count == 0);
	PASSES("HEAD /assets/a-1.js HTTP/1.1\n" HOST);
	CHECK(!got.route && got.is_head);
	CHECK_STR(got.uri.path, "/assets/a-1.js");
	BAD("GET /?a=b HTTP/1.1\n" HOST);
}

static void tokens_come_from_the_listeners_own_place(void)
{
	PASSES(HEAD HOST "Cookie: a=b; __Host-session=" TOKEN "; c=d\n");
	CHECK(got.token && strcmp(got.token, TOKEN) == 0);
	PASSES(HEAD HOST "Authorization: Bearer " TOKEN "\n");
	CHECK(!got.token);
	PASSES(HEAD HOST "Cookie: __Host-session=short\n");
	CHECK(!got.token);
	PASSES(HEAD HOST "Cookie: __host-session=" TOKEN "\n");
	CHECK(!got.token);
	BAD(HEAD HOST "Cookie: __Host-session=" TOKEN "; __Host-session=" TOKEN
		      "\n");
	BAD(HEAD HOST "Cookie: a=b\nCookie: __Host-session=" TOKEN "\n");
	CHECK(judge(ON_SYNC, HEAD HOST "Authorization: bearer " TOKEN "\n",
		strlen(HEAD HOST "Authorization: bearer " TOKEN "\n")));
	CHECK(got.token && strcmp(got.token, TOKEN) == 0);
}

static void codings_are_taken_only_when_wanted(void)
{
	PASSES(HEAD HOST "Accept-Encoding: gzip, br;q=0.5, zstd\n");
	CHECK(got.accepts_zstd && got.accepts_br);
	PASSES(HEAD HOST "Accept-Encoding: zstd;q=0, br; q=0.000\n");
	CHECK(!got.accepts_zstd && !got.accepts_br);
	PASSES(HEAD HOST "Accept-Encoding: zstdx, xbr\n");
	CHECK(!got.accepts_zstd && !got.accepts_br);
	PASSES(HEAD HOST);
	CHECK(!got.accepts_zstd);
}

int main(void)
{
	mem = arena_new();
	RUN(an_ordinary_request_passes);
	RUN(framing_has_one_reading_only);
	RUN(exactly_one_host_and_it_is_ours);
	RUN(control_bytes_are_refused_wherever_they_stand);
	RUN(a_path_has_one_reading_only);
	RUN(limits_hold_at_their_edge);
	RUN(too_many_headers_are_refused);
	RUN(a_query_takes_known_names_once);
	RUN(methods_and_addresses_are_told_apart);
	RUN(a_body_is_json_and_not_encoded);
	RUN(a_piece_of_a_file_is_no_json);
	RUN(a_route_may_take_head);
	RUN(a_range_is_asked_for_once);
	RUN(files_are_what_is_not_the_api);
	RUN(tokens_come_from_the_listeners_own_place);
	RUN(codings_are_taken_only_when_wanted);
	arena_free(mem);
	return tap_done();
}
