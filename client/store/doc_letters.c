/*
 * doc_letters.c - see doc.h: letters and groups, as server/records/h_letters.c
 * and h_groups.c answer them.
 */
#include "client/store/check.h"
#include "client/store/doc.h"
#include "client/store/sending.h"
#include "proto/base/host.h"
#include "proto/capacity.h"
#include "proto/group_line.h"
#include "proto/stand.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS_MAX 2000

/* ---- letters ---- */

static struct stand_for asker(struct view *v)
{
	return (struct stand_for){view_reader(v, "site"),
		view_reader(v, "staff"), view_calendar(v), host_now_ms()};
}

static void stand_in(struct view *v, const struct seen *one,
	const struct stand_for *who, struct arena *mem, struct stand *out)
{
	struct err ignored;
	struct seen kase;
	bool known = !uuid_is_nil(&one->r.case_id) &&
		     view_record(v, &one->r.case_id, mem, &kase, &ignored);

	stand_of(one->type, &one->r.site, one->body, known ? kase.body : NULL,
		who, out);
}

static json_t *line_of(const struct seen *one, const struct stand *at,
	bool whole, struct arena *mem)
{
	json_t *out = json_keep(stand_json(one->type, at), mem);
	json_t *rec = doc_record(one, mem);

	if (!whole)
		stand_shorten(json_object_get(rec, "body"));
	json_object_set(out, "letter", rec);
	return out;
}

static int newest_first(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->r.entered_at != y->r.entered_at)
		return x->r.entered_at > y->r.entered_at ? -1 : 1;
	return uuid_cmp(&y->r.id, &x->r.id);
}

static bool of_type(struct view *v, const char *type, struct arena *mem,
	struct seen **list, size_t *n, struct err *e)
{
	size_t count;
	const struct uuid *ids = view_of_type(v, type, mem, &count);
	struct seen *all = ARENA_ARRAY(mem, struct seen, *n + count + 1);

	if (*n)
		memcpy(all, *list, *n * sizeof(*all));
	*list = all;
	for (size_t i = 0; i < count; i++) {
		if (!view_record(v, &ids[i], mem, &all[*n], e))
			return false;
		*n += all[*n].r.state != STATE_RETRACTED;
	}
	return true;
}

bool doc_letters(struct view *v, bool all, struct arena *mem, json_t **out,
	struct err *e)
{
	struct stand_for who = asker(v);
	json_t *lines = json_keep(json_array(), mem);
	struct seen *list = NULL;
	size_t n = 0, i;

	if (!of_type(v, "referral", mem, &list, &n, e) ||
		!of_type(v, "request", mem, &list, &n, e))
		return false;
	if (n)
		qsort(list, n, sizeof(*list), newest_first);
	for (i = 0; i < n && json_array_size(lines) < LETTERS_MAX; i++) {
		struct stand at;

		stand_in(v, &list[i], &who, mem, &at);
		if (all || !at.ended)
			json_array_append(
				lines, line_of(&list[i], &at, false, mem));
	}
	*out = json_keep(
		json_pack("{s:O, s:b}", "letters", lines, "more", (int)(i < n)),
		mem);
	return true;
}

static bool add_all(struct view *v, const char *type, struct capacity_run *run,
	struct arena *mem, struct err *e)
{
	struct seen *list = NULL;
	size_t n = 0;

	if (!of_type(v, type, mem, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		capacity_add(run, &list[i].r, list[i].body);
	return true;
}

/* Who could take it up, of a request that waits for somebody here. */
static bool add_proposal(struct view *v, const json_t *body, json_t *out,
	struct arena *mem, struct err *e)
{
	static const char *const types[] = {"staff", "service_item", "request"};
	struct date today = time_day_cn(host_now_ms());
	struct capacity_run *run = capacity_begin(
		json_str(body, "to_site"), json_str(body, "item"), &today, mem);
	struct capacity k;

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (!add_all(v, types[i], run, mem, e))
			return false;
	k = capacity_end(run);
	json_object_set_new(out, "proposal", capacity_json(&k));
	return true;
}

bool doc_letter(struct view *v, const struct uuid *id, struct arena *mem,
	json_t **out, struct err *e)
{
	struct stand_for who = asker(v);
	struct stand at;
	struct seen one;

	if (!view_record(v, id, mem, &one, e))
		return false;
	if (!one.r.type || one.r.type->scope != SCOPE_LETTER)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	stand_in(v, &one, &who, mem, &at);
	*out = line_of(&one, &at, true, mem);
	return !stand_wants_hands(*out) ||
	       add_proposal(v, one.body, *out, mem, e);
}

/* ---- before one leaves ---- */

bool doc_sending(struct view *v, const json_t *asked, struct arena *mem,
	json_t **out, struct err *e)
{
	const struct rtype *t =
		catalogue_type(store_catalogue(view_store(v)), "referral");
	const char *text = json_str(asked, "case");
	json_t *body = json_object_get(asked, "body");
	struct sending s;
	struct seen kase;
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return err_field(e, ERR_BAD_REQUEST, "case", "id");
	if (!json_is_object(body))
		return err_field(e, ERR_BAD_REQUEST, "body", "object");
	body = json_keep(json_copy(body), mem);
	if (!view_record(v, &id, mem, &kase, e) ||
		!sending_of(v, &id, body, mem, &s, e))
		return false;
	sending_name(&s, json_flag(asked, "nameless"), body);
	json_object_set_new(body, "status", json_string("requested"));
	check_fill(v, t, NULL, body);
	if (!record_check(store_catalogue(view_store(v)), t, body, false, e) ||
		!steps_check(t->name, NULL, body, SIDE_SENDER, e))
		return false;
	*out = json_keep(sending_json(&s), mem);
	json_object_set(*out, "letter", body);
	return true;
}

/* ---- groups ---- */

static bool add_group(struct view *v, const struct uuid *id, json_t *lines,
	struct arena *mem, struct err *e)
{
	struct group_line line = {0};
	json_t *root = NULL;
	size_t n;
	const struct uuid *ids = view_unit(v, id, mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen one;

		if (!view_record(v, &ids[i], mem, &one, e))
			return false;
		group_line_add(&line, &one.r, one.body);
		if (uuid_cmp(&ids[i], id) == 0 &&
			one.r.state != STATE_RETRACTED)
			root = doc_record(&one, mem);
	}
	if (root)
		json_array_append_new(
			lines, group_line_json(&line, json_incref(root)));
	return true;
}

bool doc_groups(struct view *v, struct arena *mem, json_t **out, struct err *e)
{
	json_t *lines = json_keep(json_array(), mem);
	size_t n;
	const struct uuid *ids = view_roots(v, "group", mem, &n);

	for (size_t i = 0; i < n; i++)
		if (!add_group(v, &ids[i], lines, mem, e))
			return false;
	*out = json_keep(json_pack("{s:O}", "groups", lines), mem);
	return true;
}
