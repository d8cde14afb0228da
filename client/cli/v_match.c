/*
 * v_match.c - casebridge match: is this person written down already? And
 * casebridge merge: two records are of one person.
 *
 * Asked before somebody is written down: first of this station's own store,
 * then of the centre, which names the records one reaches and says of all
 * others only that a care group may exist. Merging moves nothing: one record
 * says that it is the other, whoever reads it follows, and it can be taken
 * back.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/match.h"

#include <string.h>

struct hits {
	struct desk *d;
	const struct probe *probe;
	json_t *list; /* [{person, name, birth, how}] */
};

static json_t *member(const json_t *body, const char *key)
{
	const char *text = json_str(body, key);

	return text ? json_string(text) : json_null();
}

static void add_hit(struct hits *h, const struct uuid *id, const char *how)
{
	char text[UUID_TEXT];
	struct seen one;
	struct err ignored;

	uuid_format(id, text);
	if (json_find(h->list, "person", text))
		return;
	if (!view_record(desk_view(h->d), id, h->d->c->mem, &one, &ignored))
		one.body = NULL;
	json_array_append_new(
		h->list, json_pack("{s:s, s:o, s:o, s:s}", "person", text,
				 "name", member(one.body, "name"), "birth",
				 member(one.body, "birth"), "how", how));
}

static void search_here(struct hits *h)
{
	size_t n;
	const struct uuid *ids =
		view_roots(desk_view(h->d), "person", h->d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct arena *mem = arena_new();
		struct seen one;
		struct err ignored;
		enum match_how how = MATCH_NONE;

		if (view_record(
			    desk_view(h->d), &ids[i], mem, &one, &ignored) &&
			one.r.state != STATE_RETRACTED)
			how = probe_match(h->probe, one.body);
		arena_free(mem);
		if (how != MATCH_NONE)
			add_hit(h, &ids[i], match_name(how));
	}
}

/* What the centre knows besides; false when it could not be asked. */
static json_t *ask_centre(struct hits *h, const json_t *body, struct err *e)
{
	json_t *answer = desk_post(h->d, "/v1/match", body, e);
	const json_t *known = json_object_get(answer, "known");

	for (size_t i = 0; i < json_array_size(known); i++) {
		const json_t *one = json_array_get(known, i);
		const char *text = json_str(one, "person");
		struct uuid id;

		if (text && uuid_parse(text, &id))
			add_hit(h, &id, json_str(one, "how"));
	}
	return answer;
}

static bool ask_to_join(
	struct desk *d, const json_t *answer, const char *reason, struct err *e)
{
	const char *token = json_str(answer, "token");
	json_t *body =
		json_keep(json_pack("{s:s}", "reason", reason), d->c->mem);

	if (!token)
		return err_field(e, ERR_NOT_FOUND, "--reason", "elsewhere");
	return desk_post(d, arena_printf(d->c->mem, "/v1/match/%s/ask", token),
		       body, e) != NULL;
}

static void print_hits(struct desk *d, const json_t *list)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_NAME, T_C_BIRTH, T_C_HOW, T_COUNT};
	static const struct {
		const char *how;
		enum text_id text;
	} words[] = {
		{"document", T_HOW_DOCUMENT},
		{"name",     T_HOW_NAME    },
		{"phone",    T_HOW_PHONE   },
	};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *name = json_str(one, "name");
		const char *birth = json_str(one, "birth");
		struct uuid id;

		if (!uuid_parse(json_str(one, "person"), &id))
			continue;
		table_add(t, pick_short(d, &id));
		table_add(t, name ? name : "");
		table_add(t, birth ? birth : "");
		for (size_t k = 0; k < ARRAY_LEN(words); k++)
			if (strcmp(words[k].how, json_str(one, "how")) == 0)
				table_add(
					t, text_raw(d->c->lang, words[k].text));
	}
	table_print(t);
}

/* Nothing found here says little while the centre was not asked. */
static void print_rest(struct cli *c, const json_t *answer, bool asked)
{
	if (!answer)
		out_line(c, text_raw(c->lang, T_MATCH_OFFLINE));
	else if (json_flag(answer, "elsewhere"))
		out_line(c, text_raw(c->lang,
				    asked ? T_MATCH_ASKED : T_MATCH_ELSEWHERE));
}

static bool print(struct hits *h, json_t *answer, bool asked)
{
	struct cli *c = h->d->c;

	if (c->json)
		out_json(c, json_pack("{s:O, s:b, s:b, s:b}", "known", h->list,
				    "elsewhere", json_flag(answer, "elsewhere"),
				    "asked", asked, "offline", answer == NULL));
	else {
		print_hits(h->d, h->list);
		print_rest(c, answer, asked);
	}
	return true;
}

bool verb_match(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *body = json_keep(json_object(), c->mem), *answer;
	struct hits h;
	bool asked = false;

	if (!d || !value_file(d, body, e) ||
		!value_assignments(d, catalogue_type(d->catalogue, "person"), 0,
			body, NULL, e))
		return false;
	h.d = d;
	h.list = json_keep(json_array(), c->mem);
	h.probe = probe_new(body, c->mem, e);
	if (!h.probe)
		return false;
	search_here(&h);
	answer = ask_centre(&h, body, e);
	if (!answer && e->code != ERR_OFFLINE)
		return false;
	if (c->option[O_REASON]) {
		if (!answer || !ask_to_join(d, answer, c->option[O_REASON], e))
			return false;
		asked = true;
	}
	return print(&h, answer, asked);
}

/* ---- one person, two records ---- */

static bool find_person(
	struct desk *d, const char *typed, struct seen *out, struct err *e)
{
	struct uuid id;

	if (!pick_record(d, typed, "person", &id, e) ||
		!view_record(desk_view(d), &id, d->c->mem, out, e))
		return false;
	return strcmp(out->type, "person") == 0 ||
	       err_field(e, ERR_BAD_INPUT, typed, "person");
}

/* Both, field by field, where they differ: whoever merges sees what they do. */
static void print_both(
	struct desk *d, const struct seen *a, const struct seen *b)
{
	static const enum text_id heads[] = {
		T_C_FIELD, T_C_THIS, T_C_STAYS, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < a->r.type->field_count; i++) {
		const struct field *f = &a->r.type->fields[i];
		const json_t *x = json_object_get(a->body, f->name);
		const json_t *y = json_object_get(b->body, f->name);

		if (strcmp(f->name, "merged_into") == 0 || x == y ||
			(x && y && json_equal(x, y)))
			continue;
		table_add(t, value_label(d->c, a->r.type, f));
		table_add(t, x ? value_show(d, f, x) : "");
		table_add(t, y ? value_show(d, f, y) : "");
	}
	table_print(t);
}

static bool save(struct desk *d, const struct seen *one, json_t *set,
	json_t *unset, struct err *e)
{
	bool changed = false;

	if (!store_begin(d->s, e))
		return false;
	if (!outbox_patch(desk_view(d), &one->r.id, set, unset, &changed, e)) {
		store_rollback(d->s);
		return false;
	}
	if (changed)
		return desk_saved(d, &one->r.id, e);
	store_rollback(d->s);
	return err_field(e, ERR_BAD_INPUT, "merged_into", "-");
}

bool verb_merge(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *set = json_keep(json_object(), c->mem);
	json_t *unset = json_keep(json_array(), c->mem);
	struct seen one, other;
	char id[UUID_TEXT];

	if (!d || !find_person(d, c->arg[0], &one, e))
		return false;
	if (cli_flag(c, O_UNDO)) {
		json_array_append_new(unset, json_string("merged_into"));
		return save(d, &one, set, unset, e);
	}
	if (c->args != 2)
		return cli_usage(e, "merge", "PERSON INTO | PERSON --undo");
	if (!find_person(d, c->arg[1], &other, e))
		return false;
	if (uuid_cmp(&one.r.id, &other.r.id) == 0)
		return err_field(e, ERR_CYCLE, "merged_into", "-");
	if (!c->json)
		print_both(d, &one, &other);
	json_object_set_new(
		set, "merged_into", json_string(uuid_format(&other.r.id, id)));
	return save(d, &one, set, unset, e);
}
