/*
 * letter_step.c - see letter_step.h.
 */
#include "client/cli/letter_step.h"

#include "client/cli/out.h"
#include "client/cli/value.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 262144 /* bytes; fields say how many characters they take */

/* ---- options ---- */

bool option_value(struct desk *d, const struct rtype *t, enum option o,
	const char *field, json_t *body, struct err *e)
{
	const struct field *f = rtype_field(t, field);
	const char *typed = d->c->option[o];
	json_t *v;

	if (!typed || !f)
		return true;
	v = f->kind == KIND_BOOL ? json_true() : value_parse(d, f, typed, e);
	if (!v)
		return false;
	json_object_set_new(body, field, v);
	return true;
}

static bool read_input(struct arena *mem, struct str *out, bool *too_big)
{
	char *all = arena_alloc(mem, TEXT_MAX + 1);
	size_t n = fread(all, 1, TEXT_MAX + 1, stdin);

	*too_big = n > TEXT_MAX;
	out->p = all;
	out->n = n;
	return !ferror(stdin) && !*too_big;
}

/* Line ends of other systems, and what an editor leaves at the end. */
static const char *tidy(struct arena *mem, struct str text)
{
	char *out = arena_alloc(mem, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r')
			out[n++] = text.p[i];
	while (n && (out[n - 1] == '\n' || out[n - 1] == ' '))
		n--;
	out[n] = 0;
	return out;
}

bool option_text(struct desk *d, const struct rtype *t, enum option o,
	const char *field, json_t *body, struct err *e)
{
	const char *path = d->c->option[o];
	bool too_big = false, ok;
	struct str text;
	json_t *v;

	(void)t;
	if (!path)
		return true;
	ok = strcmp(path, "-") == 0
		     ? read_input(d->c->mem, &text, &too_big)
		     : file_read(path, TEXT_MAX, d->c->mem, &text, &too_big);
	if (!ok)
		return err_field(e, ERR_BAD_FILE, path, "%s",
			too_big ? "<= 256 KiB"
				: text_raw(d->c->lang, T_NOT_THERE));
	v = memchr(text.p, 0, text.n) ? NULL
				      : json_string(tidy(d->c->mem, text));
	if (!v)
		return err_field(e, ERR_BAD_FILE, path, "UTF-8");
	json_object_set_new(body, field, v);
	return true;
}

/* ---- steps ---- */

static const struct step_word *find(
	const struct step_table *t, const char *word)
{
	for (size_t i = 0; i < t->word_count; i++)
		if (strcmp(t->words[i].word, word) == 0 ||
			strcmp(t->words[i].zh, word) == 0)
			return &t->words[i];
	return NULL;
}

static const char *words_for(struct desk *d, const struct step_table *t,
	const char *const *to, size_t n)
{
	const char *out = "";

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < t->word_count; i++)
			if (!to || strcmp(t->words[i].to, to[k]) == 0) {
				out = arena_printf(d->c->mem, "%s%s%s", out,
					*out ? ", " : "", t->words[i].word);
				if (to)
					break;
			}
	return out;
}

const char *step_words(
	struct desk *d, const struct step_table *t, const struct letter *l)
{
	const char *next[STEPS_MAX];
	size_t n = steps_next(t->type, l->at.status, l->at.sides, next);

	return words_for(d, t, next, n);
}

static bool may_step(
	const struct step_table *t, const struct letter *l, const char *to)
{
	const char *next[STEPS_MAX];
	size_t n = steps_next(t->type, l->at.status, l->at.sides, next);

	for (size_t i = 0; i < n; i++)
		if (strcmp(next[i], to) == 0)
			return true;
	return false;
}

static bool take_option(struct desk *d, const struct step_table *t,
	const struct step_option *o, json_t *set, struct err *e)
{
	const struct rtype *type = catalogue_type(d->catalogue, t->type);

	return o->option == O_LETTER
		       ? option_text(d, type, o->option, o->field, set, e)
		       : option_value(d, type, o->option, o->field, set, e);
}

/* Every option of the verb belongs to the step, or was not given. */
static bool take_options(struct desk *d, const struct step_table *t,
	const struct step_word *w, json_t *set, struct err *e)
{
	for (size_t i = 0; i < t->option_count; i++) {
		const struct step_option *o = &t->options[i];
		bool meant = false;

		if (!d->c->option[o->option])
			continue;
		for (size_t k = 0; k < t->option_count; k++)
			meant |= t->options[k].option == o->option &&
				 strcmp(t->options[k].to, w->to) == 0;
		if (!meant)
			return cli_usage(e, w->word,
				arena_printf(d->c->mem, "casebridge %s --help",
					d->c->verb->name));
		if (strcmp(o->to, w->to) == 0 && !take_option(d, t, o, set, e))
			return false;
	}
	return true;
}

bool step_read(struct desk *d, const struct step_table *t,
	const struct letter *l, const char *word, json_t *set, struct err *e)
{
	const struct step_word *w = find(t, word);
	const char *next;

	if (!w)
		return cli_usage(e, word, words_for(d, t, NULL, 1));
	if (!may_step(t, l, w->to)) {
		next = step_words(d, t, l);
		return err_field(
			e, ERR_BAD_STEP, "status", "%s", *next ? next : "-");
	}
	json_object_set_new(set, "status", json_string(w->to));
	return take_options(d, t, w, set, e);
}

static bool unchanged(struct desk *d, const struct letter *l)
{
	char id[UUID_TEXT];

	store_rollback(d->s);
	if (d->c->json)
		out_json(
			d->c, json_pack("{s:s, s:b}", "id",
				      uuid_format(&l->s.r.id, id), "saved", 0));
	else
		out_line(d->c, text_raw(d->c->lang, T_UNCHANGED));
	return true;
}

/* "--reason no_capacity not_suitable …" says more than the name of a field. */
static void hint(struct desk *d, const struct step_table *t, const char *to,
	struct err *e)
{
	const struct rtype *type = catalogue_type(d->catalogue, t->type);
	const char *field = arena_strdup(d->c->mem, e->field);
	const struct field *f = rtype_field(type, field);

	for (size_t i = 0; f && e->code == ERR_MISSING && i < t->option_count;
		i++) {
		const struct step_option *o = &t->options[i];

		if (strcmp(o->field, field) != 0 || strcmp(o->to, to) != 0)
			continue;
		err_field(e, ERR_MISSING, field, "%s %s", cli_option(o->option),
			o->option == O_LETTER ? "FILE"
					      : value_accepts(d->c, f));
		return;
	}
}

bool step_take(struct desk *d, const struct step_table *t,
	const struct letter *l, json_t *set, struct err *e)
{
	json_t *unset = json_keep(json_array(), d->c->mem);
	bool changed = false;

	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (!outbox_patch(desk_view(d), &l->s.r.id, set, unset, &changed, e)) {
		store_rollback(d->s);
		hint(d, t, json_str(set, "status"), e);
		return false;
	}
	return changed ? desk_saved(d, &l->s.r.id, e) : unchanged(d, l);
}
