/*
 * v_form.c - casebridge form: a sheet of questions. Without answers it lists
 * them; with answers it says what the form makes of them (a proposal with its
 * reason, contradictions, the next date) and keeps the response.
 */
#include "client/cli/answers.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "client/store/place.h"
#include "client/store/sheet.h"
#include "proto/base/host.h"

#include <string.h>

#define ANSWERS_MAX 65536

struct filling {
	struct desk *d;
	const json_t *form;
	struct uuid case_id;
	json_t *body;
	json_t *facts;
};

static const char *text_in(const struct filling *f, const json_t *labelled)
{
	return label_of(labelled, f->d->c->lang);
}

/* ---- listing ---- */

static void list_forms(struct desk *d)
{
	static const enum text_id heads[] = {
		T_C_FORM, T_C_VERSION, T_C_LABEL, T_COUNT};
	const struct code_list *l = catalogue_codes(d->catalogue, "form");
	struct table *table = table_new(d->c, heads);
	json_t *out = json_array();

	for (size_t i = 0; l && i < json_array_size(l->items); i++) {
		const json_t *item = json_array_get(l->items, i);
		const char *name = json_str(item, "code");
		const json_t *form = catalogue_form(d->catalogue, name, NULL);

		if (!form || json_flag(item, "retired"))
			continue;
		json_array_append_new(
			out, json_pack("{s:s, s:s, s:s, s:s}", "form", name,
				     "version", json_str(form, "version"), "zh",
				     label_of(form, LANG_ZH), "en",
				     label_of(form, LANG_EN)));
		table_add(table, name);
		table_add(table, json_str(form, "version"));
		table_add(table, label_of(form, d->c->lang));
	}
	if (d->c->json)
		out_json(d->c, json_pack("{s:o}", "forms", out));
	else
		table_print(table);
	if (!d->c->json)
		json_decref(out);
}

static const char *duty_of(struct desk *d, const json_t *question)
{
	if (json_object_get(question, "when"))
		return text_raw(d->c->lang, json_flag(question, "required")
						    ? T_REQUIRED_WHEN
						    : T_ASKED_WHEN);
	return json_flag(question, "required")
		       ? text_raw(d->c->lang, T_REQUIRED)
		       : "";
}

static void list_questions(const struct filling *f)
{
	static const enum text_id heads[] = {
		T_C_FIELD, T_C_LABEL, T_C_STATE, T_C_ACCEPTS, T_COUNT};
	const json_t *list = json_object_get(f->form, "fields");
	struct table *table;

	if (f->d->c->json) {
		out_json(f->d->c, json_deep_copy((json_t *)(uintptr_t)f->form));
		return;
	}
	out_line(f->d->c, text_in(f, f->form));
	if (json_object_get(f->form, "notice"))
		out_line(f->d->c,
			text_in(f, json_object_get(f->form, "notice")));
	table = table_new(f->d->c, heads);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *q = json_array_get(list, i);
		const char *name = json_str(q, "name");
		bool title = !form_question(f->form, NULL, name);

		table_add(table, title ? "" : name);
		table_add(table, text_in(f, q));
		table_add(table, title ? "" : duty_of(f->d, q));
		table_add(table, title ? "" : answer_accepts(f->d, q));
	}
	table_print(table);
}

/* ---- what the form says ---- */

static const char *label_of_question(const struct filling *f, const char *name)
{
	const json_t *q = form_question(f->form, NULL, name);

	return q ? text_in(f, q) : name;
}

static const char *names_of(const struct filling *f, const json_t *missing)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(missing); i++)
		text = arena_printf(f->d->c->mem, "%s%s%s", text,
			i == 0                     ? ""
			: f->d->c->lang == LANG_ZH ? "、"
						   : ", ",
			label_of_question(f,
				json_string_value(json_array_get(missing, i))));
	return text;
}

static void print_suggestions(const struct filling *f, json_t *suggest)
{
	struct cli *c = f->d->c;
	const char *name;
	json_t *one;

	json_object_foreach(suggest, name, one)
	{
		const json_t *q = form_question(f->form, NULL, name);
		const json_t *missing = json_object_get(one, "missing");

		out_line(c, text_of(c, T_SUGGESTED, text_in(f, q),
				    answer_show(f->d, q,
					    json_object_get(one, "value")),
				    text_in(f, one), NULL));
		if (json_array_size(missing))
			out_line(c, text_of(c, T_SUGGEST_LACKS,
					    names_of(f, missing), NULL));
	}
}

static void print_told(
	const struct filling *f, enum text_id sentence, const json_t *list)
{
	struct cli *c = f->d->c;

	for (size_t i = 0; i < json_array_size(list); i++)
		out_line(c, text_of(c, sentence,
				    text_in(f, json_array_get(list, i)), NULL));
}

static json_t *clock_json(const struct form_clock *clock)
{
	char from[TIME_TEXT], to[TIME_TEXT];

	return json_pack("{s:s, s:s, s:s, s:s}", "earliest",
		time_format(clock->earliest, from), "latest",
		time_format(clock->latest, to), "zh",
		label_of(clock->text, LANG_ZH), "en",
		label_of(clock->text, LANG_EN));
}

/* {"suggest","due","warnings","flags","clock"?} */
static json_t *outcome(const struct filling *f, json_t *warnings)
{
	struct arena *mem = f->d->c->mem;
	const char *field = form_due_field(f->form);
	struct form_clock clock;
	json_t *out = json_pack("{s:O, s:O?, s:O, s:O}", "suggest",
		form_suggest(f->form, f->facts, mem), "due",
		field ? json_object_get(f->body, field) : NULL, "warnings",
		warnings, "flags", form_flags(f->form, f->facts, mem));

	if (form_clock(f->form, f->facts, &clock))
		json_object_set_new(out, "clock", clock_json(&clock));
	return json_keep(out, mem);
}

static void print_outcome(const struct filling *f, const json_t *said)
{
	struct cli *c = f->d->c;
	const char *due = json_str(said, "due");
	struct form_clock clock;

	print_suggestions(f, json_object_get(said, "suggest"));
	print_told(f, T_WARNED, json_object_get(said, "warnings"));
	if (due)
		out_line(c, text_of(c, T_NEXT_DUE, due, NULL));
	if (form_clock(f->form, f->facts, &clock))
		out_line(c, text_of(c, T_CLOCK, text_in(f, clock.text),
				    time_show(c, clock.earliest),
				    time_show(c, clock.latest), NULL));
	print_told(f, T_RAISES, json_object_get(said, "flags"));
}

/* ---- filling in ---- */

static bool read_file(const struct filling *f, json_t *answers, struct err *e)
{
	struct cli *c = f->d->c;
	const char *path = c->option[O_ANSWERS];
	struct str text;
	bool too_big;
	json_t *j;

	if (!path)
		return true;
	if (!file_read(path, ANSWERS_MAX, c->mem, &text, &too_big))
		return err_field(e, ERR_BAD_FILE, path, "%s",
			too_big ? "<= 64 KiB" : text_raw(c->lang, T_NOT_THERE));
	j = json_read(text.p, text.n, &json_limits_body, c->mem, e);
	if (!j)
		return false;
	if (!json_is_object(j))
		return err_field(e, ERR_BAD_FILE, path, "{…}");
	json_object_update(answers, j);
	return true;
}

/* The fields of the response beside its answers. */
static bool read_options(const struct filling *f, struct err *e)
{
	struct cli *c = f->d->c;
	const struct rtype *t = catalogue_type(f->d->catalogue, "response");
	static const struct {
		enum option option;
		const char *field;
		const char *usual;
	} given[] = {
		{O_DATE,    "responded", "today"},
		{O_SUBJECT, "subject",   NULL   },
	};

	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		const char *typed = c->option[given[i].option];
		json_t *v;

		if (!typed)
			typed = given[i].usual;
		if (!typed)
			continue;
		v = value_parse(f->d, rtype_field(t, given[i].field), typed, e);
		if (!v)
			return false;
		json_object_set_new(f->body, given[i].field, v);
	}
	return true;
}

static bool read_body(struct filling *f, struct err *e)
{
	struct cli *c = f->d->c;
	json_t *answers = json_object();

	f->body = json_keep(
		json_pack("{s:s, s:s, s:o}", "form", json_str(f->form, "form"),
			"version", json_str(f->form, "version"), "answers",
			answers),
		c->mem);
	return read_file(f, answers, e) &&
	       answers_read(f->d, f->form, 1, answers, e) && read_options(f, e);
}

/* Everything the centre will ask, and what follows; nothing is kept yet. */
static bool judge(struct filling *f, json_t **said, struct err *e)
{
	static const struct uuid nil;
	struct desk *d = f->d;
	const struct rtype *t = catalogue_type(d->catalogue, "response");
	json_t *warnings = json_keep(json_array(), d->c->mem);

	sheet_fill(desk_view(d), t, &f->case_id, &nil, NULL, f->body);
	f->facts = sheet_facts(
		desk_view(d), &f->case_id, &nil, f->body, d->c->mem);
	if (!form_check_answers(d->catalogue, f->form,
		    json_object_get(f->body, "answers"), f->facts, warnings, e))
		return false;
	*said = outcome(f, warnings);
	return true;
}

static bool keep(const struct filling *f, json_t *said, struct err *e)
{
	struct desk *d = f->d;
	const struct rtype *t = catalogue_type(d->catalogue, "response");
	struct uuid rec;
	char id[UUID_TEXT];

	memset(&rec, 0, sizeof(rec));
	if (!store_begin(d->s, e))
		return false;
	if (!outbox_create(
		    desk_view(d), t, &f->case_id, f->body, NULL, &rec, e)) {
		store_rollback(d->s);
		return false;
	}
	if (!d->c->json)
		return desk_saved(d, &rec, e);
	if (!store_commit(d->s, e))
		return false;
	json_object_set_new(said, "id", json_string(uuid_format(&rec, id)));
	json_object_set_new(said, "saved", json_true());
	json_object_set_new(
		said, "waiting", json_integer((json_int_t)desk_waiting(d)));
	out_json(d->c, json_incref(said));
	return true;
}

static bool fill(struct filling *f, struct err *e)
{
	struct cli *c = f->d->c;
	json_t *said;

	if (!cli_need(c, O_CASE, e) ||
		!pick_case(f->d, c->option[O_CASE], "--case", &f->case_id, e) ||
		!read_body(f, e) || !judge(f, &said, e))
		return false;
	if (!c->json)
		print_outcome(f, said);
	if (!cli_flag(c, O_DRY_RUN))
		return keep(f, said, e);
	if (c->json)
		out_json(c, json_incref(said));
	else
		out_line(c, text_raw(c->lang, T_NOT_KEPT));
	return true;
}

static const json_t *find_form(struct desk *d, const char *typed, struct err *e)
{
	const struct code_list *l = catalogue_codes(d->catalogue, "form");
	const char *known = "";

	for (size_t i = 0; l && i < json_array_size(l->items); i++) {
		const json_t *item = json_array_get(l->items, i);
		const char *name = json_str(item, "code");

		if (strcmp(name, typed) == 0 ||
			strcmp(label_of(item, LANG_ZH), typed) == 0)
			return catalogue_form(d->catalogue, name, NULL);
		if (i < 12)
			known = arena_printf(
				d->c->mem, "%s%s%s", known, i ? " " : "", name);
	}
	err_field(e, ERR_BAD_CODE, "form", "%s …", known);
	return NULL;
}

bool verb_form(struct cli *c, struct err *e)
{
	struct filling f;

	memset(&f, 0, sizeof(f));
	f.d = desk_open(c, true, e);
	if (!f.d)
		return false;
	if (c->args == 0) {
		list_forms(f.d);
		return true;
	}
	f.form = find_form(f.d, c->arg[0], e);
	if (!f.form)
		return false;
	if (c->args > 1 || c->option[O_ANSWERS])
		return fill(&f, e);
	list_questions(&f);
	return true;
}
