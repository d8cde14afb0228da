/*
 * withdrawn.c - see withdrawn.h.
 */
#include "server/records/withdrawn.h"

#include "server/records/follow.h"

#include <string.h>

static json_t *body_of(struct arena *mem, const struct record *r)
{
	struct err e;

	return r->ver && r->state != STATE_RETRACTED
		       ? json_read(r->body.p, r->body.n, &json_limits_own, mem,
				 &e)
		       : NULL;
}

bool withdrawn_read(struct arena *mem, const struct catalogue *c, struct db *db,
	const struct uuid *case_id, int64_t now, struct withdrawn *out,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	memset(out, 0, sizeof(*out));
	db_args_init(&a, mem);
	db_uuid(&a, case_id);
	if (!db_run(db, Q_WITHDRAWING, &a, &rows, e))
		return false;
	out->recs = ARENA_ARRAY(
		mem, struct withdraw_rec, (size_t)db_count(rows) + 1);
	out->records =
		ARENA_ARRAY(mem, struct record, (size_t)db_count(rows) + 1);
	for (int i = 0; i < db_count(rows); i++) {
		struct record *r = &out->records[n];
		struct withdraw_rec *x = &out->recs[n];

		row_record(c, rows, i, r, &x->unit);
		if (!r->type)
			continue;
		x->id = r->id;
		x->site = r->site;
		x->type = r->type_name;
		x->before = x->after = body_of(mem, r);
		n++;
	}
	out->w = (struct withdraw){.mem = mem,
		.recs = out->recs,
		.n = n,
		.today = time_day_cn(now)};
	return true;
}

static bool is_ground(const struct fresh *f)
{
	return !f->old && f->entry->stored.ver &&
	       (strcmp(f->rec.type->name, "member") == 0 ||
		       strcmp(f->rec.type->name, "consent") == 0);
}

bool withdrawn_needed(const struct world *w)
{
	for (size_t i = 0; i < w->fresh_count; i++)
		if (is_ground(&w->fresh[i]))
			return true;
	return false;
}

const struct grant *withdrawn_grant(const struct world *w)
{
	for (size_t i = 0; i < w->fresh_count; i++)
		if (is_ground(&w->fresh[i]))
			return w->fresh[i].entry->grant;
	return NULL;
}

bool withdrawn_door(struct world *w, struct db *db, struct err *e)
{
	struct reader door = *w->reader;
	struct db_rows *rows;
	struct db_args a;
	size_t i = 0;

	while (i < w->fresh_count && !is_ground(&w->fresh[i]))
		i++;
	if (i == w->fresh_count)
		return true;
	db_args_init(&a, w->mem);
	db_uuid(&a, &w->fresh[i].unit);
	if (!db_run(db, Q_HOME_OF, &a, &rows, e))
		return false;
	if (!db_count(rows))
		return true;
	door.site = db_get_uuid(rows, 0, "home_site");
	door.role = ROLE_SOCIAL_WORKER;
	memset(&door.replica, 0, sizeof(door.replica));
	return uuid_cmp(&door.site, &w->reader->site) == 0 ||
	       db_stand_for(db, &door, e);
}

/* The reason that was given with it: for the membership, the consent, or for
 * taking the record back. */
static const char *reason_of(struct world *w, const struct fresh *f)
{
	const json_t *body = entry_body(w, f->entry);
	const char *s = json_str(body, "withdrawn_reason");

	if (f->rec.state == STATE_RETRACTED)
		return f->rec.reason;
	return s ? s : json_str(body, "reason");
}

/* What the batch changed, as it was before. */
static void look_back(struct world *w, struct withdrawn *d)
{
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];

		for (size_t k = 0; !f->old && k < d->w.n; k++) {
			if (uuid_cmp(&d->recs[k].id, &f->rec.id) != 0)
				continue;
			d->recs[k].before = body_of(w->mem, &f->entry->stored);
			if (is_ground(f))
				d->w.reason = reason_of(w, f);
		}
	}
}

void withdrawn_patches(struct world *w, const struct withdrawn *d, json_t *list)
{
	size_t n;
	const struct withdraw_fall *falls = withdraw_falls(&d->w, &n);

	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)(falls[i].rec - d->recs);

		if (d->records[at].state != STATE_SIGNED)
			follow_patch(w, list, &d->records[at], falls[i].set,
				falls[i].unset);
	}
}

static bool add_falls(struct world *w, struct db *db,
	const struct uuid *case_id, json_t *list, struct err *e)
{
	struct withdrawn d;

	if (!withdrawn_read(w->mem, w->catalogue, db, case_id, w->now, &d, e))
		return false;
	look_back(w, &d);
	withdrawn_patches(w, &d, list);
	return true;
}

bool withdrawn_follow(
	struct world *w, struct db *db, json_t *list, struct err *e)
{
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];
		bool done = !is_ground(f);

		for (size_t k = 0; k < i && !done; k++)
			done = is_ground(&w->fresh[k]) &&
			       uuid_cmp(&w->fresh[k].unit, &f->unit) == 0;
		if (!done && !add_falls(w, db, &f->unit, list, e))
			return false;
	}
	return true;
}
