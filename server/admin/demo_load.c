/*
 * demo_load.c - see demo_load.h. No path of its own: apply_changes() decides
 * about the demo's people as it does about everybody.
 */
#include "server/admin/demo_load.h"

#include "proto/base/host.h"
#include "server/records/apply.h"

#include <string.h>

struct reader load_reader(const struct district *d, size_t staff)
{
	const struct demo_staff *m = &d->staff[staff];
	struct reader r;

	memset(&r, 0, sizeof(r));
	r.staff = m->id;
	r.site = d->sites[m->site].id;
	r.district = d->areas[d->sites[m->site].area].id;
	r.role = m->role;
	return r;
}

static bool all_taken(const struct change *changes,
	const struct change_result *results, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct change_result *r = &results[i];

		if (r->status == CHANGE_APPLIED || r->status == CHANGE_NOTED)
			continue;
		return err_set(e,
			r->why.code == ERR_NONE ? ERR_INTERNAL : r->why.code,
			"the demo's own %s of a %s is %s: %s, field '%s' (%s)",
			op_name(changes[i].op), changes[i].type_name,
			change_status_name(r->status), err_name(r->why.code),
			r->why.field, r->why.accepts);
	}
	return true;
}

static bool send(struct db *db, const struct script *s,
	const struct line *lines, size_t n, struct err *e)
{
	struct reader reader = load_reader(s->district, lines[0].author);
	struct arena *mem = arena_new();
	struct change *changes = ARENA_ARRAY(mem, struct change, n);
	struct change_result *results =
		ARENA_ARRAY(mem, struct change_result, n);
	struct apply a = {
		.mem = mem,
		.catalogue = s->catalogue,
		.reader = &reader,
		.db = db,
		.now = host_now_ms(),
	};
	struct commit_head head;
	bool ok;

	for (size_t i = 0; i < n; i++)
		change_decode(s->catalogue, lines[i].change, mem, &changes[i]);
	ok = apply_changes(&a, changes, n, results, &head, e) &&
	     all_taken(changes, results, n, e);
	arena_free(mem);
	return ok;
}

bool load_script(
	struct db *db, const struct script *s, size_t batch, struct err *e)
{
	for (size_t i = 0, n; i < s->n; i += n) {
		for (n = 1; i + n < s->n && n < batch &&
			    s->lines[i + n].author == s->lines[i].author;
			n++)
			;
		if (!send(db, s, s->lines + i, n, e))
			return false;
	}
	return true;
}
