/*
 * group_line.c - see group_line.h.
 */
#include "proto/group_line.h"

#include "proto/fold.h"

#include <string.h>

static bool says(const json_t *body, const char *status)
{
	const char *text = json_str(body, "status");

	return text && strcmp(text, status) == 0;
}

static void add_session(struct group_line *line, const json_t *body)
{
	int64_t at;

	if (says(body, "cancelled"))
		return;
	line->sessions++;
	line->held += says(body, "held");
	if (!says(body, "planned") || !fold_moment(body, "held_at", &at) ||
		(line->planned && at >= line->next))
		return;
	line->planned = true;
	line->next = at;
}

void group_line_add(
	struct group_line *line, const struct record *r, const json_t *body)
{
	if (!r->type || r->state == STATE_RETRACTED)
		return;
	if (strcmp(r->type->name, "participant") == 0)
		line->members += json_str(body, "left") == NULL;
	else if (strcmp(r->type->name, "session") == 0)
		add_session(line, body);
}

json_t *group_line_json(const struct group_line *line, json_t *TAKES record)
{
	char at[TIME_TEXT];

	return json_pack("{s:o, s:I, s:I, s:I, s:o}", "group", record,
		"members", (json_int_t)line->members, "sessions",
		(json_int_t)line->sessions, "held", (json_int_t)line->held,
		"next",
		line->planned ? json_string(time_format(line->next, at))
			      : json_null());
}
