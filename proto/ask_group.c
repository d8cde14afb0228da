/*
 * ask_group.c - see ask.h: a group that is to be.
 */
#include "proto/ask.h"

#include "proto/template.h"

#include <string.h>

static const json_t *find(const struct catalogue *c, const json_t *asked,
	const char **pack, struct err *e)
{
	const char *code = json_str(asked, "template");
	const json_t *group = code ? template_group(c, code, pack) : NULL;

	if (!code)
		err_field(e, ERR_MISSING, "template", "code");
	else if (!group)
		err_field(e, ERR_BAD_CODE, "template", "code");
	return group;
}

static bool read_day(const json_t *asked, const struct date *today,
	struct date *out, struct err *e)
{
	const json_t *v = json_object_get(asked, "opened");

	*out = *today;
	return !v || json_is_null(v) ||
	       (json_is_string(v) && date_parse(json_string_value(v), out)) ||
	       err_field(e, ERR_BAD_DATE, "opened", "YYYY-MM-DD");
}

static bool read_lang(const json_t *asked, enum lang *out, struct err *e)
{
	const char *text = json_str(asked, "lang");

	*out = text && strcmp(text, "en") == 0 ? LANG_EN : LANG_ZH;
	return !text || strcmp(text, "en") == 0 || strcmp(text, "zh") == 0 ||
	       err_field(e, ERR_BAD_CODE, "lang", "zh, en");
}

json_t *group_plan_answer(const struct catalogue *c, const struct date *today,
	const json_t *asked, struct arena *mem, struct err *e)
{
	json_t *sessions = json_keep(json_array(), mem), *body;
	const char *pack = NULL;
	const json_t *group = find(c, asked, &pack, e);
	struct date opened;
	enum lang lang;

	if (!group || !read_day(asked, today, &opened, e) ||
		!read_lang(asked, &lang, e))
		return NULL;
	for (size_t i = 0;
		(body = template_session_body(group, i, &opened, lang, mem));
		i++)
		json_array_append(sessions, body);
	return json_keep(
		json_pack("{s:O, s:O}", "group",
			template_group_body(group, pack, &opened, lang, mem),
			"sessions", sessions),
		mem);
}
