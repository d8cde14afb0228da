/*
 * columns.c - see columns.h.
 */
#include "client/cli/columns.h"

#include "client/cli/value.h"
#include "proto/person.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
/* Words lists use besides the catalogue's own names and labels. */
static const struct {
	const char *head;
	enum column_of of;
	const char *field;
} words[] = {
	{"患者姓名", OF_PERSON, "name"},
	{"服务对象姓名", OF_PERSON, "name"},
	{"服务对象", OF_PERSON, "name"},
	{"名字", OF_PERSON, "name"},
	{"client", OF_PERSON, "name"},
	{"fullname", OF_PERSON, "name"},
	{"gender", OF_PERSON, "sex"},
	{"生日", OF_PERSON, "birth"},
	{"出生年月", OF_PERSON, "birth"},
	{"出生年月日", OF_PERSON, "birth"},
	{"dateofbirth", OF_PERSON, "birth"},
	{"birthday", OF_PERSON, "birth"},
	{"birthdate", OF_PERSON, "birth"},
	{"dob", OF_PERSON, "birth"},
	{"身份证", OF_PERSON, "id_number"},
	{"身份证号", OF_PERSON, "id_number"},
	{"身份证号码", OF_PERSON, "id_number"},
	{"证件号", OF_PERSON, "id_number"},
	{"idnumber", OF_PERSON, "id_number"},
	{"idcard", OF_PERSON, "id_number"},
	{"电话", OF_PERSON, "phone"},
	{"手机", OF_PERSON, "phone"},
	{"手机号", OF_PERSON, "phone"},
	{"手机号码", OF_PERSON, "phone"},
	{"电话号码", OF_PERSON, "phone"},
	{"联系方式", OF_PERSON, "phone"},
	{"mobile", OF_PERSON, "phone"},
	{"telephone", OF_PERSON, "phone"},
	{"住址", OF_PERSON, "address"},
	{"地址", OF_PERSON, "address"},
	{"家庭住址", OF_PERSON, "address"},
	{"居住地址", OF_PERSON, "address"},
	{"户籍地", OF_PERSON, "household_address"},
	{"学历", OF_PERSON, "education"},
	{"婚姻", OF_PERSON, "marital"},
	{"医保", OF_PERSON, "insurance"},
	{"诊断", OF_PERSON, "diagnosis"},
	{"remarks", OF_PERSON, "note"},
	{"项目", OF_CASE, "programme"},
	{"program", OF_CASE, "programme"},
	{"编号", OF_CASE, "number"},
	{"档案编号", OF_CASE, "number"},
	{"档案号", OF_CASE, "number"},
	{"casenumber", OF_CASE, "number"},
	{"caseno", OF_CASE, "number"},
	{"建档日期", OF_CASE, "opened"},
	{"登记日期", OF_CASE, "opened"},
	{"立案日期", OF_CASE, "opened"},
};
/* clang-format on */

/* Fields of a list that are the program's to fill. */
static const char *const own_fields[] = {
	"person", "home_site", "manager", "closed", "close_reason", "reopened"};

/* A head without spaces, marks and what stands in brackets, in lower case. */
static void normal_head(const char *head, char out[96])
{
	size_t n = 0;

	for (; *head && *head != '(' && n < 94; head++) {
		char c = *head;

		if (c == ' ' || c == '_' || c == '*' || c == '\n' || c == '\r')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		out[n++] = c;
	}
	out[n] = 0;
}

static bool same_head(const char *normal, const char *name)
{
	char other[96];

	normal_head(name, other);
	return strcmp(normal, other) == 0;
}

static bool is_own(const struct field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(own_fields); i++)
		if (strcmp(own_fields[i], f->name) == 0)
			return true;
	return f->kind == KIND_JSON || f->server;
}

static const struct field *by_catalogue(
	const struct rtype *t, const char *normal)
{
	const json_t *fields = json_object_get(t->json, "fields");

	for (size_t i = 0; i < t->field_count; i++) {
		const json_t *label =
			json_object_get(json_array_get(fields, i), "label");

		if (!is_own(&t->fields[i]) &&
			(same_head(normal, t->fields[i].name) ||
				same_head(normal, label_of(label, LANG_ZH)) ||
				same_head(normal, label_of(label, LANG_EN))))
			return &t->fields[i];
	}
	return NULL;
}

static struct column read_head(struct desk *d, const char *head)
{
	const struct rtype *person = catalogue_type(d->catalogue, "person");
	const struct rtype *of_case = catalogue_type(d->catalogue, "case");
	struct column col = {OF_NOTHING, NULL, head};
	char normal[96];

	normal_head(head, normal);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].head, normal) == 0) {
			col.of = words[i].of;
			col.field = rtype_field(
				col.of == OF_PERSON ? person : of_case,
				words[i].field);
			return col;
		}
	col.field = by_catalogue(person, normal);
	col.of = col.field ? OF_PERSON : OF_NOTHING;
	if (!col.field) {
		col.field = by_catalogue(of_case, normal);
		col.of = col.field ? OF_CASE : OF_NOTHING;
	}
	return col;
}

bool columns_read(struct desk *d, const char *name, const struct csv_row *head,
	struct column *out, json_t *ignored, struct err *e)
{
	bool named = false;

	for (size_t i = 0; i < head->n; i++) {
		out[i] = read_head(d, head->cell[i]);
		if (out[i].of == OF_NOTHING && head->cell[i][0])
			json_array_append_new(
				ignored, json_string(head->cell[i]));
		named |= out[i].of == OF_PERSON &&
			 strcmp(out[i].field->name, "name") == 0;
	}
	return named || err_field(e, ERR_BAD_FILE, name, "%s",
				text_raw(d->c->lang, T_NOT_A_LIST));
}

/* ---- cells ---- */

/* 1980/3/5, 1980.3.5, 1980年3月5日, 19800305 and their shorter forms, as
 * YYYY-MM-DD, YYYY-MM or YYYY; anything else as it is. */
static const char *date_of(struct cli *c, const char *cell)
{
	unsigned part[3] = {0, 0, 0};
	size_t n = 0, digits = 0;
	bool in_number = false;

	for (const char *p = cell; *p; p++) {
		if (*p < '0' || *p > '9') {
			in_number = false;
			continue;
		}
		if (!in_number && n++ == 3)
			return cell;
		in_number = true;
		digits++;
		part[n - 1] = part[n - 1] * 10 + (unsigned)(*p - '0');
		if (part[n - 1] > 99999999)
			return cell;
	}
	if (n == 1 && digits == 8)
		return arena_printf(c->mem, "%04u-%02u-%02u", part[0] / 10000,
			part[0] / 100 % 100, part[0] % 100);
	if (n == 1 && digits == 6)
		return arena_printf(
			c->mem, "%04u-%02u", part[0] / 100, part[0] % 100);
	if (n == 3)
		return arena_printf(
			c->mem, "%04u-%02u-%02u", part[0], part[1], part[2]);
	if (n == 2)
		return arena_printf(c->mem, "%04u-%02u", part[0], part[1]);
	return cell;
}

static const char *name_of(struct cli *c, const char *cell)
{
	struct buf b;
	const char *out;

	buf_init(&b, 4096);
	person_name_normal(cell, &b);
	out = arena_strdup(c->mem, b.p ? b.p : "");
	buf_free(&b);
	return out;
}

static bool put_phone(
	const struct field *f, const char *cell, json_t *body, struct err *e)
{
	char phone[PHONE_TEXT];

	if (!person_phone(cell, phone))
		return err_field(e, ERR_BAD_INPUT, f->name,
			"13800000000, +86…, 0512-12345678");
	json_object_set_new(body, f->name, json_string(phone));
	return true;
}

/* What the number says and the list does not is filled in; where they differ
 * one of them is wrong. */
static bool agrees(
	json_t *body, const char *field, const char *says, struct err *e)
{
	const char *given = json_str(body, field);
	bool known =
		given && strcmp(given, "0") != 0 && strcmp(given, "9") != 0;

	if (known && strncmp(given, says, strlen(given)) != 0)
		return err_field(e, ERR_BAD_INPUT, field, "= id_number");
	json_object_set_new(body, field, json_string(says));
	return true;
}

static bool put_resident_id(
	const struct field *f, const char *cell, json_t *body, struct err *e)
{
	struct resident_id id;

	if (!person_resident_id(cell, f->name, &id, e))
		return false;
	json_object_set_new(body, f->name, json_string(id.number));
	json_object_set_new(body, "id_kind", json_string("01"));
	return true;
}

bool columns_put(struct desk *d, const struct column *col, const char *cell,
	json_t *body, struct err *e)
{
	const struct field *f = col->field;
	const char *text = cell;
	json_t *v;

	if (!f || !cell[0])
		return true;
	if (f->check && strcmp(f->check, "phone") == 0)
		return put_phone(f, cell, body, e);
	if (f->check && strcmp(f->check, "resident_id") == 0)
		return put_resident_id(f, cell, body, e);
	if (f->kind == KIND_DATE || f->kind == KIND_PARTIAL_DATE)
		text = date_of(d->c, cell);
	if (strcmp(f->name, "name") == 0)
		text = name_of(d->c, cell);
	v = value_parse(d, f, text, e);
	if (!v)
		return false;
	json_object_set_new(body, f->name, v);
	return true;
}

bool columns_finish(json_t *person, struct err *e)
{
	const char *number = json_str(person, "id_number");
	struct buf full, initials;
	struct resident_id id;
	char birth[DATE_TEXT];

	if (number && (!person_resident_id(number, "id_number", &id, e) ||
			      !agrees(person, "birth",
				      date_format(&id.birth, birth), e) ||
			      !agrees(person, "sex", id.sex, e)))
		return false;
	if (!json_str(person, "name") || json_object_get(person, "pinyin"))
		return true;
	buf_init(&full, 1024);
	buf_init(&initials, 1024);
	person_pinyin(json_str(person, "name"), &full, &initials);
	if (full.n)
		json_object_set_new(
			person, "pinyin", json_stringn(full.p, full.n));
	if (initials.n)
		json_object_set_new(person, "initials",
			json_stringn(initials.p, initials.n));
	buf_free(&full);
	buf_free(&initials);
	return true;
}
