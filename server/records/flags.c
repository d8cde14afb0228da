/*
 * flags.c - see flags.h.
 */
#include "server/records/flags.h"

#include "server/records/decide.h"

#include "proto/form.h"
#include "proto/scale.h"
#include "proto/scale_fit.h"

#include <string.h>

size_t flags_possible(const struct uuid *sheet, const json_t *list,
	struct uuid *ids, size_t n, size_t room)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *rule = json_array_get(list, i);
		const char *kind = json_str(rule, "kind");

		kind = kind ? kind : json_str(rule, "flag");
		for (int level = 0; kind && level < FLAG_LEVELS && n < room;
			level++)
			ids[n++] = form_flag_id(sheet, kind, level);
	}
	return n;
}

static bool is_open(struct world *w, struct entry *flag)
{
	return flag->now.state != STATE_RETRACTED &&
	       !json_object_get(entry_body(w, flag), "to");
}

/* That very flag was raised before, or one at least as high is open. */
static bool was_raised(
	struct world *w, const struct entry *x, const char *kind, int level)
{
	for (int k = level; k < FLAG_LEVELS; k++) {
		struct uuid id = form_flag_id(&x->id, kind, k);
		struct entry *flag = world_find(w, &id);

		if (flag && flag->now.ver && (k == level || is_open(w, flag)))
			return true;
		if (k == level && world_is_taken(w, &id))
			return true;
	}
	return false;
}

static json_t *flag_body(struct world *w, const json_t *raised, const char *day)
{
	struct date today = time_day_cn(w->now);
	char text[DATE_TEXT];
	json_t *body =
		json_pack("{s:s, s:I, s:s}", "kind", json_str(raised, "kind"),
			"level", (json_int_t)json_int(raised, "level", 0),
			"from", day ? day : date_format(&today, text));

	json_object_set_new(body, "text",
		json_sprintf("%s / %s", json_str(raised, "zh"),
			json_str(raised, "en")));
	return json_keep(body, w->mem);
}

static void raise_flag(struct world *w, struct entry *x, const struct change *c,
	const json_t *raised, const char *day)
{
	const struct rtype *t = catalogue_type(w->catalogue, "flag");
	struct uuid id = form_flag_id(&x->id, json_str(raised, "kind"),
		(int)json_int(raised, "level", 0));
	struct entry *flag = world_add(w, &id);

	flag->unit = x->unit;
	flag->now.id = id;
	flag->now.type = t;
	flag->now.type_name = t->name;
	flag->now.case_id = x->now.case_id;
	flag->now.site = x->now.site;
	flag->now.author = w->reader->staff;
	flag->grant = x->grant;
	decide_version(w, flag, flag_body(w, raised, day), STATE_LIVE, c);
}

void flags_raise(struct world *w, struct entry *x, const struct change *c,
	const json_t *raised, const char *day)
{
	const struct code_list *kinds =
		catalogue_codes(w->catalogue, "flag_kind");

	for (size_t i = 0; i < json_array_size(raised); i++) {
		const json_t *one = json_array_get(raised, i);
		const char *kind = json_str(one, "kind");

		/* A district's own scale may name a kind there is not. */
		if (code_list_item(kinds, kind) &&
			!was_raised(w, x, kind, (int)json_int(one, "level", 0)))
			raise_flag(w, x, c, one, day);
	}
}

void assessment_follow(struct world *w, struct entry *x, const struct change *c)
{
	const json_t *body = entry_body(w, x), *scale;
	const char *name = json_str(body, "instrument");

	scale = name ? scale_of_version(catalogue_scales(w->catalogue), name,
			       json_str(body, "version"))
		     : NULL;
	if (scale)
		flags_raise(w, x, c,
			scale_flags(scale, json_str(body, "variant"),
				json_object_get(body, "answers"), w->mem),
			json_str(body, "assessed"));
}
