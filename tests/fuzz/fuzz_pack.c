/*
 * fuzz_pack.c - whatever a pack, a form, a scale or a code list says, its
 * mistakes are told with their lines; whatever was found sound is laid over the
 * built-in data and judges any answers without a fall.
 *
 * The input is a file and, after a 0 byte, the answers of a response and those
 * of the one before it, as the two elements of a list.
 */
#include "proto/form.h"
#include "proto/pack_check.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const struct catalogue *catalogue(void)
{
	static struct catalogue *c;

	if (!c)
		c = catalogue_load();
	return c;
}

static size_t lines_of(struct str text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	return lines;
}

/* Each mistake has a line of the file and a sentence in both languages. */
static void check_mistakes(const struct pack_file *f)
{
	size_t lines = lines_of(f->text), last = 1;

	MUST(f->wrong.count <= MISTAKES_MAX);
	for (size_t i = 0; i < f->wrong.count; i++) {
		struct buf b;

		MUST(f->line[i] >= last && f->line[i] <= lines);
		last = f->line[i];
		buf_init(&b, 1 << 20);
		pack_mistake_text(f, i, LANG_ZH, &b);
		pack_mistake_text(f, i, LANG_EN, &b);
		MUST(!b.full);
		buf_free(&b);
		json_decref(pack_mistake_json(f, i));
	}
}

static bool has_choice(
	const struct catalogue *c, const json_t *question, const char *value)
{
	struct code_list options;
	struct field f = form_field(c, question, &options);

	return f.codes && code_list_item(f.codes, value);
}

/* What is proposed is a choice of the question it is proposed for. */
static void check_proposals(const struct catalogue *c, const json_t *form,
	const json_t *facts, struct arena *mem)
{
	json_t *s = form_suggest(form, facts, mem), *one;
	const char *name;

	json_object_foreach(s, name, one)
	{
		const json_t *q = form_question(form, NULL, name);

		MUST(q && has_choice(c, q, json_str(one, "value")));
		MUST(json_is_array(json_object_get(one, "missing")));
	}
}

/* Everything the form makes of the answers; a refusal names a question. */
static void fill_in(const struct catalogue *c, const json_t *form,
	const json_t *pair, struct arena *mem)
{
	const json_t *answers = json_array_get(pair, 0);
	json_t *warnings = json_keep(json_array(), mem), *facts, *body;
	struct form_about about = {.age = -1};
	struct date today = {2026, 8, 31}, due;
	struct form_clock clock;
	struct err e = {.code = ERR_NONE};
	bool taken;

	about.answers = answers;
	about.previous = json_array_get(pair, 1);
	about.responded = &today;
	facts = form_facts(&about, mem);
	taken = form_check_answers(c, form, answers, facts, warnings, &e);
	MUST(taken == (e.code == ERR_NONE));
	MUST(taken || strncmp(e.field, "answers", 7) == 0);
	check_proposals(c, form, facts, mem);
	if (form_due(form, facts, NULL, &due, warnings, NULL))
		MUST(date_is_valid(&due));
	if (form_clock(form, facts, &clock))
		MUST(clock.earliest <= clock.latest);
	(void)form_told(form, facts, mem);
	(void)form_flags(form, facts, mem);
	body = json_keep(json_object(), mem);
	if (answers)
		json_object_set(body, "answers", (json_t *)(uintptr_t)answers);
	form_lift(form, NULL, body);
}

/* A sound file is laid over ours, and nothing of ours is gone. */
static void lay(const struct pack_file *f, struct str rest, struct arena *mem)
{
	struct overlay o = {.kind = f->kind,
		.name = f->name,
		.version = f->version,
		.data = f->data};
	struct mistakes wrong;
	struct catalogue *c;
	struct err e;
	json_t *pair;

	mistakes_init(&wrong, mem);
	c = catalogue_with(catalogue(), &o, 1, &wrong);
	MUST(catalogue_form(c, "smd_follow_up", NULL));
	MUST(o.left_out == (wrong.count > 0));
	MUST(f->wrong.count > 0 || !o.left_out);
	pair = rest.n ? json_read(rest.p, rest.n, &json_limits_body, mem, &e)
		      : NULL;
	if (!o.left_out && strcmp(f->kind, "form") == 0)
		fill_in(c, catalogue_form(c, f->name, f->version), pair, mem);
	catalogue_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *end = n ? memchr(data, 0, n) : NULL;
	struct arena *mem = arena_new();
	struct pack_file f = {
		.text = {(const char *)data, n}
        };
	struct str rest = {NULL, 0};

	if (end) {
		f.text.n = (size_t)(end - data);
		rest.p = (const char *)end + 1;
		rest.n = n - f.text.n - 1;
	}
	pack_check(catalogue(), &f, 1, true, mem);
	check_mistakes(&f);
	if (f.kind && f.name && f.version)
		lay(&f, rest, mem);
	arena_free(mem);
	return 0;
}
