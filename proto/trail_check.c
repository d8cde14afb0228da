/*
 * trail_check.c - see trail_check.h: the lines of a file, one after the other.
 * What is checked about them is in trail_epoch.c.
 */
#include "proto/trail_check_in.h"

#include "proto/base/timeutil.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DASH     "\xe2\x80\x94 "
#define WORDS    12 /* words of a line; more are looked at one by one */
#define PIN_MOST 4096

void trail_tell(struct trail_check *c, bool bad, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->result.findings += bad;
	c->tell(c->ctx, bad, text);
}

struct trail_check *trail_check_new(
	const struct note_key *key, trail_finding *tell, void *ctx)
{
	struct trail_check *c = calloc(1, sizeof(*c));

	if (!c)
		die("out of memory (trail)");
	c->key = *key;
	c->tell = tell;
	c->ctx = ctx;
	c->sha = sha256_begin();
	c->mem = arena_new();
	c->result.whole = true;
	return c;
}

void trail_check_free(struct trail_check *c)
{
	if (!c)
		return;
	if (c->sha)
		(void)sha256_end(c->sha);
	seq_free(&c->seqs);
	arena_free(c->mem);
	free(c);
}

bool trail_check_pin(struct trail_check *c, struct str note, struct err *e)
{
	if (c->pins >= PIN_MOST)
		return err_field(
			e, ERR_BAD_INPUT, "head", "%d heads", PIN_MOST);
	if (!c->pin)
		c->pin = ARENA_ARRAY(c->mem, struct pin, PIN_MOST);
	if (!note_read(note, &c->key, &c->pin[c->pins].head, e)) {
		if (strcmp(e->field, "key") != 0)
			return false;
		c->pin[c->pins].unread = arena_strndup(c->mem, note.p, note.n);
	}
	c->pins++;
	return true;
}

/* ---- words of a line ---- */

struct words {
	size_t n;
	struct str w[WORDS];
};

static bool split(struct str line, struct words *out)
{
	const char *at = line.p, *end = line.p + line.n;

	out->n = 0;
	while (at <= end) {
		const char *blank =
			at < end ? memchr(at, ' ', (size_t)(end - at)) : NULL;

		if (out->n == WORDS || at == end || blank == at)
			return false;
		out->w[out->n].p = at;
		out->w[out->n++].n = (size_t)((blank ? blank : end) - at);
		if (!blank)
			break;
		at = blank + 1;
	}
	return out->n > 0;
}

static bool is(struct str s, const char *word)
{
	return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

static bool number(struct str s, int64_t *out)
{
	int64_t v = 0;

	if (s.n == 0 || s.n > 18 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

static bool hash(struct trail_check *c, struct str s, struct sha256 *out)
{
	size_t n;
	unsigned char *b = s.n == 44 ? base64_parse(s, &n, c->line) : NULL;

	if (!b || n != SHA256_LEN)
		return false;
	memcpy(out->b, b, SHA256_LEN);
	return true;
}

static bool bad(struct trail_check *c, const char *wanted, struct err *e)
{
	return err_field(e, ERR_BAD_INPUT, "line", "line %" PRId64 ": %s",
		c->lines + 1, wanted);
}

/* ---- the lines ---- */

static bool line_epoch(
	struct trail_check *c, const struct words *w, struct err *e)
{
	int64_t epoch;

	if (w->n != 2 || !number(w->w[1], &epoch) || epoch < 1 ||
		epoch <= c->epoch.no)
		return bad(c, "epoch N, a later one than before", e);
	epoch_close(c);
	epoch_open(c, epoch);
	return true;
}

static bool line_head(
	struct trail_check *c, const struct words *w, struct err *e)
{
	if (w->n != 1 || !c->epoch.no || c->epoch.has_head)
		return bad(c, "head, once an epoch", e);
	c->in_note = true;
	c->note_n = 0;
	return true;
}

static bool line_range(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct epoch *x = &c->epoch;

	if (w->n != 3 || !x->has_head || x->to || x->is_receipt ||
		!number(w->w[1], &x->from) || !number(w->w[2], &x->to) ||
		x->from > x->to || x->to > x->head.size)
		return bad(c, "range FROM TO, after its head", e);
	x->next = x->from;
	x->has_range = true;
	x->left_n = tree_cover(0, x->from, x->part);
	if (x->from > 0 || x->to < x->head.size)
		c->result.whole = false;
	return true;
}

static bool line_receipt(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct epoch *x = &c->epoch;

	if (w->n != 2 || !x->has_head || x->has_range || x->is_receipt ||
		!number(w->w[1], &x->from) || x->from >= x->head.size)
		return bad(c, "receipt INDEX, after its head", e);
	x->is_receipt = true;
	x->next = x->from;
	x->to = x->from + 1;
	c->result.receipt = true;
	c->result.whole = false;
	return true;
}

static bool line_path(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct epoch *x = &c->epoch;

	if (w->n != 2 || !x->is_receipt || x->path.n == TREE_PROOF_MOST ||
		!hash(c, w->w[1], &x->path.node[x->path.n]))
		return bad(c, "path HASH, of a receipt", e);
	x->path.n++;
	return true;
}

/* What lies left and right of the leaves that are here, subtree by subtree. */
static bool line_beside(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct epoch *x = &c->epoch;
	struct sha256 node;
	bool left = is(w->w[0], "left");

	if (w->n != 2 || !x->has_range || !hash(c, w->w[1], &node))
		return bad(c, "left HASH or right HASH, of a range", e);
	if (!left && x->next == x->to && !x->in_right) {
		x->left_n = tree_cover(x->to, x->head.size, x->part);
		x->left_at = 0;
		x->in_right = true;
	}
	if (left == x->in_right || x->left_at == x->left_n ||
		!tree_edge_add_part(
			&x->edge, x->part[x->left_at++].level, &node))
		return bad(c, "as many hashes as lie beside the range", e);
	pins_pass(c);
	return true;
}

static bool line_older(struct trail_check *c, struct str line, struct err *e)
{
	struct tree_proof p = {.n = 0};
	const char *at = line.p, *end = line.p + line.n;
	int64_t size = 0;
	size_t i = 0;

	if (!c->epoch.has_head)
		return bad(c, "older SIZE HASH …, after its head", e);
	while (at < end) {
		const char *blank = memchr(at, ' ', (size_t)(end - at));
		struct str w = {at, (size_t)((blank ? blank : end) - at)};

		if ((i == 1 && !number(w, &size)) ||
			(i > 1 && (p.n == TREE_PROOF_MOST ||
					  !hash(c, w, &p.node[p.n++]))))
			return bad(c, "older SIZE HASH …", e);
		i++;
		at += w.n + 1;
	}
	pins_prove(c, size, &p);
	return true;
}

static bool line_leaf(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct leaf_line l = {.no = 0};
	struct epoch *x = &c->epoch;
	unsigned char *b;

	if (w->n != 6 || !number(w->w[1], &l.index) || w->w[2].n != 1 ||
		!strchr("ecs?", w->w[2].p[0]) || !number(w->w[3], &l.no) ||
		!hash(c, w->w[4], &l.sealed) ||
		!(x->has_range || x->is_receipt))
		return bad(c, "leaf INDEX KIND NO HASH BYTES", e);
	if (l.index != x->next || l.index >= x->to ||
		(x->has_range && x->left_at != x->left_n))
		return bad(c, "every leaf of the range, in its order", e);
	l.kind = w->w[2].p[0];
	if (!is(w->w[5], "-")) {
		b = base64_parse(w->w[5], &l.bytes.n, c->line);
		if (!b)
			return bad(c, "the leaf in base64, or -", e);
		l.bytes.p = (const char *)b;
	}
	epoch_leaf(c, &l);
	return true;
}

static bool line_open(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct str bytes;
	unsigned char *b;

	if (w->n != 2 || !c->epoch.no)
		return bad(c, "open BYTES, behind the epochs", e);
	b = base64_parse(w->w[1], &bytes.n, c->line);
	if (!b)
		return bad(c, "an event in base64", e);
	bytes.p = (const char *)b;
	epoch_close(c);
	open_event(c, bytes);
	return true;
}

static bool line_end(
	struct trail_check *c, const struct words *w, struct err *e)
{
	struct sha256 sha = sha256_end(c->sha);
	char hex[SHA256_HEX];
	int64_t lines;

	c->sha = NULL;
	if (w->n != 3 || !number(w->w[1], &lines) || lines != c->lines ||
		!is(w->w[2], hex_format(sha.b, SHA256_LEN, hex)))
		return bad(c, "end LINES SHA256 of all that stands before", e);
	c->ended = true;
	return true;
}

/* "why" is what an operator wrote about an epoch; its hash is in the leaf. */
static bool line_why(struct trail_check *c, struct str line, struct err *e)
{
	if (!c->epoch.no || line.n < 5 || line.n > 2048)
		return bad(c, "why BASE64, of an epoch", e);
	c->epoch.reason = sha256_of("", 0);
	line.p += 4;
	line.n -= 4;
	{
		size_t n;
		unsigned char *b = base64_parse(line, &n, c->line);

		if (!b)
			return bad(c, "why BASE64", e);
		c->epoch.reason = sha256_of(b, n);
		c->epoch.has_reason = true;
	}
	return true;
}

static bool line_handover(
	struct trail_check *c, const struct words *w, struct err *e)
{
	if (w->n != 1 || c->settled)
		return bad(c, "handover, behind the key", e);
	c->in_handover = c->in_note = true;
	c->note_n = 0;
	return true;
}

/* A line of a note; *done: it was the last. */
static bool note_add(
	struct trail_check *c, struct str line, bool *done, struct err *e)
{
	bool is_signature = line.n >= 4 && memcmp(line.p, DASH, 4) == 0;

	*done = false;
	if (line.n + 1 > sizeof(c->note) - c->note_n)
		return bad(c, "a signed note", e);
	memcpy(c->note + c->note_n, line.p, line.n);
	c->note_n += line.n;
	c->note[c->note_n++] = '\n';
	if (!is_signature)
		return true;
	/* Two keys sign a hand-over. */
	*done = !c->in_handover || c->signed_once;
	c->signed_once = !*done;
	return true;
}

static bool take_head(struct trail_check *c, struct str note, struct err *e)
{
	struct epoch *x = &c->epoch;

	if (!chain_read(&c->chain, note, &x->head, e)) {
		if (strcmp(e->field, "head") == 0)
			return bad(c, "a signed head", e);
		trail_tell(c, true,
			"epoch %" PRId64
			": its head was not signed by the key that counts "
			"(%s)",
			x->no, c->key.name);
		return err_set(e, ERR_BAD_INPUT,
			"epoch %" PRId64
			": the head was not signed by the key that counts",
			x->no);
	}
	if (x->head.epoch != x->no)
		return bad(c, "a head of this epoch", e);
	x->has_head = true;
	return true;
}

static bool note_line(struct trail_check *c, struct str line, struct err *e)
{
	struct str note = {c->note, 0};
	bool done, handover = c->in_handover;

	if (!note_add(c, line, &done, e))
		return false;
	if (!done)
		return true;
	c->in_note = c->in_handover = false;
	note.n = c->note_n;
	if (!handover)
		return take_head(c, note, e);
	return keys_handover(c, note, e) ||
	       bad(c, "a key that hands over to the next, signed by both", e);
}

static bool first_lines(struct trail_check *c, struct str line, struct err *e)
{
	struct str text = {line.p + 4, line.n - 4};

	if (c->lines == 0)
		return is(line, TRAIL_FIRST_LINE) ||
		       bad(c, "\"" TRAIL_FIRST_LINE "\"", e);
	if (line.n < 5 || memcmp(line.p, "key ", 4) != 0 ||
		!keys_first(c, text, e))
		return bad(c, "key NAME+ID+KEY", e);
	return true;
}

static const struct {
	const char *word;
	bool (*take)(
		struct trail_check *c, const struct words *w, struct err *e);
} kinds[] = {
	{"handover", line_handover},
	{"leaf",     line_leaf    },
	{"left",     line_beside  },
	{"right",    line_beside  },
	{"open",     line_open    },
	{"epoch",    line_epoch   },
	{"head",     line_head    },
	{"range",    line_range   },
	{"receipt",  line_receipt },
	{"path",     line_path    },
	{"end",      line_end     },
};

static bool starts(struct str line, const char *word)
{
	return line.n > strlen(word) && memcmp(line.p, word, strlen(word)) == 0;
}

static bool take(struct trail_check *c, struct str line, struct err *e)
{
	struct words w;

	if (c->lines < 2)
		return first_lines(c, line, e);
	if (c->in_note)
		return note_line(c, line, e);
	if (!is(line, "handover") && !keys_settle(c, e))
		return false;
	if (starts(line, "older "))
		return line_older(c, line, e);
	if (starts(line, "why "))
		return line_why(c, line, e);
	if (!split(line, &w))
		return bad(c, "words with one blank between them", e);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (is(w.w[0], kinds[i].word))
			return kinds[i].take(c, &w, e);
	return bad(c, "a line of the format " TRAIL_FIRST_LINE, e);
}

bool trail_check_line(struct trail_check *c, struct str line, struct err *e)
{
	bool ok;

	if (c->ended)
		return bad(c, "nothing behind the last line", e);
	if (line.n > TRAIL_LINE_MOST || memchr(line.p, 0, line.n) ||
		memchr(line.p, '\n', line.n))
		return bad(c, "text", e);
	c->line = arena_new();
	ok = take(c, line, e);
	arena_free(c->line);
	c->line = NULL;
	if (ok && !c->ended) {
		sha256_add(c->sha, line.p, line.n);
		sha256_add(c->sha, "\n", 1);
		c->lines++;
	}
	return ok;
}

bool trail_check_end(
	struct trail_check *c, struct trail_result *out, struct err *e)
{
	if (!c->ended)
		return err_set(e, ERR_BAD_INPUT,
			"the file is cut off: its last line is missing");
	epoch_close(c);
	if (c->result.epochs == 0)
		return err_set(e, ERR_BAD_INPUT, "there is no head in it");
	pins_finish(c);
	*out = c->result;
	return true;
}
