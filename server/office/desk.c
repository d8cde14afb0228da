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

bool desk_list(struct req *r, enum query q, const struct uuid *site,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, site);
	return db_run(r->db, q, &a, rows, e);
}
