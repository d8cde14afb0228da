/*
 * figure.c - see figure.h.
 */
#include "proto/figure.h"

#include <string.h>

/* OWASP's list, and what spreadsheets skip before it. */
static bool runs_as_formula(const char *text)
{
	const char *p = text;

	if (*p == '\t' || *p == '\r')
		return true;
	for (;;) {
		if (strncmp(p, "\xEF\xBB\xBF", 3) == 0)
			p += 3;
		else if ((unsigned char)*p <= ' ' && *p)
			p++;
		else
			break;
	}
	return *p && strchr("=+-@|%", *p);
}

static void add_text(struct buf *out, const char *text)
{
	buf_text(out, runs_as_formula(text) ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	buf_char(out, '"');
}

/* At most four decimals, none that are 0. */
static const char *number(const json_t *v, struct arena *mem)
{
	char *text = arena_printf(mem, "%.4f", json_number_value(v));
	size_t n = strlen(text);

	while (n && text[n - 1] == '0')
		text[--n] = 0;
	if (n && text[n - 1] == '.')
		text[--n] = 0;
	return strcmp(text, "-0") == 0 ? "0" : text;
}

const char *figure_text(const json_t *answer, const json_t *row,
	const char *member, struct arena *mem)
{
	const json_t *v = json_object_get(row, member);
	const char *hidden = json_str(row, "hidden");

	if (json_is_number(v))
		return number(v, mem);
	if (!hidden || strcmp(member, "den") == 0)
		return "";
	return strcmp(hidden, "small") == 0 &&
			       !json_object_get(answer, "denominator")
		       ? arena_printf(mem, "＜%lld",
				 (long long)json_int(answer, "below", 0))
		       : "—";
}

static const char *name_of(
	const json_t *answer, const char *key, enum lang lang)
{
	const char *text = json_str(
		json_object_get(json_object_get(answer, "labels"), key),
		lang == LANG_ZH ? "zh" : "en");

	return text ? text : key;
}

static void add_row(const json_t *answer, const json_t *row, enum lang lang,
	struct arena *mem, struct buf *out)
{
	static const char *const members[] = {"num", "den", "value"};
	const char *key = json_str(row, "key"),
		   *period = json_str(row, "period");

	add_text(out, period ? period : "");
	buf_char(out, ',');
	add_text(out, key ? key : "");
	buf_char(out, ',');
	add_text(out, key               ? name_of(answer, key, lang)
		      : lang == LANG_ZH ? "合计"
					: "total");
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const char *text = figure_text(answer, row, members[i], mem);

		buf_char(out, ',');
		if (json_is_number(json_object_get(row, members[i])))
			buf_text(out, text);
		else
			add_text(out, text);
	}
	buf_char(out, ',');
	add_text(out, json_str(answer, "unit"));
	buf_text(out, "\r\n");
}

void figure_csv(const json_t *answer, enum lang lang, struct buf *out)
{
	static const char *const lists[] = {"rows", "totals"};

	buf_text(out, "\xEF\xBB\xBF");
	buf_text(out, lang == LANG_ZH
			      ? "\"期间\",\"代码\",\"名称\",\"分子\",\"分母\","
				"\"值\",\"单位\"\r\n"
			      : "\"period\",\"key\",\"name\",\"numerator\","
				"\"denominator\",\"value\",\"unit\"\r\n");
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const json_t *list = json_object_get(answer, lists[i]);

		for (size_t k = 0; k < json_array_size(list); k++) {
			struct arena *mem = arena_new();

			add_row(answer, json_array_get(list, k), lang, mem,
				out);
			arena_free(mem);
		}
	}
}
