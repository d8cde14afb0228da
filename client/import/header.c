/*
 * header.c - see header.h.
 */
#include "client/import/header.h"

#include "client/import/dates.h"
#include "proto/base/utf8.h"
#include "proto/person.h"

#include <string.h>

#define HEAD_ROWS 20 /* heads stand among the first rows with a value */

/* ---- what rows look like ---- */

static size_t known_heads(const struct targets *t, const struct row *r)
{
	static const struct head_context nobody = {false, -1};
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->cell[i].kind == CELL_TEXT &&
		     target_of_head(t, r->cell[i].text, &nobody) != NULL;
	return n;
}

static size_t filled(const struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->cell[i].kind != CELL_EMPTY;
	return n;
}

/* No head is a number, a day, an identity number or a telephone. */
static bool is_value(const struct cell *c)
{
	struct resident_id id;
	char phone[PHONE_TEXT];
	struct day_read day;
	struct err ignored;

	if (c->kind == CELL_EMPTY)
		return false;
	return c->kind != CELL_TEXT || person_phone(c->text, phone) ||
	       person_resident_id(c->text, "id", &id, &ignored) ||
	       (strlen(c->text) > 5 &&
		       day_read(c->text, false, &day) == DAY_OK);
}

static bool has_values(const struct row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (is_value(&r->cell[i]))
			return true;
	return false;
}

/* ---- two rows of heads ---- */

/* What the upper row says of a column: its own cell, or, where only the lower
 * has one, that of the group it stands in. */
static const char *group_of(
	const struct row *up, const struct row *low, size_t column)
{
	if (row_has(up, column) || !row_has(low, column))
		return row_text(up, column);
	while (column > 0 && !row_has(up, column))
		column--;
	return row_text(up, column);
}

/* 监护人信息 is 监护人. */
static const char *group_name(struct arena *mem, const char *group)
{
	static const char *const ends[] = {"信息", "情况", "资料"};
	size_t n = strlen(group);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t k = strlen(ends[i]);

		if (n > k && strcmp(group + n - k, ends[i]) == 0)
			return arena_strndup(mem, group, n - k);
	}
	return group;
}

static const char *joined(const struct row *up, const struct row *low,
	size_t column, struct arena *mem)
{
	const char *group = group_of(up, low, column);
	const char *own = row_text(low, column);

	if (!own[0] || !group[0] || head_same(own, group) ||
		head_is_general(group))
		return own[0] ? own : group;
	return arena_printf(mem, "%s%s", group_name(mem, group), own);
}

/* True when the lower row goes on where the upper one has groups. */
static bool belong_together(
	const struct targets *t, const struct row *up, const struct row *low)
{
	bool under_gap = false;

	if (filled(up) < 2 || has_values(up) || has_values(low) ||
		known_heads(t, low) < 2)
		return false;
	for (size_t i = 0; i < low->n; i++)
		under_gap |= row_has(low, i) && !row_has(up, i);
	return under_gap;
}

/* ---- the heads ---- */

static void take_row(const struct row *r, struct header *out)
{
	for (size_t i = 0; i < out->n; i++)
		out->head[i] = row_text(r, i);
}

static void take_two(const struct row *up, const struct row *low,
	struct arena *mem, struct header *out)
{
	for (size_t i = 0; i < out->n; i++)
		out->head[i] = joined(up, low, i, mem);
}

static void take_letters(struct arena *mem, enum lang lang, struct header *out)
{
	for (size_t i = 0; i < out->n; i++)
		out->head[i] = say(mem, lang, SAY_COLUMN_LETTER,
			column_letters(mem, i), NULL);
	out->none = true;
	out->line = 0;
	out->rows = 0;
}

static size_t best_row(const struct targets *t, const struct row *sample,
	size_t n, size_t *score)
{
	size_t best = 0;

	*score = 0;
	for (size_t i = 0; i < n && i < HEAD_ROWS; i++) {
		size_t known = known_heads(t, &sample[i]);

		if (known > *score && !has_values(&sample[i])) {
			best = i;
			*score = known;
		}
	}
	return best;
}

static size_t widest(const struct row *sample, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (sample[i].n > most)
			most = sample[i].n;
	return most;
}

bool header_find(const struct targets *t, const struct row *sample, size_t n,
	bool forced, struct arena *mem, enum lang lang, struct header *out)
{
	size_t score, at = best_row(t, sample, n, &score);

	memset(out, 0, sizeof(*out));
	out->n = widest(sample, n);
	out->head = ARENA_ARRAY(mem, const char *, out->n + 1);
	if (!n)
		return false;
	if (!score && has_values(&sample[0])) {
		take_letters(mem, lang, out);
		return true;
	}
	if (!score && !forced)
		return false;
	out->rows = at + 1;
	if (at + 1 < n && belong_together(t, &sample[at], &sample[at + 1])) {
		out->rows = at + 2;
		take_two(&sample[at], &sample[at + 1], mem, out);
	} else if (at > 0 && belong_together(t, &sample[at - 1], &sample[at])) {
		take_two(&sample[at - 1], &sample[at], mem, out);
	} else {
		take_row(&sample[at], out);
	}
	out->line = sample[out->rows - 1].line;
	return true;
}

/* ---- letters ---- */

size_t column_lettered(const char *name)
{
	size_t n = 0;

	for (; (*name | 32) >= 'a' && (*name | 32) <= 'z'; name++) {
		n = n * 26 + (size_t)((*name | 32) - 'a' + 1);
		if (n > 16384)
			return 0;
	}
	return *name ? 0 : n;
}

const char *column_letters(struct arena *mem, size_t column)
{
	const char *out = "";

	for (column++; column; column = (column - 1) / 26)
		out = arena_printf(
			mem, "%c%s", (char)('A' + (column - 1) % 26), out);
	return out;
}
