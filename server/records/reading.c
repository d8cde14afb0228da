/*
 * reading.c - see reading.h.
 */
#include "server/records/reading.h"

#include "proto/record.h"
#include "server/records/world.h"

#include <string.h>

#define RECORD_MAX ((size_t)16 << 20)

bool reading_reply(struct req *r, struct buf *b, struct err *e)
{
	bool whole = !b->full;
	size_t most = b->cap;

	if (whole)
		req_reply_text(r, 200, arena_strndup(r->mem, b->p, b->n));
	buf_free(b);
	return whole ||
	       err_field(e, ERR_TOO_LARGE, "answer", "%zu MiB", most >> 20);
}

json_t *reading_row(
	struct req *r, const struct db_rows *rows, int i, struct record *out)
{
	struct uuid unit;
	struct err e;
	json_t *body;

	row_record(r->catalogue, rows, i, out, &unit);
	body = json_read(
		out->body.p, out->body.n, &json_limits_own, r->mem, &e);
	if (!body)
		die("a stored body is no JSON");
	return body;
}

json_t *reading_json(
	struct req *r, const struct record *rec, const json_t *body)
{
	struct record copy = *rec;
	struct buf text;
	struct err e;
	json_t *j;

	copy.body.p = json_canonical(body, r->mem);
	copy.body.n = strlen(copy.body.p);
	buf_init(&text, RECORD_MAX);
	record_json(&copy, &text);
	j = json_read(text.p, text.n, &json_limits_own, r->mem, &e);
	buf_free(&text);
	if (!j)
		die("a record is no JSON");
	return json_incref(j);
}
