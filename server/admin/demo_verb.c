/*
 * demo_verb.c - `casebridged demo`: its options.
 */
#include "server/admin/admin.h"

#include "server/admin/demo.h"
#include "server/auth/ca.h"

#include <stdio.h>
#include <stdlib.h>

/* A whole number; an option that is not given leaves *out alone. */
static bool read_number(const struct call *c, const char *option, size_t most,
	size_t *out, struct err *e)
{
	const char *text = call_option(c, option);
	unsigned long long v;
	char *end;

	if (!text)
		return true;
	v = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || v > most)
		return err_field(e, ERR_USAGE, option, "0-%zu", most);
	*out = (size_t)v;
	return true;
}

bool admin_demo(struct call *c, struct err *e)
{
	struct demo_options o = {
		.database = c->conf.database,
		.owner = c->conf.database_owner,
		.today = call_option(c, "today"),
		.home = call_option(c, "home"),
		.accounts = call_option(c, "accounts"),
		.cost = (enum password_cost)c->conf.password_cost,
		.progress = stderr,
	};
	size_t seed = DEMO_SEED;
	unsigned char trail_key[32];
	struct catalogue *catalogue;
	bool ok;

	o.city = call_option(c, "city") != NULL;
	o.cases = o.city ? CITY_CASES : DEMO_CASES;
	if (!read_number(c, "cases", 10000000, &o.cases, e) ||
		!read_number(c, "records-per-case", 500, &o.records, e) ||
		!read_number(c, "seed", SIZE_MAX, &seed, e) ||
		!read_number(c, "writers", 16, &o.writers, e) ||
		!read_number(c, "batch", 5000, &o.batch, e))
		return false;
	o.seed = seed;
	if (!trail_key_read(c->conf.state_dir, trail_key, e))
		return false;
	o.trail_key = trail_key;
	o.vault = admin_vault(c, e);
	if (!o.vault)
		return false;
	catalogue = catalogue_load();
	o.catalogue = catalogue;
	ok = demo_run(&o, e);
	catalogue_free(catalogue);
	return ok;
}
