/*
 * v_carry.c - casebridge carry: what waits on this machine, whoever wrote it,
 * goes to the centre now; and whether the centre has ordered that the station
 * is locked or wiped. Asks for no passphrase and opens no store, so that
 * whoever is there can give it, or a timer.
 */
#include "client/cli/desk.h"
#include "client/cli/others.h"
#include "client/cli/out.h"
#include "client/sync/orders.h"

bool verb_carry(struct cli *c, struct err *e)
{
	struct desk *d = desk_new(c, false, e);
	struct courier_report r;
	struct transport *t;

	if (!d || !place_enrolled(&d->place, e))
		return false;
	t = desk_transport(d, NULL, d->c->mem, e);
	if (!t || !orders_obey(&d->place, t, e) || !others_carry(d, t, &r, e))
		return false;
	if (c->json)
		out_json(c, others_json(&r));
	else
		others_print(c, &r, true);
	c->exit_code = r.left || r.refused ? 1 : 0;
	return true;
}
