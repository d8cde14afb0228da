/*
 * fresh.c - see fresh.h.
 */
#include "server/access/fresh.h"

#include "server/app.h"

bool fresh_proof(const struct req *r, struct err *e)
{
	if (r->proof_age_s <= r->app->conf.step_up_minutes * 60)
		return true;
	return err_field(e, ERR_STEP_UP, "session", "%s",
		r->has_factor ? "password, code" : "password");
}

bool fresh_reader(const struct req *r, struct err *e)
{
	return !uuid_is_nil(&r->reader.device) || fresh_proof(r, e);
}
