/*
 * report_show.c - see report_show.h.
 */
#include "client/cli/report_show.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <string.h>

static int64_t count_of(const json_t *report, const char *key)
{
	return json_int(json_object_get(report, "count"), key, 0);
}

static const char *how_many(
	struct cli *c, int64_t n, enum text_id one, enum text_id more)
{
	return n == 1 ? text_raw(c->lang, one)
		      : text_of(c, more, number_text(c, n), NULL);
}

/* "3 records and 1 file" */
static const char *what_is_here(struct cli *c, int64_t records, int64_t files)
{
	const char *r = how_many(c, records, T_RP_RECORD, T_RP_RECORDS);
	const char *f = how_many(c, files, T_RP_FILE, T_RP_FILES);

	if (!files)
		return r;
	return records ? text_of(c, T_RP_AND, r, f, NULL) : f;
}

static const char *here_clause(struct cli *c, const json_t *report)
{
	int64_t records = count_of(report, "here") + count_of(report, "sent");
	int64_t files = count_of(report, "files_here");
	const char *what;

	if (!records && !files)
		return text_raw(c->lang, T_RP_NOTHING);
	what = what_is_here(c, records, files);
	return text_of(c, records + files == 1 ? T_RP_IS_HERE : T_RP_ARE_HERE,
		what, NULL);
}

/* "today 14:05", "yesterday 09:30", or the day. */
static const char *spoken(struct cli *c, int64_t ms)
{
	struct date day = time_day_cn(ms), today = time_day_cn(host_now_ms());
	const char *text = time_show(c, ms);
	int64_t ago = date_to_days(&today) - date_to_days(&day);

	if (ago == 0)
		return text_of(c, T_RP_TODAY, text + 11, NULL);
	if (ago == 1)
		return text_of(c, T_RP_YESTERDAY, text + 11, NULL);
	return text;
}

static const char *step_clause(struct cli *c, const json_t *report)
{
	int64_t at = json_int(json_object_get(report, "step"), "matched", 0);

	if (!at)
		return text_raw(c->lang, T_RP_NEVER_IN_STEP);
	return text_of(c, T_RP_IN_STEP, spoken(c, at), NULL);
}

static const char *with(
	struct cli *c, const char *line, int64_t n, enum text_id clause)
{
	if (!n)
		return line;
	return text_of(c, T_RP_JOIN, line,
		text_of(c, clause, number_text(c, n), NULL), NULL);
}

void report_headline(struct cli *c, const json_t *report)
{
	const char *line = here_clause(c, report);

	line = with(c, line,
		count_of(report, "refused") + count_of(report, "files_refused"),
		T_RP_REFUSED);
	line = with(c, line, count_of(report, "conflict"), T_RP_CONFLICT);
	line = text_of(c, T_RP_JOIN, line, step_clause(c, report), NULL);
	out_line(c, text_of(c, T_RP_END, line, NULL));
}

/* ---- a line a record ---- */

static const struct {
	const char *state;
	enum text_id text;
} states[] = {
	{"refused",   T_RS_REFUSED  },
	{"conflict",  T_RS_CONFLICT },
	{"here",      T_RS_HERE     },
	{"sent",      T_RS_SENT     },
	{"confirmed", T_RS_CONFIRMED},
};

static const char *state_text(struct cli *c, const char *state)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (state && strcmp(states[i].state, state) == 0)
			return text_raw(c->lang, states[i].text);
	return "";
}

static const char *short_id(struct desk *d, const json_t *o, const char *key)
{
	const char *text = json_str(o, key);
	struct uuid id;

	return text && uuid_parse(text, &id) ? pick_short(d, &id) : "";
}

/* Why the centre did not take it, or which conflict is to be settled. */
static const char *why_of(struct desk *d, const json_t *line)
{
	const json_t *changes = json_object_get(line, "changes");
	const json_t *conflict =
		json_array_get(json_object_get(line, "conflicts"), 0);
	struct uuid id;

	for (size_t i = 0; i < json_array_size(changes); i++)
		if (json_str(json_array_get(changes, i), "code"))
			return out_why(d->c, json_array_get(changes, i));
	if (json_str(line, "code"))
		return out_why(d->c, line);
	if (!conflict || !uuid_parse(json_string_value(conflict), &id))
		return "";
	return text_of(d->c, T_RP_SETTLE, pick_short(d, &id), NULL);
}

static void add_record(struct desk *d, struct table *t, const json_t *line)
{
	const char *type = json_str(line, "type");
	const struct rtype *r =
		type ? catalogue_type(d->catalogue, type) : NULL;

	table_add(t, state_text(d->c, json_str(line, "state")));
	table_add(t, r ? type_label(d->c, r) : type);
	table_add(t, json_str(line, "number"));
	table_add(t, short_id(d, line, "rec"));
	table_add(t, why_of(d, line));
}

static void add_file(struct desk *d, struct table *t, const json_t *line)
{
	table_add(t, state_text(d->c, json_str(line, "state")));
	table_add(
		t, text_of(d->c, T_RP_FILE_OF, json_str(line, "media"), NULL));
	table_add(t, "");
	table_add(t, short_id(d, line, "rec"));
	table_add(t, why_of(d, line));
}

void report_print(struct desk *d, const json_t *report)
{
	static const enum text_id heads[] = {
		T_C_STATE, T_C_TYPE, T_C_CASE, T_C_ID, T_C_WHY, T_COUNT};
	const json_t *records = json_object_get(report, "records");
	const json_t *files = json_object_get(report, "files");
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(records); i++)
		add_record(d, t, json_array_get(records, i));
	for (size_t i = 0; i < json_array_size(files); i++)
		add_file(d, t, json_array_get(files, i));
	if (!json_array_size(records) && !json_array_size(files))
		return;
	out_line(d->c, "");
	table_print(t);
}
