/*
 * import_show.c - see import_show.h. Rows are named by their number: a report
 * repeats no names and no identity numbers.
 */
#include "client/cli/import_show.h"

#include "client/cli/out.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

#define EVERY_MS 100
#define BAR      24

static const char *count_text(struct cli *c, size_t n)
{
	return number_text(c, (int64_t)n);
}

/* ---- the file ---- */

static void fact(struct cli *c, enum text_id t, size_t n)
{
	if (n)
		out_line(c, text_of(c, t, count_text(c, n), NULL));
}

static void show_facts(struct cli *c, const struct plan *p)
{
	const struct rows_facts *f = &p->facts;
	bool csv = strcmp(f->format, "csv") == 0;

	out_line(c, out_plain(c,
			    text_of(c, csv ? T_I_CSV : T_I_SHEET, f->detail,
				    count_text(c, f->rows), NULL),
			    0));
	if (f->other_sheets)
		out_line(
			c, out_plain(c, text_of(c, T_I_OTHERS, f->others, NULL),
				   0));
	fact(c, T_I_HIDDEN_ROWS, f->hidden_rows);
	fact(c, T_I_HIDDEN_COLUMNS, f->hidden_columns);
	fact(c, T_I_MERGED, p->merged);
	fact(c, T_I_FORMULAS, f->formulas);
	fact(c, T_I_UNSAVED, f->unsaved);
	fact(c, T_I_HEADS, p->repeated);
	if (p->header.none)
		out_line(c, text_raw(c->lang, T_I_NO_HEADS));
}

static bool is_read(const struct column *col)
{
	return col->target && col->target->of != OF_LEFT_OUT;
}

static void show_columns(struct cli *c, const struct plan *p)
{
	static const enum text_id heads[] = {
		T_C_COLUMN, T_C_HEAD, T_C_BECOMES, T_C_WHY, T_COUNT};
	static const enum text_id how[] = {T_HOW_NOT, T_HOW_HEAD, T_HOW_CELLS,
		T_HOW_REMEMBERED, T_HOW_SAID};
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < p->columns.n; i++) {
		const struct column *col = &p->columns.column[i];

		if (!is_read(col))
			continue;
		table_add(t, column_letters(c->mem, i));
		table_add(t, col->head);
		table_add(t, col->target->label[c->lang]);
		table_add(t, text_raw(c->lang, how[col->how]));
	}
	table_print(t);
}

/* Why a column is not read; NULL when there is nothing to say. */
static const char *left_out(struct cli *c, const struct column *col)
{
	if (!col->target && col->head[0])
		return text_of(c, T_IGNORED_COLUMN, col->head, NULL);
	if (!col->target || col->target->of != OF_LEFT_OUT ||
		col->target->why == SAY_COUNT)
		return NULL;
	return text_of(c, T_LEFT_OUT_COLUMN, col->head,
		say_raw(c->lang, col->target->why), NULL);
}

void show_list(struct cli *c, const struct plan *p)
{
	show_facts(c, p);
	show_columns(c, p);
	for (size_t i = 0; i < p->columns.n; i++) {
		const char *why = left_out(c, &p->columns.column[i]);

		if (why)
			out_line(c, out_plain(c, why, 0));
	}
}

/* ---- rows ---- */

static const char *refusal(struct cli *c, const struct plan_row *r)
{
	struct buf b;
	const char *out;

	buf_init(&b, 4096);
	if (r->head[0])
		buf_printf(&b, "%s: ", r->head);
	err_sentence(r->why, c->lang, &b);
	out = arena_strndup(c->mem, b.p, b.n);
	buf_free(&b);
	return out;
}

static const char *fate_text(struct cli *c, const struct plan_row *r)
{
	bool sure = same_is_sure(r->by) || r->by == BY_CASE ||
		    r->by == BY_CASE_NUMBER;

	switch (r->fate) {
	case FATE_NEW:
		return text_raw(c->lang, T_F_NEW);
	case FATE_KNOWN:
		return text_raw(c->lang, T_F_NEW_CASE);
	case FATE_DUPLICATE:
		return text_of(c, sure ? T_F_DUPLICATE : T_F_MAYBE, r->of,
			same_by_text(r->by, c->lang), NULL);
	case FATE_REFUSED:
	case FATES:
		break;
	}
	return text_of(c, T_F_REFUSED, refusal(c, r), NULL);
}

static const char *remarks_text(struct cli *c, const struct plan_row *r)
{
	const char *out = "";

	for (size_t i = 0; i < r->remarks; i++)
		out = arena_printf(c->mem, "%s%s%s%s%s", out, i ? "; " : "",
			r->remark[i].head, r->remark[i].head[0] ? ": " : "",
			r->remark[i].text);
	return out;
}

void show_rows(struct cli *c, const struct plan *p, bool all)
{
	static const enum text_id heads[] = {
		T_C_ROW, T_C_FATE, T_C_REMARKS, T_COUNT};
	struct table *t = table_new(c, heads);
	size_t shown = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct plan_row *r = &p->row[i];

		if (!all && r->fate == FATE_NEW && !r->remarks)
			continue;
		table_add(t, count_text(c, r->line));
		table_add(t, fate_text(c, r));
		table_add(t, remarks_text(c, r));
		shown++;
	}
	if (shown)
		table_print(t);
}

void show_counts(struct cli *c, const struct plan *p)
{
	out_line(c, text_of(c, T_IMPORTED, count_text(c, p->n),
			    count_text(c,
				    p->count[FATE_NEW] + p->count[FATE_KNOWN]),
			    count_text(c, p->count[FATE_DUPLICATE]),
			    count_text(c, p->count[FATE_REFUSED]),
			    count_text(c, p->warned), NULL));
}

/* ---- JSON ---- */

static const char *const fate_names[] = {
	"new", "known_person", "duplicate", "refused"};
static const char *const how_names[] = {
	"unknown", "head", "cells", "remembered", "said"};

static json_t *remarks_json(const struct plan_row *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->remarks; i++)
		json_array_append_new(out,
			json_pack("{s:s, s:s}", "column", r->remark[i].head,
				"text", r->remark[i].text));
	return out;
}

static json_t *row_json(struct cli *c, const struct plan_row *r)
{
	json_t *out = json_pack("{s:I, s:s, s:s}", "row", (json_int_t)r->line,
		"fate", fate_names[r->fate], "text", fate_text(c, r));
	char id[UUID_TEXT];

	if (r->made_count)
		json_object_set_new(
			out, "case", json_string(uuid_format(&r->of_case, id)));
	if (r->of)
		json_object_set_new(out, "of", json_string(r->of));
	if (r->by != BY_NOTHING)
		json_object_set_new(
			out, "by", json_string(same_by_name(r->by)));
	if (r->remarks)
		json_object_set_new(out, "remarks", remarks_json(r));
	if (r->fate != FATE_REFUSED)
		return out;
	json_object_set_new(out, "column", json_string(r->head));
	json_object_set_new(out, "code", json_string(err_name(r->why->code)));
	return out;
}

static json_t *column_json(struct cli *c, const struct plan *p, size_t i)
{
	const struct column *col = &p->columns.column[i];
	json_t *out = json_pack("{s:s, s:s, s:s, s:s?}", "column",
		column_letters(c->mem, i), "head", col->head, "how",
		how_names[col->how], "field",
		col->target ? col->target->name : NULL);

	if (col->target && col->target->why != SAY_COUNT)
		json_object_set_new(out, "why",
			json_string(say_raw(c->lang, col->target->why)));
	return out;
}

static json_t *file_json(const struct plan *p)
{
	const struct rows_facts *f = &p->facts;

	return json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}",
		"format", f->format, "detail", f->detail, "rows",
		(json_int_t)f->rows, "hidden_rows", (json_int_t)f->hidden_rows,
		"hidden_columns", (json_int_t)f->hidden_columns, "merged",
		(json_int_t)p->merged, "formulas", (json_int_t)f->formulas,
		"unsaved", (json_int_t)f->unsaved, "other_sheets",
		(json_int_t)f->other_sheets, "repeated_heads",
		(json_int_t)p->repeated, "heads", !p->header.none);
}

static json_t *ignored_json(const struct plan *p)
{
	json_t *out = json_array();

	for (size_t i = 0; i < p->columns.n; i++)
		if (!p->columns.column[i].target &&
			p->columns.column[i].head[0])
			json_array_append_new(
				out, json_string(p->columns.column[i].head));
	return out;
}

void show_json(struct desk *d, const struct plan *p, const char *batch)
{
	json_t *rows = json_array(), *columns = json_array();
	struct cli *c = d->c;

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(rows, row_json(c, &p->row[i]));
	for (size_t i = 0; i < p->columns.n; i++)
		json_array_append_new(columns, column_json(c, p, i));
	out_json(c,
		json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:b, s:I, "
			  "s:s?}",
			"rows", rows, "columns", columns, "file", file_json(p),
			"ignored", ignored_json(p), "new",
			(json_int_t)(p->count[FATE_NEW] + p->count[FATE_KNOWN]),
			"duplicate", (json_int_t)p->count[FATE_DUPLICATE],
			"refused", (json_int_t)p->count[FATE_REFUSED], "warned",
			(json_int_t)p->warned, "dry_run",
			(int)cli_flag(c, O_DRY_RUN), "waiting",
			(json_int_t)desk_waiting(d), "batch", batch));
}

/* ---- the bar ---- */

void count_bar_draw(void *ctx, size_t rows, size_t done, size_t total)
{
	struct count_bar *b = ctx;
	struct cli c = *b->c;
	int64_t now = host_mono_ms();
	int full = total ? (int)(done * BAR / total) : 0;

	if (!c.terminal || c.json || now - b->drawn_ms < EVERY_MS)
		return;
	b->drawn_ms = now;
	b->shown = true;
	c.mem = arena_new();
	fprintf(stderr, "\r\033[K[%.*s%*s] %s", full,
		"########################", BAR - full, "",
		text_of(&c, T_IMPORT_ROWS, count_text(&c, rows), NULL));
	fflush(stderr);
	arena_free(c.mem);
}

void count_bar_end(struct count_bar *b)
{
	if (b->shown)
		fputs("\r\033[K", stderr);
	b->shown = false;
}
