/*
 * ran_out.c - see ran_out.h.
 */
#include "server/records/ran_out.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"
#include "server/audit/audit.h"
#include "server/records/follow.h"
#include "server/records/withdrawn.h"

#include <string.h>

/* Cases a turn: the caller has other things to look after. */
#define AT_ONCE 20

struct ending {
	struct uuid case_id;
	struct date before_day;
	struct date today; /* as the database has it, like the reach */
	struct reader who; /* set the day, at the home site */
};

/* Who may date a consent may see to what follows from it. */
static const struct grant *grant_of(
	const struct world *w, const struct ending *x, struct err *e)
{
	struct access_facts f = {
		.type = catalogue_type(w->catalogue, "consent"),
		.mask = CLASS_CORE,
		.cls = CLASS_CORE,
		.author = x->who.staff,
	};

	return access_decide(&x->who, VERB_PATCH, &f, e);
}

static bool note(struct world *w, struct db *db, const struct ending *x,
	const char *outcome, struct err *e)
{
	struct reader nobody = {.site = x->who.site};
	struct db_args a;

	db_args_init(&a, w->mem);
	db_uuid(&a, &x->case_id);
	if (!db_run(db, Q_RAN_OUT_DONE, &a, NULL, e))
		return false;
	audit_queue(db, w->mem, &nobody, "ran_out", outcome, &x->case_id, 1);
	return true;
}

/* What falls, and that this case is done, in one transaction. */
static bool end_case(
	struct world *w, struct db *db, const struct ending *x, struct err *e)
{
	json_t *list = json_keep(json_array(), w->mem);
	struct commit_head head;
	struct withdrawn d;

	w->follows = grant_of(w, x, e);
	if (!w->follows || !db_begin(db, &x->who, false, e) ||
		!withdrawn_read(
			w->mem, w->catalogue, db, &x->case_id, w->now, &d, e))
		return false;
	d.w.before_day = x->before_day;
	d.w.today = x->today;
	withdrawn_patches(w, &d, list);
	if (json_array_size(list) && !follow_decide(w, list, db, e))
		return false;
	if (!note(w, db, x, "ok", e))
		return false;
	if (json_array_size(list))
		return world_store(w, db, false, &head, e);
	db_queue_commit(db);
	return db_flush(db, w->mem, NULL, 0, e);
}

/* A fault of ours in one case keeps no other from ending. */
static bool is_its_own(const struct err *e)
{
	return e->code == ERR_BAD_INPUT || e->code == ERR_MISSING ||
	       e->code == ERR_FORBIDDEN || e->code == ERR_BAD_STEP;
}

/* Its membership is over, its tasks and letters stay open: that stands on the
 * trail with the reason, and among the decisions as of who set the day. */
static bool pass_over(struct world *w, struct db *db, const struct ending *x,
	enum err_code why, struct err *e)
{
	db_rollback(db);
	if (!db_begin(db, &x->who, false, e) ||
		!note(w, db, x, err_name(why), e))
		return false;
	db_queue_commit(db);
	return db_flush(db, w->mem, NULL, 0, e);
}

static bool end_one(struct db *db, const struct catalogue *c,
	const struct ending *x, int *passed, struct err *e)
{
	struct arena *mem = arena_new();
	struct world w;
	bool ok;

	memset(&w, 0, sizeof(w));
	w.mem = mem;
	w.catalogue = c;
	w.reader = w.trail = &x->who;
	w.now = host_now_ms();
	ok = end_case(&w, db, x, e);
	if (!ok && is_its_own(e)) {
		ok = pass_over(&w, db, x, e->code, e);
		*passed += ok;
	} else if (!ok)
		db_rollback(db);
	arena_free(mem);
	return ok;
}

static bool next(
	struct db *db, struct arena *mem, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, AT_ONCE);
	return db_begin_system(db, e) &&
	       db_run(db, Q_RAN_OUT_NEXT, &a, rows, e) && db_commit(db, e);
}

bool ran_out_end(struct db *db, const struct catalogue *c, int *done,
	int *passed, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	bool ok = next(db, mem, &rows, e);

	*done = *passed = 0;
	for (int i = 0; ok && i < db_count(rows); i++) {
		struct ending x = {
			.case_id = db_get_uuid(rows, i, "case_id"),
			.who = {.staff = db_get_uuid(rows, i, "by"),
				.site = db_get_uuid(rows, i, "home_site"),
				.role = ROLE_SUPERVISOR}
                };

		ok = date_parse(db_get_text(rows, i, "before_day"),
			     &x.before_day) &&
		     date_parse(db_get_text(rows, i, "day"), &x.today) &&
		     end_one(db, c, &x, passed, e);
		*done += ok;
		CRASH_POINT("ran_out");
	}
	if (!ok)
		db_rollback(db);
	arena_free(mem);
	return ok;
}
