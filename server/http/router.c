/*
 * router.c - see router.h. Twenty rows are searched in order; a tree would
 * save nothing that can be measured beside one TLS record.
 */
#include "server/http/router.h"

#include <stdio.h>
#include <string.h>

/* Compares one pattern; on true `segment` holds what the braces matched. */
static bool matches(const char *pattern, const struct uri *u,
	const char *segment[REQ_SEGMENTS])
{
	size_t at = 0, caught = 0;

	memset(segment, 0, REQ_SEGMENTS * sizeof(*segment));
	while (*pattern == '/') {
		size_t n = strcspn(++pattern, "/");

		if (n == 0)
			break;
		if (at == u->segment_count)
			return false;
		if (*pattern == '{') {
			if (caught == REQ_SEGMENTS)
				return false;
			segment[caught++] = u->segment[at];
		} else if (strlen(u->segment[at]) != n ||
			   strncmp(u->segment[at], pattern, n) != 0) {
			return false;
		}
		pattern += n;
		at++;
	}
	return at == u->segment_count;
}

const struct route *router_find(const struct route *table, size_t count,
	enum listener listener, const char *method, const struct uri *u,
	const char *segment[REQ_SEGMENTS], struct err *e)
{
	char allow[64] = "";
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct route *r = &table[i];

		if (!(r->listeners & (unsigned)listener) ||
			!matches(r->path, u, segment))
			continue;
		if (strcmp(r->method, method) == 0)
			return r;
		if (n < sizeof(allow))
			n += (size_t)snprintf(allow + n, sizeof(allow) - n,
				"%s%s", n ? ", " : "", r->method);
	}
	if (n)
		err_field(e, ERR_BAD_METHOD, "method", "%s", allow);
	else
		err_set(e, ERR_NOT_FOUND, "no route");
	return NULL;
}

bool router_list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (list && *list) {
		size_t w = strcspn(list, " ");

		if (w == n && n && strncmp(list, word, n) == 0)
			return true;
		list += w + (list[w] == ' ');
	}
	return false;
}
