/*
 * p_case_added.c - what was added to signed records of a case: a signed text
 * stays as it is, so whoever reads a summary without this would miss what came
 * after it. A value is kept as an addendum in the conflict it came from.
 */
#include "client/print/print_in.h"

#include <string.h>

static bool is_addendum(
	const struct folder *f, const struct seen *r, const struct seen **about)
{
	const char *id = json_str(r->body, "record");

	*about = id && json_flag(r->body, "addendum") ? folder_find(f, id)
						      : NULL;
	return *about != NULL;
}

/* Reflections are the worker's, here as everywhere in a summary. */
static bool is_for_others(const char *field)
{
	return strcmp(field, "reflection") != 0;
}

static const char *type_word(const struct print_job *j, const struct seen *r)
{
	return label_of(json_object_get(r->r.type->json, "label"), j->lang);
}

/* Whose it is: a third value, which the settler wrote, or one of the two. */
static void writer(
	struct doc *d, const struct print_job *j, const struct seen *r)
{
	bool third = !json_equal(json_object_get(r->body, "value"),
		json_object_get(r->body, "mine"));
	const char *who = json_str(r->body, third ? "settled_by" : "mine_by");
	const char *at = json_str(r->body, third ? "settled_at" : "mine_at");
	int64_t ms;

	doc_cell(d, who ? name_of(j, who) : "");
	if (at && time_parse(at, &ms))
		doc_more(d, FACE_LABEL, clock_text(j, ms));
}

static void values(struct doc *d, const struct print_job *j,
	const struct seen *r, const struct seen *about)
{
	const json_t *fields = json_object_get(r->body, "fields");
	/* As if the record said it: the value has the record's fields. */
	struct seen said = *about;

	said.body = json_object_get(r->body, "value");
	doc_cell(d, "");
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *field =
			json_string_value(json_array_get(fields, i));
		const char *text = field && is_for_others(field)
					   ? value_of(j, &said, field)
					   : "";

		if (text[0])
			doc_more(d, FACE_SMALL,
				words(j, W_FIELD_SAYS,
					label_of_field(j, about, field), text,
					NULL));
	}
	doc_more(d, FACE_LABEL, value_of(j, r, "note"));
}

void case_added(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {W_ADDED_TO, W_WHAT, W_ADDED_BY};
	static const double widths[] = {110, 0, 104};
	const struct print_job *j = f->j;
	const struct seen *about;
	bool begun = false;

	for (const struct seen *r = folder_next(f, "conflict", NULL); r;
		r = folder_next(f, "conflict", r)) {
		if (!is_addendum(f, r, &about))
			continue;
		if (!begun) {
			doc_heading(d, word(j, W_ADDENDA));
			doc_table(d, STYLE_TABLE,
				columns_of(j, heads, widths, 3), 3);
			begun = true;
		}
		doc_cell(d, type_word(j, about));
		doc_more(d, FACE_LABEL, day_of(j, about));
		values(d, j, r, about);
		writer(d, j, r);
	}
}
