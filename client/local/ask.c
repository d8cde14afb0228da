/*
 * ask.c - a request's query and its answer (see local_in.h).
 */
#include "client/local/local_in.h"

#include <string.h>

#define PROBLEM_MAX  8192
#define RANGE_DIGITS 18

const char *ask_query(const struct ask *a, const char *name)
{
	for (size_t i = 0; i < a->query_count; i++)
		if (strcmp(a->query[i].name, name) == 0 && a->query[i].value[0])
			return a->query[i].value;
	return NULL;
}

/* Digits alone, as many as any file has bytes; *p stands behind them. */
static bool number(const char **p, int64_t *out)
{
	size_t n = strspn(*p, "0123456789");

	*out = 0;
	for (size_t i = 0; i < n && n <= RANGE_DIGITS; i++)
		*out = *out * 10 + ((*p)[i] - '0');
	*p += n;
	return n > 0 && n <= RANGE_DIGITS;
}

bool ask_range(const struct ask *a, int64_t *from)
{
	static const char unit[] = "bytes=";
	const char *p = a->range;
	int64_t last;

	*from = 0;
	if (!p)
		return true;
	if (strncmp(p, unit, sizeof(unit) - 1) != 0)
		return false;
	p += sizeof(unit) - 1;
	return number(&p, from) && *p++ == '-' &&
	       (!*p || (number(&p, &last) && !*p && last >= *from));
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
		arena_strndup(a->mem, b.p, b.n), b.n);
	buf_free(&b);
}
