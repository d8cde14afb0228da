/*
 * desk.c - see desk.h.
 */
#include "server/office/desk.h"

bool desk_begin(struct req *r, enum access_act act, const struct uuid **site,
	struct err *e)
{
	return access_act(&r->reader, act, site, e) &&
	       db_begin_system(r->db, e);
}

bool desk_end(struct req *r, const char *action, const struct uuid *about,
	size_t n, struct err *e)
{
	audit_queue(r->db, r->mem, &r->reader, action, "ok", about, n);
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

bool desk_list(struct req *r, enum query q, const struct uuid *site,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, site);
	return db_run(r->db, q, &a, rows, e);
}
