/*
 * withdraw.h - who reaches a case, who loses it when a membership ends or a
 * consent is withdrawn, and what falls with it.
 *
 * The rule of the centre's reach (access.case_reach, access.referral_reach) on
 * one day, over bodies, so that both ends can say beforehand who loses what;
 * a flow test holds it against the database over a whole district. What falls
 * is work nobody could do any more: of a site that leaves, its open tasks,
 * planned visits, agreed supervision and open letters are cancelled with the
 * reason; of somebody who leaves while their site stays, it is handed back to
 * the site. The centre does it in the transaction of the withdrawal; a station
 * only shows what it will be.
 */
#ifndef PROTO_WITHDRAW_H
#define PROTO_WITHDRAW_H

#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "proto/types.h"

/* A record before and after; NULL: it does not stand (not made, retracted). */
struct withdraw_rec {
	struct uuid id;
	struct uuid site; /* that wrote it */
	struct uuid unit; /* the case, or the group it hangs on */
	const char *type;
	const json_t *before;
	const json_t *after;
};

/*
 * Everything it looks at: the case, its members, consents, tasks, visits and
 * supervision, the letters about it, groups its client takes part in as `case`
 * with their participants, and the staff of the sites concerned. Others are
 * passed over.
 */
struct withdraw {
	struct arena *mem;
	const struct withdraw_rec *recs;
	size_t n;
	struct date today;
	/* The day `before` is of, when nobody did anything and only time has
	 * passed; year 0: today, too. */
	struct date before_day;
	const char *reason; /* NULL: none was given */
};

/* Somebody whose reach changes: a site, or, with staff, one person who reaches
 * the case as a member of the care group. Classes are masks; 0: nothing. */
struct withdraw_loss {
	struct uuid site;
	struct uuid staff; /* nil: everybody at the site who reaches by it */
	int before;
	int after;
};

enum withdraw_how {
	FALL_CANCELLED, /* task, visit, supervision */
	FALL_WITHDRAWN, /* letter */
	FALL_HANDED_BACK,
	FALL_LEFT,   /* the client leaves that site's group */
	FALL_HIDDEN, /* and is no longer known to the sites of another */
};

/* One record that falls, as the patch that makes it so. */
struct withdraw_fall {
	const struct withdraw_rec *rec;
	enum withdraw_how how;
	struct uuid site; /* that leaves, or whose somebody does */
	json_t *set;      /* owned by mem */
	json_t *unset;
};

/* The classes a site, or a member of staff by their own seat, reaches. */
int withdraw_site_mask(
	const struct withdraw *w, const struct uuid *site, bool after);
int withdraw_staff_mask(
	const struct withdraw *w, const struct uuid *staff, bool after);

/* Who loses what, sites before persons; *n of them. */
struct withdraw_loss *withdraw_losses(
	const struct withdraw *w, size_t *n) NEVER_NULL;
/* What falls with it, in the order of recs. */
struct withdraw_fall *withdraw_falls(
	const struct withdraw *w, size_t *n) NEVER_NULL;

/*
 * What ending a membership, or withdrawing a consent, writes into the record:
 * the day and the reason; empty when it has ended by then. Owned by w->mem.
 */
json_t *withdraw_ending(
	const struct withdraw *w, const struct withdraw_rec *r) NEVER_NULL;
/* Whether records of that type can be ended: member, consent. */
bool withdraw_ends(const char *type);

/* "cancelled"; the names of the wire. */
const char *withdraw_how_name(enum withdraw_how how);

/*
 * {"losses":[{"site","staff"?,"before":[class…],"after":[class…],"people":
 * [{"role","n"}]}],"falls":[{"rec","type","how","site","title"?,"due"?}]}: the
 * part of a preview both ends make. `people` are the active staff who reach
 * the case by that site. Owned by mem.
 */
json_t *withdraw_json(const struct withdraw *w) NEVER_NULL;

#endif
