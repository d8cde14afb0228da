/*
 * links.c - see links.h.
 */
#include "server/figures/links.h"

#include <stdio.h>
#include <string.h>

const char *links_word(const char *head, size_t i, struct arena *mem)
{
	for (const char *p = head; p && *p; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (*p && i-- == 0)
			return arena_strndup(mem, p, strcspn(p, " "));
	}
	return NULL;
}

size_t links_find(const struct links *l, const struct figure_part *part)
{
	for (size_t i = 0; i < l->sums; i++)
		if (l->sum[i].part.source == part->source &&
			l->sum[i].part.m == part->m)
			return i;
	return HIDE_SUMS;
}

struct build {
	struct links *l;
	struct arena *mem;
	bool hidden;
};

static void add_sum(struct build *b, struct figure_part part);

/* "m2" of a source, or "caseload.m1"; *rest is what follows. */
static struct figure_part part_at(
	const struct figure_source *s, const char *text, const char **rest)
{
	struct figure_part p = {s, 0};
	size_t n = strcspn(text, ".<~=@-,:! ");

	if (text[n] == '.') {
		p.source = figure_source_find(text, n);
		text += n + 1;
	}
	if (!p.source || text[0] != 'm' || text[1] < '1' || text[1] > '8' ||
		!p.source->sum[text[1] - '1'])
		die("a source is tied to a sum there is not");
	p.m = (size_t)(text[1] - '1');
	*rest = text + 2;
	return p;
}

/* ---- parts ---- */

static void add_form(
	struct build *b, size_t of, size_t with, size_t part, const char *dims)
{
	struct links *l = b->l;
	struct link_form *f = &l->form[l->forms];

	for (size_t i = 0; i < l->forms; i++)
		if (l->form[i].of == of && l->form[i].part[0] == part &&
			with == HIDE_SUMS && l->form[i].parts == 1)
			return;
	if (l->forms == HIDE_FORMS)
		die("sources are tied in too many ways");
	l->forms++;
	f->of = of;
	f->dims = dims;
	f->parts = with == HIDE_SUMS ? 1 : 2;
	f->part[0] = with == HIDE_SUMS ? part : with;
	f->part[f->parts - 1] = part;
}

/* What the whole is a part of, the part is a part of. */
static void add_wholes(
	struct build *b, size_t of, size_t part, const char *dims)
{
	size_t n = b->l->forms;

	add_form(b, of, HIDE_SUMS, part, dims);
	for (size_t i = 0; i < n; i++)
		if (b->l->form[i].parts == 1 && b->l->form[i].part[0] == of)
			add_form(b, b->l->form[i].of, HIDE_SUMS, part,
				dims ? dims : b->l->form[i].dims);
}

/* m3<m1-m2@dims: the wholes are there before the part. */
static void read_within(struct build *b, const struct figure_part *part,
	const char *word, bool adding)
{
	const char *rest;
	struct figure_part of = part_at(part->source, word, &rest), with;
	bool two = *rest == '-';

	if (two)
		with = part_at(part->source, rest + 1, &rest);
	if (adding) {
		add_sum(b, of);
		if (two)
			add_sum(b, with);
		return;
	}
	add_wholes(b, links_find(b->l, &of), links_find(b->l, part),
		*rest == '@' ? rest + 1 : NULL);
	if (two)
		add_form(b, links_find(b->l, &of), links_find(b->l, &with),
			links_find(b->l, part), NULL);
}

/* What is left beside two parts is either's. */
static void add_siblings(struct build *b, const struct figure_part *part)
{
	const char *word;

	for (size_t i = 0; (word = links_word(part->source->within, i, b->mem));
		i++) {
		const char *dash = strchr(word, '-'), *rest;
		struct figure_part with;

		if (!dash)
			continue;
		with = part_at(part->source, dash + 1, &rest);
		if (with.source == part->source && with.m == part->m)
			add_sum(b, part_at(part->source, word, &rest));
	}
}

/* ---- the rest ---- */

static void read_codes(struct build *b, struct link_same *s, const char *codes)
{
	for (const char *p = codes; *p; p += *p == ',') {
		size_t n = strcspn(p, ",");

		if (s->codes == LINK_KINDS)
			die("a sum is too many kinds of another");
		s->code[s->codes++] = arena_strndup(b->mem, p, n);
		p += n;
	}
}

static struct link_same *new_same(struct build *b, const char *dim)
{
	struct link_same *s = &b->l->same[b->l->sames];

	if (b->l->sames++ == HIDE_SAMES)
		die("too many sums are rows of others");
	s->dim = dim;
	return s;
}

/* kinds: m2=goals_met,mostly_met; the text behind the =. */
static void read_kinds(struct build *b, const struct figure_part *part,
	const char *text, bool adding)
{
	struct figure_part of = {part->source, 0};
	struct link_same *s;

	if (adding) {
		add_sum(b, of);
		return;
	}
	s = new_same(b, "kind");
	s->sum = links_find(b->l, &of);
	s->total = links_find(b->l, part);
	read_codes(b, s, text);
}

/* same: m1=caseload.m1:programme=smd_kinship_care */
static void read_same(struct build *b, const struct figure_part *part,
	const char *text, bool adding)
{
	const char *rest;
	struct figure_part of = part_at(part->source, text, &rest);
	size_t n = strcspn(rest + 1, "=");
	struct link_same *s;

	if (adding) {
		add_sum(b, of);
		return;
	}
	s = new_same(b, arena_strndup(b->mem, rest + 1, n));
	s->sum = links_find(b->l, &of);
	s->total = links_find(b->l, part);
	read_codes(b, s, rest + n + 2);
}

static void read_amount(struct build *b, const struct figure_part *part,
	const char *text, bool adding)
{
	const char *rest;
	struct figure_part of = part_at(part->source, text, &rest);
	struct link_sum *sum;

	if (adding) {
		add_sum(b, of);
		return;
	}
	sum = &b->l->sum[links_find(b->l, part)];
	sum->amount = true;
	sum->is_signed = *rest == '!';
	sum->base = links_find(b->l, &of);
}

/* What the heads say of one sum, twice: first what must be there before it. */
static void read_heads(
	struct build *b, const struct figure_part *part, bool adding)
{
	const struct figure_source *s = part->source;
	const struct {
		const char *head;
		char sign;
		void (*read)(struct build *b, const struct figure_part *part,
			const char *text, bool adding);
	} heads[] = {
		{s->within,  '<', read_within},
		{s->amounts, '~', read_amount},
		{s->kinds,   '=', read_kinds },
		{s->same,    '=', read_same  },
	};
	const char *word;

	for (size_t k = 0; k < ARRAY_LEN(heads); k++)
		for (size_t i = 0;
			(word = links_word(heads[k].head, i, b->mem)); i++)
			if ((size_t)(word[1] - '1') == part->m &&
				word[2] == heads[k].sign)
				heads[k].read(b, part, word + 3, adding);
}

static void add_sum(struct build *b, struct figure_part part)
{
	struct link_sum *sum;
	bool hidden = b->hidden && !part.source->is_public;

	if (links_find(b->l, &part) != HIDE_SUMS)
		return;
	if (hidden)
		read_heads(b, &part, true);
	if (links_find(b->l, &part) != HIDE_SUMS)
		return;
	if (b->l->sums == HIDE_SUMS)
		die("a figure hangs on too many sums");
	sum = &b->l->sum[b->l->sums++];
	sum->part = part;
	sum->hidden = hidden;
	if (!hidden)
		return;
	read_heads(b, &part, false);
	add_siblings(b, &part);
}

/* Rows of a sum that other sources are all of, though they are not here. */
static void add_elsewhere(struct build *b, size_t sum)
{
	const struct figure_source *s;
	const char *word;

	for (size_t i = 0; (s = figure_source_at(i)); i++)
		for (size_t k = 0; (word = links_word(s->same, k, b->mem));
			k++) {
			struct figure_part part = {s, (size_t)(word[1] - '1')};
			struct figure_part of;
			const char *rest;

			of = part_at(s, word + 3, &rest);
			if (of.source != b->l->sum[sum].part.source ||
				of.m != b->l->sum[sum].part.m ||
				links_find(b->l, &part) != HIDE_SUMS)
				continue;
			read_same(b, &part, word + 3, false);
		}
}

const struct links *links_of(
	const struct indicator *i, bool hidden, struct arena *mem)
{
	struct build b = {ARENA_NEW(mem, struct links), mem, hidden};

	if (i->den.source)
		add_sum(&b, i->den);
	add_sum(&b, i->num);
	for (size_t s = 0; s < b.l->sums; s++)
		if (b.l->sum[s].hidden)
			add_elsewhere(&b, s);
	return b.l;
}

/* ---- ways of telling apart ---- */

bool links_lists(const char *dims, const char *dim)
{
	size_t n = strlen(dim);

	for (const char *p = dims; *p; p += *p == ',') {
		if (strcspn(p, ",") == n && strncmp(p, dim, n) == 0)
			return true;
		p += strcspn(p, ",");
	}
	return false;
}

bool links_has(const struct links *l, const struct indicator *i, size_t sum,
	const char *dim)
{
	const struct figure_source *s = l->sum[sum].part.source;

	if (s == i->num.source || s == i->den.source)
		return true;
	for (size_t f = 0; f < l->forms; f++)
		if (l->form[f].of == sum && l->form[f].dims &&
			links_lists(l->form[f].dims, dim))
			return true;
	return false;
}
