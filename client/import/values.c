/*
 * values.c - see values.h: a row, column by column.
 */
#include "client/import/values_in.h"

#include "client/import/words.h"
#include "proto/base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- remarks ---- */

void draft_remark(struct draft *d, const char *head, const char *text)
{
	if (d->remarks == DRAFT_REMARKS)
		return;
	d->remark[d->remarks].head = head;
	d->remark[d->remarks].text = text;
	d->remarks++;
}

void remark_cell(struct reader *q, enum say what, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, what);
	text = say_list(q->v->r->mem, q->v->r->lang, what, ap);
	va_end(ap);
	draft_remark(q->d, q->column->head, text);
}

bool refuse_value(struct reader *q, enum err_code code, struct err *e,
	enum say accepts, ...)
{
	const struct field *f = q->column->target->field;
	const char *text;
	va_list ap;

	va_start(ap, accepts);
	text = say_list(q->v->r->mem, q->v->r->lang, accepts, ap);
	va_end(ap);
	return err_field(
		e, code, f ? f->name : q->column->target->name, "%s", text);
}

void draft_note(const struct value_rules *v, struct draft *d, const char *head,
	const char *text)
{
	const char *old = json_str(d->person, "note");
	const struct field *f =
		rtype_field(catalogue_type(v->catalogue, "person"), "note");
	const char *all = arena_printf(v->r->mem, "%s%s%s：%s", old ? old : "",
		old ? "\n" : "", head, text);

	if ((int64_t)utf8_count(all) > f->max)
		draft_remark(d, head, say_raw(v->r->lang, SAY_NOTE_FULL));
	else
		json_object_set_new(d->person, "note", json_string(all));
}

void keep_in_note(struct reader *q, const char *text)
{
	draft_note(q->v, q->d, q->column->head, text);
}

/* ---- kinds ---- */

static bool put_text(struct reader *q, json_t *body, struct err *e)
{
	const struct field *f = q->column->target->field;
	const char *text = words_free(q->v->r->mem, q->cell->text);
	json_t *v = json_string(text);

	if (!v)
		return err_field(e, ERR_BAD_KIND, f->name, "UTF-8");
	json_object_set_new(body, f->name, v);
	return true;
}

static bool put_int(struct reader *q, json_t *body, struct err *e)
{
	const struct field *f = q->column->target->field;
	long long n;
	char *end;

	errno = 0;
	n = strtoll(q->text, &end, 10);
	if (errno || end == q->text || *end)
		return err_field(e, ERR_BAD_KIND, f->name, "%lld … %lld",
			(long long)f->min, (long long)f->max);
	json_object_set_new(body, f->name, json_integer(n));
	return true;
}

static bool put_bool(struct reader *q, json_t *body, struct err *e)
{
	const struct field *f = q->column->target->field;
	enum yes yes = words_yes(q->text);

	if (yes == YES_UNKNOWN)
		return refuse_value(q, ERR_BAD_KIND, e, SAY_YES_NO, NULL);
	json_object_set_new(body, f->name, json_boolean(yes == YES_YES));
	return true;
}

typedef bool (*put)(struct reader *, json_t *, struct err *);

/* By the field's check, its name, or its kind. */
static put put_of(const struct field *f)
{
	if (f->check && strcmp(f->check, "phone") == 0)
		return values_phone;
	if (f->check && strcmp(f->check, "resident_id") == 0)
		return values_id_number;
	if (strcmp(f->name, "name") == 0)
		return values_name;
	switch (f->kind) {
	case KIND_INT:
		return put_int;
	case KIND_BOOL:
		return put_bool;
	case KIND_DATE:
	case KIND_PARTIAL_DATE:
		return values_day;
	case KIND_CODE:
		return values_code;
	case KIND_TEXT:
	case KIND_NUMBER:
	case KIND_TIME:
	case KIND_CODES:
	case KIND_REF:
	case KIND_REFS:
	case KIND_JSON:
		break;
	}
	return put_text;
}

/* ---- a cell ---- */

static json_t *relation_of(struct reader *q)
{
	json_t **body = &q->d->relation[q->column->target->who];

	if (!*body)
		*body = json_keep(json_object(), q->v->r->mem);
	return *body;
}

/* 无 in a column of telephones says nothing; in one of free text it may, and
 * 不详 is one of the sexes. */
static bool says_nothing(const struct reader *q)
{
	const struct target *t = q->column->target;
	const char *code;

	if (!q->text[0])
		return true;
	if (!words_nothing(q->text) || t->of == OF_DANGER ||
		t->of == OF_CONSENT)
		return false;
	if (t->of == OF_AREA)
		return true;
	if (t->field->kind == KIND_CODE)
		return words_code(t->field->codes, q->text, &code) == FIT_NONE;
	return put_of(t->field) != put_text;
}

static bool put_area(struct reader *q)
{
	const char *old = json_str(q->d->person, "area");

	/* A member of its own until the address is known. */
	json_object_set_new(q->d->person, "area",
		json_string(arena_printf(
			q->v->r->mem, "%s%s", old ? old : "", q->text)));
	return true;
}

/* A field that two columns mean: the first that says something counts. */
static bool put_again(struct reader *q, json_t *body)
{
	const char *name = q->column->target->field->name;
	const json_t *v = json_object_get(body, name);

	if (!v || strcmp(name, "note") == 0)
		return false;
	if (json_is_string(v) && strcmp(json_string_value(v), q->text) == 0)
		return true;
	keep_in_note(q, q->text);
	remark_cell(q, SAY_SECOND, NULL);
	return true;
}

static bool put_field(struct reader *q, json_t *body, struct err *e)
{
	put fill = put_of(q->column->target->field);
	const char *old = json_str(body, "note");

	if (put_again(q, body))
		return true;
	if (old && strcmp(q->column->target->field->name, "note") == 0) {
		keep_in_note(q, q->text);
		return true;
	}
	return fill(q, body, e);
}

static bool put_cell(struct reader *q, struct err *e)
{
	switch (q->column->target->of) {
	case OF_PERSON:
		return put_field(q, q->d->person, e);
	case OF_CASE:
		return put_field(q, q->d->of_case, e);
	case OF_RELATION:
		return put_field(q, relation_of(q), e);
	case OF_DANGER:
		return values_danger(q, e);
	case OF_CONSENT:
		return values_consent(q, e);
	case OF_AREA:
		return put_area(q);
	case OF_LEFT_OUT:
		break;
	}
	return true;
}

static bool read_cell(struct reader *q, struct err *e)
{
	switch (q->cell->kind) {
	case CELL_EMPTY:
		return true;
	case CELL_ERROR:
		return refuse_value(q, ERR_BAD_INPUT, e, SAY_CELL_ERROR,
			q->cell->text, NULL);
	case CELL_UNSAVED:
		remark_cell(q, SAY_CELL_UNSAVED, NULL);
		return true;
	case CELL_TEXT:
	case CELL_NUMBER:
	case CELL_DAY:
	case CELL_NO_DAY:
	case CELL_BOOL:
		break;
	}
	q->text = words_narrow(q->v->r->mem, q->cell->text);
	return says_nothing(q) || put_cell(q, e);
}

/* ---- a row ---- */

static bool is_kind_of_id(const struct target *t)
{
	return strcmp(t->name, "id_kind") == 0;
}

/* More cells than heads: a comma too many moves everything to the wrong
 * column, and nobody would notice. */
static bool fits_heads(
	const struct value_rules *v, const struct row *row, struct err *e)
{
	const struct columns *c = v->columns;

	for (size_t i = 0; i < row->n; i++)
		if (row->cell[i].kind != CELL_EMPTY &&
			(i >= c->n || c->column[i].stray))
			return err_field(e, ERR_BAD_INPUT, "-", "%s",
				say_raw(v->r->lang, SAY_MORE_CELLS));
	return true;
}

/* What kind of document the number is of must be known before the number. */
static bool read_cells(const struct value_rules *v, const struct row *row,
	struct draft *d, bool kinds, const char **head, struct err *e)
{
	for (size_t i = 0; i < row->n && i < v->columns->n; i++) {
		const struct column *c = &v->columns->column[i];
		struct reader q = {v, d, c, &row->cell[i], ""};

		if (!c->target || c->target->of == OF_LEFT_OUT ||
			is_kind_of_id(c->target) != kinds)
			continue;
		*head = c->head;
		if (!read_cell(&q, e))
			return false;
	}
	return true;
}

bool values_read(const struct value_rules *v, const struct row *row,
	struct draft *out, const char **head, struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->person = json_keep(json_object(), v->r->mem);
	out->of_case = json_keep(json_object(), v->r->mem);
	*head = "";
	if (!fits_heads(v, row, e) || !read_cells(v, row, out, true, head, e) ||
		!read_cells(v, row, out, false, head, e))
		return false;
	values_finish(v, out);
	return true;
}
