/*
 * values_put.c - what cells of each kind may look like (see values.h).
 */
#include "client/import/values_in.h"

#include "client/import/dates.h"
#include "client/import/words.h"
#include "proto/person.h"

#include <string.h>

/* ---- names ---- */

bool values_name(struct reader *q, json_t *body, struct err *e)
{
	const char *text = q->text;
	struct buf b;

	if (body == q->d->person && words_footer(text))
		return refuse_value(
			q, ERR_BAD_INPUT, e, SAY_NOT_A_PERSON, NULL);
	if (!text[strspn(text, "0123456789 .-/+eEXx")])
		return refuse_value(q, ERR_BAD_INPUT, e, SAY_NAME_DIGITS, NULL);
	buf_init(&b, 4096);
	person_name_normal(text, &b);
	json_object_set_new(body, "name", json_string(b.p ? b.p : ""));
	buf_free(&b);
	return true;
}

/* ---- identity numbers ---- */

/* Without spaces, also those within. */
static const char *without_spaces(struct arena *mem, const char *text)
{
	char *out = arena_strdup(mem, text), *to = out;

	for (; *text; text++)
		if (*text != ' ' && *text != '\'')
			*to++ = *text;
	*to = 0;
	return out;
}

static bool ends_as_lost(const char *text)
{
	size_t n = strlen(text);

	return n == 18 && strcmp(text + 15, "000") == 0;
}

static bool put_resident_id(
	struct reader *q, json_t *body, const char *text, struct err *e)
{
	const char *field = q->column->target->field->name;
	struct resident_id id;

	if (!person_resident_id(text, field, &id, e)) {
		q->d->lost = ends_as_lost(text);
		return q->d->lost &&
		       refuse_value(q, ERR_BAD_ID_NUMBER, e, SAY_LOST_ID, NULL);
	}
	q->d->suspect = ends_as_lost(id.number);
	if (id.first_generation)
		remark_cell(q, SAY_OLD_ID, NULL);
	json_object_set_new(body, field, json_string(id.number));
	json_object_set_new(body, "id_kind", json_string("01"));
	return true;
}

bool values_id_number(struct reader *q, json_t *body, struct err *e)
{
	const char *kind = json_str(body, "id_kind");
	const char *text = without_spaces(q->v->r->mem, q->text);

	if (q->cell->lost || words_scientific(text))
		return refuse_value(q, ERR_BAD_ID_NUMBER, e, SAY_LOST_ID, NULL);
	if (!kind || strcmp(kind, "01") == 0)
		return put_resident_id(q, body, text, e);
	json_object_set_new(
		body, q->column->target->field->name, json_string(text));
	return true;
}

/* ---- telephones ---- */

#define PHONE_SIGNS "0123456789+-() "

/* The whole, or the first of several with spaces between. */
static bool any_piece(char *run, char phone[PHONE_TEXT])
{
	if (strlen(run) >= 7 && person_phone(run, phone))
		return true;
	for (char *space; *run; run = space) {
		space = run + strcspn(run, " ");
		if (*space)
			*space++ = 0;
		if (strlen(run) >= 7 && person_phone(run, phone))
			return true;
	}
	return false;
}

/* The first run of digits and signs that is a telephone number. */
static bool find_phone(
	struct arena *mem, const char *text, char phone[PHONE_TEXT])
{
	while (*text) {
		size_t n = strspn(text, PHONE_SIGNS);
		char *run = arena_strndup(mem, text, n);

		/* A bracket that opens something else is not part of it. */
		while (n && strchr("(+- ", run[n - 1]))
			run[--n] = 0;
		if (any_piece(run, phone))
			return true;
		text += strspn(text, PHONE_SIGNS);
		text += *text != 0;
	}
	return false;
}

bool values_phone(struct reader *q, json_t *body, struct err *e)
{
	const char *field = q->column->target->field->name;
	char phone[PHONE_TEXT];

	if (q->cell->lost || words_scientific(q->text))
		return refuse_value(q, ERR_BAD_INPUT, e, SAY_LOST_PHONE, NULL);
	if (!person_phone(q->text, phone)) {
		if (!find_phone(q->v->r->mem, q->text, phone))
			return err_field(e, ERR_BAD_INPUT, field,
				"13800000000, +86…, 0512-12345678");
		keep_in_note(q, q->text);
		remark_cell(q, SAY_PHONE_PART, NULL);
	}
	json_object_set_new(body, field, json_string(phone));
	return true;
}

/* ---- days ---- */

static bool refuse_day(struct reader *q, enum day_fault fault, struct err *e)
{
	static const enum say accepts[] = {
		[DAY_OK] = SAY_DAY_FORMS,
		[DAY_NONE] = SAY_DAY_FORMS,
		[DAY_LUNAR] = SAY_DAY_LUNAR,
		[DAY_NO_CENTURY] = SAY_DAY_CENTURY,
		[DAY_ORDER] = SAY_DAY_ORDER,
		[DAY_IMPOSSIBLE] = SAY_DAY_FORMS,
	};

	return refuse_value(q, ERR_BAD_DATE, e, accepts[fault], NULL);
}

/* A birthday by the moon is a birthday, but no date. */
static bool put_lunar(struct reader *q, json_t *body, struct err *e)
{
	if (strcmp(q->column->target->field->name, "birth") != 0)
		return refuse_day(q, DAY_LUNAR, e);
	if (!json_object_get(body, "lunar_birthday"))
		json_object_set_new(
			body, "lunar_birthday", json_string(q->text));
	remark_cell(q, SAY_LUNAR, NULL);
	return true;
}

static bool check_day(struct reader *q, const char *text, struct err *e)
{
	const struct field *f = q->column->target->field;
	char today[DATE_TEXT];

	if (f->kind == KIND_DATE && strlen(text) < DATE_TEXT - 1)
		return refuse_value(q, ERR_BAD_DATE, e, SAY_DAY_WHOLE, NULL);
	if (strcmp(text, date_format(&q->v->today, today)) <= 0)
		return true;
	if (strcmp(f->name, "birth") == 0)
		return refuse_value(q, ERR_OUT_OF_RANGE, e, SAY_DAY_PAST, NULL);
	remark_cell(q, SAY_FUTURE, NULL);
	return true;
}

static bool put_read_day(struct reader *q, json_t *body, struct err *e)
{
	const char *field = q->column->target->field->name;
	struct day_read day;
	enum day_fault fault = day_read(q->text, q->v->from_1904, &day);

	if (fault == DAY_LUNAR)
		return put_lunar(q, body, e);
	if (fault != DAY_OK)
		return refuse_day(q, fault, e);
	if (day.unsure) {
		day.text[4] = 0;
		remark_cell(q, SAY_MONTH_UNSURE, NULL);
	}
	if (day.serial)
		remark_cell(q, SAY_SERIAL, NULL);
	if (!check_day(q, day.text, e))
		return false;
	json_object_set_new(body, field, json_string(day.text));
	return true;
}

bool values_day(struct reader *q, json_t *body, struct err *e)
{
	if (q->cell->kind == CELL_NO_DAY)
		return refuse_value(q, ERR_BAD_DATE, e, SAY_DAY_SERIAL, NULL);
	if (q->cell->kind != CELL_DAY)
		return put_read_day(q, body, e);
	if (!check_day(q, q->text, e))
		return false;
	json_object_set_new(
		body, q->column->target->field->name, json_string(q->text));
	return true;
}

/* ---- codes ---- */

static const char *choices(struct reader *q, const struct code_list *l)
{
	const char *out = "";
	size_t n = json_array_size(l->items);

	for (size_t i = 0; i < n && i < 8; i++)
		out = arena_printf(q->v->r->mem, "%s%s%s", out, i ? " " : "",
			label_of(json_array_get(l->items, i), q->v->r->lang));
	return n > 8 ? arena_printf(q->v->r->mem, "%s …", out) : out;
}

/* Registers know seven diagnoses; what other programmes write here is worth
 * keeping all the same, and so is a relation nobody foresaw. */
static bool may_be_other(const struct field *f)
{
	return strcmp(f->name, "diagnosis") == 0 ||
	       strcmp(f->codes->name, "family_relation") == 0;
}

bool values_code(struct reader *q, json_t *body, struct err *e)
{
	const struct field *f = q->column->target->field;
	const char *code;

	switch (words_code(f->codes, q->text, &code)) {
	case FIT_LIKELY:
		remark_cell(q, SAY_TAKEN_AS,
			code_label(f->codes, code, q->v->r->lang), NULL);
		break;
	case FIT_SURE:
		break;
	case FIT_NONE:
		if (!may_be_other(f))
			return err_field(e, ERR_BAD_CODE, f->name, "%s",
				choices(q, f->codes));
		keep_in_note(q, q->text);
		remark_cell(q, SAY_KEPT_AS_TEXT, NULL);
		return true;
	}
	json_object_set_new(body, f->name, json_string(code));
	return true;
}

/* ---- danger and consent ---- */

static json_t *flag_of(struct reader *q)
{
	if (!q->d->flag)
		q->d->flag = json_keep(json_object(), q->v->r->mem);
	json_object_set_new(q->d->flag, "kind", json_string("danger"));
	return q->d->flag;
}

bool values_danger(struct reader *q, struct err *e)
{
	const struct field *f = q->column->target->field;
	int level = words_level(q->text);
	json_t *flag;

	if (level == 0)
		return true;
	if (level > f->max)
		return err_field(e, ERR_OUT_OF_RANGE, f->name, "%lld-%lld",
			(long long)f->min, (long long)f->max);
	flag = flag_of(q);
	json_object_set_new(flag, "text",
		json_string(say(q->v->r->mem, q->v->r->lang, SAY_FLAG_TEXT,
			q->column->head, q->text, NULL)));
	if (level > 0)
		json_object_set_new(flag, "level", json_integer(level));
	else
		remark_cell(q, SAY_DANGER_WORD, NULL);
	return true;
}

static json_t *consent_of(struct reader *q)
{
	if (!q->d->consent)
		q->d->consent = json_keep(json_object(), q->v->r->mem);
	return q->d->consent;
}

/* Yes, no, or the day it was given. A no stands over a day beside it. */
bool values_consent(struct reader *q, struct err *e)
{
	bool day = strcmp(q->column->target->name, "consent_from") == 0;
	json_t *body = consent_of(q);
	enum yes yes = words_yes(q->text);

	if (!day && yes == YES_NO) {
		json_object_set_new(body, "refused", json_true());
		return true;
	}
	if (!day && yes == YES_YES) {
		json_object_set_new(body, "given", json_true());
		return true;
	}
	if (day && words_nothing(q->text))
		return true;
	if (!day) {
		struct day_read read;

		if (q->cell->kind != CELL_DAY &&
			day_read(q->text, q->v->from_1904, &read) != DAY_OK)
			return refuse_value(
				q, ERR_BAD_INPUT, e, SAY_YES_NO, NULL);
	}
	return values_day(q, body, e);
}
