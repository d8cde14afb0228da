/*
 * deliver.c - see deliver.h.
 */
#include "server/courier/deliver.h"

#include "proto/base/host.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/courier/author.h"
#include "server/lineage/lineage.h"
#include "server/records/apply.h"

/* One batch of one author. */
struct batch {
	struct delivery *d;
	struct author author;
	const struct catalogue *catalogue;
	struct change *changes;
	size_t *of; /* which parcel a change came in */
	size_t n;
};

static bool refuse(struct delivery *d, size_t i, const struct err *why)
{
	d->why[i] = *why;
	return true;
}

/* The change inside; false with why not. */
static bool unpack(struct batch *b, size_t i, struct change *c, struct err *why)
{
	struct req *r = b->d->r;
	const struct parcel *p = &b->d->p[i];
	struct str text;
	json_t *j;

	if (p->kind != PARCEL_CHANGE)
		return err_field(why, ERR_BAD_INPUT, "kind", "change");
	if (!author_open(r, &b->author, p, &text, why))
		return false;
	j = json_read(text.p, text.n, &json_limits_batch, r->mem, why);
	if (!j)
		return false;
	change_decode(b->catalogue, j, r->mem, c);
	if (!c->has_id || uuid_cmp(&c->id, &p->id) != 0)
		return err_field(why, ERR_FORGED, "id", "-");
	if (uuid_cmp(&c->tx, &p->tx) != 0)
		return err_field(why, ERR_FORGED, "tx", "-");
	if (!b->author.live) {
		c->refused = true;
		err_field(&c->why, ERR_FORBIDDEN, "author",
			"账号已停用" ERR_BOTH "the account is disabled");
	}
	return true;
}

static bool keep_results(struct batch *b, const struct change_result *results)
{
	struct delivery *d = b->d;

	for (size_t k = 0; k < b->n; k++) {
		const struct change_result *r = &results[k];
		size_t i = b->of[k];

		if (r->status == CHANGE_REFUSED || r->status == CHANGE_DEFERRED)
			refuse(d, i, &r->why);
		else
			d->rec[d->taken++] = r->rec;
	}
	return true;
}

static bool apply_batch(struct batch *b, struct err *e)
{
	struct req *r = b->d->r;
	struct reader trail = b->author.reader;
	struct change_result *results =
		ARENA_ARRAY(r->mem, struct change_result, b->n + 1);
	struct apply a = {r->mem, b->catalogue, &b->author.reader, r->db,
		host_now_ms(), NULL, NULL, &trail,
		lineage_awaits(r->app->lineage), false};
	struct commit_head head;

	if (!b->n)
		return true;
	/* The trail says which station brought it. */
	trail.device = r->reader.device;
	if (!apply_changes(&a, b->changes, b->n, results, &head, e))
		return false;
	if (head.csn > r->app->head_csn)
		r->app->head_csn = head.csn;
	lineage_note(r->app->lineage,
		&(struct log_head){head.epoch, head.csn, head.chain});
	return keep_results(b, results);
}

/* Parcels [from, to) are of one replica. */
static bool deliver(struct delivery *d, size_t from, size_t to, struct err *e)
{
	struct batch b = {.d = d};
	struct err why;

	b.changes = ARENA_ARRAY(d->r->mem, struct change, to - from);
	b.of = ARENA_ARRAY(d->r->mem, size_t, to - from);
	if (!author_find(d->r, &d->p[from].replica, &b.author, e)) {
		if (e->code != ERR_UNKNOWN_REPLICA)
			return false;
		for (size_t i = from; i < to; i++)
			refuse(d, i, e);
		return true;
	}
	b.catalogue = author_catalogue(d->r, &b.author, e);
	if (!b.catalogue)
		return false;
	for (size_t i = from; i < to; i++) {
		if (unpack(&b, i, &b.changes[b.n], &why))
			b.of[b.n++] = i;
		else
			refuse(d, i, &why);
	}
	return apply_batch(&b, e);
}

bool deliver_all(struct delivery *d, struct err *e)
{
	for (size_t i = 0; i < d->n;) {
		size_t end = i + 1;

		while (end < d->n &&
			uuid_cmp(&d->p[i].replica, &d->p[end].replica) == 0)
			end++;
		if (!deliver(d, i, end, e))
			return false;
		i = end;
	}
	return true;
}

/* Who brought what, beside the trail of each change. */
bool deliver_note(struct delivery *d, struct err *e)
{
	struct req *r = d->r;

	if (!d->taken)
		return true;
	if (!db_begin_system(r->db, e))
		return false;
	return audit_end(r, "courier", "ok", d->rec, d->taken, e);
}
