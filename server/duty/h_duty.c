/*
 * h_duty.c - see duty.h.
 */
#include "server/duty/duty.h"

#include "proto/base/timeutil.h"
#include "proto/base/utf8.h"
#include "proto/types.h"
#include "server/access/access.h"
#include "server/audit/audit.h"
#include "server/db/columns.h"

#include <string.h>

static const struct {
	const char *name;
	enum access_act act;
} kinds[] = {
	{"request",  ACT_REQUEST },
	{"impact",   ACT_IMPACT  },
	{"incident", ACT_INCIDENT},
};
#define KIND_REQUEST 0

/* ---- who ---- */

struct desk {
	const char *kind[ARRAY_LEN(kinds)]; /* that are shown */
	size_t n;
	bool keeps[ARRAY_LEN(kinds)]; /* that the reader writes */
	bool audits;
	const struct uuid *site; /* NULL: everywhere */
};

/* What the reader keeps or audits; ERR_FORBIDDEN when neither. */
static bool find_desk(struct req *r, struct desk *d, struct err *e)
{
	struct err none = {0};
	const struct uuid *site = NULL;

	memset(d, 0, sizeof(*d));
	d->audits = access_act(&r->reader, ACT_TRAIL, &site, &none);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		d->keeps[k] =
			access_act(&r->reader, kinds[k].act, &site, &none);
		if (d->keeps[k])
			d->site = site;
		if (d->keeps[k] || d->audits)
			d->kind[d->n++] = kinds[k].name;
	}
	return d->n || err_field(e, ERR_FORBIDDEN, "duties", "%s",
			       role_name(r->reader.role));
}

/* ---- what is given ---- */

/* A code of a list, for entries of that kind. */
static bool read_code(struct req *r, const char *member, const char *codes,
	const char *kind, const char **out, struct err *e)
{
	const struct code_list *list = catalogue_codes(r->catalogue, codes);
	const json_t *item;

	*out = json_str(r->json, member);
	item = *out && list ? code_list_item(list, *out) : NULL;
	return (item && json_holds(json_object_get(item, "of"), kind)) ||
	       err_field(e, ERR_BAD_CODE, member, "%s", codes);
}

static bool read_words(struct req *r, const char **out, struct err *e)
{
	size_t n;

	*out = json_str(r->json, "words");
	n = *out ? utf8_count(*out) : 0;
	return (n >= 1 && n <= LIMIT_DUTY_WORDS) ||
	       err_field(e, ERR_MISSING, "words", "1-%d", LIMIT_DUTY_WORDS);
}

static bool read_day(struct req *r, const char *member, struct date *day,
	const char **out, struct err *e)
{
	*out = json_str(r->json, member);
	return (*out && date_parse(*out, day)) ||
	       err_field(e, ERR_BAD_DATE, member, "YYYY-MM-DD");
}

struct entry {
	size_t kind;
	const char *matter, *number, *opened_on, *due_on, *words;
};

static bool read_number(struct req *r, struct entry *n, struct err *e)
{
	n->number = json_str(r->json, "number");
	if (n->number && !*n->number)
		n->number = NULL;
	if (n->number && (n->kind != KIND_REQUEST ||
				 utf8_count(n->number) > LIMIT_DUTY_NUMBER))
		return err_field(e, ERR_OUT_OF_RANGE, "number", "request, 1-%d",
			LIMIT_DUTY_NUMBER);
	return true;
}

static bool read_entry(struct req *r, struct entry *n, struct err *e)
{
	const char *kind = json_str(r->json, "kind");
	struct date opened, due;

	if (!json_only(r->json, "kind matter number opened_on due_on words", e))
		return false;
	while (n->kind < ARRAY_LEN(kinds) &&
		(!kind || strcmp(kinds[n->kind].name, kind) != 0))
		n->kind++;
	if (n->kind == ARRAY_LEN(kinds))
		return err_field(
			e, ERR_BAD_CODE, "kind", "request, impact, incident");
	if (!read_code(r, "matter", "duty_matter", kind, &n->matter, e) ||
		!read_number(r, n, e) ||
		!read_day(r, "opened_on", &opened, &n->opened_on, e) ||
		!read_day(r, "due_on", &due, &n->due_on, e) ||
		!read_words(r, &n->words, e))
		return false;
	return date_cmp(&due, &opened) >= 0 ||
	       err_field(e, ERR_BAD_ORDER, "due_on", ">= opened_on");
}

/* ---- shown ---- */

static const struct column entry_columns[] = {
	{NULL, "id",        COLUMN_ID,   NULL},
	{NULL, "kind",      COLUMN_TEXT, NULL},
	{NULL, "matter",    COLUMN_TEXT, NULL},
	{NULL, "site",      COLUMN_ID,   NULL},
	{NULL, "site_name", COLUMN_TEXT, NULL},
	{NULL, "number",    COLUMN_TEXT, NULL},
	{NULL, "opened_on", COLUMN_TEXT, NULL},
	{NULL, "due_on",    COLUMN_TEXT, NULL},
	{NULL, "words",     COLUMN_TEXT, NULL},
	{NULL, "by",        COLUMN_ID,   NULL},
	{NULL, "by_name",   COLUMN_TEXT, NULL},
	{NULL, "at",        COLUMN_TIME, NULL},
	{NULL, "closed_at", COLUMN_TIME, NULL},
	{NULL, "late",      COLUMN_FLAG, NULL},
};
static const struct column step_columns[] = {
	{NULL, "step",    COLUMN_TEXT, NULL},
	{NULL, "words",   COLUMN_TEXT, NULL},
	{NULL, "by",      COLUMN_ID,   NULL},
	{NULL, "by_name", COLUMN_TEXT, NULL},
	{NULL, "at",      COLUMN_TIME, NULL},
};

/* Words about a client are not for who audits only. */
static void hide_words(json_t *o)
{
	json_object_set_new(o, "words", json_null());
	json_object_set_new(o, "number", json_null());
}

/* The steps stand in the order of the entries' ids. */
static void add_steps(struct req *r, json_t *entry, const struct uuid *id,
	bool hidden, const struct db_rows *steps)
{
	json_t *all = columns_json(
		r->mem, steps, step_columns, ARRAY_LEN(step_columns));
	json_t *mine = json_array();

	for (int i = 0; i < db_count(steps); i++) {
		struct uuid of = db_get_uuid(steps, i, "entry");
		json_t *one = json_array_get(all, (size_t)i);

		if (uuid_cmp(&of, id) != 0)
			continue;
		if (hidden)
			hide_words(one);
		json_array_append(mine, one);
	}
	json_decref(all);
	json_object_set_new(entry, "steps", mine);
}

static bool find_steps(struct req *r, const struct db_rows *entries,
	struct db_rows **steps, struct err *e)
{
	size_t n = (size_t)db_count(entries);
	struct uuid *ids = ARENA_ARRAY(r->mem, struct uuid, n + 1);
	struct db_args a;

	for (size_t i = 0; i < n; i++)
		ids[i] = db_get_uuid(entries, (int)i, "id");
	db_args_init(&a, r->mem);
	db_uuids(&a, ids, n);
	return db_run(r->db, Q_DUTY_STEPS, &a, steps, e);
}

static json_t *entries_json(struct req *r, const struct desk *d,
	const struct db_rows *entries, const struct db_rows *steps)
{
	json_t *list = columns_json(
		r->mem, entries, entry_columns, ARRAY_LEN(entry_columns));

	for (int i = 0; i < db_count(entries); i++) {
		json_t *one = json_array_get(list, (size_t)i);
		struct uuid id = db_get_uuid(entries, i, "id");
		bool hidden = !d->keeps[KIND_REQUEST] &&
			      strcmp(json_str(one, "kind"),
				      kinds[KIND_REQUEST].name) == 0;

		if (hidden)
			hide_words(one);
		add_steps(r, one, &id, hidden, steps);
	}
	return list;
}

static json_t *kept_json(const struct desk *d)
{
	json_t *out = json_array();

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		if (d->keeps[k])
			json_array_append_new(out, json_string(kinds[k].name));
	return out;
}

/* ?all=yes, closed ones too → {"rows":[{…,"steps":[…]}],"keeps":[kind…]} */
bool duties_get(struct req *r, struct err *e)
{
	struct db_rows *entries, *steps;
	struct desk d;
	struct db_args a;
	json_t *list;
	int all;

	if (!req_query_word(r, "all", "yes", &all, e) || !find_desk(r, &d, e) ||
		!db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_texts(&a, d.kind, d.n);
	db_uuid(&a, d.site);
	db_bool(&a, all == 0);
	db_int(&a, LIMIT_DUTY_LINES);
	if (!db_run(r->db, Q_DUTY_LIST, &a, &entries, e) ||
		!find_steps(r, entries, &steps, e))
		return false;
	list = json_keep(entries_json(r, &d, entries, steps), r->mem);
	return audit_end(r, "duties", "ok", NULL, 0, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:O, s:o}", "rows", list, "keeps",
			       kept_json(&d)));
}

/* ---- written ---- */

static bool put_entry(
	struct req *r, const struct entry *n, struct uuid *id, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_text(&a, kinds[n->kind].name);
	db_text(&a, n->matter);
	db_text(&a, n->number);
	db_text(&a, n->opened_on);
	db_text(&a, n->due_on);
	db_text(&a, n->words);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_DUTY_ADD, &a, &rows, e))
		return false;
	*id = db_get_uuid(rows, 0, "id");
	return true;
}

/* {"kind","matter","number"?,"opened_on","due_on","words"} → 201 {"id"} */
bool duty_post(struct req *r, struct err *e)
{
	struct entry n = {0};
	char text[UUID_TEXT];
	const struct uuid *site;
	struct uuid id;

	if (!read_entry(r, &n, e) ||
		!access_act(&r->reader, kinds[n.kind].act, &site, e) ||
		!db_begin_system(r->db, e) || !put_entry(r, &n, &id, e) ||
		!audit_end(r,
			arena_printf(r->mem, "duty %s", kinds[n.kind].name),
			"ok", &id, 1, e))
		return false;
	return req_reply_json(
		r, 201, json_pack("{s:s}", "id", uuid_format(&id, text)));
}

/* An entry something is said about. */
struct found {
	const char *kind;
	int64_t steps;
	bool of_deletion;
	int64_t cases; /* that its number names; 2: or more */
	struct uuid case_id;
};

static void take_entry(const struct db_rows *rows, struct found *f)
{
	f->steps = db_get_int(rows, 0, "steps");
	f->of_deletion = strcmp(f->kind, kinds[KIND_REQUEST].name) == 0 &&
			 strcmp(db_get_text(rows, 0, "matter"), "delete") == 0;
	f->cases = db_get_int(rows, 0, "cases");
	if (f->cases == 1)
		f->case_id = db_get_uuid(rows, 0, "case");
}

/* The entry, of a kind and at a site the reader keeps. */
static bool find_entry(
	struct req *r, const struct uuid *id, struct found *f, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct desk d;

	if (!find_desk(r, &d, e) || !db_begin_system(r->db, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	if (!db_run(r->db, Q_DUTY_GET, &a, &rows, e))
		return false;
	f->kind = db_count(rows) ? db_get_text(rows, 0, "kind") : NULL;
	for (size_t k = 0; f->kind && k < ARRAY_LEN(kinds); k++) {
		struct uuid site = db_get_uuid(rows, 0, "site");

		if (strcmp(kinds[k].name, f->kind) != 0 || !d.keeps[k] ||
			(d.site && uuid_cmp(d.site, &site) != 0))
			continue;
		take_entry(rows, f);
		return !db_get_int(rows, 0, "closed") ||
		       err_field(e, ERR_BAD_STEP, "step", "-");
	}
	return err_field(e, ERR_NOT_FOUND, "id", "-");
}

/* Deletion is granted of a case: the one that has the number now, whoever is
 * given it later. NULL: the step is about none. */
static bool find_granted(const struct found *f, const char *step,
	const struct uuid **case_id, struct err *e)
{
	*case_id = NULL;
	if (!f->of_deletion || strcmp(step, "granted") != 0)
		return true;
	if (f->cases > 1)
		return err_field(e, ERR_BAD_INPUT, "step",
			"以个案标识代替编号的条目（此编号不止一个）" ERR_BOTH
			"an entry with the id of the case for its number: "
			"there is more than one of this number");
	if (f->cases == 1)
		*case_id = &f->case_id;
	return true;
}

static bool put_step(struct req *r, const struct uuid *id, int64_t no,
	const char *step, const char *words, const struct uuid *case_id,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	db_int(&a, no);
	db_text(&a, step);
	db_text(&a, words);
	db_uuid(&a, &r->reader.staff);
	db_uuid(&a, case_id);
	if (!db_run(r->db, Q_DUTY_STEP_ADD, &a, &rows, e))
		return false;
	return db_count(rows) != 0 ||
	       err_set(e, ERR_BUSY, "another step came first");
}

/* {"step","words"} → 201 {"done":true} */
bool duty_step_post(struct req *r, struct err *e)
{
	const struct uuid *case_id;
	const char *step, *words;
	struct found f = {0};
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!json_only(r->json, "step words", e) ||
		!read_words(r, &words, e) || !find_entry(r, &id, &f, e) ||
		!read_code(r, "step", "duty_step", f.kind, &step, e) ||
		!find_granted(&f, step, &case_id, e) ||
		!put_step(r, &id, f.steps + 1, step, words, case_id, e))
		return false;
	return audit_end(r, arena_printf(r->mem, "duty_step %s", step), "ok",
		       &id, 1, e) &&
	       req_reply_json(r, 201, json_pack("{s:b}", "done", 1));
}
