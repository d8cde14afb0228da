/*
 * v_import.c - casebridge import: the list a station already keeps becomes
 * persons and cases.
 *
 * Every row is judged by itself: new, known, a duplicate, or refused with the
 * column and the reason. What is taken goes to the outbox in one transaction,
 * person and case of a row as one group, so that no case arrives without its
 * person. A person is the same when the identity number is, or, where one of
 * the two has none, when name and birth date are.
 */
#include "client/cli/columns.h"
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/secret.h"
#include "client/cli/unsent.h"
#include "client/cli/value.h"
#include "client/store/idmap.h"
#include "proto/base/host.h"

#include <string.h>

enum fate { FATE_NEW, FATE_KNOWN, FATE_DUPLICATE, FATE_REFUSED, FATES };

/* What a key stands for: a person, or a case by number or programme. */
struct known {
	struct uuid id;
	const char *shown; /* what the person reading the report recognises */
};

struct row {
	size_t line;
	enum fate fate;
	const char *of;   /* duplicate of */
	const char *head; /* refused: the column */
	struct err why;
	struct uuid person;
	struct uuid rec;           /* the case */
	const json_t *person_body; /* NULL: the person is known */
	const json_t *case_body;
};

struct import {
	struct desk *d;
	struct idmap known; /* hash of a key → struct known * */
	const struct rtype *person;
	const struct rtype *of_case;
	struct column column[CSV_COLUMNS];
	json_t *ignored;
	struct row *row;
	size_t n;
	int64_t count[FATES];
};

/* ---- who is known ---- */

static void release_known(void *p)
{
	idmap_clear(p);
}

static struct uuid key_of(
	struct cli *c, char kind, const char *a, const char *b)
{
	const char *text = arena_printf(c->mem, "%c|%s|%s", kind, a, b);
	struct sha256 h = sha256_of(text, strlen(text));
	struct uuid out;

	memcpy(out.b, h.b, sizeof(out.b));
	return out;
}

static const struct known *find(
	const struct import *m, char kind, const char *a, const char *b)
{
	struct uuid key = key_of(m->d->c, kind, a, b);

	return idmap_get(&m->known, &key);
}

static void remember(struct import *m, char kind, const char *a, const char *b,
	const struct uuid *id, const char *shown)
{
	struct uuid key = key_of(m->d->c, kind, a, b);
	struct known *k;

	if (idmap_get(&m->known, &key))
		return;
	k = ARENA_NEW(m->d->c->mem, struct known);
	k->id = *id;
	k->shown = shown;
	idmap_put(&m->known, &key, k);
}

static const char *id_text(struct cli *c, const struct uuid *id)
{
	return uuid_format(id, arena_alloc(c->mem, UUID_TEXT));
}

static void remember_person(struct import *m, const struct uuid *id,
	const json_t *body, const char *shown)
{
	const char *number = json_str(body, "id_number");
	const char *name = json_str(body, "name");
	const char *birth = json_str(body, "birth");

	if (number)
		remember(m, 'i', number, "", id, shown);
	/* With and without a number: a list may lack what the store has. */
	if (name && birth)
		remember(m, number ? 'n' : 'o', name, birth, id, shown);
}

static void remember_case(struct import *m, const struct uuid *id,
	const json_t *body, const char *shown)
{
	const char *number = json_str(body, "number");
	const char *person = json_str(body, "person");
	const char *programme = json_str(body, "programme");

	if (number)
		remember(m, 'c', number, "", id, shown);
	if (person && !json_str(body, "closed"))
		remember(m, 'p', person, programme ? programme : "", id, shown);
}

static void remember_record(struct import *m, const struct uuid *id)
{
	struct cli *c = m->d->c;
	struct err ignored;
	struct seen one;
	const char *number;

	if (!view_record(desk_view(m->d), id, c->mem, &one, &ignored) ||
		one.r.state == STATE_RETRACTED)
		return;
	number = json_str(one.body, "number");
	if (strcmp(one.type, "person") == 0)
		remember_person(m, id, one.body, id_text(c, id));
	else if (strcmp(one.type, "case") == 0)
		remember_case(
			m, id, one.body, number ? number : id_text(c, id));
}

static void remember_store(struct import *m)
{
	struct store *s = m->d->s;

	for (size_t i = 0; i < store_unit_count(s); i++) {
		const struct unit *u = store_unit_at(s, i);

		/* A person's and a case's own record carry the unit's id. */
		if (store_held(s, &u->id, NULL))
			remember_record(m, &u->id);
	}
	for (size_t i = 0; i < store_work_count(s); i++)
		if (!store_held(s, &store_work_at(s, i)->rec, NULL))
			remember_record(m, &store_work_at(s, i)->rec);
}

/* ---- one row ---- */

static const struct known *find_person(
	const struct import *m, const json_t *body)
{
	const char *number = json_str(body, "id_number");
	const char *name = json_str(body, "name");
	const char *birth = json_str(body, "birth");
	const struct known *k = NULL;

	if (number)
		k = find(m, 'i', number, "");
	if (!k && name && birth)
		k = find(m, 'o', name, birth);
	if (!k && !number && name && birth)
		k = find(m, 'n', name, birth);
	return k;
}

static const char *head_of(const struct import *m, const char *field)
{
	for (size_t i = 0; i < CSV_COLUMNS; i++)
		if (m->column[i].field &&
			strcmp(m->column[i].field->name, field) == 0)
			return m->column[i].head;
	return field;
}

static void refuse(struct import *m, struct row *r, const struct err *e)
{
	r->fate = FATE_REFUSED;
	r->why = *e;
	r->head = head_of(m, e->field);
}

static bool read_cells(struct import *m, const struct csv_row *in,
	json_t *person, json_t *of_case, struct err *e)
{
	for (size_t i = 0; i < in->n && i < CSV_COLUMNS; i++) {
		const struct column *col = &m->column[i];

		if (col->of == OF_NOTHING)
			continue;
		if (!columns_put(m->d, col, in->cell[i],
			    col->of == OF_PERSON ? person : of_case, e))
			return false;
	}
	return columns_finish(person, e);
}

static void usual(json_t *body, const char *key, const char *value)
{
	if (!json_object_get(body, key))
		json_object_set_new(body, key, json_string(value));
}

static bool fill_case(struct import *m, json_t *of_case,
	const struct uuid *person, struct err *e)
{
	struct cli *c = m->d->c;
	const struct field *f = rtype_field(m->of_case, "programme");
	struct date today = time_day_cn(host_now_ms());
	char text[DATE_TEXT];
	json_t *v;

	usual(of_case, "phase", "referral_in");
	usual(of_case, "opened", date_format(&today, text));
	usual(of_case, "home_site", desk_reader(m->d, "site"));
	json_object_set_new(of_case, "person", json_string(id_text(c, person)));
	if (!c->option[O_PROGRAMME] || json_object_get(of_case, "programme"))
		return true;
	v = value_parse(m->d, f, c->option[O_PROGRAMME], e);
	if (v)
		json_object_set_new(of_case, "programme", v);
	return v != NULL;
}

/* An open case of this person in this programme, or one of this number. */
static const struct known *find_case(
	const struct import *m, const json_t *of_case)
{
	const char *number = json_str(of_case, "number");
	const char *programme = json_str(of_case, "programme");
	const struct known *k = number ? find(m, 'c', number, "") : NULL;

	return k ? k
		 : find(m, 'p', json_str(of_case, "person"),
			   programme ? programme : "");
}

static bool checks_out(struct import *m, const struct row *r,
	const json_t *person, const json_t *of_case, struct err *e)
{
	const struct catalogue *c = m->d->catalogue;

	return (r->fate == FATE_KNOWN ||
		       record_check(c, m->person, person, false, e)) &&
	       record_check(c, m->of_case, of_case, false, e) &&
	       phase_may_start(json_str(of_case, "phase"), e);
}

static void judge(struct import *m, const struct csv_row *in, struct row *r)
{
	struct cli *c = m->d->c;
	json_t *person = json_keep(json_object(), c->mem);
	json_t *of_case = json_keep(json_object(), c->mem);
	const struct known *k;
	const char *here;
	struct err e;

	r->line = in->line;
	r->rec = uuid_new();
	if (!read_cells(m, in, person, of_case, &e)) {
		refuse(m, r, &e);
		return;
	}
	k = find_person(m, person);
	r->fate = k ? FATE_KNOWN : FATE_NEW;
	r->person = k ? k->id : uuid_new();
	if (!fill_case(m, of_case, &r->person, &e) ||
		!checks_out(m, r, person, of_case, &e)) {
		refuse(m, r, &e);
		return;
	}
	k = find_case(m, of_case);
	if (k) {
		r->fate = FATE_DUPLICATE;
		r->of = k->shown;
		return;
	}
	r->person_body = r->fate == FATE_NEW ? person : NULL;
	r->case_body = of_case;
	here = text_of(
		c, T_F_DUPLICATE_ROW, number_text(c, (int64_t)r->line), NULL);
	remember_person(m, &r->person, person, here);
	remember_case(m, &r->rec, of_case, here);
}

/* ---- saving ---- */

static bool save_row(struct import *m, struct row *r, struct err *e)
{
	static const struct uuid nil;
	struct view *v = desk_view(m->d);
	struct uuid tx = uuid_new();
	json_t *body;

	if (!r->case_body)
		return true;
	if (r->person_body) {
		body = (json_t *)(uintptr_t)r->person_body;
		if (!outbox_create(
			    v, m->person, &nil, body, &tx, &r->person, e))
			return false;
	}
	body = (json_t *)(uintptr_t)r->case_body;
	return outbox_create(v, m->of_case, &nil, body,
		r->person_body ? &tx : NULL, &r->rec, e);
}

static bool save(struct import *m, struct err *e)
{
	struct store *s = m->d->s;

	if (cli_flag(m->d->c, O_DRY_RUN) ||
		!(m->count[FATE_NEW] + m->count[FATE_KNOWN]))
		return true;
	desk_view(m->d);
	if (!store_begin(s, e))
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (!save_row(m, &m->row[i], e)) {
			store_rollback(s);
			return false;
		}
	return store_commit(s, e);
}

/* ---- the report ---- */

static const char *fate_text(struct cli *c, const struct row *r)
{
	struct buf b;
	const char *why;

	switch (r->fate) {
	case FATE_NEW:
		return text_raw(c->lang, T_F_NEW);
	case FATE_KNOWN:
		return text_raw(c->lang, T_F_NEW_CASE);
	case FATE_DUPLICATE:
		return text_of(c, T_F_DUPLICATE, r->of, NULL);
	case FATE_REFUSED:
	case FATES:
		break;
	}
	buf_init(&b, 4096);
	err_sentence(&r->why, c->lang, &b);
	why = arena_printf(c->mem, "%s: %s", r->head, b.p ? b.p : "");
	buf_free(&b);
	return text_of(c, T_F_REFUSED, why, NULL);
}

static const char *const fate_names[] = {
	"new", "known_person", "duplicate", "refused"};

static json_t *row_json(struct cli *c, const struct row *r)
{
	json_t *out = json_pack("{s:I, s:s, s:s}", "row", (json_int_t)r->line,
		"fate", fate_names[r->fate], "text", fate_text(c, r));

	if (r->case_body)
		json_object_set_new(
			out, "case", json_string(id_text(c, &r->rec)));
	if (r->of)
		json_object_set_new(out, "of", json_string(r->of));
	if (r->fate == FATE_REFUSED) {
		json_object_set_new(out, "column", json_string(r->head));
		json_object_set_new(
			out, "code", json_string(err_name(r->why.code)));
	}
	return out;
}

static void report_json(struct import *m)
{
	struct cli *c = m->d->c;
	json_t *rows = json_array();

	for (size_t i = 0; i < m->n; i++)
		json_array_append_new(rows, row_json(c, &m->row[i]));
	out_json(c,
		json_pack("{s:o, s:I, s:I, s:I, s:b, s:O, s:I}", "rows", rows,
			"new",
			(json_int_t)(m->count[FATE_NEW] + m->count[FATE_KNOWN]),
			"duplicate", (json_int_t)m->count[FATE_DUPLICATE],
			"refused", (json_int_t)m->count[FATE_REFUSED],
			"dry_run", (int)cli_flag(c, O_DRY_RUN), "ignored",
			m->ignored, "waiting", (json_int_t)desk_waiting(m->d)));
}

static void report(struct import *m)
{
	static const enum text_id heads[] = {T_C_ROW, T_C_FATE, T_COUNT};
	struct cli *c = m->d->c;
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < m->n; i++) {
		table_add(t, number_text(c, (int64_t)m->row[i].line));
		table_add(t, fate_text(c, &m->row[i]));
	}
	table_print(t);
	for (size_t i = 0; i < json_array_size(m->ignored); i++)
		out_line(c, text_of(c, T_IGNORED_COLUMN,
				    json_string_value(
					    json_array_get(m->ignored, i)),
				    NULL));
	out_line(c, text_of(c, T_IMPORTED, number_text(c, (int64_t)m->n),
			    number_text(c,
				    m->count[FATE_NEW] + m->count[FATE_KNOWN]),
			    number_text(c, m->count[FATE_DUPLICATE]),
			    number_text(c, m->count[FATE_REFUSED]), NULL));
	if (cli_flag(c, O_DRY_RUN))
		out_line(c, text_raw(c->lang, T_DRY_RUN));
}

/* ---- a list ---- */

static bool import_list(
	struct desk *d, const char *name, struct str bytes, struct err *e)
{
	struct import *m = ARENA_NEW(d->c->mem, struct import);
	struct csv table;

	if (!csv_parse(d->c, name, bytes, &table, e))
		return false;
	m->d = d;
	m->person = catalogue_type(d->catalogue, "person");
	m->of_case = catalogue_type(d->catalogue, "case");
	m->ignored = json_keep(json_array(), d->c->mem);
	idmap_init(&m->known);
	arena_adopt(d->c->mem, &m->known, release_known);
	if (!table.n)
		return err_field(e, ERR_BAD_FILE, name, "%s",
			text_raw(d->c->lang, T_NOT_A_LIST));
	if (!columns_read(d, name, &table.row[0], m->column, m->ignored, e))
		return false;
	remember_store(m);
	m->n = table.n - 1;
	m->row = ARENA_ARRAY(d->c->mem, struct row, m->n + 1);
	for (size_t i = 0; i < m->n; i++) {
		judge(m, &table.row[i + 1], &m->row[i]);
		m->count[m->row[i].fate]++;
	}
	if (!save(m, e))
		return false;
	if (d->c->json)
		report_json(m);
	else
		report(m);
	d->c->exit_code = m->count[FATE_REFUSED] > 0;
	return true;
}

/* ---- unsent work that was exported ---- */

static bool take_back(struct desk *d, const json_t *changes, int64_t *taken,
	int64_t *here, struct err *e)
{
	for (size_t i = 0; i < json_array_size(changes); i++) {
		json_t *change = json_array_get(changes, i);
		const char *text = json_str(change, "id");
		struct uuid id;

		if (text && uuid_parse(text, &id) && store_work(d->s, &id)) {
			(*here)++;
			continue;
		}
		if (!store_work_add(d->s, json_deep_copy(change), e))
			return false;
		(*taken)++;
	}
	return true;
}

static bool import_unsent(
	struct desk *d, const char *name, struct str bytes, struct err *e)
{
	struct cli *c = d->c;
	json_t *doc = unsent_read(c->mem, name, bytes, d->passphrase, e);
	const json_t *changes = json_object_get(doc, "changes");
	int64_t taken = 0, here = 0;

	if (!doc || !store_begin(d->s, e))
		return false;
	if (!take_back(d, changes, &taken, &here, e)) {
		store_rollback(d->s);
		return false;
	}
	if (!store_commit(d->s, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:I, s:I, s:I}", "taken",
				    (json_int_t)taken, "here", (json_int_t)here,
				    "waiting", (json_int_t)desk_waiting(d)));
	else
		out_line(c, text_of(c, T_TAKEN_BACK, number_text(c, taken),
				    number_text(c, here), NULL));
	return true;
}

bool verb_import(struct cli *c, struct err *e)
{
	struct str bytes;
	struct desk *d;
	bool too_big;

	if (!file_read(c->arg[0], CSV_MAX, c->mem, &bytes, &too_big))
		return err_field(e, ERR_BAD_FILE, c->arg[0], "%s",
			text_raw(c->lang, too_big ? T_TOO_BIG : T_NOT_THERE));
	d = desk_open(c, true, e);
	if (!d)
		return false;
	if (unsent_is(bytes))
		return import_unsent(d, c->arg[0], bytes, e);
	return import_list(d, c->arg[0], bytes, e);
}
