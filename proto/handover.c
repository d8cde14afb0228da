/*
 * handover.c - see handover.h.
 */
#include "proto/handover.h"

#include "proto/base/timeutil.h"
#include "proto/note_in.h"

#include <inttypes.h>
#include <string.h>

bool same_key(const struct note_key *a, const struct note_key *b)
{
	return strcmp(a->name, b->name) == 0 &&
	       memcmp(a->key, b->key, ED25519_KEY) == 0;
}

/* ---- one ---- */

static struct str lines_of(const struct handover *h, struct arena *mem)
{
	char at[TIME_TEXT];
	struct str out;

	out.p = arena_printf(mem,
		"%s/key\n%" PRId64 "\n%" PRId64 "\n%s\n%s\n%s\n%s\n",
		h->from.name, h->last.epoch, h->last.size,
		base64_format(h->last.root.b, SHA256_LEN, mem),
		note_key_text(&h->from, mem), note_key_text(&h->to, mem),
		time_format(h->last.at_ms, at));
	out.n = strlen(out.p);
	return out;
}

char *handover_write(const struct handover *h,
	const unsigned char from[ED25519_KEY],
	const unsigned char to[ED25519_KEY], struct arena *mem)
{
	struct str text = lines_of(h, mem);

	return arena_printf(mem, "%s\n%s%s", text.p,
		note_sign(&h->from, from, text, mem),
		note_sign(&h->to, to, text, mem));
}

static bool read_body(struct str *rest, struct handover *out, struct arena *mem)
{
	struct note_head *last = &out->last;
	struct str origin, line;
	struct err ignored;

	/* The origin is compared when all of it is written again. */
	return note_next_line(rest, &origin) && note_next_line(rest, &line) &&
	       note_number(line, 1, &last->epoch) &&
	       note_next_line(rest, &line) &&
	       note_number(line, 0, &last->size) &&
	       note_next_line(rest, &line) && note_root(line, last, mem) &&
	       note_next_line(rest, &line) &&
	       note_key_read(line, &out->from, &ignored) &&
	       note_next_line(rest, &line) &&
	       note_key_read(line, &out->to, &ignored) &&
	       note_next_line(rest, &line) &&
	       time_parse(arena_strndup(mem, line.p, line.n), &last->at_ms);
}

static bool read_all(struct str text, struct handover *out, struct arena *mem)
{
	struct str rest = text, lines, line, want;

	memset(out, 0, sizeof(*out));
	if (text.n == 0 || text.n > HANDOVER_BYTES ||
		memchr(text.p, 0, text.n) || !read_body(&rest, out, mem))
		return false;
	lines.p = text.p;
	lines.n = text.n - rest.n;
	want = lines_of(out, mem);
	if (want.n != lines.n || memcmp(want.p, lines.p, want.n) != 0 ||
		strcmp(out->from.name, out->to.name) != 0 ||
		same_key(&out->from, &out->to))
		return false;
	return note_next_line(&rest, &line) && line.n == 0 &&
	       note_next_line(&rest, &line) &&
	       note_signed_by(&out->from, lines, line, mem) &&
	       note_next_line(&rest, &line) && rest.n == 0 &&
	       note_signed_by(&out->to, lines, line, mem);
}

bool handover_read(struct str text, struct handover *out, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = read_all(text, out, mem);

	arena_free(mem);
	return ok || err_field(e, ERR_BAD_INPUT, "handover",
			     "two keys of one log, signed by both");
}

struct str handover_next(struct str *rest)
{
	struct str out = {NULL, 0}, line;
	int signatures = 0;

	while (rest->n && rest->p[0] == '\n') {
		rest->p++;
		rest->n--;
	}
	if (!rest->n)
		return out;
	out.p = rest->p;
	while (signatures < 2 && note_next_line(rest, &line))
		signatures += line.n >= 4 && memcmp(line.p, NOTE_DASH, 4) == 0;
	if (signatures < 2) {
		rest->p += rest->n;
		rest->n = 0;
	}
	out.n = (size_t)(rest->p - out.p);
	return out;
}

/* ---- a chain ---- */

void chain_begin(struct key_chain *c, const struct note_key *first)
{
	memset(c, 0, sizeof(*c));
	c->key[0] = *first;
	c->n = 1;
}

const struct note_key *chain_newest(const struct key_chain *c)
{
	return &c->key[c->n - 1];
}

bool chain_has(const struct key_chain *c, const struct note_key *k)
{
	for (size_t i = 0; i < c->n; i++)
		if (same_key(&c->key[i], k))
			return true;
	return false;
}

static bool is_before(const struct note_head *a, const struct note_head *b)
{
	return a->epoch < b->epoch ||
	       (a->epoch == b->epoch && a->size < b->size);
}

bool chain_add(struct key_chain *c, const struct handover *h)
{
	if (c->n > HANDOVERS_MOST || !same_key(chain_newest(c), &h->from) ||
		chain_has(c, &h->to) ||
		(c->n > 1 && is_before(&h->last, &c->last[c->n - 2])))
		return false;
	c->last[c->n - 1] = h->last;
	c->key[c->n++] = h->to;
	return true;
}

/* Whether it was that key's time. Where it handed over, the head is the one it
 * handed over with. */
static bool in_time(
	const struct key_chain *c, size_t i, const struct note_head *h)
{
	const struct note_head *last = &c->last[i];

	if (i > 0 && is_before(h, &c->last[i - 1]))
		return false;
	if (i + 1 == c->n || is_before(h, last))
		return true;
	return !is_before(last, h) && sha256_equal(&h->root, &last->root);
}

bool chain_read(const struct key_chain *c, struct str note,
	struct note_head *out, struct err *e)
{
	for (size_t i = c->n; i-- > 0;) {
		if (note_read(note, &c->key[i], out, e))
			return in_time(c, i, out) ||
			       err_field(e, ERR_BAD_INPUT, "key",
				       "the one whose time it was");
		if (strcmp(e->field, "key") != 0)
			return false;
	}
	return false;
}
