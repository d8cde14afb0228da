/*
 * ask.c - a request's query and its answer (see local_in.h).
 */
#include "client/local/local_in.h"

#include <string.h>

#define PROBLEM_MAX 8192

const char *ask_query(const struct ask *a, const char *name)
{
	for (size_t i = 0; i < a->query_count; i++)
		if (strcmp(a->query[i].name, name) == 0 && a->query[i].value[0])
			return a->query[i].value;
	return NULL;
}

void ask_header(struct ask *a, const char *name, const char *value)
{
	if (a->header_count == ASK_HEADERS)
		die("an answer has too many headers");
	a->header[a->header_count].name = name;
	a->header[a->header_count++].value = value;
}

bool ask_reply(struct ask *a, unsigned status, const char *type, const char *p,
	size_t n)
{
	a->status = status;
	a->type = type;
	a->out.p = p;
	a->out.n = n;
	return true;
}

bool ask_json(struct ask *a, unsigned status, const json_t *j)
{
	const char *text = json_canonical(j, a->mem);

	return ask_reply(a, status, "application/json", text, strlen(text));
}

void ask_problem(struct ask *a, const struct err *e)
{
	struct buf b;

	buf_init(&b, PROBLEM_MAX);
	err_problem(e, &b);
	ask_reply(a, err_http(e->code), "application/problem+json",
		arena_strndup(a->mem, b.p ? b.p : "", b.n), b.n);
	buf_free(&b);
}
