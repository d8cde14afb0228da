/*
 * req.c - the few things every handler does with its request.
 */
#include "server/req.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *req_query(const struct req *r, const char *name)
{
	for (size_t i = 0; i < r->query_count; i++)
		if (strcmp(r->query[i].name, name) == 0)
			return r->query[i].value;
	return NULL;
}

bool req_query_int(const struct req *r, const char *name, int64_t min,
	int64_t max, int64_t otherwise, int64_t *out, struct err *e)
{
	const char *text = req_query(r, name);
	char *end;
	long long v;

	*out = otherwise;
	if (!text)
		return true;
	errno = 0;
	v = strtoll(text, &end, 10);
	/* strtoll() also takes spaces and '+', which no program of ours sends
	 */
	if (errno || end == text || *end || v < min || v > max ||
		strspn(text, "-0123456789") != strlen(text))
		return err_field(e, ERR_BAD_REQUEST, name, "%lld … %lld",
			(long long)min, (long long)max);
	*out = v;
	return true;
}

bool req_query_word(const struct req *r, const char *name, const char *words,
	int *which, struct err *e)
{
	const char *text = req_query(r, name), *p = words;

	*which = -1;
	if (!text)
		return true;
	for (int i = 0; *p; i++) {
		size_t n = strcspn(p, " ");

		if (strlen(text) == n && strncmp(p, text, n) == 0) {
			*which = i;
			return true;
		}
		p += n + (p[n] == ' ');
	}
	return err_field(e, ERR_BAD_REQUEST, name, "%s", words);
}

bool req_segment_id(const struct req *r, int i, struct uuid *out, struct err *e)
{
	if (i < REQ_SEGMENTS && r->segment[i] && uuid_parse(r->segment[i], out))
		return true;
	return err_set(e, ERR_NOT_FOUND, "path segment %d is no id", i);
}

bool req_reply_bytes(struct req *r, unsigned status, const char *content_type,
	const char *p, size_t n)
{
	r->status = status;
	r->content_type = content_type;
	r->out.p = p;
	r->out.n = n;
	r->file = NULL;
	return true;
}

bool req_reply_file(struct req *r, unsigned status, const char *content_type,
	int fd, size_t size)
{
	struct req_file *f = ARENA_NEW(r->mem, struct req_file);

	f->fd = fd;
	f->size = size;
	req_reply_bytes(r, status, content_type, NULL, 0);
	r->file = f;
	return true;
}

bool req_reply_text(struct req *r, unsigned status, const char *json)
{
	return req_reply_bytes(
		r, status, "application/json", json, strlen(json));
}

static void release_text(void *text)
{
	free(text);
}

bool req_reply_json(struct req *r, unsigned status, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);

	json_decref(j);
	if (!text)
		die("req: a reply is not valid JSON");
	arena_adopt(r->mem, text, release_text);
	return req_reply_text(r, status, text);
}

/* The compiler cannot leave it out. */
static void wipe(const char *text)
{
	volatile char *p = (char *)(uintptr_t)text;

	while (*p)
		*p++ = 0;
}

static void wipe_and_release(void *text)
{
	wipe(text);
	free(text);
}

static void wipe_texts(json_t *j)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(j, key, value) wipe_texts(value);
	json_array_foreach(j, i, value) wipe_texts(value);
	if (json_is_string(j))
		wipe(json_string_value(j));
}

bool req_reply_secret(struct req *r, unsigned status, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);

	if (!text)
		die("req: a reply is not valid JSON");
	wipe_texts(j);
	json_decref(j);
	arena_adopt(r->mem, text, wipe_and_release);
	return req_reply_text(r, status, text);
}

void req_header(struct req *r, const char *name, const char *value)
{
	if (r->header_count == ARRAY_LEN(r->header))
		die("req: more than %zu reply headers", ARRAY_LEN(r->header));
	r->header[r->header_count].name = name;
	r->header[r->header_count].value = value;
	r->header_count++;
}

void req_mark(struct req *r, size_t at)
{
	/* The array is full at every power of two. */
	if ((r->marks & (r->marks - 1)) == 0) {
		size_t *more = ARENA_ARRAY(
			r->mem, size_t, r->marks ? r->marks * 2 : 1);

		if (r->marks)
			memcpy(more, r->mark, r->marks * sizeof(*more));
		r->mark = more;
	}
	r->mark[r->marks++] = at;
}

bool req_wait(struct req *r, int64_t ms)
{
	r->wait_ms = ms > 0 ? ms : 1;
	return true;
}
