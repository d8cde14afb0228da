/*
 * check.c - see check.h: pages, manifest, rest.
 */
#include "tests/sim/check.h"

#include "tests/sim/clock.h"
#include "tests/sim/lab.h"
#include "tests/sim/model.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <stdlib.h>
#include <string.h>

/* ---- pages ---- */

static struct offered *find_offered(
	struct run *r, const struct uuid *replica, const struct uuid *unit)
{
	for (size_t i = 0; i < r->offered_count; i++)
		if (uuid_cmp(&r->offered[i].replica, replica) == 0 &&
			uuid_cmp(&r->offered[i].unit, unit) == 0)
			return &r->offered[i];
	return NULL;
}

static void note_offered(
	struct run *r, const struct uuid *replica, const struct uuid *unit)
{
	if (find_offered(r, replica, unit))
		return;
	if (r->offered_count == OFFERED_MAX)
		die("sim: more is offered than there is room for");
	r->offered[r->offered_count].replica = *replica;
	r->offered[r->offered_count++].unit = *unit;
}

struct sheet {
	struct run *r;
	const struct reader *who;
	struct uuid replica;
	struct uuid *purged; /* units named by the page's purges */
	size_t purges;
	bool delivers;
};

static bool get_id(const json_t *o, const char *key, struct uuid *out)
{
	const char *text = json_str(o, key);

	return text && uuid_parse(text, out);
}

static void check_unit(struct sheet *s, const json_t *u)
{
	struct run *r = s->r;
	struct uuid unit;

	s->delivers = true;
	if (!get_id(u, "unit", &unit))
		return;
	if (!model_mask(&r->model, s->who, &unit, clock_true()))
		run_fail(r, "I3",
			"unit %s is offered to one who may not see it",
			run_id(&unit));
	if (json_flag(u, "full"))
		note_offered(r, &s->replica, &unit);
}

static void check_record(struct sheet *s, const json_t *o)
{
	struct run *r = s->r;
	const struct version *v;
	struct uuid rec;

	if (!get_id(o, "id", &rec))
		return;
	v = model_head(&r->model, &rec);
	if (!v || !model_sees(&r->model, s->who, v, clock_true()))
		run_fail(r, "I3", "record %s is sent to one who may not see it",
			run_id(&rec));
}

static void check_purge(struct sheet *s, const json_t *p)
{
	struct uuid unit;

	if (s->delivers)
		run_fail(s->r, "P5", "a purge after a delivery");
	if (get_id(p, "unit", &unit))
		s->purged[s->purges++] = unit;
}

/* A line is {"r":{…},"b":{…}}: the first value says what it is about. */
static void check_line(struct sheet *s, const char *line, size_t n)
{
	static const struct {
		char mark;
		void (*check)(struct sheet *, const json_t *);
	} lines[] = {
		{'u', check_unit  },
                {'r', check_record},
                {'p', check_purge }
        };
	json_t *j;

	for (size_t i = 0; n > 5 && i < ARRAY_LEN(lines); i++) {
		if (line[2] != lines[i].mark)
			continue;
		j = json_loadb(line + 5, n - 5, JSON_DISABLE_EOF_CHECK, NULL);
		lines[i].check(s, j);
		json_decref(j);
	}
}

/* Whatever was ever offered to this copy and may not be seen now. */
static void check_all_purged(struct sheet *s)
{
	struct run *r = s->r;

	for (size_t i = 0; i < r->offered_count; i++) {
		const struct offered *o = &r->offered[i];
		bool named = false;

		if (uuid_cmp(&o->replica, &s->replica) != 0 ||
			model_mask(&r->model, s->who, &o->unit, clock_true()))
			continue;
		for (size_t k = 0; k < s->purges; k++)
			named |= uuid_cmp(&s->purged[k], &o->unit) == 0;
		if (!named)
			run_fail(r, "P5",
				"a page does not take back unit %s, which was "
				"offered",
				run_id(&o->unit));
	}
}

void check_page(struct run *r, const struct caller *who,
	const struct request *q, const struct reply *a)
{
	struct arena *mem = arena_new();
	struct sheet s = {r, &who->reader, {{0}}, NULL, 0, false};
	const char *p = a->body.p, *end;
	size_t lines = 0;

	if (!q->replica || !uuid_parse(q->replica, &s.replica))
		die("sim: a page for nobody");
	for (size_t i = 0; i < a->body.n; i++)
		lines += p[i] == '\n';
	s.purged = ARENA_ARRAY(mem, struct uuid, lines + 1);
	for (; (end = strchr(p, '\n')); p = end + 1)
		check_line(&s, p, (size_t)(end - p));
	check_all_purged(&s);
	arena_free(mem);
}

uint64_t check_done_sum(const struct run *r, const struct reader *reader)
{
	struct arena *mem = arena_new();
	struct holding *h;
	uint64_t sum;
	size_t n;

	h = model_holding(&r->model, reader, clock_true(), mem, &n);
	sum = holding_sum(h, n);
	arena_free(mem);
	return sum;
}

/* ---- the manifest ---- */

static void fill_row(struct row *x, PGresult *res, int i)
{
	if (!uuid_parse(PQgetvalue(res, i, 1), &x->replica) ||
		!uuid_parse(PQgetvalue(res, i, 2), &x->unit))
		die("sim: manifest");
	x->state = PQgetvalue(res, i, 3)[0];
}

/* The manifest and the epoch as they are now; read again only when the centre
 * was spoken to since. */
static const struct rows *read_manifest(struct run *r)
{
	struct rows *m = &r->manifest;
	PGresult *res;

	if (m->mem && m->moves == seam_moves())
		return m;
	arena_free(m->mem);
	m->mem = arena_new();
	m->n = 0;
	res = seam_ask("SELECT h.epoch, m.replica, m.unit_id, m.state "
		       "FROM sim.head h LEFT JOIN sim.manifest m ON true "
		       "ORDER BY m.replica, m.unit_id",
		NULL, 0);
	m->epoch = (int)strtol(PQgetvalue(res, 0, 0), NULL, 10);
	m->row = ARENA_ARRAY(m->mem, struct row, PQntuples(res) + 1);
	for (int i = 0; i < PQntuples(res); i++)
		if (!PQgetisnull(res, i, 1))
			fill_row(&m->row[m->n++], res, i);
	PQclear(res);
	m->moves = seam_moves();
	return m;
}

void check_end(struct run *r)
{
	arena_free(r->manifest.mem);
	r->manifest.mem = NULL;
}

static const struct row *find_row(const struct rows *m,
	const struct uuid *replica, const struct uuid *unit)
{
	for (size_t i = 0; i < m->n; i++)
		if (uuid_cmp(&m->row[i].replica, replica) == 0 &&
			uuid_cmp(&m->row[i].unit, unit) == 0)
			return &m->row[i];
	return NULL;
}

void check_receipts(struct run *r, const struct request *q)
{
	const struct rows *m;
	struct uuid replica;
	size_t left = 0;

	if (!strstr(q->body.p, "\"purged\"") || !q->replica ||
		!uuid_parse(q->replica, &replica))
		return;
	m = read_manifest(r);
	for (size_t i = 0; i < r->offered_count; i++) {
		const struct offered *o = &r->offered[i];
		const struct row *x = find_row(m, &o->replica, &o->unit);

		if (uuid_cmp(&o->replica, &replica) != 0 || !x ||
			x->state != 'x')
			r->offered[left++] = *o;
	}
	r->offered_count = left;
}

/* A copy the centre cannot know of yet: another one speaks for the same
 * replica, or it has not spoken since the centre was restored. */
static bool is_unknown(const struct run *r, const struct station *st, int epoch)
{
	const char *me = store_text(st->s, "replica");
	const char *seen = json_str(store_get(st->s, "position"), "seen");

	for (int i = 0; i < r->stations; i++)
		if (&r->st[i] != st && r->st[i].s &&
			strcmp(store_text(r->st[i].s, "replica"), me) == 0)
			return true;
	/* Killed in the middle of becoming another one. */
	if (strcmp(me, st->replica) != 0)
		return true;
	return !me[0] || !seen || strtol(seen, NULL, 10) != epoch;
}

static void check_copy(struct run *r, const struct station *st,
	const struct rows *m, const struct uuid *replica)
{
	for (size_t i = 0; i < store_unit_count(st->s); i++) {
		const struct unit *u = store_unit_at(st->s, i);
		const struct row *x = find_row(m, replica, &u->id);

		if (st->unknown)
			continue;
		if (!x || x->state == 'q')
			run_fail(r, "I2",
				"station %d holds unit %s, of which the centre "
				"does not know",
				st->i, run_id(&u->id));
		else if (x->state == 'x')
			run_fail(r, "I4",
				"station %d holds unit %s, which the centre "
				"believes purged",
				st->i, run_id(&u->id));
	}
	for (size_t i = 0; i < m->n; i++)
		if (m->row[i].state == 'h' &&
			uuid_cmp(&m->row[i].replica, replica) == 0 &&
			!store_unit(st->s, &m->row[i].unit))
			run_fail(r, "I5",
				"station %d does not hold unit %s, which the "
				"centre believes held",
				st->i, run_id(&m->row[i].unit));
}

/* ---- cases whole ---- */

/* A unit as it stands at a station stood so at the centre, at one commit. */
static void check_whole(
	struct run *r, const struct station *st, const struct unit *u)
{
	int64_t at = 0;

	for (size_t i = 0; i < u->n; i++) {
		const struct version *v =
			model_head(&r->model, &u->records[i].id);

		while (v && v->ver > u->records[i].ver)
			v = v->before;
		if (!v || v->ver != u->records[i].ver)
			return; /* of a log that was restored since */
		if (v->csn > at)
			at = v->csn;
	}
	for (size_t i = 0; i < u->n; i++) {
		const struct version *v =
			model_at(&r->model, &u->records[i].id, at);

		if (!v || v->ver != u->records[i].ver)
			run_fail(r, "I17",
				"station %d shows unit %s as it never stood",
				st->i, run_id(&u->id));
	}
}

void check_step(struct run *r)
{
	const struct rows *m = read_manifest(r);

	for (int i = 0; i < r->stations; i++) {
		const struct station *st = &r->st[i];
		struct uuid replica;

		if (!st->s || is_unknown(r, st, m->epoch) ||
			!uuid_parse(store_text(st->s, "replica"), &replica))
			continue;
		check_copy(r, st, m, &replica);
		/* Before it compared, its copy may be of another log. */
		for (size_t k = 0; !st->unknown && k < store_unit_count(st->s);
			k++)
			check_whole(r, st, store_unit_at(st->s, k));
	}
}

/* ---- rest ---- */

static void tell_difference(struct run *r, const struct station *st,
	const struct holding *a, size_t n, const struct holding *b, size_t m)
{
	size_t i = 0;

	while (i < n && i < m && uuid_cmp(&a[i].unit, &b[i].unit) == 0 &&
		uuid_cmp(&a[i].rec, &b[i].rec) == 0 && a[i].ver == b[i].ver &&
		strcmp(a[i].sha, b[i].sha) == 0)
		i++;
	if (i < n || i < m)
		run_fail(r, "P3",
			"station %d at rest: holds %zu, should hold %zu; first "
			"difference: unit %s record %s version %lld",
			st->i, m, n, run_id(i < n ? &a[i].unit : &b[i].unit),
			run_id(i < n ? &a[i].rec : &b[i].rec),
			(long long)(i < n ? a[i].ver : b[i].ver));
}

/* The bytes are those the centre stored, known or not (I16). */
static void check_bytes(struct run *r, const struct station *st)
{
	for (size_t i = 0; i < store_unit_count(st->s); i++) {
		const struct unit *u = store_unit_at(st->s, i);

		for (size_t k = 0; k < u->n; k++) {
			struct arena *mem = arena_new();
			const struct version *v =
				model_head(&r->model, &u->records[k].id);
			struct record rec;
			struct err e;

			if (!store_read(
				    st->s, u, &u->records[k], mem, &rec, &e) ||
				!v || strlen(v->text) != rec.body.n ||
				memcmp(v->text, rec.body.p, rec.body.n) != 0)
				run_fail(r, "I16",
					"station %d: other bytes in record %s",
					st->i, run_id(&u->records[k].id));
			arena_free(mem);
		}
	}
}

static void check_station(struct run *r, const struct station *st)
{
	struct arena *mem = arena_new();
	struct holding *want, *is;
	size_t n, m;

	want = model_holding(
		&r->model, &st->caller.reader, clock_true(), mem, &n);
	is = store_holding(st->s, mem, &m);
	tell_difference(r, st, want, n, is, m);
	arena_free(mem);
	if (!r->failed.what[0])
		check_bytes(r, st);
}

void check_rest(struct run *r)
{
	PGresult *res = seam_ask("SELECT sim.broken_links()", NULL, 0);

	if (strcmp(PQgetvalue(res, 0, 0), "0") != 0)
		run_fail(r, "I11", "the log is not dense, or its chain broken");
	PQclear(res);
	for (int i = 0; i < r->stations; i++)
		if (!r->st[i].wiped)
			check_station(r, &r->st[i]);
	check_history(r);
	check_saved(r);
}
