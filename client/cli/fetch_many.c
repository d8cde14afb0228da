/*
 * fetch_many.c - see fetch_many.h. The list is made while the store is open;
 * while bytes travel it is closed, so that nobody waits for a recording.
 */
#include "client/cli/fetch_many.h"

#include "client/cli/carry.h"
#include "client/cli/items.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET_MB   200
#define BUDGET_MOST 100000
#define MB          1000000

struct many {
	struct desk *d;
	struct file_about *file; /* to be fetched, the newest first */
	size_t n;
	int64_t fetched, here, away, left;
	int64_t bytes, budget;
};

static bool read_budget(struct cli *c, int64_t *out, struct err *e)
{
	const char *typed = c->option[O_BUDGET];
	int64_t mb = 0;

	*out = (int64_t)BUDGET_MB * MB;
	if (!typed)
		return true;
	for (const char *p = typed; *p; p++)
		if (*p < '0' || *p > '9' ||
			(mb = mb * 10 + (*p - '0')) > BUDGET_MOST)
			return cli_usage(e, "--budget", "1 … 100000 MB");
	*out = mb * MB;
	return mb > 0 || cli_usage(e, "--budget", "1 … 100000 MB");
}

/* Bytes another end has, of which nothing or a part is here. */
static bool is_wanted(struct many *m, const struct seen *r,
	const struct uuid *unit, struct file_about *out)
{
	const char *sha = json_str(r->body, "sha256");
	const struct file *f;

	if (r->r.state == STATE_RETRACTED || !sha ||
		(unit && uuid_cmp(&r->unit, unit) != 0) ||
		!hex_parse(sha, out->sha.b, SHA256_LEN))
		return false;
	f = file_find(m->d->s, &r->r.id, &out->sha);
	if (f && f->state != FILE_PART) {
		m->here++;
		return false;
	}
	out->rec = r->r.id;
	out->unit = r->unit;
	out->size = json_int(r->body, "size", 0);
	out->media = json_str(r->body, "media");
	out->media = arena_strdup(m->d->c->mem,
		out->media ? out->media : "application/octet-stream");
	return true;
}

/* What fits into the budget; a large one does not keep out smaller ones behind
 * it. */
static bool collect(struct many *m, const struct uuid *unit, struct err *e)
{
	struct arena *mem = m->d->c->mem;
	struct item *items;
	int64_t sum = 0;
	size_t n;
	const struct uuid *ids =
		view_of_type(desk_view(m->d), "document", mem, &n);

	if (!items_read(m->d, ids, n, &items, e))
		return false;
	m->file = ARENA_ARRAY(mem, struct file_about, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct file_about *f = &m->file[m->n];

		if (!is_wanted(m, &items[i].r, unit, f))
			continue;
		if (sum + f->size > m->budget) {
			m->left++;
			continue;
		}
		sum += f->size;
		m->n++;
	}
	return true;
}

/* A file that cannot be had does not keep the next from coming. */
static bool fetch_all(struct many *m, struct err *e)
{
	struct transport *t = desk_transport(m->d, NULL, m->d->c->mem, e);
	struct progress bar;
	struct carry k;
	bool ok = t != NULL;

	progress_begin(&bar, m->d->c);
	carry_begin(&k, m->d, &bar);
	for (size_t i = 0; ok && i < m->n; i++) {
		ok = files_fetch(m->d->s, t, &k.hooks, &m->file[i], e);
		m->fetched += ok;
		m->bytes += ok ? m->file[i].size : 0;
		if (!ok && m->d->s &&
			(e->code == ERR_FILE_AWAY ||
				e->code == ERR_FILE_MISMATCH)) {
			m->away++;
			ok = true;
		}
	}
	progress_end(&bar);
	return ok;
}

static void tell(struct cli *c, const struct many *m)
{
	if (c->json)
		out_json(c, json_pack("{s:I, s:I, s:I, s:I, s:I}", "fetched",
				    (json_int_t)m->fetched, "bytes",
				    (json_int_t)m->bytes, "here",
				    (json_int_t)m->here, "away",
				    (json_int_t)m->away, "over_budget",
				    (json_int_t)m->left));
	else
		out_line(c,
			text_of(c, T_FETCHED_MANY, number_text(c, m->fetched),
				carry_size(c, m->bytes),
				number_text(c, m->here),
				number_text(c, m->away),
				number_text(c, m->left), NULL));
}

bool fetch_many(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	struct many m;
	struct uuid unit;
	bool one = c->option[O_CASE] != NULL, ok;

	memset(&m, 0, sizeof(m));
	m.d = d;
	if (!read_budget(c, &m.budget, e) ||
		(one && !pick_case(d, c->option[O_CASE], "--case", &unit, e)) ||
		!collect(&m, one ? &unit : NULL, e))
		return false;
	ok = m.n == 0 || fetch_all(&m, e);
	if (ok || m.fetched)
		tell(c, &m);
	c->exit_code = m.away > 0;
	return ok;
}
