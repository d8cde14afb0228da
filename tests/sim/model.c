/*
 * model.c - see model.h: the log, as rows.
 */
#include "tests/sim/model.h"

#include "tests/sim/consent.h"
#include "tests/sim/seam.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static const char *cell(PGresult *res, int row, const char *column)
{
	int c = PQfnumber(res, column);

	if (c < 0)
		die("sim: no column %s", column);
	return PQgetisnull(res, row, c) ? NULL : PQgetvalue(res, row, c);
}

static struct uuid cell_id(PGresult *res, int row, const char *column)
{
	const char *text = cell(res, row, column);
	struct uuid u;

	memset(&u, 0, sizeof(u));
	if (text && !uuid_parse(text, &u))
		die("sim: %s is no id", column);
	return u;
}

static int64_t cell_int(PGresult *res, int row, const char *column)
{
	const char *text = cell(res, row, column);

	return text ? strtoll(text, NULL, 10) : 0;
}

static const char *cell_text(
	struct arena *mem, PGresult *res, int row, const char *column)
{
	const char *text = cell(res, row, column);

	return arena_strdup(mem, text ? text : "");
}

static struct version *read_version(struct arena *mem, PGresult *res, int i)
{
	struct version *v = ARENA_NEW(mem, struct version);
	struct err e;

	v->csn = cell_int(res, i, "csn");
	v->rec = cell_id(res, i, "record_id");
	v->unit = cell_id(res, i, "unit_id");
	v->case_id = cell_id(res, i, "case_id");
	v->site = cell_id(res, i, "site_id");
	v->author = cell_id(res, i, "author");
	v->by = cell_id(res, i, "by");
	v->change = cell_id(res, i, "change_id");
	v->ver = cell_int(res, i, "version");
	v->type = cell_text(mem, res, i, "type");
	v->cls = (int)cell_int(res, i, "class");
	v->state = (int)cell_int(res, i, "state");
	v->readers = cell_text(mem, res, i, "readers");
	v->text = seam_opened(
		mem, &v->rec, v->ver, cell_text(mem, res, i, "body"));
	v->sha = cell_text(mem, res, i, "sha");
	v->body =
		json_read(v->text, strlen(v->text), &json_limits_own, mem, &e);
	if (!v->body)
		die("sim: a body that is no JSON");
	return v;
}

static void add(struct model *m, struct version *v)
{
	struct version **more;

	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 256;
		more = ARENA_ARRAY(m->mem, struct version *, m->room);
		for (size_t i = 0; i < m->n; i++)
			more[i] = m->v[i];
		m->v = more;
	}
	for (size_t i = m->n; i-- > 0 && !v->before;)
		if (uuid_cmp(&m->v[i]->rec, &v->rec) == 0)
			v->before = m->v[i];
	if (v->before)
		v->before->after = v;
	m->v[m->n++] = v;
}

/* ---- ends ---- */

static bool is_type(const struct version *v, const char *type)
{
	return strcmp(v->type, type) == 0;
}

static const char *earlier(const char *a, const char *b)
{
	return !a || (b && strcmp(b, a) < 0) ? b : a;
}

static const char *said_end(const struct version *v)
{
	return is_type(v, "member") ? json_str(v->body, "to")
				    : json_str(v->body, "withdrawn");
}

const char *model_end(const struct model *m, const struct version *v)
{
	const char *end = said_end(v);

	for (size_t i = 0; i < m->owed_count; i++)
		if (uuid_cmp(&m->owed[i].rec, &v->rec) == 0)
			end = earlier(end, m->owed[i].day);
	return end;
}

int model_opens(const struct model *m, const struct version *v,
	const char *site, int64_t now)
{
	int mask = consent_mask(v->body, site);

	for (size_t i = 0; i < m->owed_count; i++) {
		const json_t *narrow = m->owed[i].narrow;

		if (!narrow || uuid_cmp(&m->owed[i].rec, &v->rec) != 0)
			continue;
		mask &= consent_mask(narrow, site);
		if (now >= model_day(json_str(narrow, "to"), INT64_MAX))
			return 0;
	}
	return mask;
}

static bool was_narrowed(const struct model *m, const struct uuid *rec)
{
	for (size_t i = 0; i < m->narrowed_count; i++)
		if (uuid_cmp(&m->narrowed[i], rec) == 0)
			return true;
	return false;
}

/* A consent that opens less than any version before is a decision, and so is
 * whatever it says later. */
static void note_narrowed(struct model *m, const struct version *v)
{
	bool less = false;

	if (!is_type(v, "consent") || was_narrowed(m, &v->rec))
		return;
	for (const struct version *w = v->before; w; w = w->before)
		less = less || consent_is_narrower(v->body, w->body);
	if (less && m->narrowed_count == OWED_MAX)
		die("sim: too many decisions");
	if (less)
		m->narrowed[m->narrowed_count++] = v->rec;
}

/* The last word on it went with the log; the decision did not. */
static void owe(struct model *m, const struct version *lost)
{
	/* A version that was held to an earlier end decided nothing new. */
	const char *day = model_end(m, lost);
	bool narrow = was_narrowed(m, &lost->rec);

	if ((!day && !narrow) || lost->after)
		return;
	if (m->owed_count == OWED_MAX)
		die("sim: too many decisions");
	m->owed[m->owed_count++] =
		(struct owed){lost->rec, day, narrow ? lost->body : NULL};
}

static bool says_so(const struct version *v, const struct owed *o)
{
	const char *end = said_end(v);

	return (!o->day || (end && strcmp(end, o->day) <= 0)) &&
	       (!o->narrow || consent_is_within(v->body, o->narrow));
}

/* A version that says the same as all that is owed about it, or more. */
static void pay(struct model *m, const struct version *v)
{
	bool paid = true;
	size_t left = 0;

	for (size_t i = 0; i < m->owed_count; i++)
		if (uuid_cmp(&m->owed[i].rec, &v->rec) == 0)
			paid = paid && says_so(v, &m->owed[i]);
	if (!paid && v->state != STATE_RETRACTED)
		return;
	for (size_t i = 0; i < m->owed_count; i++)
		if (uuid_cmp(&m->owed[i].rec, &v->rec) != 0)
			m->owed[left++] = m->owed[i];
	m->owed_count = left;
}

/* ---- looking ---- */

void model_look(struct model *m)
{
	char since[24];
	const char *param[1] = {since};
	PGresult *res;

	snprintf(since, sizeof(since), "%lld", (long long)m->csn);
	res = seam_ask("SELECT * FROM sim.version WHERE csn > $1::bigint "
		       "ORDER BY csn, ord, record_id",
		param, 1);
	for (int i = 0; i < PQntuples(res); i++) {
		struct version *v = read_version(m->mem, res, i);

		add(m, v);
		pay(m, v);
		note_narrowed(m, v);
		if (v->csn > m->csn)
			m->csn = v->csn;
	}
	PQclear(res);
}

void model_back_to(struct model *m, int64_t csn)
{
	for (size_t i = m->n; i-- > 0 && m->v[i]->csn > csn;)
		if (is_type(m->v[i], "member") || is_type(m->v[i], "consent"))
			owe(m, m->v[i]);
	while (m->n && m->v[m->n - 1]->csn > csn) {
		struct version *v = m->v[--m->n];

		if (v->before)
			v->before->after = NULL;
	}
	m->csn = csn;
}

void model_copy(struct model *to, const struct model *from, struct arena *mem)
{
	memset(to, 0, sizeof(*to));
	to->mem = mem;
	for (size_t i = 0; i < from->n; i++) {
		struct version *v = ARENA_NEW(mem, struct version);

		*v = *from->v[i];
		v->before = v->after = NULL;
		add(to, v);
	}
	to->csn = from->csn;
}

const struct version *model_at(
	const struct model *m, const struct uuid *rec, int64_t csn)
{
	for (size_t i = m->n; i-- > 0;)
		if (m->v[i]->csn <= csn && uuid_cmp(&m->v[i]->rec, rec) == 0)
			return m->v[i];
	return NULL;
}

const struct version *model_head(const struct model *m, const struct uuid *rec)
{
	return model_at(m, rec, INT64_MAX);
}
