/*
 * template.c - see template.h.
 */
#include "proto/template.h"

#include "proto/rule.h"

#include <string.h>

#define WEEK 7

static const char *text_in(const json_t *labelled, enum lang lang)
{
	return json_str(labelled, lang == LANG_ZH ? "zh" : "en");
}

static void put_text(json_t *body, const char *field, const char *text)
{
	if (text)
		json_object_set_new(body, field, json_string(text));
}

static void put(json_t *body, const char *field, const json_t *from)
{
	json_t *v = json_object_get(from, field);

	if (v)
		json_object_set(body, field, v);
}

/* ---- goals ---- */

const json_t *template_goal(const json_t *pack, const char *code)
{
	return json_find(json_object_get(pack, "goals"), "code", code);
}

json_t *template_proposed(const json_t *pack, const char *form,
	const json_t *facts, struct arena *mem)
{
	const json_t *from = json_object_get(pack, "plan_from");
	const json_t *rules = json_object_get(from, "rules");
	const char *of = json_str(from, "form");
	json_t *out = json_keep(json_array(), mem);

	for (size_t i = 0;
		of && strcmp(of, form) == 0 && i < json_array_size(rules);
		i++) {
		const json_t *rule = json_array_get(rules, i);
		const char *goal = json_str(rule, "goal");

		if (rule_holds(json_object_get(rule, "if"), facts) ==
				RULE_YES &&
			!json_holds(out, goal))
			json_array_append_new(out, json_string(goal));
	}
	return out;
}

json_t *template_goal_body(
	const json_t *goal, enum lang lang, struct arena *mem)
{
	json_t *body = json_keep(json_object(), mem), *levels = json_object();
	json_t *own = json_object_get(goal, "levels"), *level;
	const char *key;

	put_text(body, "title", text_in(goal, lang));
	put_text(body, "indicator",
		text_in(json_object_get(goal, "indicator"), lang));
	json_object_foreach(own, key, level)
		put_text(levels, key, text_in(level, lang));
	put_text(body, "target", text_in(json_object_get(own, "0"), lang));
	put_text(body, "baseline", text_in(json_object_get(own, "-1"), lang));
	json_object_set_new(body, "levels", levels);
	json_object_set_new(body, "weight", json_integer(1));
	put_text(body, "status", "in_progress");
	return body;
}

/* ---- groups ---- */

const json_t *template_group(
	const struct catalogue *c, const char *code, const char **pack)
{
	json_t *packs = (json_t *)(uintptr_t)catalogue_packs(c), *one;
	const char *name;

	json_object_foreach(packs, name, one)
	{
		const json_t *group =
			json_find(json_object_get(one, "groups"), "code", code);

		/* An older version is only for what was made with it. */
		if (!group || strchr(name, '@'))
			continue;
		*pack = name;
		return group;
	}
	return NULL;
}

json_t *template_group_body(const json_t *group, const char *pack,
	const struct date *opened, enum lang lang, struct arena *mem)
{
	static const char *const same[] = {
		"kind", "size_min", "size_max", "attend_min", "instruments"};
	json_t *body = json_keep(json_object(), mem);
	size_t n = json_array_size(json_object_get(group, "sessions"));
	char day[DATE_TEXT];

	put_text(body, "name", text_in(group, lang));
	put_text(body, "programme", pack);
	put_text(body, "template", json_str(group, "code"));
	put_text(body, "theory",
		text_in(json_object_get(group, "theory"), lang));
	put_text(body, "aims", text_in(json_object_get(group, "aims"), lang));
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		put(body, same[i], group);
	if (n)
		json_object_set_new(
			body, "sessions_planned", json_integer((json_int_t)n));
	put_text(body, "phase", "preparation");
	put_text(body, "opened", date_format(opened, day));
	return body;
}

json_t *template_session_body(const json_t *group, size_t i,
	const struct date *opened, enum lang lang, struct arena *mem)
{
	const json_t *s = json_array_get(json_object_get(group, "sessions"), i);
	struct date on = date_add_days(opened, WEEK * (int64_t)i);
	char day[DATE_TEXT];
	json_t *body;

	if (!s)
		return NULL;
	body = json_keep(json_object(), mem);
	json_object_set_new(body, "number", json_integer((json_int_t)i + 1));
	put_text(body, "title", text_in(s, lang));
	put_text(body, "aim", text_in(json_object_get(s, "aim"), lang));
	put_text(body, "steps", text_in(json_object_get(s, "steps"), lang));
	put(body, "minutes", s);
	put(body, "stage", s);
	put_text(body, "status", "planned");
	put_text(body, "held_at",
		arena_printf(mem, "%sT14:00:00+08:00", date_format(&on, day)));
	return body;
}
