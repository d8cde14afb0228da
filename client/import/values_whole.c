/*
 * values_whole.c - what the cells of a row mean together (see values.h).
 */
#include "client/import/values_in.h"

#include "client/import/words.h"
#include "proto/person.h"

#include <string.h>

static const char *head_named(const struct value_rules *v, const char *target)
{
	size_t i = columns_find(v->columns, target);

	return i < v->columns->n ? v->columns->column[i].head : target;
}

static void remark(const struct value_rules *v, struct draft *d,
	const char *target, enum say what)
{
	draft_remark(d, head_named(v, target), say_raw(v->r->lang, what));
}

static void set(json_t *body, const char *field, const char *text)
{
	json_object_set_new(body, field, json_string(text));
}

/* ---- the client ---- */

static void finish_address(const struct value_rules *v, json_t *person)
{
	const char *area = json_str(person, "area");
	const char *address = json_str(person, "address");

	if (!area)
		return;
	if (!address)
		set(person, "address", area);
	else if (!strstr(address, area))
		set(person, "address",
			arena_printf(v->r->mem, "%s%s", area, address));
	json_object_del(person, "area");
}

/* The number is right: its check digit was. What the list says instead is
 * kept, because some people's papers are older than the truth. */
static void agree(const struct value_rules *v, struct draft *d,
	const char *field, const char *says, const struct code_list *codes)
{
	const char *given = json_str(d->person, field);
	bool known =
		given && strcmp(given, "0") != 0 && strcmp(given, "9") != 0;

	if (known && strncmp(given, says, strlen(given)) != 0) {
		remark(v, d, field, SAY_NOT_THE_ID);
		draft_note(v, d, head_named(v, field),
			codes ? code_label(codes, given, v->r->lang) : given);
	}
	set(d->person, field, says);
}

static void finish_identity(const struct value_rules *v, struct draft *d)
{
	const char *number = json_str(d->person, "id_number");
	const char *kind = json_str(d->person, "id_kind");
	struct resident_id id;
	struct err ignored;
	char birth[DATE_TEXT];

	if (!number || (kind && strcmp(kind, "01") != 0) ||
		!person_resident_id(number, "id_number", &id, &ignored))
		return;
	agree(v, d, "birth", date_format(&id.birth, birth), NULL);
	agree(v, d, "sex", id.sex, catalogue_codes(v->catalogue, "sex"));
}

static void finish_name(struct draft *d)
{
	const char *name = json_str(d->person, "name");
	struct buf full, initials;

	if (!name)
		return;
	buf_init(&full, 1024);
	buf_init(&initials, 1024);
	person_pinyin(name, &full, &initials);
	if (full.n)
		set(d->person, "pinyin", full.p);
	if (initials.n)
		set(d->person, "initials", initials.p);
	buf_free(&full);
	buf_free(&initials);
}

/* ---- the people around ---- */

/* clang-format off */
static const struct {
	const char *target;
	const char *flag; /* NULL: none */
} groups[] = {
	[WHO_GUARDIAN] =  {"guardian",  "guardian"},
	[WHO_CAREGIVER] = {"caregiver", "caregiver"},
	[WHO_CONTACT] =   {"contact",   NULL},
};
/* clang-format on */

/* 张三（父亲） is 张三, who is the father. */
static void split_name(const struct value_rules *v, json_t *relation)
{
	const char *name = json_str(relation, "name");
	const char *open = name ? strchr(name, '(') : NULL;
	const char *close = open ? strchr(open, ')') : NULL;
	const char *code, *inner;

	if (!close || json_str(relation, "kind"))
		return;
	inner = arena_strndup(v->r->mem, open + 1, (size_t)(close - open - 1));
	if (words_code(catalogue_codes(v->catalogue, "family_relation"), inner,
		    &code) == FIT_NONE)
		return;
	set(relation, "kind", code);
	set(relation, "name",
		arena_strndup(v->r->mem, name, (size_t)(open - name)));
}

static bool same_text(const json_t *a, const json_t *b, const char *field)
{
	const char *x = json_str(a, field), *y = json_str(b, field);

	return x && y && strcmp(x, y) == 0;
}

static bool is_self(const struct draft *d, const json_t *relation)
{
	const char *kind = json_str(relation, "kind");

	return (kind && strcmp(kind, "0") == 0) ||
	       same_text(d->person, relation, "name");
}

/* Without a relation there is no such record; the words are kept. */
static void keep_words(
	const struct value_rules *v, struct draft *d, enum who who)
{
	static const char *const fields[] = {"name", "phone"};
	static const char *const ends[] = {"", "_phone"};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *text = json_str(d->relation[who], fields[i]);
		const char *target = arena_printf(
			v->r->mem, "%s%s", groups[who].target, ends[i]);

		if (text)
			draft_note(v, d, head_named(v, target), text);
	}
	remark(v, d, groups[who].target, SAY_RELATION_MISSING);
}

/* The guardian is often the caregiver as well: one person, one record. */
static bool joins_earlier(struct draft *d, enum who who)
{
	json_t *one = d->relation[who];

	for (size_t i = 0; i < (size_t)who; i++) {
		json_t *other = d->relation[i];

		if (!other || !same_text(one, other, "name"))
			continue;
		json_object_update_missing(other, one);
		return true;
	}
	return false;
}

static bool keeps(const struct value_rules *v, struct draft *d, enum who who)
{
	json_t *one = d->relation[who];

	split_name(v, one);
	if (groups[who].flag)
		json_object_set_new(one, groups[who].flag, json_true());
	if (is_self(d, one) ||
		(!json_str(one, "name") && !json_str(one, "phone")))
		return false;
	if (joins_earlier(d, who))
		return false;
	if (json_str(one, "kind"))
		return true;
	keep_words(v, d, who);
	return false;
}

static void finish_relations(const struct value_rules *v, struct draft *d)
{
	for (int who = 0; who < WHO_COUNT; who++)
		if (d->relation[who] && !keeps(v, d, (enum who)who))
			d->relation[who] = NULL;
}

/* ---- consent ---- */

static void finish_consent(const struct value_rules *v, struct draft *d)
{
	json_t *c = d->consent;

	if (!c)
		return;
	if (json_flag(c, "refused") ||
		(!json_flag(c, "given") && !json_str(c, "from"))) {
		d->consent = NULL;
		return;
	}
	json_object_del(c, "given");
	set(c, "purpose", "care");
	set(c, "evidence", say_raw(v->r->lang, SAY_CONSENT_EVIDENCE));
}

void values_finish(const struct value_rules *v, struct draft *d)
{
	finish_address(v, d->person);
	finish_identity(v, d);
	finish_name(d);
	finish_relations(v, d);
	finish_consent(v, d);
}
