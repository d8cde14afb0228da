/*
 * plan.c - see plan.h.
 */
#include "client/import/plan.h"

#include "client/import/batch.h"
#include "client/import/words.h"
#include "proto/base/host.h"

#include <string.h>

#define EVERY_ROWS 64 /* between two calls of progress */

/* A plan in the making. */
struct making {
	const struct plan_job *job;
	struct plan *p;
	struct rows *table;
	struct row *sample;
	size_t sampled;
	struct reading reading; /* whose memory lasts for a row */
	struct value_rules rules;
	struct known_index *known;
	const struct catalogue *catalogue;
	const struct rtype *person;
	const struct rtype *of_case;
	const char *programme; /* code, or NULL */
	struct buf rows;       /* struct plan_row */
	struct buf
		suspects; /* size_t: rows whose number may have lost digits */
	bool lost;        /* one certainly has */
};

static struct arena *mem_of(const struct making *m)
{
	return m->job->r.mem;
}

/* What is read of a row and not kept goes with it. */
static struct arena *row_mem(const struct making *m)
{
	return m->reading.mem;
}

static void release(void *p)
{
	struct making *m = p;

	arena_free(m->reading.mem);
	buf_free(&m->rows);
	buf_free(&m->suspects);
}

/* ---- a row's records ---- */

static const char *id_text(const struct making *m, const struct uuid *id)
{
	return uuid_format(id, arena_alloc(row_mem(m), UUID_TEXT));
}

static void usual(json_t *body, const char *key, const char *value)
{
	if (!json_object_get(body, key))
		json_object_set_new(body, key, json_string(value));
}

static void fill_case(
	const struct making *m, json_t *body, const struct uuid *person)
{
	char today[DATE_TEXT];

	usual(body, "phase", "referral_in");
	usual(body, "opened", date_format(&m->rules.today, today));
	usual(body, "home_site", m->job->site);
	usual(body, "person", id_text(m, person));
	if (m->programme)
		usual(body, "programme", m->programme);
}

static void add_made(struct plan_row *row, const struct making *m,
	const char *type, const struct uuid *id, json_t *body)
{
	struct made *one = &row->made[row->made_count++];

	one->type = catalogue_type(m->catalogue, type);
	one->id = *id;
	one->body = body;
}

/* What hangs on the case, in the order in which it is made. */
static void add_related(const struct making *m, struct draft *d,
	struct plan_row *row, const struct uuid *person)
{
	char today[DATE_TEXT];
	struct uuid id;

	for (size_t i = 0; i < WHO_COUNT; i++) {
		if (!d->relation[i])
			continue;
		id = uuid_new();
		usual(d->relation[i], "subject", id_text(m, person));
		add_made(row, m, "relation", &id, d->relation[i]);
	}
	if (d->flag) {
		id = uuid_new();
		usual(d->flag, "from", date_format(&m->rules.today, today));
		add_made(row, m, "flag", &id, d->flag);
	}
	if (d->consent) {
		id = uuid_new();
		add_made(row, m, "consent", &id, d->consent);
	}
}

static void build(const struct making *m, struct draft *d, struct plan_row *row,
	const struct uuid *person)
{
	row->made = ARENA_ARRAY(row_mem(m), struct made, ROW_RECORDS);
	if (row->fate == FATE_NEW)
		add_made(row, m, "person", person, d->person);
	row->of_case = uuid_new();
	fill_case(m, d->of_case, person);
	add_made(row, m, "case", &row->of_case, d->of_case);
	add_related(m, d, row, person);
}

/* ---- judging ---- */

/* The column a fault of a whole body is about. */
static const char *head_of(
	const struct making *m, const struct made *one, const char *field)
{
	const struct columns *c = &m->p->columns;

	for (size_t i = 0; i < c->n; i++) {
		const struct target *t = c->column[i].target;

		if (t && t->field == rtype_field(one->type, field))
			return c->column[i].head;
	}
	return field;
}

static bool checks_out(const struct making *m, const struct plan_row *row,
	const char **head, struct err *e)
{
	for (size_t i = 0; i < row->made_count; i++) {
		const struct made *one = &row->made[i];

		if (!record_check(
			    m->catalogue, one->type, one->body, false, e) ||
			(one->type == m->of_case &&
				!phase_may_start(
					json_str(one->body, "phase"), e))) {
			*head = head_of(m, one, e->field);
			return false;
		}
	}
	return true;
}

static void refuse(struct making *m, struct plan_row *row, const char *head,
	const struct err *e)
{
	struct err *why = ARENA_NEW(mem_of(m), struct err);

	*why = *e;
	row->fate = FATE_REFUSED;
	row->why = why;
	row->head = head;
	row->made_count = 0;
}

static void skip(struct plan_row *row, const char *of, enum same_by by)
{
	row->fate = FATE_DUPLICATE;
	row->of = of;
	row->by = by;
	row->made_count = 0;
}

/* Whether somebody known is meant; true when that ends the row. */
static bool meet_person(struct making *m, const struct draft *d,
	struct plan_row *row, struct uuid *person)
{
	enum same_by by;
	const struct known *k = known_person(m->known, d->person, &by);
	const char *name = json_str(d->person, "name");

	if (k && !same_is_sure(by)) {
		if (m->job->duplicates == DUPLICATES_SKIP) {
			skip(row, known_shown(m->known, k), by);
			return true;
		}
		if (m->job->duplicates == DUPLICATES_NEW)
			k = NULL;
	}
	row->fate = k ? FATE_KNOWN : FATE_NEW;
	row->by = k ? by : BY_NOTHING;
	*person = k ? k->id : uuid_new();
	if (k && k->name && name && strcmp(k->name, name) != 0)
		row->of = known_shown(m->known, k);
	return false;
}

/* An open case in this programme, or one of this number. */
static bool meet_case(
	struct making *m, const struct draft *d, struct plan_row *row)
{
	enum same_by by;
	const struct known *k = known_case(m->known, d->of_case, &by);

	if (!k || (by == BY_CASE && m->job->duplicates == DUPLICATES_NEW))
		return false;
	skip(row, k->shown, by);
	return true;
}

static void keep_remarks(
	struct making *m, const struct draft *d, struct plan_row *row)
{
	struct remark *copy;

	if (!d->remarks)
		return;
	copy = ARENA_ARRAY(mem_of(m), struct remark, d->remarks);
	for (size_t i = 0; i < d->remarks; i++) {
		copy[i].head = d->remark[i].head;
		copy[i].text = arena_strdup(mem_of(m), d->remark[i].text);
	}
	row->remark = copy;
	row->remarks = d->remarks;
}

/* The bodies outlive the row when they are to be written. */
static void keep_made(struct making *m, struct plan_row *row)
{
	struct made *copy;

	if (m->job->trial || !row->made_count) {
		row->made = NULL;
		return;
	}
	copy = ARENA_ARRAY(mem_of(m), struct made, row->made_count);
	for (size_t i = 0; i < row->made_count; i++) {
		copy[i] = row->made[i];
		json_keep(json_incref(copy[i].body), mem_of(m));
	}
	row->made = copy;
}

static void remember(struct making *m, const struct draft *d,
	const struct plan_row *row, const struct uuid *person)
{
	const char *here = say(mem_of(m), m->job->r.lang, SAY_ROW,
		say_number(mem_of(m), row->line), NULL);

	known_add_person(m->known, person, d->person, here);
	known_add_case(m->known, &row->of_case, d->of_case, here);
}

static void judge(struct making *m, const struct row *in, struct plan_row *row)
{
	struct uuid person;
	const char *head;
	struct draft d;
	struct err e;

	row->line = in->line;
	if (!values_read(&m->rules, in, &d, &head, &e)) {
		m->lost |= d.lost;
		refuse(m, row, head, &e);
		return;
	}
	if (meet_person(m, &d, row, &person))
		return;
	if (row->of)
		draft_remark(&d, "",
			say(row_mem(m), m->job->r.lang, SAY_OTHER_NAME, row->of,
				NULL));
	row->of = NULL;
	build(m, &d, row, &person);
	if (!checks_out(m, row, &head, &e)) {
		refuse(m, row, head, &e);
		return;
	}
	if (meet_case(m, &d, row))
		return;
	keep_remarks(m, &d, row);
	remember(m, &d, row, &person);
	if (d.suspect) {
		size_t at = m->rows.n / sizeof(struct plan_row);

		buf_add(&m->suspects, &at, sizeof(at));
	}
}

/* ---- rows ---- */

/* Long lists repeat their heads on every page. */
static bool is_heads(const struct making *m, const struct row *in)
{
	const struct header *h = &m->p->header;
	size_t same = 0;

	for (size_t i = 0; i < in->n && i < h->n; i++) {
		if (in->cell[i].kind == CELL_EMPTY)
			continue;
		if (!head_same(in->cell[i].text, h->head[i]))
			return false;
		same++;
	}
	return same > 1 && !h->none;
}

static void add_row(struct making *m, const struct row *in)
{
	struct plan_row row;

	if (is_heads(m, in)) {
		m->p->repeated++;
		return;
	}
	memset(&row, 0, sizeof(row));
	m->reading.mem = arena_new();
	judge(m, in, &row);
	keep_made(m, &row);
	arena_free(m->reading.mem);
	m->reading.mem = NULL;
	buf_add(&m->rows, &row, sizeof(row));
}

static void tell(const struct making *m)
{
	size_t done, total, n = m->rows.n / sizeof(struct plan_row);

	if (!m->job->progress || n % EVERY_ROWS)
		return;
	rows_progress(m->table, &done, &total);
	m->job->progress(m->job->ctx, n, done, total);
}

static bool read_rows(struct making *m, struct err *e)
{
	struct row row;
	bool end;

	for (size_t i = m->p->header.rows; i < m->sampled; i++)
		add_row(m, &m->sample[i]);
	for (;;) {
		if (!rows_next(m->table, &row, &end, e))
			return false;
		if (end)
			return true;
		add_row(m, &row);
		tell(m);
	}
}

/* Of eleven numbers whose last digits a spreadsheet made 000, the check digit
 * of one agrees by chance: beside one that does not, it is not believed. */
static void refuse_suspects(struct making *m)
{
	const size_t *at = (const size_t *)(const void *)m->suspects.p;
	struct plan_row *rows = (struct plan_row *)(void *)m->rows.p;
	size_t column = columns_find(&m->p->columns, "id_number");
	struct err e;

	if (!m->lost)
		return;
	err_field(&e, ERR_BAD_ID_NUMBER, "id_number", "%s",
		say_raw(m->job->r.lang, SAY_LOST_ID));
	for (size_t i = 0; i < m->suspects.n / sizeof(size_t); i++)
		refuse(m, &rows[at[i]], m->p->columns.column[column].head, &e);
}

static void count(struct making *m)
{
	struct plan *p = m->p;

	p->row = (const struct plan_row *)(const void *)m->rows.p;
	p->n = m->rows.n / sizeof(struct plan_row);
	p->facts = *rows_facts(m->table);
	for (size_t i = 0; i < p->n; i++) {
		p->count[p->row[i].fate]++;
		p->warned += p->row[i].remarks > 0;
	}
	for (size_t i = 0; i < p->facts.merged_count; i++)
		p->merged += p->facts.merged[i] > p->header.line;
}

/* ---- understanding the list ---- */

static bool read_sample(struct making *m, struct err *e)
{
	struct row row;
	bool end;

	m->sample = ARENA_ARRAY(mem_of(m), struct row, SAMPLE_ROWS);
	while (m->sampled < SAMPLE_ROWS) {
		if (!rows_next(m->table, &row, &end, e))
			return false;
		if (end)
			break;
		m->sample[m->sampled++] = row_copy(&row, mem_of(m));
	}
	return true;
}

/* The heads, and what is remembered of such. Heads nobody knows are taken for
 * heads when the person says so, or once did. */
static bool find_heads(struct making *m, const struct targets *t,
	json_t **remembered, struct err *e)
{
	const struct plan_job *job = m->job;
	struct header *h = &m->p->header;
	char signature[SHA256_HEX];
	bool found = header_find(t, m->sample, m->sampled, job->maps != NULL,
		mem_of(m), job->r.lang, h);

	*remembered = NULL;
	if (!found && !header_find(t, m->sample, m->sampled, true, mem_of(m),
			      job->r.lang, h))
		return refuse_file(&job->r, e, SAY_NO_NAME, NULL);
	columns_signature(h, signature);
	if (!h->none &&
		!batch_columns(job->s, signature, mem_of(m), remembered, e))
		return false;
	return found || *remembered ||
	       refuse_file(&job->r, e, SAY_NO_NAME, NULL);
}

static bool understand(struct making *m, struct err *e)
{
	const struct plan_job *job = m->job;
	struct targets *t = targets_new(m->catalogue, mem_of(m));
	struct plan *p = m->p;
	json_t *remembered;

	if (!m->sampled)
		return refuse_file(&job->r, e, SAY_NO_ROWS, NULL);
	if (!find_heads(m, t, &remembered, e) ||
		!columns_read(&job->r, t, &p->header,
			m->sample + p->header.rows, m->sampled - p->header.rows,
			job->maps, remembered, &p->columns, e))
		return false;
	p->memory = p->header.none ? NULL : p->columns.signature;
	return true;
}

static bool read_programme(struct making *m, struct err *e)
{
	const struct code_list *l = catalogue_codes(m->catalogue, "programme");
	const char *list = "";

	if (!m->job->programme ||
		words_code(l, m->job->programme, &m->programme) != FIT_NONE)
		return true;
	for (size_t i = 0; i < json_array_size(l->items) && i < 12; i++)
		list = arena_printf(mem_of(m), "%s%s%s", list, i ? " " : "",
			json_str(json_array_get(l->items, i), "code"));
	return err_field(e, ERR_BAD_CODE, "programme", "%s", list);
}

static void begin(struct making *m, const struct plan_job *job)
{
	m->job = job;
	m->p = ARENA_NEW(job->r.mem, struct plan);
	m->catalogue = store_catalogue(job->s);
	m->person = catalogue_type(m->catalogue, "person");
	m->of_case = catalogue_type(m->catalogue, "case");
	buf_init(&m->rows, (job->r.limits->rows + 1) * sizeof(struct plan_row));
	buf_init(&m->suspects, (job->r.limits->rows + 1) * sizeof(size_t));
	arena_adopt(job->r.mem, m, release);
}

struct plan *plan_make(
	const struct plan_job *job, struct str bytes, struct err *e)
{
	struct making *m = ARENA_NEW(job->r.mem, struct making);

	begin(m, job);
	m->table = rows_open(&job->r, bytes, job->sheet, e);
	if (!m->table || !read_programme(m, e) || !read_sample(m, e) ||
		!understand(m, e))
		return NULL;
	m->reading = job->r;
	m->reading.mem = NULL;
	m->rules.r = &m->reading;
	m->rules.catalogue = m->catalogue;
	m->rules.columns = &m->p->columns;
	m->rules.from_1904 = rows_facts(m->table)->from_1904;
	m->rules.today = time_day_cn(host_now_ms());
	m->known = known_new(job->r.mem);
	known_add_store(m->known, job->v);
	if (!read_rows(m, e))
		return NULL;
	refuse_suspects(m);
	count(m);
	return m->p;
}
