/*
 * fuzz_gate.c - whatever bytes come, what the gate lets through has one
 * reading.
 *
 * The input is a request head: "METHOD target version", then header lines.
 * Beyond not crashing, the target checks what handlers rely on.
 */
#include "server/http/gate.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static bool no_handler(struct req *r, struct err *e)
{
	(void)r;
	(void)e;
	return true;
}

/* clang-format off */
static const struct route table[] = {
	{"GET",  "/v1/things",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST, 0,    "q limit", no_handler, WHO_EVERY, ~0u, NULL},
	{"POST", "/v1/things",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH, 1000, NULL,      no_handler, WHO_EVERY, ~0u, NULL},
	{"GET",  "/v1/things/{a}/{b}",  ON_WEB | ON_OPS,  NEEDS_SESSION, LANE_FAST, 0,    NULL,      no_handler, WHO_EVERY, ~0u, NULL},
};
/* clang-format on */

/* The next line, terminated in place; NULL at the end. */
static char *next_line(char **at, char *end)
{
	char *line = *at, *stop;

	if (line >= end)
		return NULL;
	stop = memchr(line, '\n', (size_t)(end - line));
	if (!stop)
		stop = end;
	*stop = 0;
	*at = stop + 1;
	return line;
}

static void cut_headers(struct gate_request *q, char *at, char *end)
{
	char *line;

	while ((line = next_line(&at, end))) {
		size_t length = (size_t)(at - 1 - line);
		char *colon = memchr(line, ':', length);
		size_t i = q->header_count++;

		if (i >= LIMIT_HEADERS)
			continue;
		q->header[i].name.p = line;
		q->header[i].name.n = colon ? (size_t)(colon - line) : length;
		q->header[i].value.p = colon ? colon + 1 : line + length;
		q->header[i].value.n =
			colon ? length - (size_t)(colon + 1 - line) : 0;
	}
}

static void check_text(const char *text, bool is_path)
{
	for (const char *p = text; *p; p++) {
		MUST((unsigned char)*p >= 0x20 && *p != 0x7f);
		MUST(!is_path || (*p != '/' && *p != '\\'));
	}
	MUST(!is_path || (strcmp(text, ".") != 0 && strcmp(text, "..") != 0));
}

static void check_result(const struct gate_rules *rules,
	const struct gate_request *q, const struct gate_result *got)
{
	const struct uri *u = &got->uri;

	MUST(got->value[H_HOST] && !got->value[H_TRANSFER_ENCODING]);
	MUST(strlen(q->target) <= LIMIT_TARGET_BYTES &&
		q->header_count <= LIMIT_HEADERS);
	for (size_t i = 0; i < u->segment_count; i++)
		check_text(u->segment[i], true);
	for (size_t i = 0; i < u->query_count; i++)
		check_text(u->query[i].value, false);
	if (got->route) {
		MUST(got->route->listeners & (unsigned)rules->listener);
		MUST(strcmp(got->route->method, q->method) == 0);
		MUST(got->content_length <= got->route->max_body);
	} else {
		MUST(rules->has_static && !u->query_count);
		MUST(!u->segment_count || strcmp(u->segment[0], "v1") != 0);
	}
	MUST(!got->token || strlen(got->token) == 43);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const hosts[] = {"localhost", "::1"};
	static const enum listener on[] = {ON_WEB, ON_SYNC, ON_OPS};
	struct gate_request q = {0};
	struct gate_result got;
	struct arena *mem;
	struct err e;
	char *text, *at, *end, *space;

	if (n < 2)
		return 0;
	mem = arena_new();
	text = arena_strndup(mem, (const char *)data + 1, n - 1);
	at = text;
	end = text + n - 1;
	q.method = next_line(&at, end);
	space = strchr(q.method, ' ');
	q.target = space ? space + 1 : "";
	if (space)
		*space = 0;
	space = strrchr(q.target, ' ');
	q.version = space ? space + 1 : "HTTP/1.1";
	if (space)
		*space = 0;
	cut_headers(&q, at, end);
	struct gate_rules rules = {table, ARRAY_LEN(table), hosts,
		ARRAY_LEN(hosts), on[data[0] % 3] == ON_WEB, on[data[0] % 3]};

	if (gate_check(&rules, &q, mem, &got, &e))
		check_result(&rules, &q, &got);
	else
		MUST(e.code != ERR_NONE && err_http(e.code) >= 400);
	arena_free(mem);
	return 0;
}
