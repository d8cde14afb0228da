/*
 * fuzz_change.c - whatever bytes are pushed, they are refused with a reason or
 * understood, and what is understood keeps its promises on the way to a body.
 *
 * The input is the body of POST /v1/changes. What is decoded goes the way of
 * the centre: a create is checked as a whole body, a patch is merged into the
 * create before it, and what a change became is written and read again.
 */
#include "proto/change.h"
#include "proto/merge.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const struct catalogue *catalogue(void)
{
	static struct catalogue *c;

	if (!c)
		c = catalogue_load();
	return c;
}

/* A refusal names a code, a field and what would be taken, as JSON. */
static void check_why(const struct err *e, struct arena *mem)
{
	struct err other;
	struct buf b;

	MUST(e->code != ERR_NONE && err_http(e->code) >= 400);
	buf_init(&b, 16384);
	buf_char(&b, '{');
	err_json(e, &b);
	buf_char(&b, '}');
	MUST(!b.full && json_read(b.p, b.n, &json_limits_body, mem, &other));
	buf_free(&b);
}

static void check_result(const struct change *c, struct arena *mem)
{
	struct change_result r = {.status = CHANGE_APPLIED, .ver = 1}, back;
	struct err e;
	struct buf b;
	json_t *j;

	r.id = c->id;
	r.rec = c->rec;
	if (c->refused) {
		r.status = c->has_id ? CHANGE_PARKED : CHANGE_REFUSED;
		r.why = c->why;
	}
	buf_init(&b, 16384);
	change_result_json(&r, &b);
	j = json_read(b.p, b.n, &json_limits_body, mem, &e);
	MUST(j && change_result_parse(j, &back, &e));
	MUST(back.status == r.status && !uuid_cmp(&back.id, &r.id) &&
		!uuid_cmp(&back.rec, &r.rec) && back.why.code == r.why.code);
	buf_free(&b);
}

static bool note_ref(void *ctx, const struct field *f, const struct uuid *id)
{
	(void)f;
	MUST(!uuid_is_nil(id));
	(*(unsigned *)ctx)++;
	return true;
}

/* A body that was taken is taken again after a round trip of its text. */
static void check_body(
	const struct rtype *t, json_t *body, struct arena *mem, struct err *e)
{
	const char *text = json_canonical(body, mem);
	json_t *again = json_read(text, strlen(text), &json_limits_own, mem, e);
	unsigned refs = 0;

	MUST(again && record_check(catalogue(), t, again, true, e));
	MUST(strcmp(json_canonical(again, mem), text) == 0);
	MUST(record_each_ref(t, again, note_ref, &refs));
}

static void check_patch(const struct change *c, const struct rtype *t,
	const json_t *body, struct arena *mem)
{
	struct merge m, again;
	struct err e;

	if (c->set && !record_check_some(catalogue(), t, c->set, false, &e)) {
		check_why(&e, mem);
		return;
	}
	merge_change(t, body, c->set, c->unset, c->seen, mem, &m);
	MUST(m.changed == !json_equal(m.body, body));
	/* Its own sight of the result leaves nothing more to do. */
	merge_change(t, m.body, NULL, NULL,
		merge_seen(t, m.body, c->set, c->unset, mem), mem, &again);
	MUST(!again.changed && !json_array_size(again.conflicts));
	if (record_check(catalogue(), t, m.body, true, &e))
		check_body(t, m.body, mem, &e);
	else
		check_why(&e, mem);
}

static void check_change(const struct change *c, const struct rtype **type,
	json_t **body, struct arena *mem)
{
	struct err e;
	json_t *mine;

	if (c->refused) {
		check_why(&c->why, mem);
		return;
	}
	MUST(c->type && c->has_id && !uuid_is_nil(&c->rec));
	if (c->op == OP_PATCH && *type == c->type)
		check_patch(c, c->type, *body, mem);
	if (c->op != OP_CREATE)
		return;
	mine = json_keep(json_deep_copy(c->set), mem);
	record_drop_nulls(mine);
	if (!record_check(catalogue(), c->type, mine, false, &e)) {
		check_why(&e, mem);
		return;
	}
	check_body(c->type, mine, mem, &e);
	*body = mine;
	*type = c->type;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new();
	const struct rtype *type = NULL;
	struct change *c = NULL;
	json_t *j, *body = NULL;
	size_t count = 0;
	struct err e = {.code = ERR_NONE};

	j = json_read((const char *)data, n, &json_limits_batch, mem, &e);
	if (!j || !change_batch_decode(catalogue(), j, mem, &c, &count, &e))
		check_why(&e, mem);
	for (size_t i = 0; i < count; i++) {
		check_result(&c[i], mem);
		check_change(&c[i], &type, &body, mem);
	}
	arena_free(mem);
	return 0;
}
