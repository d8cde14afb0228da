/*
 * scale_cli.c - answers as a person types them at the command line.
 *
 * Only the form is read here; which numbers an item takes is the engine's
 * business. Full-width commas and colons count, because Chinese input methods
 * write them.
 */
#include "proto/scale.h"

#include "proto/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_TEXT 16 /* the longest part between two commas */

/* A whole number that is all of the text, or JSON null when it is empty. */
static json_t *typed_number(const char *text)
{
	char *end;
	long n;

	if (!*text)
		return json_null();
	n = strtol(text, &end, 10);
	return *end || n < -99999 || n > 99999 ? NULL : json_integer(n);
}

static json_t *typed_pair(char *text)
{
	char *colon = strchr(text, ':');
	json_t *weight, *level;

	if (!colon)
		return NULL;
	*colon = 0;
	weight = typed_number(text);
	level = typed_number(colon + 1);
	if (weight && level)
		return json_pack("[o, o]", weight, level);
	json_decref(weight);
	json_decref(level);
	return NULL;
}

/* The next part of the text up to a comma, without spaces; 0 at the end. */
static bool next_part(const char **text, char out[NUMBER_TEXT], bool *more)
{
	size_t at = 0;
	uint32_t c;

	while ((c = utf8_next(text)) != 0 && c != ',' && c != 0xff0c) {
		c = c == 0xff1a ? ':' : c;
		if (c == ' ')
			continue;
		if (c >= 0x80 || at + 1 >= NUMBER_TEXT)
			return false;
		out[at++] = (char)c;
	}
	out[at] = 0;
	*more = c != 0;
	return true;
}

static void refuse_part(const json_t *scale, size_t i, struct err *e)
{
	const json_t *items = json_object_get(scale, "items");
	const char *no = json_str(json_array_get(items, i), "no");
	char field[40];

	if (no)
		snprintf(field, sizeof(field), "answers[%s]", no);
	else
		snprintf(field, sizeof(field), "answers[%zu]", i + 1);
	err_field(e, ERR_BAD_KIND, field,
		items ? "0, 1, 2, 3…" : "weight:level, 1:-1");
}

json_t *scale_parse_cli(
	const json_t *scale, const char *text, struct arena *mem, struct err *e)
{
	bool goals = json_object_get(scale, "goals") != NULL, more = true;
	json_t *answers = json_keep(json_array(), mem);

	for (size_t i = 0; more; i++) {
		char part[NUMBER_TEXT];
		json_t *one = NULL;

		if (i < SCALE_ANSWERS && next_part(&text, part, &more))
			one = goals ? typed_pair(part) : typed_number(part);
		if (!one) {
			refuse_part(scale, i, e);
			return NULL;
		}
		json_array_append_new(answers, one);
	}
	return answers;
}
