/*
 * body.c - see body.h.
 */
#include "server/vault/body.h"

#include "proto/secret.h"

#include <stdlib.h>
#include <string.h>

#define BODY_MAX ((size_t)16 << 20)

static const char hole[] = "null";
#define HOLE (sizeof(hole) - 1)

static struct str kept(struct buf *b, struct arena *mem)
{
	struct str s = {arena_strndup(mem, b->p, b->n), b->n};

	if (b->full)
		die("vault: a body of more than %zu MiB", BODY_MAX >> 20);
	buf_free(b);
	return s;
}

/* Before its first member, or the brace that ends it. */
static size_t after_brace(struct str text)
{
	const char *p = memchr(text.p, '{', text.n);

	return p ? (size_t)(p - text.p) + 1 : 0;
}

/* "place length value" for each, and the body with holes. */
static void take_apart(struct str body, const struct span *s, size_t n,
	struct buf *values, struct buf *rest)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		buf_add(rest, body.p + at, s[i].at - at);
		buf_printf(values, "%zu %zu ", rest->n, s[i].n);
		buf_add(values, body.p + s[i].at, s[i].n);
		buf_text(rest, hole);
		at = s[i].at + s[i].n;
	}
	buf_add(rest, body.p + at, body.n - at);
}

static bool seal_values(const struct sealing *by, const struct vault_place *at,
	struct buf *values, struct arena *mem, struct stored_body *out,
	struct err *e)
{
	size_t brace = after_brace(out->plain);
	struct buf text;
	bool ok;

	buf_init(&text, BODY_MAX);
	buf_add(&text, out->plain.p, brace);
	buf_text(&text, "\"~\":\"");
	ok = vault_seal(by->vault, by->cipher, at,
		(struct str){values->p, values->n}, &text, e);
	/* What is sealed stood in a member, so at least one follows. */
	buf_text(&text, "\",");
	buf_add(&text, out->plain.p + brace, out->plain.n - brace);
	out->text = kept(&text, mem);
	out->key = body_key(out->text);
	return ok;
}

static bool close_spans(const struct sealing *by, const struct vault_place *at,
	struct str body, const struct span *spans, size_t n, struct arena *mem,
	struct stored_body *out, struct err *e)
{
	struct buf values, rest;
	bool ok;

	out->text = out->plain = body;
	out->key = 0;
	if (!n)
		return true;
	if (!by->vault)
		return err_set(e, ERR_INTERNAL, "there is no key to seal with");
	buf_init(&values, BODY_MAX);
	buf_init(&rest, BODY_MAX);
	take_apart(body, spans, n, &values, &rest);
	if (values.full)
		die("vault: a body of more than %zu MiB", BODY_MAX >> 20);
	out->plain = kept(&rest, mem);
	ok = seal_values(by, at, &values, mem, out, e);
	seal_wipe(values.p, values.n);
	buf_free(&values);
	return ok;
}

bool body_seal(const struct sealing *by, const struct catalogue *c,
	const struct rtype *t, int cls, const struct vault_place *at,
	struct str body, struct arena *mem, struct stored_body *out,
	struct err *e)
{
	struct span *spans;
	size_t n = secret_find(c, t, cls, body, mem, &spans);

	return close_spans(by, at, body, spans, n, mem, out, e);
}

bool change_seal(const struct sealing *by, const struct catalogue *c,
	const struct rtype *t, bool restricted, const struct uuid *id,
	struct str change, struct arena *mem, struct stored_body *out,
	struct err *e)
{
	struct vault_place at = {PARKED_COLUMN, *id, 0};
	struct span *spans;
	size_t n = secret_find_change(c, t, restricted, change, mem, &spans);

	return close_spans(by, &at, change, spans, n, mem, out, e);
}

/* ---- opening ---- */

static size_t blanks(struct str s, size_t at)
{
	while (at < s.n && strchr(" \t\r\n", s.p[at]) && s.p[at])
		at++;
	return at;
}

/* Where the sealed text is in a stored one: *before the quote that opens it. */
static bool find_sealed(struct str stored, struct str *sealed)
{
	size_t at = blanks(stored, 0);
	const char *end;

	if (!stored.p || at >= stored.n || stored.p[at] != '{')
		return false;
	at = blanks(stored, at + 1);
	if (stored.n - at < 6 || memcmp(stored.p + at, "\"~\":\"", 5) != 0)
		return false;
	sealed->p = stored.p + at + 5;
	end = memchr(sealed->p, '"', stored.n - at - 5);
	sealed->n = end ? (size_t)(end - sealed->p) : 0;
	return true;
}

bool body_is_sealed(struct str stored)
{
	struct str sealed;

	return find_sealed(stored, &sealed);
}

int64_t body_key(struct str stored)
{
	struct str sealed;

	return find_sealed(stored, &sealed) ? vault_key_of(sealed) : 0;
}

/* A number and the blank behind it. */
static bool number(struct str *s, size_t *out)
{
	size_t i = 0, v = 0;

	while (i < s->n && i < 9 && s->p[i] >= '0' && s->p[i] <= '9')
		v = v * 10 + (size_t)(s->p[i++] - '0');
	if (!i || i >= s->n || s->p[i] != ' ')
		return false;
	s->p += i + 1;
	s->n -= i + 1;
	*out = v;
	return true;
}

static bool put_together(struct str rest, struct str values, struct buf *out)
{
	size_t from = 0, at, n;

	while (values.n) {
		if (!number(&values, &at) || !number(&values, &n) ||
			n > values.n || at < from || at > rest.n ||
			rest.n - at < HOLE ||
			memcmp(rest.p + at, hole, HOLE) != 0)
			return false;
		buf_add(out, rest.p + from, at - from);
		buf_add(out, values.p, n);
		values.p += n;
		values.n -= n;
		from = at + HOLE;
	}
	buf_add(out, rest.p + from, rest.n - from);
	return true;
}

/* The stored text without its "~". */
static bool rest_of(struct str stored, struct str sealed, struct arena *mem,
	struct str *out)
{
	size_t head = (size_t)(sealed.p - stored.p) - 5;
	size_t tail = (size_t)(sealed.p + sealed.n - stored.p) + 2;
	char *p;

	if (tail > stored.n || stored.p[tail - 1] != ',')
		return false;
	p = arena_alloc(mem, head + stored.n - tail + 1);
	memcpy(p, stored.p, head);
	memcpy(p + head, stored.p + tail, stored.n - tail);
	out->p = p;
	out->n = head + stored.n - tail;
	return true;
}

bool body_open(const struct sealing *by, const struct vault_place *at,
	struct str stored, struct arena *mem, struct str *out, struct err *e)
{
	struct str sealed, values, rest;
	char id[UUID_TEXT];
	struct buf b;
	bool ok;

	*out = stored;
	if (!find_sealed(stored, &sealed))
		return true;
	if (!by->vault)
		return err_set(e, ERR_INTERNAL,
			"there is no key to open what is sealed");
	if (!vault_unseal(by->vault, by->cipher, at, sealed, mem, &values, e))
		return false;
	buf_init(&b, BODY_MAX);
	ok = rest_of(stored, sealed, mem, &rest) &&
	     put_together(rest, values, &b);
	*out = kept(&b, mem);
	return ok ||
	       err_field(e, ERR_SEALED, uuid_format(&at->row, id),
		       "%s, version %lld", at->column, (long long)at->version);
}
