/*
 * programme_days.c - the days of a programme pack: events, what falls due, what
 * counts as done (programme_in.h).
 */
#include "proto/programme_in.h"

#include <string.h>

#define START_MAX 4 /* levels of latest and earliest */

static const char *const untils[] = {"closed", "ended", NULL};
/* Days that are known of every case. */
static const char *const known_days[] = {"birth", "deceased", "opened",
	"closed", "admitted", "contract_end", NULL};

static bool is_day(enum field_kind k)
{
	return k == KIND_DATE || k == KIND_PARTIAL_DATE || k == KIND_TIME;
}

/* An answer that is a day: {"form","field"}. */
static void check_event(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place in = place_key(at, "form"), to = place_key(at, "field");
	const char *field = json_str(v, "field");
	const json_t *sheet, *q;

	if (!json_str(v, "form") || !field)
		return;
	sheet = programme_needs_form(r, json_object_get(v, "form"), &in);
	q = form_question(sheet, NULL, field);
	if (sheet && !q)
		grammar_wrong(r, &to, MISTAKE_UNKNOWN_FIELD, field, "-");
	else if (q && !is_day(form_kind(q)))
		grammar_wrong(r, &to, MISTAKE_BAD_VALUE, field,
			"kind: date partial_date time");
}

/* clang-format off */
static const struct grammar_key event_keys[] = {
	{.key = "form", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "field", .kind = GRAMMAR_NAME, .needed = true},
};
/* clang-format on */
static const struct grammar event = {KEYS(event_keys), .also = check_event};

static bool in_words(const char *const *words, const char *s)
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}

void programme_are_events(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const char *name;
	json_t *one;

	if (!json_is_object(v))
		grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "{…}");
	json_object_foreach((json_t *)(uintptr_t)v, name, one)
	{
		struct place in = place_key(at, name);

		if (!grammar_is_name(name) || in_words(known_days, name))
			grammar_wrong(r, &in, MISTAKE_BAD_NAME, name,
				"a-z 0-9 _; not one of: %s",
				grammar_words(r->out->mem, known_days));
		grammar_check(r, &event, one, &in);
	}
}

static void is_event(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const char *name = json_string_value(v);
	const json_t *own = json_object_get(programme_of(r)->pack, "events");

	if (!json_object_get(own, name) && !in_words(known_days, name))
		grammar_wrong(r, at, MISTAKE_UNKNOWN_EVENT, name, "%s, events",
			grammar_words(r->out->mem, known_days));
}

/* An amount of time; the word for what is missing names them all. */
static void check_amount(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	if (json_object_size(v) == 0)
		grammar_wrong(r, at, MISTAKE_EMPTY, NULL, "-");
}

#define AMOUNT(name, most)                                                     \
	{                                                                      \
		.key = (name), .kind = GRAMMAR_INT, .min = -(most),            \
		.max = (most)                                                  \
	}
#define LENGTH(name, most)                                                     \
	{                                                                      \
		.key = (name), .kind = GRAMMAR_INT, .min = 1, .max = (most)    \
	}
static const struct grammar_key amount_keys[] = {AMOUNT("days", 3660),
	AMOUNT("weeks", 520), AMOUNT("months", 240), AMOUNT("years", 60),
	AMOUNT("working_days", 250)};
static const struct grammar amount = {KEYS(amount_keys), .also = check_amount};
/* How often, how long: more than nothing. */
static const struct grammar_key length_keys[] = {LENGTH("days", 3660),
	LENGTH("weeks", 520), LENGTH("months", 240), LENGTH("years", 60),
	LENGTH("working_days", 250)};
static const struct grammar length = {KEYS(length_keys), .also = check_amount};

static void check_start(
	struct grammar_run *r, const json_t *v, const struct place *at);
static void are_starts(
	struct grammar_run *r, const json_t *v, const struct place *at);

/* clang-format off */
static const struct grammar_key start_keys[] = {
	{.key = "of", .kind = GRAMMAR_NAME, .also = is_event},
	{.key = "add", .kind = GRAMMAR_OBJECT, .of = &amount},
	{.key = "latest", .also = are_starts},
	{.key = "earliest", .also = are_starts},
};
/* clang-format on */
static const struct grammar start = {KEYS(start_keys), .also = check_start};
static const struct grammar_key start_list = {
	.kind = GRAMMAR_LIST, .min = 1, .max = 10, .of = &start};

static void are_starts(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	if (programme_of(r)->deep == START_MAX) {
		grammar_wrong(r, at, MISTAKE_TOO_DEEP, NULL, "%d", START_MAX);
		return;
	}
	programme_of(r)->deep++;
	grammar_value(r, &start_list, v, at);
	programme_of(r)->deep--;
}

static void check_start(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	size_t n = 0;

	n += json_object_get(v, "of") != NULL;
	n += json_object_get(v, "latest") != NULL;
	n += json_object_get(v, "earliest") != NULL;
	if (n == 0)
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "of", "-");
	if (n > 1)
		grammar_wrong(r, at, MISTAKE_TOO_MANY, "of", "1");
}

static void are_service_kinds(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	static const struct grammar_key many = {
		.kind = GRAMMAR_NAMES, .max = 60};

	if (json_is_string(v)) {
		programme_is_code_of(r, "service_kind", json_string_value(v),
			MISTAKE_UNKNOWN_CODE, at);
		return;
	}
	grammar_value(r, &many, v, at);
	programme_are_codes_of(r, "service_kind", v, at);
}

/* The keys that look at the answers of a form. */
static void check_done_by_form(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	static const struct grammar_key where = {
		.also = programme_is_answer_condition};
	struct place in = place_key(at, "form"), cond = place_key(at, "where");
	struct place to = place_key(at, "date"), many = place_key(at, "rows");
	const char *rows = json_str(v, "rows"), *date = json_str(v, "date");
	const json_t *sheet =
		programme_needs_form(r, json_object_get(v, "form"), &in);
	const json_t *row = form_question(sheet, NULL, rows), *q;

	if (sheet && rows && (!row || !form_is_rows(row)))
		grammar_wrong(r, &many, MISTAKE_UNKNOWN_FIELD, rows, "-");
	q = form_question(sheet, row ? rows : NULL, date);
	if (sheet && date && !q)
		grammar_wrong(r, &to, MISTAKE_UNKNOWN_FIELD, date, "-");
	else if (q && !is_day(form_kind(q)))
		grammar_wrong(r, &to, MISTAKE_BAD_VALUE, date,
			"kind: date partial_date time");
	if (json_object_get(v, "where"))
		programme_with_form(r, sheet, row, &where,
			json_object_get(v, "where"), &cond);
}

static void check_done_by(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	static const char *const ways[] = {"form", "instrument", "service"};
	static const char *const sheet_only[] = {"rows", "where", "date"};
	bool sheet = json_object_get(v, "form") != NULL;
	struct place stray;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		n += json_object_get(v, ways[i]) != NULL;
	if (n == 0)
		grammar_wrong(r, at, MISTAKE_MISSING_KEY,
			"form, instrument, service (1)", "-");
	if (n > 1)
		grammar_wrong(r, at, MISTAKE_TOO_MANY, NULL, "1");
	for (size_t i = 0; i < ARRAY_LEN(sheet_only) && !sheet; i++) {
		stray = place_key(at, sheet_only[i]);
		if (json_object_get(v, sheet_only[i]))
			grammar_wrong(r, &stray, MISTAKE_UNKNOWN_KEY,
				sheet_only[i], "form");
	}
	stray = place_key(at, "timepoint");
	if (json_object_get(v, "timepoint") &&
		!json_object_get(v, "instrument"))
		grammar_wrong(r, &stray, MISTAKE_UNKNOWN_KEY, "timepoint",
			"instrument");
	if (json_is_string(json_object_get(v, "form")))
		check_done_by_form(r, v, at);
}

/* clang-format off */
static const struct grammar_key done_keys[] = {
	{.key = "form", .kind = GRAMMAR_NAME},
	{.key = "rows", .kind = GRAMMAR_NAME},
	{.key = "where"},
	{.key = "date", .kind = GRAMMAR_NAME},
	{.key = "instrument", .kind = GRAMMAR_NAME, .also = programme_is_instrument},
	{.key = "timepoint", .kind = GRAMMAR_NAME, .also = programme_is_timepoint},
	{.key = "service", .also = are_service_kinds},
};
static const struct grammar done_by = {KEYS(done_keys), .also = check_done_by};

static const struct grammar_key schedule_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "start", .kind = GRAMMAR_OBJECT, .needed = true, .of = &start},
	{.key = "every", .kind = GRAMMAR_OBJECT, .of = &length},
	{.key = "times", .kind = GRAMMAR_INT, .min = 1, .max = 400},
	{.key = "window", .kind = GRAMMAR_OBJECT, .of = &length},
	{.key = "until", .kind = GRAMMAR_WORD, .words = untils},
	{.key = "if", .also = programme_is_case_condition},
	{.key = "done_by", .kind = GRAMMAR_OBJECT, .of = &done_by},
};
const struct grammar programme_due = {KEYS(schedule_keys), .labelled = true};
/* clang-format on */
